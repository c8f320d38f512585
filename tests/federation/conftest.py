"""A node whose clock stands still, and scripted servers around it: one that it allows, one that it does not."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fediverse.crypto.keypairs import generate_ed25519, generate_rsa
from tests.federation.scripted import Actor, Apps, Keys, ScriptedServer, join
from tests.support.clocks import StoppedClock
from tests.support.databases import Databases
from tests.support.nodes import Person, RunningNode, running_node


@pytest.fixture(scope="session")
def keys() -> Keys:
    """The keys of the allowed server's people."""
    return Keys(generate_rsa("x", "x"), generate_ed25519("x", "x"))


@pytest.fixture(scope="session")
def other_keys() -> Keys:
    """The keys of everybody else."""
    return Keys(generate_rsa("y", "y"), generate_ed25519("y", "y"))


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def apps() -> Apps:
    """Who can be reached by name."""
    return {}


@pytest.fixture
async def acme(
    database_server: Databases, tmp_path: Path, apps: Apps, clock: StoppedClock
) -> AsyncIterator[RunningNode]:
    """Our node, acme.localhost:8001. It allows nobody yet."""
    url = await asyncio.to_thread(database_server.migrated)
    async with running_node("acme.localhost:8001", tmp_path / "acme", url, apps, clock=clock) as node:
        yield node
    database_server.drop(url)


@pytest.fixture
async def dana(acme: RunningNode) -> Person:
    """One of our people."""
    return await acme.person("dana")


@pytest.fixture
async def friendly(acme: RunningNode, apps: Apps, keys: Keys) -> ScriptedServer:
    """A server that our node allows."""
    await acme.allow("friendly.localhost:9001")
    return join(apps, ScriptedServer("friendly.localhost:9001", keys))


@pytest.fixture
def stranger(apps: Apps, other_keys: Keys) -> ScriptedServer:
    """A server that nobody allowed."""
    return join(apps, ScriptedServer("stranger.localhost:9002", other_keys))


@pytest.fixture
def erin(friendly: ScriptedServer) -> Actor:
    """Somebody of the allowed server."""
    return friendly.actor("erin")


@pytest.fixture
def frank(friendly: ScriptedServer, other_keys: Keys) -> Actor:
    """Somebody else of the allowed server, with keys of his own."""
    mine, friendly.keys = friendly.keys, other_keys
    found = friendly.actor("frank")
    friendly.keys = mine
    return found


@pytest.fixture
def mallet(stranger: ScriptedServer) -> Actor:
    """Somebody of the server that nobody allowed."""
    return stranger.actor("mallet")
