"""Whether an actor said what a document claims, when somebody else brought it: by the actor's own proof, else by asking the actor's own server.

Called by `receive` for an activity whose request was signed by another (a forwarded one), after the signature held and id and actor share an origin.
The document that is passed on is always the very one that was proved: after a fetch that is what was fetched, never what was brought.
"""

import asyncio
from dataclasses import dataclass, field

from fediverse.actions import peers
from fediverse.activitystreams.activities import Activity, parse_activity
from fediverse.activitystreams.reading import needs_expansion, read_document
from fediverse.activitystreams.strict_json import JSON, parse
from fediverse.crypto.keypairs import PublicKey
from fediverse.crypto.proofs import ProofClaim, ProofUnsupported, read_proof, verify_proof
from fediverse.errors import Malformed, NotFound, SignatureRefused, Unreachable
from fediverse.federation import keys
from fediverse.federation.admitted import ProvedBy
from fediverse.federation.gate import is_ours, require_plausible
from fediverse.node import Node
from fediverse.policy.domains import Direction
from fediverse.queries.accounts import by_uri
from fediverse.remote.media_types import is_activity_json

REFETCH_DEADLINE_S = 5.0


@dataclass(frozen=True, slots=True)
class Proved:
    """*activity* is the reading of *body*, and both are what was proved."""

    by: ProvedBy
    actor_id: int | None
    activity: Activity
    body: bytes = field(repr=False)


def id_of(activity: Activity) -> str:
    """The id of *activity*. Raises Malformed when it has none: without one it could be sent again and again."""
    if activity.id is None:
        raise Malformed("The activity has no id")
    return activity.id


async def of_actor(node: Node, document: JSON, activity: Activity, body: bytes) -> Proved:
    """*activity*, once it is proved to be its actor's. Raises SignatureRefused when it is not, Unreachable when nobody could be asked."""
    try:
        claim = read_proof(document)
    except ProofUnsupported:
        claim = None
    if claim is not None:
        return await _by_proof(node, document, claim, activity, body)
    return await _from_origin(node, activity)


async def _by_proof(node: Node, document: JSON, claim: ProofClaim, activity: Activity, body: bytes) -> Proved:
    def made_by(key: PublicKey) -> None:
        verify_proof(document, claim, key, node.clock.now())

    await require_plausible(node, Direction.IN_POST, activity.type, (claim.key_id,))
    known = await keys.prove(node, claim.key_id, made_by)
    if known.key.owner != activity.actor:
        raise SignatureRefused("The proof is not the actor's", code="not_the_actor")
    return Proved("proof", known.account_id, activity, body)


async def _from_origin(node: Node, activity: Activity) -> Proved:
    """The activity as its own server tells it. A redirect, another id, type or actor: whatever differs, it is not this one."""
    uri = id_of(activity)
    if is_ours(node, uri):
        raise SignatureRefused("An activity of this node does not come from outside", code="not_the_actor")
    response = await _ask(node, uri)
    if response.url != uri or not is_activity_json(response.headers.get("content-type")):
        raise SignatureRefused("The actor's server does not confirm the activity", code="not_the_actor")
    document = parse(response.body)
    fetched = parse_activity(
        await asyncio.to_thread(read_document, document) if needs_expansion(document) else document
    )
    if (fetched.id, fetched.type, fetched.actor) != (uri, activity.type, activity.actor):
        raise SignatureRefused("The actor's server tells another activity", code="not_the_actor")
    sender = await by_uri(node, fetched.actor)
    return Proved("origin", None if sender is None else sender.id, fetched, response.body)


async def _ask(node: Node, uri: str) -> peers.Answer:
    try:
        async with asyncio.timeout(REFETCH_DEADLINE_S):
            return await peers.fetch(node, uri, kind="activity", max_bytes=node.settings.max_body_bytes)
    except TimeoutError as late:
        raise Unreachable("The actor's server did not answer in time") from late
    except NotFound as missing:
        raise SignatureRefused("The actor's server does not know the activity", code="not_the_actor") from missing
