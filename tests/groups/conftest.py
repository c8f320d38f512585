"""Nodes that a test can take off the network, or set up a second time; and a clock for all of them."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from fediverse.clock import Clock
from tests.support.clocks import StoppedClock
from tests.support.databases import Databases
from tests.support.nodes import MakeNode, RunningNode, running_node


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def apps() -> MutableMapping[str, ASGIApp]:
    """Who can be reached, by host."""
    return {}


@pytest.fixture
async def nodes(
    database_server: Databases, tmp_path: Path, apps: MutableMapping[str, ASGIApp]
) -> AsyncIterator[MakeNode]:
    """As everywhere; with *database_url* a node that had been there comes back with that database, under its old name and with its keys."""
    async with AsyncExitStack() as exits:

        async def make(
            name: str, clock: Clock | None = None, database_url: str = "", **settings: object
        ) -> RunningNode:
            url = database_url or await asyncio.to_thread(database_server.migrated)
            exits.callback(database_server.drop, url)
            known = next((host for host in apps if host.startswith(f"{name}.")), "")
            host = known or f"{name}.localhost:{8001 + len(apps)}"
            return await exits.enter_async_context(
                running_node(host, tmp_path / name, url, apps, clock=clock, **settings)
            )

        yield make
