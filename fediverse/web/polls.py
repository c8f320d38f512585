"""Polls on the pages: what the form for a new post says of one, and voting. Everything works without scripts."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import polls as verbs
from fediverse.errors import Invalid
from fediverse.node import node_of
from fediverse.policy.polls import MAX_OPTION_CHARACTERS, MAX_OPTIONS, PollDraft
from fediverse.web.notices import redirect
from fediverse.web.translations import sentence
from fediverse.web.visits import Submission, submitted

DURATIONS: Final = (
    (1_800, sentence("30 minutes")),
    (3_600, sentence("1 hour")),
    (21_600, sentence("6 hours")),
    (86_400, sentence("1 day")),
    (259_200, sentence("3 days")),
    (604_800, sentence("7 days")),
)
USUAL_DURATION_S: Final = 86_400
_MAX_CHOICE_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class PollForm:
    """The part of a composer that asks something; empty options mean that nothing is asked."""

    options: tuple[str, ...] = ("",) * MAX_OPTIONS
    duration_s: int = USUAL_DURATION_S
    multiple: bool = False
    hide_totals: bool = False
    durations: tuple[tuple[int, str], ...] = DURATIONS
    max_characters: int = MAX_OPTION_CHARACTERS

    @property
    def is_used(self) -> bool:
        return any(option.strip() for option in self.options)


NOTHING_ASKED: Final = PollForm()


def form_in(submission: Submission) -> PollForm:
    """The poll's part of the form as it was sent."""
    wished = submission.text("poll_duration")
    return PollForm(
        options=tuple(submission.text(f"poll_option_{index}") for index in range(MAX_OPTIONS)),
        duration_s=next((seconds for seconds, _label in DURATIONS if str(seconds) == wished), USUAL_DURATION_S),
        multiple=submission.checked("poll_multiple"),
        hide_totals=submission.checked("poll_hide"),
    )


def draft_of(form: PollForm) -> PollDraft | None:
    """None when the form asks nothing. Empty fields between are nothing to choose."""
    if not form.is_used:
        return None
    options = tuple(option for option in form.options if option.strip())
    return PollDraft(options, form.duration_s, form.multiple, form.hide_totals)


async def vote(request: Request) -> Response:
    """POST /polls/{poll_id}/vote."""
    submission = await submitted(request)
    choices = submission.texts.get("choice", ())
    if not choices or not all(_is_choice(choice) for choice in choices):
        raise Invalid(sentence("Choose an answer first."))
    poll_id = request.path_params["poll_id"]
    await verbs.vote(node_of(request), submission.viewer_id, poll_id, [int(choice) for choice in choices])
    return redirect(submission.back(), "voted")


def _is_choice(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MAX_CHOICE_DIGITS
