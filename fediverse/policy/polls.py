"""What a poll of ours may be: how many options, how long, for how long. Rules only; verbs apply them, and the client API announces them.

A poll of another node is bounded when it is read (`activitystreams/polls.py`), more widely: it is theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fediverse.errors import Invalid
from fediverse.text.sanitise import clean_text

MIN_OPTIONS = 2
MAX_OPTIONS = 4
MAX_OPTION_CHARACTERS = 50
MIN_DURATION_S = 300
MAX_DURATION_S = 2_629_746
"""A month."""


@dataclass(frozen=True, slots=True)
class PollDraft:
    """A poll as its author asked for it. *hide_totals*: nobody sees how many chose what before it ends."""

    options: tuple[str, ...]
    expires_in_s: int
    multiple: bool = False
    hide_totals: bool = False


def checked(poll: PollDraft) -> PollDraft:
    """*poll* with its options as they are kept: one line each, nothing that cannot be seen. Raises Invalid with the sentences that clients know."""
    options = tuple(clean_text(option, MAX_OPTION_CHARACTERS + 1) for option in poll.options)
    _check_options(options)
    _check_duration(poll.expires_in_s)
    return PollDraft(options, poll.expires_in_s, poll.multiple, poll.hide_totals)


def _check_options(options: Sequence[str]) -> None:
    if len(options) < MIN_OPTIONS or not all(options):
        raise Invalid("Validation failed: Options must have more than one item", details=_details("options"))
    if len(options) > MAX_OPTIONS:
        raise Invalid(
            f"Validation failed: Options can't contain more than {MAX_OPTIONS} items", details=_details("options")
        )
    if any(len(option) > MAX_OPTION_CHARACTERS for option in options):
        raise Invalid(
            f"Validation failed: Options cannot be longer than {MAX_OPTION_CHARACTERS} characters each",
            details=_details("options"),
        )
    if len(set(options)) != len(options):
        raise Invalid("Validation failed: Options contain duplicate items", details=_details("options"))


def _check_duration(expires_in_s: int) -> None:
    if expires_in_s < MIN_DURATION_S:
        raise Invalid("Validation failed: Expires at is too soon", details=_details("expires_at"))
    if expires_in_s > MAX_DURATION_S:
        raise Invalid("Validation failed: Expires at is too far into the future", details=_details("expires_at"))


def _details(field: str) -> dict[str, list[tuple[str, str]]]:
    return {field: [("ERR_INVALID", "is invalid")]}
