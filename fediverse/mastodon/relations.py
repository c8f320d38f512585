"""Following, blocking, muting, and the answers to those who ask to follow. Each verb answers with the relationship as it now is."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import follow_requests as answers
from fediverse.actions import relations as verbs
from fediverse.mastodon import entities
from fediverse.mastodon.accounts import edges
from fediverse.mastodon.answers import answer, listing
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.parameters import record_id
from fediverse.mastodon.request_body import parameters, query
from fediverse.queries import accounts, relations

_MOST_AT_ONCE = 80
_MOST_LANGUAGES = 20
_LONGEST_MUTE_S = 10 * 365 * 24 * 3600


async def relationships(request: Request) -> Response:
    """In the order asked; ids that are unknown to the caller are left out."""
    me = await caller(request, "read:follows")
    known = await accounts.accounts(me.node, me.id, query(request).records("id")[:_MOST_AT_ONCE])
    views = await relations.relationships(me.node, me.id, [view.id for view in known])
    return answer([entities.relationship(view) for view in views])


async def follow(request: Request) -> Response:
    """Also changes the wishes of an existing follow. What is not sent stays as it is."""
    me = await caller(request, "write:follows")
    target = await _target(request, me)
    asked = await parameters(request)
    languages = asked.texts("languages")[:_MOST_LANGUAGES] if "languages" in asked else None
    await verbs.follow(
        me.node,
        me.id,
        target,
        show_boosts=asked.flag("reblogs"),
        notify_of_posts=asked.flag("notify"),
        languages=languages,
    )
    return await _relationship(me, target)


async def unfollow(request: Request) -> Response:
    me = await caller(request, "write:follows")
    target = await _target(request, me)
    await verbs.unfollow(me.node, me.id, target)
    return await _relationship(me, target)


async def remove_from_followers(request: Request) -> Response:
    me = await caller(request, "write:follows")
    target = await _target(request, me)
    await verbs.reject(me.node, me.id, target)
    return await _relationship(me, target)


async def block(request: Request) -> Response:
    me = await caller(request, "write:blocks")
    target = await _target(request, me)
    await verbs.block(me.node, me.id, target)
    return await _relationship(me, target)


async def unblock(request: Request) -> Response:
    me = await caller(request, "write:blocks")
    target = await _target(request, me)
    await verbs.unblock(me.node, me.id, target)
    return await _relationship(me, target)


async def mute(request: Request) -> Response:
    """`duration` is in seconds; 0 or none is for good."""
    me = await caller(request, "write:mutes")
    target = await _target(request, me)
    asked = await parameters(request)
    hide = asked.flag("notifications")
    duration_s = min(max(asked.number("duration") or 0, 0), _LONGEST_MUTE_S)
    await verbs.mute(me.node, me.id, target, hide_notifications=hide is not False, duration_s=duration_s)
    return await _relationship(me, target)


async def unmute(request: Request) -> Response:
    me = await caller(request, "write:mutes")
    target = await _target(request, me)
    await verbs.unmute(me.node, me.id, target)
    return await _relationship(me, target)


async def follow_requests(request: Request) -> Response:
    me = await caller(request, "read:follows")
    return edges(request, await relations.follow_requests(me.node, me.id, page_of(query(request), usual=40, most=80)))


async def authorize(request: Request) -> Response:
    me = await caller(request, "write:follows")
    follower = await _target(request, me)
    await answers.authorize(me.node, me.id, follower)
    return await _relationship(me, follower)


async def reject(request: Request) -> Response:
    me = await caller(request, "write:follows")
    follower = await _target(request, me)
    await answers.reject(me.node, me.id, follower)
    return await _relationship(me, follower)


async def blocks(request: Request) -> Response:
    me = await caller(request, "read:blocks")
    return edges(request, await relations.blocks(me.node, me.id, page_of(query(request), usual=40, most=80)))


async def mutes(request: Request) -> Response:
    """Accounts, each with the time when its mute ends."""
    me = await caller(request, "read:mutes")
    found = await relations.mutes(me.node, me.id, page_of(query(request), usual=40, most=80))
    views = await relations.relationships(me.node, me.id, [edge.item.id for edge in found])
    ends = {view.account_id: view.muting_expires_at for view in views}
    return listing(
        request,
        [entities.muted_account(edge.item, ends.get(edge.item.id)) for edge in found],
        [edge.cursor for edge in found],
    )


async def _target(request: Request, me: Caller) -> int:
    """The account named in the path. Raises NotFound."""
    view = await accounts.account(me.node, me.id, record_id(request.path_params["id"]))
    return view.id


async def _relationship(me: Caller, target: int) -> Response:
    views = await relations.relationships(me.node, me.id, [target])
    return answer(entities.relationship(views[0]))
