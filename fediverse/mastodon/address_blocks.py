"""The gate in front of every request: who comes from a network that an administrator shut out is answered 403, whatever is asked.

A pure ASGI middleware around the router, for all doors. The machine itself is never shut out, so that a way back remains however a block was written.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from fediverse.mastodon.answers import answer
from fediverse.node import node_of
from fediverse.queries.access_blocks import shut_out


class AddressBlocks:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or not await _is_shut_out(scope):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await answer({"error": "Your address is blocked"}, 403)(scope, receive, send)


async def _is_shut_out(scope: Scope) -> bool:
    address = _address(scope)
    if address is None or address.is_loopback:
        return False
    networks = await shut_out(node_of(HTTPConnection(scope)))
    return any(address in network for network in networks if network.version == address.version)


def _address(scope: Scope) -> IPv4Address | IPv6Address | None:
    """Where the request comes from; an IPv4 address in IPv6's clothes is that IPv4 address. None for a local socket."""
    try:
        address = ip_address((scope.get("client") or ("",))[0].partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
