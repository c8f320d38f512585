"""Streams that stay open while things happen, and devices that are pushed to. Whatever a stream says is noted as received by whose token opened it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fediverse.mastodon.routes import SOCKETS, STREAMING
from tests.leakcheck.canaries import PROBE, Ledger
from tests.leakcheck.wires import scope_of
from tests.leakcheck.world import PUSH, Someone, World
from tests.support.push_service import Device, Push

ALERTS = dict.fromkeys(
    ("mention", "favourite", "follow", "follow_request", "reblog", "status", "update", "poll", "quote"), True
)
LONGEST_S = 60
LISTENERS = ("anna", "ari", "alf", "abe", "root", "bert", "bea", "ben", "cleo")
DEVICES = ("anna", "ari", "alf", "abe", "bert", "bea", "ben", "cleo")


@asynccontextmanager
async def listening(world: World, lists: dict[str, int]) -> AsyncIterator[None]:
    """Everybody listens to every stream, by events and by a socket. *lists*: the id of a list for whoever has one."""
    async with asyncio.TaskGroup() as group:
        opened: list[asyncio.Event] = []
        tasks = [
            group.create_task(ear)
            for name in LISTENERS
            for ear in _ears(world[name], world.ledger, lists.get(name, 1), opened)
        ]
        async with asyncio.timeout(LONGEST_S):
            await asyncio.gather(*(one.wait() for one in opened))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


async def caught_up(world: World) -> None:
    """Wait until all streams told what happened. They tell in order: who opens one now and then writes hears that last."""
    for node in world.nodes:
        witness = await node.person("witness")
        opened, told = asyncio.Event(), asyncio.Event()

        async def say(message: Message, opened: asyncio.Event = opened, told: asyncio.Event = told) -> None:
            opened.set()
            if b"That was all" in message.get("body", b""):
                told.set()

        scope = scope_of("http", node.host, "/api/v1/streaming/user", _signed_in(node.host, witness.token), "")
        stream = asyncio.create_task(_opened(node.app, scope, say))
        async with asyncio.timeout(LONGEST_S):
            await opened.wait()
            await witness.client.post("/api/v1/statuses", json={"status": "That was all"})
            await told.wait()
        stream.cancel()


def _ears(
    one: Someone, ledger: Ledger, list_id: int, opened: list[asyncio.Event]
) -> Iterable[Coroutine[Any, Any, None]]:
    """For each an event is added to *opened*, which is set when the node answered."""
    for _method, path, _endpoint in STREAMING:
        opened.append(asyncio.Event())
        yield _events(one, ledger, path, f"tag={PROBE}&list={list_id}", opened[-1])
    for where, _socket_endpoint in SOCKETS:
        opened.append(asyncio.Event())
        yield _socket(one, ledger, where, list_id, opened[-1])


async def _events(one: Someone, ledger: Ledger, path: str, query: str, opened: asyncio.Event) -> None:
    scope = scope_of("http", one.node.host, path, _headers(one), query)

    async def say(message: Message) -> None:
        opened.set()
        ledger.note(one.who, f"GET {path}", message.get("body", b""))

    await _opened(one.node.app, scope, say)


async def _opened(app: ASGIApp, scope: Scope, say: Send) -> None:
    """A stream of events, for as long as nobody ends it."""
    await app(scope, _silence([{"type": "http.request", "body": b"", "more_body": False}]), say)


async def _socket(one: Someone, ledger: Ledger, path: str, list_id: int, opened: asyncio.Event) -> None:
    streams = [
        {"stream": name} for name in ("user", "public", "public:local", "public:remote", "direct", "user:notification")
    ]
    streams += [
        {"stream": "hashtag", "tag": PROBE},
        {"stream": "hashtag:local", "tag": PROBE},
        {"stream": "list", "list": str(list_id)},
    ]
    said = [
        {"type": "websocket.receive", "text": orjson.dumps({"type": "subscribe", **stream}).decode()}
        for stream in streams
    ]

    async def say(message: Message) -> None:
        opened.set()
        ledger.note(one.who, f"WS {path}", str(message.get("text", "")).encode())

    scope = scope_of("websocket", one.node.host, path, _headers(one), "")
    await one.node.app(scope, _silence([{"type": "websocket.connect"}, *said]), say)


def _headers(one: Someone) -> dict[str, str]:
    return _signed_in(one.node.host, one.token)


def _signed_in(host: str, token: str) -> dict[str, str]:
    return {"host": host, "authorization": f"Bearer {token}"}


def _silence(first: list[Message]) -> Receive:
    """*first*, and then nothing for as long as anybody waits."""
    waiting = iter(first)

    async def hear() -> Message:
        for message in waiting:
            return message
        await asyncio.Event().wait()
        raise AssertionError

    return hear


async def subscribe(world: World) -> None:
    """Everybody has a device. What the service gets is sealed, and noted as it came; what a device opens is noted as its owner's."""
    devices: dict[str, tuple[Someone, Device]] = {}
    for name in DEVICES:
        device = Device(f"http://{PUSH}/{name}")
        devices[f"/{name}"] = world[name], device
        await world[name].does(
            "POST",
            "/api/v1/push/subscription",
            json={"subscription": device.subscription(), "data": {"alerts": ALERTS, "policy": "all"}},
        )

    async def deliver(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        one, device = devices[request.url.path]
        body = await request.body()
        opened = device.read(
            Push(request.url.path, {name.lower(): value for name, value in request.headers.items()}, body)
        )
        world.ledger.note(one.who, "push", orjson.dumps(opened))
        await Response(status_code=201)(scope, receive, send)

    world.watched["push.localhost:9007"].leads_to(deliver)
