"""Full-text search over posts: FTS5 on SQLite, a tsvector with an unaccented `simple` configuration on PostgreSQL."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

_SQLITE = ("CREATE VIRTUAL TABLE post_search USING fts5(words, tokenize='unicode61 remove_diacritics 2')",)
_POSTGRES = (
    # unaccent() is not immutable and its extension needs a superuser: what French and its neighbours write is folded here.
    (
        "CREATE OR REPLACE FUNCTION fediverse_unaccent(t text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS"
        " $$ SELECT translate(lower(t), 'àáâãäåçèéêëìíîïñòóôõöøùúûüýÿ', 'aaaaaaceeeeiiiinoooooouuuuyy') $$"
    ),
    "CREATE TABLE post_search (post_id BIGINT PRIMARY KEY REFERENCES post (id) ON DELETE CASCADE, words tsvector NOT NULL)",
    "CREATE INDEX post_search_words ON post_search USING gin (words)",
)


async def create(_apps: Any, editor: Any) -> None:
    for statement in _SQLITE if editor.DIALECT == "sqlite" else _POSTGRES:
        await editor.client.execute_query(statement)


async def remove(_apps: Any, editor: Any) -> None:
    await editor.client.execute_query("DROP TABLE post_search")


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]

    operations = [ops.RunPython(create, reverse_code=remove)]
