"""Accounts: as everybody sees them, as their owner does, and how one stands to another."""

from datetime import datetime

from fediverse.mastodon.entities.custom_emojis import custom_emoji
from fediverse.mastodon.entities.values import Entity, day, moment, moment_or_null
from fediverse.queries.views import AccountView, RelationshipView, UserView
from fediverse.text.sanitise import plain_text

_ROLE_NAMES = {"moderator": ("1", "Moderator"), "admin": ("2", "Admin")}


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
        "avatar_description": "",
        "header": view.header_url,
        "header_static": view.header_url,
        "header_description": "",
        "followers_count": max(view.followers_count, 0),
        "following_count": max(view.following_count, 0),
        "statuses_count": max(view.posts_count, 0),
        "last_status_at": None if view.last_posted_at is None else day(view.last_posted_at),
        "hide_collections": view.hide_collections,
        "emojis": [custom_emoji(emoji) for emoji in view.emojis],
        "roles": [],
        "fields": []
        if view.suspended
        else [{"name": name, "value": value, "verified_at": None} for name, value in view.fields],
    }
    if view.suspended:
        entity["suspended"] = True
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
            "fields": [{"name": name, "value": plain_text(value), "verified_at": None} for name, value in view.fields],
            "follow_requests_count": follow_requests,
            "hide_collections": view.hide_collections,
            "discoverable": view.discoverable,
            "indexable": view.indexable,
            "quote_policy": "nobody",
            "attribution_domains": [],
        },
        "role": _role(user.role),
    }


def preferences(user: UserView) -> Entity:
    return {
        "posting:default:visibility": user.default_visibility,
        "posting:default:sensitive": user.default_sensitive,
        "posting:default:language": user.default_language or None,
        "posting:default:quote_policy": "nobody",
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }


def relationship(view: RelationshipView) -> Entity:
    return {
        "id": str(view.account_id),
        "following": view.following,
        "showing_reblogs": view.showing_boosts,
        "notifying": view.notifying,
        "languages": list(view.languages) or None,
        "followed_by": view.followed_by,
        "blocking": view.blocking,
        "blocked_by": view.blocked_by,
        "muting": view.muting,
        "muting_notifications": view.muting_notifications,
        "muting_expires_at": moment_or_null(view.muting_expires_at),
        "requested": view.requested,
        "requested_by": view.requested_by,
        "domain_blocking": False,
        "endorsed": False,
        "note": "",
    }


def _role(role: str) -> Entity:
    """Permissions stay "0": they speak of an administration by clients that this node does not offer."""
    number, name = _ROLE_NAMES.get(role, ("-99", ""))
    return {"id": number, "name": name, "color": "", "permissions": "0", "highlighted": False}
