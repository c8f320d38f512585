"""The command line as an operator runs it: a process for each command, with an environment, a working folder and standard streams of its own.

The processes are forked off a server that has imported the program once: a hundred commands take seconds, not minutes.
"""

import multiprocessing
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fediverse.__main__ import NOUNS, run

PATIENCE_S = 60
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(
    ["__main__", "tests.support.command_line", *sorted({f"fediverse.cli.{noun.file}" for noun in NOUNS.values()})]
)


@dataclass(frozen=True)
class Answer:
    status: int
    out: str
    err: str


class CommandLine:
    """`fediverse`, with these settings in the environment, in *folder*."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = dict(environment)
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, *words: str | Path, stdin: str = "", **environment: str) -> Answer:
        """Run one command to its end."""
        streams = self.folder / ".streams"
        streams.mkdir(exist_ok=True)
        (streams / "in").write_text(stdin, encoding="utf-8")
        process = _processes.Process(
            target=_run, args=([str(word) for word in words], self.environment | environment, self.folder, streams)
        )
        process.start()
        process.join(PATIENCE_S)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"fediverse {' '.join(map(str, words))} does not end")
        return Answer(
            process.exitcode,
            (streams / "out").read_text(encoding="utf-8"),
            (streams / "err").read_text(encoding="utf-8"),
        )

    def done(self, *words: str | Path, stdin: str = "", **environment: str) -> str:
        """What a command prints that ends well."""
        answer = self(*words, stdin=stdin, **environment)
        assert answer.status == 0, answer
        return answer.out

    def refused(self, *words: str | Path, stdin: str = "", **environment: str) -> str:
        """The one line of a command that is refused."""
        answer = self(*words, stdin=stdin, **environment)
        assert answer.status == 1, answer
        [line] = answer.err.splitlines()
        return line


def _run(words: list[str], environment: dict[str, str], folder: Path, streams: Path) -> None:
    """In the forked process."""
    os.chdir(folder)
    for name in [name for name in os.environ if name.startswith("FEDIVERSE_")]:
        del os.environ[name]
    os.environ.update(environment)
    sys.stdin = (streams / "in").open(encoding="utf-8")
    sys.stdout = (streams / "out").open("w", encoding="utf-8")
    sys.stderr = (streams / "err").open("w", encoding="utf-8")
    status = run(words)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
