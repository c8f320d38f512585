"""Who has an account here: the list, making one with a password that is shown once, disabling and enabling."""

import secrets
from typing import Final, cast

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import accounts as verbs
from fediverse.errors import Conflict, FediverseError, Invalid, Refused
from fediverse.node import node_of
from fediverse.queries import accounts
from fediverse.web import pages
from fediverse.web.notices import redirect
from fediverse.web.paging import links
from fediverse.web.translations import LOCALES, sentence
from fediverse.web.visits import Submission, enter_admin, page_of, submitted_by_admin

HOME: Final = "/admin/people"
ROLES: Final = {
    "user": sentence("Member"),
    "moderator": sentence("Moderator"),
    "admin": sentence("Administrator"),
}
_LISTED: Final = 50
_PASSWORD_BYTES: Final = 12


async def show(request: Request) -> Response:
    await enter_admin(request)
    return await _show(request)


async def create(request: Request) -> Response:
    """Makes the account; its first password stands on this answer and nowhere else."""
    submission = await submitted_by_admin(request)
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    try:
        await _register(request, submission, password)
    except (Conflict, Invalid) as problem:
        return await _show(request, submission, problem)
    name = submission.text("username").strip()
    return pages.render(request, "admin/created.html", created=name, password=password)


async def disable(request: Request) -> Response:
    submission = await submitted_by_admin(request)
    if request.path_params["account_id"] == submission.viewer_id:
        raise Refused(sentence("You cannot disable your own account; another administrator can."))
    await verbs.disable(node_of(request), request.path_params["account_id"], submission.visit.viewer.username)
    return redirect(HOME, "account_disabled")


async def enable(request: Request) -> Response:
    submission = await submitted_by_admin(request)
    await verbs.enable(node_of(request), request.path_params["account_id"], submission.visit.viewer.username)
    return redirect(HOME, "account_enabled")


async def _register(request: Request, submission: Submission, password: str) -> None:
    role, locale = submission.text("role"), submission.text("locale")
    if role not in ROLES or locale not in {"", *LOCALES}:
        raise Invalid(sentence("This form is not complete. Go back, load the page again and try once more."))
    await verbs.register(
        node_of(request),
        username=submission.text("username").strip(),
        email=submission.text("email").strip(),
        password=password,
        role=cast(verbs.RoleName, role),
        locale=locale,
        display_name=submission.text("display_name").strip(),
    )


async def _show(
    request: Request, submission: Submission | None = None, problem: FediverseError | None = None
) -> Response:
    page = page_of(request, _LISTED)
    users = await accounts.users(node_of(request), page)
    around = links(request, page, [user.account_id for user in users])
    names = ("username", "email", "display_name", "role", "locale")
    return pages.render(
        request,
        "admin/people.html",
        problem.status if problem else 200,
        users=users,
        roles=ROLES,
        values={name: submission.text(name) if submission else "" for name in names},
        problem=problem.safe if problem else "",
        newer=around.newer,
        older=around.older,
    )
