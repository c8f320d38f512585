"""The web server that `serve` runs: uvicorn, with the two things that open streams need of it."""

import socket

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from fediverse.node import Node

PING_S = 30.0
PONG_S = 20.0
ABORT_S = 5.0
MAX_MESSAGE_BYTES = 16_384
"""Of a client: it says what it subscribes to, and nothing else."""


class Server(uvicorn.Server):
    """Closes the node's open streams before it waits for connections to end: they would never."""

    def __init__(self, config: uvicorn.Config, node: Node) -> None:
        super().__init__(config)
        self._node = node

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._node.streams.end()
        await super().shutdown(sockets)


class WebSockets(WebSocketsSansIOProtocol):
    """Gives up a connection whose client does not read: closing it politely would keep what was written for it until the network gives up."""

    async def run_asgi(self) -> None:
        await super().run_asgi()
        self.loop.call_later(ABORT_S, self.transport.abort)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.loop.call_later(ABORT_S, self.transport.abort)
