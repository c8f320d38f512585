"""All workers of one process, until it is told to stop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fediverse.node import Node
from fediverse.queue import outbox
from fediverse.workers import incoming, jobs, schedule, spread
from fediverse.workers.delivery import Deliverer
from fediverse.workers.loop import run
from fediverse.workers.push import Pusher


@asynccontextmanager
async def running(node: Node) -> AsyncIterator[None]:
    """Work beside the caller; on the way out what is under way is let go."""
    with node.database.active():
        await outbox.take_over(node)
    deliverer, pusher = Deliverer(), Pusher()
    tasks = [
        asyncio.create_task(run(node, name, wakeup, work), name=f"worker {name}")
        for name, wakeup, work in (
            ("incoming", node.wakeups.incoming, incoming.work),
            ("spread", node.wakeups.spread, spread.work),
            ("delivery", node.wakeups.delivery, deliverer.work),
            ("jobs", node.wakeups.jobs, jobs.work),
            ("push", node.wakeups.push, pusher.work),
            ("schedule", asyncio.Event(), schedule.work),
        )
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await deliverer.stop(node)
        await pusher.stop()


async def settle(node: Node) -> None:
    """Work until nothing is left that is due now: for tests, and for commands that want to see the end of what they began."""
    with node.database.active():
        deliverer, pusher = Deliverer(), Pusher()
        busy = True
        while busy:
            busy = False
            for work in (incoming.work, spread.work, jobs.work):
                while await work(node) == 0:
                    busy = True
            await deliverer.work(node)
            if deliverer.is_busy:
                busy = True
                await deliverer.settle()
            await pusher.work(node)
            if pusher.is_busy:
                busy = True
                await pusher.settle()
