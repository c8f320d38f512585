"""Puts a node together, and takes it apart again: settings → database, keys, policy, remote client → `Node`; and the node → a Starlette application.

The command line and the tests call it; nothing below knows that it exists.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from fediverse import __version__
from fediverse.actions.accounts import ensure_instance_actor
from fediverse.actions.gate import RecordingGate
from fediverse.caches import Caches
from fediverse.clock import Clock, SystemClock
from fediverse.database.database import Database
from fediverse.database.migrations import migrate, migrations_module, missing
from fediverse.errors import NotConfigured
from fediverse.ids import IdGenerator
from fediverse.mastodon.address_blocks import AddressBlocks
from fediverse.mastodon.cors import CrossOrigin
from fediverse.mastodon.rate_limits import RateLimits
from fediverse.mastodon.streaming.desk import Desk
from fediverse.mastodon.trailing_slash import TrailingSlash
from fediverse.node import Node
from fediverse.policy.rulebook import RuleBook
from fediverse.queue.egress import Ledger
from fediverse.queue.inbound import InboundStore
from fediverse.queue.wakeups import Wakeups
from fediverse.remote.client import RemoteClient
from fediverse.remote.transport import Network, PinnedNetwork
from fediverse.routes import ROUTES, STREAMS
from fediverse.settings import Settings
from fediverse.storage.keyring import Keyring
from fediverse.storage.storage import FolderStorage
from fediverse.streams.hub import Streams
from fediverse.streams.postgres import PostgresRelay
from fediverse.web.errors import render_failure, render_http_error


@asynccontextmanager
async def open_node(
    settings: Settings, *, migrating: bool = False, network: Network | None = None, clock: Clock | None = None
) -> AsyncIterator[Node]:
    """A node that is ready to work, with its database active in this task. *network* and *clock* are given by tests.

    Raises NotConfigured when the database is not at this program's version, unless *migrating* asks to bring it there.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    used_clock = clock or SystemClock()
    database = Database(settings.database, migrations=migrations_module())
    await database.open()
    try:
        await _at_version(database, migrating=migrating)
        rules = RuleBook(database, used_clock)
        remote = RemoteClient(
            RecordingGate(rules, database, used_clock),
            network or PinnedNetwork(development=settings.development),
            user_agent=f"fediverse/{__version__} (+{settings.origin}/)",
            development=settings.development,
        )
        node = Node(
            settings=settings,
            clock=used_clock,
            ids=IdGenerator(used_clock),
            database=database,
            keyring=await asyncio.to_thread(Keyring, settings.keys_dir, settings.origin),
            rules=rules,
            remote=remote,
            storage=FolderStorage(settings.data_dir / "files"),
            wakeups=Wakeups(),
            caches=Caches(),
            inbound=InboundStore(),
            egress=Ledger(),
            streams=Streams(None if database.dialect == "sqlite" else partial(PostgresRelay, database)),
        )
        async with remote, node.streams.running():
            with database.active():
                try:
                    yield replace(node, instance_id=await ensure_instance_actor(node))
                finally:
                    await node.egress.finish()
    finally:
        await database.close()


async def _at_version(database: Database, *, migrating: bool) -> None:
    if migrating:
        await migrate(database)
    elif await missing(database):
        raise NotConfigured("the database is not at this program's version; run: fediverse migrate")


class NodeMiddleware:
    """Outermost: every request finds its node, and the models find its database."""

    def __init__(self, app: ASGIApp, node: Node) -> None:
        self._app = app
        self._node = node

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["node"] = self._node
        with self._node.database.active():
            await self._app(scope, receive, send)


def create_app(node: Node) -> ASGIApp:
    """The node's web application. The node is opened and closed by whoever serves it."""
    router = Starlette(
        routes=[*STREAMS, *ROUTES],
        exception_handlers={HTTPException: render_http_error, Exception: render_failure},
        middleware=[
            Middleware(AddressBlocks),
            Middleware(TrailingSlash),
            Middleware(RateLimits, enabled=node.settings.rate_limits),
        ],
    )
    router.router.redirect_slashes = False
    router.state.desk = Desk(node)
    # Outside everything, so that even an answer of 500 has its cross-origin headers.
    return NodeMiddleware(CrossOrigin(router), node)
