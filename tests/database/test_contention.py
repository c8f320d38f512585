"""Two processes on one database wait for each other, and nobody is told that the database is locked."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process

from fediverse.database.database import Database
from tests.support.contender import read_then_write

TIMES = 300


async def start_contender(url: str, name: str) -> Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.contender", url, name, str(TIMES), stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        assert await process.stdout.readline() == b"ready\n"
    return process


async def finish(process: Process) -> None:
    _output, problems = await process.communicate(b"\n")
    assert process.returncode == 0, problems.decode()


async def test_server_and_command_line_write_at_once(database_url: str, database: Database) -> None:
    """Both read and then write in every transaction; all of them succeed, and the next write takes no two seconds."""
    command_line = await start_contender(database_url, "command line")

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(finish(command_line))
        for task in range(3):
            group.create_task(read_then_write(database, f"server {task}", TIMES // 3))

    async with asyncio.timeout(2), database.transaction():
        await database.execute("INSERT INTO node_state (key, value) VALUES ('last', '')")
    assert await database.value("SELECT count(*) FROM node_state") == 2 * TIMES + 1


async def test_process_that_is_killed_in_a_transaction_holds_nobody_up(database_url: str, database: Database) -> None:
    """The next write takes no two seconds, and of each of the dead process's transactions there is all or nothing."""
    killed = await start_contender(database_url, "killed")
    assert killed.stdin is not None
    killed.stdin.write(b"\n")
    while not await database.value("SELECT count(*) FROM node_state"):
        await asyncio.sleep(0)

    killed.kill()
    await killed.communicate()

    async with asyncio.timeout(2), database.transaction():
        await database.execute("INSERT INTO node_state (key, value) VALUES ('last', '')")
    rows = await database.rows("SELECT key, value FROM node_state WHERE key <> 'last' ORDER BY key")
    assert [int(row["value"]) for row in rows] == list(range(len(rows)))


async def test_reader_does_not_wait_for_a_writer(database: Database) -> None:
    """While a transaction is open, others read what was there before, and see the new row after the commit."""
    count = "SELECT count(*) FROM node_state"
    seen: list[int] = []
    written, seen_enough = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with database.transaction():
            await database.execute("INSERT INTO node_state (key, value) VALUES ('a', '')")
            written.set()
            await seen_enough.wait()

    async with asyncio.timeout(2):
        writer = asyncio.create_task(write())
        await written.wait()
        seen.extend(await asyncio.gather(*(database.value(count) for _number in range(20))))
        seen_enough.set()
        await writer

    assert seen == [0] * 20
    assert await database.value(count) == 1
