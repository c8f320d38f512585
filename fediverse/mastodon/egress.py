"""Where a post went: for its author and for administrators; for everybody else there is no such thing, whether they see the post or not."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.mastodon.answers import listing
from fediverse.mastodon.authorization import caller
from fediverse.mastodon.entities.egress import egress
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.parameters import record_id
from fediverse.mastodon.request_body import query
from fediverse.queries.egress import MOST, of_post


async def listed(request: Request) -> Response:
    """Latest first; one row for each thing that went, or did not go, to a host."""
    me = await caller(request, "read:statuses")
    page = page_of(query(request), usual=80, most=MOST)
    found = await of_post(me.node, me.id, record_id(request.path_params["id"]), page)
    return listing(request, [egress(one) for one in found], [one.id for one in found])
