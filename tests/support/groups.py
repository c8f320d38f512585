"""Groups across nodes: three companies that allow each other, a group of one of them, and what each node knows of it."""

from collections.abc import AsyncIterator, Iterator, MutableMapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.types import ASGIApp

from fediverse.actions import group_members, groups
from fediverse.actions.groups import GroupDraft
from fediverse.clock import Clock
from fediverse.crypto.keypairs import KeyKind
from fediverse.crypto.proofs import add_proof
from fediverse.policy.groups import Role
from fediverse.queries import accounts
from fediverse.queries.keys import signing_key
from tests.support.journeys import asked, looked_up, sent_by_hand
from tests.support.nodes import MakeNode, Person, RunningNode, settle_all

JSON = dict[str, Any]
AS2 = "https://www.w3.org/ns/activitystreams"
PUBLIC = f"{AS2}#Public"


async def allied(nodes: MakeNode, *names: str, clock: Clock | None = None) -> list[RunningNode]:
    """Nodes that all allow each other."""
    running = [await nodes(name, clock=clock) for name in names]
    for one in running:
        for other in running:
            if one is not other:
                await one.allow(other.host)
    return running


async def group_at(running: RunningNode, owner: Person, name: str = "projet", **draft: Any) -> int:
    with running.node.database.active():
        return await groups.create(running.node, owner.id, GroupDraft(name, **draft))


async def ask(person: Person, handle: str) -> str:
    """Ask to join; the id that the group has at the person's node."""
    found = await looked_up(person, handle)
    assert found is not None, f"{person.handle} does not find {handle}"
    await asked(person, "POST", f"/api/v1/accounts/{found['id']}/follow")
    return str(found["id"])


async def id_at(running: RunningNode, person: Person) -> int:
    """The id that somebody has at a node that knows them."""
    with running.node.database.active():
        known = await accounts.by_uri(running.node, person.uri)
    assert known is not None, f"{running.host} does not know {person.handle}"
    return known.id


async def let_in(running: RunningNode, owner: Person, group_id: int, person: Person, **more: Any) -> None:
    number = await id_at(running, person)
    with running.node.database.active():
        await group_members.approve(running.node, owner.id, group_id, number, **more)


@dataclass(frozen=True)
class Circle:
    """A group of acme's that alice owns; its members are hers and beta's bob, and gamma's gina where a test wants her. Carl and ben are in no group."""

    acme: RunningNode
    beta: RunningNode
    gamma: RunningNode
    alice: Person
    carl: Person
    bob: Person
    ben: Person
    gina: Person
    group_id: int
    name: str = "projet"

    @property
    def handle(self) -> str:
        return f"{self.name}@{self.acme.host}"

    @property
    def uri(self) -> str:
        return f"http://{self.acme.host}/users/{self.name}"

    @property
    def all(self) -> tuple[RunningNode, RunningNode, RunningNode]:
        return self.acme, self.beta, self.gamma

    async def settle(self, rounds: int = 3) -> None:
        await settle_all(*self.all, rounds=rounds)

    async def join(self, person: Person, **more: Any) -> None:
        """Asked for and let in, the person's domain with it."""
        await ask(person, self.handle)
        await self.settle()
        await let_in(self.acme, self.alice, self.group_id, person, admit_domain=person.host, **more)
        await self.settle()

    async def remove(self, person: Person) -> None:
        number = await id_at(self.acme, person)
        with self.acme.node.database.active():
            await group_members.remove(self.acme.node, self.alice.id, self.group_id, number)

    async def set_role(self, person: Person, role: Role) -> None:
        number = await id_at(self.acme, person)
        with self.acme.node.database.active():
            await group_members.set_role(self.acme.node, self.alice.id, self.group_id, number, role)


async def circle(nodes: MakeNode, *members: str, clock: Clock | None = None, **draft: Any) -> Circle:
    """The group `projet`, closed and for beta and gamma, with those of bob and gina who are named in *members*."""
    acme, beta, gamma = await allied(nodes, "acme", "beta", "gamma", clock=clock)
    alice, carl = await acme.person("alice"), await acme.person("carl")
    bob, ben, gina = await beta.person("bob"), await beta.person("ben"), await gamma.person("gina")
    group_id = await group_at(acme, alice, **{"domains": (beta.host, gamma.host), **draft})
    made = Circle(acme, beta, gamma, alice, carl, bob, ben, gina, group_id)
    for person in (bob, gina):
        if person.username in members:
            await made.join(person)
    return made


async def roster_at(running: RunningNode, group_uri: str) -> dict[str, str]:
    """Who is in the group as what, as a node's own rows say."""
    with running.node.database.active():
        rows = await running.node.database.rows(
            "SELECT m.uri, COALESCE(gr.role, 'member') AS role FROM account g JOIN follow f ON f.target_id = g.id AND f.state = 'accepted'"
            " JOIN account m ON m.id = f.follower_id LEFT JOIN group_role gr ON gr.group_id = g.id AND gr.account_id = m.id WHERE g.uri = ?",
            group_uri,
        )
    return {row["uri"]: row["role"] for row in rows}


async def position_at(running: RunningNode, group_uri: str) -> int:
    """The number of what the group sent last, as a node knows."""
    with running.node.database.active():
        return int(
            await running.node.database.value(
                "SELECT gp.sequence FROM group_profile gp JOIN account a ON a.id = gp.account_id WHERE a.uri = ?",
                group_uri,
            )
        )


async def wall_of(person: Person, handle: str) -> list[str]:
    """What stands in the group as the person reads it, newest first."""
    found = await looked_up(person, handle)
    assert found is not None, f"{person.handle} does not find {handle}"
    statuses = await asked(person, "GET", f"/api/v1/accounts/{found['id']}/statuses")
    return [status["content"] for status in statuses]


@contextmanager
def offline(apps: MutableMapping[str, ASGIApp], running: RunningNode) -> Iterator[None]:
    """Nobody reaches the node, and the node reaches nobody who is asked to wait with it: it works no more until it is back."""
    app = apps.pop(running.host)
    try:
        yield
    finally:
        apps[running.host] = app


# ── what a node would say that is not ours ────────────────────────────────────────────────────────


def note_of(person: Person, number: int, to: Sequence[str], text: str = "By hand", **more: object) -> JSON:
    return {
        "id": f"{person.uri}/notes/{number}",
        "type": "Note",
        "attributedTo": person.uri,
        "content": f"<p>{text}</p>",
        "published": "2026-11-23T12:00:00Z",
        "to": list(to),
        **more,
    }


def says(actor_uri: str, type_: str, object_: object, number: int = 1, **more: object) -> JSON:
    return {
        "@context": AS2,
        "id": f"{actor_uri}/by-hand/{number}",
        "type": type_,
        "actor": actor_uri,
        "object": object_,
        **more,
    }


async def proved(running: RunningNode, account_id: int, document: JSON) -> JSON:
    """*document* with the integrity proof of an account of *running*."""
    with running.node.database.active():
        key = await signing_key(running.node, account_id, KeyKind.ED25519)
    return add_proof(document, key, running.node.clock.now())


async def heard(
    person: Person, host: RunningNode, to: RunningNode, activity: JSON, as_account: int | None = None
) -> str:
    """Deliver *activity*, signed by the person or by *as_account* of the same node; why it was dropped, or "" when it was applied."""
    key = None
    if as_account is not None:
        with host.node.database.active():
            key = await signing_key(host.node, as_account, KeyKind.RSA)
    answer = await sent_by_hand(person, host, to, orjson.dumps(activity), key)
    if answer.status_code != 202:
        return f"{answer.status_code}: {answer.text}"
    await to.settle()
    with to.node.database.active():
        row = await to.node.database.row(
            "SELECT problem, state FROM inbound_activity WHERE activity_id = ?", activity["id"]
        )
    assert row is not None, "nothing was kept"
    return str(row["problem"])


@asynccontextmanager
async def working(running: RunningNode) -> AsyncIterator[RunningNode]:
    """The node's database, for verbs and questions that no client has."""
    with running.node.database.active():
        yield running
