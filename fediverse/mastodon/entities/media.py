"""Attachments."""

from fediverse.mastodon.entities.values import Entity
from fediverse.queries.views import MediaView


def media_attachment(view: MediaView) -> Entity:
    """`url` is null only while the file is processed: clients take a null for "ask again"."""
    return {
        "id": str(view.id),
        "type": view.kind,
        "url": view.url or None,
        "preview_url": view.preview_url or view.url or None,
        "remote_url": view.remote_url or None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": _meta(view),
        "description": view.alt or None,
        "blurhash": view.blurhash or None,
    }


def _meta(view: MediaView) -> Entity:
    meta: Entity = {}
    if view.width and view.height:
        meta["original"] = _size(view.width, view.height)
    if view.preview_width and view.preview_height:
        meta["small"] = _size(view.preview_width, view.preview_height)
    if view.kind in {"image", "gifv", "video"}:
        meta["focus"] = {"x": view.focus[0], "y": view.focus[1]}
    return meta


def _size(width: int, height: int) -> Entity:
    return {"width": width, "height": height, "size": f"{width}x{height}", "aspect": width / height}
