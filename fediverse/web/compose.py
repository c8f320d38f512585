"""Writing a post: the form, and what becomes of it. A post that is refused comes back with its text, its pictures and the reason: nobody types twice."""

import secrets
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import media as files
from fediverse.actions import posts as verbs
from fediverse.actions.scheduled import schedule
from fediverse.errors import FediverseError, Invalid, NotFound, RateLimited, Refused, TooLarge, UnsupportedMedia
from fediverse.node import Node, node_of
from fediverse.policy.content import MAX_MEDIA
from fediverse.queries import accounts, media, posts
from fediverse.queries.views import MediaView, PostView
from fediverse.web import pages, polls, quotes, scheduled
from fediverse.web.audience import NAMED, Audience, audience, choices, usual
from fediverse.web.notices import redirect
from fediverse.web.visits import Submission, Visit, enter, id_in, submitted

_MENDABLE = (Invalid, NotFound, RateLimited, Refused, TooLarge, UnsupportedMedia)


@dataclass(frozen=True, slots=True)
class ComposeForm:
    """What the form shows. *key* makes sending it twice the same as once."""

    audience: Audience
    choices: tuple[Audience, ...]
    text: str = ""
    summary: str = ""
    sensitive: bool = False
    answered: PostView | None = None
    quoted: PostView | None = None
    media: tuple[MediaView, ...] = ()
    poll: polls.PollForm = polls.NOTHING_ASKED
    later: str = ""
    key: str = ""
    problem: str = ""


async def blank_form(
    node: Node, visit: Visit, answered: PostView | None = None, to: str = "", quoted: PostView | None = None
) -> ComposeForm:
    """An empty form; a reply names whom it answers, a post *to* somebody is for that person only."""
    user = await accounts.user(node, visit.viewer_id)
    offered = choices(answered or quoted)
    wished = NAMED if to else usual(user.default_visibility, node.settings.public_means)
    return ComposeForm(
        audience=wished if wished in offered else offered[0],
        choices=offered,
        text=_names(answered, visit) if answered else (f"@{to} " if to else ""),
        summary=answered.summary if answered else "",
        sensitive=user.default_sensitive,
        answered=answered,
        quoted=quoted,
        key=secrets.token_urlsafe(16),
    )


async def compose_page(request: Request) -> Response:
    visit = await enter(request)
    to = request.query_params.get("to", "").strip().lstrip("@")[:300]
    quoted = await quotes.chosen(node_of(request), visit.viewer_id, request.query_params.get("quote", ""))
    form = await blank_form(node_of(request), visit, to=to, quoted=quoted)
    return pages.render(request, "posts/compose.html", form=form, back="/")


async def publish(request: Request) -> Response:
    submission = await submitted(request)
    node = node_of(request)
    kept: list[int] = []
    try:
        kept += await _kept_pictures(node, submission)
        kept += await _new_pictures(node, submission, MAX_MEDIA - len(kept))
        draft, due_at = _draft(submission, tuple(kept)), scheduled.moment_in(submission)
        if due_at is None:
            await verbs.publish(node, submission.viewer_id, draft, submission.text("key"))
        else:
            await schedule(node, submission.viewer_id, draft, due_at, submission.text("key"))
    except _MENDABLE as problem:
        return await _again(request, submission, kept, problem)
    return redirect(submission.back(), "posted") if due_at is None else redirect(scheduled.PATH, "scheduled")


def _draft(submission: Submission, media_ids: tuple[int, ...]) -> verbs.Draft:
    chosen = audience(submission.text("audience"))
    return verbs.Draft(
        text=submission.text("text"),
        summary=submission.text("summary").strip(),
        sensitive=True if submission.checked("sensitive") else None,
        visibility=chosen.visibility,
        local_only=chosen.local_only,
        reply_to_id=submission.number("reply_to") if submission.text("reply_to") else None,
        media_ids=media_ids,
        quoted_id=submission.number("quote") if submission.text("quote") else None,
        poll=polls.draft_of(polls.form_in(submission)),
    )


async def _kept_pictures(node: Node, submission: Submission) -> list[int]:
    """Pictures that were uploaded by an earlier try of the same form."""
    sent = (id_in(text) for text in submission.texts.get("media", ()))
    kept = [number for number in sent if number is not None][:MAX_MEDIA]
    for media_id in kept:
        await files.describe(node, submission.viewer_id, media_id, alt=submission.text(f"alt_of_{media_id}"))
    return kept


async def _new_pictures(node: Node, submission: Submission, room: int) -> list[int]:
    added = []
    for slot in range(room):
        upload = submission.uploads.get(f"file_{slot}")
        if upload is not None:
            alt = submission.text(f"alt_{slot}").strip()
            added.append(
                await files.upload(
                    node, submission.viewer_id, upload.data, alt=alt, file_name=upload.file_name, at_once=True
                )
            )
    return added


async def _again(request: Request, submission: Submission, kept: list[int], problem: FediverseError) -> Response:
    """The form as it was sent, with the reason why it was not accepted."""
    node = node_of(request)
    answered = await _answered(node, submission)
    blank = await blank_form(node, submission.visit, answered, quoted=await _quoted(node, submission))
    chosen = [choice for choice in blank.choices if choice.name == submission.text("audience")]
    form = replace(
        blank,
        audience=(chosen or [blank.audience])[0],
        text=submission.text("text"),
        summary=submission.text("summary"),
        sensitive=submission.checked("sensitive"),
        media=tuple([await media.media(node, submission.viewer_id, media_id) for media_id in kept]),
        poll=polls.form_in(submission),
        later=submission.text("later"),
        problem=problem.safe,
    )
    return pages.render(request, "posts/compose.html", problem.status, form=form, back=submission.back())


async def _answered(node: Node, submission: Submission) -> PostView | None:
    """The post that a reply was for; None for a post of its own, and when the other has gone meanwhile."""
    if not submission.text("reply_to"):
        return None
    try:
        return await posts.post(node, submission.viewer_id, submission.number("reply_to"))
    except (Invalid, NotFound):
        return None


async def _quoted(node: Node, submission: Submission) -> PostView | None:
    """The post to quote; None where none was, and when it has gone or may not be quoted any more."""
    try:
        return await quotes.chosen(node, submission.viewer_id, submission.text("quote"))
    except (Invalid, NotFound):
        return None


def _names(answered: PostView, visit: Visit) -> str:
    """Whom a reply names from the start: the author, and who was named there; never oneself."""
    named = [answered.author.acct, *(mention.acct for mention in answered.mentions)]
    return "".join(f"@{acct} " for acct in dict.fromkeys(named) if acct != visit.account.acct)
