"""Client to server (ActivityPub §5, §6), HTTP only: a person's own client writes to the outbox and reads the inbox, with a token as for any other client.

What other servers read at the same address is in `objects`.
"""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.activitystreams.building import collection_page, ordered_collection
from fediverse.activitystreams.strict_json import JSON, parse
from fediverse.errors import NotFound, NotSignedIn, Refused, UnsupportedMedia
from fediverse.federation import documents
from fediverse.federation.answers import PRIVATE, activity_json
from fediverse.federation.commands import carry_out
from fediverse.federation.objects import PAGE_ITEMS, number_in
from fediverse.federation.requests import body_of
from fediverse.node import Node, node_of
from fediverse.queries import accounts, timelines
from fediverse.queries.access import SignedIn, signed_in_by_token
from fediverse.queries.views import AccountView, Page, PostView
from fediverse.remote.media_types import is_activity_json


async def post_outbox(request: Request) -> Response:
    """POST /users/{username}/outbox. 201 with the activity's address."""
    node = node_of(request)
    signed_in, person = await _owner(request)
    if not is_activity_json(request.headers.get("content-type")):
        raise UnsupportedMedia("Send application/activity+json")
    document = parse(await body_of(request, node.settings.max_body_bytes))
    address = await carry_out(node, signed_in, person, document)
    return Response(status_code=201, headers={**PRIVATE, "Location": address})


async def read_inbox(request: Request) -> Response:
    """GET /users/{username}/inbox, and its pages: the home timeline as activities."""
    node = node_of(request)
    signed_in, person = await _owner(request)
    if not signed_in.may("read:statuses"):
        raise Refused("This action is outside the authorized scopes")
    if "page" not in request.query_params:
        return activity_json(ordered_collection(person.inbox_url, None, first=f"{person.inbox_url}?page=true"))
    page = Page(limit=PAGE_ITEMS, max_id=number_in(request.query_params.get("max_id")))
    views = await timelines.home(node, person.id, page)
    older = f"{person.inbox_url}?page=true&max_id={views[-1].id}" if len(views) == PAGE_ITEMS else None
    here = f"{person.inbox_url}?page=true" + (f"&max_id={page.max_id}" if page.max_id is not None else "")
    return activity_json(
        collection_page(here, person.inbox_url, [_heard(node, view) for view in views], following=older)
    )


def _heard(node: Node, view: PostView) -> JSON:
    """A post or boost as the activity that brought it."""
    shown = view.boost_of or view
    note = documents.embedded(documents.post_for_reader(node, shown))
    if view.boost_of is not None:
        return {"id": view.uri, "type": "Announce", "actor": view.author.uri, "object": note}
    return {"type": "Create", "actor": view.author.uri, "object": note}


async def _owner(request: Request) -> tuple[SignedIn, AccountView]:
    """Whose token it is, which must be whose name is in the path. Raises NotSignedIn, and the same NotFound for any other name."""
    node = node_of(request)
    scheme, _space, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedIn("The access token is missing")
    signed_in = await signed_in_by_token(node, token.strip())
    if signed_in.account_id is None or signed_in.username.lower() != request.path_params["username"].lower():
        raise NotFound
    return signed_in, await accounts.account(node, None, signed_in.account_id)
