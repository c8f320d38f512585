"""Attachments, avatars and emoji: uploaded by our people, or fetched from another node when somebody first looks at them, through the gate."""

import asyncio
from collections.abc import Callable

from fediverse import events
from fediverse.actions import peers
from fediverse.clock import to_ms
from fediverse.errors import FediverseError, Invalid, NotFound, TooLarge
from fediverse.log import get
from fediverse.node import Node
from fediverse.policy.content import MAX_ALT_CHARACTERS, check_length
from fediverse.policy.domains import Direction
from fediverse.queries import media as media_queries
from fediverse.queries.media import StoredFile
from fediverse.storage.images import SUPPORTED_TYPES, Picture, read_avatar, read_header, read_picture
from fediverse.text.sanitise import without_unusable

_ACCEPT = ", ".join(SUPPORTED_TYPES)
_FETCH_DEADLINE_S = 20.0
_log = get(__name__)


async def upload(
    node: Node,
    account_id: int,
    data: bytes,
    alt: str = "",
    focus: tuple[float, float] = (0.0, 0.0),
) -> int:
    """Keep a picture for a post that is to come; its id. Raises Invalid for what is no picture, TooLarge."""
    if len(data) > node.settings.max_media_bytes:
        raise TooLarge(f"A file may have {node.settings.max_media_bytes // (1024 * 1024)} MB at most")
    check_length(len(alt), MAX_ALT_CHARACTERS)
    picture = await asyncio.to_thread(read_picture, data)
    media_id = node.ids.next()
    key, preview_key = _keys("media", media_id)
    await node.storage.write(key, picture.content)
    await node.storage.write(preview_key, picture.preview)
    await node.database.insert(
        "media",
        {
            "id": media_id, "account_id": account_id, "position": 0, "state": "ready", "media_type": picture.media_type, "file": key,
            "preview_file": preview_key, "remote_url": "", "size_bytes": len(picture.content), "width": picture.width,
            "height": picture.height, "focus_x": _bounded(focus[0]), "focus_y": _bounded(focus[1]), "alt": without_unusable(alt),
            "blurhash": picture.blurhash, "created_at": to_ms(node.clock.now()),
        },
    )  # fmt: skip
    return media_id


async def describe(
    node: Node, account_id: int, media_id: int, alt: str | None = None, focus: tuple[float, float] | None = None
) -> None:
    """Change an upload's description or focus. Raises NotFound for somebody else's."""
    await media_queries.media(node, account_id, media_id)
    if alt is not None:
        check_length(len(alt), MAX_ALT_CHARACTERS)
        await node.database.execute("UPDATE media SET alt = ? WHERE id = ?", without_unusable(alt), media_id)
    if focus is not None:
        await node.database.execute(
            "UPDATE media SET focus_x = ?, focus_y = ? WHERE id = ?", _bounded(focus[0]), _bounded(focus[1]), media_id
        )


async def discard(node: Node, account_id: int, media_id: int) -> None:
    """Forget an upload that no post uses."""
    view = await media_queries.media(node, account_id, media_id)
    if view.post_id is not None:
        raise Invalid("Validation failed: This file is part of a post; edit or delete the post")
    await node.database.execute("DELETE FROM media WHERE id = ? AND post_id IS NULL", media_id)
    for key in _keys("media", media_id):
        await node.storage.delete(key)


async def set_avatar(node: Node, account_id: int, data: bytes | None) -> None:
    """A new avatar; None takes it away."""
    await _set_picture(node, account_id, "avatar", data, read_avatar)


async def set_header(node: Node, account_id: int, data: bytes | None) -> None:
    await _set_picture(node, account_id, "header", data, read_header)


async def _set_picture(
    node: Node, account_id: int, which: str, data: bytes | None, read: Callable[[bytes], bytes]
) -> None:
    key = ""
    if data is not None:
        if len(data) > node.settings.max_media_bytes:
            raise TooLarge(f"A file may have {node.settings.max_media_bytes // (1024 * 1024)} MB at most")
        content = await asyncio.to_thread(read, data)
        key = f"{which}s/{account_id}-{node.ids.next()}.webp"
        await node.storage.write(key, content)
    async with node.database.transaction():
        before = await node.database.value(f"SELECT {which}_file FROM account WHERE id = ?", account_id)
        await node.database.execute(f"UPDATE account SET {which}_file = ? WHERE id = ?", key, account_id)
        await events.record(node, events.ProfileUpdated(account_id))
    if before:
        await node.storage.delete(before)


async def add_emoji(node: Node, shortcode: str, data: bytes, category: str = "") -> None:
    """A custom emoji of this node; one of the same name is replaced."""
    if not shortcode.replace("_", "").isalnum() or not shortcode.isascii():
        raise Invalid(f"{shortcode}: an emoji's name has letters, digits and _")
    picture = await asyncio.to_thread(read_picture, data)
    key = f"emoji/{shortcode}.webp"
    await node.storage.write(key, picture.preview)
    await node.database.execute(
        "INSERT INTO emoji (id, shortcode, domain, file, remote_url, category, visible, created_at) VALUES (?, ?, '', ?, '', ?, ?, ?)"
        " ON CONFLICT (shortcode, domain) DO UPDATE SET file = EXCLUDED.file, category = EXCLUDED.category",
        node.ids.next(), shortcode, key, category, True, to_ms(node.clock.now()),
    )  # fmt: skip


async def fetch_attachment(node: Node, media_id: int, file: StoredFile, *, preview: bool) -> StoredFile:
    """The stored file of a remote attachment, fetched now if it was not. Raises NotFound when it cannot be had, or is no picture."""
    if file.key:
        return file
    picture = await asyncio.to_thread(_picture_or_not_found, await _fetched(node, file))
    key, preview_key = _keys("media", media_id)
    await node.storage.write(key, picture.content)
    await node.storage.write(preview_key, picture.preview)
    await node.database.execute(
        "UPDATE media SET file = ?, preview_file = ?, media_type = ?, size_bytes = ?, width = ?, height = ? WHERE id = ?",
        key, preview_key, picture.media_type, len(picture.content), picture.width, picture.height, media_id,
    )  # fmt: skip
    return StoredFile(preview_key, "image/webp") if preview else StoredFile(key, picture.media_type)


async def fetch_avatar(node: Node, account_id: int, which: str, file: StoredFile) -> StoredFile:
    """As `fetch_attachment`, for a remote actor's `avatar` or `header`."""
    if file.key:
        return file
    data = await _fetched(node, file)
    key = f"{which}s/{account_id}-{node.ids.next()}.webp"
    await node.storage.write(
        key, await asyncio.to_thread(_webp_or_not_found, data, read_avatar if which == "avatar" else read_header)
    )
    await node.database.execute(f"UPDATE account SET {which}_file = ? WHERE id = ?", key, account_id)
    return StoredFile(key, "image/webp")


async def fetch_emoji(node: Node, domain: str, shortcode: str, file: StoredFile) -> StoredFile:
    if file.key:
        return file
    picture = await asyncio.to_thread(_picture_or_not_found, await _fetched(node, file))
    key = f"emoji/{node.ids.next()}.webp"
    await node.storage.write(key, picture.preview)
    await node.database.execute("UPDATE emoji SET file = ? WHERE domain = ? AND shortcode = ?", key, domain, shortcode)
    return StoredFile(key, "image/webp")


async def _fetched(node: Node, file: StoredFile) -> bytes:
    """The bytes at *file*'s remote address. A host that is not allowed is not even looked up; nobody is told why a picture is missing."""
    knock, _second = await peers.knocks(node, file.host)
    signer = await peers.signer(node, knock, None)
    try:
        answer = await node.remote.fetch(
            file.remote_url,
            direction=Direction.MEDIA,
            kind="image",
            accept=_ACCEPT,
            signer=signer,
            max_bytes=node.settings.max_media_bytes,
            deadline_s=_FETCH_DEADLINE_S,
        )
    except FediverseError as problem:
        _log.info("media.not_fetched", host=file.host, reason=problem.safe)
        raise NotFound from problem
    if answer.status != 200:
        _log.info("media.not_fetched", host=file.host, answer=answer.status)
        raise NotFound
    return answer.body


def _picture_or_not_found(data: bytes) -> Picture:
    try:
        return read_picture(data)
    except Invalid as problem:
        raise NotFound from problem


def _webp_or_not_found(data: bytes, read: Callable[[bytes], bytes]) -> bytes:
    try:
        return read(data)
    except Invalid as problem:
        raise NotFound from problem


def _keys(folder: str, number: int) -> tuple[str, str]:
    shard = f"{number % 256:02x}"
    return f"{folder}/{shard}/{number}", f"{folder}/{shard}/{number}-small.webp"


def _bounded(value: float) -> float:
    return max(-1.0, min(1.0, value))
