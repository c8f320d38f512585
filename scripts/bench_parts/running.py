"""The node under measurement: a real `fediverse serve`, in a process of its own, with the settings that a laptop needs to play the Internet."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

from fediverse.settings import Settings
from scripts.bench_parts import facts
from scripts.bench_parts.figures import Figure
from scripts.bench_parts.wire import Connection

START_WITHIN_S = 60.0
ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def settings_for(folder: Path, database_url: str, port: int) -> Settings:
    """Development mode, since the peers live on the loopback; no rate limits, since one address plays everybody. Nothing else differs from the defaults."""
    return Settings(
        domain=f"bench.localhost:{port}",
        base_url=f"http://bench.localhost:{port}",
        data_dir=folder / "data",
        keys_dir=folder / "keys",
        database_url=database_url,  # type: ignore[arg-type]  # pydantic makes it a secret
        development=True,
        rate_limits=False,
        log_level="error",
    )


@dataclass(frozen=True)
class Running:
    """A node that answers."""

    pid: int
    port: int
    settings: Settings
    started_in_s: float
    idle_mb: float = 0.0

    def resident_mb(self) -> float:
        return sum(facts.resident_mb(pid) for pid in self._processes())

    def cpu_s(self) -> float:
        return sum(facts.cpu_s(pid) for pid in self._processes())

    def _processes(self) -> list[int]:
        """The served process and those that it started."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
        return [self.pid, *(int(child) for child in children)]

    def connect(self, token: str) -> "Client":
        return Client(Connection("127.0.0.1", self.port), self.settings.host, token)


@dataclass(frozen=True)
class Client:
    """An application of somebody's, over one kept connection."""

    connection: Connection
    host: str
    token: str

    def get(self, path: str) -> Any:
        return json.loads(self.fetch(path))

    def fetch(self, path: str) -> bytes:
        """The answer as it came: reading it is not the node's work."""
        return self._answer("GET", path, b"")

    def post(self, path: str, values: dict[str, object]) -> Any:
        return json.loads(self._answer("POST", path, json.dumps(values).encode()))

    def _answer(self, method: str, path: str, body: bytes) -> bytes:
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        status, answer = self.connection.ask(head.encode("ascii") + body)
        if status != 200:
            raise SystemExit(f"scripts/bench: {method} {path} was answered {status}: {answer[:300]!r}")
        return answer


Measure: TypeAlias = Callable[[Running], Awaitable[list[Figure]]]


@contextmanager
def serving(settings: Settings, port: int) -> Iterator[Running]:
    """`fediverse serve` for a database that stands already; stopped on the way out."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FEDIVERSE_")} | {
        "FEDIVERSE_DOMAIN": settings.domain,
        "FEDIVERSE_BASE_URL": settings.base_url,
        "FEDIVERSE_DATA_DIR": str(settings.data_dir),
        "FEDIVERSE_KEYS_DIR": str(settings.keys_dir),
        "FEDIVERSE_DATABASE_URL": settings.database,
        "FEDIVERSE_DEVELOPMENT": "true",
        "FEDIVERSE_RATE_LIMITS": "false",
        "FEDIVERSE_LOG_LEVEL": settings.log_level,
    }
    began = time.monotonic()
    command = [sys.executable, "-m", "fediverse", "serve", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL)
    try:
        _wait_until_it_answers(process, port, settings.host)
        running = Running(process.pid, port, settings, time.monotonic() - began)
        yield replace(running, idle_mb=running.resident_mb())
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_answers(process: "subprocess.Popen[bytes]", port: int, host: str) -> None:
    request = f"GET /api/v2/instance HTTP/1.1\r\nHost: {host}\r\n\r\n".encode("ascii")
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit(f"scripts/bench: fediverse serve ended with {process.returncode}")
        try:
            connection = Connection("127.0.0.1", port)
            status, _body = connection.ask(request)
            connection.close()
        except OSError:
            time.sleep(0.01)
            continue
        if status == 200:
            return
        raise SystemExit(f"scripts/bench: the node answered {status} at its start")
    raise SystemExit("scripts/bench: the node did not start in time")
