"""How fast a node is on this machine, beside what was promised: `scripts/bench [--engine sqlite|postgres|both] [--quick] [--json]`."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fediverse.database.database import Database
from fediverse.database.migrations import migrate
from fediverse.node import Node
from scripts.bench_parts import deliveries, engines, facts, figures, groups, inbox, rendering, streams, timelines, world
from scripts.bench_parts.beside import Receivers, receivers
from scripts.bench_parts.engines import Engine
from scripts.bench_parts.figures import Figure
from scripts.bench_parts.running import Measure, Running, free_port, serving, settings_for

PARTS = ("start", "timelines", "rendering", "deliveries", "streams", "inbox", "groups")
EMPTY = "empty"


@dataclass(frozen=True)
class Size:
    """How much of everything. *one_node*: all is measured on one node with one database, as making them takes longer than measuring."""

    activities: int
    sender_hosts: int
    hosts: int
    rounds: int
    burst: int
    posts_among: int
    posts: tuple[int, ...]
    others: int
    requests: int
    streams: int
    posted_s: int
    group_hosts: int
    group_members_each: int
    group_dead: int
    one_node: bool


FULL = Size(
    activities=6000, sender_hosts=20, hosts=200, rounds=5, burst=10, posts_among=20, posts=(100_000, 1_000_000), others=20, requests=400, streams=500,
    posted_s=10, group_hosts=50, group_members_each=20, group_dead=20, one_node=False,
)  # fmt: skip
QUICK = Size(
    activities=800, sender_hosts=5, hosts=200, rounds=1, burst=4, posts_among=2, posts=(20_000,), others=2, requests=60, streams=25,
    posted_s=2, group_hosts=10, group_members_each=5, group_dead=4, one_node=True,
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """*prepare* writes what will be asked for, and answers what measures it once the node is served."""

    name: str
    says: str
    prepare: Callable[[Node], Awaitable[Measure]]


def main() -> int:
    chosen = _arguments()
    size = QUICK if chosen.quick else FULL
    found: dict[str, Sequence[Figure]] = {}
    with tempfile.TemporaryDirectory(prefix="fediverse-bench-", dir=chosen.folder) as name:
        machine = facts.machine_facts(Path(name))
        for engine in ("sqlite", "postgres") if chosen.engine == "both" else (chosen.engine,):
            folder = Path(name) / engine
            folder.mkdir()
            Path(name).chmod(0o755)
            with _engine(engine, folder) as running:
                if running.version:
                    machine["PostgreSQL"] = running.version
                found[engine] = asyncio.run(_measure(running, folder, size, chosen.only or PARTS))
    as_text = figures.as_json if chosen.json else figures.as_table
    print(as_text(machine, found, quick=chosen.quick))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measure a node on this machine.")
    parser.add_argument("--engine", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="in under a minute, with small numbers: to see what a change did, not to publish",
    )
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part only; may be given again")
    parser.add_argument(
        "--folder",
        type=Path,
        help="where databases are made: the disk that is measured (default: the system's temporary folder)",
    )
    return parser.parse_args()


def _engine(name: str, folder: Path) -> AbstractContextManager[Engine]:
    return engines.sqlite(folder) if name == "sqlite" else engines.postgres(folder)


async def _measure(engine: Engine, folder: Path, size: Size, wanted: Sequence[str]) -> list[Figure]:
    await _make_tables(engine.database(EMPTY))
    listed: list[Figure] = []
    with receivers() as elsewhere:
        parts = [part for part in _parts(size, elsewhere, folder) if part.name in wanted]
        for number, together in enumerate([parts] if size.one_node else [[part] for part in parts]):
            listed += await _measure_together(engine, folder, f"bench{number}", together)
    p99s = [figure.value for posts in size.posts for figure in listed if figure.name == timelines.name_of_p99(posts)]
    if len(p99s) > 1:
        listed.append(Figure("home timeline, largest beside smallest, p99", p99s[-1] / p99s[0], "x", 1.3))
    return listed


async def _make_tables(url: str) -> None:
    """Once for all databases of an engine, which are copies of this one."""
    database = Database(url, migrations="migrations", pool_size=1)
    await database.open()
    try:
        await migrate(database)
    finally:
        await database.close()


def _parts(size: Size, elsewhere: Receivers, folder: Path) -> list[Part]:
    return [
        Part("start", "starting", _start),
        *(
            Part(
                "timelines",
                f"home timeline with {posts:,} posts",
                partial(timelines.prepare, posts=posts, others=size.others, requests=size.requests),
            )
            for posts in size.posts
        ),
        Part("rendering", "what clients ask for most", partial(rendering.prepare, requests=size.requests)),
        Part(
            "deliveries",
            "posts going out",
            partial(
                deliveries.prepare,
                elsewhere=elsewhere,
                hosts=size.hosts,
                rounds=size.rounds,
                burst=size.burst,
                among=size.posts_among,
            ),
        ),
        Part(
            "streams",
            f"{size.streams} open streams",
            partial(streams.prepare, streams=size.streams, posted_s=size.posted_s),
        ),
        Part(
            "inbox",
            "activities coming in",
            partial(inbox.prepare, elsewhere=elsewhere, folder=folder, hosts=size.sender_hosts, count=size.activities),
        ),
        Part(
            "groups",
            f"a group of {size.group_hosts} domains",
            partial(
                groups.prepare,
                elsewhere=elsewhere,
                hosts=size.group_hosts,
                members_each=size.group_members_each,
                dead=size.group_dead,
                rounds=size.rounds,
                among=size.posts_among,
            ),
        ),
    ]


async def _measure_together(engine: Engine, folder: Path, name: str, parts: Sequence[Part]) -> list[Figure]:
    """All of *parts*, prepared one after the other and measured one after the other, on one node."""
    port = free_port()
    settings = settings_for(folder / name, engine.copy(name, EMPTY), port)
    async with world.prepared(settings) as node:
        ready = [(part, await part.prepare(node)) for part in parts]
    listed: list[Figure] = []
    with serving(settings, port) as running:
        for part, measure in ready:
            _say(f"{engine.name}: {part.says}")
            listed += await measure(running)
    return listed


async def _start(_node: Node) -> Measure:
    return _measure_start


async def _measure_start(running: Running) -> list[Figure]:
    return [
        Figure("start until the first answer", running.started_in_s, "s", limited_by="imports"),
        Figure("memory, idle", running.idle_mb, "MB", 150, limited_by="imports"),
    ]


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
