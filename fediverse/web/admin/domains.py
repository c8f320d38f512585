"""The allowlist as pages: what is allowed and why, adding, holding and removing, drafts, import and export, who was refused, and what the rules say of a host.

Holding, removing and deleting are three acts on three forms: a removed domain keeps everything that is known of it until an administrator deletes that too.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import domains as verbs
from fediverse.errors import Conflict, FediverseError, Invalid, Malformed, NotFound
from fediverse.node import Node, node_of
from fediverse.policy.domains import Effect, parse_pattern
from fediverse.queries import domains
from fediverse.web import pages
from fediverse.web.admin import rules
from fediverse.web.notices import redirect
from fediverse.web.visits import enter_admin, submitted_by_admin

HOME: Final = "/admin/domains"
_SHOWN_REFUSALS: Final = 50
_FORMATS: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


async def show(request: Request) -> Response:
    await enter_admin(request)
    return await _show(request)


async def add_page(request: Request) -> Response:
    await enter_admin(request)
    values = {**rules.blank(), "pattern": request.query_params.get("host", "")[:300]}
    return _add_form(request, values)


async def add(request: Request) -> Response:
    submission = await submitted_by_admin(request)
    try:
        rule = rules.new_rule(submission)
        await verbs.add_rule(node_of(request), rule, submission.visit.viewer.username)
    except (Conflict, Invalid) as problem:
        return _add_form(request, rules.typed(submission), problem)
    return redirect(HOME, "draft_added" if rule.draft else "rule_added")


async def hold(request: Request) -> Response:
    submission = await submitted_by_admin(request)
    rule = verbs.NewRule(
        pattern=submission.text("pattern"), effect=Effect.HOLD, reason=submission.text("reason").strip()
    )
    await verbs.add_rule(node_of(request), rule, submission.visit.viewer.username)
    return redirect(HOME, "rule_added")


async def lift(request: Request) -> Response:
    """Ends a hold now."""
    submission = await submitted_by_admin(request)
    await verbs.lift(node_of(request), submission.text("pattern"), submission.visit.viewer.username)
    return redirect(HOME, "hold_lifted")


async def remove_page(request: Request) -> Response:
    """What removing would cut, before it is done."""
    await enter_admin(request)
    node = node_of(request)
    pattern = parse_pattern(request.query_params.get("pattern", ""))
    if pattern not in {rule.pattern for rule in await domains.rules(node)}:
        raise NotFound
    effect = await domains.effect_of_removing(node, pattern)
    return pages.render(request, "admin/remove.html", pattern=pattern, effect=effect)


async def remove(request: Request) -> Response:
    submission = await submitted_by_admin(request)
    await verbs.remove(node_of(request), submission.text("pattern"), submission.visit.viewer.username)
    return redirect(HOME, "rule_removed")


async def purge_page(request: Request) -> Response:
    """What deleting would take away, before it is done."""
    await enter_admin(request)
    node = node_of(request)
    host = parse_pattern(request.query_params.get("host", ""))
    if host not in {peer.host for peer in await domains.peers(node) if peer.removed_at is not None}:
        raise NotFound
    effect = await domains.effect_of_removing(node, host)
    return pages.render(request, "admin/purge.html", host=host, effect=effect)


async def purge(request: Request) -> Response:
    submission = await submitted_by_admin(request)
    await verbs.purge(node_of(request), submission.text("host"), submission.visit.viewer.username)
    return redirect(HOME, "copies_deleted")


async def publish_draft(request: Request) -> Response:
    return await _settle_draft(request, verbs.publish_draft, "draft_published")


async def discard_draft(request: Request) -> Response:
    return await _settle_draft(request, verbs.discard_draft, "draft_discarded")


async def import_list(request: Request) -> Response:
    submission = await submitted_by_admin(request)
    upload = submission.uploads.get("file")
    if upload is None:
        return redirect(HOME)
    form = "json" if upload.file_name.lower().endswith(".json") else "csv"
    try:
        text = upload.data.decode("utf-8-sig")
        await verbs.import_rules(node_of(request), text, form, submission.visit.viewer.username)
    except UnicodeDecodeError:
        return await _show(request, Malformed("The file is not a text in UTF-8."))
    except (Invalid, Malformed) as problem:
        return await _show(request, problem)
    return redirect(HOME, "imported")


async def export_list(request: Request) -> Response:
    await enter_admin(request)
    form = request.path_params["form"]
    if form not in _FORMATS:
        raise NotFound
    node = node_of(request)
    name = f"domains-{node.clock.now():%Y-%m-%d}.{form}"
    return Response(
        await verbs.export_rules(node, form),
        media_type=_FORMATS[form],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


async def _show(request: Request, problem: FediverseError | None = None) -> Response:
    node = node_of(request)
    now = node.clock.now()
    listed = await domains.rules(node)
    return pages.render(
        request,
        "admin/domains.html",
        problem.status if problem else 200,
        domains=rules.by_domain(listed, now),
        drafts=await domains.drafts(node),
        removed=[peer for peer in await domains.peers(node) if peer.removed_at is not None],
        refused=await domains.refused_contacts(node, _SHOWN_REFUSALS),
        patterns={rule.id: rule.pattern for rule in listed},
        effects=rules.EFFECTS,
        directions=dict(rules.DIRECTIONS),
        problem=problem.safe if problem else "",
        now=now,
    )


def _add_form(request: Request, values: dict[str, str], problem: FediverseError | None = None) -> Response:
    return pages.render(
        request,
        "admin/add.html",
        problem.status if problem else 200,
        values=values,
        directions=rules.DIRECTIONS,
        problem=problem.safe if problem else "",
    )


async def _settle_draft(request: Request, verb: Callable[[Node, str, str], Awaitable[None]], notice: str) -> Response:
    submission = await submitted_by_admin(request)
    await verb(node_of(request), submission.text("rule"), submission.visit.viewer.username)
    return redirect(HOME, notice)
