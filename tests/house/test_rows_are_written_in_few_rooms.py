"""What imports cannot say: rows are written only by verbs, recorded events and queues, and doors hold no SQL at all."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.source import PRODUCT, modules, room, shown, strings, tree

WRITERS = {"actions", "events", "queue", "database"}
DOORS = {"mastodon", "web", "workers", "federation", "cli", "routes", "app", "demo"}

WRITING_SQL = re.compile(
    r"\s*(WITH\b.*\b)?(INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|REPLACE\s+INTO)\b",
    re.IGNORECASE | re.DOTALL,
)
READING_SQL = re.compile(r"\s*(WITH\b.*\b)?SELECT\b.+\bFROM\b", re.DOTALL)
CHANGING_TABLES = re.compile(
    r"\s*(CREATE|ALTER|DROP)\s+(UNIQUE\s+|VIRTUAL\s+|TEMP\s+)?(TABLE|INDEX|TRIGGER|VIEW)\b", re.IGNORECASE
)
WRITING_CALLS = {
    "save",
    "create",
    "delete",
    "update",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "raw",
    "select_for_update",
}


def knows_rows(module: ast.Module) -> bool:
    """Whether it imports the tables; `delete` and `update` mean something else elsewhere."""
    names = [alias.name for node in ast.walk(module) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(module) if isinstance(node, ast.ImportFrom)]
    return any(name.startswith(("fediverse.models", "tortoise")) for name in names)


def row_writes(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of every awaited call that writes rows."""
    for node in ast.walk(module):
        call = node.value if isinstance(node, ast.Await) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in WRITING_CALLS:
            yield call.lineno, f".{call.func.attr}()"


def writes(path: Path) -> list[str]:
    module = tree(path)
    found = list(row_writes(module)) if knows_rows(module) else []
    found += [
        (line, text.strip()[:40])
        for line, text in strings(module)
        if WRITING_SQL.match(text) or CHANGING_TABLES.match(text)
    ]
    return [f"{shown(path, line)} {what}" for line, what in found]


def test_rows_are_written_only_by_verbs_events_and_queues() -> None:
    """A second place that writes would know nothing of permissions, events and transactions."""
    elsewhere = [found for path in modules(PRODUCT) if room(path) not in WRITERS for found in writes(path)]

    assert elsewhere == []


def test_doors_hold_no_sql() -> None:
    """They ask questions and call verbs, where visibility is asked."""
    found = [
        f"{shown(path, line)} {text.strip()[:40]}"
        for path in modules(PRODUCT)
        if room(path) in DOORS
        for line, text in strings(tree(path))
        if READING_SQL.match(text)
    ]

    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "from fediverse.models import Post\nasync def f():\n    await Post.create(id=1)",
        "from fediverse import models\nimport fediverse.models\nasync def f(p):\n    await p.save()",
        "from fediverse.models import Post\nasync def f():\n    await Post.filter(id=1).update(title='')",
        "async def f(d):\n    await d.execute('INSERT INTO post (id) VALUES (?)', 1)",
        "async def f(d):\n    await d.execute('INSERT OR IGNORE INTO post (id) VALUES (?)', 1)",
        "async def f(d, t):\n    await d.rows(f'DELETE FROM {t} WHERE id = ?', 1)",
        "SQL = ' UPDATE post SET title = ?'",
        "SQL = 'WITH old AS (SELECT 1) DELETE FROM post'",
    ],
)
def test_the_look_finds_a_write(source: str, tmp_path: Path) -> None:
    """The same look over a file that writes says so."""
    module = ast.parse(source)

    found = [
        *(row_writes(module) if knows_rows(module) else ()),
        *(text for _line, text in strings(module) if WRITING_SQL.match(text)),
    ]

    assert found


@pytest.mark.parametrize(
    "source",
    [
        "async def f(cache):\n    await cache.delete('key')",
        "from fediverse.models import Post\nasync def f():\n    return await Post.filter(id=1).count()",
        '"""INSERT INTO is spoken of here only."""',
        "HINT = 'Update your profile SET'",
    ],
)
def test_the_look_finds_nothing_in_a_file_that_does_not_write(source: str) -> None:
    """Words are not writes, and other things than rows may be deleted."""
    module = ast.parse(source)

    found = [
        *(row_writes(module) if knows_rows(module) else ()),
        *(text for _line, text in strings(module) if WRITING_SQL.match(text)),
    ]

    assert not found
