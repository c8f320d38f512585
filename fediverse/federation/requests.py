"""What a request from another server is, as its signature must be checked: our public origin, the raw path, every header once and again.

Never from `Host` or the URL that the application sees: behind a proxy both are somebody else's word. Called by `inbox` and `authentication`.
"""

from urllib.parse import quote

from starlette.requests import Request

from fediverse.crypto.signatures import SignedMessage
from fediverse.errors import Malformed, TooLarge
from fediverse.node import Node, node_of


def target_uri(node: Node, request: Request) -> str:
    """The request's target as the sender wrote it: path and query undecoded."""
    raw: bytes = request.scope.get("raw_path") or quote(request.scope["path"]).encode("ascii")
    query: bytes = request.scope["query_string"]
    try:
        path = raw.partition(b"?")[0].decode("ascii")
        return f"{node.settings.origin}{path}" + (f"?{query.decode('ascii')}" if query else "")
    except UnicodeDecodeError as problem:
        raise Malformed("The address holds a character outside ASCII") from problem


def headers_of(request: Request) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.scope["headers"])


def without_body(request: Request) -> SignedMessage:
    """A GET or HEAD: whatever body it brings is neither read nor covered."""
    return SignedMessage(request.method, target_uri(node_of(request), request), headers_of(request), b"")


async def body_of(request: Request, max_bytes: int) -> bytes:
    """The request's body. Raises TooLarge as soon as it is known to be more than *max_bytes*, however it is sent."""
    declared = request.headers.get("content-length", "0")
    if declared.isascii() and declared.isdigit() and int(declared[:12]) > max_bytes:
        raise TooLarge(f"A body may have {max_bytes} bytes")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > max_bytes:
            raise TooLarge(f"A body may have {max_bytes} bytes")
    return bytes(body)
