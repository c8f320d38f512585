"""Attachments: upload, describe, ask how far it is, throw away."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import media as verbs
from fediverse.errors import Invalid
from fediverse.mastodon import entities
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import caller
from fediverse.mastodon.drafts import focus_of
from fediverse.mastodon.parameters import Parameters, record_id
from fediverse.mastodon.request_body import parameters
from fediverse.queries import media
from fediverse.queries.views import MediaView


async def upload(request: Request) -> Response:
    """v2: what is ready is 200 with its address; what is still worked on is 202 without one."""
    return await _upload(request, at_once=False)


async def upload_v1(request: Request) -> Response:
    """Always ready, since Elk attaches what it gets at once; it waits for that."""
    return await _upload(request, at_once=True)


async def show(request: Request) -> Response:
    """206 says: ask again. Raises Invalid with the reason for what could not be processed."""
    me = await caller(request, "write:media")
    view = await media.media(me.node, me.id, record_id(request.path_params["id"]))
    if view.state == "failed":
        raise Invalid(view.problem)
    return answer(entities.media_attachment(view), 206 if _is_processing(view) else 200)


async def describe(request: Request) -> Response:
    me = await caller(request, "write:media")
    asked = await parameters(request)
    media_id = record_id(request.path_params["id"])
    await verbs.describe(
        me.node, me.id, media_id, alt=asked.text("description"), focus=focus_of(asked), thumbnail=_thumbnail(asked)
    )
    return answer(entities.media_attachment(await media.media(me.node, me.id, media_id)))


async def discard(request: Request) -> Response:
    """Only what no post uses yet."""
    me = await caller(request, "write:media")
    await verbs.discard(me.node, me.id, record_id(request.path_params["id"]))
    return answer({})


async def _upload(request: Request, *, at_once: bool) -> Response:
    me = await caller(request, "write:media")
    asked = await parameters(request)
    file = asked.upload("file")
    if file is None or not file.data:
        raise Invalid("Validation failed: File can't be blank", details={"file": [("ERR_BLANK", "can't be blank")]})
    media_id = await verbs.upload(
        me.node,
        me.id,
        file.data,
        alt=asked.text("description") or "",
        focus=focus_of(asked) or (0.0, 0.0),
        file_name=file.file_name,
        thumbnail=_thumbnail(asked),
        at_once=at_once,
    )
    view = await media.media(me.node, me.id, media_id)
    return answer(entities.media_attachment(view), 202 if _is_processing(view) else 200)


def _thumbnail(asked: Parameters) -> bytes | None:
    file = asked.upload("thumbnail")
    return file.data if file is not None and file.data else None


def _is_processing(view: MediaView) -> bool:
    return view.state == "processing"
