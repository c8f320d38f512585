"""What a database says of its own health. Asked by `fediverse doctor` and after a backup was read."""

import time

from fediverse.database.database import Database

_MOST_CLOCK_DIFFERENCE_S = 30.0


async def unsound(database: Database) -> list[str]:
    """What is wrong, in sentences; nothing when all is well. Reads the whole of a SQLite file."""
    if database.dialect == "postgres":
        return await _clocks_apart(database)
    damage = [
        f"the database file is damaged: {row['quick_check']}"
        for row in await database.rows("PRAGMA quick_check(3)")
        if row["quick_check"] != "ok"
    ]
    orphans = await database.rows("PRAGMA foreign_key_check")
    if orphans:
        damage.append(f"{len(orphans)} rows speak of others that are gone, the first in {orphans[0]['table']}")
    return damage


async def _clocks_apart(database: Database) -> list[str]:
    """Signatures carry the time: a machine whose clock is wrong is believed by nobody."""
    apart_s = abs(float(await database.value("SELECT extract(epoch FROM clock_timestamp())")) - time.time())
    if apart_s > _MOST_CLOCK_DIFFERENCE_S:
        return [f"the database server's clock and this machine's are {apart_s:.0f} seconds apart"]
    return []
