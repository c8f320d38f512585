"""Client applications in browsers come from other origins: this lets their scripts read our answers (Fetch standard, CORS protocol).

A pure ASGI middleware that must be the outermost of all, around Starlette itself: an error page that is made outside of it would lack the headers,
and the client would report "Failed to fetch" in place of our message. Preflights are answered here, for every path of the list and before anybody
asks for a token: a browser sends none with them. Cookies never count across origins: there is no Allow-Credentials, so nothing that a browser is
signed in to can be read this way.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_READ = "GET, HEAD, OPTIONS"
_ALL = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_METHODS = {
    "/api/": _ALL,
    "/oauth/token": "POST, OPTIONS",
    "/oauth/revoke": "POST, OPTIONS",
    "/oauth/userinfo": "GET, POST, OPTIONS",
    "/.well-known/": _READ,
    "/nodeinfo/": _READ,
    "/media/": _READ,
    "/avatars/": _READ,
    "/static/": _READ,
    "/emoji/": _READ,
}
_EXPOSED = "Link, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id"
_USUAL_HEADERS = "Authorization, Content-Type, Idempotency-Key"
_PREFLIGHT_AGE_S = "7200"


class CrossOrigin:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        methods = _methods(scope)
        if methods is None:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _preflight(methods, headers)(scope, receive, send)
            return

        async def open_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                answered["Access-Control-Allow-Origin"] = "*"
                answered["Access-Control-Expose-Headers"] = _EXPOSED
            await send(message)

        await self._app(scope, receive, open_send)


def _methods(scope: Scope) -> str | None:
    """What scripts of other origins may do at this path; None where they may do nothing."""
    if scope["type"] != "http":
        return None
    path: str = scope["path"]
    return next((methods for prefix, methods in _METHODS.items() if path.startswith(prefix)), None)


def _preflight(methods: str, headers: Headers) -> Response:
    """Any request header may be sent: a refused one makes some clients post again without their Idempotency-Key."""
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": headers.get("access-control-request-headers") or _USUAL_HEADERS,
            "Access-Control-Max-Age": _PREFLIGHT_AGE_S,
            "Vary": "Access-Control-Request-Headers",
        },
    )
