"""The processes beside the node, the senders and the receivers, and how they are spoken with: by lines."""

import json
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.bench_parts.generator import Plan
from scripts.bench_parts.running import ROOT


class Spoken:
    """A process that answers lines with lines."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def hear(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit("scripts/bench: a process beside the node ended")
        return line.strip()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class Senders(Spoken):
    def begin(self) -> None:
        self.say("go")

    def outcome(self) -> Any:
        return json.loads(self.hear())


@contextmanager
def senders(plan: Plan, folder: Path) -> Iterator[Senders]:
    """Senders that signed everything and wait for the word."""
    path = folder / "plan"
    path.write_bytes(pickle.dumps(plan))
    process = Senders("scripts.bench_parts.generator", str(path))
    try:
        if process.hear() != "ready":
            raise SystemExit("scripts/bench: the senders are not ready")
        yield process
    finally:
        process.stop()


class Receivers(Spoken):
    port = 0

    def behave(self, manners: Mapping[str, float | None]) -> None:
        """From now on; what came is forgotten."""
        self.say(json.dumps({"manners": manners}))
        self.hear()

    def came(self) -> list[tuple[str, float]]:
        self.say(json.dumps({"report": True}))
        return [(name, when) for name, when in json.loads(self.hear())]

    def wait_for(
        self, count: int, names: frozenset[str] | None = None, within_s: float = 120.0
    ) -> list[tuple[str, float]]:
        """What came to *names* (None: to any), once that is *count*. Looks seldom: looking costs the receivers' time."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            time.sleep(0.1)
            found = [(name, when) for name, when in self.came() if names is None or name in names]
            if len(found) >= count:
                return found
        raise SystemExit(f"scripts/bench: {len(found)} of {count} deliveries came within {within_s:.0f} s")


@contextmanager
def receivers() -> Iterator[Receivers]:
    process = Receivers("scripts.bench_parts.receiver")
    try:
        process.port = int(process.hear())
        yield process
    finally:
        process.stop()
