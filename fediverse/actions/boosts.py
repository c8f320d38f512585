"""Boost a post, and take that back. A boost is a post of its own that has no words."""

from datetime import datetime

from fediverse import events
from fediverse.actions import posting
from fediverse.actions.notifying import notify
from fediverse.clock import to_ms
from fediverse.database.batch import write_later
from fediverse.errors import Refused
from fediverse.node import Node
from fediverse.policy.permissions import boost_audience, may_boost
from fediverse.policy.visibility import VisibilityName
from fediverse.queries import accounts, posts


async def boost(
    node: Node,
    account_id: int,
    post_id: int,
    visibility: VisibilityName | None = None,
    uri: str = "",
    published: datetime | None = None,
) -> int:
    """The id of the boost, the earlier one if there is one. *uri*: the Announce of a remote account.

    Raises NotFound for a post that the account cannot see, Refused for one that must not go further.
    """
    original = await posts.bare_post(node, account_id, post_id)
    original = original.boost_of or original
    if not may_boost(account_id, original):
        raise Refused("This post was meant for a smaller circle and cannot be boosted")
    booster = await accounts.account(node, None, account_id)
    async with node.database.transaction():
        if uri and await _was_taken_back(node, uri):
            raise Refused("this boost was taken back before it came")
        existing = await node.database.value(
            "SELECT id FROM post WHERE author_id = ? AND boost_of_id = ? AND deleted_at IS NULL",
            account_id,
            original.id,
        )
        if existing is not None:
            return int(existing)
        boost_id = node.ids.next()
        address = uri or node.uri(f"/users/{booster.username}/posts/{boost_id}/activity")
        written = await posting.insert_post(
            node,
            posting.NewPost(
                id=boost_id,
                uri=address,
                url=address,
                author_id=account_id,
                visibility=boost_audience(visibility, original),
                local_only=original.local_only,
                created_at=min(published or node.clock.now(), node.clock.now()),
                boost_of_id=original.id,
            ),
        )
        if not written:  # this very Announce came before and was undone
            raise Refused("this boost was taken back")
        await write_later(node, "UPDATE post SET boosts_count = boosts_count + 1 WHERE id = ?", (original.id,))
        await notify(node, "reblog", [original.author.id], account_id, original.id)
        if booster.local:
            await events.record(node, events.PostBoosted(account_id, boost_id))
    return boost_id


async def _was_taken_back(node: Node, uri: str) -> bool:
    if node.batch is not None and uri in node.batch.unheard_of:
        return False
    return await node.database.value("SELECT 1 FROM tombstone WHERE uri = ?", uri) is not None


async def unboost(node: Node, account_id: int, post_id: int) -> None:
    """Take a boost of *post_id* back; nothing happens when there is none."""
    row = await node.database.row(
        "SELECT b.id, b.uri, b.boost_of_id, o.uri AS boosted_uri, o.author_id AS boosted_author_id, a.host FROM post b"
        " JOIN post o ON o.id = b.boost_of_id JOIN account a ON a.id = b.author_id"
        " WHERE b.author_id = ? AND b.deleted_at IS NULL AND (b.boost_of_id = ? OR b.id = ?)",
        account_id, post_id, post_id,
    )  # fmt: skip
    if row is None:
        return
    async with node.database.transaction():
        await posting.take_down(node, row["id"], None)
        await node.database.execute(
            "UPDATE post SET boosts_count = CASE WHEN boosts_count > 0 THEN boosts_count - 1 ELSE 0 END WHERE id = ?",
            row["boost_of_id"],
        )
        await node.database.execute(
            "DELETE FROM notification WHERE kind = 'reblog' AND from_account_id = ? AND post_id = ?",
            account_id,
            row["boost_of_id"],
        )
        if not row["host"]:
            await events.record(
                node,
                events.BoostUndone(account_id, row["id"], row["uri"], row["boosted_uri"], row["boosted_author_id"]),
            )


async def receive_undo(node: Node, account_id: int, uri: str) -> None:
    """Undo of an Announce by its id: gone, or remembered as gone before it came."""
    boost_id = await posts.id_of_uri(node, uri)
    if boost_id is not None:
        row = await node.database.row("SELECT boost_of_id, author_id FROM post WHERE id = ?", boost_id)
        if row is None or row["author_id"] != account_id or row["boost_of_id"] is None:
            raise Refused("only its own author may take a boost back")
        await unboost(node, account_id, row["boost_of_id"])
        return
    booster = await accounts.account(node, None, account_id)
    await node.database.insert(
        "tombstone",
        {"uri": uri, "origin": booster.host, "former_type": "Announce", "deleted_at": to_ms(node.clock.now())},
        if_absent="uri",
    )
