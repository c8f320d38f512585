"""Six servers: A, where secret things are written; B, where people follow them; C, allowed and with nobody who may have them; D, held; E, unknown; F, allowed and hostile.

A, B and C are real nodes. D, E and F are scripted: they sign what they are told to, with valid keys, and note whatever comes to them.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from starlette.types import ASGIApp

from fediverse.actions import access, accounts, domains, profiles, push_services
from fediverse.actions.domains import NewRule
from fediverse.actions.sessions import start_session
from fediverse.crypto.keypairs import KeyKind, PrivateKey, generate_ed25519, generate_rsa
from fediverse.policy.domains import Effect, Reach
from fediverse.queries.access import signed_in_by_session
from fediverse.queries.keys import signing_key
from tests.federation.scripted import Actor, Keys, ScriptedServer
from tests.leakcheck.canaries import Book, Ledger
from tests.leakcheck.wires import Said, Tap, Watched, ask
from tests.support.clocks import StoppedClock
from tests.support.databases import Databases
from tests.support.nodes import RunningNode, running_node, settle_all

JSON = dict[str, Any]
HOSTS = {
    "acme.localhost:8001": "server A",
    "beta.localhost:8002": "server B",
    "corp.localhost:8003": "server C",
    "held.localhost:9004": "server D",
    "unknown.localhost:9005": "server E",
    "hostile.localhost:9006": "server F",
    "push.localhost:9007": "push service",
}
A, B, C, D, E, F, PUSH = HOSTS
SCOPES = ["read", "write", "follow", "push", "profile"]
STAFF = [*SCOPES, "admin:read", "admin:write"]

PEOPLE = {
    "acme": ("root", "ada", "anna", "ari", "alf", "abe", "una", "sue"),
    "beta": ("bert", "bea", "ben"),
    "corp": ("cleo",),
}
LOCKED = frozenset({"ada", "anna", "root", "alf", "abe"})


@dataclass(frozen=True)
class Someone:
    """A person of a real node, with a token that may do everything and a session at the pages."""

    name: str
    id: int
    node: RunningNode
    token: str
    cookie: str
    csrf: str

    @property
    def who(self) -> str:
        return f"{self.name}@{HOSTS[self.node.host][-1]}"

    @property
    def handle(self) -> str:
        return f"{self.name}@{self.node.host}"

    @property
    def uri(self) -> str:
        return f"http://{self.node.host}/users/{self.name}"

    async def api(
        self, method: str, path: str, *, json: object = None, form: Mapping[str, str] | None = None, query: Mapping[str, str] | None = None,
        body: bytes = b"", headers: Mapping[str, str] | None = None,
    ) -> Said:  # fmt: skip
        """The person's application asks."""
        headers = {"authorization": f"Bearer {self.token}", **(headers or {})}
        if json is not None:
            headers["content-type"], body = "application/json", orjson.dumps(json)
        return await ask(
            self.node.app, self.node.host, method, path, query=query, headers=headers, form=form, body=body
        )

    async def page(
        self, method: str, path: str, *, form: Mapping[str, str] | None = None, query: Mapping[str, str] | None = None
    ) -> Said:
        """The person's browser asks, with a form that came from one of the pages."""
        sent = None if form is None else {**form, "csrf_token": self.csrf}
        headers = {"cookie": f"session={self.cookie}", "accept": "text/html"}
        return await ask(self.node.app, self.node.host, method, path, query=query, headers=headers, form=sent)

    async def does(self, method: str, path: str, **more: Any) -> Any:
        """The answer, which must be a success."""
        said = await self.api(method, path, **more)
        assert said.status < 300, f"{self.who} {method} {path}: {said.status} {said.body[:300]!r}"
        return orjson.loads(said.body) if said.body else None


@dataclass
class World:
    """Everything that the check drives."""

    a: RunningNode
    b: RunningNode
    c: RunningNode
    people: dict[str, Someone]
    d: ScriptedServer
    e: ScriptedServer
    f: ScriptedServer
    watched: dict[str, Watched]
    push: ScriptedServer
    keys: dict[str, PrivateKey]
    clock: StoppedClock
    book: Book
    ledger: Ledger
    apps: dict[str, ASGIApp]
    loaded: dict[str, set[bytes]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Someone:
        return self.people[name]

    @property
    def nodes(self) -> tuple[RunningNode, ...]:
        return self.a, self.b, self.c

    def actor(self, server: str, name: str) -> Actor:
        return {"D": self.d, "E": self.e, "F": self.f}[server].actor(name)

    async def settle(self, rounds: int = 3) -> None:
        await settle_all(*self.nodes, rounds=rounds)

    async def account(self, node: RunningNode, uri: str) -> int:
        """The id of an account at *node*; 0 where it is not known."""
        with node.node.database.active():
            return int(await node.node.database.value("SELECT id FROM account WHERE uri = ?", uri) or 0)

    async def post(self, node: RunningNode, uri: str) -> int:
        with node.node.database.active():
            return int(await node.node.database.value("SELECT id FROM post WHERE uri = ?", uri) or 0)


@asynccontextmanager
async def world(server: Databases, folder: Path) -> AsyncIterator[World]:
    """The nodes and their people, who do not know each other yet."""
    book, clock = Book(), StoppedClock()
    ledger = Ledger(book)
    apps: dict[str, ASGIApp] = {}
    scripted = _scripted()
    async with AsyncExitStack() as exits:
        nodes: list[RunningNode] = []
        for host in (A, B, C):
            url = server.migrated()
            exits.callback(server.drop, url)
            name = host.partition(".")[0]
            nodes.append(await exits.enter_async_context(running_node(host, folder / name, url, apps, clock=clock)))
            apps[host] = Tap(apps[host], host, HOSTS, ledger)
        watched = {}
        for host, app in scripted.items():
            watched[host] = Watched(app, HOSTS[host], ledger)
            watched[host].closed = host == E
            apps[host] = Tap(watched[host], host, HOSTS, ledger)
        a, b, c = nodes
        await _agree(a, b, c)
        people = {
            one.name: one
            for node in nodes
            for one in [await _person(node, name, book) for name in PEOPLE[node.host.partition(".")[0]]]
        }
        made = World(
            a, b, c, people, scripted[D], scripted[E], scripted[F], watched, scripted[PUSH], await _keys(people, scripted), clock, book, ledger, apps
        )  # fmt: skip
        yield made


def _scripted() -> dict[str, ScriptedServer]:
    made = {}
    for host in (D, E, F, PUSH):
        keys = Keys(generate_rsa("x", "x"), generate_ed25519("x", "x"))
        made[host] = ScriptedServer(host, keys)
    return made


async def _agree(a: RunningNode, b: RunningNode, c: RunningNode) -> None:
    """Who allows whom at the start. F reaches at A and B only what is addressed to its people."""
    for node in (a, b, c):
        for other in (a, b, c):
            if node is not other:
                await node.allow(other.host)
        with node.node.database.active():
            await push_services.add(node.node, PUSH, by="the check")
    for node in (a, b):
        await node.allow(F, reach=Reach.ADDRESSED)
        await node.allow(D)


async def hold(node: RunningNode, host: str, reason: str) -> None:
    """From now on *host* waits: nothing of what it was allowed before holds."""
    with node.node.database.active():
        await domains.remove(node.node, host, by="the check")
        await domains.add_rule(node.node, NewRule(host, Effect.HOLD, reason=reason), by="the check")


async def _person(node: RunningNode, name: str, book: Book) -> Someone:
    who = f"{name}@{HOSTS[node.host][-1]}"
    word = book.word(f"{who} as a user", "e-mail address", who, (), staff=True)
    with node.node.database.active():
        number = await accounts.register(
            node.node, username=name, email=f"{word}@mail.example", role="admin" if name == "root" else "user"
        )
        if name in LOCKED:
            await profiles.update_profile(node.node, number, profiles.ProfileChange(locked=True))
        token = await access.issue_token(node.node, number, STAFF if name == "root" else SCOPES)
        session = await start_session(node.node, number)
        csrf = (await signed_in_by_session(node.node, session.cookie)).csrf_token
    return Someone(name, number, node, token, session.cookie, csrf)


async def _keys(people: Mapping[str, Someone], scripted: Mapping[str, ScriptedServer]) -> dict[str, PrivateKey]:
    """With which key each server signs a request: that of one of its people."""
    found = {}
    for server, name in (("server B", "ben"), ("server C", "cleo")):
        with people[name].node.node.database.active():
            found[server] = await signing_key(people[name].node.node, people[name].id, KeyKind.RSA)
    for host, name in ((D, "dan"), (E, "eve"), (F, "fay")):
        found[HOSTS[host]] = scripted[host].actor(name).rsa
    return found
