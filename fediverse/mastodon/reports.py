"""Reports: an account, some of its statuses, and why."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import reports as verbs
from fediverse.mastodon import entities
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import caller
from fediverse.mastodon.parameters import record_id
from fediverse.mastodon.request_body import parameters
from fediverse.queries import accounts


async def create(request: Request) -> Response:
    """Tells the administrators; with `forward` also those of the account's own node, who do not learn who reported."""
    me = await caller(request, "write:reports")
    asked = await parameters(request)
    target = await accounts.account(me.node, me.id, record_id(asked.text("account_id") or ""))
    status_ids = asked.records("status_ids")
    comment, forward = asked.text("comment") or "", asked.flag("forward") is True
    created_at = await verbs.report(me.node, me.id, target.id, status_ids, comment, forward=forward)
    return answer(
        entities.report(
            me.node.ids.floor(created_at),
            target,
            status_ids,
            comment,
            asked.text("category") or "other",
            created_at,
            forwarded=forward,
        )
    )
