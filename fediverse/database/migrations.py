"""Bring the tables to the version of this program, or leave them as they were.

One folder of migrations serves both engines. A migration and the record that it was applied are one transaction, so that no crash can part them. Two
processes may start at once: on PostgreSQL an advisory lock lets one migrate at a time, on SQLite the write lock does, and whoever comes second finds
nothing left to do. Called by the command line and by `app` for a new database.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cached_property
from importlib import util
from typing import Any

import asyncpg
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.migration import Migration
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.transactions import in_transaction

from fediverse.database.database import Database
from fediverse.database.schema_editors import PostgresEditor, SqliteEditor

_ADVISORY_LOCK = 0x6665_6469  # "fedi"
_LATEST = [MigrationTarget("models", "__latest__")]


def migrations_module() -> str:
    """The dotted name of the migrations: the checkout's top-level folder, or the copy inside an installed wheel."""
    bundled = "fediverse._bundled.migrations"
    return bundled if util.find_spec("fediverse._bundled") else "migrations"


async def migrate(database: Database, *, progress: Callable[[str], None] = lambda _name: None) -> list[str]:
    """Apply what is missing; answers the names. A migration that fails leaves the database as it was before it, and raises."""
    with database.active():
        async with _alone(database), _foreign_keys_off(database):
            executor = Executor(database.connection, database.config["apps"])
            return [name async for name in executor.apply_missing(progress)]


async def missing(database: Database) -> list[str]:
    """Names of the migrations that this program has and the database has not. A database without any table misses all."""
    with database.active():
        executor = Executor(database.connection, database.config["apps"])
        plan = await executor.plan(_LATEST)
        return [step.migration.name for step in plan if not step.backward]


async def is_new(database: Database) -> bool:
    """Whether nothing was ever applied: a database that may be given its tables without asking."""
    with database.active():
        return not await Recorder(database.connection).applied_migrations()


class Recorder(MigrationRecorder):
    """Says why it cannot read, where the stock one answers "nothing applied" to every error."""

    async def applied_migrations(self) -> list[MigrationKey]:
        if not await self._table_exists():
            return []
        query = f"SELECT app, name FROM {self.table_name} ORDER BY id"
        _count, rows = await self.connection.execute_query(query)
        return [MigrationKey(app_label=row["app"], name=row["name"]) for row in rows]

    async def record_applied(self, app: str, name: str) -> None:
        now: Any = datetime.now(UTC)
        values, moment = ("?, ?, ?", now.isoformat(" ")) if self._dialect == "sqlite" else ("$1, $2, $3", now)
        query = f'INSERT INTO "{self.table_name}" ("app", "name", "applied_at") VALUES ({values})'
        await self.connection.execute_query(query, [app, name, moment])

    async def _table_exists(self) -> bool:
        if self._dialect == "sqlite":
            query = f"SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{self.table_name}'"
        else:
            query = f"SELECT 1 FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = '{self.table_name}'"
        return bool(await self.connection.execute_query_dict(query))


class _State(State):
    """A state whose copies are cheap: before each operation Tortoise copies what the schema was, and few operations look at the copy."""

    def clone(self) -> State:
        return _Before({key: model.clone() for key, model in self.models.items()}, self.apps)


class _Before(State):
    """What the schema was. Its models are made of their descriptions when somebody asks for them, which takes longer than all the rest."""

    def __init__(self, models: dict[tuple[str, str], ModelState], apps: StateApps) -> None:
        self.models = models
        self._like = apps

    @cached_property
    def apps(self) -> StateApps:  # type: ignore[override]  # a field of the dataclass, which is not made by its own __init__ here
        return self._like.clone(model_states=self.models)


class Executor(MigrationExecutor):
    def __init__(self, connection: Any, apps_config: dict[str, dict[str, Any]]) -> None:
        super().__init__(connection, apps_config)
        self.recorder = Recorder(connection)
        self.loader.recorder = self.recorder

    async def apply_missing(self, progress: Callable[[str], None]) -> AsyncIterator[str]:
        await self.loader.build_graph()
        await self.recorder.ensure_schema(self._schema_editor(atomic=False))
        applied = set(await self.recorder.applied_migrations())
        plan = self._migration_plan(_LATEST, applied, self.loader.graph)
        if not plan:
            return  # to replay what was applied takes seconds
        replayed = await self._project_state(applied)
        state = _State(replayed.models, replayed.apps)
        for step in plan:
            if await self._apply(step.migration, state):
                progress(step.migration.name)
                yield step.migration.name

    async def _apply(self, migration: Migration, state: State) -> bool:
        """False when another process applied it while this one waited. *state* is the schema that the migrations describe so far."""
        if not migration.atomic:
            return await self._apply_with(self.connection, migration, state)
        async with in_transaction(self.connection.connection_name) as client:
            if client.capabilities.dialect == "postgres":
                # A table that is in use would otherwise stop this migration, and everybody behind it, for as long as that takes.
                await client.execute_query("SET LOCAL lock_timeout = '20s'")
            return await self._apply_with(client, migration, state)

    async def _apply_with(self, client: Any, migration: Migration, state: State) -> bool:
        recorder = Recorder(client)
        if MigrationKey(migration.app_label, migration.name) in await recorder.applied_migrations():
            await migration.apply(state, dry_run=True, schema_editor=None)
            return False
        editor = self._schema_editor(atomic=migration.atomic)
        editor.client = client
        await migration.apply(state, schema_editor=editor)
        await recorder.record_applied(migration.app_label, migration.name)
        return True

    def _schema_editor(self, atomic: bool = True, collect_sql: bool = False) -> BaseSchemaEditor:  # noqa: FBT001, FBT002 - Tortoise's signature
        kind = SqliteEditor if self.connection.capabilities.dialect == "sqlite" else PostgresEditor
        return kind(self.connection, atomic=atomic, collect_sql=collect_sql)


@asynccontextmanager
async def _foreign_keys_off(database: Database) -> AsyncIterator[None]:
    """The pragma does nothing inside a transaction, so it stands around all of them."""
    if database.dialect != "sqlite":
        yield
        return
    await database.connection.execute_query("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        await database.connection.execute_query("PRAGMA foreign_keys = ON")


@asynccontextmanager
async def _alone(database: Database) -> AsyncIterator[None]:
    """Hold PostgreSQL's advisory lock on a connection of its own. SQLite's own write lock is enough there."""
    if database.dialect == "sqlite":
        yield
        return
    credentials = dict(database.config["connections"]["default"]["credentials"])
    for pool_option in ("minsize", "maxsize", "application_name"):
        credentials.pop(pool_option, None)
    connection = await asyncpg.connect(**credentials, timeout=10)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _ADVISORY_LOCK)
        yield
    finally:
        await connection.close()
