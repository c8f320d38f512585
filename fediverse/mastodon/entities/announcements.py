"""Announcement, and a reaction to one. Nobody who reacted is named: there is a count, and whether the viewer is among them."""

from fediverse.mastodon.entities.custom_emojis import custom_emoji
from fediverse.mastodon.entities.values import AbsoluteUrl, Entity, moment, moment_or_null, tag_url
from fediverse.queries.announcements import AnnouncementView, ReactionView


def announcement(view: AnnouncementView, uri: AbsoluteUrl) -> Entity:
    return {
        "id": str(view.id),
        "content": view.content,
        "starts_at": moment_or_null(view.starts_at),
        "ends_at": moment_or_null(view.ends_at),
        "all_day": view.all_day,
        "published_at": moment(view.published_at),
        "updated_at": moment(view.updated_at),
        "read": view.read,
        "mentions": [],
        "statuses": [],
        "tags": [{"name": name, "url": tag_url(name, uri)} for name in view.tags],
        "emojis": [custom_emoji(emoji) for emoji in view.emojis],
        "reactions": [reaction(one) for one in view.reactions],
    }


def reaction(view: ReactionView) -> Entity:
    entity: Entity = {"name": view.name, "count": view.count, "me": view.me}
    if view.url:
        entity |= {"url": view.url, "static_url": view.url}
    return entity


def streamed_reaction(view: ReactionView, announcement_id: int) -> Entity:
    """What streams tell of a reaction that was given or taken back; the same for everybody, so without `me`."""
    return {"name": view.name, "count": view.count, "announcement_id": str(announcement_id)}
