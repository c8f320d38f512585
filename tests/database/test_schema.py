"""The migrations of this program make the tables that its models speak of, and those are sound."""

import subprocess
import sys
from pathlib import Path

from tortoise.models import Model

from fediverse import models
from fediverse.database.database import Database
from fediverse.database.migrations import migrate, missing
from tests.support.databases import opened

ROOT = Path(__file__).resolve().parents[2]
MODELS: list[type[Model]] = [found for name in models.__all__ if issubclass(found := getattr(models, name), Model)]


def test_models_need_no_further_migration() -> None:
    """A column that was added to a model and to no migration would be missing on every node."""
    checked = subprocess.run(
        [sys.executable, "scripts/make_migration", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stdout.strip()) == (0, "No changes detected"), checked.stderr


async def test_new_database_gets_every_table(empty_database_url: str) -> None:
    """All migrations apply to an empty database, and none is missing afterwards."""
    async with opened(empty_database_url) as database:
        assert await missing(database) != []

        await migrate(database)

        assert await missing(database) == []
        for model in MODELS:
            assert await model.all().count() == 0


async def test_only_small_numbers_are_made_by_the_database(database: Database) -> None:
    """Ids that clients page by are ours, and a row without one is refused; lists of our own count for themselves."""
    made: set[str] = set()
    for model in MODELS:
        table, key = model._meta.db_table, model._meta.db_pk_column
        if database.dialect == "sqlite":
            sql = await database.value("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", table)
            counts = "AUTOINCREMENT" in sql
        else:
            counts = bool(await database.value("SELECT pg_get_serial_sequence(?, ?)", table, key))
        if counts:
            made.add(table)

    assert made == {"home_entry", "marker", "notification", "push_delivery", "refused_contact", "sent_post"}


async def test_whole_numbered_keys_are_row_numbers_on_sqlite(database: Database) -> None:
    """Only a column that reads INTEGER is the row's own number; any other keeps a second index for every table."""
    if database.dialect == "sqlite":
        for table in await database.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'post_search%'"
        ):
            keys = await database.rows(f'SELECT type FROM pragma_table_info("{table["name"]}") WHERE pk > 0')
            assert all(key["type"] != "BIGINT" for key in keys), table


async def test_every_foreign_key_has_an_index(database: Database) -> None:
    """Without one, deleting a parent reads every row of its children, and so does every list of them."""
    sql = _CHILDREN_ON_SQLITE if database.dialect == "sqlite" else _CHILDREN_ON_POSTGRES

    assert [f"{row['t']}.{row['c']}" for row in await database.rows(sql)] == []


# Columns with a parent that are neither a key nor the first column of an index.
_CHILDREN_ON_SQLITE = """
SELECT m.name AS t, f."from" AS c FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
AND NOT EXISTS (SELECT 1 FROM pragma_table_info(m.name) k WHERE k.name = f."from" AND k.pk = 1)
AND NOT EXISTS (
    SELECT 1 FROM pragma_index_list(m.name) l, pragma_index_info(l.name) i WHERE i.seqno = 0 AND i.name = f."from"
) ORDER BY t, c
"""
_CHILDREN_ON_POSTGRES = """
SELECT t.relname AS t, a.attname AS c FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[1] WHERE k.contype = 'f'
AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = t.oid AND i.indkey[0] = k.conkey[1]) ORDER BY t, c
"""
