"""Search: people, posts and tags that this node knows; for a whole address (`@bob@beta.example`, or a link) it asks the other node."""

import re

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import resolve
from fediverse.errors import DomainRefused, FediverseError, Invalid, NotFound, Refused, Unreachable
from fediverse.node import Node, node_of
from fediverse.queries import accounts, posts, search
from fediverse.queries.views import AccountView, PostView
from fediverse.web import pages
from fediverse.web.accounts import with_relationships
from fediverse.web.content import post_path, profile_path
from fediverse.web.filters import shown as posts_shown
from fediverse.web.notices import redirect
from fediverse.web.paging import Links, offset_links, offset_of
from fediverse.web.translations import Translate
from fediverse.web.visits import Visit, enter

_KINDS = {"people": "accounts", "posts": "statuses", "tags": "hashtags"}
_LIMIT = 20
_MAX_CHARACTERS = 500
_HANDLE = re.compile(r"@?[^@\s/]+@[^@\s/]+")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
MISSED = (Invalid, NotFound, Refused, Unreachable)


async def show(request: Request) -> Response:
    visit = await enter(request)
    text = request.query_params.get("q", "").strip()[:_MAX_CHARACTERS]
    problem = ""
    if _HANDLE.fullmatch(text) or _LINK.fullmatch(text):
        try:
            return redirect(await _path_of(node_of(request), visit, text))
        except MISSED as refusal:
            problem = explain(refusal, text, pages.translator_of(request))
    return await _results(request, visit, text, problem)


async def _results(request: Request, visit: Visit, text: str, problem: str) -> Response:
    node = node_of(request)
    kind = request.query_params.get("kind", "")
    kind = kind if kind in _KINDS else ""
    offset = offset_of(request) if kind else 0
    found = await search.search(node, visit.viewer_id, text, kind=_KINDS.get(kind), limit=_LIMIT, offset=offset)
    shown = max(len(found.accounts), len(found.posts), len(found.tags))
    around = offset_links(request, offset, _LIMIT, shown) if kind else Links()
    return pages.render(
        request,
        "search/search.html",
        text=text,
        kind=kind,
        problem=problem,
        people=await with_relationships(node, visit, list(found.accounts)),
        posts=await posts_shown(node, visit, found.posts, "public"),
        tags=found.tags,
        newer=around.newer,
        older=around.older,
    )


async def _path_of(node: Node, visit: Visit, text: str) -> str:
    """The page of the person or the post with this address; fetched from the other node when it is not known here."""
    if _HANDLE.fullmatch(text):
        return profile_path((await person_called(node, visit, text)).acct)
    post = await posts.by_uri(node, visit.viewer_id, text)
    if post is not None:
        return post_path(post)
    known = await accounts.by_uri(node, text)
    person = None if known is None else await accounts.account(node, visit.viewer_id, known.id)
    if person is not None:
        return profile_path(person.acct)
    return await _fetched(node, visit, text)


async def person_called(node: Node, visit: Visit, handle: str) -> AccountView:
    """Whom *handle* names; asked for at the other node when nobody here knows them. Raises one of MISSED, for `explain`."""
    try:
        return await accounts.by_acct(node, visit.viewer_id, handle)
    except NotFound:
        account_id = await resolve.account_by_handle(node, handle.removeprefix("@"))
        return await accounts.account(node, visit.viewer_id, account_id)


async def _fetched(node: Node, visit: Visit, uri: str) -> str:
    try:
        post: PostView = await posts.post(node, visit.viewer_id, await resolve.post_by_uri(node, uri))
        return post_path(post)
    except (Invalid, NotFound):
        person = await accounts.account(node, visit.viewer_id, await resolve.account_by_uri(node, uri))
        return profile_path(person.acct)


def explain(refusal: FediverseError, text: str, t: Translate) -> str:
    if isinstance(refusal, DomainRefused):
        return t(
            "{host} is not among the nodes that your company allows. An administrator can add it.", host=refusal.host
        )
    if isinstance(refusal, Unreachable):
        return t("The other node did not answer. Try again in a few minutes.")
    return t("Nothing was found under {address}. Check the spelling.", address=text)
