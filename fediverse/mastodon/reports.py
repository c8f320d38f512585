"""Reports: an account, some of its statuses, and why."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import reports as verbs
from fediverse.actions.reports import Complaint
from fediverse.mastodon import entities
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import caller
from fediverse.mastodon.parameters import record_id
from fediverse.mastodon.request_body import parameters
from fediverse.node import node_of
from fediverse.queries.house_rules import house_rules
from fediverse.queries.reports import report


async def create(request: Request) -> Response:
    """Tells the moderators; with `forward` also those of the account's own node, who do not learn who reported."""
    me = await caller(request, "write:reports")
    asked = await parameters(request)
    complaint = Complaint(
        target_id=record_id(asked.word("account_id")),
        post_ids=asked.records("status_ids"),
        comment=asked.text("comment") or "",
        category=asked.word("category"),
        rule_ids=asked.records("rule_ids"),
        forward=asked.flag("forward") is True,
    )
    number = await verbs.report(me.node, me.id, complaint)
    return answer(entities.report(await report(me.node, me.id, number)))


async def rules(request: Request) -> Response:
    """Open, as they stand in the instance's own answer: people read them before they sign in."""
    return answer([entities.rule(view) for view in await house_rules(node_of(request))])
