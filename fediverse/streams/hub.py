"""The hub of one process: signals of this process and, through a relay, of the others go to every reader, in order.

A reader that falls too far behind loses what it did not take and is told of a gap; so is every reader when signals of other processes may have been lost.
What to do about a gap is the reader's: those who stream to clients close the connections, and clients load anew what they show.
"""

import asyncio
import contextvars
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Protocol

from fediverse.log import get
from fediverse.streams.signals import Signal

MAX_WAITING = 10_000
"""Signals that a reader may leave unread: some megabytes, and minutes of a busy node."""

_MAX_ACCOUNTS = 250
_log = get(__name__)


class Relay(Protocol):
    """The way between the processes of a node."""

    def send(self, signals: list[Signal]) -> None:
        """Pass *signals* to the other processes, soon. Never waits, never fails."""

    async def listening(self) -> None:
        """Return when signals of other processes arrive here. Raises TimeoutError when they do not in time."""

    async def close(self) -> None:
        """Pass on what is left, if that is possible."""


MakeRelay = Callable[["Streams"], Relay]


class Reader:
    """Takes signals in the order in which they were told. `gap` is said once for each time that something may be missing."""

    def __init__(self) -> None:
        self._waiting: deque[Signal] = deque()
        self._gap = False
        self._arrived = asyncio.Event()

    def put(self, signal: Signal) -> None:
        if len(self._waiting) >= MAX_WAITING:
            self.miss()
        else:
            self._waiting.append(signal)
            self._arrived.set()

    def miss(self) -> None:
        self._waiting.clear()
        self._gap = True
        self._arrived.set()

    async def take(self) -> tuple[list[Signal], bool]:
        """All that waits, as soon as there is something; and whether something was missed before it."""
        await self._arrived.wait()
        self._arrived.clear()
        taken, self._waiting = list(self._waiting), deque()
        gap, self._gap = self._gap, False
        return taken, gap


class Streams:
    """One for each process of a node. Without *make_relay* the process is alone, as on SQLite."""

    def __init__(self, make_relay: MakeRelay | None = None) -> None:
        self._readers: set[Reader] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ending: list[Callable[[], None]] = []
        self._relay = make_relay(self) if make_relay else None

    def publish(self, signal: Signal) -> None:
        """Tell the readers here and in the other processes."""
        parts = _parts(signal)
        self.hear(parts)
        if self._relay is not None:
            self._relay.send(parts)

    def hear(self, signals: list[Signal]) -> None:
        """Tell the readers of this process."""
        for reader in self._readers:
            for signal in signals:
                reader.put(signal)

    def miss(self) -> None:
        """Tell the readers of this process that they may have missed something."""
        for reader in self._readers:
            reader.miss()

    async def listening(self) -> None:
        """Return when the signals of all processes arrive here. Raises TimeoutError."""
        if self._relay is not None:
            await self._relay.listening()

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        reader = Reader()
        self._readers.add(reader)
        try:
            yield reader
        finally:
            self._readers.discard(reader)

    def start(self, work: Coroutine[None, None, None], name: str) -> "asyncio.Task[None]":
        """Run *work* beside everything else until it ends, or the node does. It inherits nothing of the request that happened to start it."""
        task = asyncio.create_task(work, name=name, context=contextvars.Context())
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()) is not None:
            _log.error("streams.failed", task=task.get_name(), exc_info=problem)

    def at_end(self, step: Callable[[], None]) -> None:
        """Call *step* when the process is about to stop serving."""
        self._ending.append(step)

    def end(self) -> None:
        """The process stops serving: open streams are closed, so that it need not wait for them."""
        for step in self._ending:
            step()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """What is started ends on the way out, and what was told reaches the other processes."""
        try:
            yield
        finally:
            self.end()
            tasks = list(self._tasks)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._relay is not None:
                await self._relay.close()


def _parts(signal: Signal) -> list[Signal]:
    """*signal*, in several when it concerns very many people: what passes between processes has a largest size."""
    accounts = signal.accounts
    if len(accounts) <= _MAX_ACCOUNTS:
        return [signal]
    return [
        Signal(signal.kind, signal.id, accounts[start : start + _MAX_ACCOUNTS], signal.name)
        for start in range(0, len(accounts), _MAX_ACCOUNTS)
    ]
