"""Reports for moderators: the list, one, and what is done with it."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import reports as verbs
from fediverse.mastodon.admin.access import moderator
from fediverse.mastodon.answers import answer, listing
from fediverse.mastodon.authorization import Caller
from fediverse.mastodon.entities.admin_reports import admin_report
from fediverse.mastodon.entities.values import Entity
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.parameters import record_id
from fediverse.mastodon.request_body import parameters, query
from fediverse.node import Node
from fediverse.queries.moderation import accounts_by_id
from fediverse.queries.reports import ReportFilter, ReportView, report, reports

_READ, _WRITE = "admin:read:reports", "admin:write:reports"


async def list_all(request: Request) -> Response:
    """Open ones, or with `resolved` those that are done."""
    me = await moderator(request, _READ)
    asked = query(request)
    wanted = ReportFilter(
        resolved=asked.flag("resolved") or False,
        reporter_id=asked.record("account_id"),
        target_id=asked.record("target_account_id"),
        target_domain=asked.word("by_target_domain").lower(),
    )
    found = await reports(me.node, me.id, page_of(asked, usual=100, most=200), wanted)
    return listing(request, await _entities(me, found), [view.id for view in found])


async def show(request: Request) -> Response:
    return await _answer(await moderator(request, _READ), _id_in(request))


async def change(request: Request) -> Response:
    me = await moderator(request, _WRITE)
    asked = await parameters(request)
    number = _id_in(request)
    rule_ids = asked.records("rule_ids") if "rule_ids" in asked else None
    await verbs.change(me.node, me.id, number, asked.word("category") or None, rule_ids)
    return await _answer(me, number)


async def assign_to_self(request: Request) -> Response:
    return await _do(request, verbs.assign)


async def unassign(request: Request) -> Response:
    return await _do(request, verbs.unassign)


async def resolve(request: Request) -> Response:
    return await _do(request, verbs.resolve)


async def reopen(request: Request) -> Response:
    return await _do(request, verbs.reopen)


async def _do(request: Request, verb: Callable[[Node, int, int], Awaitable[None]]) -> Response:
    me = await moderator(request, _WRITE)
    number = _id_in(request)
    await verb(me.node, me.id, number)
    return await _answer(me, number)


async def _answer(me: Caller, report_id: int) -> Response:
    [entity] = await _entities(me, [await report(me.node, me.id, report_id)])
    return answer(entity)


async def _entities(me: Caller, found: list[ReportView]) -> list[Entity]:
    named = {
        person.id
        for view in found
        for person in (view.reporter, view.target, view.assigned_to, view.resolved_by)
        if person is not None
    }
    people = await accounts_by_id(me.node, sorted(named))
    return [admin_report(view, people, me.id, me.node.uri) for view in found]


def _id_in(request: Request) -> int:
    return record_id(request.path_params["id"])
