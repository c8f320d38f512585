"""One run of the check from beginning to end: the world, what is secret in it, everybody who tries, and what was found. Tests look at what this answers."""

import asyncio
import json
import logging
import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from tests.leakcheck import groups, hearing, planting, spoken, tricks, walk
from tests.leakcheck.canaries import Canary, Ledger
from tests.leakcheck.planting import Planted
from tests.leakcheck.world import World, world
from tests.support.databases import Databases


@dataclass
class Found:
    """What is left when everybody has tried everything."""

    ledger: Ledger
    canaries: list[Canary]
    quick: bool
    seconds: dict[str, float] = field(default_factory=dict)

    def leaks(self) -> list[str]:
        """Who received what is not theirs, by what way."""
        receipts = self.ledger.receipts
        return sorted(f"{one.who} by {one.way}: {one.canary}" for one in receipts if one.relation == "outsider")

    def as_json(self) -> str:
        answers = [[who, way, number] for (who, way), number in sorted(self.ledger.answers.items())]
        record = {
            "seconds": self.seconds, "bytes": self.ledger.bytes_read, "answers": answers, "leaks": self.leaks(), "contacts": sorted(set(self.ledger.contacts)),
            "faults": sorted(set(self.ledger.faults)), "canaries": sorted({(one.thing, one.field) for one in self.canaries}),
            "receipts": sorted([one.who, one.way, one.canary, one.relation] for one in self.ledger.receipts),
        }  # fmt: skip
        return json.dumps(record)


def run(server: Databases, folder: Path) -> Found:
    """*quick* (`LEAKCHECK_QUICK`): what finds most, in a fraction of the time; for trying what a broken guard does."""
    before = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL)
    )  # refusals by the thousand
    try:
        return asyncio.run(_run(server, folder, quick="LEAKCHECK_QUICK" in os.environ))
    finally:
        structlog.configure(**before)


class Enough(Exception):
    """A quick run has found what it was looking for."""


class _Stages:
    def __init__(self, found: Found, *, stops: bool) -> None:
        self._found = found
        self._stops = stops
        self._since = time.monotonic()

    def done(self, name: str) -> None:
        now = time.monotonic()
        self._found.seconds[name] = now - self._since
        self._since = now
        if self._stops and (self._found.leaks() or self._found.ledger.contacts):
            raise Enough


async def _run(server: Databases, folder: Path, *, quick: bool) -> Found:
    async with world(server, folder) as made:
        found = Found(made.ledger, [], quick)
        stages = _Stages(found, stops=quick)
        planted = await planting.meet(made)
        stages.done("meeting")
        with suppress(Enough):
            await _listening(made, planted, stages, quick=quick)
        found.canaries = list(made.book.canaries.values())
        return found


async def _listening(made: World, planted: Planted, stages: _Stages, *, quick: bool) -> None:
    """Everybody hears what happens meanwhile."""
    try:
        async with hearing.listening(made, planted.lists):
            await planting.write(made, planted)
            await planting.keep(made, planted)
            await groups.begin(made, planted)
            await groups.fill(made, planted)
            stages.done("writing")
            await _try_everything(made, planted, stages, quick=quick)
            await planting.publish_late(made)
            await hearing.caught_up(made)
            stages.done("later")
    except* Enough:
        raise Enough from None


async def _try_everything(made: World, planted: Planted, stages: _Stages, *, quick: bool) -> None:
    """Those whose things these are read first; at the end they do everything as well, since that ends much of it."""
    if not quick:
        for node in (made.a, made.b):
            await walk.read(made, await walk.ids_at(made, planted, node, 14), walk.INSIDERS[node.host], ())
        stages.done("insiders read")
    await spoken.say_everything(made, planted, quick=quick)
    await tricks.try_all(made, planted)
    stages.done("servers speak")
    if not quick:
        for node in made.nodes:  # what an outsider does may also end what should not have been there
            ids = await walk.ids_at(made, planted, node, 16)
            await walk.read(made, ids, walk.OUTSIDERS[node.host], (), only=walk.QUICK)
        for node in (made.a, made.b):
            await walk.write(made, await walk.ids_at(made, planted, node, 10), walk.OUTSIDERS[node.host], walk.SERVERS)
        await made.settle()
        stages.done("outsiders do")
    await planting.write_after(made, planted)
    await groups.write_more(made, planted, "later ")
    stages.done("writing again")
    for node in made.nodes:
        ids = await walk.ids_at(made, planted, node, 16 if quick else 1000)
        await walk.read(
            made,
            ids,
            walk.OUTSIDERS[node.host],
            walk.SERVERS if node is not made.c else (),
            only=walk.QUICK if quick else None,
        )
    stages.done("outsiders read")
    if not quick:
        for node in (made.a, made.b):
            await walk.write(made, await walk.ids_at(made, planted, node, 12), walk.INSIDERS[node.host][-2:], ())
        stages.done("insiders do")
