"""What other servers are told when something goes wrong: one line of JSON, the same for everybody who may not see a thing and for nobody's thing.

Called by `routes` for every error that an endpoint of this room raises; nothing else in it makes an error answer.
"""

import orjson
from starlette.requests import Request
from starlette.responses import Response

from fediverse.errors import FediverseError, NotFound, NotSignedIn, RateLimited, Unreachable
from fediverse.federation.answers import PRIVATE


def render_error(request: Request, error: FediverseError) -> Response:  # noqa: ARG001 - every door's error page takes both
    """`{"error": …, "code": …}`. Not found has one body for all, whatever was asked: hidden and unknown may not differ."""
    body = {"error": NotFound().safe if type(error) is NotFound else error.safe, "code": error.code}
    return Response(orjson.dumps(body), error.status, {**PRIVATE, **_headers(error)}, "application/json")


def _headers(error: FediverseError) -> dict[str, str]:
    match error:
        case RateLimited(retry_after_s=seconds):
            return {"Retry-After": str(seconds)}
        case Unreachable(retry_after_s=int(seconds)):
            return {"Retry-After": str(seconds)}
        case NotSignedIn():
            return {"WWW-Authenticate": "Signature"}
        case _:
            return {}
