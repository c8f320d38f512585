"""Incoming activities: kept before they are answered, applied in order, once.

`InboundStore` writes what arrives at the same moment in one transaction, so that the disk is asked once for many answers of 202.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from fediverse.clock import to_ms
from fediverse.database.database import Row, marks
from fediverse.node import Node
from fediverse.queue.groups import Groups

MAX_GROUP = 200
MAX_IN_HAND = 2000
FIRST_PAUSE_S = 10


class Stored(StrEnum):
    NEW = "new"
    DUPLICATE = "duplicate"
    CONFLICTING = "conflicting"


@dataclass(frozen=True, slots=True)
class Incoming:
    """What is kept of an admitted activity. (*origin*, *activity_id*) is the replay key, *digest* the SHA-256 of what *body* says, in hex.

    *admitted* is the activity itself: this process may apply it without reading *body* again.
    """

    origin: str
    activity_id: str
    digest: str
    type: str
    actor_uri: str
    proved_by: str
    body: str
    admitted: object = field(default=None, repr=False, compare=False)


class InboundStore:
    """What this process stores: in groups, and with the latest of it at hand for whoever applies it here."""

    def __init__(self) -> None:
        self._groups: Groups[tuple[Node, Incoming], Stored] = Groups(self._write, MAX_GROUP)
        self._in_hand: OrderedDict[int, object] = OrderedDict()

    async def store(self, node: Node, incoming: Incoming) -> Stored:
        """Keep *incoming* for good. Answers only when it is on disk; says whether it was known, and whether with another body."""
        return await self._groups.written((node, incoming))

    def take(self, number: int) -> object | None:
        """The admitted activity that was stored under *number*, if it is at hand still: once, and only a convenience, as the row is the truth."""
        return self._in_hand.pop(number, None)

    @property
    def is_busy(self) -> bool:
        """Whether somebody waits for an answer."""
        return self._groups.is_busy

    async def _write(self, group: Sequence[tuple[Node, Incoming]]) -> list[Stored]:
        answers, numbers = await _write_group(group[0][0], [incoming for _node, incoming in group])
        self._in_hand.update(
            (number, incoming.admitted) for number, incoming in numbers.items() if incoming.admitted is not None
        )
        while len(self._in_hand) > MAX_IN_HAND:
            self._in_hand.popitem(last=False)
        return answers


async def _write_group(node: Node, group: list[Incoming]) -> tuple[list[Stored], dict[int, Incoming]]:
    """One transaction for all: the answers, and the new ones by their number. What another process stored meanwhile is answered as known."""
    now = to_ms(node.clock.now())
    answers: list[Stored] = []
    fresh: dict[int, Incoming] = {}
    async with node.database.transaction():
        known = await _known(node, group)
        for incoming in group:
            key = (incoming.origin, incoming.activity_id)
            digest = known.get(key)
            if digest is None:
                known[key] = incoming.digest
                fresh[node.ids.next()] = incoming
                answers.append(Stored.NEW)
            else:
                answers.append(Stored.DUPLICATE if digest == incoming.digest else Stored.CONFLICTING)
        await node.database.execute_many(
            "INSERT INTO inbound_activity (id, origin, activity_id, digest, type, actor_uri, proved_by, body, state, attempts, problem, received_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, '', ?) ON CONFLICT (origin, activity_id) DO NOTHING",
            [
                (number, one.origin, one.activity_id, one.digest, one.type, one.actor_uri, one.proved_by, one.body, now)
                for number, one in fresh.items()
            ],
        )
        node.database.after_commit(node.wakeups.incoming.set)
    return answers, fresh


async def _known(node: Node, group: list[Incoming]) -> dict[tuple[str, str], str]:
    ids = list({incoming.activity_id for incoming in group})
    rows = await node.database.rows(
        f"SELECT origin, activity_id, digest FROM inbound_activity WHERE activity_id IN ({marks(ids)})", *ids
    )
    return {(row["origin"], row["activity_id"]): row["digest"] for row in rows}


async def waiting(node: Node, limit: int) -> list[int]:
    """The numbers of the oldest activities that are due and not applied yet, in the order of their arrival."""
    rows = await node.database.rows(
        "SELECT id FROM inbound_activity WHERE state = 'waiting' AND (due_at IS NULL OR due_at <= ?) ORDER BY id LIMIT ?",
        to_ms(node.clock.now()),
        limit,
    )
    return [row["id"] for row in rows]


async def stored(node: Node, numbers: Sequence[int]) -> dict[int, Row]:
    """What is kept of the activities with these numbers."""
    if not numbers:
        return {}
    rows = await node.database.rows(f"SELECT * FROM inbound_activity WHERE id IN ({marks(numbers)})", *numbers)
    return {row["id"]: row for row in rows}


async def still_waiting(node: Node, numbers: list[int]) -> set[int]:
    """Those of *numbers* that nobody finished meanwhile, in the open transaction: another process that works on the same ones waits for its end."""
    if not numbers:
        return set()
    lock = "" if node.database.dialect == "sqlite" else " FOR UPDATE"
    rows = await node.database.rows(
        f"SELECT id FROM inbound_activity WHERE id IN ({marks(numbers)}) AND state = 'waiting' ORDER BY id{lock}",
        *numbers,
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
    """Try again after a pause that grows (10 s, 40 s, 160 s …); after *max_attempts* keep it aside, with the reason, for a person to look at."""
    attempts = int(await node.database.value("SELECT attempts FROM inbound_activity WHERE id = ?", number) or 0) + 1
    due = to_ms(node.clock.now()) + FIRST_PAUSE_S * 1000 * 4 ** (attempts - 1)
    await node.database.execute(
        "UPDATE inbound_activity SET attempts = ?, problem = ?, due_at = ?, state = ? WHERE id = ?",
        attempts, problem[:2000], due, "failed" if attempts >= max_attempts else "waiting", number,
    )  # fmt: skip
