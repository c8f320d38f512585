"""What a person was told: the list, which counts as read once it was shown, and clearing it."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import notifications as verbs
from fediverse.node import Node, node_of
from fediverse.queries import groups, notifications
from fediverse.queries.group_views import GroupView
from fediverse.queries.views import NotificationView, Page
from fediverse.web import pages
from fediverse.web.filters import is_left_out
from fediverse.web.notices import redirect
from fediverse.web.paging import links
from fediverse.web.translations import sentence
from fediverse.web.visits import enter, page_of, submitted

_TIMELINE = "notifications"
_REQUESTS: Final = 80
WARNINGS: Final = {
    "none": sentence("A moderator has a message for you"),
    "disable": sentence("A moderator switched your account off"),
    "sensitive": sentence("A moderator decided that your pictures are hidden until somebody wants to see them"),
    "silence": sentence("A moderator limited your account: only your followers are shown what you post"),
    "suspend": sentence("A moderator suspended your account"),
}


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
        notifications=[one for one in told if one.post is None or not is_left_out(one.post)],
        last_read=last_read,
        waiting=await _waiting(node, visit.viewer_id, told),
        which=which,
        warnings=WARNINGS,
        newer=around.newer,
        older=around.older,
    )


async def clear(request: Request) -> Response:
    submission = await submitted(request)
    await verbs.clear(node_of(request), submission.viewer_id)
    return redirect("/notifications", "cleared")


async def _waiting(node: Node, viewer_id: int, told: list[NotificationView]) -> dict[int, GroupView]:
    """Of those whose request is told, who asks to be let into a group of the viewer's, and into which."""
    if not any(one.kind == "follow_request" for one in told):
        return {}
    return {
        edge.item.account.id: group
        for group in await groups.mine(node, viewer_id)
        if group.requests_count
        for edge in await groups.requests(node, viewer_id, group.id, Page(limit=_REQUESTS))
    }


async def _last_read(node: Node, viewer_id: int) -> int:
    """The newest notification that was read, whatever program read it."""
    marks = await notifications.markers(node, viewer_id, [_TIMELINE])
    return int(marks[0].last_read_id) if marks and marks[0].last_read_id.isdigit() else 0


async def _mark_read(node: Node, viewer_id: int, told: list[NotificationView], last_read: int) -> None:
    newest = max((one.id for one in told), default=0)
    if newest > last_read:
        await verbs.set_marker(node, viewer_id, _TIMELINE, str(newest))
