"""The demo's three nodes: prepared through the verbs, then served by `fediverse serve`, each in a process and a folder of its own."""

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fediverse.actions import access, accounts, domains
from fediverse.actions.domains import NewRule
from fediverse.app import open_node
from fediverse.demo.client import Api
from fediverse.demo.ports import require_free
from fediverse.policy.domains import Effect
from fediverse.settings import Settings

START_DEADLINE_S = 60.0
SCOPES = ["read", "write", "follow", "push", "profile"]


@dataclass(frozen=True)
class DemoPerson:
    username: str
    email: str
    password: str
    api: Api

    @property
    def handle(self) -> str:
        return f"{self.username}@{self.api.host}"


@dataclass(frozen=True)
class Company:
    """A node of the demo. *log* is what its web server wrote: one line for each request that it received."""

    name: str
    port: int
    folder: Path
    settings: Settings
    people: dict[str, DemoPerson] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return f"{self.name}.localhost:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("FEDIVERSE_")}
        return inherited | {
            "FEDIVERSE_DOMAIN": self.host,
            "FEDIVERSE_BASE_URL": self.origin,
            "FEDIVERSE_DATA_DIR": str(self.folder / "data"),
            "FEDIVERSE_KEYS_DIR": str(self.folder / "keys"),
            "FEDIVERSE_DEVELOPMENT": "true",
            "FEDIVERSE_TITLE": self.name.capitalize(),
            "FEDIVERSE_RATE_LIMITS": "false",
            "FEDIVERSE_LOG_FORMAT": "text",
        }


@dataclass(frozen=True)
class Companies:
    acme: Company
    beta: Company
    gamma: Company
    processes: list[subprocess.Popen[bytes]]

    @property
    def all(self) -> tuple[Company, Company, Company]:
        return self.acme, self.beta, self.gamma

    def wait(self) -> None:
        """Serve until somebody presses Ctrl-C or a node ends by itself."""
        try:
            for process in self.processes:
                process.wait()
        except KeyboardInterrupt:
            return


@contextmanager
def companies(folder: Path, first_port: int) -> Iterator[Companies]:
    """Three running nodes; stopped on the way out. Raises Conflict for a port that is taken, TimeoutError with the end of the log when one does not come up."""
    require_free(range(first_port, first_port + 3))
    acme, beta, gamma = (
        _company(name, first_port + number, folder / name) for number, name in enumerate(("acme", "beta", "gamma"))
    )
    asyncio.run(_prepare(acme, {"alice": "admin", "amir": "user"}, allowed=[beta.host]))
    asyncio.run(_prepare(beta, {"bob": "admin", "bea": "user"}, allowed=[acme.host]))
    asyncio.run(_prepare(gamma, {"gus": "admin"}, allowed=[acme.host, beta.host]))
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes += [_serve(company) for company in (acme, beta, gamma)]
        for company, process in zip((acme, beta, gamma), processes, strict=True):
            _await_ready(company, process)
        yield Companies(acme, beta, gamma, processes)
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            process.wait(timeout=30)


def _company(name: str, port: int, folder: Path) -> Company:
    folder.mkdir(parents=True, exist_ok=True)
    host = f"{name}.localhost:{port}"
    settings = Settings(
        domain=host,
        base_url=f"http://{host}",
        data_dir=folder / "data",
        keys_dir=folder / "keys",
        development=True,
        title=name.capitalize(),
        rate_limits=False,
    )
    return Company(name, port, folder, settings)


async def _prepare(company: Company, people: dict[str, accounts.RoleName], allowed: list[str]) -> None:
    """People with passwords and tokens, and the allowlist."""
    async with open_node(company.settings, migrating=True) as node:
        for username, role in people.items():
            password = secrets.token_urlsafe(9)
            email = f"{username}@{company.name}.example"
            account_id = await accounts.register(
                node, username=username, email=email, password=password, role=role, display_name=username.capitalize()
            )
            token = await access.issue_token(node, account_id, SCOPES)
            company.people[username] = DemoPerson(username, email, password, Api(company.host, company.port, token))
        for host in allowed:
            await domains.add_rule(node, NewRule(host, Effect.ALLOW, reason="the demo's other company"), by="demo")


def _serve(company: Company) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "fediverse", "serve", "--host", "127.0.0.1", "--port", str(company.port)]
    with company.log.open("ab") as log:
        return subprocess.Popen(command, env=company.environment(), stdout=log, stderr=log)  # noqa: S603 - our own command


def _await_ready(company: Company, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_DEADLINE_S
    api = Api(company.host, company.port, "")
    while time.monotonic() < deadline and process.poll() is None:
        if api.get("/readyz").status == 200:
            return
        time.sleep(0.1)
    tail = company.log.read_text(encoding="utf-8", errors="replace")[-3000:]
    raise TimeoutError(f"{company.name} did not start on port {company.port}; the end of its log:\n{tail}")
