"""Refusals as client applications read them: `{"error": …}`, with `details` for each field of a 422. The one place of this door that does so.

`routes.py` calls `render_error` for what an endpoint raised, `render_http_error` for what Starlette itself refused under this door's paths, and
`render_failure` for a fault of ours, which must be JSON too: client libraries report a page of another type as a broken network.
"""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from fediverse.errors import FediverseError, Invalid, NotFound, NotSignedIn, RateLimited, Unreachable
from fediverse.mastodon.answers import answer


def render_error(request: HTTPConnection, error: FediverseError) -> Response:  # noqa: ARG001 - every door's signature
    return answer(_body(error), error.status, _headers(error))


def render_http_error(request: Request, error: HTTPException) -> Response:  # noqa: ARG001
    """An unknown path or a method that it does not have."""
    text = NotFound().safe if error.status_code == 404 else error.detail
    return answer({"error": text}, error.status_code, error.headers)


def render_failure(request: Request, error: Exception) -> Response:  # noqa: ARG001
    """Says nothing of what went wrong; the log does."""
    return answer({"error": "Something went wrong on our side"}, 500)


def _body(error: FediverseError) -> dict[str, Any]:
    if isinstance(error, NotFound):  # one sentence for unknown and hidden, whoever raised it
        return {"error": NotFound().safe}
    body: dict[str, Any] = {"error": error.safe}
    if isinstance(error, Invalid) and error.details:
        body["details"] = {
            field: [{"error": code, "description": sentence} for code, sentence in problems]
            for field, problems in error.details.items()
        }
    return body


def _headers(error: FediverseError) -> dict[str, str]:
    if isinstance(error, NotSignedIn):
        return {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    if isinstance(error, RateLimited | Unreachable) and error.retry_after_s is not None:
        return {"Retry-After": str(error.retry_after_s)}
    return {}
