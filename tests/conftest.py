"""What every test may ask for. Databases first; nodes, people and two nodes that know each other below."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from starlette.types import ASGIApp

from fediverse.clock import Clock
from fediverse.database.database import Database
from tests.support.databases import Databases, databases, opened
from tests.support.nodes import MakeNode, Person, RunningNode, running_node

# A shared machine may pause at any moment: how long an example takes proves nothing. The same examples each time, so that green stays green;
# `HYPOTHESIS_PROFILE=explore` looks for new ones.
hypothesis_settings.register_profile("same", deadline=None, derandomize=True)
hypothesis_settings.register_profile("explore", deadline=None, max_examples=1_000)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

# ── databases ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def database_server() -> Iterator[Databases]:
    """Makes databases on the engine of this run, in memory where the system has a place for that: waiting for a disk proves nothing here."""
    memory = Path("/dev/shm")
    folder = tempfile.mkdtemp(prefix="fediverse-test-", dir=memory if memory.is_dir() else None)
    server = databases(Path(folder))
    yield server
    server.close()


@pytest.fixture
def database_url(database_server: Databases) -> Iterator[str]:
    """Where a fresh database with all tables stands. Processes that a test starts may share it."""
    url = database_server.migrated()
    yield url
    database_server.drop(url)


@pytest.fixture
def empty_database_url(database_server: Databases) -> Iterator[str]:
    """Where a fresh database without any table stands."""
    url = database_server.empty()
    yield url
    database_server.drop(url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh database with all tables, connected; the models speak to it."""
    async with opened(database_url) as database:
        yield database


# ── nodes ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def nodes(database_server: Databases, tmp_path: Path) -> AsyncIterator[MakeNode]:
    """Start nodes by name: the first is acme.localhost:8001, the next has port 8002, and so on; all are joined in this process."""
    apps: dict[str, ASGIApp] = {}
    async with AsyncExitStack() as exits:

        async def make(name: str, clock: Clock | None = None, **settings: object) -> RunningNode:
            url = await asyncio.to_thread(database_server.migrated)
            exits.callback(database_server.drop, url)
            host = f"{name}.localhost:{8001 + len(apps)}"
            return await exits.enter_async_context(
                running_node(host, tmp_path / name, url, apps, clock=clock, **settings)
            )

        yield make


@pytest.fixture
async def home(nodes: MakeNode) -> RunningNode:
    """The node acme.localhost:8001, alone in the world."""
    return await nodes("acme")


@pytest.fixture
async def away(home: RunningNode, nodes: MakeNode) -> RunningNode:
    """The node beta.localhost:8002; it and `home` allow each other."""
    beta = await nodes("beta")
    await home.allow(beta.host)
    await beta.allow(home.host)
    return beta


@pytest.fixture
async def outsider(nodes: MakeNode, away: RunningNode, home: RunningNode) -> RunningNode:
    """The node gamma.localhost:8003: it allows the other two, which allow each other and not it."""
    gamma = await nodes("gamma")
    await gamma.allow(home.host)
    await gamma.allow(away.host)
    return gamma


@pytest.fixture
async def alice(home: RunningNode) -> Person:
    return await home.person("alice")


@pytest.fixture
async def carol(home: RunningNode) -> Person:
    """Alice's colleague."""
    return await home.person("carol")


@pytest.fixture
async def bob(away: RunningNode) -> Person:
    """Somebody at the allowed node."""
    return await away.person("bob")


@pytest.fixture
async def mallory(outsider: RunningNode) -> Person:
    return await outsider.person("mallory")
