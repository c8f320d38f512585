"""What a client wrote, parsed into a `Draft` or a `PostChange`. What this node cannot do yet is refused, never silently left out of a post."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import get_args

from fediverse.actions.posts import Draft, MediaChange, PostChange, SourceFormat
from fediverse.errors import Invalid
from fediverse.mastodon.parameters import Parameters, record_id
from fediverse.policy.polls import PollDraft
from fediverse.policy.quotes import POLICIES, QuotePolicyName
from fediverse.policy.visibility import ChosenVisibility

_FORMATS: Mapping[str, SourceFormat] = {"": "plain", "text/plain": "plain", "text/markdown": "markdown"}


def draft_of(asked: Parameters, application_id: int | None) -> Draft:
    """Raises Invalid, or NotFound for an `in_reply_to_id` that cannot be one."""
    group_id, word = asked.record("group_id"), asked.word("visibility")
    # What stands in a group is for the group, whatever is said here; some clients say just that.
    visibility, local_only = (None, False) if word == "group" and group_id is not None else visibility_of(word)
    return Draft(
        text=asked.text("status") or "",
        summary=asked.text("spoiler_text") or "",
        sensitive=asked.flag("sensitive"),
        language=asked.word("language"),
        visibility=visibility,
        local_only=True if local_only else asked.flag("local_only"),
        reply_to_id=asked.record("in_reply_to_id"),
        group_id=group_id,
        media_ids=_media_ids(asked),
        source_format=_format_of(asked.word("content_type")),
        application_id=application_id,
        poll=_poll_of(asked),
        quoted_id=asked.record("quoted_status_id"),
        quote_policy=quote_policy_of(asked),
    )


def change_of(asked: Parameters) -> PostChange:
    """A poll that is not mentioned stays, unlike upstream: correcting a word must not throw votes away. `poll[options]` empty takes it away."""
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
        poll=_poll_of(asked),
        without_poll="poll" in asked and not asked.inner("poll").texts("options"),
        quote_policy=quote_policy_of(asked),
    )


def visibility_of(word: str) -> tuple[ChosenVisibility | None, bool]:
    """The visibility, None for the author's preference, and whether the post is to stay on this node. `local` is both public and local."""
    if not word:
        return None, False
    if word == "local":
        return "public", True
    for name in get_args(ChosenVisibility):
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


def moment_in(asked: Parameters) -> datetime | None:
    """`scheduled_at`: a date with its zone; None when absent. Raises Invalid: better an error than tomorrow's announcement out today."""
    text = asked.word("scheduled_at")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise _no_moment()
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as problem:
        raise _no_moment() from problem


def _no_moment() -> Invalid:
    problem = "must be a date and time with its zone, such as 2026-11-24T09:00:00Z"
    return Invalid(f"Validation failed: Scheduled at {problem}", details={"scheduled_at": [("ERR_INVALID", problem)]})


def _poll_of(asked: Parameters) -> PollDraft | None:
    """Raises Invalid for an `expires_in` that is no number: a poll that never ends was not what anybody asked for."""
    poll = asked.inner("poll")
    options = poll.texts("options")
    if not options:
        return None
    expires_in_s = poll.number("expires_in")
    if expires_in_s is None:
        raise Invalid(
            "Validation failed: Expires in can't be blank", details={"expires_in": [("ERR_BLANK", "can't be blank")]}
        )
    return PollDraft(
        options=tuple(option for option in options if option.strip()),
        expires_in_s=expires_in_s,
        multiple=bool(poll.flag("multiple")),
        hide_totals=bool(poll.flag("hide_totals")),
    )


def quote_policy_of(asked: Parameters) -> QuotePolicyName | None:
    """Who may quote the post; None when nothing was asked. Raises Invalid for a word that is no policy."""
    word = asked.word("quote_approval_policy")
    if not word:
        return None
    for policy in POLICIES:
        if policy == word:
            return policy
    raise Invalid("Validation failed: Quote policy is one of public, followers, nobody")


def _media_ids(asked: Parameters) -> tuple[int, ...]:
    ids = asked.records("media_ids")
    if len(ids) != len(set(asked.texts("media_ids"))):
        raise Invalid("Validation failed: An attachment is unknown, somebody else's, or already part of a post")
    return tuple(ids)


def _format_of(content_type: str) -> SourceFormat:
    if content_type not in _FORMATS:
        raise Invalid("Validation failed: Content type must be text/plain or text/markdown")
    return _FORMATS[content_type]
