"""Who speaks, and whether the token's scopes cover it: the first line of every endpoint that is not open to the anonymous.

The token comes in the Authorization header and nowhere else: in a URL it would end in logs and histories. Which posts and accounts the person
may then see is asked inside the questions and verbs, not here.
"""

from dataclasses import dataclass

from starlette.requests import Request

from fediverse.errors import NotSignedIn, Refused
from fediverse.node import Node, node_of
from fediverse.queries.access import SignedIn, signed_in_by_token

_NOBODY = "This method requires an authenticated user"


@dataclass(frozen=True, slots=True)
class Caller:
    """A person of this node who calls through an application: *id* is the person's account."""

    node: Node
    id: int
    access: SignedIn


async def signed_in(request: Request, *scopes: str) -> SignedIn:
    """Whose token this is: a person's, or an application's own (no account). Any one of *scopes* is enough; without *scopes* any valid
    token is. Raises NotSignedIn, or Refused when the token covers none of them.
    """
    try:
        access = await signed_in_by_token(node_of(request), bearer(request))
    except NotSignedIn as problem:
        raise NotSignedIn("The access token is invalid") from problem
    if scopes and not any(access.may(scope) for scope in scopes):
        raise Refused("This action is outside the authorized scopes")
    return access


async def caller(request: Request, *scopes: str) -> Caller:
    """The person who calls. An application without a person reads nothing here: anybody may register one."""
    if "authorization" not in request.headers:
        raise NotSignedIn(_NOBODY)
    access = await signed_in(request, *scopes)
    if access.account_id is None:
        raise NotSignedIn(_NOBODY)
    return Caller(node_of(request), access.account_id, access)


def bearer(request: Request) -> str:
    """The token as it came. Raises NotSignedIn when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn("The access token is invalid")
    return token
