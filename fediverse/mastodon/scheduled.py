"""Statuses for later: list them, move one, cancel one. They begin as a status with `scheduled_at`."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import scheduled as verbs
from fediverse.errors import Invalid
from fediverse.mastodon import entities
from fediverse.mastodon.answers import answer, listing
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.drafts import moment_in
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.parameters import record_id
from fediverse.mastodon.request_body import parameters, query
from fediverse.queries import scheduled


async def index(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    views = await scheduled.all_scheduled(me.node, me.id, page_of(query(request), usual=20, most=40))
    return listing(request, [entities.scheduled_status(view) for view in views], [view.id for view in views])


async def show(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    return await answer_scheduled(me, record_id(request.path_params["id"]))


async def move(request: Request) -> Response:
    me = await caller(request, "write:statuses")
    due_at = moment_in(await parameters(request))
    if due_at is None:
        raise Invalid("Validation failed: Scheduled at can't be blank")
    scheduled_id = record_id(request.path_params["id"])
    await verbs.move(me.node, me.id, scheduled_id, due_at)
    return await answer_scheduled(me, scheduled_id)


async def cancel(request: Request) -> Response:
    me = await caller(request, "write:statuses")
    await verbs.cancel(me.node, me.id, record_id(request.path_params["id"]))
    return answer({})


async def answer_scheduled(me: Caller, scheduled_id: int) -> Response:
    return answer(entities.scheduled_status(await scheduled.scheduled(me.node, me.id, scheduled_id)))
