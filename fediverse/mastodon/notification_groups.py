"""`/api/v2/notifications`: likes and boosts of one post, and follows, told as one."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import notifications as verbs
from fediverse.mastodon import entities
from fediverse.mastodon.answers import answer, listing
from fediverse.mastodon.authorization import caller
from fediverse.mastodon.entities.notification_groups import grouped_notifications
from fediverse.mastodon.notifications import kinds_in
from fediverse.mastodon.paging import limit_of, link_headers, page_of
from fediverse.mastodon.parameters import Parameters, record_id
from fediverse.mastodon.request_body import query
from fediverse.queries import notification_groups as questions
from fediverse.queries.notification_groups import GROUPED, UNGROUPED, Wanted


async def groups(request: Request) -> Response:
    me = await caller(request, "read:notifications")
    asked = query(request)
    views = await questions.groups(me.node, me.id, page_of(asked, usual=40, most=80), _wanted(asked))
    entity = grouped_notifications(
        views, me.id, me.node.uri, partial=asked.word("expand_accounts") == "partial_avatars"
    )
    return answer(entity, headers=link_headers(request, [view.newest.id for view in views]))


async def group(request: Request) -> Response:
    me = await caller(request, "read:notifications")
    view = await questions.group(me.node, me.id, request.path_params["group_key"])
    return answer(grouped_notifications([view], me.id, me.node.uri, paged=False))


async def accounts(request: Request) -> Response:
    me = await caller(request, "read:notifications")
    page = page_of(query(request), usual=40, most=80)
    edges = await questions.accounts_of(me.node, me.id, request.path_params["group_key"], page)
    return listing(request, [entities.account(edge.item) for edge in edges], [edge.cursor for edge in edges])


async def dismiss(request: Request) -> Response:
    me = await caller(request, "write:notifications")
    key: str = request.path_params["group_key"]
    if key.startswith(UNGROUPED):
        await verbs.dismiss(me.node, me.id, record_id(key.removeprefix(UNGROUPED)))
    else:
        await verbs.dismiss_group(me.node, me.id, key)
    return answer({})


async def unread_count(request: Request) -> Response:
    me = await caller(request, "read:notifications")
    asked = query(request)
    limit = limit_of(asked, usual=100, most=1000)
    return answer({"count": await questions.unread_count(me.node, me.id, limit, _wanted(asked))})


def _wanted(asked: Parameters) -> Wanted:
    kinds, excluded = kinds_in(asked)
    return Wanted(
        kinds=None if kinds is None else tuple(kinds),
        excluded=tuple(excluded),
        from_account=asked.record("account_id"),
        with_filtered=bool(asked.flag("include_filtered")),
        grouped=tuple(kind for kind in asked.texts("grouped_types") if kind in GROUPED)
        if "grouped_types" in asked
        else GROUPED,
    )
