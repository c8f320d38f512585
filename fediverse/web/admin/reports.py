"""What people reported, for moderators: the list, one report with what may be done about it."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import reports as verbs
from fediverse.node import Node, node_of
from fediverse.queries.moderation import account, warnings_of
from fediverse.queries.reports import ReportFilter, reports
from fediverse.queries.reports import report as report_of
from fediverse.web import pages
from fediverse.web.admin.moderation import ACTIONS, DONE
from fediverse.web.notices import redirect
from fediverse.web.paging import links
from fediverse.web.reports import CATEGORIES
from fediverse.web.visits import enter_moderator, page_of, submitted_by_moderator

HOME = "/admin/reports"
_LISTED = 40


async def show_all(request: Request) -> Response:
    visit = await enter_moderator(request)
    page = page_of(request, _LISTED)
    resolved = request.query_params.get("show") == "resolved"
    found = await reports(node_of(request), visit.viewer_id, page, ReportFilter(resolved=resolved))
    around = links(request, page, [view.id for view in found])
    return pages.render(
        request,
        "admin/reports.html",
        reports=found,
        categories=CATEGORIES,
        resolved=resolved,
        newer=around.newer,
        older=around.older,
    )


async def show(request: Request) -> Response:
    visit = await enter_moderator(request)
    node = node_of(request)
    found = await report_of(node, visit.viewer_id, request.path_params["report_id"])
    return pages.render(
        request,
        "admin/report.html",
        report=found,
        moderated=await account(node, found.target.id),
        warnings=await warnings_of(node, found.target.id),
        categories=CATEGORIES,
        actions=ACTIONS,
        done=DONE,
        problem="",
    )


async def assign(request: Request) -> Response:
    return await _handle(request, verbs.assign, "report_assigned")


async def resolve(request: Request) -> Response:
    return await _handle(request, verbs.resolve, "report_resolved")


async def reopen(request: Request) -> Response:
    return await _handle(request, verbs.reopen, "report_reopened")


async def _handle(request: Request, verb: Callable[[Node, int, int], Awaitable[None]], notice: str) -> Response:
    submission = await submitted_by_moderator(request)
    number = request.path_params["report_id"]
    await verb(node_of(request), submission.viewer_id, number)
    return redirect(f"{HOME}/{number}", notice)
