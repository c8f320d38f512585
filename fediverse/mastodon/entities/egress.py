"""Where a post went, row by row: an entity of this node's own, for the post's author and for administrators."""

from fediverse.mastodon.entities.values import Entity, identifier, moment
from fediverse.queries.egress import EgressView


def egress(view: EgressView) -> Entity:
    return {
        "id": identifier(view.id),
        "host": view.host,
        "kind": view.kind,
        "activity_type": view.type or None,
        "uri": view.subject_uri,
        "outcome": view.outcome,
        "status": view.status,
        "rule": view.rule or None,
        "reason": view.reason,
        "attempts": view.attempts,
        "first_at": moment(view.first_at),
        "last_at": moment(view.last_at),
        "digest": view.digest or None,
        "receipt": _receipt(view),
    }


def _receipt(view: EgressView) -> Entity | None:
    """None where none is to be expected: of what was not delivered."""
    if not view.receipt_state:
        return None
    return {"state": view.receipt_state, "problem": view.receipt_problem or None, "document": view.receipt}
