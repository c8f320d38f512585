"""Streams that stay open while things happen, and devices that are pushed to. Whatever a stream says is noted as received by whose token opened it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from fediverse.mastodon.routes import SOCKETS, STREAMING
from tests.leakcheck.canaries import PROBE, Ledger
from tests.leakcheck.wires import scope_of
from tests.leakcheck.world import PUSH, Someone, World
from tests.support.push_service import Device, Push

ALERTS = dict.fromkeys(
    ("mention", "favourite", "follow", "follow_request", "reblog", "status", "update", "poll", "quote"), True
)
LISTENERS = ("anna", "ari", "alf", "abe", "root", "bert", "bea", "ben", "cleo")
DEVICES = ("anna", "ari", "alf", "abe", "bert", "bea", "ben", "cleo")


@asynccontextmanager
async def listening(world: World, lists: dict[str, int]) -> AsyncIterator[None]:
    """Everybody listens to every stream, by events and by a socket. *lists*: the id of a list for whoever has one."""
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(ear) for name in LISTENERS for ear in _ears(world[name], world.ledger, lists.get(name, 1))
        ]
        await asyncio.sleep(0.05)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


def _ears(one: Someone, ledger: Ledger, list_id: int) -> Iterable[Coroutine[Any, Any, None]]:
    for _method, path, _endpoint in STREAMING:
        yield _events(one, ledger, path, f"tag={PROBE}&list={list_id}")
    for where, _socket_endpoint in SOCKETS:
        yield _socket(one, ledger, where, list_id)


async def _events(one: Someone, ledger: Ledger, path: str, query: str) -> None:
    scope = scope_of("http", one.node.host, path, _headers(one), query)

    async def say(message: Message) -> None:
        ledger.note(one.who, f"GET {path}", message.get("body", b""))

    await one.node.app(scope, _silence([{"type": "http.request", "body": b"", "more_body": False}]), say)


async def _socket(one: Someone, ledger: Ledger, path: str, list_id: int) -> None:
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
        ledger.note(one.who, f"WS {path}", str(message.get("text", "")).encode())

    scope = scope_of("websocket", one.node.host, path, _headers(one), "")
    await one.node.app(scope, _silence([{"type": "websocket.connect"}, *said]), say)


def _headers(one: Someone) -> dict[str, str]:
    return {"host": one.node.host, "authorization": f"Bearer {one.token}"}


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
