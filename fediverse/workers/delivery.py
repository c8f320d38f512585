"""Deliver: claim hosts that are due, send each host's activities in order, and give the host back with what it deserves.

Policy and audience are asked again at the moment of sending: policy by the gate inside the client, audience here, at most a second before. A slow or dead
host holds up its own lane and nobody else's. An answer of 2xx is success; 4xx is an answer too and ends that delivery, visibly; anything else is tried
again later. What many lanes ask at the start is asked once for all of them, and what became of them is written in groups, for the lanes and for the egress
ledger (`departures`) alike.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from fediverse.actions import peers
from fediverse.actions.peers import KNOCK_AGAIN, Knock
from fediverse.clock import monotonic_s
from fediverse.errors import DomainRefused, FediverseError, Unreachable
from fediverse.federation import group_conflicts
from fediverse.log import get
from fediverse.node import Node
from fediverse.policy.domains import Direction, Effect, Verdict
from fediverse.queries.audience import who_may_have
from fediverse.queue import outbox
from fediverse.queue.egress import Fate
from fediverse.queue.groups import Groups
from fediverse.queue.outbox import Delivery, Outcome
from fediverse.remote.media_types import ACTIVITY_JSON
from fediverse.workers.departures import Answer, AnsweredNo, kept_back, not_taken, sent

LANE_BATCH = 20
FRESH_S = 1.0
RENEWED_AFTER_S = 10.0
MAX_GROUP = 200
_ASKS_AUDIENCE = frozenset({"Create", "Update", "Announce"})
_ASKS_FOR_RECEIPT = {"accept": ACTIVITY_JSON}
_CONFLICT = 409  # the id is known there with another body: numbers were given again, so our records are older than what was sent
_RETRIED = frozenset({401, 408, 429})
_log = get(__name__)


@dataclass(slots=True)
class Lane:
    """A host that this process has claimed. *meant* are the posts among its deliveries that it might have when that was asked, *asked_at_s*."""

    host: str
    deliveries: list[Delivery]
    knocks: list[Knock]
    meant: set[int] = field(default_factory=set)
    asked_at_s: float = 0.0

    @property
    def posts(self) -> list[int]:
        return [number for delivery in self.deliveries if (number := _shown_post(delivery)) is not None]


class Deliverer:
    """One process's deliveries: at most `deliveries_at_once` hosts at a time."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[None]] = {}
        self._outcomes: Groups[tuple[Node, Outcome], None] = Groups(_settle, MAX_GROUP)

    async def work(self, node: Node) -> float | None:
        """Start what is due; answers when to look again."""
        self._running = {host: task for host, task in self._running.items() if not task.done()}
        room = node.settings.deliveries_at_once - len(self._running)
        if room <= 0:
            return None
        hosts = await outbox.claim_lanes(node, room)
        for lane in await _lanes(node, hosts):
            task = asyncio.create_task(self._lane(node, lane), name=f"deliver {lane.host}")
            self._running[lane.host] = task
        if len(hosts) == room:
            return None  # a lane that ends wakes the loop
        return await outbox.next_due_s(node)

    @property
    def is_busy(self) -> bool:
        return bool(self._running)

    async def stop(self, node: Node) -> None:
        """Let go of what is under way; its rows are sent again by whoever comes next."""
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)
        with node.database.active():
            await outbox.let_go(node, list(self._running))

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._running:
            await asyncio.gather(*self._running.values())
            self._running = {host: task for host, task in self._running.items() if not task.done()}

    async def _lane(self, node: Node, lane: Lane) -> None:
        try:
            await self._deliver(node, lane)
        except Exception as problem:  # the worker's edge: the lane comes back by its back-off
            _log.exception("delivery.failed", host=lane.host)
            await outbox.postpone(node, lane.host, f"internal error: {type(problem).__name__}")
        finally:
            node.wakeups.delivery.set()

    async def _deliver(self, node: Node, lane: Lane) -> None:
        """Send what waits for the host, oldest first, until nothing is left or the host fails."""
        while True:
            outcome = await _send_all(node, lane)
            outcome.more = len(lane.deliveries) == LANE_BATCH
            await self._outcomes.written((node, outcome))
            if outcome.problem or not outcome.more:
                return
            lane.deliveries = (await outbox.next_deliveries(node, [lane.host], LANE_BATCH)).get(lane.host, [])
            lane.asked_at_s = 0.0


async def _settle(group: Sequence[tuple[Node, Outcome]]) -> list[None]:
    node = group[0][0]
    async with node.database.transaction():
        await outbox.settle(node, [outcome for _node, outcome in group])
        await peers.note_traffic(node, {outcome.host for _node, outcome in group if outcome.delivered}, received=False)
    return [None] * len(group)


async def _lanes(node: Node, hosts: Sequence[str]) -> list[Lane]:
    """The lanes of *hosts* with their first deliveries; what all of them ask is asked once."""
    deliveries = await outbox.next_deliveries(node, hosts, LANE_BATCH)
    knocks = await peers.knocks_of(node, hosts)
    lanes = [Lane(host, deliveries.get(host, []), list(knocks[host])) for host in hosts]
    await _ask_audience(node, lanes)
    return lanes


async def _ask_audience(node: Node, lanes: Iterable[Lane]) -> None:
    asked_at_s = monotonic_s()
    meant = await who_may_have(node, [(lane.host, post_id) for lane in lanes for post_id in lane.posts])
    for lane in lanes:
        lane.asked_at_s = asked_at_s
        lane.meant = {post_id for post_id in lane.posts if (lane.host, post_id) in meant}


def _shown_post(delivery: Delivery) -> int | None:
    """The post whose audience decides whether this may still be sent."""
    return delivery.activity.post_id if delivery.activity.type in _ASKS_AUDIENCE else None


async def _send_all(node: Node, lane: Lane) -> Outcome:
    outcome = Outcome(lane.host)
    renewed_at_s = monotonic_s()
    for delivery in lane.deliveries:
        if monotonic_s() - renewed_at_s > RENEWED_AFTER_S:
            await outbox.renew(node, [lane.host])
            renewed_at_s = monotonic_s()
        try:
            if not await _is_meant(node, lane, delivery):
                await _no_longer_meant(node, delivery, outcome)
            else:
                answer = await _send(node, delivery, lane.knocks)
                outcome.delivered.append(delivery.number)
                outcome.departures.append(sent(delivery, answer))
        except DomainRefused as refused:
            verdict = await node.rules.decide(Direction.OUT_DELIVER, delivery.activity.type, lane.host)
            _kept_back_by_rule(delivery, verdict, outcome, refused.safe)
        except Unreachable as problem:
            outcome.problem, outcome.retry_after_s = problem.safe, problem.retry_after_s
            outcome.departures.append(not_taken(node, delivery, problem, problem.answer))
        except FediverseError as problem:  # an answer that trying again would not change
            _log.warning("delivery.refused", host=lane.host, activity=delivery.activity.uri, reason=problem.safe)
            outcome.refused.append((delivery.number, problem.safe))
            status = problem.answer if isinstance(problem, AnsweredNo) else None
            if status == _CONFLICT and delivery.activity.type == "Announce":
                await group_conflicts.look_into(node, delivery.activity.account_id, lane.host, delivery.activity.uri)
            outcome.departures.append(not_taken(node, delivery, problem, status))
        if outcome.problem:
            break
    return outcome


async def _is_meant(node: Node, lane: Lane, delivery: Delivery) -> bool:
    post_id = _shown_post(delivery)
    if post_id is None:
        return True
    if monotonic_s() - lane.asked_at_s > FRESH_S:
        await _ask_audience(node, [lane])
    return post_id in lane.meant


async def _no_longer_meant(node: Node, delivery: Delivery, outcome: Outcome) -> None:
    """The audience shrank, or policy did: tell the two apart, since a hold must lose nothing."""
    verdict = await node.rules.decide(Direction.OUT_DELIVER, delivery.activity.type, delivery.host)
    if verdict.allowed:
        reason = "no longer in the post's audience"
        outcome.refused.append((delivery.number, reason))
        outcome.departures.append(kept_back(delivery, Fate.REFUSED, verdict, reason))
    else:
        _kept_back_by_rule(delivery, verdict, outcome, verdict.sentence)


def _kept_back_by_rule(delivery: Delivery, verdict: Verdict, outcome: Outcome, said: str) -> None:
    """Refused when a rule says no for good; without any rule the domain was removed, and what waits is held."""
    if verdict.effect is Effect.DENY and verdict.rule is not None:
        outcome.refused.append((delivery.number, said))
        outcome.departures.append(kept_back(delivery, Fate.REFUSED, verdict))
    else:
        outcome.problem, outcome.counts = f"held: {said}", False
        outcome.departures.append(kept_back(delivery, Fate.HELD, verdict, said if verdict.allowed else ""))


async def _send(node: Node, delivery: Delivery, knocks: list[Knock]) -> Answer:
    """One POST, two if the first signature was not understood: the answer that took it. Raises Unreachable for what may pass, another error for what will
    not.
    """
    activity = delivery.activity
    body = activity.body.encode()
    signs_as = None if activity.account_id == node.instance_id else activity.account_id
    for attempt, knock in enumerate(knocks):
        signer = await peers.signer(node, knock, signs_as)
        answer = await node.remote.post(
            delivery.inbox,
            body,
            kind=activity.type,
            signer=signer,
            content_type=ACTIVITY_JSON,
            headers=_ASKS_FOR_RECEIPT,
        )
        if answer.ok:
            if attempt:
                knocks.reverse()
                await peers.remember(node, delivery.host, knock)
            return answer
        if answer.status not in KNOCK_AGAIN:
            break
    if answer.status >= 500 or answer.status in _RETRIED:
        raise Unreachable(
            f"{delivery.host} answered {answer.status}",
            answer=answer.status,
            retry_after_s=_retry_after(answer.headers.get("retry-after")),
        )
    raise AnsweredNo(f"{delivery.host} answered {answer.status}", answer=answer.status)


def _retry_after(value: str | None) -> int | None:
    return int(value) if value is not None and value.isdigit() and len(value) < 6 else None
