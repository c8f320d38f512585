"""Media of a post, and its links to pages.

Called by `objects`. Only addresses and descriptions: whether a file is fetched, and from which hosts, is decided by policy elsewhere.
"""

import mimetypes
import re
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import (
    Link,
    items_of,
    links_of,
    number_of,
    objects_of,
    string_of,
    text_of,
    types_of,
)
from fediverse.text.sanitise import without_unusable

MAX_ATTACHMENTS: Final = 32
MAX_ALT_CHARS: Final = 10_000

_MEDIA_TYPES = frozenset({"Document", "Image", "Audio", "Video"})
_MEDIA_KINDS = ("image/", "video/", "audio/")
_BLURHASH = re.compile(r"[0-9A-Za-z#$%*+,\-.:;=?@\[\]^_{|}~]{6,120}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")


@dataclass(frozen=True, slots=True)
class RemoteAttachment:
    """One file. *media_type* is what the author says, else what the name says, else ""; *focus* is (x, y), each from -1 to 1."""

    url: str
    media_type: str
    alt: str
    blurhash: str | None
    focus: tuple[float, float] | None
    width: int | None
    height: int | None


def attachments_of(document: JSON) -> tuple[RemoteAttachment, ...]:
    """The files in `attachment`, and the post's own file when the post itself is an image, a video or a sound."""
    found = [media for item in objects_of(document.get("attachment")) if (media := _attached(item)) is not None]
    own = _own_media(document) if _MEDIA_TYPES.intersection(types_of(document)) else None
    return tuple([own, *found] if own else found)[:MAX_ATTACHMENTS]


def linked_pages_of(document: JSON) -> tuple[str, ...]:
    """Pages that a post shares: the Links in `attachment` (Lemmy, PieFed)."""
    return tuple(
        link.href
        for item in objects_of(document.get("attachment"))
        if "Link" in types_of(item)
        for link in links_of(item)
    )


def _attached(item: JSON) -> RemoteAttachment | None:
    types = types_of(item)
    link = next(links_of(item), None)
    if link is None or (types and not _MEDIA_TYPES.intersection(types)):
        return None
    return _attachment(item, link)


def _own_media(document: JSON) -> RemoteAttachment | None:
    media = (link for link in links_of(document.get("url")) if _media_type(link, document).startswith(_MEDIA_KINDS))
    link = next(media, None)
    return None if link is None else _attachment({**document, "summary": None}, link)


def _attachment(item: JSON, link: Link) -> RemoteAttachment:
    description = text_of(item, "summary") or text_of(item, "name")
    blurhash = string_of(item.get("blurhash"))
    return RemoteAttachment(
        url=link.href,
        media_type=_media_type(link, item),
        alt=without_unusable(description).strip()[:MAX_ALT_CHARS],
        blurhash=blurhash if blurhash and _BLURHASH.fullmatch(blurhash) else None,
        focus=_focus(item.get("focalPoint")),
        width=link.width or number_of(item.get("width")),
        height=link.height or number_of(item.get("height")),
    )


def _media_type(link: Link, item: JSON) -> str:
    declared = (link.media_type or string_of(item.get("mediaType")) or "").lower().partition(";")[0].strip()
    guessed = mimetypes.guess_type(urlsplit(link.href).path)[0] or ""
    return declared if _MEDIA_TYPE.fullmatch(declared) else guessed


def _focus(value: Any) -> tuple[float, float] | None:
    point = [
        number
        for number in items_of(value)
        if isinstance(number, int | float) and not isinstance(number, bool) and -1 <= number <= 1
    ]
    return (float(point[0]), float(point[1])) if len(point) == 2 else None
