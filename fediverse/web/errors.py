"""What goes wrong, as a page that says what to do next. The one place where these doors turn an error into an answer."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from fediverse.errors import FediverseError, NotSignedIn, RateLimited
from fediverse.web import pages
from fediverse.web.translations import sentence

SIGN_IN_PATH: Final = "/auth/sign_in"


@dataclass(frozen=True, slots=True)
class _Advice:
    heading: str
    next_step: str
    tell_reason: bool = True  # whether the error's own sentence helps, or the heading says it all


_ADVICE: Final = {
    400: _Advice(
        sentence("This request could not be read"),
        sentence("Go back, load the page again and try once more."),
    ),
    401: _Advice(
        sentence("You are signed out"),
        sentence("Your text is not lost: go back to copy it, then sign in again."),
        tell_reason=False,
    ),
    403: _Advice(
        sentence("This is not allowed"),
        sentence("If you need it for your work, ask an administrator of this node."),
    ),
    404: _Advice(
        sentence("This page does not exist, or is not for you"),
        sentence(
            "The post may have been deleted, or only other people may see it. Check the address, or search for what you need."
        ),
        tell_reason=False,
    ),
    405: _Advice(
        sentence("This request could not be read"),
        sentence("Go back, load the page again and try once more."),
        tell_reason=False,
    ),
    409: _Advice(
        sentence("Somebody else was quicker"),
        sentence("Go back, load the page again and try once more."),
    ),
    413: _Advice(
        sentence("This is too large"),
        sentence("Choose a smaller file, then try again."),
    ),
    415: _Advice(
        sentence("This kind of file cannot be used"),
        sentence("Pictures can be JPEG, PNG, GIF or WebP."),
    ),
    422: _Advice(
        sentence("Something in the form is not right"),
        sentence("Go back: what you wrote is still there. Change it and try again."),
    ),
    429: _Advice(
        sentence("Too many requests in a short time"),
        sentence("Wait a few minutes, then try again."),
    ),
    503: _Advice(
        sentence("The other node does not answer"),
        sentence("This is most often over in a few minutes. If it lasts, tell an administrator of this node."),
    ),
}
_FAILURE: Final = _Advice(
    sentence("Something went wrong on this node"),
    sentence(
        "It is not your fault. Try again in a few minutes; if it happens again, tell an administrator of this node."
    ),
    tell_reason=False,
)


def render_error(request: Request, error: FediverseError) -> Response:
    """A page for *error*. Who must sign in first is led there, and back afterwards."""
    if isinstance(error, NotSignedIn) and request.method in {"GET", "HEAD"}:
        return _to_sign_in(request)
    advice = _ADVICE.get(error.status, _FAILURE)
    t = pages.translator_of(request)
    headers = {"Retry-After": str(error.retry_after_s)} if isinstance(error, RateLimited) else {}
    return pages.render(
        request,
        "errors/error.html",
        error.status,
        headers,
        error_status=error.status,
        heading=t(advice.heading),
        reason=t.reason(error.safe) if advice.tell_reason else "",
        next_step=t(advice.next_step),
        sign_in_path=SIGN_IN_PATH if isinstance(error, NotSignedIn) else "",
    )


def render_http_error(request: Request, error: Exception) -> Response:
    """What the framework refused before an endpoint was reached: an address that nobody serves, a method, a form that cannot be read.

    A page for browsers; one line of JSON for programs.
    """
    status = error.status_code if isinstance(error, HTTPException) else 500
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"error": HTTPStatus(status).phrase}, status)
    refusal = FediverseError(HTTPStatus(status).phrase)
    refusal.status = status
    return render_error(request, refusal)


def render_failure(request: Request, error: Exception) -> Response:
    """A fault of ours. Nothing of it is shown; whoever calls this has logged it."""
    return render_http_error(request, error)


def _to_sign_in(request: Request) -> Response:
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{SIGN_IN_PATH}?next={quote(wanted, safe='')}", 303, headers={"Cache-Control": "no-store"})
