"""What clients call: one WebSocket with many streams, or one stream of server-sent events for each request (Mastodon API, streaming).

The token may come in four places, and is never written to a log. A handshake whose token is not good is refused with 401 before anything is opened.
"""

import asyncio
import contextlib
from collections.abc import Coroutine, Mapping
from typing import Any

import orjson
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from fediverse.errors import FediverseError, Malformed, NotSignedIn, Refused
from fediverse.mastodon.streaming.desk import desk_of
from fediverse.mastodon.streaming.frames import GREETING, THUMP, error_frame
from fediverse.mastodon.streaming.register import Connection
from fediverse.mastodon.streaming.topics import Topic, topic
from fediverse.node import node_of
from fediverse.queries import lists
from fediverse.queries.access import SignedIn, signed_in_by_token
from fediverse.streams.outlets import End

MAX_SUBSCRIPTIONS = 100
THUMP_S = 30.0
CLOSE_S = 1.0
_CLOSE_CODES = {End.SLOW: 1013, End.MISSED: 1012, End.STOPPING: 1012, End.REVOKED: 1008, End.TOO_MUCH: 1008}


async def health(request: Request) -> Response:  # noqa: ARG001 - an endpoint's signature
    return PlainTextResponse("OK")


async def user(request: Request) -> Response:
    return await _events(request, "user")


async def user_notification(request: Request) -> Response:
    return await _events(request, "user:notification")


async def public(request: Request) -> Response:
    return await _events(request, "public")


async def public_local(request: Request) -> Response:
    return await _events(request, "public:local")


async def public_remote(request: Request) -> Response:
    return await _events(request, "public:remote")


async def hashtag(request: Request) -> Response:
    return await _events(request, "hashtag")


async def hashtag_local(request: Request) -> Response:
    return await _events(request, "hashtag:local")


async def list_(request: Request) -> Response:
    return await _events(request, "list")


async def direct(request: Request) -> Response:
    return await _events(request, "direct")


async def socket(websocket: WebSocket) -> None:
    """`?stream=` subscribes at once; more come and go by messages. Raises what it is refused for while the handshake stands open, and nothing later."""
    access, account_id, token = await _listener(websocket)
    query = websocket.query_params
    first = _wanted(query, account_id) if "stream" in query else None
    async with desk_of(websocket).opened(access, account_id, token, "socket") as connection:
        if first is not None:
            await _subscribe(websocket, connection, first)
        # Browsers and Node drop the socket when what they offered is not answered, and the token is what they offer.
        offered: list[str] = websocket.scope["subprotocols"]
        await websocket.accept(subprotocol=offered[0] if offered else None)
        with contextlib.suppress(WebSocketDisconnect):
            await _until_one_ends(
                _write(websocket, connection), _read(websocket, connection), connection.outlet.closed.wait()
            )
        await _close(websocket, connection)


async def _write(websocket: WebSocket, connection: Connection) -> None:
    while (frame := await connection.outlet.next()) is not None:
        await websocket.send_text(frame)


async def _read(websocket: WebSocket, connection: Connection) -> None:
    """What is no message of this protocol is passed over, as upstream does."""
    while (message := await websocket.receive())["type"] == "websocket.receive":
        try:
            said = orjson.loads(message.get("text") or "null")
        except orjson.JSONDecodeError:
            continue
        if not isinstance(said, dict):
            continue
        try:
            await _obey(websocket, connection, said)
        except Malformed as problem:
            connection.outlet.put(error_frame(problem.safe, problem.status))
        except FediverseError:
            continue  # not allowed, or not the person's list: an error frame would end the socket's other streams in masto.js


async def _obey(websocket: WebSocket, connection: Connection, said: Mapping[str, Any]) -> None:
    if said.get("type") == "subscribe":
        wanted = _wanted(said, connection.account_id)
        if len(connection.topics | {wanted}) > MAX_SUBSCRIPTIONS:
            connection.outlet.close(End.TOO_MUCH)
        else:
            await _subscribe(websocket, connection, wanted)
    elif said.get("type") == "unsubscribe":
        desk_of(websocket).register.unsubscribe(connection, _wanted(said, connection.account_id))


async def _close(websocket: WebSocket, connection: Connection) -> None:
    """Say why, unless the client went by itself or does not read."""
    if connection.outlet.end is not None:
        with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
            async with asyncio.timeout(CLOSE_S):
                await websocket.close(_CLOSE_CODES[connection.outlet.end], connection.outlet.end.value)


async def _events(request: Request, name: str) -> Response:
    access, account_id, token = await _listener(request)
    if name.startswith("public") and request.query_params.get("only_media", "").lower() in {"1", "true"}:
        name += ":media"
    wanted = _wanted({**request.query_params, "stream": name}, account_id)
    async with contextlib.AsyncExitStack() as opened:
        connection = await opened.enter_async_context(desk_of(request).opened(access, account_id, token, "events"))
        await _subscribe(request, connection, wanted)
        return EventStream(connection, opened.pop_all())


class EventStream(Response):
    """Server-sent events until one side ends it (HTML standard, 9.2). A comment keeps proxies from taking the connection for dead."""

    media_type = "text/event-stream"

    def __init__(self, connection: Connection, opened: contextlib.AsyncExitStack, *, thump_s: float = THUMP_S) -> None:
        super().__init__(headers={"Cache-Control": "private, no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._connection = connection
        self._opened = opened
        self._thump_s = thump_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - an ASGI application's signature
        async with self._opened:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            with contextlib.suppress(OSError):  # the client went
                await _until_one_ends(self._write(send), _disconnected(receive), self._connection.outlet.closed.wait())
            with contextlib.suppress(TimeoutError, OSError):
                async with asyncio.timeout(CLOSE_S):
                    await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _write(self, send: Send) -> None:
        frame: str | None = GREETING
        while frame is not None:
            await send({"type": "http.response.body", "body": frame.encode(), "more_body": True})
            try:
                async with asyncio.timeout(self._thump_s):
                    frame = await self._connection.outlet.next()
            except TimeoutError:
                frame = THUMP


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _until_one_ends(*steps: Coroutine[Any, Any, Any]) -> None:
    """Run *steps* side by side until the first of them ends; raises what that one raised."""
    tasks = [asyncio.create_task(step) for step in steps]
    try:
        done, _others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _listener(connection: HTTPConnection) -> tuple[SignedIn, int, str]:
    """Who listens. Raises NotSignedIn."""
    token = _token(connection)
    access = await signed_in_by_token(node_of(connection), token) if token else None
    if access is None or access.account_id is None:
        raise NotSignedIn("The access token is invalid")
    return access, access.account_id, token


def _token(connection: HTTPConnection) -> str:
    """In the header, in the query, or as the subprotocol that a WebSocket client offers: browsers let it say nothing else."""
    scheme, _, bearer = connection.headers.get("authorization", "").partition(" ")
    offered: list[str] = connection.scope.get("subprotocols", [])
    places = (bearer.strip() if scheme.lower() == "bearer" else "", connection.query_params.get("access_token", ""))
    return next((token for token in (*places, *offered) if token), "")


def _wanted(said: Mapping[str, Any], account_id: int) -> Topic:
    return topic(said.get("stream"), account_id, tag=said.get("tag"), list_id=said.get("list"))


async def _subscribe(at: HTTPConnection, connection: Connection, wanted: Topic) -> None:
    """Raises Refused without the scope, NotFound for a list that is not the person's."""
    if not connection.access.may(wanted.scope):
        raise Refused("This action is outside the authorized scopes")
    if wanted.list_id is not None:
        await lists.one(node_of(at), connection.account_id, wanted.list_id)
    desk_of(at).register.subscribe(connection, wanted)
