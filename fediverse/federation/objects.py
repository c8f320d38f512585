"""What other servers may read at the addresses of our things: actors, posts, their activities and collections. HTTP only.

Every endpoint but the node's own actor begins with `authenticated_server`, before it looks whether the thing exists. What the asking node may not have is
answered as what does not exist. Collections of people show their size alone: who follows whom is the company's own business.
"""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import egress
from fediverse.activitystreams.building import collection_page, ordered_collection, tombstone
from fediverse.activitystreams.strict_json import JSON
from fediverse.crypto.keypairs import KeyKind
from fediverse.crypto.proofs import add_proof
from fediverse.errors import NotFound
from fediverse.federation import documents, group_objects, group_standing
from fediverse.federation.answers import activity_json
from fediverse.federation.authentication import RequestingServer, authenticated_server
from fediverse.ids import LARGEST_ID
from fediverse.node import Node, node_of
from fediverse.policy.domains import Reach
from fediverse.queries import accounts, posts
from fediverse.queries.keys import signing_key
from fediverse.queries.views import AccountView, Page, PostView
from fediverse.queue.egress import EgressKind

PAGE_ITEMS = 20
_MAX_ID_DIGITS = 19


async def actor(request: Request) -> Response:
    """GET /users/{username}."""
    server = await authenticated_server(request, kind="actor")
    node = node_of(request)
    account = await accounts.local_for_server(node, server.host, request.path_params["username"])
    if account is not None and account.deleted:
        return activity_json(tombstone(account.uri, account.kind.capitalize()), 410)
    if account is not None and account.suspended:
        return activity_json(await documents.actor(node, account))
    return activity_json(await documents.actor(node, await _account(request, server)))


async def instance_actor(request: Request) -> Response:
    """GET /actor: open to everybody and without a look at any signature, or two closed nodes that never met could not begin to speak."""
    node = node_of(request)
    return activity_json(await documents.instance_actor(node, await accounts.instance_actor(node)))


async def instance_collection(request: Request) -> Response:
    """GET /actor/outbox, /actor/followers, /actor/following: the node itself says nothing and follows nobody."""
    await authenticated_server(request, kind="collection")
    node = node_of(request)
    return activity_json(ordered_collection(node.uri(request.url.path), 0, items=[]))


async def post(request: Request) -> Response:
    """GET /users/{username}/posts/{post_id}."""
    server = await authenticated_server(request, kind="post")
    try:
        view = await _post(request, server)
    except NotFound:
        gone = await _gone(request, server)
        if gone is None:
            raise
        return activity_json(gone, 410)
    if view.boost_of is not None:
        raise NotFound  # a boost has no document of its own but its activity
    await egress.note_shown(node_of(request), server.host, EgressKind.OBJECT, [view])
    return activity_json(documents.post(node_of(request), view))


async def post_activity(request: Request) -> Response:
    """GET /users/{username}/posts/{post_id}/activity: the Create of a post or the Announce of a boost, with its author's proof."""
    server = await authenticated_server(request, kind="activity")
    node = node_of(request)
    view = await _post(request, server)
    await egress.note_shown(node, server.host, EgressKind.ACTIVITY, [view])
    document = documents.created(node, view) if view.boost_of is None else documents.announced(view)
    key = await signing_key(node, view.author.id, KeyKind.ED25519)
    return activity_json(add_proof(document, key, node.clock.now()))


async def other_activity(request: Request) -> Response:
    """GET /activities/{activity_id}: likes, follows and answers are for whom they were sent to, and for nobody to look up."""
    await authenticated_server(request, kind="activity")
    raise NotFound


async def replies(request: Request) -> Response:
    """GET /users/{username}/posts/{post_id}/replies: empty, as even the number would tell of answers that stay on this node."""
    view = await _post(request, await authenticated_server(request, kind="collection"))
    return activity_json(ordered_collection(f"{view.uri}/replies", None, items=[]))


async def likes(request: Request) -> Response:
    """GET /users/{username}/posts/{post_id}/likes."""
    view = await _post(request, await authenticated_server(request, kind="collection"))
    return activity_json(ordered_collection(f"{view.uri}/likes", view.likes_count))


async def shares(request: Request) -> Response:
    """GET /users/{username}/posts/{post_id}/shares."""
    view = await _post(request, await authenticated_server(request, kind="collection"))
    return activity_json(ordered_collection(f"{view.uri}/shares", view.boosts_count))


async def followers(request: Request) -> Response:
    """GET /users/{username}/followers. Of a group a member's node may ask whether another node is one (`?is_follower=ACTOR`, as Lemmy does)."""
    server = await authenticated_server(request, kind="collection")
    account = await _account(request, server)
    if account.group and "is_follower" in request.query_params:
        return await group_objects.is_follower(request, account, server)
    total = None if account.hide_collections else account.followers_count
    return activity_json(ordered_collection(account.followers_url, total, attributed_to=account.uri))


async def following(request: Request) -> Response:
    """GET /users/{username}/following."""
    account = await _account(request, await authenticated_server(request, kind="collection"))
    total = None if account.hide_collections else account.following_count
    return activity_json(ordered_collection(account.following_url, total, attributed_to=account.uri))


async def featured(request: Request) -> Response:
    """GET /users/{username}/collections/featured: pinned posts that the asking node may have, whole."""
    server = await authenticated_server(request, kind="collection")
    node = node_of(request)
    account = await _account(request, server)
    pinned = await posts.featured_for_server(node, server.host, account.id)
    shown = [view for view in pinned if view.boost_of is None]
    await egress.note_shown(node, server.host, EgressKind.COLLECTION, shown)
    items = [documents.post(node, view) for view in shown]
    return activity_json(ordered_collection(account.featured_url, len(items), items=items, attributed_to=account.uri))


async def outbox(request: Request) -> Response:
    """GET /users/{username}/outbox, and its pages (`?page=true`, `?page=true&max_id=…`): what the asking node may have, public and unlisted."""
    server = await authenticated_server(request, kind="collection")
    node = node_of(request)
    account = await _account(request, server)
    if "page" not in request.query_params:
        return activity_json(
            ordered_collection(
                account.outbox_url, None, first=f"{account.outbox_url}?page=true", attributed_to=account.uri
            )
        )
    page = Page(limit=PAGE_ITEMS, max_id=number_in(request.query_params.get("max_id")))
    views = await posts.outbox_for_server(node, server.host, account.id, page)
    shown = [view for view in views if view.boost_of is None or not view.boost_of.local_only]
    await egress.note_shown(node, server.host, EgressKind.COLLECTION, shown)
    items = [_said(node, view) for view in shown]
    older = f"{account.outbox_url}?page=true&max_id={views[-1].id}" if len(views) == PAGE_ITEMS else None
    here = f"{account.outbox_url}?page=true" + (f"&max_id={page.max_id}" if page.max_id is not None else "")
    return activity_json(collection_page(here, account.outbox_url, items, following=older))


def _said(node: Node, view: PostView) -> JSON:
    return documents.created(node, view) if view.boost_of is None else documents.announced(view)


async def _account(request: Request, server: RequestingServer) -> AccountView:
    """The person or group whose name is in the path, as *server* may know of it. Raises NotFound."""
    account = await accounts.local_for_server(node_of(request), server.host, request.path_params["username"])
    if account is None or account.deleted or account.suspended:
        raise NotFound
    return account


async def _post(request: Request, server: RequestingServer) -> PostView:
    """The post in the path, as *server* may have it. Raises NotFound, also when it is found under another's name."""
    number = number_in(request.path_params["post_id"])
    if number is None:
        raise NotFound
    node = node_of(request)
    await group_standing.confirm(node, server, number)
    try:
        view = await posts.for_server(node, server.host, number)
    except NotFound:
        egress.note_post_withheld(node, server.host, number, node.uri(request.url.path))
        raise
    if not view.author.local or view.author.username.lower() != request.path_params["username"].lower():
        raise NotFound
    return view


async def _gone(request: Request, server: RequestingServer) -> JSON | None:
    """The tombstone of a deleted post that *server* could have had; what only some could see leaves no trace (FEP-4f05)."""
    node = node_of(request)
    number = number_in(request.path_params["post_id"])
    if number is None or await posts.reach_of(node, server.host) is not Reach.NETWORK:
        return None
    try:
        view = await posts.of_our_own(node, number)
    except NotFound:
        return None
    wide = view.visibility in {"public", "unlisted"} and not view.local_only
    theirs = view.author.username.lower() == request.path_params["username"].lower()
    if not (wide and theirs and view.author.local) or await posts.id_of_uri(node, view.uri) is not None:
        return None
    return tombstone(view.uri, view.kind)


def number_in(text: str | None) -> int | None:
    """An id from a path or query, or None when it is none."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > _MAX_ID_DIGITS:
        return None
    return int(text) if int(text) <= LARGEST_ID else None
