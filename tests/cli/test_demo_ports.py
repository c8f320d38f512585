"""`fediverse demo` on ports that somebody has: it says which and who, in one line, and touches nothing."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from fediverse.demo.ports import require_free
from fediverse.errors import Conflict
from tests.support.command_line import CommandLine
from tests.support.processes import free_port


def listener(port: int = 0, host: str = "127.0.0.1") -> socket.socket:
    return socket.create_server((host, port))


def port_of(one: socket.socket) -> int:
    port: int = one.getsockname()[1]
    return port


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which this process listens."""
    with closing(listener()) as one:
        yield port_of(one)


@pytest.fixture
def command_line(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path / "demo", {})


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_demo_on_a_taken_port_ends_with_one_clear_line(command_line: CommandLine, taken: int, place: int) -> None:
    """Whichever of its three ports it is: status 1, the port and the process, and nothing was prepared."""
    first = taken - place

    line = command_line.refused("demo", "--check", "--port", str(first), "--folder", command_line.folder / "kept")

    assert f"port {taken} is taken by process {os.getpid()} (" in line
    assert "--port" in line
    assert not (command_line.folder / "kept").exists()


def test_every_taken_port_is_named(taken: int) -> None:
    """All at once, so that nobody learns of the second after mending the first."""
    with closing(listener()) as one:
        other = port_of(one)
        with pytest.raises(Conflict) as refused:
            require_free([taken, free_port(), other])

    assert f"port {taken} is taken" in refused.value.safe
    assert f"port {other} is taken" in refused.value.safe
    assert refused.value.safe.count("is taken") == 2


def test_a_listener_on_every_address_has_the_port_too() -> None:
    """Somebody else's demo behind 0.0.0.0 would answer as well."""
    with closing(listener(host="0.0.0.0")) as one, pytest.raises(Conflict):
        require_free([port_of(one)])


def test_free_ports_are_taken_without_a_word(taken: int) -> None:
    """The twin: free ones, and one that was given up this moment."""
    with closing(listener()) as one:
        given_up = port_of(one)
        with socket.create_connection(("127.0.0.1", given_up)), one.accept()[0]:
            pass

    require_free([free_port(), given_up])
