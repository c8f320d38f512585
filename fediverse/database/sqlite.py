"""SQLite engine: one writer, readers beside it, BEGIN IMMEDIATE, safe under cancellation.

Named so that Tortoise recognises the dialect ("sqlite" must be in the module's name). `synchronous=FULL`, because an answer of 202 must survive
a power cut; the cost is paid once per batch, since writers group their rows.
"""

import asyncio
import itertools
import sqlite3
from types import TracebackType
from typing import Any

import aiosqlite
from tortoise.backends.base.client import NestedTransactionContext, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper, translate_exceptions
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError

from fediverse.database.statements import only_reads
from fediverse.database.uncancelled import uncancelled

_PRAGMAS = {
    "busy_timeout": 10_000,
    "synchronous": "FULL",
    "cache_size": -65_536,
    "temp_store": "MEMORY",
    "mmap_size": 1 << 28,
}


class CountedWrites:
    """Counts the rows that a statement itself changed. Stock Tortoise adds those that its triggers changed."""

    @translate_exceptions
    async def execute_query(self: Any, query: str, values: list[Any] | None = None) -> tuple[int, Any]:
        async with self.acquire_connection() as connection:
            answer: tuple[int, Any] = await connection._execute(_counted, connection._conn, query, values or [])
            return answer


def _counted(connection: sqlite3.Connection, query: str, values: list[Any]) -> tuple[int, list[Any]]:
    """Runs in the connection's thread. `rowcount` is -1 for what changes nothing."""
    cursor = connection.execute(query, values)
    rows = cursor.fetchall()
    return max(cursor.rowcount, len(rows)), rows


class TransactionWrapper(CountedWrites, SqliteTransactionWrapper):
    def _in_transaction(self) -> Any:
        return NestedTransactionContext(TransactionWrapper(self))

    async def begin(self) -> None:
        try:
            # Deferred BEGIN fails at its first write when another process wrote meanwhile; IMMEDIATE waits its turn.
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as problem:
            raise OperationalError(problem) from problem


class WriterContext(TransactionContext):
    """A transaction on the one writing connection. The lock is always given back, whenever the task is cancelled."""

    def __init__(self, connection: Any, lock: asyncio.Lock) -> None:
        self.connection = connection
        self.connection_name = connection.connection_name
        self._lock = lock

    async def _begin(self) -> None:
        client = self.connection
        if not client._connection:
            await client._parent.create_connection(with_db=True)
            client._connection = client._parent._connection
        await client.begin()

    async def __aenter__(self) -> Any:
        await self._lock.acquire()
        try:
            await uncancelled(self._begin())
            self.token = get_connections().set(self.connection_name, self.connection)
        except BaseException:
            try:
                raw = self.connection._connection
                if raw is not None and raw.in_transaction:
                    await uncancelled(raw.rollback())
            finally:
                self._lock.release()
            raise
        return self.connection

    async def _commit(self) -> None:
        try:
            await self.connection.commit()
        except BaseException:
            if self.connection._connection.in_transaction:
                await self.connection._connection.rollback()
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if not self.connection._finalized:
                await uncancelled(self.connection.rollback() if kind else self._commit())
        finally:
            get_connections().reset(self.token)
            self._lock.release()


class Client(CountedWrites, SqliteClient):
    """Reads go to read-only connections beside the writer; what a transaction reads stays on the writer."""

    def __init__(self, file_path: str, **options: Any) -> None:
        self._reader_count = int(options.pop("readers", 2))
        super().__init__(file_path, **options)
        self.pragmas["journal_size_limit"] = 64 * 2**20
        for name, value in _PRAGMAS.items():
            self.pragmas.setdefault(name, value)
        self._readers: list[tuple[asyncio.Lock, aiosqlite.Connection]] = []
        self._turn = itertools.cycle(range(self._reader_count or 1))

    def _in_transaction(self) -> Any:
        return WriterContext(TransactionWrapper(self), self._lock)

    async def create_connection(self, with_db: bool) -> None:  # noqa: FBT001 - Tortoise's signature
        await super().create_connection(with_db)
        while self.filename != ":memory:" and len(self._readers) < self._reader_count:
            reader = await aiosqlite.connect(self.filename, isolation_level=None)
            reader.row_factory = sqlite3.Row
            for name, value in {**self.pragmas, "query_only": "ON"}.items():
                if not name.startswith("journal"):
                    await (await reader.execute(f"PRAGMA {name}={value}")).close()
            self._readers.append((asyncio.Lock(), reader))

    async def close(self) -> None:
        await super().close()
        for _lock, reader in self._readers:
            await reader.close()
        self._readers = []

    @translate_exceptions
    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        async with self._in_transaction() as transaction:
            await transaction.execute_many(query, values)

    @translate_exceptions
    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Any]:
        await self._connected()
        if not self._is_read(query):
            counted: tuple[int, Any] = await super().execute_query(query, values)
            return counted
        rows = await self._read(query, values)
        return len(rows), rows

    @translate_exceptions
    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        await self._connected()
        if not self._is_read(query):
            written: list[dict[str, Any]] = await super().execute_query_dict(query, values)
            return written
        return [dict(row) for row in await self._read(query, values)]

    async def _connected(self) -> None:
        if not self._connection:
            async with self._lock:
                # Half a connection would lack its pragmas, foreign keys among them.
                await uncancelled(self.create_connection(with_db=True))

    def _is_read(self, query: str) -> bool:
        return bool(self._readers) and only_reads(query)

    async def _read(self, query: str, values: list[Any] | None) -> list[Any]:
        free = next((reader for reader in self._readers if not reader[0].locked()), None)
        lock, connection = free or self._readers[next(self._turn)]
        async with lock:
            return list(await uncancelled(connection.execute_fetchall(query, values or [])))


client_class = Client
