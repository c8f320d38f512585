"""The whole URL map: the client API's paths, the pages', and here those of other servers. Tests read it: a route that is open to strangers, or that
nobody drives, shows there.

Each door renders its own refusals: an endpoint raises, and what answers is the door's `render_error`. Two addresses serve two readers, a browser and
another server; `_either` tells them apart by what they accept.
"""

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from fediverse.endpoints import Endpoint, Line, SocketEndpoint
from fediverse.errors import FediverseError, NotFound
from fediverse.federation import discovery, featured, group_objects, group_reconcile, inbox, objects, outbox
from fediverse.federation import quotes as quotes_on_the_wire
from fediverse.federation.errors import render_error as federation_error
from fediverse.ids import LARGEST_ID
from fediverse.log import get
from fediverse.mastodon.errors import render_error as mastodon_error
from fediverse.mastodon.errors import render_failure
from fediverse.mastodon.routes import MASTODON, SOCKETS, STREAMING
from fediverse.remote.media_types import asks_for_activity_json
from fediverse.web import accounts as account_pages
from fediverse.web import posts as post_pages
from fediverse.web.errors import render_error as web_error
from fediverse.web.routes import WEB

RenderError = Callable[[Request, FediverseError], Response | Awaitable[Response]]

_log = get(__name__)


# ── other servers: ActivityPub ────────────────────────────────────────────────────────────────────

FEDERATION: Sequence[Line] = (
    ("GET", "/.well-known/webfinger", discovery.webfinger),
    ("GET", "/.well-known/host-meta", discovery.host_meta),
    ("GET", "/.well-known/nodeinfo", discovery.nodeinfo_links),
    ("GET", "/nodeinfo/{version}", discovery.nodeinfo),
    ("GET", "/actor", objects.instance_actor),
    ("GET", "/actor/outbox", objects.instance_collection),
    ("GET", "/actor/followers", objects.instance_collection),
    ("GET", "/actor/following", objects.instance_collection),
    ("GET", "/actor/heard", group_reconcile.heard),
    ("POST", "/actor/inbox", inbox.shared_inbox),
    ("POST", "/inbox", inbox.shared_inbox),
    ("POST", "/users/{username}/inbox", inbox.inbox),
    ("GET", "/users/{username}/inbox", outbox.read_inbox),
    ("POST", "/users/{username}/outbox", outbox.post_outbox),
    ("GET", "/users/{username}/outbox", objects.outbox),
    ("GET", "/users/{username}/followers", objects.followers),
    ("GET", "/users/{username}/following", objects.following),
    ("GET", "/users/{username}/collections/featured", objects.featured),
    ("GET", "/users/{username}/members", group_objects.members),
    ("GET", "/users/{username}/moderators", group_objects.moderators),
    ("GET", "/users/{username}/log", group_objects.log),
    ("GET", "/users/{username}/log/{sequence}", group_objects.log_entry),
    ("GET", "/users/{username}/collections/tags", featured.tags),
    ("GET", "/users/{username}/posts/{post_id}/activity", objects.post_activity),
    ("GET", "/users/{username}/posts/{post_id}/replies", objects.replies),
    ("GET", "/users/{username}/posts/{post_id}/likes", objects.likes),
    ("GET", "/users/{username}/posts/{post_id}/shares", objects.shares),
    ("GET", "/activities/{activity_id}", objects.other_activity),
    ("GET", "/users/{username}/quote_authorizations/{quote_id}", quotes_on_the_wire.quote_authorization),
)


async def _profile_of(request: Request) -> Response:
    return RedirectResponse(f"/@{request.path_params['username']}", 302)


async def _page_of_post(request: Request) -> Response:
    return RedirectResponse(f"/@{request.path_params['username']}/{request.path_params['post_id']}", 302)


async def _actor_of(request: Request) -> Response:
    return RedirectResponse(f"/users/{request.path_params['acct']}", 302)


async def _post_of(request: Request) -> Response:
    return RedirectResponse(f"/users/{request.path_params['acct']}/posts/{request.path_params['post_id']}", 302)


def _guarded(endpoint: Endpoint, render: RenderError) -> Endpoint:
    """The endpoint, with what it raises said in its door's way."""

    async def guarded(request: Request) -> Response:
        try:
            _require_possible_ids(request)
            return await endpoint(request)
        except FediverseError as problem:
            answer = render(request, problem)
            return answer if isinstance(answer, Response) else await answer

    guarded.__name__ = f"{endpoint.__module__}.{endpoint.__qualname__}"
    return guarded


def _guarded_socket(endpoint: SocketEndpoint) -> SocketEndpoint:
    """The endpoint, with what it raises before it accepts said as an HTTP answer to the handshake."""

    async def guarded(websocket: WebSocket) -> None:
        try:
            await endpoint(websocket)
        except FediverseError as problem:
            await websocket.send_denial_response(mastodon_error(websocket, problem))

    return guarded


def _require_possible_ids(request: Request) -> None:
    """Raises NotFound for a number in the path that no column holds: the engines would rather fail than find nothing."""
    if any(isinstance(value, int) and value > LARGEST_ID for value in request.path_params.values()):
        raise NotFound


def _never_silent(endpoint: Endpoint) -> Endpoint:
    """A fault of ours is JSON too, inside the layer that adds the cross-origin headers: a browser's client would see "Failed to fetch" otherwise."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Exception as problem:
            _log.exception("request.failed", path=request.url.path)
            return render_failure(request, problem)

    answered.__name__ = endpoint.__name__
    return answered


def _either(for_servers: Endpoint, for_people: Endpoint) -> Endpoint:
    """*for_servers* when ActivityStreams is what is accepted, else *for_people*."""
    server, person = _guarded(for_servers, federation_error), _guarded(for_people, web_error)

    async def chosen(request: Request) -> Response:
        is_server = asks_for_activity_json(request.headers.get("accept", ""))
        response = await (server if is_server else person)(request)
        response.headers.add_vary_header("Accept")
        return response

    chosen.__name__ = server.__name__
    return chosen


def _routes(lines: Sequence[Line], render: RenderError) -> list[Route]:
    return [Route(path, _guarded(endpoint, render), methods=methods.split()) for methods, path, endpoint in lines]


ROUTES: Sequence[Route] = (
    *_routes(FEDERATION, federation_error),  # first, as each line before the inbox is asked a thousand times a second
    *[
        Route(path, _never_silent(_guarded(endpoint, mastodon_error)), methods=methods.split())
        for methods, path, endpoint in MASTODON
    ],
    *_routes(WEB, web_error),
    Route("/users/{username}", _either(objects.actor, _profile_of), methods=["GET"]),
    Route("/users/{username}/posts/{post_id}", _either(objects.post, _page_of_post), methods=["GET"]),
    Route("/@{acct}", _either(_actor_of, account_pages.profile), methods=["GET"]),
    Route("/@{acct}/{post_id:int}", _either(_post_of, post_pages.show), methods=["GET"]),
)

STREAMS: Sequence[BaseRoute] = (
    *[WebSocketRoute(path, _guarded_socket(endpoint)) for path, endpoint in SOCKETS],
    *_routes(STREAMING, mastodon_error),
)
