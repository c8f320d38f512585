"""From ids to views, in a fixed number of queries however long the list is. Every other question ends here."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from fediverse.clock import from_ms, to_ms
from fediverse.database.database import Row, json_of, marks
from fediverse.node import Node
from fediverse.policy.quotes import SHOWN, Approval, QuoterFacts, approval
from fediverse.policy.visibility import Condition, seen_by_person
from fediverse.queries.polls import polls_of
from fediverse.queries.post_groups import authors_and_groups, groups_of_posts
from fediverse.queries.quoting import Standing, quote_views, standing_to
from fediverse.queries.views import (
    AccountView,
    CustomEmoji,
    MediaKind,
    MediaView,
    MentionView,
    PollView,
    PostGroup,
    PostView,
)
from fediverse.storage.file_types import is_shown
from fediverse.storage.links import signed_path
from fediverse.text.sanitise import plain_text

PREVIEW_PIXELS = 640
EVERYTHING: Condition = ("1 = 1", [])


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a post in other tables; the fields are those of `PostView`."""

    app: tuple[str, str] = ("", "")
    media: tuple[MediaView, ...] = ()
    mentions: tuple[MentionView, ...] = ()
    tags: tuple[str, ...] = ()
    liked: bool = False
    boosted: bool = False
    bookmarked: bool = False
    pinned: bool = False
    author_muted: bool = False
    thread_muted: bool = False
    poll: PollView | None = None
    quotable: Approval = "denied"
    group: PostGroup | None = None


async def account_views(node: Node, ids: Iterable[int]) -> dict[int, AccountView]:
    """Accounts by id; unknown ids are left out."""
    wanted = list(dict.fromkeys(ids))
    found = (
        {}
        if node.batch is None
        else {number: node.batch.accounts[number] for number in wanted if number in node.batch.accounts}
    )
    missing = [number for number in wanted if number not in found]
    if not missing:
        return found
    rows = await node.database.rows(f"SELECT * FROM account WHERE id IN ({marks(missing)})", *missing)
    now = node.clock.now()
    for row in rows:
        view = found[row["id"]] = account_view(node, row, now)
        if node.batch is not None:
            node.batch.remember(view)
    return found


async def ordered_accounts(node: Node, ids: Sequence[int]) -> list[AccountView]:
    found = await account_views(node, ids)
    return [found[number] for number in ids if number in found]


def account_view(node: Node, row: Row, now: datetime) -> AccountView:
    number = row["id"]
    fields = json_of(row["fields_shown"])
    has_avatar = bool(row["avatar_file"] or row["avatar_remote_url"])
    has_header = bool(row["header_file"] or row["header_remote_url"])
    return AccountView(
        id=number,
        username=row["username"],
        domain=row["domain"],
        host=row["host"],
        kind=row["kind"],
        uri=row["uri"],
        url=row["url"] or row["uri"],
        display_name=row["display_name"],
        note=row["note"],
        note_source=row["note_source"],
        fields=tuple((field["name"], field["value"]) for field in fields),
        emojis=_emojis(node, json_of(row["emojis"]), now),
        avatar_url=node.uri(
            signed_path(node, f"/avatars/{number}/avatar", now) if has_avatar else "/static/avatar-missing.png"
        ),
        header_url=node.uri(
            signed_path(node, f"/avatars/{number}/header", now) if has_header else "/static/header-missing.png"
        ),
        has_avatar=has_avatar,
        has_header=has_header,
        locked=bool(row["locked"]),
        bot=bool(row["bot"]),
        discoverable=bool(row["discoverable"]),
        indexable=bool(row["indexable"]),
        hide_collections=bool(row["hide_collections"]),
        moved_to_uri=row["moved_to_uri"],
        also_known_as=tuple(json_of(row["also_known_as"])),
        followers_count=row["followers_count"],
        following_count=row["following_count"],
        posts_count=row["posts_count"],
        last_posted_at=_moment(row["last_posted_at"]),
        created_at=from_ms(row["created_at"]),
        suspended=row["suspended_at"] is not None,
        deleted=row["deleted_at"] is not None,
        inbox_url=row["inbox_url"],
        shared_inbox_url=row["shared_inbox_url"],
        followers_url=row["followers_url"],
        outbox_url=row["outbox_url"],
        following_url=row["following_url"],
        featured_url=row["featured_url"],
        limited=row["silenced_at"] is not None,
        sensitized=row["sensitized_at"] is not None,
        memorial=bool(row["memorial"]),
        avatar_alt=row["avatar_alt"],
        header_alt=row["header_alt"],
        field_sources=tuple(field.get("source") or plain_text(field["value"]) for field in fields),
        fields_verified=tuple(_moment(field.get("verified_at")) for field in fields),
        show_media=bool(row["show_media"]),
        show_media_replies=bool(row["show_media_replies"]),
        show_featured=bool(row["show_featured"]),
    )


async def post_views(
    node: Node, viewer: int | None, ids: Sequence[int], seen: Condition | None = None
) -> list[PostView]:
    """Posts in the order of *ids*; what the viewer may not see is left out.

    *seen* replaces the person's visibility where a server asks (`policy.visibility.seen_by_server`).
    """
    if not ids:
        return []
    condition, values = seen if seen is not None else seen_by_person(viewer)
    rows = await node.database.rows(
        f"SELECT p.* FROM post p WHERE p.id IN ({marks(ids)}) AND {condition}", *ids, *values
    )
    views = await views_of_posts(node, viewer, rows)
    return [views[number] for number in ids if number in views]


async def views_of_posts(node: Node, viewer: int | None, rows: Sequence[Row]) -> dict[int, PostView]:
    """Rows of posts that the viewer may see, as views, by id in the order of *rows*."""
    boosted = {row["boost_of_id"] for row in rows if row["boost_of_id"] is not None} - {row["id"] for row in rows}
    originals = (
        await node.database.rows(f"SELECT p.* FROM post p WHERE p.id IN ({marks(list(boosted))})", *boosted)
        if boosted
        else []
    )
    views = await _views(node, viewer, {row["id"]: row for row in [*rows, *originals]})
    views = await _with_quotes(node, viewer, views)
    return {row["id"]: views[row["id"]] for row in rows}


async def _with_quotes(node: Node, viewer: int | None, views: dict[int, PostView]) -> dict[int, PostView]:
    """The same, with what they quote: the quoted posts whole, and of what those quote only that they do."""
    quotes = await quote_views(node, viewer, list(views)) if views else {}
    # One post may be shown by one quote and not by the next: what is handed out is decided by the quote, never by what else is in the list.
    shown = {number: quote.quoted_id for number, quote in quotes.items() if viewer and quote.state in SHOWN}
    wanted = list(shown.values())
    rows = (
        await node.database.rows(f"SELECT p.* FROM post p WHERE p.id IN ({marks(wanted)})", *wanted) if wanted else []
    )
    quoted = await _views(node, viewer, {row["id"]: row for row in rows})
    inner = await quote_views(node, viewer, list(quoted)) if quoted else {}
    whole = {number: replace(view, quote=inner.get(number)) for number, view in quoted.items()}
    for number, quote in quotes.items():
        quotes[number] = replace(quote, quoted=whole.get(shown.get(number) or 0))
    found = {number: replace(view, quote=quotes.get(number)) for number, view in views.items()}
    return {
        number: replace(view, boost_of=found.get(view.boost_of.id)) if view.boost_of else view
        for number, view in found.items()
    }


async def _views(node: Node, viewer: int | None, rows: dict[int, Row]) -> dict[int, PostView]:
    numbers = list(rows)
    if not numbers:
        return {}
    now = node.clock.now()
    authors = await account_views(node, authors_and_groups(rows.values()))
    media = await _media_of(node, numbers, now)
    mentions = await _mentions_of(node, numbers)
    tags = await _tags_of(node, numbers)
    apps = await _apps_of(node, {row["application_id"] for row in rows.values() if row["application_id"] is not None})
    marked = await _viewer_marks(node, viewer, numbers)
    polls = await polls_of(node, viewer, numbers, now)
    standing = await standing_to(node, viewer, (row["author_id"] for row in rows.values()))
    groups = await groups_of_posts(node, rows.values(), authors)
    views: dict[int, PostView] = {}
    for number, row in rows.items():
        around = Around(
            app=apps.get(row["application_id"], ("", "")),
            media=tuple(media[number]),
            mentions=tuple(mentions[number]),
            tags=tuple(tags[number]),
            liked=number in marked["liked"],
            boosted=number in marked["boosted"],
            bookmarked=number in marked["bookmarked"],
            pinned=number in marked["pinned"],
            author_muted=row["author_id"] in marked["muted"],
            thread_muted=row["root_id"] in marked["thread_muted"],
            poll=polls.get(number),
            quotable=_quotable(viewer, row, standing),
            group=groups.get(row["group_id"]),
        )
        views[number] = row_view(node, row, authors[row["author_id"]], now, around)
    return {
        number: replace(view, boost_of=views.get(rows[number]["boost_of_id"])) if rows[number]["boost_of_id"] else view
        for number, view in views.items()
    }


def _quotable(viewer: int | None, row: Row, standing: Standing) -> Approval:
    if viewer is None:
        return "denied"
    author = row["author_id"]
    quoter = QuoterFacts(author == viewer, author in standing.followed, author in standing.blocked)
    return approval(row["visibility"], row["quote_policy"], quoter)


def row_view(node: Node, row: Row, author: AccountView, now: datetime, around: Around) -> PostView:
    return PostView(
        id=row["id"],
        uri=row["uri"],
        url=row["url"] or row["uri"],
        author=author,
        kind=row["kind"],
        title=row["title"],
        content=row["content"],
        source=row["source"],
        source_format=row["source_format"],
        summary=row["summary"],
        sensitive=bool(row["sensitive"]) or (author.sensitized and bool(around.media)),
        language=row["language"],
        visibility=row["visibility"],
        local_only=bool(row["local_only"]),
        boost_of=None,
        reply_to_id=row["reply_to_id"],
        reply_to_uri=row["reply_to_uri"],
        reply_to_account_id=row["reply_to_account_id"],
        root_id=row["root_id"],
        application_name=around.app[0],
        application_website=around.app[1],
        emojis=_emojis(node, json_of(row["emojis"]), now),
        replies_count=row["replies_count"],
        boosts_count=row["boosts_count"],
        likes_count=row["likes_count"],
        created_at=from_ms(row["created_at"]),
        edited_at=_moment(row["edited_at"]),
        media=around.media,
        mentions=around.mentions,
        tags=around.tags,
        liked=around.liked,
        boosted=around.boosted,
        bookmarked=around.bookmarked,
        pinned=around.pinned,
        author_muted=around.author_muted,
        thread_muted=around.thread_muted,
        poll=around.poll,
        quote_policy=row["quote_policy"],
        quotes_count=row["quotes_count"],
        quotable=around.quotable,
        group=around.group,
    )


async def _viewer_marks(node: Node, viewer: int | None, posts: list[int]) -> dict[str, set[int]]:
    """What the viewer did to these posts, and whom and which threads the viewer muted, in one query."""
    found: dict[str, set[int]] = defaultdict(set)
    if viewer is None:
        return found
    listed = marks(posts)
    rows = await node.database.rows(
        f"SELECT 'liked' AS mark, post_id AS id FROM reaction WHERE account_id = ? AND post_id IN ({listed})"
        f" UNION ALL SELECT 'bookmarked', post_id FROM bookmark WHERE account_id = ? AND post_id IN ({listed})"
        f" UNION ALL SELECT 'pinned', post_id FROM pin WHERE account_id = ? AND post_id IN ({listed})"
        f" UNION ALL SELECT 'boosted', boost_of_id FROM post WHERE author_id = ? AND deleted_at IS NULL AND boost_of_id IN ({listed})"
        f" UNION ALL SELECT 'thread_muted', root_id FROM thread_mute WHERE account_id = ?"
        f" AND root_id IN (SELECT root_id FROM post WHERE id IN ({listed}))"
        f" UNION ALL SELECT 'muted', target_id FROM mute WHERE account_id = ?"
        f" AND target_id IN (SELECT author_id FROM post WHERE id IN ({listed})) AND (expires_at IS NULL OR expires_at > ?)",
        *(value for _query in range(6) for value in (viewer, *posts)),
        to_ms(node.clock.now()),
    )
    for row in rows:
        found[row["mark"]].add(row["id"])
    return found


async def media_views(node: Node, condition: str, *values: object) -> list[MediaView]:
    """Attachments for which *condition* on the alias `m` holds, in their order."""
    rows = await node.database.rows(f"SELECT m.* FROM media m WHERE {condition} ORDER BY m.position, m.id", *values)
    now = node.clock.now()
    return [_media_view(node, row, now) for row in rows]


async def _media_of(node: Node, posts: list[int], now: datetime) -> dict[int, list[MediaView]]:
    found: dict[int, list[MediaView]] = defaultdict(list)
    rows = await node.database.rows(
        f"SELECT m.* FROM media m WHERE m.post_id IN ({marks(posts)}) ORDER BY m.position, m.id", *posts
    )
    for row in rows:
        found[row["post_id"]].append(_media_view(node, row, now))
    return found


def _media_view(node: Node, row: Row, now: datetime) -> MediaView:
    number = row["id"]
    ready = row["state"] == "ready"
    width, height = row["width"], row["height"]
    scale = min(1.0, PREVIEW_PIXELS / max(width, height)) if width and height else 1.0
    kind = media_kind(row["media_type"])
    return MediaView(
        id=number,
        kind=kind,
        media_type=row["media_type"],
        url=node.uri(signed_path(node, f"/media/{number}/original", now)) if ready else "",
        preview_url=node.uri(signed_path(node, f"/media/{number}/small", now))
        if ready and (kind == "image" or row["preview_file"])
        else "",
        remote_url=row["remote_url"],
        width=width,
        height=height,
        preview_width=round(width * scale) if width else None,
        preview_height=round(height * scale) if height else None,
        focus=(row["focus_x"], row["focus_y"]),
        alt=row["alt"],
        blurhash=row["blurhash"],
        state=row["state"],
        account_id=row["account_id"],
        post_id=row["post_id"],
        size_bytes=row["size_bytes"],
        file_name=row["file_name"],
        duration_s=row["duration_s"],
        frame_rate=row["frame_rate"],
        bitrate=row["bitrate"],
        problem=row["problem"],
    )


def media_kind(media_type: str) -> MediaKind:
    if not is_shown(media_type):
        return "unknown"
    if media_type.startswith("image/"):
        return "image"
    if media_type.startswith("video/"):
        return "video"
    return "audio" if media_type.startswith("audio/") else "unknown"


async def _mentions_of(node: Node, posts: list[int]) -> dict[int, list[MentionView]]:
    found: dict[int, list[MentionView]] = defaultdict(list)
    rows = await node.database.rows(
        "SELECT m.post_id, m.silent, a.id, a.username, a.domain, a.url, a.uri FROM mention m"
        f" JOIN account a ON a.id = m.account_id WHERE m.post_id IN ({marks(posts)}) ORDER BY m.id",
        *posts,
    )
    for row in rows:
        acct = f"{row['username']}@{row['domain']}" if row["domain"] else row["username"]
        found[row["post_id"]].append(
            MentionView(row["id"], row["username"], acct, row["url"] or row["uri"], row["uri"], bool(row["silent"]))
        )
    return found


async def _tags_of(node: Node, posts: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = await node.database.rows(
        f"SELECT pt.post_id, t.name FROM post_tag pt JOIN tag t ON t.id = pt.tag_id WHERE pt.post_id IN ({marks(posts)}) ORDER BY pt.id",
        *posts,
    )
    for row in rows:
        found[row["post_id"]].append(row["name"])
    return found


async def _apps_of(node: Node, apps: set[int]) -> dict[int | None, tuple[str, str]]:
    if not apps:
        return {}
    rows = await node.database.rows(f"SELECT id, name, website FROM oauth_app WHERE id IN ({marks(list(apps))})", *apps)
    return {row["id"]: (row["name"], row["website"]) for row in rows}


def emoji_url(node: Node, shortcode: str, domain: str, now: datetime) -> str:
    return node.uri(signed_path(node, f"/emoji/{domain or 'here'}/{shortcode}", now))


def _emojis(node: Node, stored: list[dict[str, str]], now: datetime) -> tuple[CustomEmoji, ...]:
    urls = [(emoji["shortcode"], emoji_url(node, emoji["shortcode"], emoji["domain"], now)) for emoji in stored]
    return tuple(CustomEmoji(shortcode, url, url) for shortcode, url in urls)


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)
