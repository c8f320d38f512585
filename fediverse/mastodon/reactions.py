"""What a person does with a post: favourite, boost, bookmark, pin. Each verb answers with the status as the person now sees it."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import boosts, threads
from fediverse.actions import reactions as verbs
from fediverse.errors import Invalid
from fediverse.mastodon.accounts import edges
from fediverse.mastodon.authorization import caller
from fediverse.mastodon.drafts import visibility_of
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.request_body import parameters, query
from fediverse.mastodon.shown import list_edges
from fediverse.mastodon.statuses import answer_status, original
from fediverse.queries import posts, timelines


async def favourite(request: Request) -> Response:
    me = await caller(request, "write:favourites")
    view = await original(me, request)
    await verbs.like(me.node, me.id, view.id)
    return await answer_status(me, view.id)


async def unfavourite(request: Request) -> Response:
    me = await caller(request, "write:favourites")
    view = await original(me, request)
    await verbs.unlike(me.node, me.id, view.id)
    return await answer_status(me, view.id)


async def reblog(request: Request) -> Response:
    """Answers the boost, which carries the original."""
    me = await caller(request, "write:statuses")
    asked = await parameters(request)
    visibility, local_only = visibility_of(asked.word("visibility"))
    if local_only:
        raise Invalid("Validation failed: Visibility is not included in the list")
    view = await original(me, request)
    return await answer_status(me, await boosts.boost(me.node, me.id, view.id, visibility))


async def unreblog(request: Request) -> Response:
    """Answers the original."""
    me = await caller(request, "write:statuses")
    view = await original(me, request)
    await boosts.unboost(me.node, me.id, view.id)
    return await answer_status(me, view.id)


async def bookmark(request: Request) -> Response:
    me = await caller(request, "write:bookmarks")
    view = await original(me, request)
    await verbs.bookmark(me.node, me.id, view.id)
    return await answer_status(me, view.id)


async def unbookmark(request: Request) -> Response:
    me = await caller(request, "write:bookmarks")
    view = await original(me, request)
    await verbs.unbookmark(me.node, me.id, view.id)
    return await answer_status(me, view.id)


async def pin(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    view = await original(me, request)
    await verbs.pin(me.node, me.id, view.id)
    return await answer_status(me, view.id)


async def unpin(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    view = await original(me, request)
    await verbs.unpin(me.node, me.id, view.id)
    return await answer_status(me, view.id)


async def mute(request: Request) -> Response:
    """Of the thread that the status stands in: nothing that happens there is told any more."""
    me = await caller(request, "write:mutes")
    view = await original(me, request)
    await threads.mute(me.node, me.id, view.id)
    return await answer_status(me, view.id)


async def unmute(request: Request) -> Response:
    me = await caller(request, "write:mutes")
    view = await original(me, request)
    await threads.unmute(me.node, me.id, view.id)
    return await answer_status(me, view.id)


async def favourited_by(request: Request) -> Response:
    me = await caller(request, "read:accounts")
    view = await original(me, request)
    return edges(request, await posts.liked_by(me.node, me.id, view.id, page_of(query(request), usual=40, most=80)))


async def reblogged_by(request: Request) -> Response:
    me = await caller(request, "read:accounts")
    view = await original(me, request)
    return edges(request, await posts.boosted_by(me.node, me.id, view.id, page_of(query(request), usual=40, most=80)))


async def favourites(request: Request) -> Response:
    """Paged by when the person liked, not by when the posts were written."""
    me = await caller(request, "read:favourites")
    found = await timelines.likes(me.node, me.id, page_of(query(request), usual=20, most=40))
    return await list_edges(request, me, found, "any")


async def bookmarks(request: Request) -> Response:
    me = await caller(request, "read:bookmarks")
    found = await timelines.bookmarks(me.node, me.id, page_of(query(request), usual=20, most=40))
    return await list_edges(request, me, found, "any")
