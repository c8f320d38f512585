"""Mute a thread, and hear of it again: what happens below its first post is no longer told to the person who muted it. Others do not learn of it.

The rows are what `notifying` and the queries ask; a thread whose first post becomes known later keeps its mutes (`move`).
"""

from fediverse.clock import to_ms
from fediverse.node import Node
from fediverse.queries import posts


async def mute(node: Node, account_id: int, post_id: int) -> None:
    """Mute the thread that the post stands in. Safe to repeat. Raises NotFound for a post that the person cannot see."""
    root_id = await _root_of(node, account_id, post_id)
    await node.database.insert(
        "thread_mute",
        {"id": node.ids.next(), "account_id": account_id, "root_id": root_id, "created_at": to_ms(node.clock.now())},
        if_absent="account_id, root_id",
    )


async def unmute(node: Node, account_id: int, post_id: int) -> None:
    """Raises NotFound for a post that the person cannot see."""
    root_id = await _root_of(node, account_id, post_id)
    await node.database.execute("DELETE FROM thread_mute WHERE account_id = ? AND root_id = ?", account_id, root_id)


async def move(node: Node, from_root_id: int, to_root_id: int) -> None:
    """The thread that began with *from_root_id* turned out to be a part of another."""
    rows = await node.database.rows("DELETE FROM thread_mute WHERE root_id = ? RETURNING *", from_root_id)
    await node.database.execute_many(
        "INSERT INTO thread_mute (id, account_id, root_id, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (account_id, root_id) DO NOTHING",
        [(row["id"], row["account_id"], to_root_id, row["created_at"]) for row in rows],
    )


async def _root_of(node: Node, account_id: int, post_id: int) -> int:
    post = await posts.bare_post(node, account_id, post_id)
    return (post.boost_of or post).root_id
