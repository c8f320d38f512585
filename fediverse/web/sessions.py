"""Who sits at the browser, and whether a form came from one of our pages: the only place that reads and sets the session's cookie.

Every page asks `require_user` or `current_user`; every form's target asks `check_csrf` too. The cookie is out of reach of scripts (HttpOnly), is not sent
with forms of other sites (SameSite=Lax) and, over https, cannot be set by a neighbour under the same domain (`__Host-`). A forged form is told by a token in
the form, not by `Origin`: that header is "null" wherever a page asks browsers to keep quiet about where they come from.
"""

import hmac
import re
import secrets
from typing import TYPE_CHECKING

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions.access import note_seen
from fediverse.errors import NotSignedIn, Refused
from fediverse.node import Node, node_of
from fediverse.queries.access import SignedIn, signed_in_by_session
from fediverse.web.translations import sentence

if TYPE_CHECKING:
    from fediverse.actions.access import Session

FIELD = "csrf_token"
_RANDOM = re.compile(r"[A-Za-z0-9_-]{43}")


async def current_user(request: Request) -> SignedIn | None:
    """The person at this browser; None when nobody is signed in. Asked of the database once a request."""
    if not hasattr(request.state, "signed_in"):
        request.state.signed_in = await _signed_in(request)
    return _remembered(request)


async def require_user(request: Request) -> SignedIn:
    """The person at this browser. Raises NotSignedIn."""
    person = await current_user(request)
    if person is None:
        raise NotSignedIn(sentence("Please sign in."))
    return person


def check_csrf(request: Request, form: FormData) -> SignedIn:
    """Raises Refused unless *form* carries the session's token; ask `current_user` or `require_user` first. Answers with the person."""
    person = _remembered(request)
    if person is None:
        raise NotSignedIn(sentence("Please sign in."))
    if not _equal(person.csrf_token, form.get(FIELD)):
        raise Refused(
            sentence("This form did not come from a page of this node. Load the page again and try once more."),
            code="csrf",
        )
    return person


def set_session(request: Request, response: Response, session: "Session") -> None:
    node = node_of(request)
    lifetime_s = int((session.expires_at - node.clock.now()).total_seconds())
    _set_cookie(node, response, "session", session.cookie, lifetime_s)


def clear_session(request: Request, response: Response) -> None:
    _set_cookie(node_of(request), response, "session", "", 0)


def sign_in_token(request: Request) -> str:
    """The token for a form that is sent before there is a session: the browser's own from an earlier page, or a new one."""
    kept = request.cookies.get(_cookie_name(node_of(request), "sign_in"), "")
    return kept if _RANDOM.fullmatch(kept) else secrets.token_urlsafe(32)


def keep_sign_in_token(request: Request, response: Response, token: str) -> None:
    _set_cookie(node_of(request), response, "sign_in", token, None)


def has_sign_in_token(request: Request, form: FormData) -> bool:
    """Whether *form* came from our sign-in page in this browser. Without this, another site could sign a person in as somebody else."""
    return _equal(request.cookies.get(_cookie_name(node_of(request), "sign_in"), ""), form.get(FIELD))


async def _signed_in(request: Request) -> SignedIn | None:
    node = node_of(request)
    cookie = request.cookies.get(_cookie_name(node, "session"), "")
    if not cookie:
        return None
    try:
        person = await signed_in_by_session(node, cookie)
    except NotSignedIn:
        return None
    await note_seen(node, person, request.client.host if request.client else "")
    return person


def _remembered(request: Request) -> SignedIn | None:
    person: SignedIn | None = getattr(request.state, "signed_in", None)
    return person


def _equal(expected: str, given: object) -> bool:
    """False when there is nothing to compare."""
    return (
        bool(expected)
        and isinstance(given, str)
        and hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
    )


def _is_secure(node: Node) -> bool:
    """Whether people reach this node over https; always so but in development."""
    return node.settings.origin.startswith("https://")


def _cookie_name(node: Node, name: str) -> str:
    return f"__Host-{name}" if _is_secure(node) else name


def _set_cookie(node: Node, response: Response, name: str, value: str, max_age_s: int | None) -> None:
    response.set_cookie(
        _cookie_name(node, name),
        value,
        max_age=max_age_s,
        path="/",
        secure=_is_secure(node),
        httponly=True,
        samesite="lax",
    )
