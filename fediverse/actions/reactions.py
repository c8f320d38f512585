"""Like, bookmark and pin a post, and take that back. Each is safe to repeat."""

from fediverse import events
from fediverse.actions.notifying import notify
from fediverse.clock import to_ms
from fediverse.database.batch import write_later
from fediverse.errors import Invalid, NotFound
from fediverse.node import Node
from fediverse.policy.content import MAX_PINS
from fediverse.policy.permissions import may_pin
from fediverse.queries import accounts, posts
from fediverse.queries.views import PostView


async def like(node: Node, account_id: int, post_id: int, uri: str = "") -> None:
    """Mark a post as liked (Activity Vocabulary, Like). Raises NotFound for a post that the account cannot see."""
    post = await _original(node, account_id, post_id)
    account = await accounts.account(node, None, account_id)
    async with node.database.transaction():
        number = node.ids.next()
        address = uri or node.uri(f"/activities/{number}")
        fresh = await node.database.insert(
            "reaction",
            {
                "id": number,
                "account_id": account_id,
                "post_id": post.id,
                "uri": address,
                "created_at": to_ms(node.clock.now()),
            },
            if_absent="account_id, post_id",
        )
        if not fresh:
            return
        await write_later(node, "UPDATE post SET likes_count = likes_count + 1 WHERE id = ?", (post.id,))
        await notify(node, "favourite", [post.author.id], account_id, post.id)
        if account.local:
            await events.record(node, events.PostLiked(account_id, post.id, address))


async def unlike(node: Node, account_id: int, post_id: int) -> None:
    account = await accounts.account(node, None, account_id)
    async with node.database.transaction():
        gone = await node.database.rows(
            "DELETE FROM reaction WHERE account_id = ? AND post_id = ? RETURNING uri", account_id, post_id
        )
        if not gone:
            return
        await node.database.execute(
            "UPDATE post SET likes_count = CASE WHEN likes_count > 0 THEN likes_count - 1 ELSE 0 END WHERE id = ?",
            post_id,
        )
        await node.database.execute(
            "DELETE FROM notification WHERE kind = 'favourite' AND from_account_id = ? AND post_id = ?",
            account_id,
            post_id,
        )
        if account.local:
            await events.record(node, events.LikeUndone(account_id, post_id, gone[0]["uri"]))


async def liked_post_of(node: Node, account_id: int, uri: str) -> int:
    """The post that the account's Like *uri* is about. Raises NotFound; somebody else's Like is not found either."""
    found = await node.database.value("SELECT post_id FROM reaction WHERE uri = ? AND account_id = ?", uri, account_id)
    if found is None:
        raise NotFound
    return int(found)


async def bookmark(node: Node, account_id: int, post_id: int) -> None:
    post = await _original(node, account_id, post_id)
    await _mark(node, "bookmark", account_id, post.id)


async def unbookmark(node: Node, account_id: int, post_id: int) -> None:
    await node.database.execute("DELETE FROM bookmark WHERE account_id = ? AND post_id = ?", account_id, post_id)


async def pin(node: Node, account_id: int, post_id: int) -> None:
    """Show one's own post at the top of one's page; five at most."""
    post = await _original(node, account_id, post_id)
    if not may_pin(account_id, post):
        raise Invalid("Validation failed: Only your own posts can be pinned, and none that name only some people")
    account = await accounts.account(node, None, account_id)
    async with node.database.transaction():
        pinned = int(
            await node.database.value(
                "SELECT count(*) FROM pin WHERE account_id = ? AND post_id <> ?", account_id, post.id
            )
        )
        if account.local and pinned >= MAX_PINS:
            raise Invalid(f"Validation failed: You have already pinned {MAX_PINS} posts")
        fresh = await _mark(node, "pin", account_id, post.id)
        if fresh and account.local and not post.local_only:
            await events.record(node, events.PostPinned(account_id, post.id, post.uri))


async def unpin(node: Node, account_id: int, post_id: int) -> None:
    account = await accounts.account(node, None, account_id)
    async with node.database.transaction():
        gone = await node.database.rows(
            "DELETE FROM pin WHERE account_id = ? AND post_id = ? RETURNING id", account_id, post_id
        )
        post = await node.database.row("SELECT uri, local_only FROM post WHERE id = ?", post_id)
        if gone and account.local and post is not None and not post["local_only"]:
            await events.record(node, events.PostUnpinned(account_id, post_id, post["uri"]))


async def _mark(node: Node, table: str, account_id: int, post_id: int) -> bool:
    return await node.database.insert(
        table,
        {"id": node.ids.next(), "account_id": account_id, "post_id": post_id, "created_at": to_ms(node.clock.now())},
        if_absent="account_id, post_id",
    )


async def _original(node: Node, account_id: int, post_id: int) -> PostView:
    post = await posts.bare_post(node, account_id, post_id)
    return post.boost_of or post
