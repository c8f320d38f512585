"""Tell the moderators about a person or a post: the form, and that it was sent. For everybody who is signed in."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import reports as verbs
from fediverse.actions.reports import Complaint
from fediverse.errors import Invalid, NotFound
from fediverse.node import Node, node_of
from fediverse.queries import accounts, posts
from fediverse.queries.house_rules import house_rules
from fediverse.queries.views import AccountView, PostView
from fediverse.web import pages
from fediverse.web.content import profile_path
from fediverse.web.notices import redirect
from fediverse.web.translations import sentence
from fediverse.web.visits import Submission, Visit, enter, id_in, submitted

CATEGORIES: Final = {
    "spam": sentence("Unwanted messages or advertising"),
    "legal": sentence("Something that may be against the law"),
    "violation": sentence("Against the rules of this house"),
    "other": sentence("Something else"),
}


@dataclass(frozen=True, slots=True)
class _Subject:
    person: AccountView
    post: PostView | None


async def report_page(request: Request) -> Response:
    """`?account=` or `?post=` says what it is about."""
    visit = await enter(request)
    params = request.query_params
    subject = await _subject(node_of(request), visit, params.get("account", ""), params.get("post", ""))
    return await _form(request, subject, {})


async def report(request: Request) -> Response:
    submission = await submitted(request)
    node = node_of(request)
    subject = await _subject(node, submission.visit, submission.text("account"), submission.text("post"))
    rules = [number for text in submission.texts.get("rule", ()) if (number := id_in(text)) is not None]
    complaint = Complaint(
        target_id=subject.person.id,
        post_ids=[subject.post.id] if subject.post else [],
        comment=submission.text("comment"),
        category="violation" if rules else submission.text("category"),
        rule_ids=rules,
        forward=submission.checked("forward"),
    )
    try:
        await verbs.report(node, submission.viewer_id, complaint)
    except Invalid as problem:
        return await _form(request, subject, _typed(submission), problem)
    return redirect(profile_path(subject.person.acct), "reported")


def _typed(submission: Submission) -> dict[str, str]:
    return {name: submission.text(name) for name in ("comment", "category")}


async def _subject(node: Node, visit: Visit, account: str, post: str) -> _Subject:
    """Raises NotFound for what the person does not see, and for the person's own."""
    post_id, account_id = id_in(post), id_in(account)
    if post_id is not None:
        shown = await posts.post(node, visit.viewer_id, post_id)
        shown = shown.boost_of or shown
        subject = _Subject(shown.author, shown)
    elif account_id is not None:
        subject = _Subject(await accounts.account(node, visit.viewer_id, account_id), None)
    else:
        raise NotFound
    if subject.person.id == visit.viewer_id or subject.person.deleted:
        raise NotFound
    return subject


async def _form(request: Request, subject: _Subject, typed: dict[str, str], problem: Invalid | None = None) -> Response:
    return pages.render(
        request,
        "reports/report.html",
        problem.status if problem else 200,
        person=subject.person,
        post=subject.post,
        categories=CATEGORIES,
        rules=await house_rules(node_of(request)),
        comment=typed.get("comment", ""),
        category=typed.get("category", "other"),
        problem=problem.safe if problem else "",
    )
