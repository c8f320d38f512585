"""Words of the administrators to everybody here, as one person sees them: read or not, and with whose reactions."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fediverse.clock import from_ms, to_ms
from fediverse.database.database import Row, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.queries.media import custom_emojis
from fediverse.queries.views import CustomEmoji
from fediverse.text.markup import render
from fediverse.text.mentions import find_hashtags
from fediverse.text.tags import fold_tag

_SHORTCODE = re.compile(r":([A-Za-z0-9_]{2,}):")


@dataclass(frozen=True, slots=True)
class ReactionView:
    """`name` is an emoji, or the shortcode of one of ours, which then has its `url`. `me`: the viewer gave it too."""

    name: str
    count: int
    me: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class AnnouncementView:
    """`text` is what the administrator wrote, `content` clean HTML. `starts_at` and `ends_at` are those of what is announced; it is shown until it ends."""

    id: int
    text: str
    content: str
    all_day: bool
    starts_at: datetime | None
    ends_at: datetime | None
    published_at: datetime
    updated_at: datetime
    read: bool
    reactions: tuple[ReactionView, ...]
    tags: tuple[str, ...]
    emojis: tuple[CustomEmoji, ...]


async def announcements(node: Node, viewer: int, *, with_dismissed: bool = False) -> list[AnnouncementView]:
    """What is announced now, the oldest first; without what the viewer dismissed, unless *with_dismissed*."""
    views = await _views(node, viewer, *_standing(node))
    return [view for view in views if with_dismissed or not view.read]


async def announcement(node: Node, viewer: int, announcement_id: int) -> AnnouncementView:
    """Raises NotFound for one that is over, too."""
    condition, values = _standing(node)
    found = await _views(node, viewer, f"{condition} AND a.id = ?", [*values, announcement_id])
    if not found:
        raise NotFound
    return found[0]


async def all_announcements(node: Node, viewer: int) -> list[AnnouncementView]:
    """Those that are over as well, the newest first: for who writes them."""
    return (await _views(node, viewer, "a.published_at IS NOT NULL", []))[::-1]


async def reaction(node: Node, viewer: int, announcement_id: int, name: str) -> ReactionView:
    """One reaction with its count, which may be 0 by now."""
    found = [one for one in (await announcement(node, viewer, announcement_id)).reactions if one.name == name]
    return found[0] if found else ReactionView(name, 0, me=False)


def _standing(node: Node) -> tuple[str, list[object]]:
    return "a.published_at IS NOT NULL AND (a.ends_at IS NULL OR a.ends_at > ?)", [to_ms(node.clock.now())]


async def _views(node: Node, viewer: int, condition: str, values: Sequence[object]) -> list[AnnouncementView]:
    rows = await node.database.rows(
        "SELECT a.*, r.id AS read_id FROM announcement a"
        " LEFT JOIN announcement_read r ON r.announcement_id = a.id AND r.account_id = ?"
        f" WHERE {condition} ORDER BY a.id",
        viewer, *values,
    )  # fmt: skip
    if not rows:
        return []
    emojis = {emoji.shortcode: emoji for emoji in await custom_emojis(node)}
    reactions = await _reactions(node, viewer, [row["id"] for row in rows], emojis)
    return [_view(node, row, tuple(reactions[row["id"]]), emojis) for row in rows]


async def _reactions(
    node: Node, viewer: int, ids: Sequence[int], emojis: dict[str, CustomEmoji]
) -> dict[int, list[ReactionView]]:
    rows = await node.database.rows(
        "SELECT announcement_id, name, count(*) AS number, max(CASE WHEN account_id = ? THEN 1 ELSE 0 END) AS mine FROM announcement_reaction"
        f" WHERE announcement_id IN ({marks(ids)}) GROUP BY announcement_id, name ORDER BY min(id)",
        viewer, *ids,
    )  # fmt: skip
    found: dict[int, list[ReactionView]] = defaultdict(list)
    for row in rows:
        emoji = emojis.get(row["name"])
        found[row["announcement_id"]].append(
            ReactionView(row["name"], row["number"], bool(row["mine"]), emoji.url if emoji else "")
        )
    return found


def _view(
    node: Node, row: Row, reactions: tuple[ReactionView, ...], emojis: dict[str, CustomEmoji]
) -> AnnouncementView:
    text = row["text"]
    named = dict.fromkeys(_SHORTCODE.findall(text))
    return AnnouncementView(
        id=row["id"],
        text=text,
        content=render(text, "plain", {}, lambda tag: node.uri(f"/tags/{fold_tag(tag)}")),
        all_day=bool(row["all_day"]),
        starts_at=_moment(row["starts_at"]),
        ends_at=_moment(row["ends_at"]),
        published_at=from_ms(row["published_at"]),
        updated_at=from_ms(row["updated_at"]),
        read=row["read_id"] is not None,
        reactions=reactions,
        tags=tuple(dict.fromkeys(fold_tag(tag) for tag in find_hashtags(text))),
        emojis=tuple(emojis[shortcode] for shortcode in named if shortcode in emojis),
    )


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)
