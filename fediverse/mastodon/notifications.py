"""What a person is told, one by one, and how far the person has read."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import notifications as verbs
from fediverse.errors import Invalid
from fediverse.mastodon import entities
from fediverse.mastodon.answers import answer, listing
from fediverse.mastodon.authorization import caller
from fediverse.mastodon.paging import limit_of, page_of
from fediverse.mastodon.parameters import Parameters, record_id
from fediverse.mastodon.request_body import parameters, query
from fediverse.queries import notifications as questions
from fediverse.queries.notifications import KINDS

_MARKED = ("home", "notifications")


async def notifications(request: Request) -> Response:
    """Kinds that do not exist are ignored; asking for none that does lists nothing."""
    me = await caller(request, "read:notifications")
    asked = query(request)
    kinds, excluded = kinds_in(asked)
    views = await questions.notifications(
        me.node,
        me.id,
        page_of(asked, usual=40, most=80),
        kinds,
        excluded,
        asked.record("account_id"),
        with_filtered=bool(asked.flag("include_filtered")),
    )
    shown = [entities.notification(view, me.id, me.node.uri) for view in views]
    return listing(request, shown, [view.id for view in views])


def kinds_in(asked: Parameters) -> tuple[list[str] | None, list[str]]:
    """The kinds that are wanted, None for all of them, and those that are not."""
    wanted = [kind for kind in asked.texts("types") if kind in KINDS] if "types" in asked else None
    return wanted, [kind for kind in asked.texts("exclude_types") if kind in KINDS]


async def show(request: Request) -> Response:
    me = await caller(request, "read:notifications")
    view = await questions.notification(me.node, me.id, record_id(request.path_params["id"]))
    return answer(entities.notification(view, me.id, me.node.uri))


async def dismiss(request: Request) -> Response:
    me = await caller(request, "write:notifications")
    await verbs.dismiss(me.node, me.id, record_id(request.path_params["id"]))
    return answer({})


async def clear(request: Request) -> Response:
    me = await caller(request, "write:notifications")
    await verbs.clear(me.node, me.id)
    return answer({})


async def unread_count(request: Request) -> Response:
    me = await caller(request, "read:notifications")
    asked = query(request)
    kinds, excluded = kinds_in(asked)
    limit = limit_of(asked, usual=100, most=1000)
    return answer(
        {"count": await questions.unread_count(me.node, me.id, limit, kinds, excluded, asked.record("account_id"))}
    )


async def markers(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    wanted = [timeline for timeline in query(request).texts("timeline") if timeline in _MARKED]
    return answer(entities.markers(await questions.markers(me.node, me.id, wanted)))


async def set_markers(request: Request) -> Response:
    """`home[last_read_id]=…`. Ids are only compared, whether they exist or not."""
    me = await caller(request, "write:statuses")
    asked = await parameters(request)
    read = {
        timeline: cursor for timeline in _MARKED if (cursor := asked.inner(timeline).cursor("last_read_id")) is not None
    }
    if not read:
        raise Invalid("Validation failed: Last read ID can't be blank")
    return answer(
        entities.markers(
            [await verbs.set_marker(me.node, me.id, timeline, str(cursor)) for timeline, cursor in read.items()]
        )
    )
