"""Who is in a group: members and their roles, those who ask, those who are invited, those who may not come back. The groups themselves are in `groups`.

Verbs take one person each; a client that names several has them done in its order, up to the first that is refused.
"""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import group_members as verbs
from fediverse.actions import relations
from fediverse.errors import Invalid, NotFound
from fediverse.mastodon import entities
from fediverse.mastodon.accounts import edges
from fediverse.mastodon.answers import answer, listing
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.groups import group_id
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.parameters import Parameters, record_id
from fediverse.mastodon.request_body import parameters, query
from fediverse.policy.groups import Role
from fediverse.queries import accounts, groups

_MOST_AT_ONCE = 40
_ROLES: dict[str, Role] = {
    "owner": "owner",
    "admin": "moderator",
    "moderator": "moderator",
    "user": "member",
    "member": "member",
}
_RANKS: dict[Role, int] = {"member": 0, "moderator": 1, "owner": 2}


async def memberships(request: Request) -> Response:
    me = await caller(request, "read:groups")
    asked = query(request)
    number = group_id(request)
    found = await groups.members(me.node, me.id, number, page_of(asked, usual=40, most=80), role=_role_in(asked))
    return listing(
        request,
        [entities.group_member(edge.item.account, edge.item.role, number, edge.item.since) for edge in found],
        [edge.cursor for edge in found],
    )


async def membership_requests(request: Request) -> Response:
    me = await caller(request, "read:groups")
    found = await groups.requests(me.node, me.id, group_id(request), page_of(query(request), usual=40, most=80))
    return listing(request, [entities.membership_request(edge.item) for edge in found], [edge.cursor for edge in found])


async def authorize(request: Request) -> Response:
    """`admit_domain` names the domain that the group is disclosed to from now on; with `history`, what was posted before as well."""
    me = await caller(request, "write:groups")
    asked = await parameters(request)
    await verbs.approve(
        me.node,
        me.id,
        group_id(request),
        _account_id(request),
        admit_domain=asked.word("admit_domain"),
        history=asked.flag("history") or False,
    )
    return answer({})


async def reject(request: Request) -> Response:
    """One's own request is taken back by this, too."""
    me = await caller(request, "write:groups")
    number, account_id = group_id(request), _account_id(request)
    if account_id != me.id:
        await verbs.refuse(me.node, me.id, number, account_id)
        return answer({})
    view = await groups.group(me.node, me.id, number)
    if view.standing != "requested":
        raise NotFound
    await relations.unfollow(me.node, me.id, number)
    return answer(entities.group_relationship(replace(view, standing="")))


async def kick(request: Request) -> Response:
    me = await caller(request, "write:groups")
    for account_id in _accounts_in(await parameters(request)):
        await verbs.remove(me.node, me.id, group_id(request), account_id)
    return answer({})


async def blocks(request: Request) -> Response:
    me = await caller(request, "read:groups")
    return edges(
        request,
        await groups.banned(me.node, me.id, group_id(request), page_of(query(request), usual=40, most=80)),
    )


async def block(request: Request) -> Response:
    me = await caller(request, "write:groups")
    for account_id in _accounts_in(await parameters(request)):
        await verbs.ban(me.node, me.id, group_id(request), account_id)
    return answer({})


async def unblock(request: Request) -> Response:
    me = await caller(request, "write:groups")
    for account_id in _accounts_in(await parameters(request)):
        await verbs.unban(me.node, me.id, group_id(request), account_id)
    return answer({})


async def promote(request: Request) -> Response:
    me = await caller(request, "write:groups")
    asked = await parameters(request)
    role = _role_in(asked) or "moderator"
    if role == "member":
        raise _no_role()
    return await _set_roles(request, me, asked, role, upwards=True)


async def demote(request: Request) -> Response:
    me = await caller(request, "write:groups")
    asked = await parameters(request)
    role = _role_in(asked) or "member"
    if role == "owner":
        raise _no_role()
    return await _set_roles(request, me, asked, role, upwards=False)


async def invitations(request: Request) -> Response:
    me = await caller(request, "read:groups")
    found = await groups.invitations(me.node, me.id, group_id(request), page_of(query(request), usual=40, most=80))
    return listing(request, [entities.group_invitation(edge.item) for edge in found], [edge.cursor for edge in found])


async def invite(request: Request) -> Response:
    """`admit_domain` as when a request is approved: whoever is invited from a new domain brings that domain in."""
    me = await caller(request, "write:groups")
    asked = await parameters(request)
    admit_domain = asked.word("admit_domain")
    for account_id in _accounts_in(asked):
        await verbs.invite(me.node, me.id, group_id(request), account_id, admit_domain=admit_domain)
    return answer({})


async def withdraw(request: Request) -> Response:
    """An invitation is taken back; one's own is declined by `leave`."""
    me = await caller(request, "write:groups")
    for account_id in _accounts_in(await parameters(request)):
        await verbs.withdraw(me.node, me.id, group_id(request), account_id)
    return answer({})


async def _set_roles(request: Request, me: Caller, asked: Parameters, role: Role, *, upwards: bool) -> Response:
    found = await groups.group(me.node, me.id, group_id(request))
    chosen = _accounts_in(asked)
    for account_id in chosen:
        if found.owns:  # the verb refuses all others, and must not be preceded by an answer that tells them who is what
            _check_direction(await groups.role_of(me.node, found.id, account_id), role, upwards=upwards)
        await verbs.set_role(me.node, me.id, found.id, account_id, role)
    views = await accounts.accounts(me.node, me.id, chosen)
    return answer([entities.group_member(view, role, found.id) for view in views])


def _check_direction(before: Role | None, after: Role, *, upwards: bool) -> None:
    """Raises Invalid for a promotion that takes something away, and for a demotion that gives."""
    if before is None or before == after or (_RANKS[after] > _RANKS[before]) is upwards:
        return
    raise Invalid("Validation failed: This member has another role already")


def _role_in(asked: Parameters) -> Role | None:
    """None when none is named."""
    word = asked.word("role")
    if not word:
        return None
    if word not in _ROLES:
        raise _no_role()
    return _ROLES[word]


def _no_role() -> Invalid:
    problem = "must be a role that this can give: owner, admin or user"
    return Invalid(f"Validation failed: role {problem}", details={"role": [("ERR_INCLUSION", problem)]})


def _account_id(request: Request) -> int:
    return record_id(request.path_params["account_id"])


def _accounts_in(asked: Parameters) -> list[int]:
    """Those that are named. Raises Invalid when nobody is."""
    ids = asked.records("account_ids")
    if not ids:
        raise Invalid(
            "Validation failed: account_ids can't be blank", details={"account_ids": [("ERR_BLANK", "can't be blank")]}
        )
    return ids[:_MOST_AT_ONCE]
