"""Accounts as others see them: one, several, by name, what they posted, who follows whom. Own accounts are in `profile`, ties in `relations`."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.errors import NotFound, Refused
from fediverse.mastodon import entities, lookups
from fediverse.mastodon.answers import answer, listing
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.paging import limit_of, offset_of, page_of
from fediverse.mastodon.parameters import record_id
from fediverse.mastodon.request_body import query
from fediverse.mastodon.shown import list_statuses
from fediverse.queries import accounts, relations, timelines
from fediverse.queries.views import AccountView, Edge

_MOST_AT_ONCE = 40


async def show(request: Request) -> Response:
    me = await caller(request, "read:accounts")
    view = await _existing(me, record_id(request.path_params["id"]))
    return answer(entities.account(view, await moved_to(me, view)))


async def several(request: Request) -> Response:
    me = await caller(request, "read:accounts")
    views = await accounts.accounts(me.node, me.id, query(request).records("id")[:_MOST_AT_ONCE])
    return answer([entities.account(view) for view in views if not view.deleted])


async def lookup(request: Request) -> Response:
    """By name, without asking anybody else."""
    me = await caller(request, "read:accounts")
    view = _not_deleted(await accounts.by_acct(me.node, me.id, query(request).word("acct")))
    return answer(entities.account(view, await moved_to(me, view)))


async def search(request: Request) -> Response:
    """For completing a name while it is typed; with `resolve` a full handle is looked up at its own node."""
    me = await caller(request, "read:accounts")
    asked = query(request)
    text = asked.word("q")
    limit, offset = limit_of(asked, usual=40, most=80), offset_of(asked)
    following = asked.flag("following") or False
    found = await accounts.search(me.node, me.id, text, limit, offset, following) if text else []
    if asked.flag("resolve") and not found and not offset and not following:
        named = await lookups.account_of_handle(me, text, fetch=True)
        found = [named] if named is not None else []
    return answer([entities.account(view) for view in found])


async def statuses(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    asked = query(request)
    view = await _existing(me, record_id(request.path_params["id"]))
    page = page_of(asked, usual=20, most=40)
    posts = await timelines.account_posts(
        me.node,
        me.id,
        view.id,
        page,
        pinned=asked.flag("pinned") or False,
        only_media=asked.flag("only_media") or False,
        exclude_replies=asked.flag("exclude_replies") or False,
        exclude_boosts=asked.flag("exclude_reblogs") or False,
        exclude_direct=asked.flag("exclude_direct") or False,
        tagged=asked.word("tagged"),
    )
    return await list_statuses(request, me, posts, "account")


async def followers(request: Request) -> Response:
    me = await caller(request, "read:accounts")
    page = page_of(query(request), usual=40, most=80)
    return edges(request, await relations.followers(me.node, me.id, record_id(request.path_params["id"]), page))


async def following(request: Request) -> Response:
    me = await caller(request, "read:accounts")
    page = page_of(query(request), usual=40, most=80)
    return edges(request, await relations.following(me.node, me.id, record_id(request.path_params["id"]), page))


async def directory(request: Request) -> Response:
    me = await caller(request, "read:accounts")
    asked = query(request)
    order = "new" if asked.word("order") == "new" else "active"
    local = asked.flag("local") or False
    views = await accounts.directory(me.node, me.id, limit_of(asked, usual=40, most=80), offset_of(asked), local, order)
    return answer([entities.account(view) for view in views])


async def register(request: Request) -> Response:  # noqa: ARG001 - an endpoint's signature
    """Accounts are made by invitation or by the operator; clients show this sentence."""
    raise Refused("New accounts are not made by applications here: ask the administrator of this network")


def edges(request: Request, found: list[Edge[AccountView]]) -> Response:
    """A list of accounts that is paged by the ids of the connections to them."""
    return listing(request, [entities.account(edge.item) for edge in found], [edge.cursor for edge in found])


async def moved_to(me: Caller, view: AccountView) -> AccountView | None:
    return await accounts.by_uri(me.node, view.moved_to_uri) if view.moved_to_uri else None


async def _existing(me: Caller, account_id: int) -> AccountView:
    return _not_deleted(await accounts.account(me.node, me.id, account_id))


def _not_deleted(view: AccountView) -> AccountView:
    """Questions answer deleted accounts as such, so that a name does not come free; for a client there is none."""
    if view.deleted:
        raise NotFound
    return view
