"""What a running node has at hand. Built once by `app`, passed as the first argument to every verb that needs the world; there are no globals."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fediverse.caches import Turns

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from fediverse.caches import Caches
    from fediverse.clock import Clock
    from fediverse.database.batch import Batch
    from fediverse.database.database import Database
    from fediverse.ids import IdGenerator
    from fediverse.policy.rulebook import RuleBook
    from fediverse.queue.egress import Ledger
    from fediverse.queue.inbound import InboundStore
    from fediverse.queue.wakeups import Wakeups
    from fediverse.remote.client import RemoteClient
    from fediverse.settings import Settings
    from fediverse.storage.keyring import Keyring
    from fediverse.storage.storage import Storage
    from fediverse.streams.hub import Streams


@dataclass(frozen=True, slots=True)
class Node:
    settings: "Settings"
    clock: "Clock"
    ids: "IdGenerator"
    database: "Database"
    keyring: "Keyring" = field(repr=False)
    rules: "RuleBook"
    remote: "RemoteClient"
    storage: "Storage"
    wakeups: "Wakeups"
    caches: "Caches"
    inbound: "InboundStore"
    egress: "Ledger"
    streams: "Streams"
    instance_id: int = 0
    batch: "Batch | None" = field(default=None, repr=False)
    hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2), repr=False)
    decoding: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2), repr=False)
    probing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1), repr=False)
    fetching: Turns = field(default_factory=Turns, repr=False)

    def uri(self, path: str) -> str:
        """An absolute URL of this node."""
        return f"{self.settings.origin}{path}"


def node_of(connection: "HTTPConnection") -> Node:
    """The node that a request came to; the outermost middleware put it into the scope."""
    node: Node = connection.scope["node"]
    return node
