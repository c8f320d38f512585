"""What a post may hold: lengths, numbers, and the audience that a reply may have. Rules only; verbs apply them."""

from collections.abc import Sequence

from fediverse.errors import Invalid
from fediverse.policy.visibility import ChosenVisibility, narrower

MAX_MEDIA = 4
MAX_ALT_CHARACTERS = 10_000
MAX_SUMMARY_CHARACTERS = 500
MAX_MENTIONS = 100
MAX_REPORT_CHARACTERS = 1000
MAX_TAGS = 30
MAX_PINS = 5
MAX_FEATURED_TAGS = 10
MAX_FIELDS = 8
MAX_NAME_CHARACTERS = 60
MAX_NOTE_CHARACTERS = 2000
MAX_FIELD_CHARACTERS = 255


def check_length(characters: int, limit: int) -> None:
    """Raises Invalid with the sentence that clients know."""
    if characters > limit:
        raise Invalid(f"Validation failed: Text character limit of {limit} exceeded")


def check_attachments(kinds: Sequence[str]) -> None:
    """Raises Invalid for more files than a post may have, or a video or sound beside anything else: clients show one player, or pictures."""
    if len(kinds) > MAX_MEDIA:
        raise Invalid(f"Validation failed: Cannot attach more than {MAX_MEDIA} files")
    if len(kinds) > 1 and any(kind in {"video", "gifv", "audio"} for kind in kinds):
        raise Invalid("Validation failed: Cannot attach a video to a post that already contains images")


def reply_audience(
    chosen: ChosenVisibility, chosen_local_only: bool, root: ChosenVisibility, root_local_only: bool
) -> tuple[ChosenVisibility, bool]:
    """Visibility and local_only of a reply: what its author chose, never wider than what it answers.

    A reply below a public or unlisted post may be either of the two; below a private or direct one it is at least as narrow. Below a group's post it is
    the group's, whatever was chosen: neither wider nor narrower, so that a thread has one audience (FEP-171b; `actions.group_posts`).
    """
    visibility = chosen if root in {"public", "unlisted"} else narrower(chosen, root)
    return visibility, chosen_local_only or root_local_only
