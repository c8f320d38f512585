"""Whom a person wants to hear: the policy among the settings, and the page of those who wait because of it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import notification_requests as verbs
from fediverse.errors import Invalid
from fediverse.node import Node, node_of
from fediverse.policy.notifications import OUTCOMES
from fediverse.queries import notification_requests as questions
from fediverse.web import pages
from fediverse.web.notices import redirect
from fediverse.web.paging import links
from fediverse.web.translations import sentence
from fediverse.web.visits import enter, page_of, submitted

LIST: Final = "/notifications/requests"
SORTS: Final = {
    "for_not_following": sentence("People whom you do not follow"),
    "for_not_followers": sentence("People who do not follow you, or have done so for less than three days"),
    "for_new_accounts": sentence("Accounts that are less than thirty days old"),
    "for_private_mentions": sentence("Private posts that do not answer one of yours"),
    "for_limited_accounts": sentence("Accounts that a moderator limited"),
    "for_bots": sentence("Automatic accounts"),
}
CHOICES: Final = {
    "accept": sentence("Tell me"),
    "filter": sentence("Put aside"),
    "drop": sentence("Never tell me"),
}

_Verb = Callable[[Node, int, Sequence[int]], Awaitable[None]]


async def show(request: Request) -> Response:
    visit = await enter(request)
    page = page_of(request)
    waiting = await questions.requests(node_of(request), visit.viewer_id, page)
    around = links(request, page, [one.id for one in waiting])
    return pages.render(request, "notifications/requests.html", waiting=waiting, newer=around.newer, older=around.older)


async def accept(request: Request) -> Response:
    return await _answer(request, verbs.accept, "let_in")


async def dismiss(request: Request) -> Response:
    return await _answer(request, verbs.dismiss, "waved_away")


async def policy_page(request: Request) -> Response:
    visit = await enter(request)
    policy = await questions.policy(node_of(request), visit.viewer_id)
    return pages.render(request, "preferences/notifications.html", policy=policy, sorts=SORTS, choices=CHOICES)


async def change_policy(request: Request) -> Response:
    submission = await submitted(request)
    wanted = {sort: submission.text(sort) for sort in SORTS if submission.text(sort)}
    if not set(OUTCOMES).issuperset(wanted.values()):
        raise Invalid(sentence("This form is not complete. Go back, load the page again and try once more."))
    await verbs.set_policy(node_of(request), submission.viewer_id, wanted)
    return redirect("/settings/notifications", "saved")


async def _answer(request: Request, verb: _Verb, notice: str) -> Response:
    submission = await submitted(request)
    await verb(node_of(request), submission.viewer_id, [request.path_params["request_id"]])
    return redirect(LIST, notice)
