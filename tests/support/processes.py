"""Real nodes for tests: `python -m fediverse serve` in a process of its own, on a free port of loopback, its settings in the environment.

What an operator does beforehand (people, allowed domains) is done through the verbs, on the same database and keys.
"""

import asyncio
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx2

from fediverse.actions import access, accounts, domains, profiles
from fediverse.actions.domains import NewRule
from fediverse.app import open_node
from fediverse.policy.domains import Effect
from fediverse.settings import Settings

REPOSITORY = Path(__file__).parents[2]
SCOPES = ["read", "write", "follow", "push", "profile"]
PASSWORD = "correct horse battery"
PATIENCE_S = 30.0
PAUSE_S = 0.05
T = TypeVar("T")


def until(question: Callable[[], T | None], patience_s: float = PATIENCE_S) -> T:
    """The first true answer of *question*, asked again and again. Raises TimeoutError with the last answer when none comes in time."""
    deadline = time.monotonic() + patience_s
    while not (answer := question()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"still not so after {patience_s} s; the last answer: {answer!r}")
        time.sleep(PAUSE_S)
    return answer


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@dataclass(frozen=True)
class ServedPerson:
    """Somebody of a served node, with a token that may do everything and a client that uses it."""

    id: int
    username: str
    email: str
    token: str
    uri: str
    client: httpx2.Client


@dataclass(frozen=True)
class ServedNode:
    """A node in a process of its own. *log* is what it wrote, with a line for each request."""

    settings: Settings
    port: int
    log: Path
    process: subprocess.Popen[bytes]
    clients: list[httpx2.Client]
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def host(self) -> str:
        return self.settings.host

    @property
    def origin(self) -> str:
        return self.settings.origin

    def client(self, token: str = "", **headers: str) -> httpx2.Client:
        """Speaks to the node; closed with it. Nobody resolves `*.localhost` for it, so the name stands in the `Host` header only."""
        if token:
            headers = {"Authorization": f"Bearer {token}", **headers}
        client = httpx2.Client(
            base_url=f"http://127.0.0.1:{self.port}", headers={"Host": self.host, **headers}, timeout=30
        )
        self.clients.append(client)
        return client

    def newcomer(self, name: str, *, locked: bool = False) -> ServedPerson:
        """Somebody nobody has met yet, whose user name begins with *name*: tests that share a node stay out of each other's way."""
        return self.person(f"{name}{next(self._numbers)}", locked=locked)

    def person(self, username: str, role: accounts.RoleName = "user", *, locked: bool = False) -> ServedPerson:
        return asyncio.run(self._person(username, role, locked=locked))

    async def _person(self, username: str, role: accounts.RoleName, *, locked: bool) -> ServedPerson:
        email = f"{username}@{self.host.partition(':')[0]}.example"
        async with open_node(self.settings) as node:
            account_id = await accounts.register(
                node, username=username, email=email, password=PASSWORD, role=role, display_name=username.capitalize()
            )
            if locked:
                await profiles.update_profile(node, account_id, profiles.ProfileChange(locked=True))
            staff = [] if role == "user" else ["admin:read", "admin:write"]
            token = await access.issue_token(node, account_id, [*SCOPES, *staff])
        uri = f"{self.origin}/users/{username}"
        return ServedPerson(account_id, username, email, token, uri, self.client(token))

    def command(self, *words: str) -> str:
        """What `fediverse WORDS` prints at this node, while it runs. Fails with its words when it did not succeed."""
        done = subprocess.run(
            [sys.executable, "-m", "fediverse", *words],
            env=environment_of(self.settings), cwd=REPOSITORY, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def allow(self, host: str) -> None:
        asyncio.run(self._allow(host))

    async def _allow(self, host: str) -> None:
        async with open_node(self.settings) as node:
            await domains.add_rule(node, NewRule(host, Effect.ALLOW), by="tests")

    def remove(self, host: str) -> None:
        asyncio.run(self._remove(host))

    async def _remove(self, host: str) -> None:
        async with open_node(self.settings) as node:
            await domains.remove(node, host, by="tests")


@contextmanager
def served_node(domain: str, folder: Path, database_url: str, **environment: str) -> Iterator[ServedNode]:
    """A running node at *domain* and a free port, on the migrated database at *database_url*; stopped on the way out.

    *environment* holds further settings by their names, `FEDIVERSE_WEBFINGER="open"`. Raises TimeoutError with the end of its log when it does not come up.
    """
    port = free_port()
    host = f"{domain}:{port}"
    settings = Settings(
        domain=host,
        base_url=f"http://{host}",
        data_dir=folder / "data",
        keys_dir=folder / "keys",
        database_url=database_url,  # type: ignore[arg-type]  # pydantic wraps it
        development=True,
        rate_limits=False,
        log_level="error",
    )
    log = folder / "server.log"
    folder.mkdir(parents=True, exist_ok=True)
    process = serve(settings, port, log, environment)
    node = ServedNode(settings, port, log, process, [])
    try:
        _await_ready(node)
        yield node
    finally:
        for client in node.clients:
            client.close()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def environment_of(settings: Settings) -> dict[str, str]:
    """This process's environment with the node's settings in it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FEDIVERSE_")}
    return inherited | {
        "FEDIVERSE_DOMAIN": settings.domain,
        "FEDIVERSE_BASE_URL": settings.origin,
        "FEDIVERSE_DATA_DIR": str(settings.data_dir),
        "FEDIVERSE_KEYS_DIR": str(settings.keys_dir),
        "FEDIVERSE_DATABASE_URL": settings.database,
        "FEDIVERSE_DEVELOPMENT": "true",
        "FEDIVERSE_RATE_LIMITS": "false",
        "FEDIVERSE_LOG_FORMAT": "text",
    }


def serve(settings: Settings, port: int, log: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "fediverse", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("ab") as file:
        return subprocess.Popen(
            command, env=environment_of(settings) | environment, cwd=REPOSITORY, stdout=file, stderr=file
        )


def _await_ready(node: ServedNode) -> None:
    client = node.client()

    def is_ready() -> bool:
        if node.process.poll() is not None:
            raise RuntimeError(f"the node ended by itself; the end of its log:\n{_end_of(node.log)}")
        try:
            return client.get("/readyz").status_code == 200
        except httpx2.TransportError:
            return False

    try:
        until(is_ready, 60)
    except TimeoutError as problem:
        raise TimeoutError(f"{node.host} did not start; the end of its log:\n{_end_of(node.log)}") from problem


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-3000:]
