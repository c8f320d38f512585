"""Push what waits to people's devices: each service in a lane of its own, so that a slow or dead one holds up nobody else's devices.

What a device is told is asked at the moment of sending, as the person sees it then. 404 and 410 end a subscription; 429, 5xx and no answer leave the
service in peace for a growing while; any other refusal is counted and that message is given up.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from fediverse.actions import push as verbs
from fediverse.errors import FediverseError, Unreachable
from fediverse.log import get
from fediverse.node import Node
from fediverse.queries import push as questions
from fediverse.queries.push import SubscriptionView
from fediverse.queries.views import NotificationView
from fediverse.queue import push
from fediverse.queue.push import Waiting

AT_ONCE = 20
FIRST_PAUSE_S = 15.0
LONGEST_PAUSE = timedelta(hours=6)
_log = get(__name__)

_Message = tuple[Waiting, SubscriptionView, NotificationView]


class Pusher:
    """One process's lanes."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[None]] = {}

    async def work(self, node: Node) -> float | None:
        """Start what is due; answers when to look again."""
        self._running = {host: task for host, task in self._running.items() if not task.done()}
        for host in await push.due_hosts(node):
            if host not in self._running:
                self._running[host] = asyncio.create_task(_lane(node, host), name=f"push {host}")
        return None if self._running else await push.next_due_s(node)

    @property
    def is_busy(self) -> bool:
        return bool(self._running)

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._running:
            await asyncio.gather(*self._running.values())
            self._running = {host: task for host, task in self._running.items() if not task.done()}

    async def stop(self) -> None:
        """What is under way is sent again when its lease is over; the message's topic makes one of two."""
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)


async def _lane(node: Node, host: str) -> None:
    """Send what is due for *host*, oldest first, until nothing is left or the service fails."""
    try:
        while waiting := await push.claim(node, host, AT_ONCE):
            if not await _sent(node, host, waiting):
                return
    except Exception:  # the worker's edge: what was claimed comes back when its lease is over
        _log.exception("push.failed", host=host)
        await push.again(node, host, [], timedelta(seconds=FIRST_PAUSE_S))
    finally:
        node.wakeups.push.set()


async def _sent(node: Node, host: str, waiting: Sequence[Waiting]) -> bool:
    """Whether the service took what there was to send."""
    outcomes: dict[int, float | None] = {}

    async def one(message: _Message) -> None:
        outcomes[message[0].id] = await _send(node, message)

    async with asyncio.TaskGroup() as group:
        for message in await _messages(node, waiting):
            group.create_task(one(message))
    failed = {number: pause_s for number, pause_s in outcomes.items() if pause_s is not None}
    await push.done(node, [one.id for one in waiting if one.id not in failed])
    if failed:
        pause = min(timedelta(seconds=max(failed.values())), LONGEST_PAUSE)
        await push.again(node, host, list(failed), pause)
    return not failed


async def _messages(node: Node, waiting: Sequence[Waiting]) -> list[_Message]:
    """What is still to be said to whom: a device that was signed out and a notification that is gone are left out."""
    devices = await questions.subscriptions(node, list({one.subscription_id for one in waiting}))
    by_device: dict[int, list[Waiting]] = defaultdict(list)
    for one in waiting:
        by_device[one.subscription_id].append(one)
    messages: list[_Message] = []
    for number, device in devices.items():
        told = await questions.to_tell(node, device, [one.notification_id for one in by_device[number]])
        messages += [
            (one, device, told[one.notification_id]) for one in by_device[number] if one.notification_id in told
        ]
    return messages


async def _send(node: Node, message: _Message) -> float | None:
    """None when nothing is left to do for the message, else how many seconds to wait before the next try."""
    waiting, device, told = message
    try:
        known = await verbs.send(node, device, told)
    except Unreachable as problem:
        _log.info("push.postponed", host=device.host, reason=problem.safe)
        return max(float(problem.retry_after_s or 0), FIRST_PAUSE_S * 3.0 ** min(waiting.attempts - 1, 8))
    except FediverseError as refused:
        _log.warning("push.refused", host=device.host, reason=refused.safe)
        await verbs.count(node, device.id, failed=True)
    else:
        if known:
            await verbs.count(node, device.id, failed=False)
        else:
            await verbs.forget(node, device.id)
    return None
