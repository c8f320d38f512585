"""Timelines as pages: home with the form to write, the company's, the network's, a tag's, and what a person saved."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from fediverse.node import Node, node_of
from fediverse.queries import suggestions, tags, timelines
from fediverse.queries.announcements import announcements
from fediverse.queries.views import AccountView, Edge, Page, PostView, RelationshipView
from fediverse.web import pages
from fediverse.web.accounts import with_relationships
from fediverse.web.compose import blank_form
from fediverse.web.filters import shown
from fediverse.web.paging import Links, links
from fediverse.web.visits import Visit, enter, page_of

_SUGGESTIONS = 5


async def home(request: Request) -> Response:
    visit = await enter(request)
    node = node_of(request)
    page = page_of(request)
    posts = await timelines.home(node, visit.viewer_id, page)
    around = links(request, page, [post.id for post in posts])
    first = page.max_id is None and page.min_id is None
    return _timeline(
        request,
        "timelines/home.html",
        await shown(node, visit, posts, "home"),
        around,
        announcements=await announcements(node, visit.viewer_id) if first else [],
        form=await blank_form(node, visit) if first else None,
        suggestions=await _suggestions(node, visit) if first and visit.account.following_count == 0 else [],
    )


async def company(request: Request) -> Response:
    """What people of this node tell everybody, for the company alone or for the network."""
    visit = await enter(request)
    page = page_of(request)
    posts = await timelines.public(node_of(request), visit.viewer_id, page, local=True)
    return await _public(request, visit, posts, page, "company")


async def network(request: Request) -> Response:
    visit = await enter(request)
    page = page_of(request)
    posts = await timelines.public(node_of(request), visit.viewer_id, page)
    return await _public(request, visit, posts, page, "network")


async def tag(request: Request) -> Response:
    visit = await enter(request)
    node = node_of(request)
    page = page_of(request)
    found = await tags.tag(node, visit.viewer_id, request.path_params["name"])
    posts = await timelines.tag(node, visit.viewer_id, found.name, page)
    around = links(request, page, [post.id for post in posts])
    return _timeline(request, "timelines/tag.html", await shown(node, visit, posts, "public"), around, tag=found)


async def bookmarks(request: Request) -> Response:
    visit = await enter(request)
    page = page_of(request)
    return _saved(request, page, await timelines.bookmarks(node_of(request), visit.viewer_id, page), "bookmarks")


async def likes(request: Request) -> Response:
    visit = await enter(request)
    page = page_of(request)
    return _saved(request, page, await timelines.likes(node_of(request), visit.viewer_id, page), "likes")


async def _public(request: Request, visit: Visit, posts: list[PostView], page: Page, which: str) -> Response:
    around = links(request, page, [post.id for post in posts])
    left = await shown(node_of(request), visit, posts, "public")
    return _timeline(request, "timelines/public.html", left, around, which=which)


def _saved(request: Request, page: Page, edges: list[Edge[PostView]], which: str) -> Response:
    posts = [edge.item for edge in edges]
    around = links(request, page, [edge.cursor for edge in edges])
    return _timeline(request, "timelines/saved.html", posts, around, which=which)


def _timeline(request: Request, template: str, posts: list[PostView], around: Links, **values: Any) -> Response:
    return pages.render(request, template, posts=posts, newer=around.newer, older=around.older, **values)


async def _suggestions(node: Node, visit: Visit) -> list[tuple[AccountView, RelationshipView]]:
    """A few colleagues for somebody who follows nobody yet."""
    found = await suggestions.suggestions(node, visit.viewer_id, _SUGGESTIONS)
    return await with_relationships(node, visit, [one.account for one in found])
