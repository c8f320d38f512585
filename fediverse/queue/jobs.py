"""General work that may run twice: refreshing an account, processing media, retention. A job with a *key* stands in the queue once."""

from datetime import datetime, timedelta

from fediverse.clock import to_ms
from fediverse.database.database import Row, json_text
from fediverse.node import Node

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 8


async def enqueue(
    node: Node, kind: str, payload: dict[str, object], *, key: str | None = None, due_at: datetime | None = None
) -> None:
    due = to_ms(due_at or node.clock.now())
    async with node.database.transaction():
        await node.database.execute(
            "INSERT INTO job (id, kind, payload, key, due_at, attempts, problem) VALUES (?, ?, ?, ?, ?, 0, '') ON CONFLICT (key) DO NOTHING",
            node.ids.next(), kind, json_text(payload), key, due,
        )  # fmt: skip
        node.database.after_commit(node.wakeups.jobs.set)


async def claim(node: Node) -> Row | None:
    now = to_ms(node.clock.now())
    lock = "" if node.database.dialect == "sqlite" else " FOR UPDATE SKIP LOCKED"
    rows = await node.database.rows(
        "UPDATE job SET claimed_until = ?, attempts = attempts + 1 WHERE id = (SELECT id FROM job WHERE due_at <= ? AND failed_at IS NULL"
        f" AND (claimed_until IS NULL OR claimed_until <= ?) ORDER BY due_at LIMIT 1{lock}) RETURNING *",
        now + int(LEASE.total_seconds() * 1000), now, now,
    )  # fmt: skip
    return rows[0] if rows else None


async def done(node: Node, number: int) -> None:
    await node.database.execute("DELETE FROM job WHERE id = ?", number)


async def forget(node: Node, key: str) -> None:
    """Take the job called *key* out of the queue, also while it is being done: from then on one of that name can be asked for again."""
    await node.database.execute("DELETE FROM job WHERE key = ?", key)


async def failed(node: Node, job: Row, problem: str) -> None:
    """Due again after a growing pause; kept aside with the reason after the last attempt."""
    now = to_ms(node.clock.now())
    pause_ms = min(3_600_000, 5_000 * 4 ** int(job["attempts"]))
    gone = now if job["attempts"] >= MAX_ATTEMPTS else None
    await node.database.execute(
        "UPDATE job SET claimed_until = NULL, due_at = ?, problem = ?, failed_at = ? WHERE id = ?",
        now + pause_ms,
        problem[:2000],
        gone,
        job["id"],
    )
