"""Kept: what was answered 202 or 200 survives `kill -9`, is applied exactly once, and is delivered at least once.

A served node takes two thousand activities from elsewhere and sends two thousand deliveries, while it is killed again and again at random moments of the
load and started anew. `KILL_TEST_ACTIVITIES` makes the load smaller for a quick look.
"""

import asyncio
import itertools
import os
import random
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import orjson

from fediverse.actions import access, accounts, domains, relations
from fediverse.actions import posts as publishing
from fediverse.actions.domains import NewRule
from fediverse.app import open_node
from fediverse.crypto.keypairs import PrivateKey, generate_rsa
from fediverse.policy.domains import Effect
from fediverse.queries import posts as questions
from fediverse.settings import Settings
from tests.support.databases import opened
from tests.support.processes import free_port, serve
from tests.support.world import JSON, PUBLIC, Elsewhere, Sender, elsewhere

INCOMING = int(os.environ.get("KILL_TEST_ACTIVITIES", "2000"))
HOSTS, SENDERS_PER_HOST, PEOPLE = 4, 5, 5
KILLS = 10
AT_ONCE = 16
PATIENCE_S = 150


@dataclass
class Load:
    """*waiting* to be acknowledged; *acknowledged* counts answers of 202 and 200; *changed* tells the killer."""

    incoming: Iterator[tuple[Sender, JSON]]
    outgoing: Iterator[int]
    total: int
    acknowledged: int = 0
    posted: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def acknowledge(self) -> None:
        self.acknowledged += 1
        self.changed.set()


class Server:
    """The node's process, killed and started anew on the same port, database and keys."""

    def __init__(self, settings: Settings, port: int, log: Path) -> None:
        self._settings, self._port, self._log = settings, port, log
        self.process = self._start()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        return serve(self._settings, self._port, self._log, {"FEDIVERSE_LOG_LEVEL": "warning"})


async def test_kill_9_loses_nothing_acknowledged_and_applies_nothing_twice(database_url: str, tmp_path: Path) -> None:
    """T-413: counts of everything are those of a node that nobody ever killed."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    port = free_port()
    settings = _settings(tmp_path, database_url, port)
    async with elsewhere() as world:
        senders = _senders(world)
        tokens, posts = await _prepare(settings, senders)
        incoming = _activities(settings, senders, posts)
        load = Load(iter(incoming), iter(range(INCOMING // HOSTS)), len(incoming) + INCOMING // HOSTS)
        async with _server(settings, port, tmp_path / "server.log") as server:
            async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as tasks:
                tasks.create_task(_kill_at_random(server, load, random.Random(seed)))
                for _worker in range(AT_ONCE):
                    tasks.create_task(_send(settings, port, load))
                tasks.create_task(_post(settings, port, load, tokens[0]))
            await _until_idle(database_url)

    await _assert_applied_once(database_url, incoming, posts)
    _assert_delivered_in_order(world, load)


def _settings(folder: Path, database_url: str, port: int) -> Settings:
    host = f"acme.localhost:{port}"
    return Settings.model_validate(
        {
            "domain": host,
            "base_url": f"http://{host}",
            "data_dir": folder / "data",
            "keys_dir": folder / "keys",
            "database_url": database_url,
            "development": True,
            "rate_limits": False,
        }
    )


def _senders(world: Elsewhere) -> list[Sender]:
    material = generate_rsa("x", "x")
    found = []
    for host_number, number in itertools.product(range(HOSTS), range(SENDERS_PER_HOST)):
        host = f"h{host_number}.localhost:{world.port}"
        uri = f"http://{host}/users/s{number}"
        found.append(Sender(uri, host, PrivateKey(f"{uri}#main-key", uri, material.kind, material.key)))
    world.documents.update({sender.uri: sender.document for sender in found})
    return found


async def _prepare(settings: Settings, senders: list[Sender]) -> tuple[list[str], list[str]]:
    """Tokens of our people, and the URI of one post by each; the first person has a follower on every host."""
    tokens, posts = [], []
    async with open_node(settings) as node:
        for host in {sender.host for sender in senders}:
            await domains.add_rule(node, NewRule(host, Effect.ALLOW), by="tests")
        ids = [await accounts.receive_actor(node, sender.actor) for sender in senders]
        people = [
            await accounts.register(node, username=f"p{number}", email=f"p{number}@acme.example")
            for number in range(PEOPLE)
        ]
        for account_id in people:
            tokens.append(await access.issue_token(node, account_id, ["read", "write"]))
            post_id = await publishing.publish(node, account_id, publishing.Draft("Tell me what you think."))
            posts.append((await questions.of_our_own(node, post_id)).uri)
        for number in range(HOSTS):
            follower = senders[number * SENDERS_PER_HOST]
            await relations.follow(node, ids[number * SENDERS_PER_HOST], people[0], uri=f"{follower.uri}/follows/0")
    return tokens, posts


def _activities(settings: Settings, senders: list[Sender], posts: list[str]) -> list[tuple[Sender, JSON]]:
    """70 % Create (answers to our posts), 15 % Like, 10 % Announce, 5 % Follow, each different from every other."""
    pairs = list(itertools.product(senders, posts))
    likes = [(sender, sender.activity("Like", 10_000 + number, post)) for number, (sender, post) in enumerate(pairs)]
    boosts = [
        (sender, sender.activity("Announce", 20_000 + number, post, to=[PUBLIC]))
        for number, (sender, post) in enumerate(pairs)
    ]
    people = [f"{settings.origin}/users/p{number}" for number in range(1, PEOPLE)]
    follows = [
        (sender, sender.activity("Follow", 30_000 + number, person))
        for number, (sender, person) in enumerate(itertools.product(senders, people))
    ]
    others = [*likes, *boosts, *follows][: INCOMING * 3 // 10]
    creates = [
        _answer(senders[number % len(senders)], number, posts[number % len(posts)])
        for number in range(INCOMING - len(others))
    ]
    mixed = [*others, *creates]
    random.Random(1).shuffle(mixed)
    return mixed


def _answer(sender: Sender, number: int, post: str) -> tuple[Sender, JSON]:
    note = {
        "id": f"{sender.uri}/notes/{number}",
        "type": "Note",
        "attributedTo": sender.uri,
        "content": f"<p>Answer {number}</p>",
        "inReplyTo": post,
        "to": [PUBLIC],
        "cc": [f"{sender.uri}/followers"],
    }
    return sender, sender.activity("Create", number, note, to=note["to"], cc=note["cc"])


@asynccontextmanager
async def _server(settings: Settings, port: int, log: Path) -> AsyncIterator[Server]:
    server = await asyncio.to_thread(Server, settings, port, log)
    try:
        yield server
    finally:
        server.process.terminate()
        await asyncio.to_thread(server.process.wait, 30)


async def _kill_at_random(server: Server, load: Load, chance: random.Random) -> None:
    """Kill as soon as so many were acknowledged: moments of the load, not of the clock."""
    for moment in sorted(chance.sample(range(1, load.total - AT_ONCE), KILLS)):
        while load.acknowledged < moment:
            load.changed.clear()
            await load.changed.wait()
        await asyncio.to_thread(server.kill)


async def _send(settings: Settings, port: int, load: Load) -> None:
    """Deliver as a good server does: the same activity again until it is answered 202."""
    url = f"{settings.origin}/inbox"
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        for sender, activity in load.incoming:
            body = orjson.dumps(activity)
            while not await _answered(client, "/inbox", body, sender.signed(url, body, datetime.now(UTC)), 202):
                await asyncio.sleep(0.05)
            load.acknowledge()


async def _post(settings: Settings, port: int, load: Load, token: str) -> None:
    """Post as a client does: again with the same key until it is answered 200."""
    headers = {"host": settings.host, "authorization": f"Bearer {token}", "content-type": "application/json"}
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        for number in load.outgoing:
            body = orjson.dumps({"status": f"News {number}", "visibility": "public"})
            while not (
                answer := await _answered(
                    client, "/api/v1/statuses", body, {**headers, "idempotency-key": f"k{number}"}, 200
                )
            ):
                await asyncio.sleep(0.05)
            load.posted.append(f"{orjson.loads(answer)['uri']}/activity")
            load.acknowledge()


async def _answered(client: httpx2.AsyncClient, path: str, body: bytes, headers: dict[str, str], status: int) -> bytes:
    """The answer's body (never empty) when it has this status; b"" when the node was killed meanwhile, or is not up yet."""
    with suppress(httpx2.TransportError):
        answer = await client.post(path, content=body, headers=headers)
        assert answer.status_code == status or answer.status_code >= 500, (answer.status_code, answer.text)
        return (answer.content or b"-") if answer.status_code == status else b""
    return b""


async def _until_idle(database_url: str) -> None:
    """Nothing waits any more, in either direction."""
    question = (
        "SELECT (SELECT count(*) FROM inbound_activity WHERE state = 'waiting') + (SELECT count(*) FROM event WHERE spread_at IS NULL)"
        " + (SELECT count(*) FROM delivery WHERE state = 'waiting') AS waiting"
    )
    async with opened(database_url) as database, asyncio.timeout(PATIENCE_S):
        while await database.value(question) != 0:
            await asyncio.sleep(0.1)


async def _assert_applied_once(database_url: str, incoming: list[tuple[Sender, JSON]], posts: list[str]) -> None:
    kinds = [activity["type"] for _sender, activity in incoming]
    answers, likes, boosts, follows = (kinds.count(kind) for kind in ("Create", "Like", "Announce", "Follow"))
    async with opened(database_url) as database:
        states = await database.rows("SELECT state, count(*) AS n FROM inbound_activity GROUP BY state")
        counted = await database.row(
            "SELECT sum(replies_count) AS replies, sum(likes_count) AS likes, sum(boosts_count) AS boosts FROM post WHERE boost_of_id IS NULL"
        )
        rows = await database.row(
            "SELECT (SELECT count(*) FROM post WHERE reply_to_id IS NOT NULL) AS replies, (SELECT count(*) FROM reaction) AS likes,"
            " (SELECT count(*) FROM post WHERE boost_of_id IS NOT NULL) AS boosts"
        )
        followers = await database.value("SELECT sum(followers_count) FROM account WHERE host = ''")
        posts_count = await database.value("SELECT sum(posts_count) FROM account WHERE host <> ''")

    expected = {"replies": answers, "likes": likes, "boosts": boosts}
    assert {row["state"]: row["n"] for row in states} == {"applied": len(incoming)}
    assert {name: int(value) for name, value in (rows or {}).items()} == expected
    assert {name: int(value) for name, value in (counted or {}).items()} == expected
    assert int(followers) == follows + HOSTS
    assert int(posts_count) == answers + boosts
    assert len(posts) == PEOPLE


def _assert_delivered_in_order(world: Elsewhere, load: Load) -> None:
    """Each host got each post at least once; by first arrival, in the order in which they were published."""
    wanted = set(load.posted)
    assert len(wanted) == INCOMING // HOSTS
    assert len(world.received) == HOSTS
    for ids in world.received.values():
        first = [uri for uri in dict.fromkeys(ids) if uri in wanted]
        assert first == sorted(first, key=lambda uri: int(uri.split("/")[-2]))
        assert set(first) == wanted
