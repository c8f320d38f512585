"""The list of known ways to leak is whole, and names tests that exist."""

import ast
from pathlib import Path

import pytest

from tests.leakcheck.vectors import VECTORS, Vector

ROOT = Path(__file__).resolve().parents[2]
EXPECTED = [*map(str, range(1, 31)), *(f"T-{number}" for number in (*range(160, 180), *range(200, 227)))]


def test_every_known_way_is_listed_once() -> None:
    """Thirty of other products, twenty of private groups, twenty-seven of closed federations."""
    assert sorted(vector.number for vector in VECTORS) == sorted(EXPECTED)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.number)
def test_every_known_way_names_tests_that_exist(vector: Vector) -> None:
    """Or says why there is nothing that could leak."""
    missing = [test for test in vector.tests if not _exists(test)]

    assert missing == []
    assert bool(vector.tests) is not bool(vector.absent)


def _exists(test: str) -> bool:
    file, _colons, name = test.partition("::")
    path = ROOT / file
    if not path.is_file():
        return False
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return any(
        isinstance(node, functions) and node.name == name for node in ast.parse(path.read_text(encoding="utf-8")).body
    )
