"""Which push services people's devices may be reached by: the list, one more, one less. For administrators; the verbs are those of `fediverse push`."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import push_services as verbs
from fediverse.errors import Conflict, FediverseError, Invalid, NotFound
from fediverse.node import node_of
from fediverse.queries.push import services
from fediverse.web import pages
from fediverse.web.notices import redirect
from fediverse.web.visits import enter_admin, submitted_by_admin

HOME = "/admin/push"


async def show(request: Request) -> Response:
    await enter_admin(request)
    return await _show(request)


async def add(request: Request) -> Response:
    submission = await submitted_by_admin(request)
    host = submission.text("host").strip()
    try:
        await verbs.add(node_of(request), host, submission.visit.viewer.username)
    except (Invalid, Conflict) as problem:
        return await _show(request, host, problem)
    return redirect(HOME, "push_service_added")


async def remove(request: Request) -> Response:
    submission = await submitted_by_admin(request)
    try:
        await verbs.remove(node_of(request), submission.text("host"), submission.visit.viewer.username)
    except (Invalid, NotFound) as problem:
        return await _show(request, problem=problem)
    return redirect(HOME, "push_service_removed")


async def _show(request: Request, host: str = "", problem: FediverseError | None = None) -> Response:
    return pages.render(
        request,
        "admin/push_services.html",
        problem.status if problem else 200,
        services=await services(node_of(request)),
        host=host,
        problem=problem.safe if problem else "",
    )
