"""Migrations of a database that has rows: nothing is lost, a failure changes nothing, two processes may start at once."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from fediverse.database.database import Database
from fediverse.database.migrations import migrate, missing
from fediverse.database.schema_editors import statements
from tests.support.databases import opened
from tests.support.sample_migrations import Described, SampleMigrations, fill, indexes, snapshot

WIDER = """ops.AlterField(model_name="Person", name="nickname", field=fields.CharField(max_length=200)),"""


@pytest.fixture
def samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleMigrations]:
    monkeypatch.syspath_prepend(tmp_path)
    package = SampleMigrations(tmp_path, f"sample_migrations_{os.getpid()}")
    yield package
    package.forget()


@pytest.fixture
async def filled(samples: SampleMigrations, empty_database_url: str) -> AsyncIterator[Database]:
    """A database at the samples' first migration, with rows."""
    async with opened(empty_database_url, migrations=samples.name) as database:
        await migrate(database)
        await fill(database)
        yield database


async def assert_sound(database: Database) -> None:
    """Foreign keys and unique sets do what they did: children hang together, go with their parents, and nobody is there twice."""
    if database.dialect == "sqlite":
        assert await database.rows("PRAGMA foreign_key_check") == []
        assert await database.value("PRAGMA foreign_keys") == 1
    with pytest.raises(IntegrityError):
        await database.execute("INSERT INTO remark (person_id, words) VALUES (77, 'nobody')")
    with pytest.raises(IntegrityError):
        await database.execute("UPDATE team SET name = 'varnish' WHERE id = 10")
    await database.execute("DELETE FROM person WHERE id = 1")
    assert await database.rows("SELECT id, mentor_id FROM person ORDER BY id") == [
        {"id": 2, "mentor_id": None},
        {"id": 3, "mentor_id": None},
    ]
    assert await database.rows("SELECT id FROM remark") == [{"id": 3}]


CHANGES: dict[str, tuple[str, set[str], set[Described], set[Described]]] = {
    "a wider column": (WIDER, set(), set(), set()),
    "a column that may no longer be null": (
        """ops.AlterField(model_name="Person", name="score", field=fields.IntField(default=5)),""",
        {"score"},
        set(),
        set(),
    ),
    "a column less": ("""ops.RemoveField(model_name="Person", name="score"),""", {"score"}, set(), set()),
    "an indexed column less": (
        """ops.RemoveField(model_name="Team", name="motto"),""",
        {"motto"},
        {("team", False, ("motto",))},
        set(),
    ),
    "a parent less": ("""ops.RemoveField(model_name="Person", name="mentor"),""", {"mentor_id"}, set(), set()),
    "an index more": (
        """ops.AlterField(model_name="Person", name="score", field=fields.IntField(null=True, db_index=True)),""",
        set(),
        set(),
        {("person", False, ("score",))},
    ),
    "an index less": (
        """ops.AlterField(model_name="Team", name="motto", field=fields.CharField(max_length=50, default="")),""",
        set(),
        {("team", False, ("motto",))},
        set(),
    ),
    "a unique set less": (
        """ops.RemoveConstraint(model_name="Person", fields=("team", "nickname")),""",
        set(),
        {("person", True, ("team_id", "nickname"))},
        set(),
    ),
    "a unique set more": (
        """ops.AddConstraint(model_name="Person", constraint=UniqueConstraint(fields=("nickname", "score"))),""",
        set(),
        set(),
        {("person", True, ("nickname", "score"))},
    ),
    "an indexed column more": (
        """ops.AddField(model_name="Person", name="floor", field=fields.IntField(db_default=3, db_index=True)),""",
        {"floor"},
        set(),
        {("person", False, ("floor",))},
    ),
    "a column renamed": (
        """ops.RenameField(model_name="Person", old_name="score", new_name="points"),""",
        {"score", "points"},
        set(),
        set(),
    ),
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.replace(" ", "-"))
async def test_filled_database_keeps_what_the_change_is_not_about(
    samples: SampleMigrations, filled: Database, change: str
) -> None:
    """Rows, children, indexes and unique sets are what they were, on both engines."""
    operations, columns, indexes_gone, indexes_come = CHANGES[change]
    rows, before = await snapshot(filled, without=frozenset(columns)), await indexes(filled)
    name = samples.add(operations)

    applied = await migrate(filled)

    assert applied == [name]
    assert await snapshot(filled, without=frozenset(columns)) == rows
    assert set(await indexes(filled)) == (set(before) - indexes_gone) | indexes_come
    if change != "a parent less":
        await assert_sound(filled)


async def test_removed_parent_takes_its_column_along(samples: SampleMigrations, filled: Database) -> None:
    """The column is gone, and what else hung together still does."""
    samples.add("""ops.RemoveField(model_name="Person", name="mentor"),""")

    await migrate(filled)

    assert await filled.row("SELECT * FROM person WHERE id = 2") == {
        "id": 2,
        "team_id": 10,
        "nickname": "bob",
        "score": None,
    }
    await filled.execute("DELETE FROM team WHERE id = 10")
    assert await filled.rows("SELECT id FROM person") == [{"id": 3}]
    assert await filled.rows("SELECT id FROM remark") == []


async def test_unique_set_still_holds_after_a_change(samples: SampleMigrations, filled: Database) -> None:
    """Nobody joins a team twice under one nickname, after one rebuild and after a second one."""
    for width in (100, 200):
        samples.add(
            f"""ops.AlterField(model_name="Person", name="nickname", field=fields.CharField(max_length={width})),"""
        )
        await migrate(filled)

        with pytest.raises(IntegrityError):
            await filled.execute("INSERT INTO person (team_id, nickname) VALUES (10, 'ann')")
        await filled.execute("INSERT INTO person (team_id, nickname) VALUES (20, ?)", f"ann {width}")


async def test_new_default_fills_only_what_was_null(samples: SampleMigrations, filled: Database) -> None:
    """People without a score get the new default, the others keep theirs."""
    samples.add("""ops.AlterField(model_name="Person", name="score", field=fields.IntField(default=5)),""")

    await migrate(filled)

    assert await filled.rows("SELECT score FROM person ORDER BY id") == [{"score": 7}, {"score": 5}, {"score": 9}]


async def test_given_out_numbers_are_not_given_out_again(samples: SampleMigrations, filled: Database) -> None:
    """The row with the highest number was deleted before the table was rebuilt; the next row gets the number after it."""
    samples.add("""ops.AlterField(model_name="Remark", name="words", field=fields.TextField(null=True)),""")

    await migrate(filled)

    [new] = await filled.rows("INSERT INTO remark (person_id, words) VALUES (1, 'new') RETURNING id")
    assert new["id"] == 10


async def test_triggers_survive_a_rebuild(samples: SampleMigrations, filled: Database) -> None:
    """Also while a trigger of another table speaks of the one that is rebuilt; PostgreSQL rebuilds nothing."""
    samples.add("ops.RunPython(add_trigger),")
    samples.add(WIDER)

    await migrate(filled)
    await filled.execute("UPDATE person SET nickname = 'eve' WHERE id = 2")

    if filled.dialect == "sqlite":
        assert await filled.value("SELECT words FROM remark WHERE id = 3") == "eve"
    await assert_sound(filled)


async def test_column_that_a_trigger_needs_is_not_removed(samples: SampleMigrations, filled: Database) -> None:
    """The rebuild fails as a whole, instead of every later write."""
    samples.add("ops.RunPython(add_trigger),")
    await migrate(filled)
    rows = await snapshot(filled)
    samples.add("""ops.RemoveField(model_name="Person", name="nickname"),""")

    if filled.dialect == "sqlite":
        with pytest.raises(OperationalError):
            await migrate(filled)

        assert await snapshot(filled) == rows


async def schema(database: Database) -> list[dict[str, object]]:
    if database.dialect == "sqlite":
        return await database.rows("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
    return await database.rows(
        "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable FROM information_schema.columns"
        " WHERE table_schema = 'public' ORDER BY table_name, column_name"
    )


async def test_half_failed_migration_leaves_the_database_as_it_was(samples: SampleMigrations, filled: Database) -> None:
    """Two changes were made when the third failed: tables, rows and the list of migrations are the old ones, and the old program works on."""
    tables, rows = await schema(filled), await snapshot(filled)
    name = samples.add(f"""{WIDER} ops.RemoveField(model_name="Team", name="motto"), ops.RunPython(explode),""")

    with pytest.raises(RuntimeError, match="half-way"):
        await migrate(filled)

    assert await schema(filled) == tables
    assert await snapshot(filled) == rows
    assert await missing(filled) == [name]
    await assert_sound(filled)


async def test_migrator_that_dies_half_way_leaves_the_database_as_it_was(
    samples: SampleMigrations, filled: Database, tmp_path: Path
) -> None:
    """A process that ends between two changes has made neither."""
    tables, rows = await schema(filled), await snapshot(filled)
    name = samples.add(f"{WIDER} ops.RunPython(die),")
    source = (
        "import asyncio, sys; from fediverse.database.migrations import migrate; from tests.support.databases import opened\n"
        "async def main():\n async with opened(sys.argv[1], migrations=sys.argv[2]) as database: await migrate(database)\n"
        "asyncio.run(main())"
    )

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", source, filled.url, samples.name, env={**os.environ, "PYTHONPATH": f"{tmp_path}:."}
    )
    assert await process.wait() == 9

    assert await schema(filled) == tables
    assert await snapshot(filled) == rows
    assert await missing(filled) == [name]


async def test_two_migrators_at_once_apply_each_migration_once(
    samples: SampleMigrations, empty_database_url: str
) -> None:
    """Both end well, and between them each migration was applied by one."""
    names = ["0001_initial", samples.add(WIDER), samples.add("""ops.RemoveField(model_name="Person", name="score"),""")]
    async with (
        opened(empty_database_url, migrations=samples.name) as one,
        opened(empty_database_url, migrations=samples.name) as other,
    ):
        applied = await asyncio.gather(migrate(one), migrate(other))

        assert sorted([*applied[0], *applied[1]]) == names
        assert await missing(one) == []


async def test_migrate_again_has_nothing_to_do(samples: SampleMigrations, filled: Database) -> None:
    """What is applied is not applied again; what is new is told by name, and told to whoever watches."""
    assert await migrate(filled) == []

    name = samples.add(WIDER)
    told: list[str] = []
    assert await missing(filled) == [name]
    assert await migrate(filled, progress=told.append) == [name]
    assert told == [name]
    assert await missing(filled) == []


async def test_unreadable_list_of_migrations_is_an_error(filled: Database) -> None:
    """A table that cannot be read is not taken for an empty one, which would apply everything anew."""
    await filled.execute("ALTER TABLE tortoise_migrations RENAME COLUMN name TO other")

    with pytest.raises(OperationalError):
        await missing(filled)


def test_statements_end_where_sqlite_ends_them() -> None:
    """Not at a semicolon in a text, in a comment, or in a trigger."""
    script = (
        "CREATE TABLE a (b TEXT DEFAULT 'x;y') /* one; two */;\n"
        "CREATE TRIGGER c AFTER UPDATE ON a BEGIN DELETE FROM a; UPDATE a SET b = ';'; END;\n;\n"
        "DROP TABLE a"
    )

    found = list(statements(script))

    assert [line.split()[:2] for line in found] == [["CREATE", "TABLE"], ["CREATE", "TRIGGER"], ["DROP", "TABLE"]]
    assert "".join(found).replace("\n", "") == script.replace("\n;\n", "").replace("\n", "")
