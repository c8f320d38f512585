"""Incoming activities: kept before they are answered, applied in order, once.

`InboundStore` groups what arrives at the same moment into one transaction, so that the disk is asked once for many answers of 202.
"""

import asyncio
from dataclasses import dataclass
from enum import StrEnum

from fediverse.clock import to_ms
from fediverse.database.database import Row, marks
from fediverse.node import Node

MAX_BATCH = 200


class Stored(StrEnum):
    NEW = "new"
    DUPLICATE = "duplicate"
    CONFLICTING = "conflicting"


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is kept of an admitted activity. (*origin*, *activity_id*) is the replay key, *digest* the SHA-256 of what *body* says, in hex."""

    origin: str
    activity_id: str
    digest: str
    type: str
    actor_uri: str
    proved_by: str
    body: str


class InboundStore:
    """Collects what arrives while the last group is being written, then writes the next group."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Incoming, asyncio.Future[Stored]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def store(self, node: Node, incoming: Incoming) -> Stored:
        """Keep *incoming* for good. Answers only when it is on disk; says whether it was known, and whether with another body."""
        done: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()
        self._waiting.append((incoming, done))
        if self._writer is None or self._writer.done():
            # Not left alone: every caller awaits its future, and the writer answers each of them, with an error if need be.
            self._writer = asyncio.create_task(self._write(node))
        return await done

    @property
    def is_busy(self) -> bool:
        """Whether somebody waits for an answer."""
        return self._writer is not None and not self._writer.done()

    async def _write(self, node: Node) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
            try:
                answers = await _write_group(node, [incoming for incoming, _done in group])
            except BaseException as problem:
                for _incoming, done in group:
                    if not done.done():
                        done.set_exception(problem if isinstance(problem, Exception) else asyncio.CancelledError())
                if not isinstance(problem, Exception):
                    raise
            else:
                for (_incoming, done), answer in zip(group, answers, strict=True):
                    if not done.done():
                        done.set_result(answer)


async def _write_group(node: Node, group: list[Incoming]) -> list[Stored]:
    """One transaction for all. What another process stored meanwhile is answered as known."""
    now = to_ms(node.clock.now())
    answers: list[Stored] = []
    fresh: list[Incoming] = []
    async with node.database.transaction():
        known = await _known(node, group)
        for incoming in group:
            key = (incoming.origin, incoming.activity_id)
            digest = known.get(key)
            if digest is None:
                known[key] = incoming.digest
                fresh.append(incoming)
                answers.append(Stored.NEW)
            else:
                answers.append(Stored.DUPLICATE if digest == incoming.digest else Stored.CONFLICTING)
        await node.database.execute_many(
            "INSERT INTO inbound_activity (id, origin, activity_id, digest, type, actor_uri, proved_by, body, state, attempts, problem, received_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, '', ?) ON CONFLICT (origin, activity_id) DO NOTHING",
            [
                (
                    node.ids.next(),
                    one.origin,
                    one.activity_id,
                    one.digest,
                    one.type,
                    one.actor_uri,
                    one.proved_by,
                    one.body,
                    now,
                )
                for one in fresh
            ],
        )
        node.database.after_commit(node.wakeups.incoming.set)
    return answers


async def _known(node: Node, group: list[Incoming]) -> dict[tuple[str, str], str]:
    ids = list({incoming.activity_id for incoming in group})
    rows = await node.database.rows(
        f"SELECT origin, activity_id, digest FROM inbound_activity WHERE activity_id IN ({marks(ids)})", *ids
    )
    return {(row["origin"], row["activity_id"]): row["digest"] for row in rows}


async def waiting(node: Node, limit: int) -> list[Row]:
    """The oldest activities that are not applied yet, in the order of their arrival."""
    return await node.database.rows("SELECT * FROM inbound_activity WHERE state = 'waiting' ORDER BY id LIMIT ?", limit)


async def still_waiting(node: Node, numbers: list[int]) -> set[int]:
    """Those of *numbers* that nobody finished meanwhile, in the open transaction: another process that works on the same ones waits for its end."""
    if not numbers:
        return set()
    lock = "" if node.database.dialect == "sqlite" else " FOR UPDATE"
    rows = await node.database.rows(
        f"SELECT id FROM inbound_activity WHERE id IN ({marks(numbers)}) AND state = 'waiting' ORDER BY id{lock}", *numbers
    )
    return {row["id"] for row in rows}


async def finish(node: Node, applied: list[int], dropped: list[tuple[int, str]]) -> None:
    """Mark as done, in the transaction that applied them. *dropped*: (id, why)."""
    if applied:
        await node.database.execute(
            f"UPDATE inbound_activity SET state = 'applied' WHERE id IN ({marks(applied)})", *applied
        )
    await node.database.execute_many(
        "UPDATE inbound_activity SET state = 'dropped', problem = ? WHERE id = ?",
        [(why[:2000], number) for number, why in dropped],
    )


async def failed(node: Node, number: int, problem: str, max_attempts: int) -> None:
    """Try again later; after *max_attempts* keep it aside, with the reason, for a person to look at."""
    await node.database.execute(
        "UPDATE inbound_activity SET attempts = attempts + 1, problem = ?,"
        " state = CASE WHEN attempts + 1 >= ? THEN 'failed' ELSE 'waiting' END WHERE id = ?",
        problem[:2000], max_attempts, number,
    )  # fmt: skip
