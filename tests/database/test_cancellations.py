"""A cancelled task leaves nothing behind: no lock, no lost connection, no half of a transaction. Stock Tortoise hangs after a few hundred."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from fediverse.database.database import Database
from fediverse.models import NodeState

Step = Callable[[int], Awaitable[None]]


async def cancel_at_random(step: Step, times: int, *, at_once: int = 5) -> int:
    """Run *step* *times* times, *at_once* side by side, and cancel each at some moment of the time it takes. How many were cut short."""
    dice = random.Random(20261123)
    takes_s = await measured(step, at_once)
    cut = 0

    async def one(number: int) -> None:
        nonlocal cut
        task = asyncio.ensure_future(step(number))
        await asyncio.wait([task], timeout=dice.random() * takes_s)
        task.cancel()
        [outcome] = await asyncio.gather(task, return_exceptions=True)
        if isinstance(outcome, asyncio.CancelledError):
            cut += 1
        elif outcome is not None:
            raise outcome

    for start in range(0, times, at_once):
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            for number in range(start, start + at_once):
                group.create_task(one(number))
    return cut


async def measured(step: Step, at_once: int) -> float:
    """Seconds that *at_once* of them take when nobody cancels: the best of three, for the machine may be busy with something else."""
    now = asyncio.get_running_loop().time
    best_s = float("inf")
    for attempt in range(1, 4):
        start_s = now()
        await asyncio.gather(*(step(-1000 * attempt - number) for number in range(at_once)))
        best_s = min(best_s, now() - start_s)
    return 1.2 * best_s


async def still_writes(database: Database) -> bool:
    async with asyncio.timeout(2):
        async with database.transaction():
            await database.execute("INSERT INTO node_state (key, value) VALUES ('last', '')")
        return bool(await database.value("SELECT count(*) FROM node_state WHERE key = 'last'"))


async def test_2500_random_cancellations_of_a_transaction(database: Database) -> None:
    """The database takes the next write at once, and holds both rows or none of every transaction that was cut."""

    async def write_two(number: int) -> None:
        async with database.transaction():
            await database.execute("INSERT INTO node_state (key, value) VALUES (?, ?)", f"a{number}", "")
            await NodeState.create(key=f"b{number}", value="")

    cut = await cancel_at_random(write_two, 2500)

    assert await still_writes(database)
    halves = "SELECT count(*) FROM node_state WHERE key LIKE ?"
    assert await database.value(halves, "a%") == await database.value(halves, "b%")
    assert cut > 100, "the moments were not spread over the transaction"


async def test_600_random_cancellations_of_a_bulk_create(database: Database) -> None:
    """A cut bulk_create keeps all of its rows or none, and the next one works."""

    async def write_many(number: int) -> None:
        await NodeState.bulk_create([NodeState(key=f"{number} {row}", value="") for row in range(20)])

    cut = await cancel_at_random(write_many, 600)

    assert await still_writes(database)
    assert (await database.value("SELECT count(*) FROM node_state WHERE key <> 'last'")) % 20 == 0
    assert cut > 25, "the moments were not spread over the statement"


async def test_cancelled_reads_give_their_connections_back(database: Database) -> None:
    """A thousand cut reads later every connection still reads and writes."""

    async def read(_number: int) -> None:
        await database.rows("SELECT * FROM account")
        await NodeState.all()

    await cancel_at_random(read, 1000)

    assert await still_writes(database)
    async with asyncio.timeout(2):
        await asyncio.gather(*(database.rows("SELECT * FROM node_state") for _number in range(20)))


async def test_cancellation_while_waiting_for_the_writer(database: Database) -> None:
    """Whoever gives up in the queue does not take the place of those behind."""

    async def write(number: int) -> None:
        async with database.transaction():
            await database.execute("INSERT INTO node_state (key, value) VALUES (?, ?)", str(number), "")

    async def hold() -> None:
        async with database.transaction():
            held.set()
            await released.wait()

    held, released = asyncio.Event(), asyncio.Event()
    holder = asyncio.create_task(hold())
    await held.wait()
    queue = [asyncio.create_task(write(number)) for number in range(3)]
    await asyncio.sleep(0)
    queue[0].cancel()
    queue[1].cancel()
    released.set()

    async with asyncio.timeout(2):
        outcomes = await asyncio.gather(*queue, holder, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [
        asyncio.CancelledError,
        asyncio.CancelledError,
        type(None),
        type(None),
    ]
    assert await still_writes(database)
