"""Quotes: who quotes a post, who may, and taking one's own post out of somebody's quote. Quoting itself is part of writing (`statuses`)."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import quotes as verbs
from fediverse.errors import Invalid
from fediverse.mastodon.authorization import caller
from fediverse.mastodon.drafts import quote_policy_of
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.parameters import record_id
from fediverse.mastodon.request_body import parameters, query
from fediverse.mastodon.shown import list_edges
from fediverse.mastodon.statuses import answer_status, original
from fediverse.queries import quotes


async def listed(request: Request) -> Response:
    """Posts that quote this one, as far as the caller may see them, newest quote first."""
    me = await caller(request, "read:statuses")
    view = await original(me, request)
    found = await quotes.quotes_of(me.node, me.id, view.id, page_of(query(request), usual=20, most=40))
    return await list_edges(request, me, found, "any")


async def revoke(request: Request) -> Response:
    """Answers the quoting status, as it is now."""
    me = await caller(request, "write:statuses")
    quoting_id = record_id(request.path_params["quoting_id"])
    await verbs.revoke(me.node, me.id, record_id(request.path_params["id"]), quoting_id)
    return await answer_status(me, quoting_id)


async def set_interaction_policy(request: Request) -> Response:
    me = await caller(request, "write:statuses")
    policy = quote_policy_of(await parameters(request))
    if policy is None:
        raise Invalid("Validation failed: Quote policy is one of public, followers, nobody")
    post_id = record_id(request.path_params["id"])
    await verbs.set_policy(me.node, me.id, post_id, policy)
    return await answer_status(me, post_id)
