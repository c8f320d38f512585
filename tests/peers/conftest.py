"""One served node for each file of journeys, and its people; other people's software meets it over real sockets."""

from collections.abc import Iterator

import pytest
import requests
from mastodon import Mastodon

from tests.peers.fedify_server import FedifyServer, fedify_server
from tests.peers.meeting import follow
from tests.peers.sign_in import OpenClient
from tests.support.databases import Databases
from tests.support.processes import ServedNode, ServedPerson, served_node, until


@pytest.fixture(scope="module")
def peers_database_url(database_server: Databases) -> Iterator[str]:
    """A fresh database for the node of this file."""
    url = database_server.migrated()
    yield url
    database_server.drop(url)


@pytest.fixture(scope="module")
def acme(peers_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedNode]:
    """A node at acme.localhost, for other servers."""
    with served_node("acme.localhost", tmp_path_factory.mktemp("acme"), peers_database_url) as node:
        yield node


@pytest.fixture(scope="module")
def local(peers_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedNode]:
    """A node at localhost itself, for clients: a name that every library resolves."""
    with served_node("localhost", tmp_path_factory.mktemp("local"), peers_database_url) as node:
        yield node


# ── people of the node, and of servers made with Fedify ───────────────────────────────────────────


@pytest.fixture(scope="module")
def fran(acme: ServedNode, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FedifyServer]:
    """A person of a company that acme allows."""
    with fedify_server("fran", tmp_path_factory.mktemp("fran") / "log") as server:
        acme.allow(server.host)
        yield server


@pytest.fixture(scope="module")
def frank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FedifyServer]:
    """A person of a company that acme does not allow; nothing else differs from fran's."""
    with fedify_server("frank", tmp_path_factory.mktemp("frank") / "log") as server:
        yield server


@pytest.fixture
def alice(acme: ServedNode) -> ServedPerson:
    """Somebody at acme, new for each test."""
    return acme.newcomer("alice")


@pytest.fixture
def friends(alice: ServedPerson, fran: FedifyServer) -> tuple[ServedPerson, FedifyServer]:
    """Alice and fran, who follow each other."""
    follow(alice, fran)
    fran.do("follow", uri=alice.uri)
    until(lambda: fran.world["following"][alice.uri] == "accepted")
    return alice, fran


# ── people with client applications ──────────────────────────────────────────────────────────────


@pytest.fixture
def client_of(local: ServedNode) -> Iterator[OpenClient]:
    """`client_of(access_token=…)` makes a client of the node, closed after the test."""
    with requests.Session() as session:

        def make(
            *, access_token: str | None = None, client_id: str | None = None, client_secret: str | None = None
        ) -> Mastodon:
            return Mastodon(
                client_id,
                client_secret,
                access_token,
                api_base_url=local.origin,
                session=session,
                ratelimit_method="throw",
            )

        yield make


@pytest.fixture
def people(local: ServedNode) -> tuple[ServedPerson, ServedPerson]:
    """Two colleagues, new for each test."""
    return local.newcomer("alice"), local.newcomer("carol")
