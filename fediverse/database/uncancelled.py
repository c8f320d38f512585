"""Run a step to its end even if the task is cancelled meanwhile, then let the cancellation through.

BEGIN, COMMIT and giving a connection back must not stop half-way: a lock or a pool slot would be lost for good.
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def uncancelled(step: Awaitable[T]) -> T:
    task = asyncio.ensure_future(step)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as stop:
            if task.cancelled():
                raise
            cancelled = stop
        except BaseException:  # noqa: BLE001 - not swallowed: task.result() below raises it again
            break
    if cancelled is not None:
        task.exception()  # retrieved, so that asyncio does not warn
        raise cancelled
    return task.result()
