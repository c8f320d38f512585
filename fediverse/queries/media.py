"""Questions about attachments, avatars and emoji: what they are, which file shows them, and who may have it."""

from dataclasses import dataclass, replace

from fediverse.database.database import Row
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.policy.visibility import Condition, seen_by_person, seen_by_server
from fediverse.queries.load import emoji_url, media_kind, media_views
from fediverse.queries.posts import reach_of
from fediverse.queries.views import CustomEmoji, MediaView


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file to serve, by its key in the storage; an empty key means that it lies elsewhere still, at *remote_url* of *host*."""

    key: str
    media_type: str
    remote_url: str = ""
    host: str = ""
    file_name: str = ""
    alt: str = ""


async def media(node: Node, owner_id: int, media_id: int) -> MediaView:
    """An attachment of the person who uploaded it. Raises NotFound for anybody else's."""
    found = await media_views(node, "m.id = ? AND m.account_id = ?", media_id, owner_id)
    if not found:
        raise NotFound
    return found[0]


async def post_of(node: Node, media_id: int) -> int | None:
    """The post that an attachment belongs to."""
    found: int | None = await node.database.value("SELECT post_id FROM media WHERE id = ?", media_id)
    return found


async def file_of(node: Node, media_id: int, *, preview: bool) -> StoredFile:
    """The attachment's file for somebody who holds a signed link to it."""
    return await _file(node, media_id, ("1 = 1", []), preview=preview)


async def file_for_person(node: Node, viewer: int, media_id: int, *, preview: bool) -> StoredFile:
    """The attachment's file, if the viewer uploaded it or may see its post."""
    seen, values = seen_by_person(viewer)
    condition = (
        f"(m.account_id = ? AND m.post_id IS NULL) OR EXISTS (SELECT 1 FROM post p WHERE p.id = m.post_id AND {seen})"
    )
    return await _file(node, media_id, (condition, [viewer, *values]), preview=preview)


async def file_for_server(node: Node, host: str, media_id: int, *, preview: bool) -> StoredFile:
    """The attachment's file, if the node *host* may have its post now."""
    reach = await reach_of(node, host)
    if reach is None:
        raise NotFound
    seen, values = seen_by_server(host, reach)
    return await _file(
        node, media_id, (f"EXISTS (SELECT 1 FROM post p WHERE p.id = m.post_id AND {seen})", values), preview=preview
    )


async def avatar_file(node: Node, account_id: int, which: str) -> StoredFile:
    """The file of an account's `avatar` or `header`."""
    if which not in {"avatar", "header"}:
        raise NotFound
    row = await node.database.row(
        f"SELECT host, {which}_file AS file, {which}_remote_url AS remote_url FROM account WHERE id = ? AND deleted_at IS NULL",
        account_id,
    )
    return _stored(row, "image/webp")


async def emoji_file(node: Node, domain: str, shortcode: str) -> StoredFile:
    row = await node.database.row(
        "SELECT domain AS host, file, remote_url FROM emoji WHERE domain = ? AND shortcode = ?",
        "" if domain == "here" else domain,
        shortcode,
    )
    return _stored(row, "image/webp")


async def custom_emojis(node: Node) -> list[CustomEmoji]:
    """Our own emoji, by name."""
    now = node.clock.now()
    rows = await node.database.rows(
        "SELECT shortcode, category, visible FROM emoji WHERE domain = '' ORDER BY shortcode"
    )
    links = [(row, emoji_url(node, row["shortcode"], "", now)) for row in rows]
    return [CustomEmoji(row["shortcode"], url, url, row["category"], bool(row["visible"])) for row, url in links]


async def _file(node: Node, media_id: int, allowed: Condition, *, preview: bool) -> StoredFile:
    condition, values = allowed
    row = await node.database.row(
        "SELECT m.file, m.preview_file, m.media_type, m.remote_url, m.file_name, m.alt, a.host FROM media m JOIN account a ON a.id = m.account_id"
        f" WHERE m.id = ? AND m.state = 'ready' AND ({condition})"
        " AND NOT EXISTS (SELECT 1 FROM post gone WHERE gone.id = m.post_id AND gone.deleted_at IS NOT NULL)",
        media_id, *values,
    )  # fmt: skip
    if row is None or (preview and not row["preview_file"] and not _becomes_a_picture(row)):
        raise NotFound
    if preview and row["preview_file"]:
        return StoredFile(row["preview_file"], "image/webp", row["remote_url"], row["host"])
    return replace(_stored(row, row["media_type"]), file_name=row["file_name"], alt=row["alt"])


def _becomes_a_picture(row: Row) -> bool:
    """A video is not fetched for the sake of its preview: a page with ten of them would fetch them all."""
    return media_kind(row["media_type"]) == "image"


def _stored(row: Row | None, media_type: str) -> StoredFile:
    if row is None or not (row["file"] or row["remote_url"]):
        raise NotFound
    return StoredFile(row["file"], media_type, row["remote_url"], row["host"])
