"""The inboxes, HTTP only: a POST becomes facts for `receive.admit()`, whatever that says becomes the answer: 202, with a signed receipt for what was
proved and kept if the sender asks for one by `Accept: application/activity+json`. Who would throw it away is not worth a signature.

`/inbox` is shared and stands at the root, since some servers post there whatever the actor's document says. Reading one's own inbox is client-to-server
and stands in `outbox`.
"""

import orjson
from starlette.requests import Request
from starlette.responses import Response

from fediverse.federation.receipts import receipt_for
from fediverse.federation.receive import IncomingPost, admit
from fediverse.federation.requests import body_of, headers_of, target_uri
from fediverse.node import node_of
from fediverse.remote.media_types import ACTIVITY_JSON, asks_for_activity_json

_NO_STORE = {"Cache-Control": "no-store"}


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
    admitted = await admit(node, post)
    if not admitted.id or not asks_for_activity_json(request.headers.get("accept", "")):
        return Response(status_code=202, headers=_NO_STORE)
    return Response(orjson.dumps(receipt_for(node, admitted.id, body)), 202, _NO_STORE, ACTIVITY_JSON)
