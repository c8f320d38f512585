"""A host of the network as it is seen from below: a port that notes every connection and every request, and a resolver that notes every name it is asked for.

A node with the real network (`sealed_node`) speaks to it over the loopback; what it notes cannot be talked away by any code of ours.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path

import httpx2
import orjson

from fediverse.app import create_app, open_node
from fediverse.clock import Clock
from fediverse.remote.addresses import IPAddress
from fediverse.remote.media_types import ACTIVITY_JSON
from fediverse.remote.transport import PinnedNetwork
from fediverse.settings import Settings
from tests.support.nodes import RunningNode

LOOPBACK = IPv4Address("127.0.0.1")
TLS_BEGINS = b"\x16"


@dataclass
class Names:
    """A resolver that leads every name to the loopback, and remembers which it was asked for."""

    asked: list[str] = field(default_factory=list)

    async def addresses_of(self, name: str) -> Sequence[IPAddress]:
        self.asked.append(name)
        return [LOOPBACK]

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True)
class Shown:
    """An answer: by default a document of ActivityStreams."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": ACTIVITY_JSON})

    @classmethod
    def document(cls, document: object) -> "Shown":
        return cls(orjson.dumps(document))

    @classmethod
    def redirect(cls, location: str, status: int = 302) -> "Shown":
        return cls(status=status, headers={"location": location})

    def encoded(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} Said", *(f"{name}: {value}" for name, value in self.headers.items())]
        return "\r\n".join([*lines, f"content-length: {len(self.body)}", "", ""]).encode() + self.body


GONE = Shown(b"{}", 404)
TAKEN = Shown(b"", 202)


@dataclass
class Listener:
    """One host. *connections* counts whoever connected; *asked* are the requests, `GET /path`. Connections stay open for more, as real servers keep them."""

    name: str
    port: int = 0
    shown: dict[str, Shown] = field(default_factory=dict)
    connections: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"{self.name}:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    @property
    def contacts(self) -> int:
        return self.connections + len(self.asked)

    def forget(self) -> None:
        """Count anew from here."""
        self.connections = 0
        self.asked.clear()

    def shows(self, document: Mapping[str, object]) -> None:
        self.shown[str(document["id"]).removeprefix(self.origin)] = Shown.document(document)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await _head(reader):
                method, target = head[0].split(" ")[:2]
                self.asked.append(f"{method} {target}")
                length = next((int(line[15:]) for line in head if line.lower().startswith("content-length:")), 0)
                await reader.readexactly(length)
                usual = TAKEN if method == "POST" else GONE
                writer.write(self.shown.get(target, usual).encoded())
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _head(reader: asyncio.StreamReader) -> list[str]:
    """The lines before the body; none at the end of the connection, and none for somebody who begins to speak TLS."""
    lines: list[str] = []
    begun = await reader.read(1)
    if begun == TLS_BEGINS:
        return []
    while line := (begun + await reader.readline()).decode("latin-1").strip():
        lines.append(line)
        begun = b""
    return lines


@asynccontextmanager
async def listening(name: str) -> AsyncIterator[Listener]:
    """A host called *name*, on a free port of the loopback."""
    listener = Listener(name)
    server = await asyncio.start_server(listener.serve, str(LOOPBACK), 0)
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()


@asynccontextmanager
async def sealed_node(
    host: str, folder: Path, database_url: str, names: Names, clock: Clock | None = None
) -> AsyncIterator[RunningNode]:
    """A node behind the real network, in development mode, whose only resolver is *names*."""
    configured = Settings.model_validate(
        {
            "domain": host,
            "base_url": f"http://{host}",
            "data_dir": folder / "data",
            "keys_dir": folder / "keys",
            "database_url": database_url,
            "development": True,
            "rate_limits": False,
            "log_level": "error",
        }
    )
    network = PinnedNetwork(development=True, resolver=names)
    async with open_node(configured, network=network, clock=clock) as node, AsyncExitStack() as exits:
        app = create_app(node)
        client = await exits.enter_async_context(
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=f"http://{host}")
        )
        yield RunningNode(node, app, client, host, exits)
