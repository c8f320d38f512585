"""How a migration's operations become SQL, on each engine, without losing anything.

Stock Tortoise drops children, indexes and unique sets when SQLite has to rebuild a table, forgets the index of a column that is added later, and cuts
statements at every semicolon. Here a rebuilt table is created by the very statement that a new database would use, so that an old database and a new
one look the same after the same migrations. Used by `migrations` alone. Comments on tables and columns are left out: the models have them.
"""

import re
import sqlite3
from collections.abc import Iterator
from copy import copy
from types import SimpleNamespace
from typing import Any

from tortoise.fields.base import Field
from tortoise.fields.relational import ForeignKeyFieldInstance, ManyToManyFieldInstance
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor, SqliteSchemaEditor


class PostgresEditor(AsyncpgSchemaEditor):
    """Creates the index of an added column, fills gaps in one that may no longer have any, and writes no comments."""

    async def add_field(self, model: Any, field_name: str) -> None:
        await super().add_field(model, field_name)
        await _add_own_index(self, model, field_name)

    def _get_table_comment_sql(self, table: str, comment: str) -> str:  # noqa: ARG002 - Tortoise's signature
        return ""

    def _get_column_comment_sql(self, table: str, column: str, comment: str) -> str:  # noqa: ARG002
        return ""

    async def _alter_field(self, model: Any, old_field: Any, new_field: Any) -> None:
        if _closes_gaps(old_field, new_field):
            table, column = model._meta.db_table, self.quote(_column(old_field))
            default = self._escape_default_value(new_field.to_db_value(new_field.default, model))
            await self._run_sql(f'UPDATE "{table}" SET {column} = {default} WHERE {column} IS NULL')
        await super()._alter_field(model, old_field, new_field)


class SqliteEditor(SqliteSchemaEditor):
    """Rebuilds a table with its rows, indexes, triggers and unique sets, or raises and rolls back. Wants foreign keys to be off."""

    async def add_field(self, model: Any, field_name: str) -> None:
        await super().add_field(model, field_name)
        await _add_own_index(self, model, field_name)

    async def remove_field(self, model: Any, field: Any) -> None:
        if isinstance(field, ManyToManyFieldInstance):
            await super().remove_field(model, field)
            return
        await self._rebuild(_without(model, _column(field)))

    async def remove_constraint(self, model: Any, constraint: Any) -> None:
        if not isinstance(constraint, UniqueConstraint):
            await super().remove_constraint(model, constraint)
            return
        columns = self._resolve_fields_to_columns(model, constraint.fields)
        for name in await self._get_unique_constraint_names_from_db(model._meta.db_table, columns):
            if not name.startswith("sqlite_autoindex_"):
                await self._run_sql(f"DROP INDEX {self.quote(name)}")
                return
        await self._rebuild(_without_unique_set(model, columns))

    async def _remake_table(
        self, model: Any, create_field: Any = None, delete_field: Any = None, alter_fields: Any = None
    ) -> None:
        """Where stock Tortoise rebuilds a table: an altered field, or a check constraint. *model* is the table as it will be."""
        if create_field is not None or delete_field is not None:
            raise NotImplementedError("SqliteEditor adds and removes columns in its own way")
        values: dict[str, str] = {}
        forgotten: set[str] = set()
        for old, new in alter_fields or ():
            old_column, new_column = self.quote(_column(old)), _column(new)
            values[new_column] = old_column
            if _closes_gaps(old, new):
                default = self._escape_default_value(new.to_db_value(new.default, model))
                values[new_column] = f"COALESCE({old_column}, {default})"
            forgotten |= {
                self._generate_index_name(prefix, model, [_column(old)])
                for prefix, wanted in (("idx", new.index), ("uid", new.unique))
                if not wanted
            }
        await self._rebuild(model, values, forgotten)

    async def _rebuild(
        self, model: Any, values: dict[str, str] | None = None, forgotten: set[str] | None = None
    ) -> None:
        """Copy the table into a new one that *model* describes.

        *values* are the SQL expressions of columns that are more than a copy; *forgotten* are indexes not to take along.
        """
        table, ask = model._meta.db_table, self.client.execute_query_dict
        if any(isinstance(constraint, CheckConstraint) for constraint in model._meta.constraints or ()):
            raise NotImplementedError(f"the table {table} has a check constraint, which a rebuild would lose")
        before = await ask(f'SELECT count(*) AS n FROM "{table}"')
        kept = [
            await self._described(row) for row in await self._own_objects(table) if row["name"] not in (forgotten or ())
        ]
        sequence = await self._sequence(table)

        create, *indexes = statements(self._get_model_sql_data(model).table_sql)
        await self._execute(create.replace(f'CREATE TABLE "{table}"', f'CREATE TABLE "new__{table}"', 1))
        columns = {
            column: (values or {}).get(column, self.quote(column))
            for column in model._meta.fields_db_projection.values()
        }
        listed = ", ".join(map(self.quote, columns))
        await self._execute(
            f'INSERT INTO "new__{table}" ({listed}) SELECT {", ".join(columns.values())} FROM "{table}"'
        )
        await self._execute(f'DROP TABLE "{table}"')
        await self._take_the_name_of(table)
        for statement in indexes:
            await self._execute(statement)
        await self._restore(table, kept)
        if sequence is not None:
            await self.client.execute_query(
                "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", [sequence, table]
            )

        after = await ask(f'SELECT count(*) AS n FROM "{table}"')
        if after != before or await ask("PRAGMA foreign_key_check"):
            raise RuntimeError(f"rebuilding the table {table} would lose rows; nothing was changed")

    async def _take_the_name_of(self, table: str) -> None:
        """Without SQLite's look at the whole schema, which would stumble over triggers elsewhere that speak of the table just dropped."""
        await self._execute("PRAGMA legacy_alter_table = ON")
        try:
            await self._execute(f'ALTER TABLE "new__{table}" RENAME TO "{table}"')
        finally:
            await self._execute("PRAGMA legacy_alter_table = OFF")

    async def _own_objects(self, table: str) -> list[dict[str, Any]]:
        return await self.client.execute_query_dict(
            "SELECT name, type, sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL",
            [table],
        )

    async def _described(self, row: dict[str, Any]) -> dict[str, Any]:
        if row["type"] == "trigger":
            return {**row, "columns": (), "unique": False}
        parts = await self.client.execute_query_dict(f'PRAGMA index_info("{row["name"]}")')
        unique = row["sql"].upper().startswith("CREATE UNIQUE")
        return {**row, "columns": tuple(part["name"] for part in parts if part["name"]), "unique": unique}

    async def _restore(self, table: str, kept: list[dict[str, Any]]) -> None:
        """Bring back what the model does not say: indexes and triggers of other migrations. An index goes with its column, as on PostgreSQL."""
        ask = self.client.execute_query_dict
        columns = {row["name"] for row in await ask(f'PRAGMA table_info("{table}")')}
        present = {row["name"] for row in await self._own_objects(table)}
        for row in kept:
            if row["name"] in present or not set(row["columns"]) <= columns:
                continue
            if row["unique"] and await self._get_unique_constraint_names_from_db(table, list(row["columns"])):
                continue
            await self._execute(row["sql"])
        await self._compile_triggers(table)

    async def _compile_triggers(self, table: str) -> None:
        """A trigger that names a removed column raises here and rolls all back."""
        inserted, updated, deleted = (
            f'INSERT INTO "{table}" DEFAULT VALUES',
            f'UPDATE "{table}" SET rowid = rowid',
            f'DELETE FROM "{table}"',
        )
        for statement in (inserted, updated, deleted):
            await self.client.execute_query_dict(f"EXPLAIN {statement}")

    async def _sequence(self, table: str) -> int | None:
        """The highest number that was ever given out, so that none is given out twice."""
        ask = self.client.execute_query_dict
        if not await ask("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'"):
            return None
        found = await ask("SELECT seq FROM sqlite_sequence WHERE name = ?", [table])
        return int(found[0]["seq"]) if found else None

    async def _get_unique_constraint_names_from_db(
        self,
        table_name: str,
        column_names: list[str],
        schema: str | None = None,  # noqa: ARG002 - Tortoise's signature
    ) -> list[str]:
        ask = self.client.execute_query_dict
        names = [
            row["name"]
            for row in await ask(f'PRAGMA index_list("{table_name}")')
            if row["unique"] and not row["partial"]
        ]
        return [
            name for name in names if [row["name"] for row in await ask(f'PRAGMA index_info("{name}")')] == column_names
        ]

    def _get_field_sql(self, **values: Any) -> str:  # type: ignore[override]  # Tortoise names every argument
        """A key of whole numbers is the row's own number: only a column that reads INTEGER is, any other needs a second index."""
        if values["is_pk"] and values["field_type"] == "BIGINT":
            values["field_type"] = "INTEGER"
        return super()._get_field_sql(**values)

    async def _run_sql(self, sql: str) -> None:
        if self.collect_sql:
            self.collected_sql.append(sql)
            return
        for statement in statements(sql):
            await self._execute(statement)

    async def _execute(self, statement: str) -> None:
        await self.client.execute_query(statement)

    def _get_table_comment_sql(self, table: str, comment: str) -> str:  # noqa: ARG002 - Tortoise's signature
        return ""

    def _get_column_comment_sql(self, table: str, column: str, comment: str) -> str:  # noqa: ARG002
        return ""


def statements(script: str) -> Iterator[str]:
    """The statements of a SQLite script, one by one; a semicolon in a text, a comment or a trigger's body ends none."""
    pending = ""
    for piece in re.split(r"(?<=;)", script):
        pending += piece
        if sqlite3.complete_statement(pending):
            if pending.strip(" \n;"):
                yield pending.strip()
            pending = ""
    if pending.strip(" \n;"):
        yield pending.strip()


async def _add_own_index(editor: Any, model: Any, field_name: str) -> None:
    field = model._meta.fields_map[field_name]
    if field.index and not field.unique and not isinstance(field, ManyToManyFieldInstance):
        await editor.add_index(model, Index(fields=(_column(field),)))


def _closes_gaps(old: Any, new: Any) -> bool:
    return bool(old.null and not new.null and new.default is not None and not callable(new.default))


def _column(field: Field[Any] | ForeignKeyFieldInstance[Any]) -> str:
    return field.source_field or field.model_field_name


def _without(model: Any, column: str) -> Any:
    """What the editor asks of a model, for *model* without *column* and without every index and unique set that names it."""
    meta = copy(model._meta)
    meta.fields_db_projection = {name: stored for name, stored in meta.fields_db_projection.items() if stored != column}
    gone = {name for name, field in meta.fields_map.items() if column in {name, field.source_field}}
    meta.unique_together = [names for names in meta.unique_together or () if not gone & set(names)]
    meta.indexes = [index for index in meta.indexes or () if not gone & set(getattr(index, "field_names", index))]
    return SimpleNamespace(_meta=meta)


def _without_unique_set(model: Any, columns: list[str]) -> Any:
    meta = copy(model._meta)
    stored = {name: field.source_field or name for name, field in meta.fields_map.items()}
    meta.unique_together = [
        names for names in meta.unique_together or () if [stored[name] for name in names] != columns
    ]
    return SimpleNamespace(_meta=meta)
