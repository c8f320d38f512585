"""One account as moderators see it: its standing, what was done before, and what may be done now."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import moderation as verbs
from fediverse.actions.moderation import Measure, action_named
from fediverse.node import Node, node_of
from fediverse.queries.moderation import account, warnings_of
from fediverse.web import pages
from fediverse.web.notices import redirect
from fediverse.web.translations import sentence
from fediverse.web.visits import Submission, enter_moderator, id_in, submitted_by_admin, submitted_by_moderator

ACTIONS: Final = {
    "none": sentence("Warn only"),
    "sensitive": sentence("Hide all pictures until somebody wants to see them"),
    "silence": sentence("Limit: out of public timelines and search, except for followers"),
    "disable": sentence("Disable: nobody can sign in; posts stay"),
    "suspend": sentence("Suspend: nothing is seen any more; deleted after 30 days"),
}
DONE: Final = {
    "none": sentence("Warned"),
    "sensitive": sentence("Pictures hidden"),
    "silence": sentence("Limited"),
    "disable": sentence("Disabled"),
    "suspend": sentence("Suspended"),
}


async def show(request: Request) -> Response:
    await enter_moderator(request)
    node = node_of(request)
    moderated = await account(node, request.path_params["account_id"])
    return pages.render(
        request,
        "admin/person.html",
        moderated=moderated,
        warnings=await warnings_of(node, moderated.account.id),
        actions=ACTIONS,
        done=DONE,
    )


async def act(request: Request) -> Response:
    """A measure, from this page or from a report's, which it resolves."""
    submission = await submitted_by_moderator(request)
    number = request.path_params["account_id"]
    measure = Measure(
        action_named(submission.text("action")), submission.text("text"), id_in(submission.text("report"))
    )
    await verbs.moderate(node_of(request), submission.viewer_id, number, measure)
    return redirect(submission.back(_home(number)), "measure_taken")


async def enable(request: Request) -> Response:
    return await _undo(request, verbs.enable)


async def unsensitive(request: Request) -> Response:
    return await _undo(request, verbs.unsensitive)


async def unsilence(request: Request) -> Response:
    return await _undo(request, verbs.unsilence)


async def unsuspend(request: Request) -> Response:
    return await _undo(request, verbs.unsuspend)


async def delete(request: Request) -> Response:
    """For good, so the form asks for a tick."""
    submission = await submitted_by_admin(request)
    number = request.path_params["account_id"]
    if not submission.checked("sure"):
        return redirect(_home(number), "not_confirmed")
    await verbs.delete_data(node_of(request), submission.viewer_id, number)
    return redirect(_home(number), "data_deleted")


async def _undo(request: Request, verb: Callable[[Node, int, int], Awaitable[None]]) -> Response:
    submission: Submission = await submitted_by_moderator(request)
    number = request.path_params["account_id"]
    await verb(node_of(request), submission.viewer_id, number)
    return redirect(_home(number), "measure_undone")


def _home(account_id: int) -> str:
    return f"/admin/people/{account_id}"
