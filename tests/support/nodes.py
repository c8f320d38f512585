"""Nodes for tests: real ones, several in one process, joined by a switchboard that knows no other host. What lies between them is HTTP, gates included."""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
from starlette.types import ASGIApp

from fediverse.actions import access, accounts, domains, profiles
from fediverse.actions.domains import NewRule
from fediverse.app import create_app, open_node
from fediverse.clock import Clock
from fediverse.node import Node
from fediverse.policy.domains import Effect
from fediverse.remote.transport import Switchboard
from fediverse.settings import Settings
from fediverse.workers.runner import settle
from tests.support.contract import require_contract

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Person:
    """Somebody of a node, with a token that may do everything and a client that uses it."""

    id: int
    username: str
    token: str
    client: httpx2.AsyncClient
    host: str

    @property
    def handle(self) -> str:
        return f"{self.username}@{self.host}"

    @property
    def uri(self) -> str:
        return f"http://{self.host}/users/{self.username}"


@dataclass(frozen=True)
class RunningNode:
    """A node, its application, and an anonymous client of it."""

    node: Node
    app: ASGIApp
    client: httpx2.AsyncClient
    host: str
    _exits: AsyncExitStack

    async def person(self, username: str, role: accounts.RoleName = "user", *, locked: bool = False) -> Person:
        with self.node.database.active():
            account_id = await accounts.register(
                self.node,
                username=username,
                email=f"{username}@{self.host.partition(':')[0]}.example",
                password=PASSWORD,
                role=role,
            )
            if locked:
                await profiles.update_profile(self.node, account_id, profiles.ProfileChange(locked=True))
            token = await access.issue_token(self.node, account_id, ["read", "write", "follow", "push", "profile"])
        client = await self._exits.enter_async_context(self.browser({"authorization": f"Bearer {token}"}))
        return Person(account_id, username, token, client, self.host)

    def browser(self, headers: dict[str, str] | None = None) -> httpx2.AsyncClient:
        """A client with cookies of its own. It holds every answer of the client API against the published schema."""
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.app),
            base_url=f"http://{self.host}",
            headers=headers,
            timeout=30,
            event_hooks={"response": [require_contract]},
        )

    async def allow(self, host: str, **rule: object) -> None:
        with self.node.database.active():
            await domains.add_rule(self.node, NewRule(host, Effect.ALLOW, **rule), by="tests")  # type: ignore[arg-type]

    async def remove(self, host: str) -> None:
        with self.node.database.active():
            await domains.remove(self.node, host, by="tests")

    async def settle(self) -> None:
        """Work until nothing is left to do now."""
        await settle(self.node)


@asynccontextmanager
async def running_node(
    host: str,
    folder: Path,
    database_url: str,
    apps: MutableMapping[str, ASGIApp],
    *,
    clock: Clock | None = None,
    **settings: object,
) -> AsyncIterator[RunningNode]:
    configured = Settings.model_validate(
        {
            "domain": host,
            "base_url": f"http://{host}",
            "data_dir": folder / "data",
            "keys_dir": folder / "keys",
            "database_url": database_url,
            "development": True,
            "rate_limits": False,
            "log_level": "error",
            **settings,
        }
    )
    async with open_node(configured, network=Switchboard(apps), clock=clock) as node, AsyncExitStack() as exits:
        app = create_app(node)
        apps[host] = app
        client = await exits.enter_async_context(
            httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=f"http://{host}")
        )
        yield RunningNode(node, app, client, host, exits)


async def settle_all(*nodes: RunningNode, rounds: int = 4) -> None:
    """Let nodes work in turn: what one delivers the next applies and answers."""
    for _round in range(rounds):
        for one in nodes:
            await one.settle()


MakeNode = Callable[..., Awaitable[RunningNode]]
