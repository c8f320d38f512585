"""A server of somebody else's making, under a test's full control: it signs whatever it is told to, and answers with whatever it is given.

Our own nodes would never send what these tests need sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from fediverse.crypto.keypairs import PrivateKey
from fediverse.crypto.proofs import add_proof
from fediverse.crypto.signatures import Dialect, sign
from tests.support.clocks import NOON
from tests.support.nodes import RunningNode

AS2 = "https://www.w3.org/ns/activitystreams"
PUBLIC = f"{AS2}#Public"
ACTIVITY_JSON = "application/activity+json"
JSON = dict[str, Any]
Apps = dict[str, ASGIApp]
"""Who can be reached, by host."""


@dataclass(frozen=True)
class Keys:
    """Key material that several actors may share: making RSA keys takes its time."""

    rsa: PrivateKey
    ed25519: PrivateKey


@dataclass(frozen=True)
class Actor:
    """Somebody of a scripted server."""

    uri: str
    rsa: PrivateKey
    ed25519: PrivateKey

    @property
    def followers(self) -> str:
        return f"{self.uri}/followers"

    def document(self) -> JSON:
        """What its server shows of it."""
        return {
            "@context": [AS2, "https://w3id.org/security/v1", "https://w3id.org/security/multikey/v1"],
            "id": self.uri,
            "type": "Person",
            "preferredUsername": self.uri.rpartition("/")[2],
            "inbox": f"{self.uri}/inbox",
            "outbox": f"{self.uri}/outbox",
            "followers": self.followers,
            "featured": f"{self.uri}/featured",
            "publicKey": {"id": self.rsa.id, "owner": self.uri, "publicKeyPem": self.rsa.public.pem},
            "assertionMethod": [
                {
                    "id": self.ed25519.id,
                    "type": "Multikey",
                    "controller": self.uri,
                    "publicKeyMultibase": self.ed25519.public.multibase,
                }
            ],
        }

    def says(self, type_: str, object_: object, number: int = 1, **more: object) -> JSON:
        """An activity of this actor."""
        return {
            "@context": AS2,
            "id": f"{self.uri}/activities/{number}",
            "type": type_,
            "actor": self.uri,
            "object": object_,
            **more,
        }

    def note(self, number: int = 1, text: str = "Hello", to: object = PUBLIC, **more: object) -> JSON:
        return {
            "id": f"{self.uri}/notes/{number}",
            "type": "Note",
            "attributedTo": self.uri,
            "content": f"<p>{text}</p>",
            "published": "2026-11-23T11:59:00Z",
            "to": to,
            "cc": [self.followers] if to == PUBLIC else [],
            **more,
        }

    def creates(self, note: JSON, number: int = 1) -> JSON:
        return self.says("Create", note, number, to=note["to"], cc=note["cc"])

    def proves(self, document: JSON) -> JSON:
        return add_proof(document, self.ed25519, NOON)


@dataclass
class ScriptedServer:
    """*shown*: path → document, or (status, content type, body). *asked*: the paths that were asked for, with the method."""

    host: str
    keys: Keys
    shown: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    def actor(self, name: str, *, shown: bool = True) -> Actor:
        uri = f"{self.origin}/users/{name}"
        found = Actor(
            uri,
            PrivateKey(f"{uri}#main-key", uri, self.keys.rsa.kind, self.keys.rsa.key),
            PrivateKey(f"{uri}#ed25519-key", uri, self.keys.ed25519.kind, self.keys.ed25519.key),
        )
        if shown:
            self.shows(found.document())
        return found

    def shows(self, document: JSON) -> None:
        """Answer with *document* at the address that its id names."""
        self.shown[str(document["id"]).removeprefix(self.origin)] = document

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.asked.append(f"{request.method} {request.url.path}")
        await self._answer(request.url.path)(scope, receive, send)

    def _answer(self, path: str) -> Response:
        shown = self.shown.get(path)
        if shown is None:
            return Response(status_code=404)
        if isinstance(shown, tuple):
            status, content_type, body = shown
            return Response(body, status, media_type=content_type)
        return Response(orjson.dumps(shown), media_type=ACTIVITY_JSON)


def join(apps: Apps, server: ScriptedServer) -> ScriptedServer:
    apps[server.host] = server
    return server


async def deliver(
    node: RunningNode,
    activity: JSON | bytes,
    signed_by: Actor | None,
    *,
    path: str = "/inbox",
    dialect: Dialect = Dialect.CAVAGE,
    key: PrivateKey | None = None,
    content_type: str = ACTIVITY_JSON,
    headers: Mapping[str, str] | None = None,
    signed_url: str | None = None,
) -> httpx2.Response:
    """POST *activity* to *node*, signed by that actor's RSA key, or by *key*, or not at all. *headers* replace headers after the signature was made."""
    body = activity if isinstance(activity, bytes) else orjson.dumps(activity)
    url = f"http://{node.host}{path}"
    sent = {"content-type": content_type}
    used = key or (signed_by.rsa if signed_by is not None else None)
    if used is not None:
        sent = sign("POST", signed_url or url, sent, body, used, dialect, node.node.clock.now())
        sent["host"] = node.host
    return await node.client.post(url, content=body, headers={**sent, **(headers or {})})


async def get(
    node: RunningNode,
    path: str,
    signed_by: Actor | None = None,
    *,
    dialect: Dialect = Dialect.CAVAGE,
    accept: str = ACTIVITY_JSON,
) -> httpx2.Response:
    """GET *path* of *node* as the server of *signed_by*."""
    url = f"http://{node.host}{path}"
    sent = {"accept": accept}
    if signed_by is not None:
        sent = sign("GET", url, sent, b"", signed_by.rsa, dialect, node.node.clock.now())
    return await node.client.get(url, headers=sent)


async def kept(node: RunningNode) -> list[JSON]:
    """What is in the queue of what came in, oldest first."""
    with node.node.database.active():
        return await node.node.database.rows("SELECT * FROM inbound_activity ORDER BY id")


async def count(node: RunningNode, table: str, condition: str = "1 = 1", *values: object) -> int:
    with node.node.database.active():
        return int(await node.node.database.value(f"SELECT count(*) FROM {table} WHERE {condition}", *values))
