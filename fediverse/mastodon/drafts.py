"""What a client wrote, parsed into a `Draft` or a `PostChange`. What this node cannot do yet is refused, never silently left out of a post."""

from collections.abc import Mapping
from typing import get_args

from fediverse.actions.posts import Draft, MediaChange, PostChange, SourceFormat
from fediverse.errors import Invalid
from fediverse.mastodon.parameters import Parameters, record_id
from fediverse.queries.views import VisibilityName

_FORMATS: Mapping[str, SourceFormat] = {"": "plain", "text/plain": "plain", "text/markdown": "markdown"}


def draft_of(asked: Parameters, application_id: int | None) -> Draft:
    """Raises Invalid, or NotFound for an `in_reply_to_id` that cannot be one."""
    _refuse_unknown_parts(asked)
    visibility, local_only = visibility_of(asked.word("visibility"))
    return Draft(
        text=asked.text("status") or "",
        summary=asked.text("spoiler_text") or "",
        sensitive=asked.flag("sensitive"),
        language=asked.word("language"),
        visibility=visibility,
        local_only=True if local_only else asked.flag("local_only"),
        reply_to_id=asked.record("in_reply_to_id"),
        media_ids=_media_ids(asked),
        source_format=_format_of(asked.word("content_type")),
        application_id=application_id,
    )


def change_of(asked: Parameters) -> PostChange:
    _refuse_unknown_parts(asked)
    return PostChange(
        text=asked.text("status") or "",
        summary=asked.text("spoiler_text") or "",
        sensitive=asked.flag("sensitive"),
        language=asked.word("language") or None,
        media_ids=_media_ids(asked) if "media_ids" in asked else None,
        media={
            record_id(item.word("id")): MediaChange(item.text("description"), focus_of(item))
            for item in asked.items("media_attributes")
        },
    )


def visibility_of(word: str) -> tuple[VisibilityName | None, bool]:
    """The visibility, None for the author's preference, and whether the post is to stay on this node. `local` is both public and local."""
    if not word:
        return None, False
    if word == "local":
        return "public", True
    for name in get_args(VisibilityName):
        if name == word:
            return name, False
    raise Invalid(
        "Validation failed: Visibility is not included in the list",
        details={"visibility": [("ERR_INCLUSION", "is not included in the list")]},
    )


def focus_of(asked: Parameters) -> tuple[float, float] | None:
    """`-0.5,0.3`: where the eye should rest, from -1 to 1 in both directions. Raises Invalid."""
    text = asked.word("focus")
    if not text:
        return None
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError as problem:
        raise Invalid("Validation failed: Focus must be two numbers") from problem
    if not (-1 <= x <= 1 and -1 <= y <= 1):
        raise Invalid("Validation failed: Focus must be between -1 and 1")
    return x, y


def _refuse_unknown_parts(asked: Parameters) -> None:
    """Better an error than a vote without its poll, or an announcement for tomorrow that is out today."""
    if asked.word("scheduled_at"):
        raise Invalid("Validation failed: Scheduled posts are not available on this server")
    if asked.inner("poll").texts("options"):
        raise Invalid("Validation failed: Polls are not available on this server")
    if asked.word("quoted_status_id"):
        raise Invalid("Validation failed: Quotes are not available on this server")


def _media_ids(asked: Parameters) -> tuple[int, ...]:
    ids = asked.records("media_ids")
    if len(ids) != len(set(asked.texts("media_ids"))):
        raise Invalid("Validation failed: An attachment is unknown, somebody else's, or already part of a post")
    return tuple(ids)


def _format_of(content_type: str) -> SourceFormat:
    if content_type not in _FORMATS:
        raise Invalid("Validation failed: Content type must be text/plain or text/markdown")
    return _FORMATS[content_type]
