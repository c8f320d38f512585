"""Clients that listen to a served node, over WebSocket and over server-sent events; and what the people do that they listen to."""

import asyncio
import json
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from fediverse.actions import access
from fediverse.app import open_node
from tests.support.journeys import picture
from tests.support.processes import ServedNode, ServedPerson

JSON = dict[str, Any]
PATIENCE_S = 20.0


@dataclass
class Frame:
    """A frame of a WebSocket, its payload read; or one event, without the name of a stream."""

    event: str
    payload: Any
    stream: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What the status or the notification's status says."""
        status = self.payload.get("status", self.payload)
        content: str = (status["reblog"] or status)["content"]
        return content.removeprefix("<p>").removesuffix("</p>")


class Listening:
    """An open WebSocket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def say(self, kind: str, stream: str, **more: object) -> None:
        self.socket.send(json.dumps({"type": kind, "stream": stream, **more}))

    def subscribe(self, *streams: str) -> None:
        for stream in streams:
            self.say("subscribe", stream)
        self.settle()

    def settle(self) -> None:
        """Return when all that was said before has been read: a subscribe that cannot be read is answered, in its turn."""
        self.say("subscribe", "no such stream")
        while "error" not in (frame := self.raw()):
            raise AssertionError(f"something came before the answer: {frame}")

    def raw(self) -> JSON:
        answer: JSON = json.loads(self.socket.recv(timeout=PATIENCE_S))
        return answer

    def next(self) -> Frame:
        frame = self.raw()
        payload = frame.get("payload")
        bare = payload is None or frame["event"] in {"delete", "announcement.delete"}
        return Frame(frame["event"], payload if bare else json.loads(str(payload)), frame["stream"])

    def take(self, number: int) -> list[Frame]:
        return [self.next() for _number in range(number)]


@contextmanager
def listening(
    node: ServedNode,
    token: str,
    *streams: str,
    query: str = "",
    place: str = "header",
    path: str = "/api/v1/streaming",
    **options: Any,
) -> Iterator[Listening]:
    """Listen with *token* in the header, the query or as the subprotocol (*place*), to *streams* and to what *query* says."""
    queries = [part for part in (query, f"access_token={token}" if place == "query" else "") if part]
    url = f"ws://{node.host}{path}{'?' if queries else ''}{'&'.join(queries)}"
    with connect(
        url,
        sock=socket.create_connection(("127.0.0.1", node.port)),
        additional_headers={"Authorization": f"Bearer {token}"} if place == "header" else {},
        subprotocols=[Subprotocol(token)] if place == "subprotocol" else None,
        compression=None,
        proxy=None,
        **options,
    ) as opened:
        one = Listening(opened)
        if streams:
            one.subscribe(*streams)
        yield one


class Events:
    """An open stream of server-sent events."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self._lines = answer.iter_lines()

    def next(self) -> Frame:
        event = next(line for line in self._lines if line.startswith("event: ")).removeprefix("event: ")
        data = next(self._lines).removeprefix("data: ")
        return Frame(event, data if event == "delete" else json.loads(data))


@contextmanager
def events(node: ServedNode, token: str, path: str, **query: str) -> Iterator[Events]:
    with node.client(token).stream("GET", f"/api/v1/streaming/{path}", params=query) as answer:
        assert answer.status_code == 200, answer.read()
        yield Events(answer)


def asked(person: ServedPerson, method: str, path: str, **more: Any) -> Any:
    answer = person.client.request(method, path, **more)
    assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json()


def posted(person: ServedPerson, text: str, visibility: str = "public", **more: object) -> JSON:
    status: JSON = asked(person, "POST", "/api/v1/statuses", json={"status": text, "visibility": visibility, **more})
    return status


def uploaded(person: ServedPerson) -> str:
    """The id of a picture that the person may attach."""
    files = {"file": ("a.png", picture(), "image/png")}
    return str(asked(person, "POST", "/api/v2/media", files=files)["id"])


def follow(person: ServedPerson, other: ServedPerson) -> None:
    assert asked(person, "POST", f"/api/v1/accounts/{other.id}/follow")["following"]


def token_for(node: ServedNode, person: ServedPerson, scopes: Sequence[str]) -> str:
    """Another token of the person's, which may do only what *scopes* say."""

    async def issue() -> str:
        async with open_node(node.settings) as opened:
            return await access.issue_token(opened, person.id, list(scopes))

    return asyncio.run(issue())
