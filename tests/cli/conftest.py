"""The command line of a node in development, and of a second one that the first may speak with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from fediverse.app import open_node
from fediverse.node import Node
from fediverse.settings import Settings
from tests.support.command_line import CommandLine

PASSWORD = "correct horse battery"


@pytest.fixture
def fediverse(tmp_path: Path, database_url: str) -> CommandLine:
    """The command line of acme.localhost:8001, whose database has its tables."""
    return command_line_of("acme.localhost:8001", tmp_path / "acme", database_url)


@pytest.fixture
def new_node(tmp_path: Path, empty_database_url: str) -> CommandLine:
    """The command line of a node that was never started."""
    return command_line_of("acme.localhost:8001", tmp_path / "new", empty_database_url)


@pytest.fixture
def alice(fediverse: CommandLine) -> str:
    """Somebody who signs in with PASSWORD."""
    fediverse.done("account", "create", "alice", "--email", "alice@acme.example", "--password-stdin", stdin=PASSWORD)
    return "alice"


def command_line_of(domain: str, folder: Path, database_url: str) -> CommandLine:
    return CommandLine(
        folder,
        {
            "FEDIVERSE_DOMAIN": domain,
            "FEDIVERSE_BASE_URL": f"http://{domain}",
            "FEDIVERSE_DATABASE_URL": database_url,
            "FEDIVERSE_DEVELOPMENT": "true",
        },
    )


@asynccontextmanager
async def node_of(command_line: CommandLine) -> AsyncIterator[Node]:
    """The node that a command line speaks for, in this process."""
    names = command_line.environment
    settings = Settings(
        domain=names["FEDIVERSE_DOMAIN"],
        base_url=names["FEDIVERSE_BASE_URL"],
        database_url=SecretStr(names["FEDIVERSE_DATABASE_URL"]),
        data_dir=command_line.folder / "data",
        keys_dir=command_line.folder / "keys",
        development=True,
    )
    async with open_node(settings) as node:
        yield node
