"""One served node for each file of journeys: other people's software meets it over real sockets."""

from collections.abc import Iterator

import pytest

from tests.support.databases import Databases
from tests.support.processes import ServedNode, served_node


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
