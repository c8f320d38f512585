"""The rest of the world for a load: many senders on a few hosts behind one port, who sign, are looked up, and remember what they were sent."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from fediverse.activitystreams.actors import RemoteActor, parse_actor
from fediverse.crypto.keypairs import PrivateKey
from fediverse.crypto.signatures import Dialect, sign

AS2 = "https://www.w3.org/ns/activitystreams"
PUBLIC = f"{AS2}#Public"
JSON = dict[str, Any]


@dataclass(frozen=True)
class Sender:
    """Somebody elsewhere; senders share key material, since making RSA keys takes its time."""

    uri: str
    host: str
    key: PrivateKey

    @property
    def document(self) -> JSON:
        return {
            "@context": [AS2, "https://w3id.org/security/v1"],
            "id": self.uri,
            "type": "Person",
            "preferredUsername": self.uri.rpartition("/")[2],
            "inbox": f"http://{self.host}/inbox",
            "endpoints": {"sharedInbox": f"http://{self.host}/inbox"},
            "outbox": f"{self.uri}/outbox",
            "followers": f"{self.uri}/followers",
            "publicKey": {"id": self.key.id, "owner": self.uri, "publicKeyPem": self.key.public.pem},
        }

    @property
    def actor(self) -> RemoteActor:
        return parse_actor(self.document)

    def activity(self, type_: str, number: int, object_: object, **more: object) -> JSON:
        return {
            "@context": AS2,
            "id": f"{self.uri}/activities/{number}",
            "type": type_,
            "actor": self.uri,
            "object": object_,
            **more,
        }

    def signed(self, url: str, body: bytes, now: Any) -> dict[str, str]:
        return dict(
            sign("POST", url, {"content-type": "application/activity+json"}, body, self.key, Dialect.CAVAGE, now)
        )


@dataclass
class Elsewhere:
    """*received*: host → the ids of the activities that came to its inbox, in the order of arrival, repeated ones included."""

    port: int
    received: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    documents: dict[str, JSON] = field(default_factory=dict)


@asynccontextmanager
async def elsewhere() -> AsyncIterator[Elsewhere]:
    """A server on a free port of loopback that answers for every host that is named to it."""
    world = Elsewhere(0)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (head := await reader.readuntil(b"\r\n\r\n")) != b"":
                await _answer(world, head.decode("latin-1"), reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the other side was killed, or is done
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    world.port = server.sockets[0].getsockname()[1]
    async with server:
        yield world


async def _answer(world: Elsewhere, head: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    request, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines if line)}
    method, path, _version = request.split(" ")
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    if method == "POST":
        world.received[headers["host"]].append(str(orjson.loads(body)["id"]))
        status, answer = "202 Accepted", b""
    else:
        document = world.documents.get(f"http://{headers['host']}{path}")
        status, answer = ("200 OK", orjson.dumps(document)) if document else ("404 Not Found", b"")
    writer.write(
        f"HTTP/1.1 {status}\r\ncontent-type: application/activity+json\r\ncontent-length: {len(answer)}\r\n\r\n".encode()
        + answer
    )
    await writer.drain()
