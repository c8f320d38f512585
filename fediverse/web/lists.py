"""A person's lists as pages: all of them, one with its timeline, its settings and members, and the buttons on profiles that put people into them."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import lists as verbs
from fediverse.errors import Invalid
from fediverse.node import node_of
from fediverse.queries import lists
from fediverse.queries.views import Page
from fediverse.web import filters, pages
from fediverse.web.notices import redirect
from fediverse.web.paging import links
from fediverse.web.visits import enter, page_of, submitted

_MEMBERS = 200


async def index(request: Request) -> Response:
    visit = await enter(request)
    found = await lists.lists(node_of(request), visit.viewer_id)
    return pages.render(request, "lists/index.html", lists=found, problem="", title="")


async def create(request: Request) -> Response:
    submission = await submitted(request)
    node = node_of(request)
    title = submission.text("title")
    try:
        number = await verbs.create(node, submission.viewer_id, title)
    except Invalid as problem:
        found = await lists.lists(node, submission.viewer_id)
        return pages.render(request, "lists/index.html", problem.status, lists=found, problem=problem.safe, title=title)
    return redirect(f"/lists/{number}/edit", "list_made")


async def timeline(request: Request) -> Response:
    visit = await enter(request)
    node, page = node_of(request), page_of(request)
    shown = await lists.one(node, visit.viewer_id, request.path_params["list_id"])
    posts = await lists.timeline(node, visit.viewer_id, shown.id, page)
    around = links(request, page, [post.id for post in posts])
    left = await filters.shown(node, visit, posts, "home")
    return pages.render(request, "lists/list.html", list=shown, posts=left, newer=around.newer, older=around.older)


async def edit_page(request: Request) -> Response:
    visit = await enter(request)
    return await _edit(request, visit.viewer_id)


async def edit(request: Request) -> Response:
    submission = await submitted(request)
    try:
        await verbs.update(
            node_of(request),
            submission.viewer_id,
            request.path_params["list_id"],
            submission.text("title"),
            submission.text("replies_policy"),
            submission.checked("exclusive"),
        )
    except Invalid as problem:
        return await _edit(request, submission.viewer_id, problem)
    return redirect(f"/lists/{request.path_params['list_id']}", "saved")


async def delete(request: Request) -> Response:
    submission = await submitted(request)
    await verbs.delete(node_of(request), submission.viewer_id, request.path_params["list_id"])
    return redirect("/lists", "list_deleted")


async def add(request: Request) -> Response:
    """From a profile: the person there goes into the list."""
    submission = await submitted(request)
    member, number = submission.number("account"), request.path_params["list_id"]
    await verbs.add_members(node_of(request), submission.viewer_id, number, [member])
    return redirect(submission.back(f"/lists/{number}"), "listed")


async def remove(request: Request) -> Response:
    submission = await submitted(request)
    member, number = submission.number("account"), request.path_params["list_id"]
    await verbs.remove_members(node_of(request), submission.viewer_id, number, [member])
    return redirect(submission.back(f"/lists/{number}/edit"), "unlisted")


async def _edit(request: Request, viewer_id: int, problem: Invalid | None = None) -> Response:
    node = node_of(request)
    shown = await lists.one(node, viewer_id, request.path_params["list_id"])
    edges = await lists.members(node, viewer_id, shown.id, Page(limit=_MEMBERS))
    return pages.render(
        request,
        "lists/edit.html",
        problem.status if problem else 200,
        list=shown,
        members=[edge.item for edge in edges],
        problem=problem.safe if problem else "",
    )
