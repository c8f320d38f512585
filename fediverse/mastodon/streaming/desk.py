"""The desk: keeps the streams of this process served. Endpoints open connections here; `hearing` says what a signal means for them.

One task takes the signals in their order and never waits for a reader; another looks at every token once a minute, as `access` signals do at once. After a
gap every stream is closed, which is an honest word: clients come back and load anew what they show.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import HTTPConnection

from fediverse.errors import RateLimited, Unreachable
from fediverse.log import get
from fediverse.mastodon.streaming.frames import Wire
from fediverse.mastodon.streaming.hearing import hear
from fediverse.mastodon.streaming.register import Connection, Register
from fediverse.mastodon.streaming.telling import check
from fediverse.mastodon.streaming.told import KEPT, Told
from fediverse.node import Node
from fediverse.queries import streaming
from fediverse.queries.access import SignedIn
from fediverse.streams.outlets import End
from fediverse.streams.signals import Signal

MAX_STREAMS = 64
"""Open connections of one person in one process: some clients open one for each stream, in each tab."""
CHECK_S = 60.0
_log = get(__name__)


class Desk:
    """One for each application. It begins to work when the first stream is opened."""

    def __init__(self, node: Node) -> None:
        self.register = Register()
        self._node = node
        self._reading = asyncio.Event()
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._stopping = False
        node.streams.at_end(self._stop)

    @asynccontextmanager
    async def opened(self, access: SignedIn, account_id: int, token: str, wire: Wire) -> AsyncIterator[Connection]:
        """Raises Unreachable while signals of other processes do not arrive, RateLimited for a person who has too many streams open."""
        await self._ready()
        if len(self.register.connections_of([account_id])) >= MAX_STREAMS:
            raise RateLimited("Too many open streams", retry_after_s=int(CHECK_S))
        connection = Connection(access, account_id, token, wire)
        self.register.enter(connection)
        try:
            if account_id not in self.register.told:
                newest, known = await streaming.newest_notifications(self._node, account_id, KEPT)
                self.register.told.setdefault(account_id, Told(newest, known))
            yield connection
        finally:
            self.register.leave(connection)

    async def _ready(self) -> None:
        if self._stopping:
            raise Unreachable("This node is about to stop", retry_after_s=1)
        streams = self._node.streams
        if not self._tasks:
            self._tasks = (streams.start(self._serve(), "streams desk"), streams.start(self._watch(), "streams watch"))
        await self._reading.wait()
        try:
            await streams.listening()
        except TimeoutError as problem:
            raise Unreachable("Live updates are not available at the moment", retry_after_s=5) from problem

    def _stop(self) -> None:
        self._stopping = True
        self.register.close_all(End.STOPPING)

    async def _serve(self) -> None:
        with self._node.database.active(), self._node.streams.reading() as reader:
            self._reading.set()
            while True:
                signals, gap = await reader.take()
                if gap:
                    self.register.close_all(End.MISSED)
                for signal in dict.fromkeys(signals):  # what is said twice is shown once: each asks for what is so now
                    if not self.register.is_empty:
                        await self._hear(signal)

    async def _hear(self, signal: Signal) -> None:
        try:
            await hear(self._node, self.register, signal)
        except Exception:  # noqa: BLE001 - the worker's edge: whoever may have missed this comes back and loads
            _log.exception("streams.failed", kind=signal.kind)
            self.register.close_all(End.MISSED)

    async def _watch(self) -> None:
        with self._node.database.active():
            while True:
                await asyncio.sleep(CHECK_S)
                try:
                    await check(self._node, self.register, self.register.accounts())
                except Exception:  # noqa: BLE001 - the worker's edge: who cannot be asked about hears nothing more
                    _log.exception("streams.unchecked")
                    self.register.close_all(End.MISSED)


def desk_of(connection: HTTPConnection) -> Desk:
    """That of the application, which put it there."""
    desk: Desk = connection.app.state.desk
    return desk
