"""What the URL map is made of: the names for what answers a request, for the doors' lists of paths and for `routes`, which puts them together."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]
SocketEndpoint: TypeAlias = Callable[[WebSocket], Awaitable[None]]

Line: TypeAlias = tuple[str, str, Endpoint]
"""Methods, separated by spaces; a path, with its parameters in braces; what answers there."""
