"""Small rules of the house that no linter here keeps."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.source import PRODUCT, ROOT, modules, shown, texts, tree

MOST_LINES = 450
MOST_LINES_OF_TESTS = 500  # a list of sentences may be longer than a story
TO_DO = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")  # here, and nowhere else
OTHER_MACHINES = re.compile(r"(?<![\w.])/(work|root|home/\w+)/")
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
THIS = Path(__file__).resolve()


def test_nothing_is_left_to_do() -> None:
    """What is not done is an issue, not a note in a file."""
    found = [
        shown(path, number)
        for path, text in texts()
        if path != THIS and "static" not in path.parts
        for number, line in enumerate(text.splitlines(), start=1)
        if TO_DO.search(line)
    ]

    assert found == []


def hidden_imports(path: Path) -> Iterator[int]:
    for function in ast.walk(tree(path)):
        if isinstance(function, FUNCTIONS):
            yield from (node.lineno for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom))


def test_no_import_is_hidden_in_a_function() -> None:
    """It would hide a ring between rooms, from readers and from the import rules."""
    found = [shown(path, line) for path in modules() for line in hidden_imports(path)]

    assert found == []


def test_no_file_tells_two_stories() -> None:
    """Beyond this many lines there is a second story in a file. Migrations are written by a program."""
    allowed = {path: MOST_LINES if path.is_relative_to(PRODUCT) else MOST_LINES_OF_TESTS for path in modules()}
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in allowed}

    assert {str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > allowed[path]} == {}


def test_no_file_speaks_of_one_machine() -> None:
    """A path of somebody's machine means nothing on another."""
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, text in texts()
        if path != THIS
        for match in OTHER_MACHINES.finditer(text)
    ]

    assert found == []


def test_every_module_says_what_it_is() -> None:
    """The first thing in a file is what the room does and who calls it."""
    silent = [str(path.relative_to(ROOT)) for path in modules(PRODUCT) if not ast.get_docstring(tree(path))]

    assert silent == []


def test_every_test_says_what_it_proves() -> None:
    """One line under its name."""
    silent = [
        f"{shown(path, node.lineno)} {node.name}"
        for path in modules(ROOT / "tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]

    assert silent == []
