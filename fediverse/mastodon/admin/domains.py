"""Which domains are allowed and blocked. The same rules as the command line's, for administrators alone."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import domain_rules as verbs
from fediverse.errors import Invalid
from fediverse.mastodon.admin.access import administrator
from fediverse.mastodon.answers import answer, listing
from fediverse.mastodon.authorization import Caller
from fediverse.mastodon.entities.admin_blocks import COMMENTS, FLAGS, SEVERITIES, domain_allow, domain_block
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.parameters import Parameters, record_id
from fediverse.mastodon.request_body import parameters, query
from fediverse.policy.domains import Effect
from fediverse.queries.domain_rules import domain_rule, domain_rules


async def list_allows(request: Request) -> Response:
    me = await administrator(request, "admin:read:domain_allows")
    found = await domain_rules(me.node, Effect.ALLOW, page_of(query(request), usual=100, most=200))
    return listing(request, [domain_allow(view) for view in found], [view.id for view in found])


async def show_allow(request: Request) -> Response:
    return await _allow(await administrator(request, "admin:read:domain_allows"), _id_in(request))


async def allow(request: Request) -> Response:
    me = await administrator(request, "admin:write:domain_allows")
    asked = await parameters(request)
    return await _allow(me, await verbs.allow(me.node, me.id, _domain_in(asked)))


async def disallow(request: Request) -> Response:
    me = await administrator(request, "admin:write:domain_allows")
    await verbs.disallow(me.node, me.id, _id_in(request))
    return answer({})


async def list_blocks(request: Request) -> Response:
    me = await administrator(request, "admin:read:domain_blocks")
    found = await domain_rules(me.node, Effect.DENY, page_of(query(request), usual=100, most=200))
    return listing(request, [domain_block(view) for view in found], [view.id for view in found])


async def show_block(request: Request) -> Response:
    return await _block(await administrator(request, "admin:read:domain_blocks"), _id_in(request))


async def block(request: Request) -> Response:
    me = await administrator(request, "admin:write:domain_blocks")
    asked = await parameters(request)
    words = {"severity": "silence", **_words(asked)}  # what the API means when nothing is said
    return await _block(me, await verbs.block(me.node, me.id, _domain_in(asked), words))


async def change_block(request: Request) -> Response:
    me = await administrator(request, "admin:write:domain_blocks")
    number = _id_in(request)
    await verbs.reword(me.node, me.id, number, _words(await parameters(request)))
    return await _block(me, number)


async def unblock(request: Request) -> Response:
    me = await administrator(request, "admin:write:domain_blocks")
    await verbs.unblock(me.node, me.id, _id_in(request))
    return answer({})


async def _allow(me: Caller, rule_id: int) -> Response:
    return answer(domain_allow(await domain_rule(me.node, Effect.ALLOW, rule_id)))


async def _block(me: Caller, rule_id: int) -> Response:
    return answer(domain_block(await domain_rule(me.node, Effect.DENY, rule_id)))


def _words(asked: Parameters) -> dict[str, str]:
    """What the client says of a block, as far as it says anything."""
    words = {name: "true" if said else "false" for name in FLAGS if (said := asked.flag(name)) is not None}
    words |= {name: comment for name in COMMENTS if (comment := asked.text(name)) is not None}
    severity = asked.word("severity")
    if severity and severity not in SEVERITIES:
        raise Invalid(f"Validation failed: Severity is one of {', '.join(SEVERITIES)}")
    return words | ({"severity": severity} if severity else {})


def _domain_in(asked: Parameters) -> str:
    domain = asked.word("domain")
    if not domain:
        raise Invalid("Validation failed: Domain can't be blank")
    return domain


def _id_in(request: Request) -> int:
    return record_id(request.path_params["id"])
