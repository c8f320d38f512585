"""Deliver: claim hosts that are due, send each host's activities in order, and give the host back with what it deserves.

Policy and audience are asked again at the moment of sending: policy by the gate inside the client, audience here. A slow or dead host holds up its own
lane and nobody else's. An answer of 2xx is success; 4xx is an answer too and ends that delivery, visibly; anything else is tried again later.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from fediverse.actions import peers
from fediverse.actions.peers import KNOCK_AGAIN, Knock
from fediverse.database.database import Row
from fediverse.errors import DomainRefused, FediverseError, NotFound, Unreachable
from fediverse.log import get
from fediverse.node import Node
from fediverse.policy.domains import Direction, Effect
from fediverse.queries.audience import may_have
from fediverse.queue import outbox

CONTENT_TYPE = "application/activity+json"
LANE_BATCH = 20
_ASKS_AUDIENCE = frozenset({"Create", "Update", "Announce"})
_RETRIED = frozenset({401, 408, 429})
_log = get(__name__)


@dataclass(slots=True)
class Sent:
    """What became of a lane's batch: delivered rows, and why it stopped before its end, if it did."""

    host: str
    delivered: list[int] = field(default_factory=list)
    problem: str = ""
    retry_after_s: int | None = None
    counts: bool = True


class Deliverer:
    """One process's deliveries: at most `deliveries_at_once` hosts at a time."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[None]] = {}

    async def work(self, node: Node) -> float | None:
        """Start what is due; answers when to look again."""
        self._running = {host: task for host, task in self._running.items() if not task.done()}
        room = node.settings.deliveries_at_once - len(self._running)
        if room <= 0:
            return None
        hosts = await outbox.claim_lanes(node, room)
        for host in hosts:
            task = asyncio.create_task(self._lane(node, host), name=f"deliver {host}")
            self._running[host] = task
        if len(hosts) == room:
            return None  # a lane that ends wakes the loop
        return await outbox.next_due_s(node)

    @property
    def is_busy(self) -> bool:
        return bool(self._running)

    async def stop(self) -> None:
        """Let go of what is under way; its leases run out and its rows are sent again."""
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._running:
            await asyncio.gather(*self._running.values())
            self._running = {host: task for host, task in self._running.items() if not task.done()}

    async def _lane(self, node: Node, host: str) -> None:
        try:
            await deliver_lane(node, host)
        except Exception as problem:  # the worker's edge: the lane comes back by its back-off
            _log.exception("delivery.failed", host=host)
            await outbox.postpone(node, host, f"internal error: {type(problem).__name__}")
        finally:
            node.wakeups.delivery.set()


async def deliver_lane(node: Node, host: str) -> None:
    """Send what waits for *host*, oldest first, until nothing is left or the host fails."""
    first, second = await peers.knocks(node, host)
    knocks = [first, second]
    while True:
        rows = await outbox.next_deliveries(node, host, LANE_BATCH)
        if not rows:
            await outbox.release(node, host)
            return
        sent = await _send_batch(node, host, rows, knocks)
        async with node.database.transaction():
            await outbox.delivered(node, sent.delivered)
            if sent.problem:
                await outbox.postpone(node, host, sent.problem, sent.retry_after_s, counts=sent.counts)
            elif len(rows) < LANE_BATCH:
                await outbox.release(node, host)
            else:
                await outbox.renew(node, host)
        if sent.delivered:
            await peers.note_traffic(node, [host], received=False)
        if sent.problem or len(rows) < LANE_BATCH:
            return


async def _send_batch(node: Node, host: str, rows: Sequence[Row], knocks: list[Knock]) -> Sent:
    sent = Sent(host)
    for row in rows:
        try:
            if (
                row["type"] in _ASKS_AUDIENCE
                and row["post_id"] is not None
                and not await may_have(node, host, row["post_id"])
            ):
                await _no_longer_meant(node, host, row, sent)
                if sent.problem:
                    return sent
                continue
            await _send(node, host, row, knocks)
            sent.delivered.append(row["id"])
        except DomainRefused as refused:
            if await _is_denied(node, host):
                await outbox.refused(node, row["id"], refused.safe)
                continue
            sent.problem, sent.counts = f"held: {refused.safe}", False
            return sent
        except Unreachable as problem:
            sent.problem, sent.retry_after_s = problem.safe, problem.retry_after_s
            return sent
        except FediverseError as problem:  # an answer that trying again would not change
            _log.warning("delivery.refused", host=host, activity=row["uri"], reason=problem.safe)
            await outbox.refused(node, row["id"], problem.safe)
    return sent


async def _no_longer_meant(node: Node, host: str, row: Row, sent: Sent) -> None:
    """The audience shrank, or policy did: tell the two apart, since a hold must lose nothing."""
    verdict = await node.rules.decide(Direction.OUT_DELIVER, row["type"], host)
    if verdict.allowed or (verdict.effect is Effect.DENY and verdict.rule is not None):
        await outbox.refused(
            node, row["id"], "no longer in the post's audience" if verdict.allowed else verdict.sentence
        )
    else:
        sent.problem, sent.counts = f"held: {verdict.sentence}", False


async def _is_denied(node: Node, host: str) -> bool:
    """Whether a rule says no for good; without any rule the domain was removed, and what waits is held."""
    verdict = await node.rules.decide(Direction.OUT_DELIVER, "delivery", host)
    return verdict.effect is Effect.DENY and verdict.rule is not None


async def _send(node: Node, host: str, row: Row, knocks: list[Knock]) -> None:
    """One POST, two if the first signature was not understood. Raises Unreachable for what may pass, another error for what will not."""
    body = row["body"].encode()
    instance = await _signs_as_instance(node, row["account_id"])
    for attempt, knock in enumerate(knocks):
        signer = await peers.signer(node, knock, None if instance else row["account_id"])
        answer = await node.remote.post(row["inbox"], body, kind=row["type"], signer=signer, content_type=CONTENT_TYPE)
        if answer.ok:
            if attempt:
                knocks.reverse()
                await peers.remember(node, host, knock)
            return
        if answer.status not in KNOCK_AGAIN:
            break
    if answer.status >= 500 or answer.status in _RETRIED:
        raise Unreachable(
            f"{host} answered {answer.status}",
            answer=answer.status,
            retry_after_s=_retry_after(answer.headers.get("retry-after")),
        )
    raise NotFound(f"{host} answered {answer.status}")


async def _signs_as_instance(node: Node, account_id: int) -> bool:
    return account_id == node.instance_id


def _retry_after(value: str | None) -> int | None:
    return int(value) if value is not None and value.isdigit() and len(value) < 6 else None
