"""`Database`: one node's tables behind a handful of verbs. Built by `app`, held by the `Node`, used by everybody inside.

Work in two dialects is written once: SQL here uses `?` for every value and is translated for PostgreSQL. What must happen after a commit (waking a
worker, streaming to a client) is handed to `after_commit()` and never runs when the transaction did not happen.
"""

import contextvars
import functools
import sqlite3
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
import orjson
import tortoise.context
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import BaseORMException
from tortoise.transactions import in_transaction

from fediverse.errors import NotConfigured

Row = dict[str, Any]
AfterCommit = Callable[[], Awaitable[None] | None]
Dialect = Literal["sqlite", "postgres"]

MODELS = "fediverse.models"
_open: contextvars.ContextVar["_Transaction | None"] = contextvars.ContextVar("fediverse_transaction", default=None)


class _Transaction:
    def __init__(self, database: "Database") -> None:
        self.database = database
        self.after_commit: list[AfterCommit] = []


class Database:
    """One node's database. Two of them live side by side in one process, as long as both are of one engine."""

    def __init__(self, url: str, *, migrations: str, pool_size: int = 10) -> None:
        self.url = url
        self.migrations = migrations
        self.dialect: Dialect = "sqlite" if url.startswith("sqlite:") else "postgres"
        self._config = _tortoise_config(url, migrations, pool_size)
        self._context = tortoise.context.TortoiseContext()

    async def open(self) -> None:
        """Connect, so that what is wrong shows at start. Raises NotConfigured."""
        with self.active():
            try:
                await self._context.init(config=self._config)
                await self.connection.execute_query("SELECT 1")
            except (OSError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, BaseORMException) as problem:
                await self._context.close_connections()
                raise NotConfigured(f"FEDIVERSE_DATABASE_URL: the database cannot be opened: {problem}") from problem
            except BaseException:
                await self._context.close_connections()
                raise

    async def close(self) -> None:
        with self.active():
            await self._context.close_connections()

    @contextmanager
    def active(self) -> Iterator[None]:
        """Make this the database that models speak to, in this task and the tasks that it starts."""
        current = tortoise.context._current_context
        before = current.get()
        current.set(self._context)
        try:
            yield
        finally:
            current.set(before)  # not reset(token): a test's fixture may end in another context than it began in

    @property
    def config(self) -> dict[str, Any]:
        return self._config

    @property
    def connection(self) -> BaseDBAsyncClient:
        """The connection of this moment: inside a transaction, that transaction's. Never keep it."""
        return self._context.connections.get("default")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """All or nothing. Joins the transaction that is already open in this task, so that verbs may call verbs.

        Never await the network inside, and start no task inside: it would inherit a connection that is about to go.
        """
        outer = _open.get()
        if outer is not None and outer.database is self:
            yield
            return
        current = _Transaction(self)
        token = _open.set(current)
        client: Any = None
        finished = False
        try:
            with self.active():
                async with in_transaction("default") as client:
                    yield
                    finished = True
        finally:
            _open.reset(token)
            # The engines finalise after a commit that worked. A cancellation may arrive in that very moment: what was committed is still announced.
            if finished and client._finalized:
                await _run(current.after_commit)

    @property
    def in_transaction(self) -> bool:
        current = _open.get()
        return current is not None and current.database is self

    def after_commit(self, step: AfterCommit) -> None:
        """Run *step* once the outermost open transaction committed. It must be quick and must not fail. Raises RuntimeError outside one."""
        current = _open.get()
        if current is None or current.database is not self:
            raise RuntimeError("after_commit() outside a transaction")
        current.after_commit.append(step)

    async def rows(self, sql: str, *values: Any) -> list[Row]:
        """Rows that *sql* (with `?` for values) answers, also those of `… RETURNING`."""
        return await self.connection.execute_query_dict(self._own(sql), list(values))

    async def row(self, sql: str, *values: Any) -> Row | None:
        found = await self.rows(sql, *values)
        return found[0] if found else None

    async def value(self, sql: str, *values: Any) -> Any:
        """First column of the first row, or None."""
        found = await self.rows(sql, *values)
        return next(iter(found[0].values())) if found else None

    async def execute(self, sql: str, *values: Any) -> int:
        """Run a statement; answers how many rows it changed."""
        count, _rows = await self.connection.execute_query(self._own(sql), list(values))
        return count

    async def insert(self, table: str, values: dict[str, Any], *, if_absent: str = "") -> bool:
        """Write one row; False when *if_absent* names a unique column (or several, comma-separated) and such a row was there already."""
        columns = ", ".join(values)
        guard = f" ON CONFLICT ({if_absent}) DO NOTHING RETURNING 1 AS written" if if_absent else ""
        sql = f"INSERT INTO {table} ({columns}) VALUES ({marks(list(values))}){guard}"
        if not guard:
            await self.execute(sql, *values.values())
            return True
        return bool(await self.rows(sql, *values.values()))

    async def execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each of *rows*; outside a transaction, in one of its own."""
        if len(rows) == 1:  # a driver's way for many takes three round trips
            await self.execute(sql, *rows[0])
        elif rows:
            await self.connection.execute_many(self._own(sql), [list(row) for row in rows])

    def _own(self, sql: str) -> str:
        return sql if self.dialect == "sqlite" else _numbered(sql)


async def _run(steps: list[AfterCommit]) -> None:
    for step in steps:
        result = step()
        if result is not None:
            await result


def marks(values: Sequence[Any]) -> str:
    """`?, ?, ?` for an IN list. Keep such lists short: PostgreSQL takes 32,767 values a statement."""
    return ", ".join("?" * len(values))


def json_of(value: Any) -> Any:
    """A JSON column as plain SQL answers it: text on both engines, already read where a driver did so."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value


def json_text(value: Any) -> str:
    """A value for a JSON column in plain SQL."""
    return orjson.dumps(value).decode()


@functools.lru_cache(maxsize=2048)
def _numbered(sql: str) -> str:
    """PostgreSQL's `$1, $2` for `?`. Our SQL has no question mark in a literal and no JSON operator with one."""
    parts = sql.split("?")
    return "".join(part + (f"${number}" if number < len(parts) else "") for number, part in enumerate(parts, start=1))


def _tortoise_config(url: str, migrations: str, pool_size: int) -> dict[str, Any]:
    if url.startswith("sqlite:"):
        path = url.removeprefix("sqlite:").removeprefix("//")
        if not path:
            raise NotConfigured("FEDIVERSE_DATABASE_URL: write sqlite:// and the file's path")
        connection: dict[str, Any] = {"engine": "fediverse.database.sqlite", "credentials": {"file_path": path}}
    else:
        connection = {"engine": "fediverse.database.asyncpg", "credentials": _postgres_credentials(url, pool_size)}
    return {
        "connections": {"default": connection},
        "apps": {"models": {"models": [MODELS], "default_connection": "default", "migrations": migrations}},
        "use_tz": True,
        "timezone": "UTC",
    }


def _postgres_credentials(url: str, pool_size: int) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise NotConfigured("FEDIVERSE_DATABASE_URL: write sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/NAME")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    credentials: dict[str, Any] = {
        "host": options.get("host") or parts.hostname or "localhost",
        "port": parts.port or int(options.get("port", "5432")),
        "user": unquote(parts.username or "") or None,
        "password": unquote(parts.password or "") or None,
        "database": unquote(parts.path.strip("/")),
        "minsize": 1,
        "maxsize": pool_size,
        "application_name": "fediverse",
        # Compiling a plan pays for seconds of work; ours take milliseconds, and waited eighty for the compiler in a timeline of a million posts.
        "server_settings": {"jit": "off"},
    }
    if options.get("sslmode") in {"require", "verify-ca", "verify-full"}:
        credentials["ssl"] = _tls(options)
    return credentials


def _tls(options: dict[str, str]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=options.get("sslrootcert"))
    if options["sslmode"] == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif options["sslmode"] == "verify-ca":
        context.check_hostname = False
    return context
