"""Runs journeys of client libraries for JavaScript: `run.mjs` of the library's folder, in a process of its own."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.peers.node_process import ENVIRONMENT, NODE
from tests.support.processes import ServedNode, ServedPerson

DEADLINE_S = 60

Json = dict[str, Any]


class Library:
    """A library in *folder*, and two people, new for each test, who use it at *node*."""

    def __init__(self, folder: str, node: ServedNode, alice: ServedPerson, carol: ServedPerson) -> None:
        self._folder = Path(__file__).parent / folder
        self.node, self.alice, self.carol = node, alice, carol

    def journey(self, name: str, **given: object) -> Json:
        """What the journey saw. Fails with the library's own words when it could not go on."""
        tokens = {"alice": self.alice.token, "carol": self.carol.token}
        asked = json.dumps({"url": self.node.origin, "tokens": tokens, **given})
        done = subprocess.run(
            [NODE, "run.mjs", name],
            cwd=self._folder,
            env=ENVIRONMENT,
            input=asked,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        seen: Json = json.loads(done.stdout)
        return seen


def ids(entities: list[Json]) -> list[str]:
    return [entity["id"] for entity in entities]
