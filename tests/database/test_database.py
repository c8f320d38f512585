"""The handful of verbs that everybody uses, on both engines alike."""

import asyncio
from pathlib import Path

import pytest
from tortoise.exceptions import IntegrityError

from fediverse.database.database import Database, marks
from fediverse.errors import NotConfigured
from fediverse.models import NodeState, Tag
from tests.support.databases import Databases, opened


async def fill(database: Database, *keys: str) -> None:
    await database.execute_many("INSERT INTO node_state (key, value) VALUES (?, ?)", [(key, "old") for key in keys])


async def test_rows_row_and_value_answer_a_question(database: Database) -> None:
    """All rows, the first one, its first column; and nothing where there is nothing."""
    await fill(database, "a", "b")

    assert await database.rows("SELECT key, value FROM node_state ORDER BY key") == [
        {"key": "a", "value": "old"},
        {"key": "b", "value": "old"},
    ]
    assert await database.row("SELECT key FROM node_state WHERE key = ?", "b") == {"key": "b"}
    assert await database.value("SELECT count(*) FROM node_state WHERE key = ?", "a") == 1
    assert await database.row("SELECT key FROM node_state WHERE key = ?", "c") is None
    assert await database.value("SELECT key FROM node_state WHERE key = ?", "c") is None


async def test_execute_counts_the_rows_it_changed(database: Database) -> None:
    """Inserted, updated, deleted, and none at all."""
    await fill(database, "a", "b", "c")

    assert await database.execute("INSERT INTO node_state (key, value) VALUES (?, ?)", "d", "") == 1
    assert await database.execute("UPDATE node_state SET value = ? WHERE key < ?", "new", "c") == 2
    assert await database.execute("UPDATE node_state SET value = ? WHERE key = ?", "new", "z") == 0
    assert await database.execute("DELETE FROM node_state") == 4


async def test_execute_does_not_count_what_triggers_change(database: Database) -> None:
    """Two rows are two rows, however many a trigger writes, in a transaction and outside, by SQL and by the models."""
    if database.dialect == "sqlite":
        await database.execute(
            "CREATE TRIGGER noting AFTER UPDATE ON node_state BEGIN INSERT INTO tombstone VALUES"
            " (new.key || 'x', 'o', '', 0), (new.key || 'y', 'o', '', 0); END"
        )
    await fill(database, "a", "b")

    assert await database.execute("UPDATE node_state SET value = 'new'") == 2
    await database.execute("DELETE FROM tombstone")
    async with database.transaction():
        assert await database.execute("UPDATE node_state SET value = 'newer'") == 2
    await database.execute("DELETE FROM tombstone")
    assert await NodeState.all().update(value="newest") == 2


async def test_returning_answers_rows(database: Database) -> None:
    """What a change gives back comes from rows(), in a transaction and outside."""
    await fill(database, "a", "b")

    changed = await database.rows("UPDATE node_state SET value = ? WHERE key = ? RETURNING key, value", "new", "a")
    async with database.transaction():
        gone = await database.rows("DELETE FROM node_state WHERE key = ? RETURNING key", "b")

    assert changed == [{"key": "a", "value": "new"}]
    assert gone == [{"key": "b"}]
    assert await database.value("SELECT count(*) FROM node_state") == 1


async def test_change_that_begins_with_with_is_a_change(database: Database) -> None:
    """A common table expression before a DELETE is not taken for a question."""
    await fill(database, "a", "b")

    await database.execute(
        "WITH RECURSIVE old(key) AS (SELECT 'a') DELETE FROM node_state WHERE key IN (SELECT key FROM old)"
    )

    assert await database.rows("WITH kept AS (SELECT key FROM node_state) SELECT key FROM kept") == [{"key": "b"}]


async def test_execute_many_is_all_or_nothing(database: Database) -> None:
    """A row that breaks the rules takes the others with it."""
    with pytest.raises(IntegrityError):
        await fill(database, "a", "b", "a")

    assert await database.value("SELECT count(*) FROM node_state") == 0


async def test_marks_make_a_list_of_values(database: Database) -> None:
    """`IN` takes as many values as there are."""
    await fill(database, "a", "b", "c")
    wanted = ["a", "c", "z"]

    found = await database.rows(f"SELECT key FROM node_state WHERE key IN ({marks(wanted)}) ORDER BY key", *wanted)

    assert [row["key"] for row in found] == ["a", "c"]


async def test_children_go_with_their_parent_and_never_come_alone(database: Database) -> None:
    """Foreign keys are kept by every connection, in a transaction and outside."""
    insert = "INSERT INTO post_tag (id, post_id, tag_id) VALUES (1, 1, 1)"

    with pytest.raises(IntegrityError):
        await database.execute(insert)
    with pytest.raises(IntegrityError):
        async with database.transaction():
            await database.execute(insert)


async def test_refused_row_can_be_passed_over_in_a_transaction_of_its_own(database: Database) -> None:
    """After a broken rule PostgreSQL takes nothing more in that transaction: the next one starts clean."""
    await Tag.create(id=1, name="a", shown="A")

    with pytest.raises(IntegrityError):
        async with database.transaction():
            await Tag.create(id=2, name="a", shown="A")
    async with database.transaction():
        await Tag.create(id=2, name="b", shown="B")

    assert await Tag.all().count() == 2


async def test_two_databases_in_one_process_stay_apart(database_server: Databases, database: Database) -> None:
    """A hundred tasks write to two databases at once, and each finds its own rows only."""
    url = database_server.migrated()
    async with opened(url) as other:

        async def write(where: Database, number: int) -> None:
            with where.active():
                async with where.transaction():
                    await NodeState.create(key=f"{number:03}", value="")

        await asyncio.gather(*(write(other if number % 4 else database, number) for number in range(100)))

        assert await database.value("SELECT count(*) FROM node_state") == 25
        assert await other.value("SELECT count(*) FROM node_state") == 75
    database_server.drop(url)


async def test_database_that_cannot_be_opened_says_which_setting_is_wrong(tmp_path: Path) -> None:
    """The reason is there at start, not at the first request."""
    for url in (f"sqlite://{tmp_path}/no/such/folder/a.sqlite3", "postgres://nobody@127.0.0.1:1/nothing"):
        with pytest.raises(NotConfigured, match="FEDIVERSE_DATABASE_URL"):
            await Database(url, migrations="migrations").open()


@pytest.mark.parametrize("url", ["sqlite://", "mysql://u@h/d", "postgres://u@h", "", "fediverse.sqlite3"])
def test_database_url_of_no_known_kind_is_refused(url: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(NotConfigured, match="FEDIVERSE_DATABASE_URL"):
        Database(url, migrations="migrations")
