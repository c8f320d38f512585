"""What our people upload: attachments of any kind, avatars and emoji. What lies on other nodes is fetched by `remote_media`.

A picture is cleaned at once and a document only named; a video or a sound waits as it came for a job that looks at it and keeps a copy without metadata, which
is as good when it runs twice. Files are opened in processes of their own (`storage.decoding`).
"""

from datetime import timedelta

from fediverse import events
from fediverse.clock import to_ms
from fediverse.errors import Invalid, NotFound, TooLarge
from fediverse.log import get
from fediverse.node import Node
from fediverse.policy.content import MAX_ALT_CHARACTERS, check_length
from fediverse.queries import media as media_queries
from fediverse.queue import jobs
from fediverse.storage import decoding
from fediverse.storage.file_types import MP4, QUICKTIME, UNPLAYABLE, FileType, container_of, download_name, recognised
from fediverse.storage.findings import Recording
from fediverse.text.sanitise import without_unusable

_MEBIBYTE = 1024 * 1024
_SECOND_LOOK = timedelta(minutes=5)
_log = get(__name__)


async def upload(
    node: Node,
    account_id: int,
    data: bytes,
    alt: str = "",
    focus: tuple[float, float] = (0.0, 0.0),
    *,
    file_name: str = "",
    thumbnail: bytes | None = None,
    at_once: bool = False,
) -> int:
    """Keep a file for a post that is to come; its id. Videos and sounds are ready later, or before this answers when *at_once* asks for it.

    Raises Invalid for what is not taken or cannot be read, TooLarge.
    """
    kind = checked_type(node, data, file_name)
    check_length(len(alt), MAX_ALT_CHARACTERS)
    media_id = node.ids.next()
    key, _preview_key = keys_of(media_id)
    columns: dict[str, object] = {
        "id": media_id, "account_id": account_id, "position": 0, "state": "ready", "media_type": kind.media_type, "file": key,
        "preview_file": "", "source_file": "", "file_name": download_name(file_name, kind.media_type), "remote_url": "",
        "size_bytes": len(data), "focus_x": _bounded(focus[0]), "focus_y": _bounded(focus[1]), "alt": without_unusable(alt), "blurhash": "",
        "problem": "", "frame_rate": "", "created_at": to_ms(node.clock.now()),
    }  # fmt: skip
    if kind.family == "picture":
        columns |= await _cleaned(node, media_id, data)
    else:
        await node.storage.write(key, data)
    if thumbnail is not None:
        columns |= await _own_preview(node, media_id, thumbnail)
    if kind.family != "recording":
        await node.database.insert("media", columns)
        return media_id
    await _begin(node, columns | {"state": "processing", "file": "", "source_file": key}, at_once=at_once)
    return media_id


async def process(node: Node, media_id: int) -> None:
    """Look at an uploaded video or sound: it is ready afterwards, or has failed with the reason. Safe to repeat; nothing to do for any other."""
    row = await node.database.row("SELECT * FROM media WHERE id = ? AND state = 'processing'", media_id)
    if row is None:
        return
    key, preview_key = keys_of(media_id)
    try:
        found = await decoding.recording(node, node.storage.path(row["source_file"]), container_of(row["media_type"]))
    except Invalid as refusal:
        await node.database.execute(
            "UPDATE media SET state = 'failed', problem = ? WHERE id = ? AND state = 'processing'",
            refusal.safe,
            media_id,
        )
        await node.storage.delete(row["source_file"])
        _log.info("media.refused", media=media_id, reason=refusal.safe)
        return
    columns = recording_columns(found, row["media_type"])
    await node.storage.write(key, found.content)
    if not row["preview_file"] and found.preview:
        await node.storage.write(preview_key, found.preview)
        columns |= {"preview_file": preview_key, "blurhash": found.blurhash}
    columns |= {"state": "ready", "file": key, "source_file": ""}
    listed = ", ".join(f"{name} = ?" for name in columns)
    kept = await node.database.execute(
        f"UPDATE media SET {listed} WHERE id = ? AND state = 'processing'", *columns.values(), media_id
    )
    if not kept and await node.database.value("SELECT 1 FROM media WHERE id = ?", media_id) is None:
        await _delete_files(node, [key, preview_key])  # its owner threw it away meanwhile


async def describe(
    node: Node,
    account_id: int,
    media_id: int,
    alt: str | None = None,
    focus: tuple[float, float] | None = None,
    thumbnail: bytes | None = None,
) -> None:
    """Change an upload that no post uses yet; later, edit the post. Raises NotFound for one that is used, or is somebody else's."""
    view = await media_queries.media(node, account_id, media_id)
    if view.post_id is not None:
        raise NotFound
    columns: dict[str, object] = {}
    if alt is not None:
        check_length(len(alt), MAX_ALT_CHARACTERS)
        columns["alt"] = without_unusable(alt)
    if focus is not None:
        columns |= {"focus_x": _bounded(focus[0]), "focus_y": _bounded(focus[1])}
    if thumbnail is not None:
        columns |= await _own_preview(node, media_id, thumbnail)
    if columns:
        listed = ", ".join(f"{name} = ?" for name in columns)
        await node.database.execute(f"UPDATE media SET {listed} WHERE id = ?", *columns.values(), media_id)


async def discard(node: Node, account_id: int, media_id: int) -> None:
    """Forget an upload that no post uses."""
    view = await media_queries.media(node, account_id, media_id)
    if view.post_id is not None:
        raise Invalid("Validation failed: This file is part of a post; edit or delete the post")
    gone = await node.database.rows(
        "DELETE FROM media WHERE id = ? AND post_id IS NULL AND scheduled_id IS NULL RETURNING id", media_id
    )
    if not gone:
        raise Invalid("Validation failed: This file is part of a post; edit or delete the post")
    await _delete_files(node, keys_of(media_id))


async def set_avatar(node: Node, account_id: int, data: bytes | None) -> None:
    """A new avatar; None takes it away."""
    await _set_portrait(node, account_id, "avatar", data)


async def set_header(node: Node, account_id: int, data: bytes | None) -> None:
    await _set_portrait(node, account_id, "header", data)


async def _set_portrait(node: Node, account_id: int, which: decoding.Shape, data: bytes | None) -> None:
    key = ""
    if data is not None:
        _check_size(len(data), node.settings.max_media_bytes)
        content = await decoding.portrait(node, data, which)
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
    picture = await decoding.picture(node, data)
    key = f"emoji/{shortcode}.webp"
    await node.storage.write(key, picture.preview)
    await node.database.execute(
        "INSERT INTO emoji (id, shortcode, domain, file, remote_url, category, visible, created_at) VALUES (?, ?, '', ?, '', ?, ?, ?)"
        " ON CONFLICT (shortcode, domain) DO UPDATE SET file = EXCLUDED.file, category = EXCLUDED.category",
        node.ids.next(), shortcode, key, category, True, to_ms(node.clock.now()),
    )  # fmt: skip


def checked_type(node: Node, data: bytes, file_name: str) -> FileType:
    """What *data* is. Raises TooLarge for more than its kind may have, Invalid for a kind that is not taken, or not read on this machine."""
    kind = recognised(data, file_name)
    of_recordings = kind is not None and kind.family == "recording"
    _check_size(len(data), node.settings.max_video_bytes if of_recordings else node.settings.max_media_bytes)
    if kind is None:
        raise Invalid("Validation failed: This kind of file cannot be attached, or the file is not what its name says")
    if of_recordings:
        decoding.require_recordings()
    return kind


def recording_columns(found: Recording, media_type: str) -> dict[str, object]:
    """What is kept of a recording that was looked at. One that browsers do not play becomes a file to download."""
    return {
        "media_type": _playable_type(found, media_type), "width": found.width, "height": found.height, "duration_s": found.duration_s,
        "frame_rate": found.frame_rate, "bitrate": found.bitrate, "size_bytes": len(found.content),
    }  # fmt: skip


def keys_of(media_id: int) -> tuple[str, str]:
    """Where an attachment and its preview lie in the storage."""
    shard = f"{media_id % 256:02x}"
    return f"media/{shard}/{media_id}", f"media/{shard}/{media_id}-small.webp"


async def _begin(node: Node, columns: dict[str, object], *, at_once: bool) -> None:
    """Keep a recording with the job to look at it; now, where somebody waits for it, and the job is there should we not come to an end."""
    media_id = int(str(columns["id"]))
    due_at = node.clock.now() + _SECOND_LOOK if at_once else None
    async with node.database.transaction():
        await node.database.insert("media", columns)
        await jobs.enqueue(
            node, "process_media", {"media_id": media_id}, key=f"process_media {media_id}", due_at=due_at
        )
    if not at_once:
        return
    await process(node, media_id)
    problem = await node.database.value("SELECT problem FROM media WHERE id = ? AND state = 'failed'", media_id)
    if problem is not None:
        raise Invalid(problem)


async def _cleaned(node: Node, media_id: int, data: bytes) -> dict[str, object]:
    picture = await decoding.picture(node, data)
    key, preview_key = keys_of(media_id)
    await node.storage.write(key, picture.content)
    await node.storage.write(preview_key, picture.preview)
    return {
        "media_type": picture.media_type, "preview_file": preview_key, "size_bytes": len(picture.content), "width": picture.width,
        "height": picture.height, "blurhash": picture.blurhash,
    }  # fmt: skip


async def _own_preview(node: Node, media_id: int, thumbnail: bytes) -> dict[str, object]:
    """The picture that its owner wants shown in place of one that we make."""
    _check_size(len(thumbnail), node.settings.max_media_bytes)
    picture = await decoding.picture(node, thumbnail)
    preview_key = keys_of(media_id)[1]
    await node.storage.write(preview_key, picture.preview)
    return {"preview_file": preview_key, "blurhash": picture.blurhash}


def _playable_type(found: Recording, media_type: str) -> str:
    if not found.family:
        return UNPLAYABLE
    if media_type == QUICKTIME.media_type:  # the same container under another name, which browsers know less well
        return f"{found.family}/mp4"
    container = MP4.media_type if container_of(media_type) == MP4.container else media_type
    return f"{found.family}/{container.partition('/')[2]}"


async def _delete_files(node: Node, keys: tuple[str, ...] | list[str]) -> None:
    for key in keys:
        await node.storage.delete(key)


def _check_size(size: int, most: int) -> None:
    if size > most:
        raise TooLarge(f"A file may have {most // _MEBIBYTE} MB at most")


def _bounded(value: float) -> float:
    return max(-1.0, min(1.0, value))
