"""The poll in a Question (FEP-9967): options with their counts, when it ends, who took part."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import datetime_of, flag_of, number_of, objects_of, text_of, types_of
from fediverse.errors import Malformed
from fediverse.text.sanitise import clean_text

MAX_OPTIONS: Final = 500
MAX_OPTION_CHARS: Final = 500


@dataclass(frozen=True, slots=True)
class RemotePoll:
    """*options* are (text, votes). *closed* says that it is over, *closed_at* when, if the document tells.

    *hides_totals*: it does not tell how many chose what.
    """

    options: tuple[tuple[str, int], ...]
    multiple: bool
    ends_at: datetime | None
    closed: bool
    closed_at: datetime | None
    voters_count: int | None
    hides_totals: bool = False


def poll_of(document: JSON) -> RemotePoll | None:
    """The poll of *document* when it is a Question. Raises Malformed when it offers too much to choose from (T-344) or nothing."""
    if "Question" not in types_of(document):
        return None
    multiple = document.get("anyOf") is not None
    options = objects_of(document.get("anyOf") if multiple else document.get("oneOf"))
    if not 1 <= len(options) <= MAX_OPTIONS:
        raise Malformed("The poll has no usable options.")
    closed_at = datetime_of(document.get("closed"))
    return RemotePoll(
        options=tuple(
            (clean_text(text_of(option, "name"), MAX_OPTION_CHARS), _votes(option) or 0) for option in options
        ),
        multiple=multiple,
        ends_at=datetime_of(document.get("endTime")),
        closed=closed_at is not None or flag_of(document.get("closed")),
        closed_at=closed_at,
        voters_count=number_of(document.get("votersCount")),
        hides_totals=all(_votes(option) is None for option in options),
    )


def _votes(option: JSON) -> int | None:
    replies = option.get("replies")
    return number_of(replies.get("totalItems")) if isinstance(replies, dict) else None
