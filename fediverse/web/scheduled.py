"""Posts for later on the pages: the moment that a form names, the list of what waits, another moment, and thinking better of it.

A browser's field for a date has no zone. The small script adds the moment in UTC, as the reader's own clock means it; without it the field is UTC, as it says.
"""

from datetime import UTC, datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import scheduled as verbs
from fediverse.errors import Invalid
from fediverse.node import node_of
from fediverse.queries import scheduled
from fediverse.web import pages
from fediverse.web.notices import redirect
from fediverse.web.paging import links
from fediverse.web.translations import sentence
from fediverse.web.visits import Submission, enter, page_of, submitted

PATH: Final = "/scheduled"


async def show(request: Request) -> Response:
    """GET /scheduled."""
    visit = await enter(request)
    page = page_of(request)
    waiting = await scheduled.all_scheduled(node_of(request), visit.viewer_id, page)
    shown = links(request, page, [one.id for one in waiting])
    return pages.render(request, "posts/scheduled.html", waiting=waiting, newer=shown.newer, older=shown.older)


async def move(request: Request) -> Response:
    """POST /scheduled/{scheduled_id}/move."""
    submission = await submitted(request)
    due_at = moment_in(submission)
    if due_at is None:
        raise Invalid(sentence("Write the day and the time."))
    await verbs.move(node_of(request), submission.viewer_id, request.path_params["scheduled_id"], due_at)
    return redirect(PATH, "scheduled")


async def cancel(request: Request) -> Response:
    """POST /scheduled/{scheduled_id}/cancel."""
    submission = await submitted(request)
    await verbs.cancel(node_of(request), submission.viewer_id, request.path_params["scheduled_id"])
    return redirect(PATH, "unscheduled")


def moment_in(submission: Submission) -> datetime | None:
    """When the form wants its post published; None for at once. Raises Invalid for what is no moment."""
    text = submission.text("later_utc").strip() or submission.text("later").strip()
    if not submission.text("later").strip():
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as problem:
        raise Invalid(sentence("Write the day and the time.")) from problem
