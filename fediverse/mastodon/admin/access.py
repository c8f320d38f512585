"""Who may call here: a person who moderates or administers, through an application that was granted the scope."""

from starlette.requests import Request

from fediverse.errors import Refused
from fediverse.mastodon.authorization import Caller, caller
from fediverse.policy.permissions import STAFF


async def moderator(request: Request, scope: str) -> Caller:
    """Raises Refused for everybody else, whatever the token says."""
    me = await caller(request, scope)
    if me.access.role not in STAFF:
        raise Refused("This action is not allowed")
    return me


async def administrator(request: Request, scope: str) -> Caller:
    me = await moderator(request, scope)
    if me.access.role != "admin":
        raise Refused("This action is not allowed")
    return me


def address_of(request: Request) -> str:
    """Where the caller sits."""
    return request.client.host if request.client is not None else ""
