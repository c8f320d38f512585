"""Who may not come in: addresses of the network, domains of e-mail, single addresses of e-mail. For administrators alone."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import access_blocks as verbs
from fediverse.mastodon.admin.access import address_of, administrator
from fediverse.mastodon.answers import answer, listing
from fediverse.mastodon.authorization import Caller
from fediverse.mastodon.entities.admin_blocks import canonical_email_block, email_domain_block, ip_block
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.parameters import record_id
from fediverse.mastodon.request_body import parameters, query
from fediverse.queries import access_blocks as questions

# ── addresses of the network ──────────────────────────────────────────────────────────────────────


async def list_ip_blocks(request: Request) -> Response:
    me = await administrator(request, "admin:read:ip_blocks")
    found = await questions.ip_blocks(me.node, page_of(query(request), usual=100, most=200))
    return listing(request, [ip_block(view) for view in found], [view.id for view in found])


async def show_ip_block(request: Request) -> Response:
    return await _ip_block(await administrator(request, "admin:read:ip_blocks"), _id_in(request))


async def add_ip_block(request: Request) -> Response:
    me = await administrator(request, "admin:write:ip_blocks")
    asked = await parameters(request)
    number = await verbs.add_ip_block(
        me.node,
        me.id,
        asked.word("ip"),
        asked.word("severity"),
        asked.text("comment") or "",
        max(asked.number("expires_in") or 0, 0),
        from_address=address_of(request),
    )
    return await _ip_block(me, number)


async def change_ip_block(request: Request) -> Response:
    me = await administrator(request, "admin:write:ip_blocks")
    asked = await parameters(request)
    number = _id_in(request)
    await verbs.change_ip_block(
        me.node,
        me.id,
        number,
        network=asked.word("ip") or None,
        severity=asked.word("severity") or None,
        comment=asked.text("comment"),
        expires_in_s=asked.number("expires_in"),
        from_address=address_of(request),
    )
    return await _ip_block(me, number)


async def remove_ip_block(request: Request) -> Response:
    me = await administrator(request, "admin:write:ip_blocks")
    await verbs.remove_ip_block(me.node, me.id, _id_in(request))
    return answer({})


async def _ip_block(me: Caller, block_id: int) -> Response:
    return answer(ip_block(await questions.ip_block(me.node, block_id)))


# ── domains of e-mail ─────────────────────────────────────────────────────────────────────────────


async def list_email_domains(request: Request) -> Response:
    me = await administrator(request, "admin:read:email_domain_blocks")
    found = await questions.email_domain_blocks(me.node, page_of(query(request), usual=100, most=200))
    now = me.node.clock.now()
    return listing(request, [email_domain_block(view, now) for view in found], [view.id for view in found])


async def show_email_domain(request: Request) -> Response:
    return await _email_domain(await administrator(request, "admin:read:email_domain_blocks"), _id_in(request))


async def add_email_domain(request: Request) -> Response:
    me = await administrator(request, "admin:write:email_domain_blocks")
    asked = await parameters(request)
    return await _email_domain(me, await verbs.add_email_domain_block(me.node, me.id, asked.word("domain")))


async def remove_email_domain(request: Request) -> Response:
    me = await administrator(request, "admin:write:email_domain_blocks")
    await verbs.remove_email_domain_block(me.node, me.id, _id_in(request))
    return answer({})


async def _email_domain(me: Caller, block_id: int) -> Response:
    return answer(email_domain_block(await questions.email_domain_block(me.node, block_id), me.node.clock.now()))


# ── single addresses of e-mail ────────────────────────────────────────────────────────────────────


async def list_emails(request: Request) -> Response:
    me = await administrator(request, "admin:read:canonical_email_blocks")
    found = await questions.email_blocks(me.node, page_of(query(request), usual=100, most=200))
    return listing(request, [canonical_email_block(view) for view in found], [view.id for view in found])


async def show_email(request: Request) -> Response:
    me = await administrator(request, "admin:read:canonical_email_blocks")
    return answer(canonical_email_block(await questions.email_block(me.node, _id_in(request))))


async def test_email(request: Request) -> Response:
    """The blocks that an address meets, however it is written."""
    me = await administrator(request, "admin:read:canonical_email_blocks")
    asked = await parameters(request)
    found = await questions.email_blocks_of(me.node, asked.word("email"))
    return answer([canonical_email_block(view) for view in found])


async def add_email(request: Request) -> Response:
    me = await administrator(request, "admin:write:canonical_email_blocks")
    asked = await parameters(request)
    number = await verbs.add_email_block(me.node, me.id, asked.word("email"), asked.word("canonical_email_hash"))
    return answer(canonical_email_block(await questions.email_block(me.node, number)))


async def remove_email(request: Request) -> Response:
    me = await administrator(request, "admin:write:canonical_email_blocks")
    await verbs.remove_email_block(me.node, me.id, _id_in(request))
    return answer({})


def _id_in(request: Request) -> int:
    return record_id(request.path_params["id"])
