"""Announce something to everybody here, take it back; and what people do with it: dismiss it, react to it.

Announcing is for administrators, by the command line or their page; the doors see to that. Everybody who is reading live is told.
"""

from datetime import datetime

from fediverse import events, streams
from fediverse.clock import to_ms
from fediverse.errors import Invalid, NotFound
from fediverse.node import Node
from fediverse.policy.content import check_length
from fediverse.policy.emoji import is_one_emoji
from fediverse.queries.announcements import announcement
from fediverse.queries.media import custom_emojis
from fediverse.streams import Signal
from fediverse.text.sanitise import without_unusable

MAX_TEXT_CHARACTERS = 5000
MAX_KINDS_OF_REACTION = 8


async def publish(
    node: Node,
    text: str,
    by: str,
    *,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    all_day: bool = False,
) -> int:
    """The announcement's id. It is shown from now on until it ends. Raises Invalid."""
    said = without_unusable(text).strip()
    check_length(len(said), MAX_TEXT_CHARACTERS)
    if not said:
        raise Invalid("Validation failed: Text can't be blank")
    if ends_at is not None and ends_at <= max(node.clock.now(), starts_at or node.clock.now()):
        raise Invalid("Validation failed: It must end after it starts, and not before now")
    number, now = node.ids.next(), to_ms(node.clock.now())
    async with node.database.transaction():
        await node.database.insert(
            "announcement",
            {
                "id": number, "text": said, "all_day": all_day and starts_at is not None, "starts_at": _ms(starts_at),
                "ends_at": _ms(ends_at), "published_at": now, "created_at": now, "updated_at": now,
            },
        )  # fmt: skip
        await events.record(node, events.AnnouncementChanged(0, number, "published", by))
        streams.tell(node, Signal("announcement", number))
    return number


async def remove(node: Node, announcement_id: int, by: str) -> None:
    async with node.database.transaction():
        for table in ("announcement_read", "announcement_reaction"):
            await node.database.execute(f"DELETE FROM {table} WHERE announcement_id = ?", announcement_id)
        if not await node.database.rows("DELETE FROM announcement WHERE id = ? RETURNING id", announcement_id):
            raise NotFound("there is no such announcement; `fediverse announcement list` shows them")
        await events.record(node, events.AnnouncementChanged(0, announcement_id, "removed", by))
        streams.tell(node, Signal("announcement_delete", announcement_id))


async def dismiss(node: Node, account_id: int, announcement_id: int) -> None:
    """The person has read it. Safe to repeat."""
    await announcement(node, account_id, announcement_id)
    await node.database.insert(
        "announcement_read",
        {"id": node.ids.next(), "announcement_id": announcement_id, "account_id": account_id},
        if_absent="announcement_id, account_id",
    )


async def react(node: Node, account_id: int, announcement_id: int, name: str) -> None:
    """*name* is an emoji, or the shortcode of one of ours. Safe to repeat. Raises Invalid for what is none, and for a kind too many."""
    standing = await announcement(node, account_id, announcement_id)
    kinds = {one.name for one in standing.reactions}
    if name not in kinds:
        if not is_one_emoji(name) and name not in {emoji.shortcode for emoji in await custom_emojis(node)}:
            raise Invalid("Validation failed: Name is not a recognized emoji")
        if len(kinds) >= MAX_KINDS_OF_REACTION:
            raise Invalid("Validation failed: Limit of different reactions reached")
    async with node.database.transaction():
        fresh = await node.database.insert(
            "announcement_reaction",
            {"id": node.ids.next(), "announcement_id": announcement_id, "account_id": account_id, "name": name},
            if_absent="announcement_id, account_id, name",
        )
        if fresh:
            streams.tell(node, Signal("announcement_reaction", announcement_id, name=name))


async def unreact(node: Node, account_id: int, announcement_id: int, name: str) -> None:
    """Safe to repeat."""
    await announcement(node, account_id, announcement_id)
    async with node.database.transaction():
        gone = await node.database.rows(
            "DELETE FROM announcement_reaction WHERE announcement_id = ? AND account_id = ? AND name = ? RETURNING id",
            announcement_id, account_id, name,
        )  # fmt: skip
        if gone:
            streams.tell(node, Signal("announcement_reaction", announcement_id, name=name))


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)
