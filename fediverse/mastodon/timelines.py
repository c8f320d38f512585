"""Timelines: home, public, and by tag."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.mastodon.authorization import caller
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.request_body import query
from fediverse.mastodon.shown import list_statuses
from fediverse.queries import timelines


async def home(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    found = await timelines.home(me.node, me.id, page_of(query(request), usual=20, most=40))
    return await list_statuses(request, me, found, "home")


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
    return await list_statuses(request, me, found, "public")


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
    return await list_statuses(request, me, found, "public")
