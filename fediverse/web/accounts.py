"""People: the profile with its posts, whom they follow, who follows them, and everybody here."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from fediverse.errors import NotFound
from fediverse.node import Node, node_of
from fediverse.queries import accounts, groups, lists, relations, tags, timelines
from fediverse.queries.views import AccountView, Edge, ListView, Page, PostView, RelationshipView
from fediverse.web import pages
from fediverse.web.content import group_path, profile_path
from fediverse.web.filters import shown
from fediverse.web.notices import redirect
from fediverse.web.paging import Links, links, offset_links, offset_of
from fediverse.web.translations import sentence
from fediverse.web.visits import Visit, enter, page_of

_PEOPLE = 40


async def profile(request: Request) -> Response:
    visit = await enter(request)
    node = node_of(request)
    person = await accounts.by_acct(node, visit.viewer_id, request.path_params["acct"])
    if person.group and await _is_wall(node, visit, person):
        return redirect(group_path(person.acct))
    page = page_of(request)
    which, tagged = request.query_params.get("with", "posts"), request.query_params.get("tagged", "")
    posts = await _posts(node, visit, person, page, which, tagged)
    (relationship,) = await relations.relationships(node, visit.viewer_id, [person.id])
    around = links(request, page, [post.id for post in posts])
    return pages.render(
        request,
        "accounts/profile.html",
        person=person,
        relationship=relationship,
        which=which,
        tagged=tagged,
        featured=await tags.featured(node, visit.viewer_id, person.id),
        lists=await _lists(node, visit, person, relationship),
        pinned=await _pinned(node, visit, person) if which == "posts" and not tagged and not around.newer else [],
        posts=await shown(node, visit, posts, "account"),
        newer=around.newer,
        older=around.older,
    )


async def _is_wall(node: Node, visit: Visit, person: AccountView) -> bool:
    """Whether it is a group whose rules are known here. Others are shown as anybody who may be followed."""
    try:
        await groups.group(node, visit.viewer_id, person.id)
    except NotFound:
        return False
    return True


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
    """Everybody of this node, or everybody known to it, who lets themselves be listed: the recently active first, or the newest."""
    visit = await enter(request)
    node = node_of(request)
    offset = offset_of(request)
    everywhere = request.query_params.get("who", "") == "all"
    order = "new" if request.query_params.get("order", "") == "new" else "active"
    found = await accounts.directory(node, visit.viewer_id, _PEOPLE, offset, local=not everywhere, order=order)
    around = offset_links(request, offset, _PEOPLE, len(found))
    return pages.render(
        request,
        "accounts/directory.html",
        people=await with_relationships(node, visit, found),
        everywhere=everywhere,
        order=order,
        newer=around.newer,
        older=around.older,
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


async def _lists(
    node: Node, visit: Visit, person: AccountView, relationship: RelationshipView
) -> list[tuple[ListView, bool]]:
    """The viewer's lists that the person may stand in, each with whether they do."""
    if not relationship.following and not relationship.requested:
        return []
    inside = {one.id for one in await lists.with_account(node, visit.viewer_id, person.id)}
    return [(one, one.id in inside) for one in await lists.lists(node, visit.viewer_id)]


async def _posts(node: Node, visit: Visit, person: AccountView, page: Page, which: str, tagged: str) -> list[PostView]:
    return await timelines.account_posts(
        node,
        visit.viewer_id,
        person.id,
        page,
        only_media=which == "media",
        exclude_replies=which == "posts" and not tagged,
        exclude_boosts=which == "media",
        tagged=tagged,
    )


async def _pinned(node: Node, visit: Visit, person: AccountView) -> list[PostView]:
    pinned = await timelines.account_posts(node, visit.viewer_id, person.id, Page(limit=5), pinned=True)
    return await shown(node, visit, pinned, "account")
