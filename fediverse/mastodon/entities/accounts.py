"""Accounts: as everybody sees them, and as their owner does."""

from collections.abc import Sequence
from datetime import datetime

from fediverse.mastodon.entities.custom_emojis import custom_emoji
from fediverse.mastodon.entities.values import Entity, day, moment, moment_or_null
from fediverse.queries.views import AccountView, UserView

# The bits of the API: everything; and to see the dashboard and the log, handle reports, tags and people.
_ADMINISTRATE = 1 << 0
_MODERATE = 1 << 2 | 1 << 3 | 1 << 4 | 1 << 8 | 1 << 10
_ROLES = {"moderator": ("1", "Moderator", _MODERATE), "admin": ("2", "Admin", _ADMINISTRATE)}


def account(view: AccountView, moved: AccountView | None = None) -> Entity:
    """*moved* is the account that this one moved to, where the caller looked it up."""
    entity: Entity = {
        "id": str(view.id),
        "username": view.username,
        "acct": view.acct,
        "display_name": "" if view.suspended else view.display_name,
        "locked": view.locked,
        "bot": view.bot,
        "group": view.group,
        "discoverable": view.discoverable,
        "indexable": view.indexable,
        "noindex": not view.indexable,
        "created_at": moment(view.created_at.replace(hour=0, minute=0, second=0, microsecond=0)),
        "note": "" if view.suspended else view.note,
        "url": view.url or view.uri,
        "uri": view.uri,
        "avatar": view.avatar_url,
        "avatar_static": view.avatar_url,
        "avatar_description": view.avatar_alt,
        "header": view.header_url,
        "header_static": view.header_url,
        "header_description": view.header_alt,
        "followers_count": max(view.followers_count, 0),
        "following_count": max(view.following_count, 0),
        "statuses_count": max(view.posts_count, 0),
        "last_status_at": None if view.last_posted_at is None else day(view.last_posted_at),
        "hide_collections": view.hide_collections,
        "emojis": [custom_emoji(emoji) for emoji in view.emojis],
        "roles": [],
        "fields": [] if view.suspended else _fields(view, [value for _name, value in view.fields]),
        "show_media": view.show_media,
        "show_media_replies": view.show_media_replies,
        "show_featured": view.show_featured,
    }
    if view.suspended:
        entity["suspended"] = True
    if view.limited:
        entity["limited"] = True
    if view.memorial:
        entity["memorial"] = True
    if moved is not None:
        entity["moved"] = account(moved)
    return entity


def muted_account(view: AccountView, expires_at: datetime | None) -> Entity:
    return account(view) | {"mute_expires_at": moment_or_null(expires_at)}


def credential_account(
    view: AccountView, user: UserView, follow_requests: int, moved: AccountView | None = None
) -> Entity:
    """The caller's own account, with what only the owner is told."""
    return account(view, moved) | {
        "source": {
            "privacy": user.default_visibility,
            "sensitive": user.default_sensitive,
            "language": user.default_language or None,
            "note": view.note_source,
            "fields": _fields(view, view.field_sources),
            "follow_requests_count": follow_requests,
            "hide_collections": view.hide_collections,
            "discoverable": view.discoverable,
            "indexable": view.indexable,
            "quote_policy": user.default_quote_policy,
            "attribution_domains": list(user.attribution_domains),
        },
        "role": role(user.role),
    }


def profile(view: AccountView, user: UserView) -> Entity:
    """The caller's own profile for editing: texts as typed, and no pictures but one's own."""
    avatar = view.avatar_url if view.has_avatar else None
    header = view.header_url if view.has_header else None
    return {
        "id": str(view.id),
        "display_name": view.display_name,
        "note": view.note_source,
        "fields": _fields(view, view.field_sources),
        "avatar": avatar,
        "avatar_static": avatar,
        "avatar_description": view.avatar_alt,
        "header": header,
        "header_static": header,
        "header_description": view.header_alt,
        "locked": view.locked,
        "bot": view.bot,
        "hide_collections": view.hide_collections,
        "discoverable": view.discoverable,
        "indexable": view.indexable,
        "show_media": view.show_media,
        "show_media_replies": view.show_media_replies,
        "show_featured": view.show_featured,
        "attribution_domains": list(user.attribution_domains),
    }


def _fields(view: AccountView, values: Sequence[str]) -> list[Entity]:
    """The details with *values* as they are shown, or as they were typed; and since when a link among them is known to be the account's."""
    verified = view.fields_verified or (None,) * len(view.fields)
    return [
        {"name": name, "value": value, "verified_at": moment_or_null(when)}
        for (name, _shown), value, when in zip(view.fields, values, verified, strict=True)
    ]


def preferences(user: UserView) -> Entity:
    return {
        "posting:default:visibility": user.default_visibility,
        "posting:default:sensitive": user.default_sensitive,
        "posting:default:language": user.default_language or None,
        "posting:default:quote_policy": user.default_quote_policy,
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }


def role(name: str) -> Entity:
    """The role called *name* here; an empty or unknown one is everybody's. The permissions are bits of the API, as a decimal number."""
    number, shown, permissions = _ROLES.get(name, ("-99", "", 0))
    return {"id": number, "name": shown, "color": "", "permissions": str(permissions), "highlighted": False}
