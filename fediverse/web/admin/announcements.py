"""What the administrators tell everybody: the list, a new one, taking one back."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import announcements as verbs
from fediverse.errors import Invalid
from fediverse.node import node_of
from fediverse.queries.announcements import all_announcements
from fediverse.web import pages
from fediverse.web.notices import redirect
from fediverse.web.translations import sentence
from fediverse.web.visits import Submission, enter_admin, submitted_by_admin

HOME = "/admin/announcements"


async def show(request: Request) -> Response:
    visit = await enter_admin(request)
    return await _show(request, visit.viewer_id)


async def publish(request: Request) -> Response:
    submission = await submitted_by_admin(request)
    try:
        await verbs.publish(
            node_of(request),
            submission.text("text"),
            submission.visit.viewer.username,
            ends_at=_moment(submission.text("ends_at")),
        )
    except Invalid as problem:
        return await _show(request, submission.viewer_id, submission, problem)
    return redirect(HOME, "announced")


async def remove(request: Request) -> Response:
    submission = await submitted_by_admin(request)
    await verbs.remove(node_of(request), request.path_params["announcement_id"], submission.visit.viewer.username)
    return redirect(HOME, "announcement_removed")


def _moment(text: str) -> datetime | None:
    """A day, or a day and a time, as a browser's field sends it; UTC."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as problem:
        raise Invalid(sentence("Write the time as 2027-01-31T12:00.")) from problem


async def _show(
    request: Request, viewer_id: int, submission: Submission | None = None, problem: Invalid | None = None
) -> Response:
    node = node_of(request)
    return pages.render(
        request,
        "admin/announcements.html",
        problem.status if problem else 200,
        announcements=await all_announcements(node, viewer_id),
        now=node.clock.now(),
        text=submission.text("text") if submission else "",
        ends_at=submission.text("ends_at") if submission else "",
        problem=problem.safe if problem else "",
    )
