"""Databases for tests: migrated once into a template, then copied for each test, so that migrations are what is tested and a test waits for a copy only.

`TEST_DATABASE` chooses the engine, `sqlite` (the default) or `postgres`; `TEST_POSTGRES_URL` is then a URL that may create databases (`scripts/postgres`
makes such a server). One run uses one engine: Tortoise keeps the last engine's dialect on the model classes.
"""

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from fediverse.database.database import Database
from fediverse.database.migrations import migrate

MIGRATIONS = "migrations"
T = TypeVar("T")


class Databases(Protocol):
    """Makes databases for tests and removes them."""

    def empty(self) -> str:
        """The URL of a new database without any table."""

    def migrated(self) -> str:
        """The URL of a new database with this program's tables."""

    def copied(self, url: str) -> str:
        """The URL of a new database with all that stands in the one at *url*, to which nobody is connected."""

    def drop(self, url: str) -> None: ...

    def close(self) -> None: ...


def databases(folder: Path) -> Databases:
    """The engine that `TEST_DATABASE` names. Files go to *folder*."""
    engine = os.environ.get("TEST_DATABASE", "sqlite")
    if engine == "sqlite":
        return SqliteDatabases(folder)
    if engine == "postgres":
        return PostgresDatabases(os.environ["TEST_POSTGRES_URL"])
    raise ValueError(f"TEST_DATABASE is sqlite or postgres, not {engine}")


@asynccontextmanager
async def opened(url: str, *, migrations: str = MIGRATIONS) -> AsyncIterator[Database]:
    """A connected database that models speak to meanwhile."""
    database = Database(url, migrations=migrations)
    await database.open()
    try:
        with database.active():
            yield database
    finally:
        await database.close()


class SqliteDatabases:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = itertools.count(1)
        self._template = ""

    def empty(self) -> str:
        return f"sqlite://{self._folder / f'{next(self._number)}.sqlite3'}"

    def migrated(self) -> str:
        if not self._template:
            template = self.empty()
            _run(_migrate(template))
            self._template = template
        return self.copied(self._template)

    def copied(self, url: str) -> str:
        copy = self.empty()
        shutil.copyfile(_file(url), _file(copy))
        return copy

    def drop(self, url: str) -> None:
        for path in _file(url).parent.glob(f"{_file(url).name}*"):
            path.unlink()

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


class PostgresDatabases:
    """Names carry this process's number, so that several test processes share a server.

    A copy takes 0.2 s, emptying one 0.02 s: what a test leaves is emptied for the next, as long as its tables are still those of the template.
    """

    def __init__(self, admin_url: str) -> None:
        self._admin = admin_url
        self._number = itertools.count(1)
        self._made: set[str] = set()
        self._template = ""
        self._tables = ""
        self._copies: set[str] = set()
        self._free: list[str] = []

    def empty(self) -> str:
        return self._create("template0")

    def migrated(self) -> str:
        if not self._template:
            template = self.empty()
            _run(_migrate(template))
            self._tables = _run(_answer(template, _TABLES))
            self._template = template
        if self._free:
            return self._free.pop()
        copy = self.copied(self._template)
        self._copies.add(copy)
        return copy

    def copied(self, url: str) -> str:
        return self._create(_name(url))

    def drop(self, url: str) -> None:
        if url in self._copies and _run(_answer(url, _EMPTIED)) == self._tables:
            self._free.append(url)
            return
        _run(_answer(self._admin, f'DROP DATABASE IF EXISTS "{_name(url)}" WITH (FORCE)'))
        self._made.discard(url)

    def close(self) -> None:
        self._copies.clear()
        for url in list(self._made):
            self.drop(url)

    def _create(self, template: str) -> str:
        name = f"fediverse_test_{os.getpid()}_{next(self._number)}"
        _run(_answer(self._admin, f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        url = urlunsplit(urlsplit(self._admin)._replace(path=f"/{name}"))
        self._made.add(url)
        return url


# What stands in the catalogue and was applied: a copy is used again only if this is what it was. (No migration brings rows along.)
_TABLES = """
SELECT md5(string_agg(concat_ws(' ', c.relname, c.relkind, c.relnatts, c.relhastriggers), ',' ORDER BY c.relname))
    || (SELECT count(*) FROM tortoise_migrations) FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'
"""
_EMPTIED = f"""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$ DECLARE it record; BEGIN
    FOR it IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'tortoise_migrations' LOOP
        EXECUTE format('DELETE FROM %I', it.tablename);
    END LOOP;
    FOR it IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', it.sequencename);
    END LOOP;
END $$;
--then--
{_TABLES}
"""


async def _answer(url: str, statements: str) -> Any:
    """What the last of the statements answers."""
    *first, last = statements.split("--then--")
    connection = await asyncpg.connect(url, timeout=20)
    try:
        for statement in first:
            await connection.execute(statement)
        return await connection.fetchval(last)
    finally:
        await connection.close()


async def _migrate(url: str) -> None:
    async with opened(url) as database:
        await migrate(database)


def _run(step: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own: the loop of the test that waits is nobody else's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, step).result()


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite://"))


def _name(url: str) -> str:
    return urlsplit(url).path.strip("/")
