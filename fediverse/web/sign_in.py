"""Signing in and out with a name and a password. Open to everybody; the page leads back, by `next`, to where somebody was kept out.

The path and the names of the fields' elements are Mastodon's, since client test rigs look for them. Failed attempts are counted per address and per name:
a right password gives both back, so that a whole company may come from one address.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fediverse import log
from fediverse.actions import access
from fediverse.actions.limits import limiter_of
from fediverse.errors import NotSignedIn, Refused
from fediverse.node import node_of
from fediverse.policy.limits import SIGN_INS_PER_ADDRESS, SIGN_INS_PER_NAME, Limit, Standing, address_group
from fediverse.web import sessions
from fediverse.web.pages import CONTENT_SECURITY_POLICY, render, translator_of
from fediverse.web.translations import sentence
from fediverse.web.visits import local_path

_MAX_FIELDS: Final = 10
_MAX_NAME_CHARACTERS: Final = 320
_MINUTE_S: Final = 60

# Chromium applies `form-action` to the redirects after a form, too: with it, a click on "Allow" would never reach the application. Nor may these pages
# carry `Cross-Origin-Opener-Policy`: Phanpy opens them in a popup and waits for it.
HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": "; ".join(
            directive for directive in CONTENT_SECURITY_POLICY.split("; ") if not directive.startswith("form-action")
        ),
        "X-Frame-Options": "DENY",
    }
)

_WRONG: Final = sentence("This name and password do not belong together.")
_STALE: Final = sentence("This page was open for a long time. Please sign in once more.")
_TOO_OFTEN: Final = sentence("Too many attempts. Try again in {minutes} min.")


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What the form says: who wants in, and where to."""

    name: str = ""
    password: str = field(default="", repr=False)
    next_path: str = "/"


async def sign_in_page(request: Request) -> Response:
    """The form, also for somebody who is signed in: applications ask for it to add a second account."""
    return _page(request, _Attempt(next_path=local_path(request.query_params.get("next", ""))))


async def sign_in(request: Request) -> Response:
    async with request.form(max_fields=_MAX_FIELDS, max_files=0) as form:
        attempt = _attempt(form)
        ours = sessions.has_sign_in_token(request, form)
    if not ours:
        return _page(request, attempt, 403, translator_of(request)(_STALE))
    barred = await _hit(request, attempt)
    if barred is not None:
        return _too_often(request, attempt, barred)
    try:
        session = await access.sign_in(node_of(request), attempt.name, attempt.password)
    except (NotSignedIn, Refused) as refusal:
        return _refuse(request, attempt, refusal)
    await _give_back(request, attempt)
    await _end_earlier_session(request)
    response = RedirectResponse(attempt.next_path, 303, headers={"Cache-Control": "no-store"})
    sessions.set_session(request, response, session)
    return response


async def sign_out(request: Request) -> Response:
    """Ends the session; for somebody whose session is over already, the same answer."""
    person = await sessions.current_user(request)
    if person is not None:
        async with request.form(max_fields=_MAX_FIELDS, max_files=0) as form:
            sessions.check_csrf(request, form)
        await _end_earlier_session(request)
    response = RedirectResponse("/auth/sign_in", 303, headers={"Cache-Control": "no-store"})
    sessions.clear_session(request, response)
    return response


def _attempt(form: FormData) -> _Attempt:
    name = _text(form, "email").replace("\0", "").strip()[:_MAX_NAME_CHARACTERS]
    return _Attempt(name, _text(form, "password"), local_path(_text(form, "next")))


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _page(
    request: Request, attempt: _Attempt, status: int = 200, problem: str = "", retry_after_s: int | None = None
) -> Response:
    """The form, with what was typed but the password."""
    token = sessions.sign_in_token(request)
    response = render(
        request,
        "access/sign_in.html",
        status,
        HEADERS if retry_after_s is None else {**HEADERS, "Retry-After": str(retry_after_s)},
        plain=True,
        typed_name=attempt.name,
        next_path=attempt.next_path,
        problem=problem,
        csrf_token=token,
    )
    sessions.keep_sign_in_token(request, response, token)
    return response


def _refuse(request: Request, attempt: _Attempt, refusal: NotSignedIn | Refused) -> Response:
    """One sentence for a wrong name and a wrong password; what else stands in the way is said."""
    log.get(__name__).info("sign_in.refused", address=_address(request), reason=refusal.code)
    problem = _WRONG if isinstance(refusal, NotSignedIn) else refusal.safe
    return _page(request, attempt, 401, translator_of(request)(problem))


def _too_often(request: Request, attempt: _Attempt, barred: Standing) -> Response:
    wait_s = barred.retry_after_s(node_of(request).clock.now())
    problem = translator_of(request)(_TOO_OFTEN, minutes=-(-wait_s // _MINUTE_S))
    log.get(__name__).warning("sign_in.barred", address=_address(request))
    return _page(request, attempt, 429, problem, wait_s)


async def _hit(request: Request, attempt: _Attempt) -> Standing | None:
    """Count this attempt before it is made; answers the limit that bars it, if one does."""
    node, limiter = node_of(request), limiter_of(request)
    found = [await limiter.hit(node, limit, key) for limit, key in _counted(request, attempt)]
    return next((standing for standing in found if not standing.allowed), None)


async def _give_back(request: Request, attempt: _Attempt) -> None:
    node, limiter = node_of(request), limiter_of(request)
    for limit, key in _counted(request, attempt):
        await limiter.give_back(node, limit, key)


def _counted(request: Request, attempt: _Attempt) -> tuple[tuple[Limit, str], ...]:
    folded = unicodedata.normalize("NFKC", attempt.name).casefold()
    return (SIGN_INS_PER_ADDRESS, _address(request)), (SIGN_INS_PER_NAME, folded)


def _address(request: Request) -> str:
    return address_group(request.client.host if request.client else "")


async def _end_earlier_session(request: Request) -> None:
    person = await sessions.current_user(request)
    if person is not None and person.session_id is not None:
        await access.sign_out(node_of(request), person.session_id)
