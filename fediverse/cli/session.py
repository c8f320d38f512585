"""What every command needs: the settings that were chosen, a node without a server, and people by their names."""

import asyncio
import getpass
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import typer

from fediverse import log
from fediverse.app import open_node
from fediverse.database.database import Database
from fediverse.database.migrations import is_new, migrations_module
from fediverse.errors import Invalid
from fediverse.node import Node
from fediverse.settings import Settings, load

T = TypeVar("T")
MAX_PASSWORD_CHARACTERS = 1024


def settings_of(context: typer.Context, *, quiet: bool = True) -> Settings:
    """The operator's settings. *quiet*: only errors are logged, since the command prints for itself."""
    settings = load(config_of(context))
    log.configure("error" if quiet else settings.log_level, "text" if quiet else settings.log_format)
    return settings


def config_of(context: typer.Context) -> Path | None:
    """The file of the option `--config`, before the noun."""
    return context.find_object(Path)


def with_node(context: typer.Context, step: Callable[[Node], Awaitable[T]]) -> T:
    """What *step* answers, given the node."""
    settings = settings_of(context)

    async def run() -> T:
        async with node_without_server(settings) as node:
            return await step(node)

    return asyncio.run(run())


@asynccontextmanager
async def node_without_server(settings: Settings) -> AsyncIterator[Node]:
    """The node; a database that is new gets its tables first. Raises NotConfigured for one of another version."""
    async with open_node(settings, migrating=await _database_is_new(settings)) as node:
        yield node


@asynccontextmanager
async def opened_database(settings: Settings) -> AsyncIterator[Database]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database, migrations=migrations_module())
    await database.open()
    try:
        yield database
    finally:
        await database.close()


async def _database_is_new(settings: Settings) -> bool:
    async with opened_database(settings) as database:
        return await is_new(database)


def operator() -> str:
    """Who is at the keyboard, for the audit: the name in the operating system."""
    try:
        return f"{getpass.getuser()} (command line)"
    except (KeyError, OSError):  # a container's user may have no name
        return "command line"


def password_from_stdin() -> str:
    """The first line of standard input."""
    password = sys.stdin.readline(MAX_PASSWORD_CHARACTERS + 1).rstrip("\r\n")
    if not password or len(password) > MAX_PASSWORD_CHARACTERS:
        raise Invalid(
            f"standard input: needs a line with the password, of {MAX_PASSWORD_CHARACTERS} characters at most"
        )
    return password
