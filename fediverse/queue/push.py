"""What waits to be pushed: one row for each notification and device. Taken by `workers/push`, host by host; may be taken twice after a crash."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from fediverse.clock import from_ms, to_ms
from fediverse.database.database import marks
from fediverse.node import Node

LEASE = timedelta(minutes=2)
MAX_ATTEMPTS = 8
KEPT = timedelta(hours=48)
"""Nobody wants to be told on Monday what happened on Friday; also how long a service keeps what it could not deliver."""


@dataclass(frozen=True, slots=True)
class Waiting:
    id: int
    subscription_id: int
    notification_id: int
    attempts: int
    created_at: datetime


async def due_hosts(node: Node) -> list[str]:
    now = to_ms(node.clock.now())
    rows = await node.database.rows(
        "SELECT DISTINCT s.host FROM push_delivery d JOIN push_subscription s ON s.id = d.subscription_id"
        " WHERE d.due_at <= ? AND (d.claimed_until IS NULL OR d.claimed_until <= ?)",
        now,
        now,
    )
    return [row["host"] for row in rows]


async def next_due_s(node: Node) -> float | None:
    """Seconds until something is due again; None when nothing waits."""
    due = await node.database.value("SELECT MIN(due_at) FROM push_delivery")
    return None if due is None else max((from_ms(due) - node.clock.now()).total_seconds(), 0.05)


async def claim(node: Node, host: str, most: int) -> list[Waiting]:
    """The oldest that are due for *host*, for this process alone while the lease lasts."""
    now = to_ms(node.clock.now())
    lock = "" if node.database.dialect == "sqlite" else " FOR UPDATE OF d SKIP LOCKED"
    rows = await node.database.rows(
        "UPDATE push_delivery SET claimed_until = ?, attempts = attempts + 1 WHERE id IN ("
        "SELECT d.id FROM push_delivery d JOIN push_subscription s ON s.id = d.subscription_id WHERE s.host = ? AND d.due_at <= ?"
        f" AND (d.claimed_until IS NULL OR d.claimed_until <= ?) ORDER BY d.due_at, d.id LIMIT ?{lock}) RETURNING *",
        now + int(LEASE.total_seconds() * 1000), host, now, now, most,
    )  # fmt: skip
    return [
        Waiting(row["id"], row["subscription_id"], row["notification_id"], row["attempts"], from_ms(row["created_at"]))
        for row in sorted(rows, key=lambda row: row["id"])
    ]


async def done(node: Node, ids: Collection[int]) -> None:
    if ids:
        await node.database.execute(f"DELETE FROM push_delivery WHERE id IN ({marks(list(ids))})", *ids)


async def again(node: Node, host: str, ids: Collection[int], pause: timedelta) -> None:
    """Give *ids* back, and leave the host in peace for a while; what is too old or was tried too often is given up."""
    now = node.clock.now()
    due = to_ms(now + pause)
    theirs = "SELECT id FROM push_subscription WHERE host = ?"
    async with node.database.transaction():
        if ids:
            await node.database.execute(
                f"UPDATE push_delivery SET claimed_until = NULL, due_at = ? WHERE id IN ({marks(list(ids))})", due, *ids
            )
        await node.database.execute(
            f"UPDATE push_delivery SET due_at = ? WHERE due_at < ? AND subscription_id IN ({theirs})", due, due, host
        )
        await node.database.execute(
            f"DELETE FROM push_delivery WHERE (created_at < ? OR attempts >= ?) AND subscription_id IN ({theirs})",
            to_ms(now - KEPT), MAX_ATTEMPTS, host,
        )  # fmt: skip
