"""How often clients may ask: counted per person, per application that speaks for itself, and per address for everybody else; told in every answer.

A pure ASGI middleware inside the one for CORS (a 429 needs its headers as well) and inside the one that puts the node into the scope. It hands its `Limiter` to the
doors, which count what only they see, such as the name in a failed sign-in. Learning whose token it is costs a question, so the answer is kept for a minute;
this decides about counters and nothing else. Being the place that sees each token once a minute, it also notes that its person was here.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fediverse.actions.access import note_seen
from fediverse.actions.limits import Limiter
from fediverse.caches import Cache
from fediverse.errors import NotSignedIn
from fediverse.mastodon.answers import answer
from fediverse.node import Node, node_of
from fediverse.policy.limits import REGISTRATIONS, Standing, address_group, limits_of
from fediverse.queries.access import hash_of, signed_in_by_token

_APPLICATION = "application "


class RateLimits:
    """Wraps the router. One instance serves one node in one process."""

    def __init__(self, app: ASGIApp, *, enabled: bool) -> None:
        self._app = app
        self._limiter = Limiter(enabled=enabled)
        self._callers: Cache[str, str] = Cache(10_000, 60)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        scope["limiter"] = self._limiter
        standing = await self._count(scope) if scope["type"] == "http" else None
        if standing is None:
            await self._app(scope, receive, send)
            return

        async def telling_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_headers(standing))
            await send(message)

        if standing.allowed:
            await self._app(scope, receive, telling_send)
            return
        retry_after_s = standing.retry_after_s(node_of(HTTPConnection(scope)).clock.now())
        refusal = answer({"error": "Too many requests"}, 429, {"Retry-After": str(retry_after_s)})
        await refusal(scope, receive, telling_send)

    async def _count(self, scope: Scope) -> Standing | None:
        """None for what is not counted here."""
        limits = limits_of(scope["method"], scope["path"])
        if not limits:
            return None
        node = node_of(HTTPConnection(scope))
        came_from = scope["client"][0] if scope.get("client") else ""
        address = "address " + address_group(came_from)
        caller = await self._caller(node, Headers(scope=scope).get("authorization", ""), came_from) or address
        # Anybody may register applications, so those also count for the address: else each would bring an allowance of its own.
        callers = (address, caller) if caller.startswith(_APPLICATION) else (caller,)
        hits = [(limit, each) for limit in limits for each in ((address,) if limit is REGISTRATIONS else callers)]
        return await self._limiter.strictest(node, hits)

    async def _caller(self, node: Node, authorization: str, came_from: str) -> str:
        """The person or the application that a request with this header counts for; empty for a token that is not valid: it counts for the address."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return ""
        place = hash_of(token.strip())
        known = self._callers.get(place)
        if known is not None:
            return known
        try:
            access = await signed_in_by_token(node, token.strip())
        except NotSignedIn:
            return ""
        await note_seen(node, access, came_from)
        name = f"{_APPLICATION}{access.app_id}" if access.account_id is None else f"account {access.account_id}"
        self._callers.put(place, name)
        return name


def _headers(standing: Standing) -> dict[str, str]:
    """Mastodon's, dates as it writes them: Mastodon.py sleeps until the reset."""
    return {
        "X-RateLimit-Limit": str(standing.limit),
        "X-RateLimit-Remaining": str(standing.remaining),
        "X-RateLimit-Reset": standing.reset_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }
