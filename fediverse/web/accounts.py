"""People: the profile with its posts, whom they follow, who follows them, and everybody here."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from fediverse.node import Node, node_of
from fediverse.queries import accounts, relations, timelines
from fediverse.queries.views import AccountView, Edge, Page, PostView, RelationshipView
from fediverse.web import pages
from fediverse.web.content import profile_path
from fediverse.web.paging import Links, links, offset_links, offset_of
from fediverse.web.translations import sentence
from fediverse.web.visits import Visit, enter, page_of

_PEOPLE = 40


async def profile(request: Request) -> Response:
    visit = await enter(request)
    node = node_of(request)
    person = await accounts.by_acct(node, visit.viewer_id, request.path_params["acct"])
    page = page_of(request)
    which = request.query_params.get("with", "posts")
    shown = await _posts(node, visit, person, page, which)
    (relationship,) = await relations.relationships(node, visit.viewer_id, [person.id])
    around = links(request, page, [post.id for post in shown])
    return pages.render(
        request,
        "accounts/profile.html",
        person=person,
        relationship=relationship,
        which=which,
        pinned=await _pinned(node, visit, person) if which == "posts" and not around.newer else [],
        posts=shown,
        newer=around.newer,
        older=around.older,
    )


async def followers(request: Request) -> Response:
    visit = await enter(request)
    node = node_of(request)
    person = await accounts.by_acct(node, visit.viewer_id, request.path_params["acct"])
    page = page_of(request, _PEOPLE)
    edges = await relations.followers(node, visit.viewer_id, person.id, page)
    heading = pages.translator_of(request)("Who follows {name}", name=person.name)
    return await _ties(request, visit, person, edges, heading)


async def following(request: Request) -> Response:
    visit = await enter(request)
    node = node_of(request)
    person = await accounts.by_acct(node, visit.viewer_id, request.path_params["acct"])
    page = page_of(request, _PEOPLE)
    edges = await relations.following(node, visit.viewer_id, person.id, page)
    heading = pages.translator_of(request)("Whom {name} follows", name=person.name)
    return await _ties(request, visit, person, edges, heading)


async def people(request: Request) -> Response:
    """Everybody of this node who lets themselves be listed, the recently active first."""
    visit = await enter(request)
    node = node_of(request)
    offset = offset_of(request)
    found = await accounts.directory(node, visit.viewer_id, _PEOPLE, offset)
    t = pages.translator_of(request)
    return _list(
        request,
        await with_relationships(node, visit, found),
        offset_links(request, offset, _PEOPLE, len(found)),
        heading=t("People"),
        lead=t("Everybody at {node} who is listed, the recently active first.", node=node.settings.name),
        nobody=t("Nobody."),
        up="",
    )


async def with_relationships(
    node: Node, visit: Visit, found: list[AccountView]
) -> list[tuple[AccountView, RelationshipView]]:
    """Each account with how the viewer stands to it."""
    known = await relations.relationships(node, visit.viewer_id, [person.id for person in found])
    by_id = {one.account_id: one for one in known}
    return [(person, by_id[person.id]) for person in found if person.id in by_id]


async def _ties(
    request: Request, visit: Visit, person: AccountView, edges: list[Edge[AccountView]], heading: str
) -> Response:
    t = pages.translator_of(request)
    hidden = person.hide_collections and person.id != visit.viewer_id
    return _list(
        request,
        await with_relationships(node_of(request), visit, [edge.item for edge in edges]),
        links(request, page_of(request, _PEOPLE), [edge.cursor for edge in edges]),
        heading=heading,
        lead=t("This node knows only the people that somebody here has to do with.") if person.domain else "",
        nobody=t(sentence("This person does not show it.") if hidden else sentence("Nobody.")),
        up=profile_path(person.acct),
    )


def _list(
    request: Request, found: list[tuple[AccountView, RelationshipView]], around: Links, **values: Any
) -> Response:
    return pages.render(request, "accounts/list.html", people=found, newer=around.newer, older=around.older, **values)


async def _posts(node: Node, visit: Visit, person: AccountView, page: Page, which: str) -> list[PostView]:
    return await timelines.account_posts(
        node,
        visit.viewer_id,
        person.id,
        page,
        only_media=which == "media",
        exclude_replies=which == "posts",
        exclude_boosts=which == "media",
    )


async def _pinned(node: Node, visit: Visit, person: AccountView) -> list[PostView]:
    return await timelines.account_posts(node, visit.viewer_id, person.id, Page(limit=5), pinned=True)
