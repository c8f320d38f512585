"""The egress ledger's writing end: what left this node, or was kept from leaving, as whoever let it out or held it back saw it.

Deliveries are written by `outbox.settle`, in the transaction that ends them; what other servers are given at our addresses by `Ledger`, in groups, before it is
given: what cannot be written down is not handed out. One row for each thing and host: a dead host has one row that is updated, and what left once is never
told as if it had not. Read by `queries/egress`; kept as long as the audit.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from operator import attrgetter

from fediverse.clock import to_ms
from fediverse.models.egress import EgressKind as EgressKind
from fediverse.models.egress import Fate as Fate
from fediverse.models.egress import ReceiptState as ReceiptState
from fediverse.node import Node
from fediverse.queue import jobs
from fediverse.queue.groups import Groups

CHECK_RECEIPTS = "check_receipts"
MAX_GROUP = 200
_LEFT = "('sent', 'served')"
_STAYS = f"egress.outcome IN {_LEFT} AND EXCLUDED.outcome NOT IN {_LEFT}"
_LAST_ANSWER = ("outcome", "status", "rule", "reason", "digest")
_RECEIPT = ("receipt_state", "receipt", "receipt_problem")
_WRITE = (
    "INSERT INTO egress (id, post_id, account_id, kind, type, subject_uri, host, outcome, status, rule, reason, digest,"
    " receipt_state, receipt, receipt_problem, attempts, first_at, last_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 1, ?, ?)"
    " ON CONFLICT (subject_uri, kind, host) DO UPDATE SET attempts = egress.attempts + 1, last_at = EXCLUDED.last_at, "
    + ", ".join(f"{one} = CASE WHEN {_STAYS} THEN egress.{one} ELSE EXCLUDED.{one} END" for one in _LAST_ANSWER)
    + ", "
    + ", ".join(
        f"{one} = CASE WHEN egress.receipt_state = 'valid' OR {_STAYS} THEN egress.{one} ELSE EXCLUDED.{one} END"
        for one in _RECEIPT
    )
)


@dataclass(frozen=True, slots=True)
class Departure:
    """What went to *host*, or did not. *subject_uri* names it: the activity, the document, the file; *rule* is the one that let it go or kept it, *reason* says
    why not. *digest* is of the bytes that were sent, *receipt* the answer that claims to be one.
    """

    kind: EgressKind
    subject_uri: str
    host: str
    outcome: Fate
    post_id: int | None = None
    account_id: int | None = None
    type: str = ""
    status: int | None = None
    rule: str = ""
    reason: str = ""
    digest: str = ""
    receipt_state: ReceiptState = ReceiptState.NONE
    receipt: str = ""


class Ledger:
    """What this process writes outside of deliveries."""

    def __init__(self) -> None:
        self._groups: Groups[tuple[Node, Sequence[Departure]], None] = Groups(_write_group, MAX_GROUP)
        self._aside: set[asyncio.Task[None]] = set()

    async def record(self, node: Node, departures: Sequence[Departure]) -> None:
        """Keep *departures* for good. Returns only when they are on disk; never called inside a transaction."""
        if departures:
            await self._groups.written((node, departures))

    def aside(self, step: Coroutine[object, object, None]) -> None:
        """Let *step* record something without making anybody wait, since how long an answer takes must not tell what exists. `finish` waits for it."""
        task = asyncio.create_task(step)
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    async def finish(self) -> None:
        """Wait until all that was begun is written."""
        while self._aside:
            await asyncio.gather(*self._aside)


async def _write_group(group: Sequence[tuple[Node, Sequence[Departure]]]) -> list[None]:
    node = group[0][0]
    async with node.database.transaction():
        await write(node, [departure for _node, departures in group for departure in departures])
    return [None] * len(group)


async def write(node: Node, departures: Sequence[Departure]) -> None:
    """Write *departures* in the open transaction; receipts among them are judged by a job of their own."""
    now = to_ms(node.clock.now())
    await node.database.execute_many(
        _WRITE,
        [
            (
                node.ids.next(), one.post_id, one.account_id, one.kind.value, one.type[:60], one.subject_uri[:1024], one.host[:300], one.outcome.value,
                one.status, one.rule[:60], one.reason[:500], one.digest, one.receipt_state.value, one.receipt, now, now,
            )
            # In one order everywhere, so that two processes that write the same rows wait for each other and never both for the other.
            for one in sorted(departures, key=attrgetter("subject_uri", "kind", "host"))
        ],
    )  # fmt: skip
    if any(one.receipt_state is ReceiptState.UNCHECKED for one in departures):
        await jobs.enqueue(node, CHECK_RECEIPTS, {}, key=CHECK_RECEIPTS)
