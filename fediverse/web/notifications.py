"""What a person was told: the list, which counts as read once it was shown, and clearing it."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import notifications as verbs
from fediverse.node import Node, node_of
from fediverse.queries import notifications
from fediverse.queries.views import NotificationView
from fediverse.web import pages
from fediverse.web.notices import redirect
from fediverse.web.paging import links
from fediverse.web.visits import enter, page_of, submitted

_TIMELINE = "notifications"


async def show(request: Request) -> Response:
    visit = await enter(request)
    node = node_of(request)
    page = page_of(request)
    which = "mentions" if request.query_params.get("only") == "mentions" else "all"
    told = await notifications.notifications(
        node, visit.viewer_id, page, kinds=["mention"] if which == "mentions" else None
    )
    last_read = await _last_read(node, visit.viewer_id)
    if which == "all":
        await _mark_read(node, visit.viewer_id, told, last_read)
    around = links(request, page, [one.id for one in told])
    return pages.render(
        request,
        "notifications/notifications.html",
        notifications=told,
        last_read=last_read,
        which=which,
        newer=around.newer,
        older=around.older,
    )


async def clear(request: Request) -> Response:
    submission = await submitted(request)
    await verbs.clear(node_of(request), submission.viewer_id)
    return redirect("/notifications", "cleared")


async def _last_read(node: Node, viewer_id: int) -> int:
    """The newest notification that was read, whatever program read it."""
    marks = await notifications.markers(node, viewer_id, [_TIMELINE])
    return int(marks[0].last_read_id) if marks and marks[0].last_read_id.isdigit() else 0


async def _mark_read(node: Node, viewer_id: int, told: list[NotificationView], last_read: int) -> None:
    newest = max((one.id for one in told), default=0)
    if newest > last_read:
        await verbs.set_marker(node, viewer_id, _TIMELINE, str(newest))
