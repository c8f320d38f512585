"""Who reads a group, and what it is, as a page: in plain words for everybody who may know of it; for its owners the forms to change that, and to end it.

Taking a company out shows what that means first: who loses the group, and that what is there already stays there.
"""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import groups as verbs
from fediverse.actions.groups import GroupChange
from fediverse.errors import FediverseError, NotFound
from fediverse.node import node_of
from fediverse.policy.groups import parse_domains
from fediverse.queries import groups
from fediverse.queries.group_views import GroupView
from fediverse.web import group_forms, pages
from fediverse.web.content import group_path
from fediverse.web.group_forms import GroupForm
from fediverse.web.groups import REFUSALS, named
from fediverse.web.notices import redirect
from fediverse.web.visits import Visit, enter, submitted


async def show(request: Request) -> Response:
    visit = await enter(request)
    return await _show(request, visit, await named(request, visit))


async def change(request: Request) -> Response:
    """Title, description, who may post, and closed or secret."""
    submission = await submitted(request)
    group = await named(request, submission.visit)
    form = group_forms.sent(submission)
    try:
        wish = GroupChange(
            display_name=form.title,
            note=form.about,
            posting=group_forms.posting_choice(form.posting).name,
            access=group_forms.access_choice(form.access).name if form.access else None,
        )
        await verbs.update(node_of(request), submission.viewer_id, group.id, wish)
    except REFUSALS as problem:
        return await _show(request, submission.visit, group, problem, form)
    return redirect(f"{group_path(group.account.acct)}/policy", "saved")


async def change_domains(request: Request) -> Response:
    """At once where nobody loses the group by it; else only after the page that says who does."""
    submission = await submitted(request)
    node = node_of(request)
    group = await named(request, submission.visit)
    form = group_forms.sent(submission)
    try:
        domains = parse_domains(form.domains)
        losses = await verbs.effect_of_domains(node, submission.viewer_id, group.id, domains)
        if losses and not submission.checked("confirmed"):
            return pages.render(request, "groups/domains.html", group=group, domains=domains, losses=losses)
        await verbs.set_domains(node, submission.viewer_id, group.id, domains)
    except REFUSALS as problem:
        return await _show(request, submission.visit, group, problem, form)
    return redirect(f"{group_path(group.account.acct)}/policy", "group_domains_set")


async def delete_page(request: Request) -> Response:
    """What ends with the group, before it does."""
    visit = await enter(request)
    group = await named(request, visit)
    _require_owner(group)
    reads = await groups.who_reads(node_of(request), visit.viewer_id, group.id)
    return pages.render(request, "groups/delete.html", group=group, reads=reads)


async def delete(request: Request) -> Response:
    submission = await submitted(request)
    group = await named(request, submission.visit)
    try:
        await verbs.delete(node_of(request), submission.viewer_id, group.id)
    except REFUSALS as problem:
        return await _show(request, submission.visit, group, problem)
    return redirect("/groups", "group_deleted")


def _require_owner(group: GroupView) -> None:
    """Raises NotFound: for everybody else there is no such page."""
    if not group.owns or not group.local:
        raise NotFound


async def _show(
    request: Request,
    visit: Visit,
    group: GroupView,
    problem: FediverseError | None = None,
    form: GroupForm | None = None,
) -> Response:
    node = node_of(request)
    chosen = form.chosen if form else group.domains
    return pages.render(
        request,
        "groups/policy.html",
        problem.status if problem else 200,
        group=group,
        reads=await groups.who_reads(node, visit.viewer_id, group.id),
        nodes=await groups.nodes(node, visit.viewer_id, group.id) if group.is_member else [],
        companies=group_forms.companies(visit.network, (*group.domains, *chosen)),
        form=form or _form_of(group),
        problem=problem.safe if problem else "",
        **group_forms.WORDS,
    )


def _form_of(group: GroupView) -> GroupForm:
    return GroupForm(
        title=group.account.display_name,
        about=group.account.note_source,
        access=group.access,
        posting=group.posting,
        chosen=group.domains,
    )
