"""Streams when a node is several processes, when its database connection breaks, when it stops, and between two nodes."""

import asyncio
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import httpx2
import pytest
from websockets.exceptions import ConnectionClosed

from tests.streams.listening import PATIENCE_S, asked, events, follow, listening, posted
from tests.support.databases import Databases
from tests.support.processes import ServedNode, ServedPerson, free_port, serve, served_node, until

QUICKLY_S = 5.0


@pytest.fixture
def node(tmp_path: Path, database_url: str) -> Iterator[ServedNode]:
    """A node that a test may stop, or hurt."""
    with served_node("acme.localhost", tmp_path / "acme", database_url) as served:
        yield served


@contextmanager
def second_process(node: ServedNode) -> Iterator[ServedNode]:
    """Another process of the same node, on a port of its own; only on PostgreSQL."""
    port = free_port()
    process = serve(node.settings, port, node.log.with_name("second.log"), {})
    other = replace(node, port=port, process=process)
    try:
        until(lambda: _answers(other))
        yield other
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _answers(node: ServedNode) -> bool:
    try:
        return node.client().get("/readyz").status_code == 200
    except httpx2.TransportError:
        return False


def through(process: ServedNode, person: ServedPerson) -> ServedPerson:
    """The same person as a client of another process."""
    return replace(person, client=process.client(person.token))


def test_what_happens_in_one_process_is_heard_in_the_other(node: ServedNode) -> None:
    """In both directions, in order, each once; a token that one revokes is worth nothing in the other at once. PostgreSQL only."""
    if node.settings.database.startswith("sqlite"):
        return
    reader, author = node.newcomer("reader"), node.newcomer("author")
    follow(reader, author)

    with (
        second_process(node) as other,
        listening(other, reader.token, "user") as there,
        listening(node, reader.token, "user") as here,
    ):
        written = [
            posted(through(other, author) if number % 2 else author, f"Number {number}")["id"] for number in range(10)
        ]
        heard_here, heard_there = here.take(10), there.take(10)
        node.client().post("/oauth/revoke", data={"token": reader.token})
        with pytest.raises(ConnectionClosed):
            there.socket.recv(timeout=PATIENCE_S)

    assert sorted(frame.payload["id"] for frame in heard_here) == written
    assert sorted(frame.payload["id"] for frame in heard_there) == written


def test_after_a_gap_clients_are_sent_to_load_anew(node: ServedNode) -> None:
    """When what other processes say may have been missed, the socket is closed; the next one hears again. PostgreSQL only."""
    if node.settings.database.startswith("sqlite"):
        return
    reader, author = node.newcomer("reader"), node.newcomer("author")
    follow(reader, author)

    with listening(node, reader.token, "user") as client:
        assert asyncio.run(end_listeners(node.settings.database)) == 1
        with pytest.raises(ConnectionClosed) as closed:
            client.socket.recv(timeout=PATIENCE_S)
    with second_process(node) as other, listening(node, reader.token, "user") as client:
        posted(through(other, author), "After the gap")
        frame = client.next()

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    assert frame.text == "After the gap"


async def end_listeners(url: str) -> int:
    """As if the network between the node and its database had failed for a moment."""
    connection = await asyncpg.connect(url)
    try:
        ended = await connection.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'fediverse streams' AND datname = current_database()"
        )
        return len(ended)
    finally:
        await connection.close()


def test_open_streams_do_not_hold_up_a_stop(node: ServedNode) -> None:
    """Sockets are told that the service restarts, events come to their end, and the process is gone within seconds."""
    reader = node.newcomer("reader")

    with listening(node, reader.token, "user") as client, events(node, reader.token, "user") as stream:
        started = time.monotonic()
        node.process.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosed) as closed:
            client.socket.recv(timeout=PATIENCE_S)
        rest = list(stream.answer.iter_lines())
        node.process.wait(timeout=30)
        took_s = time.monotonic() - started

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    assert [line for line in rest if line.startswith("event")] == []
    assert node.process.returncode == 0
    assert took_s < QUICKLY_S


def test_a_post_from_another_node_arrives_on_its_followers_stream(
    node: ServedNode, tmp_path: Path, database_server: Databases
) -> None:
    """Also on public and public:remote and not on public:local; its edit and its deletion follow."""
    url = database_server.migrated()
    with served_node("beta.localhost", tmp_path / "beta", url) as away:
        node.allow(away.host)
        away.allow(node.host)
        reader, author = node.newcomer("reader"), away.newcomer("author")
        [found] = asked(
            reader, "GET", "/api/v2/search", params={"q": f"@{author.username}@{away.host}", "resolve": "true"}
        )["accounts"]
        asked(reader, "POST", f"/api/v1/accounts/{found['id']}/follow")
        until(
            lambda: asked(reader, "GET", "/api/v1/accounts/relationships", params={"id[]": found["id"]})[0]["following"]
        )

        with listening(node, reader.token, "user", "public:remote", "public:local") as client:
            status = posted(author, "From afar")
            arrived = client.take(2)
            asked(author, "PUT", f"/api/v1/statuses/{status['id']}", json={"status": "From afar, better"})
            changed = client.take(2)
            asked(author, "DELETE", f"/api/v1/statuses/{status['id']}")
            gone = client.next()
    database_server.drop(url)

    assert {tuple(frame.stream) for frame in arrived} == {("user",), ("public:remote",)}
    assert {(frame.event, frame.text) for frame in arrived} == {("update", "From afar")}
    assert {(frame.event, frame.text) for frame in changed} == {("status.update", "From afar, better")}
    assert (gone.event, gone.payload) == ("delete", arrived[0].payload["id"])
