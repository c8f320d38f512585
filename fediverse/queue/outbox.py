"""Deliveries: one row per activity and inbox, in one lane per host. Workers claim hosts under a lease, send in order, and set the host's back-off.

A host that fails is asked again after 10 s, 1 min, 5 min, 15 min, 1 h, then hourly, a fifth of jitter on top, for 14 days; then its deliveries are
parked, visibly, until a person retries them. Rows hold ids, never keys.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from fediverse.clock import to_ms
from fediverse.database.database import marks
from fediverse.node import Node
from fediverse.queue import egress
from fediverse.queue.egress import Departure

LEASE = timedelta(seconds=45)  # longer than two knocks at a silent host; renewed while a lane is worked on
GIVE_UP_AFTER = timedelta(days=14)
_BACKOFF_S = (10, 60, 300, 900, 3600)
_JITTER = 0.2
_LAST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True, order=True)
class Inbox:
    """*host* is the canonical host of *url*: what the lane and the domain policy go by."""

    host: str
    url: str


@dataclass(frozen=True, slots=True)
class OutgoingActivity:
    """An activity to send: *body* is what goes on the wire, byte for byte. *shown*: it may be read at its own address later."""

    uri: str
    type: str
    account_id: int
    body: str
    post_id: int | None = None
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """*activity* for one *inbox*, waiting in the lane of *host*."""

    number: int
    host: str
    inbox: str
    activity: OutgoingActivity


@dataclass(slots=True)
class Outcome:
    """What became of a lane's deliveries: numbers of those delivered, and of those refused, with the reason.

    *problem* is why it stopped before their end, if it did, and the lane is postponed; *counts* is False while a rule holds the host. *more*: there may be
    more waiting, and the caller goes on. *departures*: the same for the egress ledger.
    """

    host: str
    delivered: list[int] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    problem: str = ""
    retry_after_s: int | None = None
    counts: bool = True
    more: bool = False
    departures: list[Departure] = field(default_factory=list)


async def enqueue(node: Node, activity: OutgoingActivity, inboxes: Sequence[Inbox]) -> None:
    """Write the activity and a delivery for each inbox, in the open transaction. Repeating it changes nothing."""
    now = to_ms(node.clock.now())
    database = node.database
    number = node.ids.next()
    await database.execute(
        "INSERT INTO outbound_activity (id, uri, type, account_id, post_id, body, shown, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (uri) DO NOTHING",
        number, activity.uri, activity.type, activity.account_id, activity.post_id, activity.body, activity.shown, now,
    )  # fmt: skip
    number = await database.value("SELECT id FROM outbound_activity WHERE uri = ?", activity.uri)
    if not inboxes:
        return
    await database.execute_many(
        "INSERT INTO delivery (id, host, inbox, activity_id, account_id, state, attempts, problem, created_at)"
        " VALUES (?, ?, ?, ?, ?, 'waiting', 0, '', ?) ON CONFLICT (activity_id, inbox) DO NOTHING",
        [(node.ids.next(), inbox.host, inbox.url, number, activity.account_id, now) for inbox in inboxes],
    )
    await database.execute_many(
        "INSERT INTO lane (host, due_at, failures, problem) VALUES (?, ?, 0, '') ON CONFLICT (host) DO NOTHING",
        [(host, now) for host in sorted({inbox.host for inbox in inboxes})],
    )
    if activity.post_id is not None:
        await database.execute_many(
            "INSERT INTO sent_post (post_id, host, inbox, first_at) VALUES (?, ?, ?, ?) ON CONFLICT (post_id, inbox) DO NOTHING",
            [(activity.post_id, inbox.host, inbox.url, now) for inbox in inboxes],
        )
    database.after_commit(node.wakeups.delivery.set)


async def claim_lanes(node: Node, limit: int) -> list[str]:
    """Up to *limit* hosts that are due and that nobody else works on, leased to the caller."""
    now = to_ms(node.clock.now())
    lock = "" if node.database.dialect == "sqlite" else " FOR UPDATE SKIP LOCKED"
    rows = await node.database.rows(
        "UPDATE lane SET claimed_until = ? WHERE host IN (SELECT l.host FROM lane l WHERE l.due_at <= ?"
        " AND (l.claimed_until IS NULL OR l.claimed_until <= ?)"
        " AND EXISTS (SELECT 1 FROM delivery d WHERE d.host = l.host AND d.state = 'waiting')"
        f" ORDER BY l.due_at LIMIT ?{lock}) RETURNING host",
        now + _ms(LEASE), now, now, limit,
    )  # fmt: skip
    return [row["host"] for row in rows]


async def next_deliveries(node: Node, hosts: Sequence[str], limit: int) -> dict[str, list[Delivery]]:
    """The oldest waiting deliveries of each lane, at most *limit* of one, with what they send; hosts that have none are left out."""
    if not hosts:
        return {}
    rows = await node.database.rows(
        "SELECT d.id, d.host, d.inbox, d.activity_id FROM lane l JOIN delivery d ON d.host = l.host AND d.state = 'waiting'"
        " AND d.id <= COALESCE((SELECT last.id FROM delivery last WHERE last.host = l.host AND last.state = 'waiting'"
        f" ORDER BY last.id LIMIT 1 OFFSET ?), {_LAST_ID}) WHERE l.host IN ({marks(hosts)}) ORDER BY d.id",
        limit - 1, *hosts,
    )  # fmt: skip
    activities = await _activities(node, list({row["activity_id"] for row in rows}))
    found: dict[str, list[Delivery]] = {}
    for row in rows:
        delivery = Delivery(row["id"], row["host"], row["inbox"], activities[row["activity_id"]])
        found.setdefault(row["host"], []).append(delivery)
    return found


async def _activities(node: Node, numbers: Sequence[int]) -> dict[int, OutgoingActivity]:
    if not numbers:
        return {}
    rows = await node.database.rows(
        f"SELECT id, uri, type, account_id, body, post_id, shown FROM outbound_activity WHERE id IN ({marks(numbers)})",
        *numbers,
    )
    return {
        row["id"]: OutgoingActivity(
            row["uri"], row["type"], row["account_id"], row["body"], row["post_id"], bool(row["shown"])
        )
        for row in rows
    }


async def settle(node: Node, outcomes: Sequence[Outcome]) -> None:
    """Write down what became of some lanes' deliveries, and give the lanes back, in one transaction: a lane is free only when what was sent is gone."""
    async with node.database.transaction():
        await egress.write(node, [departure for outcome in outcomes for departure in outcome.departures])
        await _delete(node, [number for outcome in outcomes for number in outcome.delivered])
        await node.database.execute_many(
            "UPDATE delivery SET state = 'refused', problem = ? WHERE id = ?",
            [(why[:500], number) for outcome in outcomes for number, why in outcome.refused],
        )
        for outcome in outcomes:
            if outcome.problem:
                await postpone(node, outcome.host, outcome.problem, outcome.retry_after_s, counts=outcome.counts)
        await renew(node, [outcome.host for outcome in outcomes if outcome.more and not outcome.problem])
        await _release(node, [outcome.host for outcome in outcomes if not outcome.more and not outcome.problem])


async def _delete(node: Node, numbers: Sequence[int]) -> None:
    if numbers:
        await node.database.execute(f"DELETE FROM delivery WHERE id IN ({marks(numbers)})", *numbers)


async def renew(node: Node, hosts: Sequence[str]) -> None:
    """Keep lanes that are still worked on."""
    if hosts:
        until = to_ms(node.clock.now()) + _ms(LEASE)
        await node.database.execute(f"UPDATE lane SET claimed_until = ? WHERE host IN ({marks(hosts)})", until, *hosts)


async def let_go(node: Node, hosts: Sequence[str]) -> None:
    """Give lanes back as they are, without a word on how it went."""
    if hosts:
        await node.database.execute(f"UPDATE lane SET claimed_until = NULL WHERE host IN ({marks(hosts)})", *hosts)


async def take_over(node: Node) -> None:
    """End every lease at the start of the one process that works on SQLite: whoever held one is gone. Elsewhere leases run out by themselves."""
    if node.database.dialect == "sqlite":
        await node.database.execute("UPDATE lane SET claimed_until = NULL WHERE claimed_until IS NOT NULL")
        await node.database.execute("UPDATE job SET claimed_until = NULL WHERE claimed_until IS NOT NULL")


async def _release(node: Node, hosts: Sequence[str]) -> None:
    """After success: no failure counts any more."""
    if hosts:
        await node.database.execute(
            "UPDATE lane SET claimed_until = NULL, failures = 0, failing_since = NULL, problem = '', due_at = ?"
            f" WHERE host IN ({marks(hosts)})",
            to_ms(node.clock.now()), *hosts,
        )  # fmt: skip


async def postpone(
    node: Node, host: str, problem: str, retry_after_s: int | None = None, *, counts: bool = True
) -> None:
    """Give the lane back after a failure, due again by its back-off (or as the host asked, an hour at most).

    A host that has failed for two weeks has its deliveries parked. *counts* is False while a rule holds the host: that is no failure of its.
    """
    now = to_ms(node.clock.now())
    row = await node.database.row("SELECT failures, failing_since FROM lane WHERE host = ?", host)
    failures = row["failures"] if row else 0
    since = row["failing_since"] if row and row["failing_since"] is not None else now
    if counts and now - since >= _ms(GIVE_UP_AFTER):
        await park(node, host, problem)
        return
    wait_s = _BACKOFF_S[min(failures, len(_BACKOFF_S) - 1)]
    if retry_after_s is not None:
        wait_s = min(max(retry_after_s, 1), 3600)
    wait_ms = int(wait_s * 1000 * (1 + _JITTER * secrets.randbelow(1000) / 1000))
    await node.database.execute(
        "UPDATE lane SET claimed_until = NULL, failures = ?, failing_since = ?, problem = ?, due_at = ? WHERE host = ?",
        failures + (1 if counts else 0), since if counts else None, problem[:500], now + wait_ms, host,
    )  # fmt: skip


async def park(node: Node, host: str, problem: str) -> None:
    """Set the lane's deliveries aside until a person retries or drops them."""
    async with node.database.transaction():
        await node.database.execute(
            "UPDATE delivery SET state = 'parked', problem = ? WHERE host = ? AND state = 'waiting'",
            problem[:500],
            host,
        )
        await node.database.execute(
            "UPDATE lane SET claimed_until = NULL, problem = ? WHERE host = ?", problem[:500], host
        )


async def retry(node: Node, host: str) -> int:
    """Send what is parked or refused (policy is asked again) and what waits, from now on; answers how many."""
    async with node.database.transaction():
        now = to_ms(node.clock.now())
        await node.database.execute(
            "UPDATE delivery SET state = 'waiting', problem = '' WHERE host = ? AND state <> 'waiting'", host
        )
        await node.database.execute(
            "UPDATE lane SET due_at = ?, failures = 0, failing_since = NULL, claimed_until = NULL WHERE host = ?",
            now,
            host,
        )
        node.database.after_commit(node.wakeups.delivery.set)
        return int(await node.database.value("SELECT count(*) FROM delivery WHERE host = ?", host))


async def drop(node: Node, host: str) -> int:
    """Forget everything that waits for *host*; answers how many."""
    async with node.database.transaction():
        count = int(await node.database.value("SELECT count(*) FROM delivery WHERE host = ?", host))
        await node.database.execute("DELETE FROM delivery WHERE host = ?", host)
        await node.database.execute("DELETE FROM lane WHERE host = ?", host)
        return count


async def next_due_s(node: Node) -> float | None:
    """Seconds until a lane with something waiting is due; None when nothing waits."""
    due = await node.database.value(
        "SELECT min(l.due_at) FROM lane l WHERE EXISTS (SELECT 1 FROM delivery d WHERE d.host = l.host AND d.state = 'waiting')"
    )
    return None if due is None else max(0.0, (due - to_ms(node.clock.now())) / 1000)


def _ms(duration: timedelta) -> int:
    return int(duration.total_seconds() * 1000)
