"""Writing a post: the form, and what becomes of it. A post that is refused comes back with its text, its pictures and the reason: nobody types twice."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import dry_run
from fediverse.actions import media as files
from fediverse.actions import posts as verbs
from fediverse.actions.scheduled import schedule
from fediverse.errors import FediverseError, Invalid, NotFound, RateLimited, Refused, TooLarge, UnsupportedMedia
from fediverse.node import Node, node_of
from fediverse.policy.audiences import Cause
from fediverse.policy.content import MAX_MEDIA
from fediverse.queries import accounts, groups, media, posts
from fediverse.queries.group_views import GroupView, WhoReads
from fediverse.queries.views import MediaView, PostView
from fediverse.queries.who_will_see import WhoWillSee
from fediverse.web import pages, polls, quotes, scheduled
from fediverse.web.audience import GROUP, NAMED, Audience, audience, choices, usual
from fediverse.web.notices import redirect
from fediverse.web.visits import Submission, Visit, enter, id_in, submitted

_MENDABLE = (Invalid, NotFound, RateLimited, Refused, TooLarge, UnsupportedMedia)
_POSTED: Mapping[Cause, str] = MappingProxyType(
    {
        "": "posted",
        "group": "posted_in_group",
        "answer_in_group": "answered_in_group",
        "answer": "answered_narrower",
        "quote": "quoted_narrower",
        "company": "posted_in_company",
    }
)


@dataclass(frozen=True, slots=True)
class ComposeForm:
    """What the form shows. *key* makes sending it twice the same as once.

    *seen*: who would see it, after that was asked; *files_lost*: files were chosen then, which no server may put back into a form.
    """

    audience: Audience
    choices: tuple[Audience, ...]
    text: str = ""
    summary: str = ""
    sensitive: bool = False
    answered: PostView | None = None
    quoted: PostView | None = None
    group: GroupView | None = None
    reads: WhoReads | None = None
    media: tuple[MediaView, ...] = ()
    poll: polls.PollForm = polls.NOTHING_ASKED
    later: str = ""
    key: str = ""
    problem: str = ""
    seen: WhoWillSee | None = None
    files_lost: bool = False


async def blank_form(
    node: Node,
    visit: Visit,
    answered: PostView | None = None,
    to: str = "",
    quoted: PostView | None = None,
    group: GroupView | None = None,
) -> ComposeForm:
    """An empty form; a reply names whom it answers, a post *to* somebody is for that person only, one in a *group* for its members."""
    user = await accounts.user(node, visit.viewer_id)
    stands_in = group or await _group_of(node, visit, answered)
    offered = (GROUP,) if stands_in else choices(answered or quoted)
    wished = NAMED if to else usual(user.default_visibility, node.settings.public_means)
    return ComposeForm(
        audience=wished if wished in offered else offered[0],
        choices=offered,
        text=_names(answered, visit) if answered else (f"@{to} " if to else ""),
        summary=answered.summary if answered else "",
        sensitive=user.default_sensitive,
        answered=answered,
        quoted=quoted,
        group=stands_in,
        reads=await groups.who_reads(node, visit.viewer_id, stands_in.id) if stands_in else None,
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
        narrowed = None
        if due_at is None:
            narrowed = await dry_run.narrowing(node, submission.viewer_id, draft)
            await verbs.publish(node, submission.viewer_id, draft, submission.text("key"))
        else:
            await schedule(node, submission.viewer_id, draft, due_at, submission.text("key"))
    except _MENDABLE as problem:
        return await _again(request, submission, kept, problem)
    if due_at is not None:
        return redirect(scheduled.PATH, "scheduled")
    return redirect(submission.back(), _POSTED[narrowed.because if narrowed else ""])


async def who_will_see(request: Request) -> Response:
    """The form again as it was sent, with what publishing it would do. Nothing is kept, no file either."""
    submission = await submitted(request)
    kept = _kept(submission)
    try:
        seen = await dry_run.preview(node_of(request), submission.viewer_id, _draft(submission, tuple(kept)))
    except _MENDABLE as problem:
        return await _again(request, submission, kept, problem)
    form = await _form_again(node_of(request), submission, kept)
    waits_for_files = bool(submission.uploads) and not submission.text("text").strip()
    wrong = "" if waits_for_files else seen.problem
    form = replace(form, problem=wrong, seen=seen, files_lost=bool(submission.uploads))
    return pages.render(request, "posts/compose.html", form=form, back=submission.back())


def _draft(submission: Submission, media_ids: tuple[int, ...]) -> verbs.Draft:
    group_id = submission.number("group") if submission.text("group") else None
    chosen = GROUP if group_id is not None else audience(submission.text("audience"))
    return verbs.Draft(
        text=submission.text("text"),
        summary=submission.text("summary").strip(),
        sensitive=True if submission.checked("sensitive") else None,
        visibility=None if group_id is not None else chosen.visibility,
        local_only=chosen.local_only,
        reply_to_id=submission.number("reply_to") if submission.text("reply_to") else None,
        media_ids=media_ids,
        quoted_id=submission.number("quote") if submission.text("quote") else None,
        group_id=group_id,
        poll=polls.draft_of(polls.form_in(submission)),
    )


async def _kept_pictures(node: Node, submission: Submission) -> list[int]:
    """Pictures that were uploaded by an earlier try of the same form."""
    kept = _kept(submission)
    for media_id in kept:
        await files.describe(node, submission.viewer_id, media_id, alt=submission.text(f"alt_of_{media_id}"))
    return kept


def _kept(submission: Submission) -> list[int]:
    sent = (id_in(text) for text in submission.texts.get("media", ()))
    return [number for number in sent if number is not None][:MAX_MEDIA]


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
    form = replace(await _form_again(node_of(request), submission, kept), problem=problem.safe)
    return pages.render(request, "posts/compose.html", problem.status, form=form, back=submission.back())


async def _form_again(node: Node, submission: Submission, kept: list[int]) -> ComposeForm:
    answered = await _answered(node, submission)
    quoted, group = await _quoted(node, submission), await _group(node, submission)
    blank = await blank_form(node, submission.visit, answered, quoted=quoted, group=group)
    chosen = [choice for choice in blank.choices if choice.name == submission.text("audience")]
    attached = [await media.media(node, submission.viewer_id, media_id) for media_id in kept]
    return replace(
        blank,
        audience=(chosen or [blank.audience])[0],
        text=submission.text("text"),
        summary=submission.text("summary"),
        sensitive=submission.checked("sensitive"),
        media=tuple(replace(one, alt=submission.text(f"alt_of_{one.id}", one.alt)) for one in attached),
        poll=polls.form_in(submission),
        later=submission.text("later"),
    )


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


async def _group(node: Node, submission: Submission) -> GroupView | None:
    """The group to post in; None where none was named, and when the person may not know of it any more."""
    try:
        return await groups.group(node, submission.viewer_id, submission.number("group"))
    except (Invalid, NotFound):
        return None


async def _group_of(node: Node, visit: Visit, answered: PostView | None) -> GroupView | None:
    """The group that *answered* stands in, and so will the reply. Who only reads along in an open group answers in public."""
    if answered is None or answered.group_id is None:
        return None
    group = await groups.group(node, visit.viewer_id, answered.group_id)
    return group if group.is_member or answered.visibility == "group" else None


def _names(answered: PostView, visit: Visit) -> str:
    """Whom a reply names from the start: the author, and who was named there; never oneself."""
    named = [answered.author.acct, *(mention.acct for mention in answered.mentions)]
    return "".join(f"@{acct} " for acct in dict.fromkeys(named) if acct != visit.account.acct)
