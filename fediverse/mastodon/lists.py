"""Lists of people and their timelines. They are their owner's alone: nobody else learns that there is one."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import lists as verbs
from fediverse.mastodon import entities
from fediverse.mastodon.accounts import edges
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.parameters import record_id
from fediverse.mastodon.request_body import parameters, query
from fediverse.mastodon.shown import list_statuses
from fediverse.queries import accounts, lists
from fediverse.queries.views import Page

_MOST_MEMBERS = 5_000


async def index(request: Request) -> Response:
    me = await caller(request, "read:lists")
    return answer([entities.account_list(view) for view in await lists.lists(me.node, me.id)])


async def create(request: Request) -> Response:
    me = await caller(request, "write:lists")
    asked = await parameters(request)
    made = await verbs.create(
        me.node,
        me.id,
        asked.word("title"),
        asked.word("replies_policy") or "list",
        exclusive=asked.flag("exclusive") or False,
    )
    return await _one(me, made)


async def show(request: Request) -> Response:
    me = await caller(request, "read:lists")
    return await _one(me, _list_id(request))


async def update(request: Request) -> Response:
    me = await caller(request, "write:lists")
    asked = await parameters(request)
    title = asked.word("title") if "title" in asked else None
    policy = asked.word("replies_policy") or None
    await verbs.update(me.node, me.id, _list_id(request), title, policy, asked.flag("exclusive"))
    return await _one(me, _list_id(request))


async def delete(request: Request) -> Response:
    me = await caller(request, "write:lists")
    await verbs.delete(me.node, me.id, _list_id(request))
    return answer({})


async def members(request: Request) -> Response:
    """`limit=0` asks for all of them at once."""
    me = await caller(request, "read:lists")
    asked = query(request)
    page = Page(limit=_MOST_MEMBERS) if asked.number("limit") == 0 else page_of(asked, usual=40, most=80)
    return edges(request, await lists.members(me.node, me.id, _list_id(request), page))


async def add_members(request: Request) -> Response:
    me = await caller(request, "write:lists")
    await verbs.add_members(me.node, me.id, _list_id(request), (await parameters(request)).records("account_ids"))
    return answer({})


async def remove_members(request: Request) -> Response:
    me = await caller(request, "write:lists")
    await verbs.remove_members(me.node, me.id, _list_id(request), (await parameters(request)).records("account_ids"))
    return answer({})


async def with_account(request: Request) -> Response:
    """The caller's lists that an account is in."""
    me = await caller(request, "read:lists")
    view = await accounts.account(me.node, me.id, record_id(request.path_params["id"]))
    return answer([entities.account_list(one) for one in await lists.with_account(me.node, me.id, view.id)])


async def timeline(request: Request) -> Response:
    me = await caller(request, "read:lists")
    page = page_of(query(request), usual=20, most=40)
    posts = await lists.timeline(me.node, me.id, _list_id(request), page)
    return await list_statuses(request, me, posts, "home")


async def _one(me: Caller, list_id: int) -> Response:
    return answer(entities.account_list(await lists.one(me.node, me.id, list_id)))


def _list_id(request: Request) -> int:
    return record_id(request.path_params["id"])
