"""PostgreSQL engine on asyncpg: a transaction always gives its pool connection back, whenever the task is cancelled.

Named so that Tortoise recognises the driver ("asyncpg" must be in the module's name).
"""

from types import TracebackType
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.asyncpg.client import TransactionWrapper as StockTransactionWrapper
from tortoise.backends.base.client import NestedTransactionContext, TransactionContextPooled
from tortoise.backends.base_postgres.client import translate_exceptions
from tortoise.connection import get_connections

from fediverse.database.statements import changes_rows
from fediverse.database.uncancelled import uncancelled


class CountedWrites:
    """Counts the rows that a statement changed. Stock Tortoise reads the answer to an INSERT, `INSERT 0 1`, as none."""

    @translate_exceptions
    async def execute_query(self: Any, query: str, values: list[Any] | None = None) -> tuple[int, Any]:
        async with self.acquire_connection() as connection:
            if changes_rows(query):
                status: str = await connection.execute(query, *(values or ()))
                return int(status.rpartition(" ")[2]), []
            rows = await connection.fetch(query, *(values or ()))
            return len(rows), rows


class TransactionWrapper(CountedWrites, StockTransactionWrapper):
    def _in_transaction(self) -> Any:
        return NestedTransactionContext(TransactionWrapper(self))


class PooledContext(TransactionContextPooled):
    async def __aenter__(self) -> Any:
        await self.ensure_connection()
        pool = self.client._parent._pool
        connection = self.client._connection = await pool.acquire()
        self.token = get_connections().set(self.connection_name, self.client)
        try:
            await uncancelled(self.client.begin())
        except BaseException:
            get_connections().reset(self.token)
            await uncancelled(self._give_back(pool, connection))
            raise
        return self.client

    async def _give_back(self, pool: Any, connection: Any) -> None:
        try:
            if connection.is_in_transaction():
                await self.client.rollback()
        finally:
            await pool.release(connection)

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if not self.client._finalized:
                await uncancelled(self.client.rollback() if kind else self.client.commit())
        finally:
            get_connections().reset(self.token)
            if self.client._parent._pool:
                await uncancelled(self.client._parent._pool.release(self.client._connection))


class PooledConnection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg says nothing of its types
    """Goes back into the pool as it is. What a statement leaves behind here ends with its transaction, which the pool rolls back if it is open still; so the
    stock question that clears a session, a second trip to the server for every statement outside a transaction, would clear nothing.

    Whoever needs a lock, a setting or a LISTEN of a whole session opens a connection of its own, as `migrations` and `streams` do.
    """

    def get_reset_query(self) -> str:
        return ""


class Client(CountedWrites, AsyncpgDBClient):
    async def create_pool(self, **options: Any) -> Any:
        return await super().create_pool(**options | {"connection_class": PooledConnection})

    def _in_transaction(self) -> Any:
        return PooledContext(TransactionWrapper(self), self._pool_init_lock)

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """Stock Tortoise begins a transaction here that a cancellation leaves open."""
        async with self._in_transaction() as transaction:
            await transaction.execute_many(query, values)


client_class = Client
