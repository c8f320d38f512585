"""The policy for notifications, and whoever it put aside."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import notification_requests as verbs
from fediverse.mastodon.answers import answer, listing
from fediverse.mastodon.authorization import caller
from fediverse.mastodon.entities.notifications import (
    V1_NAMES,
    notification_policy,
    notification_policy_v1,
    notification_request,
    outcomes_of_v1,
)
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.parameters import record_id
from fediverse.mastodon.request_body import parameters, query
from fediverse.node import Node
from fediverse.policy.notifications import SORTS
from fediverse.queries import notification_requests as questions

_Verb = Callable[[Node, int, Sequence[int]], Awaitable[None]]


async def policy(request: Request) -> Response:
    me = await caller(request, "read:notifications")
    return answer(notification_policy(await questions.policy(me.node, me.id)))


async def set_policy(request: Request) -> Response:
    me = await caller(request, "write:notifications")
    asked = await parameters(request)
    await verbs.set_policy(me.node, me.id, {sort: word for sort in SORTS if (word := asked.word(sort))})
    return answer(notification_policy(await questions.policy(me.node, me.id)))


async def policy_v1(request: Request) -> Response:
    me = await caller(request, "read:notifications")
    return answer(notification_policy_v1(await questions.policy(me.node, me.id)))


async def set_policy_v1(request: Request) -> Response:
    me = await caller(request, "write:notifications")
    asked = await parameters(request)
    wanted = {name: flag for name in V1_NAMES if (flag := asked.flag(name)) is not None}
    await verbs.set_policy(me.node, me.id, outcomes_of_v1(wanted))
    return answer(notification_policy_v1(await questions.policy(me.node, me.id)))


async def requests(request: Request) -> Response:
    me = await caller(request, "read:notifications")
    views = await questions.requests(me.node, me.id, page_of(query(request), usual=40, most=80))
    shown = [notification_request(view, me.id, me.node.uri) for view in views]
    return listing(request, shown, [view.id for view in views])


async def show(request: Request) -> Response:
    me = await caller(request, "read:notifications")
    view = await questions.request(me.node, me.id, record_id(request.path_params["id"]))
    return answer(notification_request(view, me.id, me.node.uri))


async def accept(request: Request) -> Response:
    return await _one(request, verbs.accept)


async def dismiss(request: Request) -> Response:
    return await _one(request, verbs.dismiss)


async def accept_several(request: Request) -> Response:
    return await _several(request, verbs.accept)


async def dismiss_several(request: Request) -> Response:
    return await _several(request, verbs.dismiss)


async def merged(request: Request) -> Response:
    """Whether what was accepted is in the list by now: it is with the answer to the acceptance."""
    await caller(request, "read:notifications")
    return answer({"merged": True})


async def _one(request: Request, verb: _Verb) -> Response:
    me = await caller(request, "write:notifications")
    await verb(me.node, me.id, [record_id(request.path_params["id"])])
    return answer({})


async def _several(request: Request, verb: _Verb) -> Response:
    """Requests that are not there (any more) are passed over."""
    me = await caller(request, "write:notifications")
    await verb(me.node, me.id, (await parameters(request)).records("id"))
    return answer({})
