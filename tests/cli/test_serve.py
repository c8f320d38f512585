"""`fediverse serve`, `web` and `worker`: real processes on real sockets."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine
from tests.support.processes import free_port

START_S = 60.0


@contextmanager
def running(command_line: CommandLine, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that serves; told to stop on the way out, and ended if it does not."""
    log = (command_line.folder / "log").open("ab")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("FEDIVERSE_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "fediverse", *words],
        env=inherited | command_line.environment | {"PYTHONPATH": str(Path.cwd())},
        cwd=command_line.folder,
        stdout=log,
        stderr=log,
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        finally:
            process.kill()
            log.close()


def get(port: int, path: str) -> int:
    """The status of an answer; 0 while nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"host": "acme.localhost:8001"})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def await_ready(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        if get(port, "/readyz") == 200:
            return
        time.sleep(0.1)
    raise TimeoutError("it does not come up")


def events(command_line: CommandLine) -> list[dict[str, object]]:
    return [json.loads(line) for line in (command_line.folder / "log").read_text().splitlines() if line.startswith("{")]


def test_serve_answers_until_it_is_told_to_stop(new_node: CommandLine) -> None:
    """A new node gets its tables by itself, and ends in order with status 0."""
    port = free_port()
    with running(new_node, "serve", "--port", str(port)) as process:
        await_ready(process, port)
        assert get(port, "/healthz?token=a-secret") == 200

    assert process.returncode == 0
    new_node.done("migrate", "--check")
    log = (new_node.folder / "log").read_text()
    assert "Traceback" not in log
    assert "a-secret" not in log
    assert [event["path"] for event in events(new_node) if event["event"] == "http.request"][-1] == "/healthz"


def test_web_and_worker_are_its_halves(fediverse: CommandLine) -> None:
    """The one answers, the other works; both end in order."""
    port = free_port()
    with running(fediverse, "web", "--port", str(port)) as web, running(fediverse, "worker") as worker:
        await_ready(web, port)
        while not any(event["event"] == "worker.started" for event in events(fediverse)):
            assert worker.poll() is None
            time.sleep(0.1)

    assert (web.returncode, worker.returncode) == (0, 0)


def test_port_that_is_taken_is_named(fediverse: CommandLine) -> None:
    """In one line."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        assert port in fediverse.refused("serve", "--port", port)


def test_several_processes_need_postgresql(fediverse: CommandLine) -> None:
    """On it they share one port; on SQLite it is wrong usage."""
    if fediverse.environment["FEDIVERSE_DATABASE_URL"].startswith("sqlite"):
        assert fediverse("serve", "--processes", "2").status == 2
        return
    port = free_port()
    with running(fediverse, "serve", "--processes", "2", "--port", str(port)) as process:
        await_ready(process, port)
        deadline = time.monotonic() + START_S
        while len([event for event in events(fediverse) if event["event"] == "node.serving"]) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert {get(port, "/healthz") for _number in range(20)} == {200}

    assert process.returncode == 0


def test_end_of_one_process_ends_them_all(fediverse: CommandLine) -> None:
    """So that whoever supervises the node notices, and starts it anew; PostgreSQL only."""
    if fediverse.environment["FEDIVERSE_DATABASE_URL"].startswith("sqlite"):
        return
    port = free_port()
    with running(fediverse, "serve", "--processes", "2", "--port", str(port)) as process:
        await_ready(process, port)
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, text=True, check=True
        )
        os.kill(int(children.stdout.split()[0]), signal.SIGKILL)
        process.wait(30)

    assert process.returncode == 1
    assert get(port, "/healthz") == 0


@pytest.mark.parametrize("word", ["serve", "web", "worker"])
def test_database_of_another_version_is_not_served(fediverse: CommandLine, word: str) -> None:
    """An update is migrated by the operator, at a time of the operator's choosing."""
    fediverse.done("migrate")
    forget_one_migration(fediverse)

    where = [] if word == "worker" else ["--port", str(free_port())]

    assert "fediverse migrate" in fediverse.refused(word, *where)


def forget_one_migration(command_line: CommandLine) -> None:
    """As if this program were newer than the database."""
    source = (
        "import asyncio, sys; from tests.support.databases import opened\n"
        "async def main():\n"
        " async with opened(sys.argv[1]) as database:\n"
        "  await database.execute('DELETE FROM tortoise_migrations WHERE id = (SELECT max(id) FROM tortoise_migrations)')\n"
        "asyncio.run(main())"
    )
    subprocess.run([sys.executable, "-c", source, command_line.environment["FEDIVERSE_DATABASE_URL"]], check=True)
