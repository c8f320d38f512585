"""The rows of a new post, the same for one written here and one received: post, mentions, tags, media, timelines, notifications, search.

Called by `posts`, `received` and `boosts` inside their transaction; asks no permission and records no event.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fediverse.actions import conversations, poll_rows, quotes
from fediverse.actions.notifying import notify, notify_followers
from fediverse.clock import to_ms
from fediverse.database.batch import write_later
from fediverse.database.database import json_text, marks
from fediverse.node import Node
from fediverse.policy.visibility import VisibilityName
from fediverse.queries.views import PostView
from fediverse.streams import Signal, tell
from fediverse.text.sanitise import plain_text
from fediverse.text.tags import fold_tag


@dataclass(frozen=True, slots=True)
class NewMedia:
    """An attachment that lies on another node still."""

    remote_url: str
    media_type: str
    alt: str = ""
    blurhash: str = ""
    width: int | None = None
    height: int | None = None
    focus: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class NewPost:
    """Everything that a post's rows hold. *mentions*: account id → silent. *media_ids*: uploads of the author, in order."""

    id: int
    uri: str
    url: str
    author_id: int
    visibility: VisibilityName
    created_at: datetime
    local_only: bool = False
    kind: str = "Note"
    title: str = ""
    content: str = ""
    source: str = ""
    source_format: str = "plain"
    summary: str = ""
    sensitive: bool = False
    language: str = ""
    reply_to_id: int | None = None
    reply_to_uri: str = ""
    reply_to_account_id: int | None = None
    root_id: int | None = None
    boost_of_id: int | None = None
    group_id: int | None = None
    application_id: int | None = None
    mentions: tuple[tuple[int, bool], ...] = ()
    tags: tuple[str, ...] = ()
    media_ids: tuple[int, ...] = ()
    remote_media: tuple[NewMedia, ...] = ()
    emojis: tuple[tuple[str, str], ...] = ()
    poll: poll_rows.NewPoll | None = None
    quote_policy: str = "nobody"


async def insert_post(node: Node, post: NewPost, *, later: bool = False) -> bool:
    """Write the post and all that hangs on it; False when a post with this URI was there already.

    *later*: with the batch, as nothing inside it asks for the post.
    """
    if node.batch is not None:
        node.batch.unheard_of -= {post.uri, post.reply_to_uri}
    if not await _insert_row(node, post, later=later):
        return False
    await _add_mentions(node, post.id, post.mentions, later=later)
    await add_tags(node, post.id, post.tags)
    await attach_media(node, post.id, post.author_id, post.media_ids)
    await add_remote_media(node, post.id, post.author_id, post.remote_media)
    if post.poll is not None:
        await poll_rows.insert(node, post.id, post.poll)
    await write_later(
        node,
        "UPDATE account SET posts_count = posts_count + 1, last_posted_at = ? WHERE id = ?",
        *((to_ms(post.created_at), number) for number in _counted_for(post)),
    )
    if post.reply_to_id is not None:
        await write_later(node, "UPDATE post SET replies_count = replies_count + 1 WHERE id = ?", (post.reply_to_id,))
    if post.visibility == "direct" and post.boost_of_id is None:
        await conversations.enter(node, post.id, post.author_id, post.root_id or post.id, post.mentions)
    await _enter_home_timelines(node, post)
    await _notify(node, post)
    if post.boost_of_id is None:
        await index_text(node, post.id, post.title, post.summary, post.content)
    tell(node, Signal("post", post.id))
    return True


async def _insert_row(node: Node, post: NewPost, *, later: bool) -> bool:
    row = {
            "id": post.id, "url": post.url, "author_id": post.author_id, "kind": post.kind, "title": post.title,
            "content": post.content, "source": post.source, "source_format": post.source_format, "summary": post.summary,
            "sensitive": post.sensitive, "language": post.language, "visibility": post.visibility, "local_only": post.local_only,
            "boost_of_id": post.boost_of_id, "reply_to_id": post.reply_to_id, "reply_to_uri": post.reply_to_uri,
            "reply_to_account_id": post.reply_to_account_id, "root_id": post.root_id or post.id, "group_id": post.group_id,
            "application_id": post.application_id,
            "emojis": emoji_json(post.emojis), "replies_count": 0, "boosts_count": 0, "likes_count": 0,
            "quote_policy": post.quote_policy, "created_at": to_ms(post.created_at), "uri": post.uri,
    }  # fmt: skip
    if node.batch is None or not later:
        return await node.database.insert("post", row, if_absent="uri")
    node.batch.put_off_first(
        f"INSERT INTO post ({', '.join(row)}) VALUES ({marks(list(row))}) ON CONFLICT (uri) DO NOTHING",
        [list(row.values())],
    )
    return True


def _counted_for(post: NewPost) -> list[int]:
    """Whose number of posts it adds to. What only a group's members see is not counted on its author's page, where everybody would see the number grow."""
    author = [] if post.visibility == "group" else [post.author_id]
    return author if post.group_id is None else [*author, post.group_id]


def emoji_json(emojis: Sequence[tuple[str, str]]) -> str:
    return json_text([{"shortcode": shortcode, "domain": domain} for shortcode, domain in emojis]) if emojis else "[]"


async def _add_mentions(node: Node, post_id: int, mentions: Sequence[tuple[int, bool]], *, later: bool = False) -> None:
    sql = "INSERT INTO mention (id, post_id, account_id, silent) VALUES (?, ?, ?, ?) ON CONFLICT (post_id, account_id) DO NOTHING"
    rows = [(node.ids.next(), post_id, account_id, silent) for account_id, silent in mentions]
    if node.batch is not None and later:
        node.batch.put_off_first(sql, rows)
    else:
        await node.database.execute_many(sql, rows)


async def add_tags(node: Node, post_id: int, names: Sequence[str]) -> None:
    folded = {fold_tag(name): name for name in names}
    await write_later(
        node,
        "INSERT INTO tag (id, shown, name) VALUES (?, ?, ?) ON CONFLICT (name) DO NOTHING",
        *((node.ids.next(), shown, name) for name, shown in sorted(folded.items())),
    )
    await write_later(
        node,
        "INSERT INTO post_tag (id, post_id, tag_id) SELECT CAST(? AS BIGINT), CAST(? AS BIGINT), id FROM tag WHERE name = ?"
        " ON CONFLICT (post_id, tag_id) DO NOTHING",
        *((node.ids.next(), post_id, name) for name in folded),
    )


async def attach_media(node: Node, post_id: int, owner_id: int, media_ids: Sequence[int]) -> None:
    await node.database.execute_many(
        "UPDATE media SET post_id = ?, position = ? WHERE id = ? AND account_id = ?",
        [(post_id, position, media_id, owner_id) for position, media_id in enumerate(media_ids)],
    )


async def add_remote_media(node: Node, post_id: int, author_id: int, attachments: Sequence[NewMedia]) -> None:
    now = to_ms(node.clock.now())
    await node.database.execute_many(
        "INSERT INTO media (id, account_id, post_id, position, state, media_type, remote_url, file, preview_file, size_bytes,"
        " alt, blurhash, width, height, focus_x, focus_y, created_at)"
        " VALUES (?, ?, ?, ?, 'ready', ?, ?, '', '', 0, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                node.ids.next(), author_id, post_id, position, media.media_type, media.remote_url, media.alt, media.blurhash,
                media.width, media.height, media.focus[0], media.focus[1], now,
            )
            for position, media in enumerate(attachments)
        ],
    )  # fmt: skip


async def index_text(node: Node, post_id: int, title: str, summary: str, content: str) -> None:
    """Make the post's words findable; an edit replaces them."""
    words = " ".join(part for part in (title, summary, plain_text(content)) if part)
    if node.database.dialect == "sqlite":
        await write_later(node, "INSERT OR REPLACE INTO post_search (rowid, words) VALUES (?, ?)", (post_id, words))
    else:
        await write_later(
            node,
            "INSERT INTO post_search (post_id, words) VALUES (?, to_tsvector('simple', fediverse_unaccent(?)))"
            " ON CONFLICT (post_id) DO UPDATE SET words = EXCLUDED.words",
            (post_id, words),
        )


async def unindex_text(node: Node, post_id: int) -> None:
    key = "rowid" if node.database.dialect == "sqlite" else "post_id"
    await node.database.execute(f"DELETE FROM post_search WHERE {key} = ?", post_id)


async def _enter_home_timelines(node: Node, post: NewPost) -> None:
    """The author's own, and those of local followers: boosts where the follow shows them, replies where both sides are followed."""
    if post.group_id is not None:
        await _enter_members_timelines(node, post)
        return
    conditions = ["f.target_id = ?", "f.state = 'accepted'"]
    values: list[object] = [post.id, post.author_id]
    if post.boost_of_id is not None:
        conditions.append("f.show_boosts")
    if post.reply_to_account_id is not None and post.reply_to_account_id != post.author_id:
        conditions.append(
            "(f.follower_id = ? OR EXISTS (SELECT 1 FROM follow g WHERE g.follower_id = f.follower_id AND g.target_id = ? AND g.state = 'accepted'))"
        )
        values += [post.reply_to_account_id, post.reply_to_account_id]
    if (
        post.language
    ):  # a follow may name the languages that it wants: as they stand in its JSON, or only their first part
        conditions.append(
            "(CAST(f.languages AS VARCHAR) = '[]' OR CAST(f.languages AS VARCHAR) LIKE ? OR CAST(f.languages AS VARCHAR) LIKE ?)"
        )
        values += [f'%"{post.language}"%', f'%"{post.language.partition("-")[0]}"%']
    await write_later(
        node,
        "INSERT INTO home_entry (account_id, post_id)"
        f" SELECT f.follower_id, CAST(? AS BIGINT) FROM follow f JOIN local_user u ON u.account_id = f.follower_id WHERE {' AND '.join(conditions)}"
        " UNION SELECT own.account_id, CAST(? AS BIGINT) FROM local_user own WHERE own.account_id = ?"
        " ON CONFLICT (account_id, post_id) DO NOTHING",
        (*values, post.id, post.author_id),
    )
    if post.visibility == "public" and post.boost_of_id is None:
        await _enter_by_tags(node, post.id, post.tags)


async def _enter_members_timelines(node: Node, post: NewPost) -> None:
    """What stands in a group is for its members: what begins there for all of them, an answer for its author and for who is answered."""
    answers = post.reply_to_account_id is not None
    only_those = "f.follower_id = ?" if answers else "1 = 1"
    await write_later(
        node,
        "INSERT INTO home_entry (account_id, post_id)"
        " SELECT f.follower_id, CAST(? AS BIGINT) FROM follow f JOIN local_user u ON u.account_id = f.follower_id"
        f" WHERE f.target_id = ? AND f.state = 'accepted' AND {only_those}"
        " UNION SELECT own.account_id, CAST(? AS BIGINT) FROM local_user own WHERE own.account_id = ?"
        " ON CONFLICT (account_id, post_id) DO NOTHING",
        (post.id, post.group_id, *([post.reply_to_account_id] if answers else []), post.id, post.author_id),
    )


async def _enter_by_tags(node: Node, post_id: int, tags: Sequence[str]) -> None:
    """A public post stands in the home timelines of who follows a tag of it. Whom the reader blocked, muted or keeps in an exclusive list is left out there."""
    await write_later(
        node,
        "INSERT INTO home_entry (account_id, post_id) SELECT ft.account_id, CAST(? AS BIGINT) FROM followed_tag ft"
        " JOIN tag t ON t.id = ft.tag_id WHERE t.name = ? ON CONFLICT (account_id, post_id) DO NOTHING",
        *((post_id, name) for name in sorted({fold_tag(tag) for tag in tags})),
    )


async def _notify(node: Node, post: NewPost) -> None:
    """Tell the people here who are named, and those who asked to hear of each post of the author, or of the group that it stands in."""
    named = [account_id for account_id, silent in post.mentions if not silent]
    if named:
        await notify(node, "mention", named, post.author_id, post.id)
    if post.reply_to_account_id is None or post.reply_to_account_id == post.author_id:
        await notify_followers(node, post.group_id or post.author_id, post.id)


async def keep_history(node: Node, before: PostView) -> None:
    """Write down what a post says, just before it says something else."""
    await node.database.insert(
        "post_edit",
        {
            "id": node.ids.next(), "post_id": before.id, "content": before.content, "source": before.source, "summary": before.summary,
            "sensitive": before.sensitive, "media": json_text([{"id": media.id, "alt": media.alt} for media in before.media]),
            "poll_options": json_text([option.title for option in before.poll.options] if before.poll else []),
            "created_at": to_ms(before.edited_at or before.created_at),
        },
    )  # fmt: skip


async def replace_mentions_and_tags(
    node: Node, before: PostView, mentioned: list[tuple[int, bool]], tags: tuple[str, ...]
) -> None:
    """An edit names others: they are told once. Whoever was addressed before stays so, since the post reached them."""
    known = {mention.account_id for mention in before.mentions}
    await _add_mentions(node, before.id, mentioned)
    fresh = [account_id for account_id, silent in mentioned if account_id not in known and not silent]
    await notify(node, "mention", fresh, before.author.id, before.id)
    await node.database.execute("DELETE FROM post_tag WHERE post_id = ?", before.id)
    await add_tags(node, before.id, tags)
    if before.visibility == "public":
        await _enter_by_tags(node, before.id, tags)
    boosters = await node.database.rows(
        "SELECT author_id FROM post WHERE boost_of_id = ? AND deleted_at IS NULL", before.id
    )
    await notify(node, "update", [row["author_id"] for row in boosters], before.author.id, before.id)


async def take_down(node: Node, post_id: int, reply_to_id: int | None) -> None:
    """Mark a post and the boosts of it as deleted, empty them, and take them out of everything that lists posts."""
    database = node.database
    now = to_ms(node.clock.now())
    rows = await database.rows("SELECT id FROM post WHERE boost_of_id = ? AND deleted_at IS NULL", post_id)
    for number in (post_id, *(row["id"] for row in rows)):
        await database.execute(
            "UPDATE post SET deleted_at = ?, content = '', source = '', summary = '', title = '' WHERE id = ?",
            now,
            number,
        )
        await database.execute(
            "UPDATE account SET posts_count = CASE WHEN posts_count > 0 THEN posts_count - 1 ELSE 0 END WHERE id IN"
            " (SELECT p.author_id FROM post p WHERE p.id = ? AND p.visibility <> 'group'"
            " UNION SELECT p.group_id FROM post p WHERE p.id = ? AND p.group_id IS NOT NULL)",
            number, number,
        )  # fmt: skip
        for table in (
            "home_entry",
            "notification",
            "pin",
            "bookmark",
            "reaction",
            "post_tag",
            "post_edit",
            "filter_post",
        ):
            await database.execute(f"DELETE FROM {table} WHERE post_id = ?", number)
        tell(node, Signal("delete", number))
    await database.execute(
        "UPDATE group_entry SET body = '' WHERE post_id = ? AND type IN ('Create', 'Update')", post_id
    )
    await poll_rows.remove(node, post_id)
    await quotes.let_go(node, post_id)
    await unindex_text(node, post_id)
    await conversations.leave(node, post_id)
    if reply_to_id is not None:
        await database.execute(
            "UPDATE post SET replies_count = CASE WHEN replies_count > 0 THEN replies_count - 1 ELSE 0 END WHERE id = ?",
            reply_to_id,
        )
