"""The one loop of every worker: do what there is, then sleep until somebody wakes it or a few seconds are over."""

import asyncio
from collections.abc import Awaitable, Callable

from fediverse.log import get
from fediverse.node import Node

POLL_S = 5.0
REST_AFTER_ERROR_S = 1.0
_log = get(__name__)


async def run(node: Node, name: str, wakeup: asyncio.Event, work: Callable[[Node], Awaitable[float | None]]) -> None:
    """Call *work* again and again. It answers 0 when there may be more at once, or how many seconds it can wait at most (None: the usual)."""
    with node.database.active():
        while True:
            wakeup.clear()
            try:
                pause_s = await work(node)
            except Exception:  # the worker's edge: logged, and tried again
                _log.exception("worker.failed", worker=name)
                pause_s = REST_AFTER_ERROR_S
            if pause_s == 0:
                continue
            try:
                async with asyncio.timeout(POLL_S if pause_s is None else pause_s):
                    await wakeup.wait()
            except TimeoutError:
                pass
