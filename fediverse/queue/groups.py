"""Groups: what arrives while one group is being written is written together as the next, so that one commit serves many who wait for it.

Used where many tasks each have a little to write and must know that it is on disk: incoming activities (`inbound`), and what became of deliveries.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Groups(Generic[T, R]):
    """Hands groups of at most *most* items to *write*, one group at a time, which answers for each item in its order."""

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[Sequence[R]]], most: int) -> None:
        self._write = write
        self._most = most
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def written(self, item: T) -> R:
        """What *write* answers for *item*, once its group is written; raises what writing the group raised."""
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._writer is None or self._writer.done():
            # Not left alone: every caller awaits its future, and the writer answers each of them, with an error if need be.
            self._writer = asyncio.create_task(self._write_all())
        return await done

    @property
    def is_busy(self) -> bool:
        """Whether a group is being written."""
        return self._writer is not None and not self._writer.done()

    async def _write_all(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            try:
                answers = await self._write([item for item, _done in group])
            except BaseException as problem:
                for _item, done in group:
                    if not done.done():
                        done.set_exception(problem if isinstance(problem, Exception) else asyncio.CancelledError())
                if not isinstance(problem, Exception):
                    raise
            else:
                for (_item, done), answer in zip(group, answers, strict=True):
                    if not done.done():
                        done.set_result(answer)
