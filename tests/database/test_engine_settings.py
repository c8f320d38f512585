"""What the engines are told at the start of each connection, beyond their defaults."""

from fediverse.database.database import Database

ASKED: dict[str, dict[str, object]] = {
    "sqlite": {"PRAGMA synchronous": 2, "PRAGMA foreign_keys": 1, "PRAGMA journal_mode": "wal"},
    "postgres": {"SHOW jit": "off", "SHOW application_name": "fediverse"},
}


async def test_each_connection_is_told_what_its_engine_needs(database: Database) -> None:
    """SQLite writes through to the disk; PostgreSQL compiles no plan: compiling cost a large timeline eighty milliseconds."""
    expected = ASKED[database.dialect]

    found = {question: await database.value(question) for question in expected}

    assert found == expected
