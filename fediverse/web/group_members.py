"""Who is in a group, as a page: members by role; for moderators who asks, who is invited, who may not come back, and the buttons to change that.

Letting the first person of a domain in tells that domain's administrators what is written from then on. The page says so, and the form names the domain in a
box to tick: no domain comes in by a click on something else.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import group_members as verbs
from fediverse.errors import FediverseError, Invalid, NotFound, Refused
from fediverse.node import Node, node_of
from fediverse.policy.groups import needs_admission
from fediverse.queries import groups
from fediverse.queries.group_views import GroupView, InvitationView, MemberView, RequestView
from fediverse.queries.views import AccountView, Page
from fediverse.web import group_forms, pages
from fediverse.web.content import group_path
from fediverse.web.groups import REFUSALS, named
from fediverse.web.notices import redirect
from fediverse.web.paging import links
from fediverse.web.search import MISSED, explain, person_called
from fediverse.web.translations import sentence
from fediverse.web.visits import Submission, Visit, enter, page_of, submitted

_LISTED = 40
_WAITING = Page(limit=80)
_GONE = sentence("It is no longer there. Perhaps somebody else was quicker.")
_UNREAD = sentence("Somebody of a new company: read what that means, then tick the box that names it.")
_Verb = Callable[[Node, Submission, GroupView, int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Door:
    """Who waits at the door, for those who keep it."""

    requests: tuple[RequestView, ...] = ()
    invitations: tuple[InvitationView, ...] = ()
    banned: tuple[AccountView, ...] = ()


@dataclass(frozen=True, slots=True)
class _Invitation:
    """The form to invite. *new_domain*: what must be admitted for it, to be ticked."""

    handle: str = ""
    new_domain: str = ""


_NOBODY = _Invitation()


async def show(request: Request) -> Response:
    visit = await enter(request)
    return await _show(request, visit, await named(request, visit))


async def approve(request: Request) -> Response:
    return await _change(request, _approve, "group_approved")


async def refuse(request: Request) -> Response:
    return await _change(request, _refuse, "group_refused")


async def withdraw(request: Request) -> Response:
    return await _change(request, _withdraw, "group_withdrawn")


async def set_role(request: Request) -> Response:
    return await _change(request, _set_role, "group_role_set")


async def remove(request: Request) -> Response:
    return await _change(request, _remove, "group_removed")


async def ban(request: Request) -> Response:
    return await _change(request, _ban, "group_banned")


async def unban(request: Request) -> Response:
    return await _change(request, _unban, "group_unbanned")


async def invite(request: Request) -> Response:
    """By name. Somebody of a domain that the group is not disclosed to needs that domain ticked: the first try shows what it means."""
    submission = await submitted(request)
    node, viewer_id = node_of(request), submission.viewer_id
    group = await named(request, submission.visit)
    handle, admitted = submission.text("handle").strip().lstrip("@"), submission.text("admit_domain")
    try:
        person = await person_called(node, submission.visit, handle)
    except MISSED as refusal:
        problem = Invalid(explain(refusal, handle, pages.translator_of(request)))
        return await _show(request, submission.visit, group, problem, _Invitation(handle))
    asked = _Invitation(handle, await _new_domain(node, group, person))
    if asked.new_domain and admitted != asked.new_domain:
        return await _show(request, submission.visit, group, Refused(_UNREAD), asked)
    try:
        await verbs.invite(node, viewer_id, group.id, person.id, admit_domain=admitted)
    except REFUSALS as refusal:
        return await _show(request, submission.visit, group, refusal, asked)
    return redirect(f"{group_path(group.account.acct)}/members", "group_invited")


async def _new_domain(node: Node, group: GroupView, person: AccountView) -> str:
    """The domain that comes in with *person*; empty when the group is disclosed to it already."""
    admitted = await groups.admitted_hosts(node, group.id)
    return person.host if needs_admission(group.access, person.host, admitted) else ""


async def _approve(node: Node, submission: Submission, group: GroupView, account_id: int) -> None:
    await verbs.approve(
        node,
        submission.viewer_id,
        group.id,
        account_id,
        admit_domain=submission.text("admit_domain"),
        history=submission.text("history") == "yes",
    )


async def _refuse(node: Node, submission: Submission, group: GroupView, account_id: int) -> None:
    await verbs.refuse(node, submission.viewer_id, group.id, account_id)


async def _withdraw(node: Node, submission: Submission, group: GroupView, account_id: int) -> None:
    await verbs.withdraw(node, submission.viewer_id, group.id, account_id)


async def _set_role(node: Node, submission: Submission, group: GroupView, account_id: int) -> None:
    await verbs.set_role(node, submission.viewer_id, group.id, account_id, group_forms.role_in(submission.text("role")))


async def _remove(node: Node, submission: Submission, group: GroupView, account_id: int) -> None:
    await verbs.remove(node, submission.viewer_id, group.id, account_id)


async def _ban(node: Node, submission: Submission, group: GroupView, account_id: int) -> None:
    await verbs.ban(node, submission.viewer_id, group.id, account_id)


async def _unban(node: Node, submission: Submission, group: GroupView, account_id: int) -> None:
    await verbs.unban(node, submission.viewer_id, group.id, account_id)


async def _change(request: Request, verb: _Verb, notice: str) -> Response:
    """One change of one person's standing. What was refused is said on the page."""
    submission = await submitted(request)
    group = await named(request, submission.visit)
    try:
        await verb(node_of(request), submission, group, submission.number("account"))
    except NotFound:
        return await _show(request, submission.visit, group, Invalid(_GONE))
    except REFUSALS as problem:
        return await _show(request, submission.visit, group, _in_words(problem))
    return redirect(f"{group_path(group.account.acct)}/members", notice)


def _in_words(problem: FediverseError) -> FediverseError:
    """The verb names the parameter of the client API; here it is a box."""
    return Refused(_UNREAD) if problem.code == "first_of_domain" else problem


async def _show(
    request: Request,
    visit: Visit,
    group: GroupView,
    problem: FediverseError | None = None,
    invitation: _Invitation = _NOBODY,
) -> Response:
    """The members of a group that the viewer is in, or that is open. Raises NotFound as the question does."""
    node, page = node_of(request), page_of(request, _LISTED)
    edges = await groups.members(node, visit.viewer_id, group.id, page)
    around = links(request, page, [edge.cursor for edge in edges])
    staff = await _staff(node, visit, group) if not around.newer else []
    return pages.render(
        request,
        "groups/members.html",
        problem.status if problem else 200,
        group=group,
        staff=staff,
        members=[edge.item for edge in edges if around.newer or edge.item.role == "member"],
        door=await _door(node, visit, group) if group.moderates else _Door(),
        invitation=invitation,
        problem=problem.safe if problem else "",
        newer=around.newer,
        older=around.older,
        **group_forms.WORDS,
    )


async def _staff(node: Node, visit: Visit, group: GroupView) -> list[MemberView]:
    """Owners, then moderators: whom to ask."""
    owners = await groups.members(node, visit.viewer_id, group.id, _WAITING, role="owner")
    moderators = await groups.members(node, visit.viewer_id, group.id, _WAITING, role="moderator")
    return [edge.item for edge in (*owners, *moderators)]


async def _door(node: Node, visit: Visit, group: GroupView) -> _Door:
    viewer_id = visit.viewer_id
    return _Door(
        requests=tuple(edge.item for edge in await groups.requests(node, viewer_id, group.id, _WAITING)),
        invitations=tuple(edge.item for edge in await groups.invitations(node, viewer_id, group.id, _WAITING)),
        banned=tuple(edge.item for edge in await groups.banned(node, viewer_id, group.id, _WAITING)),
    )
