"""What lies between the nodes: a tap on each of them that notes every byte of every request and answer, and a caller that speaks to an application directly.

A tap knows who asks by the key that signed. What arrives at a host was received by that host, and so was the answer to whatever it asked for.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import orjson
from starlette.datastructures import Headers
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fediverse.routes import ROUTES, STREAMS
from tests.leakcheck.canaries import Ledger

_KEY_ID = re.compile(r'keyid="([^"]+)"', re.IGNORECASE)
_WAYS = [
    (frozenset(getattr(route, "methods", None) or {"WS"}), route.path, route.path_regex)
    for route in (*ROUTES, *STREAMS)
    if isinstance(route, Route | WebSocketRoute)
]


def way_of(method: str, path: str) -> str:
    """The line of the URL map that answers."""
    for methods, template, pattern in _WAYS:
        if method in methods and pattern.match(path):
            return f"{method} {template}"
    return f"{method} (no route)"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer. *raw* is all of it, headers included."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def raw(self) -> bytes:
        return _lines(self.headers) + self.body


def _lines(headers: Mapping[str, str]) -> bytes:
    return "\n".join(f"{name}: {value}" for name, value in headers.items()).encode() + b"\n"


class Tap:
    """In front of a node, for what comes over the wire. *names*: host → who receives, `server B`."""

    def __init__(self, app: ASGIApp, host: str, names: Mapping[str, str], ledger: Ledger) -> None:
        self._app = app
        self._host = host
        self._names = names
        self._ledger = ledger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked: list[bytes] = []
        told: list[Message] = []

        async def hear() -> Message:
            message = await receive()
            asked.append(message.get("body", b""))
            return message

        async def say(message: Message) -> None:
            told.append(message)
            await send(message)

        try:
            await self._app(scope, hear, say)
        finally:
            self._note(scope, b"".join(asked), told)

    def _note(self, scope: Scope, body: bytes, told: Sequence[Message]) -> None:
        headers = Headers(scope=scope)
        target = scope.get("raw_path", b"") + b"?" + scope["query_string"]
        sent = b"".join(name + b": " + value + b"\n" for name, value in scope["headers"])
        self._ledger.note(self._names[self._host], _arrival(scope["method"], body), target, sent, body)
        said = b"".join(
            b"".join(n + b": " + v + b"\n" for n, v in message.get("headers", ())) + message.get("body", b"")
            for message in told
        )
        self._ledger.note(who_signed(headers, self._names), way_of(scope["method"], scope["path"]), said)


def who_signed(headers: Mapping[str, str], names: Mapping[str, str]) -> str:
    found = _KEY_ID.search(headers.get("signature", "") + headers.get("signature-input", ""))
    return names.get(urlsplit(found[1]).netloc, "unsigned") if found else "unsigned"


def _arrival(method: str, body: bytes) -> str:
    """What a host receives when somebody asks it: a delivery, or a fetch with its address."""
    if method == "GET":
        return "fetch"
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return f"{method} of something"
    return f"delivery {document.get('type')}" if isinstance(document, dict) else f"{method} of something"


class Watched:
    """A host that must not be contacted at all while *closed*: whoever comes is written down."""

    def __init__(self, app: ASGIApp, name: str, ledger: Ledger) -> None:
        self._app = app
        self._name = name
        self._ledger = ledger
        self.closed = True

    def leads_to(self, app: ASGIApp) -> None:
        """From now on *app* answers."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.closed:
            self._ledger.contacts.append(f"{self._name}: {scope['method']} {scope['path']}")
        await self._app(scope, receive, send)


_FAILED: Message = {"type": "http.response.start", "status": 500, "headers": []}


async def ask(
    app: ASGIApp,
    host: str,
    method: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> Said:
    """One request, without anything in between that would hide a byte of its answer."""
    sent = {"host": host, **(headers or {})}
    if form is not None:
        body = urlencode(form).encode()
        sent |= {"content-type": "application/x-www-form-urlencoded"}
    if body:
        sent |= {"content-length": str(len(body))}
    told: list[Message] = []

    async def say(message: Message) -> None:
        told.append(message)

    scope = scope_of("http", host, path, sent, urlencode(query or {}), method)
    with suppress(Exception):  # what the program could not answer is a 500, as it is behind a real server
        await app(scope, _once(body), say)
    start = next((message for message in told if message["type"] == "http.response.start"), _FAILED)
    said = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
    return Said(
        start["status"],
        {name: ", ".join(value for other, value in said if other == name) for name, _value in said},
        b"".join(message.get("body", b"") for message in told if message["type"] == "http.response.body"),
    )


def scope_of(kind: str, host: str, path: str, headers: Mapping[str, str], query: str, method: str = "GET") -> Scope:
    plain, _mark, own = path.partition("?")
    return {
        "type": kind,
        "method": method,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": "http" if kind == "http" else "ws",
        "path": _unquoted(plain),
        "raw_path": plain.encode(),
        "root_path": "",
        "query_string": "&".join(part for part in (own, query) if part).encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
        "client": ("203.0.113.9", 4711),
        "server": (host.partition(":")[0], 80),
        "subprotocols": [],
        "state": {},
        "extensions": {},
    }


def _unquoted(path: str) -> str:
    return re.sub(r"%([0-9a-fA-F]{2})", lambda match: chr(int(match[1], 16)), path)


def _once(body: bytes) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def hear() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return hear
