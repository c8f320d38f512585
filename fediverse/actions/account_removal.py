"""Delete the data of a suspended account, when the time to take the suspension back is over. Run by a job, which may run twice.

Of our own people everything goes but the name, which stays taken, and the keys that sign the one Delete that tells the other nodes. Of an account of
another node the copies go; should the suspension end, it may come anew.
"""

from typing import Final

from fediverse import events
from fediverse.actions import accounts as people
from fediverse.actions import roster
from fediverse.actions.posting import take_down
from fediverse.clock import to_ms
from fediverse.database.database import Row
from fediverse.node import Node
from fediverse.queries import accounts
from fediverse.queries.views import AccountView

_POSTS_AT_ONCE = 100

# Rows that are about the account alone, or about it and another; posts and media are taken down one by one before. A report about it stays, for the audit.
ITS_ROWS: Final = (
    ("follow", ("follower_id", "target_id")),
    ("group_role", ("account_id",)),
    ("group_invitation", ("account_id",)),
    ("early_undo", ("account_id",)),
    ("block", ("account_id", "target_id")),
    ("mute", ("account_id", "target_id")),
    ("notification", ("account_id", "from_account_id")),
    ("notification_policy", ("account_id",)),
    ("notification_request", ("account_id", "from_account_id")),
    ("notification_permission", ("account_id", "from_account_id")),
    ("marker", ("account_id",)),
    ("home_entry", ("account_id",)),
    ("reaction", ("account_id",)),
    ("bookmark", ("account_id",)),
    ("pin", ("account_id",)),
    ("poll_vote", ("account_id",)),
    ("conversation", ("account_id",)),
    ("thread_mute", ("account_id",)),
    ("scheduled_post", ("account_id",)),
    ("word_filter", ("account_id",)),
    ("list_member", ("account_id",)),
    ("account_list", ("account_id",)),
    ("account_note", ("account_id", "target_id")),
    ("endorsement", ("account_id", "target_id")),
    ("dismissed_suggestion", ("account_id", "target_id")),
    ("featured_tag", ("account_id",)),
    ("followed_tag", ("account_id",)),
    ("hidden_domain", ("account_id",)),
    ("announcement_read", ("account_id",)),
    ("announcement_reaction", ("account_id",)),
    ("severance", ("account_id",)),
    ("idempotency_key", ("account_id",)),
    ("web_session", ("account_id",)),
    ("push_subscription", ("account_id",)),
    ("oauth_token", ("account_id",)),
    ("oauth_grant", ("account_id",)),
)


async def remove(node: Node, account_id: int, suspended_at: int) -> None:
    """Nothing happens when the suspension of that moment is over, or all is gone already."""
    standing = await node.database.value(
        "SELECT suspended_at FROM account WHERE id = ? AND deleted_at IS NULL", account_id
    )
    if standing != suspended_at:
        return
    account = await accounts.account(node, None, account_id)
    files = await _files(node, account_id)
    if account.local:
        await _remove_ours(node, account)
    else:
        async with node.database.transaction():
            await people.delete_remote(node, account_id)
            await node.database.execute("DELETE FROM media WHERE account_id = ?", account_id)
    for key in files:
        await node.storage.delete(key)


async def _remove_ours(node: Node, account: AccountView) -> None:
    while await _take_down_some(node, account.id):
        pass
    async with node.database.transaction():
        known_to = await _known_to(node, account.id)
        await roster.forget_everywhere(node, account.id)  # a group that loses its owner has another then
        await _empty(node, account)
        await _forget_what_was_sent(node, account.id)
        await events.record(node, events.AccountDeleted(account.id, account.uri, known_to))


async def _take_down_some(node: Node, account_id: int) -> bool:
    async with node.database.transaction():
        rows = await node.database.rows(
            "SELECT id, reply_to_id FROM post WHERE author_id = ? AND deleted_at IS NULL ORDER BY id LIMIT ?",
            account_id,
            _POSTS_AT_ONCE,
        )
        for row in rows:
            await take_down(node, row["id"], row["reply_to_id"])
    return bool(rows)


async def _files(node: Node, account_id: int) -> list[str]:
    """Keys of all files that the account uploaded."""
    rows = await node.database.rows(
        "SELECT file, preview_file FROM media WHERE account_id = ?"
        " UNION ALL SELECT source_file, '' FROM media WHERE account_id = ?"
        " UNION ALL SELECT avatar_file, header_file FROM account WHERE id = ?",
        account_id, account_id, account_id,
    )  # fmt: skip
    return [key for row in rows for key in _keys(row) if key]


def _keys(row: Row) -> tuple[str, str]:
    return row["file"], row["preview_file"]


async def _known_to(node: Node, account_id: int) -> list[int]:
    """One account of each inbox elsewhere that has to do with this one."""
    rows = await node.database.rows(
        "SELECT min(a.id) AS id FROM follow f JOIN account a ON a.id = CASE WHEN f.follower_id = ? THEN f.target_id ELSE f.follower_id END"
        " WHERE (f.follower_id = ? OR f.target_id = ?) AND a.host <> '' AND a.deleted_at IS NULL"
        " GROUP BY CASE WHEN a.shared_inbox_url <> '' THEN a.shared_inbox_url ELSE a.inbox_url END",
        account_id, account_id, account_id,
    )  # fmt: skip
    return [row["id"] for row in rows]


async def _forget_what_was_sent(node: Node, account_id: int) -> None:
    """Activities hold what the posts said; what still waits to be sent must not go out before the Delete does."""
    await node.database.execute(
        "DELETE FROM delivery WHERE activity_id IN (SELECT id FROM outbound_activity WHERE account_id = ?)", account_id
    )
    await node.database.execute("DELETE FROM outbound_activity WHERE account_id = ?", account_id)


async def _empty(node: Node, account: AccountView) -> None:
    database = node.database
    for mine, other, column in (
        ("follower_id", "target_id", "followers_count"),
        ("target_id", "follower_id", "following_count"),
    ):
        await database.execute(
            f"UPDATE account SET {column} = {column} - 1 WHERE {column} > 0"
            f" AND id IN (SELECT {other} FROM follow WHERE {mine} = ? AND state = 'accepted')",
            account.id,
        )
    await database.execute(
        "UPDATE post SET likes_count = likes_count - 1 WHERE likes_count > 0 AND id IN (SELECT post_id FROM reaction WHERE account_id = ?)",
        account.id,
    )
    await database.execute("DELETE FROM media WHERE account_id = ?", account.id)
    for table, columns in ITS_ROWS:
        condition = " OR ".join(f"{column} = ?" for column in columns)
        await database.execute(f"DELETE FROM {table} WHERE {condition}", *(account.id for _column in columns))
    await database.execute("DELETE FROM local_user WHERE account_id = ?", account.id)
    await database.execute(
        "UPDATE account SET deleted_at = ?, display_name = '', note = '', note_source = '', fields_shown = '[]', emojis = '[]', avatar_file = '',"
        " header_file = '', avatar_alt = '', header_alt = '', also_known_as = '[]', moved_to_uri = '', followers_count = 0, following_count = 0,"
        " posts_count = 0, discoverable = ?, indexable = ? WHERE id = ?",
        to_ms(node.clock.now()), False, False, account.id,
    )  # fmt: skip
