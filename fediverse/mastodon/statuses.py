"""Posts: write, read, change, delete, and the thread around one. What people do with a post is in `reactions`."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import dry_run
from fediverse.actions import posts as verbs
from fediverse.actions.scheduled import schedule
from fediverse.errors import Invalid, NotFound
from fediverse.mastodon import entities
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.drafts import change_of, draft_of, moment_in
from fediverse.mastodon.parameters import Parameters, record_id
from fediverse.mastodon.request_body import parameters, query
from fediverse.mastodon.scheduled import answer_scheduled
from fediverse.mastodon.shown import statuses
from fediverse.queries import posts
from fediverse.queries.filters import thread_with_filters
from fediverse.queries.views import PostView
from fediverse.queries.who_will_see import WhoWillSee
from fediverse.text.translations import translator

_MOST_AT_ONCE = 20


async def create(request: Request) -> Response:
    """The same Idempotency-Key within an hour answers the same status. With `scheduled_at` it answers what is kept for later, with `dry_run` who would
    see it, and nothing else happens.
    """
    me = await caller(request, "write:statuses")
    asked = await parameters(request)
    if asked.flag("dry_run"):
        return await _dry_run(me, asked)
    draft, due_at = draft_of(asked, me.access.app_id), moment_in(asked)
    key = request.headers.get("idempotency-key", "").strip()
    if due_at is not None:
        return await answer_scheduled(me, await schedule(me.node, me.id, draft, due_at, key))
    post_id = await verbs.publish(me.node, me.id, draft, key)
    return await answer_status(me, post_id)


async def _dry_run(me: Caller, asked: Parameters) -> Response:
    """What is wrong with it stands in the answer, as nothing was asked for that could fail."""
    try:
        moment_in(asked)
        seen = await dry_run.preview(me.node, me.id, draft_of(asked, me.access.app_id))
    except Invalid as problem:
        seen = WhoWillSee(problem=problem.safe)
    t = translator(me.access.locale or me.node.settings.locale)
    return answer(entities.who_will_see(seen, t, me.node.settings.name))


async def show(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    return await answer_status(me, record_id(request.path_params["id"]))


async def several(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    views = await posts.posts(me.node, me.id, query(request).records("id")[:_MOST_AT_ONCE])
    return answer(await statuses(me, views, "any"))


async def edit(request: Request) -> Response:
    me = await caller(request, "write:statuses")
    view = await _own_text(me, request)
    await verbs.edit(me.node, me.id, view.id, change_of(await parameters(request)))
    return await answer_status(me, view.id)


async def delete(request: Request) -> Response:
    """Answers the status as it was, with its source: clients offer to write it anew."""
    me = await caller(request, "write:statuses")
    view = await posts.post(me.node, me.id, record_id(request.path_params["id"]))
    asked = await parameters(request)
    await verbs.delete(me.node, me.id, view.id, with_media=bool(asked.flag("delete_media")))
    return answer(entities.deleted_status(view, me.id, me.node.uri))


async def source(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    return answer(entities.source(await _own_text(me, request)))


async def history(request: Request) -> Response:
    """What the status said, the original first; one entry when it was never edited."""
    me = await caller(request, "read:statuses")
    view = await original(me, request)
    edits = await posts.history(me.node, me.id, view.id)
    return answer([entities.edit(one, view) for one in edits])


async def context(request: Request) -> Response:
    me = await caller(request, "read:statuses")
    view = await posts.context(me.node, me.id, record_id(request.path_params["id"]))
    return answer(entities.context(await thread_with_filters(me.node, me.id, view), me.id, me.node.uri))


async def original(me: Caller, request: Request) -> PostView:
    """The post named in the path, or the one that it boosts: what people do with a boost, they do with the original. Raises NotFound."""
    view = await posts.post(me.node, me.id, record_id(request.path_params["id"]))
    return view.boost_of or view


async def answer_status(me: Caller, post_id: int) -> Response:
    [shown] = await statuses(me, [await posts.post(me.node, me.id, post_id)], "any")
    return answer(shown)


async def _own_text(me: Caller, request: Request) -> PostView:
    """What the caller typed. Somebody else's typing is nobody's to see, and a boost has none."""
    view = await posts.post(me.node, me.id, record_id(request.path_params["id"]))
    if view.author.id != me.id or view.boost_of is not None:
        raise NotFound
    return view
