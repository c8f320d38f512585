"""An index for every foreign key that has none: without one, deleting a parent, or listing what hangs on it, reads every row of the children."""

from typing import Any

from tortoise import migrations
from tortoise.migrations import operations as ops

_COLUMNS = (
    ("account_key", "account_id"),
    ("bookmark", "post_id"),
    ("media", "account_id"),
    ("media", "post_id"),
    ("mute", "target_id"),
    ("oauth_grant", "account_id"),
    ("oauth_grant", "app_id"),
    ("oauth_token", "account_id"),
    ("oauth_token", "app_id"),
    ("pin", "post_id"),
    ("post", "boost_of_id"),
    ("post_edit", "post_id"),
    ("web_session", "account_id"),
)


async def create(_apps: Any, editor: Any) -> None:
    for table, column in _COLUMNS:
        await editor.client.execute_query(f'CREATE INDEX "children_{table}_{column}" ON "{table}" ("{column}")')


async def remove(_apps: Any, editor: Any) -> None:
    for table, column in _COLUMNS:
        await editor.client.execute_query(f'DROP INDEX "children_{table}_{column}"')


class Migration(migrations.Migration):
    dependencies = [("models", "0002_search")]

    operations = [ops.RunPython(create, reverse_code=remove)]
