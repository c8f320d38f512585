"""One served node for all tests of streams: each meets people whom nobody has met yet."""

from collections.abc import Iterator

import pytest

from tests.support.databases import Databases
from tests.support.processes import ServedNode, served_node


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory, database_server: Databases) -> Iterator[ServedNode]:
    """The node acme.localhost in a process of its own."""
    url = database_server.migrated()
    with served_node("acme.localhost", tmp_path_factory.mktemp("acme"), url) as node:
        yield node
    database_server.drop(url)
