"""Throw-away databases for measuring: on this machine's disk and as safe as in earnest. A figure without fsync would be somebody else's figure.

`scripts/postgres` makes servers for tests, which forget safety for speed; so the one here is started on its own, with PostgreSQL's defaults.
"""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class Engine(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def database(self, name: str) -> str:
        """The URL of a new empty database called *name*."""

    def copy(self, name: str, original: str) -> str:
        """The URL of a new database called *name* that holds what *original* does, which nobody uses meanwhile."""


@dataclass(frozen=True)
class Sqlite:
    folder: Path
    name: str = "sqlite"
    version: str = ""

    def database(self, name: str) -> str:
        return f"sqlite://{self.folder / f'{name}.sqlite3'}"

    def copy(self, name: str, original: str) -> str:
        shutil.copyfile(self.folder / f"{original}.sqlite3", self.folder / f"{name}.sqlite3")
        return self.database(name)


@dataclass(frozen=True)
class Postgres:
    programs: Path
    socket_folder: Path
    user: str
    port: int
    version: str
    name: str = "postgres"

    def database(self, name: str) -> str:
        return self.copy(name, "template1")

    def copy(self, name: str, original: str) -> str:
        subprocess.run(
            [self.programs / "createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", self.user, "-T", original, name],
            check=True, cwd="/",
        )  # fmt: skip
        return f"postgres://{self.user}@127.0.0.1:{self.port}/{name}"


@contextmanager
def sqlite(folder: Path) -> Iterator[Engine]:
    yield Sqlite(folder)


@contextmanager
def postgres(folder: Path) -> Iterator[Engine]:
    """A server of its own on a free port of the loopback, with fsync, full_page_writes and synchronous_commit as PostgreSQL sets them: on."""
    programs = _programs()
    data, log = folder / "cluster", folder / "cluster.log"
    folder.chmod(0o755)
    data.mkdir()
    log.touch()
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(data, user)
        shutil.chown(log, user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    _as(user, programs / "initdb", "-D", data, "-U", user, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={data}"
    _as(user, programs / "pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "-o", options, "start")
    try:
        version = subprocess.run(
            [programs / "postgres", "--version"], check=True, capture_output=True, text=True, cwd="/"
        )
        yield Postgres(programs, data, user, port, version.stdout.split()[2])
    finally:
        _as(user, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _programs() -> Path:
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not installed:
        raise SystemExit(
            "scripts/bench: no PostgreSQL programs found; install the package postgresql, or use --engine sqlite"
        )
    return installed[-1].parent


def _as(user: str, *command: object) -> None:
    arguments = [str(part) for part in command]
    lent = ["runuser", "-u", user, "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*lent, *arguments], check=False, capture_output=True, text=True, cwd="/")
    if done.returncode:
        raise SystemExit(f"scripts/bench: {arguments[0]} failed:\n{done.stdout}{done.stderr}")
