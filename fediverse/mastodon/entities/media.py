"""Attachments."""

from fediverse.mastodon.entities.values import Entity
from fediverse.queries.views import MediaView

_HOUR_S = 3600
_MINUTE_S = 60


def media_attachment(view: MediaView) -> Entity:
    """`url` is null only while the file is processed: clients take a null for "ask again". A document without a description is called by its name."""
    return {
        "id": str(view.id),
        "type": view.kind,
        "url": view.url or None,
        "preview_url": view.preview_url or (view.url if view.kind == "image" else "") or None,
        "remote_url": view.remote_url or None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": _meta(view),
        "description": view.alt or (view.file_name if view.kind == "unknown" else "") or None,
        "blurhash": view.blurhash or None,
    }


def _meta(view: MediaView) -> Entity:
    meta: Entity = {}
    original = _original(view)
    if original:
        meta["original"] = original
    if view.preview_url and view.preview_width and view.preview_height:
        meta["small"] = _size(view.preview_width, view.preview_height)
    if view.duration_s is not None:
        meta |= {"length": _length(view.duration_s), "duration": round(view.duration_s, 3)}
    if view.kind in {"image", "gifv", "video"}:
        meta["focus"] = {"x": view.focus[0], "y": view.focus[1]}
    return meta


def _original(view: MediaView) -> Entity:
    original: Entity = _size(view.width, view.height) if view.width and view.height else {}
    if view.frame_rate:
        original["frame_rate"] = view.frame_rate
    if view.duration_s is not None:
        original["duration"] = round(view.duration_s, 3)
    if view.bitrate is not None:
        original["bitrate"] = view.bitrate
    return original


def _size(width: int, height: int) -> Entity:
    return {"width": width, "height": height, "size": f"{width}x{height}", "aspect": width / height}


def _length(seconds: float) -> str:
    """`0:01:28.65`, as upstream writes it."""
    hours, rest = divmod(seconds, _HOUR_S)
    minutes, left = divmod(rest, _MINUTE_S)
    return f"{int(hours)}:{int(minutes):02}:{left:05.2f}"
