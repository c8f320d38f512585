"""`/api/v1/instance/` is `/api/v1/instance`: Mastodon.py and toot write the slash, and a redirect would lose their token or their body.

A pure ASGI middleware around the router, for this door's paths only. The router's own redirects must be off (`redirect_slashes=False`).
"""

from starlette.types import ASGIApp, Receive, Scope, Send

_PREFIXES = ("/api/", "/oauth/")


class TrailingSlash:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            path: str = scope["path"]
            if path.startswith(_PREFIXES) and path.endswith("/"):
                scope = {**scope, "path": path.rstrip("/")}
        await self._app(scope, receive, send)
