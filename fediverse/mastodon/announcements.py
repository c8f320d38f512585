"""Announcements: what the administrators tell everybody, dismissed and answered with an emoji."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import announcements as verbs
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import caller
from fediverse.mastodon.entities.announcements import announcement
from fediverse.mastodon.parameters import record_id
from fediverse.mastodon.request_body import query
from fediverse.queries.announcements import announcements


async def list_all(request: Request) -> Response:
    me = await caller(request, "read")
    with_dismissed = query(request).flag("with_dismissed") or False
    found = await announcements(me.node, me.id, with_dismissed=with_dismissed)
    return answer([announcement(view, me.node.uri) for view in found])


async def dismiss(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    await verbs.dismiss(me.node, me.id, record_id(request.path_params["id"]))
    return answer({})


async def react(request: Request) -> Response:
    me = await caller(request, "write:favourites")
    await verbs.react(me.node, me.id, record_id(request.path_params["id"]), request.path_params["name"])
    return answer({})


async def unreact(request: Request) -> Response:
    me = await caller(request, "write:favourites")
    await verbs.unreact(me.node, me.id, record_id(request.path_params["id"]), request.path_params["name"])
    return answer({})
