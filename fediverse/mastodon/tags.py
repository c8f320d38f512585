"""Tags: what one is, follow it, and show it on one's profile."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import tags as verbs
from fediverse.errors import NotFound
from fediverse.mastodon import entities
from fediverse.mastodon.answers import answer, listing
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.parameters import record_id
from fediverse.mastodon.request_body import parameters, query
from fediverse.queries import accounts, tags


async def show(request: Request) -> Response:
    me = await caller(request, "read:follows", "read:statuses")
    return await _tag(request, me)


async def follow(request: Request) -> Response:
    me = await caller(request, "write:follows")
    await verbs.follow(me.node, me.id, _name(request))
    return await _tag(request, me)


async def unfollow(request: Request) -> Response:
    me = await caller(request, "write:follows")
    await verbs.unfollow(me.node, me.id, _name(request))
    return await _tag(request, me)


async def followed(request: Request) -> Response:
    me = await caller(request, "read:follows")
    found = await tags.followed(me.node, me.id, page_of(query(request), usual=100, most=200))
    now = me.node.clock.now()
    return listing(
        request,
        [entities.tag(edge.item, now, me.node.uri) for edge in found],
        [edge.cursor for edge in found],
    )


async def feature(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    await verbs.feature(me.node, me.id, _name(request))
    return await _tag(request, me)


async def unfeature(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    await verbs.unfeature(me.node, me.id, _name(request))
    return await _tag(request, me)


async def featured(request: Request) -> Response:
    me = await caller(request, "read:accounts")
    return await _featured(me, me.id)


async def featured_by(request: Request) -> Response:
    me = await caller(request, "read:accounts")
    view = await accounts.account(me.node, me.id, record_id(request.path_params["id"]))
    if view.deleted:
        raise NotFound
    return answer([]) if view.suspended else await _featured(me, view.id)


async def add_featured(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    name = (await parameters(request)).word("name")
    await verbs.feature(me.node, me.id, name)
    return answer(entities.featured_tag(await tags.featured_named(me.node, me.id, name), me.node.uri))


async def remove_featured(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    await verbs.unfeature_by_id(me.node, me.id, record_id(request.path_params["id"]))
    return answer({})


async def suggested_to_feature(request: Request) -> Response:
    me = await caller(request, "read:accounts")
    now = me.node.clock.now()
    found = await tags.suggested_to_feature(me.node, me.id)
    return answer([entities.tag(view, now, me.node.uri) for view in found])


async def _featured(me: Caller, account_id: int) -> Response:
    views = await tags.featured(me.node, me.id, account_id)
    return answer([entities.featured_tag(view, me.node.uri) for view in views])


async def _tag(request: Request, me: Caller) -> Response:
    view = await tags.tag(me.node, me.id, _name(request))
    return answer(entities.tag(view, me.node.clock.now(), me.node.uri))


def _name(request: Request) -> str:
    name: str = request.path_params["name"]
    return name
