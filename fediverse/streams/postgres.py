"""Signals between the processes of a node on PostgreSQL, by LISTEN and NOTIFY.

Telling goes through the node's pool, many signals in one NOTIFY, after the commit and never inside it: a NOTIFY in a transaction makes all commits of the
server queue up. Listening has a connection of its own, which must reach PostgreSQL itself: a pooler between them that hands out connections by transaction
hears nothing. When that connection is lost the readers are told of a gap, and nobody new is let in until it stands again.
"""

import asyncio
import contextlib
import secrets
from collections import deque
from typing import Any

import asyncpg
import orjson
from tortoise.exceptions import BaseORMException

from fediverse.database.database import Database
from fediverse.log import get
from fediverse.streams.hub import MAX_WAITING, Streams
from fediverse.streams.signals import Signal

CHANNEL = "fediverse_streams"
MAX_BYTES = 7_500  # PostgreSQL takes 7,999
READY_S = 5.0
CHECK_S = 30.0
RECONNECT_S = (0.2, 1.0, 5.0)
_FAILURES = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, BaseORMException)
_MISSED = "missed"
_log = get(__name__)


class PostgresRelay:
    def __init__(self, database: Database, streams: Streams) -> None:
        self._database = database
        self._streams = streams
        self._self = secrets.token_hex(8)
        self._waiting: deque[Signal] = deque()
        self._overflowed = False
        self._sender: asyncio.Task[None] | None = None
        self._listener: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()

    def send(self, signals: list[Signal]) -> None:
        if len(self._waiting) >= MAX_WAITING:
            self._waiting.clear()
            self._overflowed = True
        self._waiting.extend(signals)
        if self._sender is None or self._sender.done():
            self._sender = self._streams.start(self._send_until_told(), "streams sender")

    async def listening(self) -> None:
        if self._listener is None or self._listener.done():
            self._listener = self._streams.start(self._listen_for_good(), "streams listener")
        async with asyncio.timeout(READY_S):
            await self._connected.wait()

    async def close(self) -> None:
        with self._database.active(), contextlib.suppress(*_FAILURES):
            await self._send_waiting()

    async def _send_until_told(self) -> None:
        """What waits stays where it is until the server has it: nothing is lost by a server that restarts."""
        with self._database.active():
            attempt = 0
            while self._waiting or self._overflowed:
                try:
                    await self._send_waiting()
                    attempt = 0
                except _FAILURES as problem:
                    _log.warning("streams.not_told", problem=str(problem) or type(problem).__name__)
                    await asyncio.sleep(RECONNECT_S[min(attempt, len(RECONNECT_S) - 1)])
                    attempt += 1

    async def _send_waiting(self) -> None:
        while self._waiting or self._overflowed:
            if self._overflowed:
                await self._notify([[_MISSED]])
                self._overflowed = False
                continue
            count, packed = self._next_packet()
            await self._notify(packed)
            for _number in range(min(count, len(self._waiting))):
                self._waiting.popleft()

    def _next_packet(self) -> tuple[int, list[list[Any]]]:
        packed: list[list[Any]] = []
        size = 0
        for signal in self._waiting:
            one = [signal.kind, signal.id, signal.accounts, signal.name]
            size += len(orjson.dumps(one)) + 1
            if packed and size > MAX_BYTES:
                break
            packed.append(one)
        return len(packed), packed

    async def _notify(self, packed: list[list[Any]]) -> None:
        message = orjson.dumps([self._self, packed]).decode()
        await self._database.rows("SELECT pg_notify(?, ?)", CHANNEL, message)

    async def _listen_for_good(self) -> None:
        attempt = 0
        while True:
            try:
                await self._listen()
                attempt = 0
            except _FAILURES as problem:
                _log.warning("streams.not_listening", problem=str(problem) or type(problem).__name__)
            self._connected.clear()
            self._streams.miss()
            await asyncio.sleep(RECONNECT_S[min(attempt, len(RECONNECT_S) - 1)])
            attempt += 1

    async def _listen(self) -> None:
        """Listen until the connection is lost."""
        connection = await self._connect()
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _connection: lost.set())
        try:
            await connection.add_listener(CHANNEL, self._heard)
            self._connected.set()
            while not lost.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(CHECK_S):
                        await lost.wait()
                if not lost.is_set():
                    await connection.execute("SELECT 1", timeout=CHECK_S)
        finally:
            connection.terminate()

    async def _connect(self) -> Any:
        credentials = dict(self._database.config["connections"]["default"]["credentials"])
        return await asyncpg.connect(
            host=credentials["host"],
            port=credentials["port"],
            user=credentials["user"],
            password=credentials["password"],
            database=credentials["database"],
            ssl=credentials.get("ssl"),
            server_settings={"application_name": "fediverse streams"},
            timeout=READY_S,
        )

    def _heard(self, _connection: Any, _pid: int, _channel: str, message: str) -> None:
        """What this process told itself it knows already. Others of the same node are trusted to say what they mean."""
        sender, packed = orjson.loads(message)
        if sender == self._self:
            return
        for kind, *rest in packed:
            if kind == _MISSED:
                self._streams.miss()
            else:
                number, accounts, name = rest
                self._streams.hear([Signal(kind, number, tuple(accounts), name)])
