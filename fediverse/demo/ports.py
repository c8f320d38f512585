"""Whether the demo's ports are free, and who has them if not. Called before anything is prepared: a demo on taken ports would speak with somebody else's nodes.

Who listens is read from `/proc` where there is one, and only of processes that the person may look at; elsewhere nobody is named.
"""

import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from fediverse.errors import Conflict

_PROC = Path("/proc")
_LISTENING: Final = "0A"  # the state of a socket in /proc/net/tcp
_MOST_SHOWN: Final = 60


def require_free(ports: Iterable[int]) -> None:
    """Raises Conflict with every port that cannot be had, and who has it."""
    taken = [sentence for port in ports if (sentence := _why_not(port))]
    if taken:
        raise Conflict(f"{'; '.join(taken)}; end what runs there, or choose others with `fediverse demo --port`")


def _why_not(port: int) -> str:
    """Empty when the port can be had."""
    with socket.socket() as tried:
        tried.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as servers do: a port that was just given up is free
        try:
            tried.bind(("127.0.0.1", port))
        except PermissionError:
            return f"port {port} is not for you to use"
        except OSError:
            holder = _holder(port)
            return f"port {port} is taken by {holder}" if holder else f"port {port} is taken"
    return ""


def _holder(port: int) -> str:
    """The process that listens there, by number and command; empty when that is not known."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    if not sockets:
        return ""
    for process in _PROC.glob("[0-9]*"):
        if sockets & set(_open_files(process)):
            return f"process {process.name} ({_command(process)})"
    return ""


def _inodes(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        try:
            lines = (_PROC / "net" / table).read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            columns = line.split()
            if columns[3] == _LISTENING and int(columns[1].rpartition(":")[2], 16) == port:
                yield columns[9]


def _open_files(process: Path) -> Iterator[str]:
    """What the process has open; nothing of one that ended meanwhile or is somebody else's."""
    with suppress(OSError):
        for file in (process / "fd").iterdir():
            with suppress(FileNotFoundError):  # closed while we look
                yield str(file.readlink())


def _command(process: Path) -> str:
    """The command as it was typed, shortened."""
    try:
        words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        words = []
    command = " ".join(" ".join(words).split())
    return command if len(command) <= _MOST_SHOWN else f"{command[: _MOST_SHOWN - 1]}…"
