"""Groups as pages: the viewer's and those there are, making one, and its wall with joining and leaving. Who is in it is in `group_members`, who reads it and
what it is in `group_policy`.

Every page asks for the group as the viewer may know it before anything else: a secret one answers like a name that does not exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import group_members, group_takedowns, relations
from fediverse.actions import groups as verbs
from fediverse.errors import Conflict, FediverseError, Invalid, NotFound, Refused
from fediverse.node import node_of
from fediverse.queries import groups, posts, timelines
from fediverse.queries.group_views import GroupView
from fediverse.web import group_forms, pages
from fediverse.web.compose import blank_form
from fediverse.web.content import group_path
from fediverse.web.filters import shown
from fediverse.web.group_forms import GroupForm
from fediverse.web.notices import redirect
from fediverse.web.paging import links, offset_links, offset_of
from fediverse.web.visits import Visit, enter, page_of, submitted

_LISTED = 30
REFUSALS = (Conflict, Invalid, Refused)


@dataclass(frozen=True, slots=True)
class _Mine:
    """The viewer's groups by how the viewer stands to them."""

    joined: Sequence[GroupView]
    invited: Sequence[GroupView]
    requested: Sequence[GroupView]


async def index(request: Request) -> Response:
    """`?offset=` pages through the groups that there are; the viewer's own stand on the first page."""
    visit = await enter(request)
    node, offset = node_of(request), offset_of(request)
    found = await groups.directory(node, visit.viewer_id, _LISTED, offset)
    around = offset_links(request, offset, _LISTED, len(found))
    mine = [] if offset else await groups.mine(node, visit.viewer_id)
    return pages.render(
        request,
        "groups/index.html",
        mine=_Mine(
            joined=[one for one in mine if one.is_member],
            invited=[one for one in mine if one.standing == "invited"],
            requested=[one for one in mine if one.standing == "requested"],
        ),
        directory=[one for one in found if one.standing in {"", "banned"}],
        newer=around.newer,
        older=around.older,
        **group_forms.WORDS,
    )


async def new_page(request: Request) -> Response:
    return _new(request, await enter(request), GroupForm())


async def create(request: Request) -> Response:
    """Makes the group, or only shows who could read it."""
    submission = await submitted(request)
    form = group_forms.sent(submission)
    if form.previewed:
        return _new(request, submission.visit, form)
    node = node_of(request)
    try:
        group_id = await verbs.create(node, submission.viewer_id, group_forms.draft_of(form))
    except REFUSALS as problem:
        return _new(request, submission.visit, form, problem)
    made = await groups.group(node, submission.viewer_id, group_id)
    return redirect(group_path(made.account.acct), "group_made")


async def wall(request: Request) -> Response:
    visit = await enter(request)
    return await show_wall(request, visit, await named(request, visit))


async def join(request: Request) -> Response:
    """Or ask to. Also how an invitation is accepted."""
    submission = await submitted(request)
    group = await named(request, submission.visit)
    try:
        state = await relations.follow(node_of(request), submission.viewer_id, group.id)
    except REFUSALS as problem:
        return await show_wall(request, submission.visit, group, problem)
    back = submission.back(group_path(group.account.acct))
    return redirect(back, "group_joined" if state == "accepted" else "group_asked")


async def leave(request: Request) -> Response:
    """Or take the request back, or decline the invitation."""
    submission = await submitted(request)
    node, viewer_id = node_of(request), submission.viewer_id
    group = await named(request, submission.visit)
    try:
        if group.standing == "invited":
            await group_members.decline(node, viewer_id, group.id)
        else:
            await relations.unfollow(node, viewer_id, group.id)
    except REFUSALS as problem:
        return await show_wall(request, submission.visit, group, problem)
    if group.standing == "requested":
        return redirect(submission.back(group_path(group.account.acct)), "group_unasked")
    return redirect("/groups", "group_declined" if group.standing == "invited" else "group_left")


async def take_out_page(request: Request) -> Response:
    """What taking a post out means, before it is done. Raises NotFound to who may not do it."""
    visit = await enter(request)
    group = await named(request, visit)
    post = await posts.post(node_of(request), visit.viewer_id, request.path_params["post_id"])
    if post.group_id != group.id or not group.moderates:
        raise NotFound
    return pages.render(request, "groups/take_out.html", group=group, post=post)


async def take_out(request: Request) -> Response:
    submission = await submitted(request)
    node, viewer_id = node_of(request), submission.viewer_id
    group = await named(request, submission.visit)
    try:
        await group_takedowns.take_out(node, viewer_id, group.id, request.path_params["post_id"])
    except REFUSALS as problem:
        return await show_wall(request, submission.visit, group, problem)
    return redirect(group_path(group.account.acct), "group_post_out")


async def named(request: Request, visit: Visit) -> GroupView:
    """The group in the path. Raises NotFound for a hidden one as for none."""
    return await groups.by_name(node_of(request), visit.viewer_id, request.path_params["acct"])


async def show_wall(
    request: Request, visit: Visit, group: GroupView, problem: FediverseError | None = None
) -> Response:
    """What was posted in the group, as far as the viewer reads it."""
    node, page = node_of(request), page_of(request)
    written = await timelines.group(node, visit.viewer_id, group.id, page, exclude_replies=True)
    around = links(request, page, [post.id for post in written])
    first = page.max_id is None and page.min_id is None
    return pages.render(
        request,
        "groups/wall.html",
        problem.status if problem else 200,
        group=group,
        reads=await groups.who_reads(node, visit.viewer_id, group.id),
        posts=await shown(node, visit, written, "home"),
        form=await blank_form(node, visit, group=group) if first and group.posts else None,
        newer=around.newer,
        older=around.older,
        problem=problem.safe if problem else "",
        **group_forms.WORDS,
    )


def _new(request: Request, visit: Visit, form: GroupForm, problem: FediverseError | None = None) -> Response:
    return pages.render(
        request,
        "groups/new.html",
        problem.status if problem else 200,
        form=form,
        companies=group_forms.companies(visit.network, form.chosen),
        problem=problem.safe if problem else "",
        **group_forms.WORDS,
    )
