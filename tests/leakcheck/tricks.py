"""What F tries beyond saying things: keys that claim to be somebody else's, redirects, inboxes on other hosts, signatures with doubled parameters, other spellings of a host.

F's signatures are good; what they are used for is not. Each trick reads or delivers, and whatever F is answered is F's.
"""

from collections.abc import Iterator

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import Receive, Scope, Send

from fediverse.crypto.keypairs import PrivateKey
from fediverse.crypto.signatures import Dialect, sign
from tests.federation.scripted import ACTIVITY_JSON, JSON, Actor, ScriptedServer
from tests.leakcheck.planting import Planted
from tests.leakcheck.spoken import post
from tests.leakcheck.wires import ask, way_of
from tests.leakcheck.world import E, F, World
from tests.support.nodes import RunningNode

SECRET = ("followers post", "company post", "direct post here", "network post")


class Leading:
    """F's own application: below `/leads` it sends everybody on to another host, with the address that was asked for."""

    def __init__(self, server: ScriptedServer) -> None:
        self._server = server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = Request(scope).url.path
        if path.startswith("/leads/"):
            await RedirectResponse(f"http://{E}/{path.removeprefix('/leads/')}", 302)(scope, receive, send)
        else:
            await self._server(scope, receive, send)


async def try_all(world: World, planted: Planted) -> None:
    world.watched[F].leads_to(Leading(world.f))
    for node in (world.a, world.b):
        for target in _targets(planted, node):
            for key, headers in _signatures(world, node, target):
                await _get(world, node, target, key, headers)
    await _inboxes_elsewhere(world)
    await _led_away(world)
    await world.settle()


def _targets(planted: Planted, node: RunningNode) -> list[str]:
    """Where secret things live, and collections of their author."""
    paths = [planted.uris[thing].partition(node.host)[2] for thing in SECRET if node.host in planted.uris[thing]]
    paths += [f"{path}/activity" for path in paths]
    return [*paths, "/users/ada/outbox?page=true", "/users/ada/collections/featured", "/users/ada/followers"]


def _signatures(world: World, node: RunningNode, target: str) -> Iterator[tuple[PrivateKey, dict[str, str]]]:
    """Claims of being B: by a key of ours at its address, by a key document of ours that names its person, by a doubled parameter, by a doubled header."""
    fay, bert = world.keys["server F"], world["bert"].uri
    yield PrivateKey(f"{bert}#main-key", bert, fay.kind, fay.key), {}
    yield PrivateKey(f"{world.f.origin}/keys/bert", bert, fay.kind, fay.key), {}
    yield PrivateKey(f"{world.f.origin}/leads/users/eve#main-key", f"http://{E}/users/eve", fay.kind, fay.key), {}
    url = f"http://{node.host}{target}"
    signed = sign("GET", url, {"accept": ACTIVITY_JSON}, b"", fay, Dialect.CAVAGE, world.clock.now())
    signature = signed["signature"]
    for doubled in (f'keyId="{bert}#main-key",{signature}', f'{signature},keyId="{bert}#main-key"'):
        yield fay, {**signed, "signature": doubled}
    yield fay, {**signed, "host": world.b.host}
    yield fay, {**signed, "x-forwarded-host": world.b.host, "forwarded": f"host={world.b.host}"}


async def _get(world: World, node: RunningNode, target: str, key: PrivateKey, headers: dict[str, str]) -> None:
    if key.id.endswith("/keys/bert"):
        _show_key(world, key)
    sent = headers or sign(
        "GET", f"http://{node.host}{target}", {"accept": ACTIVITY_JSON}, b"", key, Dialect.CAVAGE, world.clock.now()
    )
    said = await ask(node.app, node.host, "GET", target, headers=sent)
    if said.status >= 500 and said.status != 502:
        world.ledger.faults.append(f"server F GET {target}: {said.status}")
    world.ledger.note("server F", way_of("GET", target.partition("?")[0]), said.raw)


def _show_key(world: World, key: PrivateKey) -> None:
    """A key at F of which F says that it belongs to bert of B."""
    world.f.shown["/keys/bert"] = {
        "@context": "https://w3id.org/security/v1", "id": key.id, "type": "Key", "owner": key.owner, "publicKeyPem": key.public.pem,
    }  # fmt: skip


async def _inboxes_elsewhere(world: World) -> None:
    """People of F who say that their inbox is E's, or B's: what is for them would go there."""
    for number, inbox in enumerate(
        (f"http://{E}/inbox", f"http://{world.c.host}/inbox", f"http://{F}@{E}/inbox", f"http://{E}:9005/inbox")
    ):
        name = f"lures{number}"
        actor = world.f.actor(name)
        for document in _documents(actor, inbox):
            world.f.shows(document)
            await post(
                world,
                "server F",
                actor.rsa,
                world.a,
                "/inbox",
                orjson.dumps(actor.says("Follow", world["ari"].uri, number)),
            )
            await world.settle(1)
            await post(
                world,
                "server F",
                actor.rsa,
                world.a,
                "/inbox",
                orjson.dumps(actor.says("Update", document, 50 + number)),
            )
            await world.settle(1)


def _documents(actor: Actor, inbox: str) -> Iterator[JSON]:
    yield {**actor.document(), "inbox": inbox}
    yield {**actor.document(), "endpoints": {"sharedInbox": inbox}}


async def _led_away(world: World) -> None:
    """Addresses at F that lead to E: of posts, of people, of keys."""
    fay = world.actor("F", "fay")
    for number, path in enumerate(("notes/1", "users/eve", "users/eve#main-key")):
        led = f"{world.f.origin}/leads/{path}"
        for kind in ("Announce", "Like", "Follow", "Create"):
            await post(
                world,
                "server F",
                fay.rsa,
                world.a,
                "/inbox",
                orjson.dumps(fay.says(kind, led, 700 + number, to=world["ari"].uri)),
            )
    await world.settle(1)
