"""Follow, block, mute and their opposites; who asks to follow; who is muted and blocked."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import follow_requests, personal
from fediverse.actions import relations as verbs
from fediverse.node import Node, node_of
from fediverse.queries import relations
from fediverse.queries.views import Page
from fediverse.web import pages
from fediverse.web.notices import redirect
from fediverse.web.paging import links
from fediverse.web.visits import enter, page_of, submitted

_Verb = Callable[[Node, int, int], Awaitable[object]]
_LISTED = 80


async def follow(request: Request) -> Response:
    submission = await submitted(request)
    state = await verbs.follow(node_of(request), submission.viewer_id, request.path_params["account_id"])
    return redirect(submission.back(), "followed" if state == "accepted" else "requested")


async def unfollow(request: Request) -> Response:
    return await _act(request, verbs.unfollow, "unfollowed")


async def accept(request: Request) -> Response:
    return await _act(request, follow_requests.authorize, "accepted")


async def reject(request: Request) -> Response:
    return await _act(request, follow_requests.reject, "rejected")


async def block(request: Request) -> Response:
    return await _act(request, verbs.block, "blocked")


async def unblock(request: Request) -> Response:
    return await _act(request, verbs.unblock, "unblocked")


async def mute(request: Request) -> Response:
    return await _act(request, verbs.mute, "muted")


async def unmute(request: Request) -> Response:
    return await _act(request, verbs.unmute, "unmuted")


async def note(request: Request) -> Response:
    """A remark that only its writer sees."""
    submission = await submitted(request)
    target = request.path_params["account_id"]
    await personal.note(node_of(request), submission.viewer_id, target, submission.text("comment"))
    return redirect(submission.back(), "saved")


async def requests_page(request: Request) -> Response:
    """Who asks to follow the viewer. Who asks to be let into a group is shown on that group's page."""
    visit = await enter(request)
    node, page = node_of(request), page_of(request, 40)
    edges = await relations.follow_requests(node, visit.viewer_id, page)
    shown = links(request, page, [edge.cursor for edge in edges])
    known = await relations.relationships(node, visit.viewer_id, [edge.item.id for edge in edges])
    asking = {one.account_id for one in known if one.requested_by}
    people = [edge.item for edge in edges if edge.item.id in asking]
    return pages.render(request, "accounts/requests.html", people=people, newer=shown.newer, older=shown.older)


async def silenced_page(request: Request) -> Response:
    """Whom the person muted and blocked."""
    visit = await enter(request)
    node = node_of(request)
    page = Page(limit=_LISTED)
    return pages.render(
        request,
        "preferences/people.html",
        mutes=[edge.item for edge in await relations.mutes(node, visit.viewer_id, page)],
        blocks=[edge.item for edge in await relations.blocks(node, visit.viewer_id, page)],
    )


async def _act(request: Request, verb: _Verb, notice: str) -> Response:
    submission = await submitted(request)
    await verb(node_of(request), submission.viewer_id, request.path_params["account_id"])
    return redirect(submission.back(), notice)
