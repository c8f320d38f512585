"""The small acts below a post: like, boost, bookmark, pin, mute its thread, and back. Each is a form's target and leads back to where the person was."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import boosts, reactions, threads
from fediverse.node import Node, node_of
from fediverse.web.notices import redirect
from fediverse.web.visits import submitted

_Verb = Callable[[Node, int, int], Awaitable[object]]


async def like(request: Request) -> Response:
    return await _act(request, reactions.like)


async def unlike(request: Request) -> Response:
    return await _act(request, reactions.unlike)


async def boost(request: Request) -> Response:
    return await _act(request, boosts.boost)


async def unboost(request: Request) -> Response:
    return await _act(request, boosts.unboost)


async def bookmark(request: Request) -> Response:
    return await _act(request, reactions.bookmark)


async def unbookmark(request: Request) -> Response:
    return await _act(request, reactions.unbookmark)


async def pin(request: Request) -> Response:
    return await _act(request, reactions.pin, "pinned")


async def unpin(request: Request) -> Response:
    return await _act(request, reactions.unpin, "unpinned")


async def mute_thread(request: Request) -> Response:
    return await _act(request, threads.mute, "thread_muted")


async def unmute_thread(request: Request) -> Response:
    return await _act(request, threads.unmute, "thread_unmuted")


async def _act(request: Request, verb: _Verb, notice: str = "") -> Response:
    submission = await submitted(request)
    await verb(node_of(request), submission.viewer_id, request.path_params["post_id"])
    return redirect(submission.back(), notice)
