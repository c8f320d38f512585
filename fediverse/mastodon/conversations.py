"""Conversations of direct statuses, and the timeline of all of them for clients that do not know conversations."""

from collections.abc import Sequence
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import conversations as verbs
from fediverse.mastodon import entities
from fediverse.mastodon.answers import answer, listing
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.entities.values import Entity
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.parameters import record_id
from fediverse.mastodon.request_body import query
from fediverse.mastodon.shown import list_statuses
from fediverse.queries import conversations
from fediverse.queries.filters import with_filters
from fediverse.queries.views import ConversationView


async def index(request: Request) -> Response:
    """Paged by the last status of each."""
    me = await caller(request, "read:statuses")
    found = await conversations.conversations(me.node, me.id, page_of(query(request), usual=20, most=40))
    return listing(request, await _entities(me, found), [view.last_post.id for view in found])


async def read(request: Request) -> Response:
    return await _mark(request, unread=False)


async def unread(request: Request) -> Response:
    return await _mark(request, unread=True)


async def remove(request: Request) -> Response:
    me = await caller(request, "write:conversations")
    await verbs.remove(me.node, me.id, record_id(request.path_params["id"]))
    return answer({})


async def direct(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    page = page_of(query(request), usual=20, most=40)
    return await list_statuses(request, me, await conversations.direct_posts(me.node, me.id, page), "home")


async def _mark(request: Request, *, unread: bool) -> Response:
    me = await caller(request, "write:conversations")
    conversation_id = record_id(request.path_params["id"])
    await verbs.mark(me.node, me.id, conversation_id, unread=unread)
    [shown] = await _entities(me, [await conversations.conversation(me.node, me.id, conversation_id)])
    return answer(shown)


async def _entities(me: Caller, found: Sequence[ConversationView]) -> list[Entity]:
    marked = await with_filters(me.node, me.id, [view.last_post for view in found], "any")
    return [
        entities.conversation(replace(view, last_post=post), me.id, me.node.uri)
        for view, post in zip(found, marked, strict=True)
    ]
