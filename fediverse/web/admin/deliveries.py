"""What waits to be sent, host by host, and the two things to do about it: try again now, or drop it."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from fediverse.node import Node, node_of
from fediverse.queries import domains
from fediverse.queue import outbox
from fediverse.web import pages
from fediverse.web.notices import redirect
from fediverse.web.visits import enter_admin, submitted_by_admin

HOME = "/admin/deliveries"


async def show(request: Request) -> Response:
    await enter_admin(request)
    lanes = await domains.lanes(node_of(request))
    return pages.render(
        request,
        "admin/deliveries.html",
        lanes=lanes,
        waiting=sum(lane.waiting for lane in lanes),
        parked=sum(lane.parked for lane in lanes),
        refused=sum(lane.refused for lane in lanes),
    )


async def drop_page(request: Request) -> Response:
    """What would be dropped, before it is done."""
    await enter_admin(request)
    host = request.query_params.get("host", "")
    lane = next((one for one in await domains.lanes(node_of(request)) if one.host == host), None)
    if lane is None:
        return redirect(HOME)
    return pages.render(request, "admin/drop.html", lane=lane)


async def retry(request: Request) -> Response:
    return await _act(request, outbox.retry, "retried")


async def drop(request: Request) -> Response:
    return await _act(request, outbox.drop, "dropped")


async def _act(request: Request, verb: Callable[[Node, str], Awaitable[int]], notice: str) -> Response:
    submission = await submitted_by_admin(request)
    await verb(node_of(request), submission.text("host"))
    return redirect(HOME, notice)
