"""The database's part of a backup: a consistent copy while the node runs, and back into an empty or a replaced database.

SQLite copies itself through its online backup, PostgreSQL through its own `pg_dump` and `pg_restore`. The command line puts the copy into one archive with
the keys and the media. Nothing here asks whether replacing is wanted; the caller did.
"""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from fediverse.errors import Conflict, NotConfigured

_SIDE_FILES = ("-wal", "-shm", "-journal")


async def dump(database_url: str, target: Path) -> None:
    """Write a copy of the database to *target*, as it is at one moment; writers go on meanwhile."""
    if _is_sqlite(database_url):
        await asyncio.to_thread(_copy_sqlite, _file(database_url), target)
    else:
        await _run(database_url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


async def restore(database_url: str, source: Path) -> None:
    """Put the copy in the place of the database, whatever stands there. Nobody may be connected to it."""
    if _is_sqlite(database_url):
        await asyncio.to_thread(_replace_sqlite, source, _file(database_url))
    else:
        options = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
        await _run(database_url, "pg_restore", *options, str(source))


def _is_sqlite(database_url: str) -> bool:
    return database_url.startswith("sqlite:")


def _file(database_url: str) -> Path:
    return Path(database_url.removeprefix("sqlite:").removeprefix("//"))


def _copy_sqlite(path: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)  # all pages in one step: one moment, whoever writes beside it
        _check(copy, path)


def _replace_sqlite(source: Path, path: Path) -> None:
    with closing(sqlite3.connect(source)) as copy:
        _check(copy, source)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    fresh.write_bytes(source.read_bytes())
    for ending in _SIDE_FILES:  # they belong to the old file, and would be played into the new one
        path.with_name(path.name + ending).unlink(missing_ok=True)
    fresh.replace(path)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    [answer] = connection.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise Conflict(f"{path}: the database is damaged: {answer}")


async def _run(database_url: str, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs. The password goes through the environment: arguments can be read by every user of the machine."""
    parts = urlsplit(database_url)
    host = parts.hostname or ""
    place = f"{quote(unquote(parts.username or ''))}@{host}" + (f":{parts.port}" if parts.port else "")
    url = urlunsplit(parts._replace(scheme="postgresql", netloc=place))
    environment = {**os.environ, "PGPASSWORD": unquote(parts.password or "")}
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            f"--dbname={url}",
            *arguments,
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
    except FileNotFoundError:
        raise NotConfigured(f"the program {program} is missing; install PostgreSQL's client programs") from None
    _output, problems = await process.communicate()
    if process.returncode:
        lines = problems.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise Conflict(f"{program} failed: {lines[0]}")
