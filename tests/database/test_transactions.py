"""Transactions: all or nothing, joined by inner ones, with work after the outermost commit."""

import asyncio
import contextvars
from collections.abc import Callable

import pytest

from fediverse.database.database import Database
from fediverse.models import NodeState


async def keys(database: Database) -> list[str]:
    return [row["key"] for row in await database.rows("SELECT key FROM node_state ORDER BY key")]


async def put(database: Database, key: str) -> None:
    await database.execute("INSERT INTO node_state (key, value) VALUES (?, ?)", key, "")


def noting(log: list[str], entry: str) -> Callable[[], None]:
    def step() -> None:
        log.append(entry)

    return step


async def test_transaction_that_ends_well_is_kept(database: Database) -> None:
    """Both rows of one transaction are there afterwards."""
    async with database.transaction():
        await put(database, "a")
        await NodeState.create(key="b", value="")

    assert await keys(database) == ["a", "b"]


async def test_transaction_that_raises_leaves_nothing(database: Database) -> None:
    """The same two rows are gone together when the transaction raises."""
    with pytest.raises(LookupError):  # noqa: PT012 - the whole block is what is tested
        async with database.transaction():
            await put(database, "a")
            await NodeState.create(key="b", value="")
            raise LookupError

    assert await keys(database) == []


async def test_inner_transaction_joins_the_outer_one(database: Database) -> None:
    """What an inner transaction wrote goes when the outer one fails later."""
    with pytest.raises(LookupError):  # noqa: PT012 - the whole block is what is tested
        async with database.transaction():
            async with database.transaction():
                await put(database, "inner")
            raise LookupError

    assert await keys(database) == []


async def test_work_after_commit_waits_for_the_outermost_commit(database: Database) -> None:
    """It runs once, in order, when everybody can see the rows, and not at the end of an inner transaction."""
    log: list[str] = []
    seen: list[list[str]] = []

    async def look() -> None:
        seen.append(await keys(database))

    async with database.transaction():
        async with database.transaction():
            await put(database, "a")
            database.after_commit(noting(log, "first"))
            database.after_commit(look)
        assert log == []
        await put(database, "b")
        database.after_commit(noting(log, "second"))
        assert log == []

    assert log == ["first", "second"]
    assert seen == [["a", "b"]]


async def test_work_after_commit_is_dropped_with_the_transaction(database: Database) -> None:
    """Nothing that waited for a commit happens after a rollback, nor in the next transaction."""
    log: list[str] = []

    with pytest.raises(LookupError):  # noqa: PT012 - the whole block is what is tested
        async with database.transaction():
            async with database.transaction():
                database.after_commit(noting(log, "never"))
            raise LookupError
    async with database.transaction():
        await put(database, "a")

    assert log == []


async def test_work_after_commit_is_dropped_when_the_task_is_cancelled(database: Database) -> None:
    """A transaction whose task is cancelled before the end announces nothing."""
    log: list[str] = []
    started = asyncio.Event()

    async def wait_for_ever() -> None:
        async with database.transaction():
            await put(database, "a")
            database.after_commit(noting(log, "never"))
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(wait_for_ever())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert log == []
    assert await keys(database) == []


async def test_cancellation_during_the_commit_still_announces_what_was_committed(database: Database) -> None:
    """The rows and the work after the commit are there together, whichever moment the cancellation takes."""
    for number in range(60):
        log: list[str] = []
        task = asyncio.create_task(_write_and_note(database, f"{number:02}", log))
        for _turn in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

        kept = await database.value("SELECT count(*) FROM node_state WHERE key = ?", f"{number:02}")
        assert len(log) == kept


async def _write_and_note(database: Database, key: str, log: list[str]) -> None:
    async with database.transaction():
        await put(database, key)
        database.after_commit(noting(log, key))


async def test_after_commit_outside_a_transaction_is_an_error(database: Database) -> None:
    """Work that waits for a commit that never comes would be lost silently."""
    assert not database.in_transaction

    with pytest.raises(RuntimeError):
        database.after_commit(lambda: None)


async def test_tasks_have_transactions_of_their_own(database: Database) -> None:
    """One task's failure takes nothing from its neighbours, however they interleave."""

    async def write(number: int) -> None:
        async with database.transaction():
            await put(database, f"{number:02}")
            await asyncio.sleep(0)
            if number % 2:
                raise LookupError

    await asyncio.gather(*(write(number) for number in range(20)), return_exceptions=True)

    assert await keys(database) == [f"{number:02}" for number in range(0, 20, 2)]


async def test_transaction_finds_its_own_database(database: Database) -> None:
    """It works in a task for which no database was made the active one."""

    async def write() -> None:
        async with database.transaction():
            await NodeState.create(key="a", value="")

    await asyncio.create_task(write(), context=contextvars.Context())

    assert await keys(database) == ["a"]


async def test_connection_comes_back_with_nothing_of_the_transaction_before(database: Database) -> None:
    """A lock, a setting and a row of a transaction that failed are gone for whoever gets the connection next."""
    if database.dialect == "sqlite":
        return  # it has no sessions
    with pytest.raises(LookupError):  # noqa: PT012 - the whole block is what is tested
        async with database.transaction():
            await database.rows("SELECT pg_advisory_xact_lock(?)", 7)
            await database.execute("SET LOCAL lock_timeout = '7s'")
            await put(database, "lost")
            raise LookupError

    found = await database.row(
        "SELECT (SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory' AND d.datname = current_database())"
        " AS locks, current_setting('lock_timeout') AS waits"
    )

    assert found == {"locks": 0, "waits": "0"}
    assert await keys(database) == []


async def test_statement_outside_a_transaction_asks_the_server_once(database: Database) -> None:
    """Nothing is asked after it to clear the connection: what the server heard last is the statement itself."""
    if database.dialect == "sqlite":
        return  # it has no server
    await asyncio.gather(*(database.value("SELECT pg_backend_pid() + ?", 0) for _ in range(3)))

    async with database.transaction():
        heard = await database.rows(
            "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle' AND backend_type = 'client backend'"
        )

    assert heard
    assert all("pg_advisory_unlock_all" not in row["query"] for row in heard)
