"""How fast a node is on this machine, beside what was promised: `scripts/bench [--engine sqlite|postgres|both] [--quick] [--json]`."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from scripts.bench_parts import deliveries, engines, facts, figures, inbox, streams, timelines
from scripts.bench_parts.beside import receivers
from scripts.bench_parts.engines import Engine
from scripts.bench_parts.figures import Figure
from scripts.bench_parts.running import free_port, settings_for

PARTS = ("inbox", "deliveries", "timelines", "streams")


@dataclass(frozen=True)
class Size:
    activities: int
    hosts: int
    rounds: int
    posts: tuple[int, ...]
    requests: int
    streams: int


FULL = Size(activities=6000, hosts=200, rounds=5, posts=(100_000, 1_000_000), requests=400, streams=500)
QUICK = Size(activities=1000, hosts=200, rounds=2, posts=(20_000,), requests=100, streams=100)


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
    print(figures.as_json(machine, found) if chosen.json else figures.as_table(machine, found))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Measure a node on this machine.")
    parser.add_argument("--engine", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="small numbers: to see what a change did, not to publish",
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


async def _measure(engine: Engine, folder: Path, size: Size, parts: Sequence[str]) -> list[Figure]:
    listed: list[Figure] = []
    if "inbox" in parts:
        _say(f"{engine.name}: activities coming in")
        port = free_port()
        with receivers() as elsewhere:
            settings = settings_for(folder / "inbox", engine.database("inbox"), port)
            listed += await inbox.measure(settings, port, folder, elsewhere, size.activities)
    if "deliveries" in parts:
        _say(f"{engine.name}: posts going out")
        port = free_port()
        with receivers() as elsewhere:
            settings = settings_for(folder / "deliveries", engine.database("deliveries"), port)
            listed += await deliveries.measure(settings, port, elsewhere, size.hosts, size.rounds)
    if "timelines" in parts:
        listed += await _timelines(engine, folder, size)
    if "streams" in parts:
        _say(f"{engine.name}: {size.streams} open streams")
        port = free_port()
        settings = settings_for(folder / "streams", engine.database("streams"), port)
        listed += await streams.measure(settings, port, size.streams)
    return listed


async def _timelines(engine: Engine, folder: Path, size: Size) -> list[Figure]:
    listed: list[Figure] = []
    p99s: list[float] = []
    for posts in size.posts:
        _say(f"{engine.name}: home timeline with {posts:,} posts")
        port = free_port()
        settings = settings_for(folder / f"timelines{posts}", engine.database(f"timelines{posts}"), port)
        one, p99 = await timelines.measure(settings, port, posts, size.requests)
        listed += one
        p99s.append(p99)
    if len(p99s) > 1:
        listed.append(Figure("home timeline, largest beside smallest, p99", p99s[-1] / p99s[0], "x", 1.3))
    return listed


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
