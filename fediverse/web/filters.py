"""What a person filters: the page with the list, adding and deleting; and posts as other pages show them, without those that are to be left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import filters as verbs
from fediverse.actions.filters import CONTEXTS, MAX_TITLE_CHARACTERS, FilterChange, KeywordChange
from fediverse.errors import Invalid
from fediverse.node import Node, node_of
from fediverse.queries import filters
from fediverse.queries.filters import FilterContext, with_filters
from fediverse.queries.views import ContextView, PostView
from fediverse.web import pages
from fediverse.web.notices import redirect
from fediverse.web.translations import sentence
from fediverse.web.visits import Submission, Visit, enter, submitted

_HOUR_S: Final = 3600
_DAY_S: Final = 24 * _HOUR_S
PLACES: Final = {
    "home": sentence("Home and lists"),
    "notifications": sentence("Notifications"),
    "public": sentence("Company, network and tags"),
    "thread": sentence("Below a post"),
    "account": sentence("Profiles"),
}
WAYS: Final = {
    "warn": sentence("Fold it below a line that names the filter"),
    "hide": sentence("Leave it out"),
    "blur": sentence("Hide its pictures only"),
}
LIFETIMES: Final = {
    "": sentence("Until I delete it"),
    str(_HOUR_S): sentence("One hour"),
    str(_DAY_S): sentence("One day"),
    str(7 * _DAY_S): sentence("One week"),
    str(30 * _DAY_S): sentence("Thirty days"),
}


@dataclass(frozen=True, slots=True)
class FilterForm:
    """The form as it was sent, or as it stands there for a new filter. *words*: one a line."""

    title: str = ""
    words: str = ""
    whole_words: bool = True
    places: tuple[str, ...] = CONTEXTS
    way: str = "warn"
    lifetime: str = ""
    problem: str = ""


async def show(request: Request) -> Response:
    return await _page(request, await enter(request), FilterForm())


async def add(request: Request) -> Response:
    submission = await submitted(request)
    try:
        await verbs.create(node_of(request), submission.viewer_id, _wish(submission))
    except Invalid as problem:
        return await _page(request, submission.visit, _sent(submission, problem.safe), problem.status)
    return redirect("/settings/filters", "filter_added")


async def delete(request: Request) -> Response:
    submission = await submitted(request)
    await verbs.delete(node_of(request), submission.viewer_id, request.path_params["filter_id"])
    return redirect("/settings/filters", "filter_deleted")


async def shown(node: Node, visit: Visit, posts: Sequence[PostView], context: FilterContext) -> list[PostView]:
    """The posts with the viewer's filters that they meet, without those that are left out in *context*."""
    marked = await with_filters(node, visit.viewer_id, posts, context)
    return [post for post in marked if not is_left_out(post)]


async def shown_thread(node: Node, visit: Visit, thread: ContextView) -> ContextView:
    above = await shown(node, visit, thread.ancestors, "thread")
    return ContextView(tuple(above), tuple(await shown(node, visit, thread.descendants, "thread")))


def is_left_out(post: PostView) -> bool:
    return any(match.filter.action == "hide" for match in post.filtered)


def _wish(submission: Submission) -> FilterChange:
    words = [line.strip() for line in submission.text("words").splitlines() if line.strip()]
    if not words:
        raise Invalid(sentence("Write at least one word or phrase."))
    if not submission.texts.get("place"):
        raise Invalid(sentence("Choose at least one place where the filter counts."))
    lifetime = submission.text("lifetime")
    if lifetime not in LIFETIMES:
        raise Invalid(sentence("This form is not complete. Go back, load the page again and try once more."))
    whole = submission.checked("whole_words")
    return FilterChange(
        title=submission.text("title").strip() or ", ".join(words)[:MAX_TITLE_CHARACTERS],
        contexts=tuple(submission.texts.get("place", ())),
        action=submission.text("way"),
        lifetime_s=int(lifetime) if lifetime else "never",
        keywords=[KeywordChange(text=word, whole_word=whole) for word in words],
    )


def _sent(submission: Submission, problem: str) -> FilterForm:
    return FilterForm(
        title=submission.text("title"),
        words=submission.text("words"),
        whole_words=submission.checked("whole_words"),
        places=tuple(submission.texts.get("place", ())),
        way=submission.text("way"),
        lifetime=submission.text("lifetime"),
        problem=problem,
    )


async def _page(request: Request, visit: Visit, form: FilterForm, status: int = 200) -> Response:
    node = node_of(request)
    return pages.render(
        request,
        "preferences/filters.html",
        status,
        filters=await filters.filters(node, visit.viewer_id),
        now=node.clock.now(),
        form=form,
        places=PLACES,
        ways=WAYS,
        lifetimes=LIFETIMES,
    )
