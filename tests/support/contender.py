"""A second process on one database, as the command line is beside a server: `python -m tests.support.contender URL NAME TIMES`.

Each of its transactions reads, then writes. Prints `ready` when connected and waits for a line on standard input before it starts.
"""

import asyncio
import sys

from fediverse.database.database import Database
from tests.support.databases import opened


async def read_then_write(database: Database, name: str, times: int) -> None:
    for number in range(times):
        async with database.transaction():
            seen = await database.value("SELECT count(*) FROM node_state")
            await asyncio.sleep(0.001)  # thinks: the other process may come between reading and writing
            await database.execute(
                "INSERT INTO node_state (key, value) VALUES (?, ?)", f"{name} {number:04}", str(seen)
            )


async def main(url: str, name: str, times: int) -> None:
    async with opened(url) as database:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await read_then_write(database, name, times)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
