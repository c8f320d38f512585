"""Timelines: home, public, and by tag."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from fediverse.mastodon import entities
from fediverse.mastodon.answers import listing
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.request_body import query
from fediverse.queries import timelines
from fediverse.queries.views import PostView


async def home(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    return _listed(request, me, await timelines.home(me.node, me.id, page_of(query(request), usual=20, most=40)))


async def public(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    asked = query(request)
    found = await timelines.public(
        me.node,
        me.id,
        page_of(asked, usual=20, most=40),
        local=asked.flag("local") or False,
        remote=asked.flag("remote") or False,
        only_media=asked.flag("only_media") or False,
    )
    return _listed(request, me, found)


async def tag(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    asked = query(request)
    found = await timelines.tag(
        me.node,
        me.id,
        request.path_params["name"],
        page_of(asked, usual=20, most=40),
        any_=asked.texts("any"),
        all_=asked.texts("all"),
        none_=asked.texts("none"),
        local=asked.flag("local") or False,
        remote=asked.flag("remote") or False,
        only_media=asked.flag("only_media") or False,
    )
    return _listed(request, me, found)


def _listed(request: Request, me: Caller, found: Sequence[PostView]) -> Response:
    return listing(request, [entities.status(post, me.id, me.node.uri) for post in found], [post.id for post in found])
