"""The inboxes, HTTP only: a POST becomes facts for `receive.admit()`, whatever that says becomes the answer.

`/inbox` is shared and stands at the root, since some servers post there whatever the actor's document says. Reading one's own inbox is client-to-server
and stands in `outbox`.
"""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.federation.receive import IncomingPost, admit
from fediverse.federation.requests import body_of, headers_of, target_uri
from fediverse.node import node_of


async def shared_inbox(request: Request) -> Response:
    """POST /inbox, and POST /actor/inbox: the node's own actor has no other mail than everybody's."""
    return await _receive(request, inbox_owner=None)


async def inbox(request: Request) -> Response:
    """POST /users/{username}/inbox."""
    return await _receive(request, inbox_owner=request.path_params["username"])


async def _receive(request: Request, inbox_owner: str | None) -> Response:
    node = node_of(request)
    body = await body_of(request, node.settings.max_body_bytes)
    post = IncomingPost(request.method, target_uri(node, request), headers_of(request), body, inbox_owner)
    await admit(node, post)
    return Response(status_code=202, headers={"Cache-Control": "no-store"})
