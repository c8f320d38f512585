"""Attachments, avatars and emoji, for whoever may see them: by a signed link, a browser's session, or an allowed server's signature; else 404.

Files that lie on another node are fetched through the gate when somebody first looks. What is served has a type that we found, and runs nothing: pictures, videos
and sounds are shown, with parts of them for players (RFC 9110, Range); everything else is only ever downloaded.
"""

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from fediverse.actions import egress
from fediverse.actions import remote_media as verbs
from fediverse.errors import NotFound
from fediverse.federation import group_standing
from fediverse.federation.authentication import RequestingServer, authenticated_server
from fediverse.node import node_of
from fediverse.queries import media as questions
from fediverse.queries.media import StoredFile
from fediverse.storage.decoding import Shape
from fediverse.storage.file_types import is_shown
from fediverse.storage.links import is_permitted
from fediverse.web.sessions import current_user

_HEADERS = {
    "Cache-Control": "private, max-age=3600",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Cookie, Signature, Signature-Input",
}


async def attachment(request: Request) -> Response:
    """GET /media/{media_id}/{variant}: `original`, or `small` for the preview."""
    node = node_of(request)
    media_id, variant = int(request.path_params["media_id"]), request.path_params["variant"]
    if variant not in {"original", "small"}:
        raise NotFound
    preview = variant == "small"
    if _has_link(request):
        file = await questions.file_of(node, media_id, preview=preview)
    elif (user := await current_user(request)) is not None and user.account_id is not None:
        file = await questions.file_for_person(node, user.account_id, media_id, preview=preview)
    else:
        server = await _server(request)
        return await _attachment_for_server(request, server, media_id, preview=preview)
    return _serve(request, await verbs.fetch_attachment(node, media_id, file, preview=preview))


async def avatar(request: Request) -> Response:
    """GET /avatars/{account_id}/{which}: `avatar` or `header`."""
    node = node_of(request)
    account_id, which = int(request.path_params["account_id"]), _shape(request.path_params["which"])
    server = await _asking_server(request)
    file = await questions.avatar_file(node, account_id, which)
    if server is not None:
        response = _serve(request, file)
        await egress.note_picture_served(node, server, account_id, node.uri(request.url.path))
        return response
    return _serve(request, await verbs.fetch_avatar(node, account_id, which, file))


async def emoji(request: Request) -> Response:
    """GET /emoji/{domain}/{shortcode}; our own under the domain `here`."""
    node = node_of(request)
    domain, shortcode = request.path_params["domain"], request.path_params["shortcode"]
    server = await _asking_server(request)
    file = await questions.emoji_file(node, domain, shortcode)
    if server is not None:
        return _serve(request, file)
    return _serve(request, await verbs.fetch_emoji(node, domain, shortcode, file))


def _shape(which: str) -> Shape:
    if which == "avatar":
        return "avatar"
    if which == "header":
        return "header"
    raise NotFound


async def _attachment_for_server(
    request: Request, asking: RequestingServer, media_id: int, *, preview: bool
) -> Response:
    """The file for the node *server*, once it is written down that it gets it."""
    node, server = node_of(request), asking.host
    uri = node.uri(request.url.path)
    await group_standing.confirm_file(node, asking, media_id)
    try:
        file = await questions.file_for_server(node, server, media_id, preview=preview)
    except NotFound:
        egress.note_attachment_withheld(node, server, media_id, uri)
        raise
    response = _serve(request, file)
    await egress.note_attachment_served(node, server, media_id, uri)
    return response


async def _asking_server(request: Request) -> str | None:
    """None for our people; the host of an allowed server, which gets what is ours and never makes us fetch. Raises for anybody else."""
    if _has_link(request) or await current_user(request) is not None:
        return None
    return (await _server(request)).host


async def _server(request: Request) -> RequestingServer:
    if "signature" not in request.headers and "signature-input" not in request.headers:
        raise NotFound
    return await authenticated_server(request)


def _has_link(request: Request) -> bool:
    expires, token = request.query_params.get("e", ""), request.query_params.get("t", "")
    node = node_of(request)
    return bool(token) and is_permitted(node, request.url.path, expires, token, node.clock.now())


def _serve(request: Request, file: StoredFile) -> Response:
    path = node_of(request).storage.path(file.key) if file.key else None
    if path is None or not path.is_file():
        raise NotFound
    if is_shown(file.media_type):
        return FileResponse(path, media_type=file.media_type, headers=_HEADERS, content_disposition_type="inline")
    return FileResponse(
        path,
        media_type=_download_type(file.media_type),
        headers=_HEADERS,
        filename=file.file_name or "file",
        content_disposition_type="attachment",
    )


def _download_type(media_type: str) -> str:
    """What a browser would rather open than save says nothing of itself: XML and texts are documents of others, never pages of ours."""
    return "application/octet-stream" if media_type in {"application/xml", "application/json"} else media_type
