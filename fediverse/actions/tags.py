"""Tags that a person follows, and tags that a person shows on the profile. Nobody else is told of the first; the second are public."""

from fediverse import events
from fediverse.clock import to_ms
from fediverse.errors import Invalid, NotFound
from fediverse.node import Node
from fediverse.policy.content import MAX_FEATURED_TAGS
from fediverse.text.scanning import whole_hashtag
from fediverse.text.tags import fold_tag

MAX_FOLLOWED = 400
MAX_TAG_CHARACTERS = 255


async def follow(node: Node, account_id: int, name: str) -> None:
    """Public posts with this tag stand in the person's home timeline from now on. Safe to repeat. Raises NotFound for what can be no tag."""
    shown = _checked(name)
    async with node.database.transaction():
        tag_id = await _tag_id(node, shown)
        already = await node.database.value(
            "SELECT 1 FROM followed_tag WHERE account_id = ? AND tag_id = ?", account_id, tag_id
        )
        count = await node.database.value("SELECT count(*) FROM followed_tag WHERE account_id = ?", account_id)
        if already is None and int(count) >= MAX_FOLLOWED:
            raise Invalid(f"Validation failed: You can follow {MAX_FOLLOWED} tags at most")
        await _insert(node, "followed_tag", account_id, tag_id)


async def unfollow(node: Node, account_id: int, name: str) -> None:
    """Posts that stood in the home timeline for this tag alone leave it."""
    folded = fold_tag(_checked(name))
    async with node.database.transaction():
        gone = await node.database.rows(
            "DELETE FROM followed_tag WHERE account_id = ? AND tag_id IN (SELECT id FROM tag WHERE name = ?) RETURNING tag_id",
            account_id, folded,
        )  # fmt: skip
        if not gone:
            return
        await node.database.execute(
            "DELETE FROM home_entry WHERE account_id = ? AND post_id IN (SELECT pt.post_id FROM post_tag pt JOIN post p ON p.id = pt.post_id"
            " WHERE pt.tag_id = ? AND p.author_id <> ?"
            " AND NOT EXISTS (SELECT 1 FROM follow f WHERE f.follower_id = ? AND f.target_id = p.author_id AND f.state = 'accepted')"
            " AND NOT EXISTS (SELECT 1 FROM post_tag ot JOIN followed_tag ft ON ft.tag_id = ot.tag_id WHERE ot.post_id = p.id AND ft.account_id = ?))",
            account_id, gone[0]["tag_id"], account_id, account_id, account_id,
        )  # fmt: skip


async def feature(node: Node, account_id: int, name: str) -> None:
    """Show the tag on the profile; nothing happens when it is there. Raises Invalid for what can be no tag, and for one too many."""
    shown = name.strip().removeprefix("#")
    if not whole_hashtag(shown) or len(shown) > MAX_TAG_CHARACTERS:
        raise Invalid("Validation failed: Tag is invalid", details={"name": [("ERR_INVALID", "is invalid")]})
    async with node.database.transaction():
        tag_id = await _tag_id(node, shown)
        rows = await node.database.rows("SELECT tag_id FROM featured_tag WHERE account_id = ?", account_id)
        if any(row["tag_id"] == tag_id for row in rows):
            return
        if len(rows) >= MAX_FEATURED_TAGS:
            raise Invalid("Validation failed: You have already featured the maximum number of hashtags")
        await _insert(node, "featured_tag", account_id, tag_id)
        await events.record(node, events.ProfileUpdated(account_id))


async def unfeature(node: Node, account_id: int, name: str) -> None:
    folded = fold_tag(_checked(name))
    await _unfeature(node, account_id, "tag_id IN (SELECT id FROM tag WHERE name = ?)", folded)


async def unfeature_by_id(node: Node, account_id: int, featured_id: int) -> None:
    """Raises NotFound when the person shows no such tag."""
    if not await _unfeature(node, account_id, "id = ?", featured_id):
        raise NotFound


async def _unfeature(node: Node, account_id: int, condition: str, value: object) -> bool:
    async with node.database.transaction():
        gone = await node.database.rows(
            f"DELETE FROM featured_tag WHERE account_id = ? AND {condition} RETURNING id", account_id, value
        )
        if gone:
            await events.record(node, events.ProfileUpdated(account_id))
    return bool(gone)


def _checked(name: str) -> str:
    shown = name.removeprefix("#")
    if not whole_hashtag(shown) or len(shown) > MAX_TAG_CHARACTERS:
        raise NotFound
    return shown


async def _tag_id(node: Node, shown: str) -> int:
    """The tag's id, made when nobody used it yet."""
    folded = fold_tag(shown)
    await node.database.insert("tag", {"id": node.ids.next(), "name": folded, "shown": shown}, if_absent="name")
    return int(await node.database.value("SELECT id FROM tag WHERE name = ?", folded))


async def _insert(node: Node, table: str, account_id: int, tag_id: int) -> None:
    await node.database.insert(
        table,
        {"id": node.ids.next(), "account_id": account_id, "tag_id": tag_id, "created_at": to_ms(node.clock.now())},
        if_absent="account_id, tag_id",
    )
