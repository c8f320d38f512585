"""The forms in which single values stand in the client API's JSON."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

Entity = dict[str, Any]
AbsoluteUrl = Callable[[str], str]
"""Makes an absolute URL of a path of this node: `node.uri`."""


def moment(when: datetime) -> str:
    """Milliseconds and `Z`, always: the date parsers of Swift and Kotlin clients take no other form."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"


def moment_or_null(when: datetime | None) -> str | None:
    return None if when is None else moment(when)


def day(when: datetime) -> str:
    return when.astimezone(UTC).date().isoformat()


def identifier(number: int | None) -> str | None:
    return None if number is None else str(number)


def tag_url(name: str, uri: AbsoluteUrl) -> str:
    return uri(f"/tags/{quote(name, safe='')}")
