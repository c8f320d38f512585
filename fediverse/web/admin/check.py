"""What the rules say of one host, direction by direction, with the rule that says it; and how far a first contact gets, step by step."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import domains as verbs
from fediverse.errors import Invalid
from fediverse.federation.handshake import check_domain
from fediverse.node import node_of
from fediverse.queries import domains
from fediverse.web import pages
from fediverse.web.admin import rules
from fediverse.web.visits import enter_admin


async def show(request: Request) -> Response:
    await enter_admin(request)
    node = node_of(request)
    host = request.query_params.get("host", "").strip()[:300]
    try:
        verdicts = await verbs.check(node, host) if host else {}
    except Invalid as problem:
        return _page(request, host, problem=problem.safe, status=problem.status)
    steps = await check_domain(node, host) if verdicts and all(verdict.allowed for verdict in verdicts.values()) else []
    peer = next((one for one in await domains.peers(node) if one.host == host.lower()), None)
    return _page(request, host, verdicts=verdicts, steps=steps, peer=peer)


def _page(request: Request, host: str, status: int = 200, **values: Any) -> Response:
    shown: dict[str, Any] = {"verdicts": {}, "steps": [], "peer": None, "problem": "", **values}
    return pages.render(
        request, "admin/check.html", status, host=host, directions=rules.DIRECTIONS, effects=rules.EFFECTS, **shown
    )
