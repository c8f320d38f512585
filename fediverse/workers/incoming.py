"""Apply what came in: in the order of arrival, many in one transaction, each exactly once.

What an activity needs from elsewhere is fetched before the transaction. Inside it each is verified (asks only), applied by one verb, and marked as done;
so a crash at any moment means "all of this batch" or "none". When one of them fails half-way, the batch is rolled back and taken one by one.

Most of what comes in is of a few kinds that only add: those share a `Batch`, which asks once for what all of them ask, and writes together what none of
them reads. Any other kind first has everything written, and asks for itself. While senders wait for their answers, applying waits, ten seconds at most.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from fediverse.actions import peers
from fediverse.clock import monotonic_s
from fediverse.database.batch import Batch
from fediverse.errors import FediverseError, Unreachable
from fediverse.federation import activities, foreseen, group_catch_up, receive, relayed
from fediverse.federation.admitted import AdmittedActivity
from fediverse.ids import moment_of
from fediverse.log import get
from fediverse.node import Node
from fediverse.policy.hosts import host_of
from fediverse.queries import accounts
from fediverse.queue import inbound

BATCH = 100
MAX_ATTEMPTS = 6
PATIENCE_S = 1.0
LATEST = timedelta(seconds=10)
MOMENT_S = 0.005
_ONLY_ADD = frozenset({"Create", "Like", "Announce", "Follow"})
_log = get(__name__)

Numbered = tuple[int, AdmittedActivity]


class HalfAppliedError(Exception):
    """A verb raised after it may have written: the transaction must not be kept."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why)
        self.number = number
        self.why = why


async def work(node: Node) -> float | None:
    numbers = await inbound.waiting(node, BATCH)
    if not numbers:
        return None
    if node.clock.now() - moment_of(numbers[0]) < LATEST:
        await _let_senders_first(node)
    admitted, unreadable = await _read(node, numbers)
    lacking = await _prepare(node, [activity for _number, activity in admitted])
    for number, activity in admitted:
        if activity.id in lacking:
            await inbound.failed(node, number, lacking[activity.id].safe, MAX_ATTEMPTS)
    admitted = [one for one in admitted if one[1].id not in lacking]
    try:
        await _apply(node, admitted, unreadable)
    except Exception as problem:  # whatever it was: one of them must not stop the others
        if not isinstance(problem, HalfAppliedError):
            _log.exception("activities.failed")
        await _apply(node, [], unreadable)
        for one in admitted:
            await _apply_alone(node, one)
    return 0


async def _read(node: Node, numbers: Sequence[int]) -> tuple[list[Numbered], list[tuple[int, str]]]:
    """The activities in their order, from this process' memory or as they were stored; and which cannot be read, and why."""
    in_hand = {number: kept for number in numbers if isinstance(kept := node.inbound.take(number), AdmittedActivity)}
    rows = await inbound.stored(node, [number for number in numbers if number not in in_hand])
    admitted: list[Numbered] = []
    unreadable: list[tuple[int, str]] = []
    for number in numbers:
        try:
            admitted.append((number, in_hand.get(number) or await receive.readmit(node, rows[number])))
        except FediverseError as problem:
            unreadable.append((number, problem.safe))
    return admitted, unreadable


async def _let_senders_first(node: Node) -> None:
    """Wait until the process has a moment with nothing else to do, but not for ever: somebody waits for each answer, and nobody for each effect."""
    until_s = monotonic_s() + PATIENCE_S
    while (now_s := monotonic_s()) < until_s:
        await asyncio.sleep(MOMENT_S)
        if not node.inbound.is_busy and monotonic_s() - now_s < 2 * MOMENT_S:
            return


async def _prepare(node: Node, admitted: Sequence[AdmittedActivity]) -> dict[str, Unreachable]:
    """Look up elsewhere what they need; answers which must be tried again later, as a host that they need did not answer."""
    known = await accounts.ids_of_uris(node, list({activity.actor_uri for activity in admitted}))
    waiting = await group_catch_up.before(node, admitted)
    ready = [activity for activity in admitted if activity.id not in waiting]
    return waiting | await activities.prepare(node, ready, frozenset(known))


async def _apply(node: Node, admitted: Sequence[Numbered], dropped: Sequence[tuple[int, str]]) -> None:
    applied: list[int] = []
    refused = list(dropped)
    async with node.database.transaction():
        batch = Batch()
        inside = replace(node, rules=await node.rules.held(), batch=batch)
        waiting = await inbound.still_waiting(node, [number for number, _activity in admitted])
        ours = [(number, activity) for number, activity in admitted if number in waiting]
        await foreseen.remember(inside, [activity for _number, activity in ours if _only_adds(activity)])
        for number, activity in ours:
            why = await _apply_next(inside, batch, number, activity)
            if why is None:
                applied.append(number)
            else:
                refused.append((number, why))
        await batch.write(node.database)
        await peers.note_traffic(node, {_host(node, activity) for _number, activity in ours}, received=True)
        await inbound.finish(node, applied, refused)


def _host(node: Node, activity: AdmittedActivity) -> str:
    return host_of(activity.origin, allow_http=node.settings.development)


async def _apply_next(node: Node, batch: Batch, number: int, activity: AdmittedActivity) -> str | None:
    """As `_apply_one`: with the batch for what only adds; for all else as if there were none."""
    if _only_adds(activity):
        return await _apply_one(node, number, activity)
    await batch.write(node.database)
    why = await _apply_one(replace(node, batch=None), number, activity)
    batch.forget()
    return why


def _only_adds(activity: AdmittedActivity) -> bool:
    """What a group passes on may change or end something, and is counted in order: it is applied as if there were no batch."""
    return activity.type in _ONLY_ADD and relayed.inner_of(activity.activity) is None


async def _apply_one(node: Node, number: int, activity: AdmittedActivity) -> str | None:
    """None when it was applied, else why it was dropped."""
    module = activities.module_for(activity.type)
    if module is None:
        return f"unknown type {activity.type}"
    try:
        verified = await module.verify(node, activity)
    except FediverseError as problem:
        return problem.safe
    try:
        await module.apply(node, activity, verified)
    except FediverseError as problem:
        raise HalfAppliedError(number, problem.safe) from problem
    return None


async def _apply_alone(node: Node, one: Numbered) -> None:
    number, activity = one
    try:
        await _apply(node, [one], [])
    except HalfAppliedError as refused:
        if isinstance(refused.__cause__, Unreachable):
            await inbound.failed(node, number, refused.why, MAX_ATTEMPTS)
        else:
            await inbound.finish(node, [], [(number, refused.why)])
    except Exception as problem:  # the worker's edge: one activity must not stop the others
        _log.exception("activity.failed", id=activity.id, type=activity.type)
        await inbound.failed(node, number, f"internal error: {type(problem).__name__}", MAX_ATTEMPTS)
