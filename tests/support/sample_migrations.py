"""Small packages of migrations for tests: three tables with children of each other, filled with rows, and one more migration of the test's own."""

import sys
from pathlib import Path
from typing import TypeAlias

from fediverse.database.database import Database

INITIAL = """
from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    initial = True
    operations = [
        ops.CreateModel(
            name="Team",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("name", fields.CharField(max_length=50, unique=True)),
                ("motto", fields.CharField(max_length=50, default="", db_index=True)),
            ],
            options={"table": "team", "app": "models", "table_description": "A team; it has a motto's worth of members."},
        ),
        ops.CreateModel(
            name="Person",
            fields=[
                ("id", fields.IntField(primary_key=True)),
                ("team", fields.ForeignKeyField("models.Team", related_name="people")),
                ("nickname", fields.CharField(max_length=20)),
                ("score", fields.IntField(null=True)),
                ("mentor", fields.ForeignKeyField("models.Person", related_name="pupils", null=True, on_delete=fields.SET_NULL)),
            ],
            options={"table": "person", "app": "models", "unique_together": (("team", "nickname"),), "indexes": (("nickname", "id"),)},
        ),
        ops.CreateModel(
            name="Remark",
            fields=[
                ("id", fields.IntField(primary_key=True)),
                ("person", fields.ForeignKeyField("models.Person", related_name="remarks")),
                ("words", fields.TextField()),
            ],
            options={"table": "remark", "app": "models"},
        ),
    ]
"""

LATER = """
from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import UniqueConstraint


async def explode(apps, editor):
    raise RuntimeError("half-way")


async def die(apps, editor):
    import os

    os._exit(9)


async def add_trigger(apps, editor):
    if editor.DIALECT == "sqlite":
        for on, doing in (("person", "UPDATE remark SET words = new.nickname WHERE person_id = new.id"), ("remark", "UPDATE person SET score = 0 WHERE 0")):
            await editor.client.execute_query(f"CREATE TRIGGER noting_{{on}} AFTER UPDATE ON {{on}} BEGIN {{doing}}; END")


class Migration(migrations.Migration):
    dependencies = [("models", "{after}")]
    operations = [
        {operations}
    ]
"""


class SampleMigrations:
    """A package named *name* in *folder*, importable in this process and, with *folder* on the path, in others."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self._folder = folder / name
        self._folder.mkdir()
        self._last = "0001_initial"
        (self._folder / "__init__.py").write_text("")
        (self._folder / "0001_initial.py").write_text(INITIAL)

    def add(self, operations: str) -> str:
        """One more migration with these operations, Python source; its name."""
        name = f"{int(self._last[:4]) + 1:04}_later"
        (self._folder / f"{name}.py").write_text(LATER.format(after=self._last, operations=operations))
        self._last = name
        return name

    def forget(self) -> None:
        for module in [loaded for loaded in sys.modules if loaded.partition(".")[0] == self.name]:
            del sys.modules[module]


async def fill(database: Database) -> None:
    """Two teams, three people, of whom one is the others' mentor, and four remarks."""
    for statement in (
        "INSERT INTO team (id, name, motto) VALUES (10, 'paint', 'it''s thick; really'), (20, 'varnish', '')",
        "INSERT INTO person (id, team_id, nickname, score, mentor_id) VALUES (1, 10, 'ann', 7, NULL), (2, 10, 'bob', NULL, 1), (3, 20, 'ann', 9, 1)",
        "INSERT INTO remark (id, person_id, words) VALUES (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c'), (9, 3, 'd')",
        "DELETE FROM remark WHERE id = 9",
    ):
        await database.execute(statement)
    if database.dialect == "postgres":
        for table in ("person", "remark"):
            await database.rows(f"SELECT setval('{table}_id_seq', 9)")


async def snapshot(database: Database, *, without: frozenset[str] = frozenset()) -> dict[str, list[dict[str, object]]]:
    """Every row of the three tables, less the columns in *without*."""
    tables = {}
    for table in ("team", "person", "remark"):
        rows = await database.rows(f"SELECT * FROM {table} ORDER BY id")
        tables[table] = [{name: value for name, value in row.items() if name not in without} for row in rows]
    return tables


Described: TypeAlias = tuple[str, bool, tuple[str, ...]]


async def indexes(database: Database) -> list[Described]:
    """Table, uniqueness and columns of every index, keys of tables apart."""
    if database.dialect == "sqlite":
        sql = (
            'SELECT m.name AS t, l.name AS i, l."unique" AS u, c.name AS c FROM sqlite_master m, pragma_index_list(m.name) l,'
            " pragma_index_info(l.name) c WHERE m.type = 'table' AND l.origin <> 'pk' AND m.name IN ('team', 'person', 'remark')"
            " ORDER BY t, i, c.seqno"
        )
    else:
        sql = (
            "SELECT t.relname AS t, i.relname AS i, x.indisunique AS u, a.attname AS c FROM pg_index x"
            " JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid"
            " CROSS JOIN unnest(x.indkey) WITH ORDINALITY AS k (attnum, seqno)"
            " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum"
            " WHERE NOT x.indisprimary AND t.relname IN ('team', 'person', 'remark') ORDER BY t, i, k.seqno"
        )
    found: dict[tuple[str, str, bool], tuple[str, ...]] = {}
    for row in await database.rows(sql):
        key = (row["t"], row["i"], bool(row["u"]))
        found[key] = (*found.get(key, ()), row["c"])
    return sorted((table, unique, columns) for (table, _name, unique), columns in found.items())
