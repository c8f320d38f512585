"""Measures the way in: two hundred senders on a few hosts post signed activities to the shared inbox of a node that is served.

Accepted: answered 202, which means checked and safe on disk. Applied: what was accepted has had its effect. Both are counted from the first request on, while
the node does both at once: what it applies meanwhile it takes from what it could accept.
"""

import asyncio
import time
from functools import partial
from pathlib import Path

from fediverse.database.database import Database
from fediverse.node import Node
from fediverse.settings import Settings
from scripts.bench_parts import activities, world
from scripts.bench_parts.beside import Receivers, senders
from scripts.bench_parts.figures import Figure
from scripts.bench_parts.generator import Plan
from scripts.bench_parts.running import Measure, Running
from scripts.bench_parts.world import Person, Sender

SENDERS = 200
PEOPLE = 10
POSTS_EACH = 20
FOLLOWS_EACH = 100
CONNECTIONS = 64
WARM_UP = 200


async def prepare(node: Node, elsewhere: Receivers, folder: Path, hosts: int, count: int) -> Measure:
    people = await world.add_people(node, PEOPLE, POSTS_EACH, name="person")
    names = [f"s{number}.localhost:{elsewhere.port}" for number in range(1, hosts + 1)]
    known = await world.add_senders(node, names, SENDERS // hosts)
    pairs = [
        (person.id, known[(number * 7 + step * 2) % len(known)].id)
        for number, person in enumerate(people)
        for step in range(FOLLOWS_EACH)
    ]
    await world.add_follows(node, pairs)
    await world.forget_unsent(node)
    return partial(measure, people=people, known=known, folder=folder, count=count)


async def measure(
    running: Running, *, people: list[Person], known: list[Sender], folder: Path, count: int
) -> list[Figure]:
    mixed = activities.mixed(known, people, count + WARM_UP)
    keys = {sender.key_id: sender.pem for sender in known}
    shared_inbox = f"{running.settings.origin}/inbox"
    await _send(running, Plan(running.port, shared_inbox, CONNECTIONS, keys, mixed[:WARM_UP]), folder)
    plan = Plan(running.port, shared_inbox, CONNECTIONS, keys, mixed[WARM_UP:])
    used_s, outcome, applied_at = await _send(running, plan, folder)
    accepted_s, applied_s = outcome["ended"] - outcome["began"], applied_at - outcome["began"]
    return [
        Figure("memory, after the load", running.resident_mb(), "MB"),
        Figure("activities accepted", count / accepted_s, "/s", 1000, "least", "CPU of the one process"),
        Figure("activities applied", count / applied_s, "/s", 450, "least", "CPU of the one process"),
        Figure("CPU per activity, both", used_s / count * 1000, "ms", 2.5, limited_by="Python around each statement"),
        Figure("answer to an activity, p50", outcome["p50_ms"], "ms", limited_by=f"{CONNECTIONS} wait at once"),
        Figure("answer to an activity, p99", outcome["p99_ms"], "ms", limited_by="a batch being applied"),
    ]


async def _send(running: Running, plan: Plan, folder: Path) -> tuple[float, dict[str, float], float]:
    """CPU seconds of the node, the senders' outcome, and when the last activity was applied."""
    async with _watching(running.settings) as database:
        with senders(plan, folder) as process:
            before_s = running.cpu_s()
            process.begin()
            outcome = await asyncio.to_thread(process.outcome)
            while await database.value("SELECT 1 FROM inbound_activity WHERE state = 'waiting' LIMIT 1") is not None:
                await asyncio.sleep(0.02)
            applied_at = time.monotonic()
            used_s = running.cpu_s() - before_s
        _check(outcome, len(plan.activities), await _states(database))
    return used_s, outcome, applied_at


def _watching(settings: Settings) -> "_Watching":
    return _Watching(settings)


class _Watching:
    """The node's database, read from beside it."""

    def __init__(self, settings: Settings) -> None:
        self._database = Database(settings.database, migrations="migrations", pool_size=1)

    async def __aenter__(self) -> Database:
        await self._database.open()
        return self._database

    async def __aexit__(self, *_: object) -> None:
        await self._database.close()


async def _states(database: Database) -> dict[str, int]:
    rows = await database.rows("SELECT state, count(*) AS number FROM inbound_activity GROUP BY state")
    return {row["state"]: row["number"] for row in rows}


def _check(outcome: dict[str, object], count: int, states: dict[str, int]) -> None:
    """A figure counts only if the work was done."""
    if outcome["answers"] != {"202": count}:
        raise SystemExit(f"scripts/bench: not every activity was accepted: {outcome['answers']}")
    if set(states) != {"applied"}:
        raise SystemExit(f"scripts/bench: not every activity was applied: {states}")
