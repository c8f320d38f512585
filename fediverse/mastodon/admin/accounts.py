"""Accounts for moderators: the lists of both versions, one account, what may be done to it and undone."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import moderation as verbs
from fediverse.actions.moderation import Measure, action_named
from fediverse.errors import Refused
from fediverse.mastodon.admin.access import administrator, moderator
from fediverse.mastodon.answers import answer, listing
from fediverse.mastodon.authorization import Caller
from fediverse.mastodon.entities.admin_accounts import admin_account
from fediverse.mastodon.paging import page_of
from fediverse.mastodon.parameters import Parameters, record_id
from fediverse.mastodon.request_body import parameters, query
from fediverse.node import Node
from fediverse.queries.moderation import AccountFilter, account, accounts

_READ, _WRITE = "admin:read:accounts", "admin:write:accounts"
_STANDINGS = ("active", "pending", "disabled", "silenced", "suspended", "sensitized")
_ROLES = {"1": "moderator", "2": "admin", "-99": "user"}


async def list_v1(request: Request) -> Response:
    """Active people of this node, unless something else is asked for; each standing is a flag of its own, and the last one counts."""
    me = await moderator(request, _READ)
    asked = query(request)
    standings = [name for name in _STANDINGS if asked.flag(name)]
    return await _listed(
        request,
        me,
        asked,
        origin="remote" if asked.flag("remote") else "local",
        status=standings[-1] if standings else "active",
        roles=("moderator", "admin") if asked.flag("staff") else (),
    )


async def list_v2(request: Request) -> Response:
    """Everybody, unless less is asked for."""
    me = await moderator(request, _READ)
    asked = query(request)
    roles = tuple(_ROLES[number] for number in asked.texts("role_ids") if number in _ROLES)
    if asked.word("permissions") == "staff":
        roles = ("moderator", "admin")
    return await _listed(
        request,
        me,
        asked,
        origin=asked.word("origin"),
        status=asked.word("status"),
        roles=roles,
        # Nobody was invited by anybody, and a role that does not exist has no one.
        nobody=bool(asked.word("invited_by")) or (bool(asked.texts("role_ids")) and not roles),
    )


async def show(request: Request) -> Response:
    me = await moderator(request, _READ)
    return await _answer(me, _id_in(request))


async def act(request: Request) -> Response:
    """`type` is what is done; a report that led to it is resolved by it."""
    me = await moderator(request, _WRITE)
    asked = await parameters(request)
    action = action_named(asked.word("type") or "none")
    measure = Measure(action, asked.text("text") or "", asked.record("report_id"))
    await verbs.moderate(me.node, me.id, _id_in(request), measure)
    return answer({})


async def enable(request: Request) -> Response:
    return await _undo(request, verbs.enable)


async def unsensitive(request: Request) -> Response:
    return await _undo(request, verbs.unsensitive)


async def unsilence(request: Request) -> Response:
    return await _undo(request, verbs.unsilence)


async def unsuspend(request: Request) -> Response:
    return await _undo(request, verbs.unsuspend)


async def decide(request: Request) -> Response:
    """Approve and reject: nobody waits for that here."""
    me = await moderator(request, _WRITE)
    await account(me.node, _id_in(request))
    raise Refused("This account does not wait for approval")


async def delete(request: Request) -> Response:
    """The data of a suspended account."""
    me = await administrator(request, _WRITE)
    number = _id_in(request)
    await verbs.delete_data(me.node, me.id, number)
    return await _answer(me, number)


async def _listed(
    request: Request,
    me: Caller,
    asked: Parameters,
    *,
    origin: str,
    status: str,
    roles: tuple[str, ...],
    nobody: bool = False,
) -> Response:
    wanted = AccountFilter(
        origin=origin if origin in {"local", "remote"} else "",
        status=status,
        username=asked.word("username"),
        display_name=asked.word("display_name"),
        email=asked.word("email"),
        ip=asked.word("ip"),
        domain=asked.word("by_domain").lower(),
        roles=roles,
        nobody=nobody,
    )
    found = await accounts(me.node, page_of(asked, usual=100, most=200), wanted)
    return listing(request, [admin_account(view) for view in found], [view.account.id for view in found])


async def _undo(request: Request, verb: Callable[[Node, int, int], Awaitable[None]]) -> Response:
    me = await moderator(request, _WRITE)
    number = _id_in(request)
    await verb(me.node, me.id, number)
    return await _answer(me, number)


async def _answer(me: Caller, account_id: int) -> Response:
    return answer(admin_account(await account(me.node, account_id)))


def _id_in(request: Request) -> int:
    return record_id(request.path_params["id"])
