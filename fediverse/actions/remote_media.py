"""Attachments, avatars and emoji of other nodes: fetched through the gate when somebody here first looks, checked like an upload, and kept.

Called by the door that serves files. What cannot be had, or is not what it should be, is not there: nobody is told why.
"""

import re
from urllib.parse import unquote, urlsplit

from fediverse.actions import peers
from fediverse.actions.media import checked_type, keys_of, recording_columns
from fediverse.errors import FediverseError, Invalid, NotFound, TooLarge
from fediverse.log import get
from fediverse.node import Node
from fediverse.policy.domains import Direction
from fediverse.queries import media as questions
from fediverse.queries.media import StoredFile
from fediverse.storage import decoding
from fediverse.storage.file_types import FileType, container_of, download_name
from fediverse.storage.findings import Picture

_PICTURES = "image/webp, image/png, image/jpeg, image/gif, image/avif"
_ANYTHING = f"{_PICTURES}, */*;q=0.5"
_PICTURE_DEADLINE_S = 20.0
_DEADLINE_S = 120.0
_FILE_NAME = re.compile(r"[^/\\\n]{1,140}\.[A-Za-z0-9]{1,8}")
_log = get(__name__)


async def fetch_attachment(node: Node, media_id: int, file: StoredFile, *, preview: bool) -> StoredFile:
    """The stored file of a remote attachment, fetched now if it was not. Raises NotFound when it cannot be had, or is nothing that we would take."""
    if file.key:
        return file
    async with node.fetching(media_id):  # a player asks for parts of a video at once: one of them fetches it
        known = await questions.file_of(node, media_id, preview=preview)
        if known.key:
            return known
        await _keep(node, media_id, file)
    return await questions.file_of(node, media_id, preview=preview)


async def fetch_avatar(node: Node, account_id: int, which: decoding.Shape, file: StoredFile) -> StoredFile:
    """As `fetch_attachment`, for a remote actor's `avatar` or `header`."""
    if file.key:
        return file
    data = await _fetched(node, file, picture=True)
    key = f"{which}s/{account_id}-{node.ids.next()}.webp"
    await node.storage.write(key, await _portrait(node, data, which))
    await node.database.execute(f"UPDATE account SET {which}_file = ? WHERE id = ?", key, account_id)
    return StoredFile(key, "image/webp")


async def fetch_emoji(node: Node, domain: str, shortcode: str, file: StoredFile) -> StoredFile:
    if file.key:
        return file
    picture = await _picture(node, await _fetched(node, file, picture=True))
    key = f"emoji/{node.ids.next()}.webp"
    await node.storage.write(key, picture.preview)
    await node.database.execute("UPDATE emoji SET file = ? WHERE domain = ? AND shortcode = ?", key, domain, shortcode)
    return StoredFile(key, "image/webp")


async def _keep(node: Node, media_id: int, file: StoredFile) -> None:
    """Fetch the file, and write down what it is, whatever its author said."""
    data = await _fetched(node, file, picture=file.media_type.startswith("image/"))
    name = _name_of(file)
    try:
        kind = checked_type(node, data, name)
        columns = await _kept(node, media_id, data, kind)
    except (Invalid, TooLarge) as problem:
        _log.info("media.not_taken", host=file.host, reason=problem.safe)
        raise NotFound from problem
    columns |= {"file": keys_of(media_id)[0], "file_name": download_name(name, kind.media_type)}
    listed = ", ".join(f"{column} = ?" for column in columns)
    await node.database.execute(f"UPDATE media SET {listed} WHERE id = ?", *columns.values(), media_id)


def _name_of(file: StoredFile) -> str:
    """What its author calls it, where that looks like a file's name, as ours does on the wire; else what its address ends in."""
    called = file.file_name or file.alt
    return called if _FILE_NAME.fullmatch(called) else unquote(urlsplit(file.remote_url).path.rpartition("/")[2])


async def _kept(node: Node, media_id: int, data: bytes, kind: FileType) -> dict[str, object]:
    key, preview_key = keys_of(media_id)
    if kind.family == "picture":
        picture = await decoding.picture(node, data)
        await node.storage.write(key, picture.content)
        await node.storage.write(preview_key, picture.preview)
        return {
            "media_type": picture.media_type, "preview_file": preview_key, "size_bytes": len(picture.content), "width": picture.width,
            "height": picture.height,
        }  # fmt: skip
    await node.storage.write(key, data)
    if kind.family == "document":
        return {"media_type": kind.media_type, "size_bytes": len(data)}
    try:
        found = await decoding.recording(node, node.storage.path(key), container_of(kind.media_type))
    except Invalid:
        await node.storage.delete(key)
        raise
    await node.storage.write(key, found.content)
    columns = recording_columns(found, kind.media_type)
    if found.preview:
        await node.storage.write(preview_key, found.preview)
        columns |= {"preview_file": preview_key}
    return columns


async def _fetched(node: Node, file: StoredFile, *, picture: bool) -> bytes:
    """The bytes at *file*'s remote address. A host that is not allowed is not even looked up; nobody is told why a picture is missing."""
    knock, _second = await peers.knocks(node, file.host)
    signer = await peers.signer(node, knock, None)
    settings = node.settings
    try:
        answer = await node.remote.fetch(
            file.remote_url,
            direction=Direction.MEDIA,
            kind="image" if picture else "media",
            accept=_PICTURES if picture else _ANYTHING,
            signer=signer,
            max_bytes=settings.max_media_bytes if picture else settings.max_upload_bytes,
            deadline_s=_PICTURE_DEADLINE_S if picture else _DEADLINE_S,
        )
    except FediverseError as problem:
        _log.info("media.not_fetched", host=file.host, reason=problem.safe)
        raise NotFound from problem
    if answer.status != 200:
        _log.info("media.not_fetched", host=file.host, answer=answer.status)
        raise NotFound
    return answer.body


async def _picture(node: Node, data: bytes) -> Picture:
    try:
        return await decoding.picture(node, data)
    except Invalid as problem:
        raise NotFound from problem


async def _portrait(node: Node, data: bytes, which: decoding.Shape) -> bytes:
    try:
        return await decoding.portrait(node, data, which)
    except Invalid as problem:
        raise NotFound from problem
