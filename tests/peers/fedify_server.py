"""Another company's server: the one in `fedify/`, made with Fedify, in a Node process of its own."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from tests.peers.node_process import ENVIRONMENT, NODE

FOLDER = Path(__file__).parent / "fedify"


@dataclass(frozen=True)
class FedifyServer:
    """One running server, its one person and its one group. Whatever it answers stands in `commands.mjs`."""

    username: str
    origin: str
    _control: httpx2.Client

    @property
    def host(self) -> str:
        return urlsplit(self.origin).netloc

    @property
    def uri(self) -> str:
        return f"{self.origin}/users/{self.username}"

    @property
    def handle(self) -> str:
        return f"{self.username}@{self.host}"

    @property
    def group_uri(self) -> str:
        """The open group that lives at the server."""
        return f"{self.origin}/users/lounge"

    def do(self, command: str, **arguments: object) -> Any:
        """What the server answers. Raises AssertionError with its reason when it cannot."""
        answer = self._control.post(f"/{command}", json=arguments)
        assert answer.status_code == 200, f"{command}: {answer.text}"
        return answer.json()

    @property
    def world(self) -> dict[str, Any]:
        """`followers`, `members` of the group, `following`, `received`, `timeline`, `requests`, `failures`."""
        world: dict[str, Any] = self.do("world")
        return world

    def received(self, type: str, object_id: str) -> dict[str, Any] | None:  # noqa: A002 - the word of ActivityStreams
        """The newest verified activity of that type about *object_id*."""
        found = [
            one
            for one in self.world["received"]
            if one["type"] == type and (one["object"] or {}).get("id") == object_id
        ]
        return found[-1] if found else None


@contextmanager
def fedify_server(username: str, log: Path, *, first_knock: str = "rfc9421") -> Iterator[FedifyServer]:
    """The server of *username* at `username.localhost` and a free port. *first_knock* is the signature dialect that it tries first with strangers."""
    command = [NODE, "--import", "./localhost.mjs", "server.mjs", username, first_knock]
    with (
        log.open("ab") as complaints,
        subprocess.Popen(
            command, cwd=FOLDER, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints
        ) as process,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, (
                f"Fedify does not start; is it installed (tests/peers/install)? {log.read_text(encoding='utf-8')}"
            )
            says = json.loads(line)
            with httpx2.Client(base_url=says["control"], timeout=30) as control:
                yield FedifyServer(username, says["origin"], control)
        finally:
            process.stdin.close()
            process.wait(timeout=30)
