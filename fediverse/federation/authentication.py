"""Which server is asking: the signature of a GET, checked by the same steps as a delivery.

Called by `objects`, `discovery` and whoever serves files to other servers. There is no anonymous answer: no signature, a bad signature and a host that is
not allowed each end the request, in this order, before anybody looks whether the thing exists.
"""

from dataclasses import dataclass

from starlette.requests import Request

from fediverse.crypto.keypairs import PublicKey
from fediverse.crypto.signatures import read_claim, verify
from fediverse.federation import keys
from fediverse.federation.gate import host_named, require_allowed, require_plausible
from fediverse.federation.requests import without_body
from fediverse.node import node_of
from fediverse.policy.domains import Direction


@dataclass(frozen=True, slots=True)
class RequestingServer:
    """An allowed server that proved to be itself. Made by `authenticated_server` only; *actor_uri* is the key's owner there."""

    host: str
    actor_uri: str
    account_id: int | None


async def authenticated_server(
    request: Request, direction: Direction = Direction.IN_GET, kind: str = "object"
) -> RequestingServer:
    """Who asks. Raises SignatureRefused (401, also without a signature), DomainRefused (403), Unreachable when the key cannot be fetched."""
    node = node_of(request)
    message = without_body(request)
    claim = read_claim(message, node.clock.now())
    await require_plausible(node, direction, kind, (claim.key_id,))

    def made_by(key: PublicKey) -> None:
        verify(claim, message, key)

    known = await keys.prove(node, claim.key_id, made_by)
    await require_allowed(node, direction, kind, (claim.key_id, known.key.owner))
    return RequestingServer(host_named(node, known.key.owner), known.key.owner, known.account_id)
