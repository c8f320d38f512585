"""What the caller notes about others: remarks, recommendations, hidden domains; and which acquaintances an account has in common with the caller."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import personal as verbs
from fediverse.mastodon import entities
from fediverse.mastodon.accounts import edges
from fediverse.mastodon.answers import answer, listing
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.parameters import record_id
from fediverse.mastodon.request_body import parameters, query
from fediverse.node import Node
from fediverse.queries import accounts, personal, relations

_MOST_AT_ONCE = 40


async def note(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    target = await _target(request, me)
    await verbs.note(me.node, me.id, target, (await parameters(request)).text("comment") or "")
    return await _relationship(me, target)


async def endorse(request: Request) -> Response:
    return await _act(request, verbs.endorse)


async def unendorse(request: Request) -> Response:
    return await _act(request, verbs.unendorse)


async def endorsements(request: Request) -> Response:
    me = await caller(request, "read:accounts")
    return edges(
        request, await personal.endorsements(me.node, me.id, me.id, page_of(query(request), usual=40, most=80))
    )


async def endorsements_of(request: Request) -> Response:
    me = await caller(request, "read:accounts")
    target = await _target(request, me)
    return edges(
        request, await personal.endorsements(me.node, me.id, target, page_of(query(request), usual=40, most=80))
    )


async def familiar_followers(request: Request) -> Response:
    me = await caller(request, "read:follows")
    asked = query(request).records("id")[:_MOST_AT_ONCE]
    found = await personal.familiar_followers(me.node, me.id, asked)
    return answer(
        [{"id": str(number), "accounts": [entities.account(view) for view in views]} for number, views in found.items()]
    )


async def hidden_domains(request: Request) -> Response:
    me = await caller(request, "read:blocks")
    found = await personal.hidden_domains(me.node, me.id, page_of(query(request), usual=100, most=200))
    return listing(request, [edge.item for edge in found], [edge.cursor for edge in found])


async def hide_domain(request: Request) -> Response:
    me = await caller(request, "write:blocks")
    await verbs.hide_domain(me.node, me.id, (await parameters(request)).word("domain"))
    return answer({})


async def show_domain(request: Request) -> Response:
    """The domain comes in the body or behind the path, as clients do either."""
    me = await caller(request, "write:blocks")
    await verbs.show_domain(me.node, me.id, (await parameters(request)).word("domain"))
    return answer({})


async def _act(request: Request, verb: Callable[[Node, int, int], Awaitable[None]]) -> Response:
    me = await caller(request, "write:accounts")
    target = await _target(request, me)
    await verb(me.node, me.id, target)
    return await _relationship(me, target)


async def _target(request: Request, me: Caller) -> int:
    view = await accounts.account(me.node, me.id, record_id(request.path_params["id"]))
    return view.id


async def _relationship(me: Caller, target: int) -> Response:
    views = await relations.relationships(me.node, me.id, [target])
    return answer(entities.relationship(views[0]))
