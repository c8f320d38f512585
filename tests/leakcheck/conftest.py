"""The check runs once; every test of this folder looks at what it found. `LEAKCHECK_RECORD` names a file for what was found, `scripts/leakcheck` prints it."""

import os
from pathlib import Path

import pytest

from tests.leakcheck import check
from tests.leakcheck.check import Found
from tests.support.databases import Databases


@pytest.fixture(scope="session")
def found(database_server: Databases, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Everything that everybody received."""
    result = check.run(database_server, tmp_path_factory.mktemp("leakcheck"))
    if "LEAKCHECK_RECORD" in os.environ:
        Path(os.environ["LEAKCHECK_RECORD"]).write_text(result.as_json(), encoding="utf-8")
    return result
