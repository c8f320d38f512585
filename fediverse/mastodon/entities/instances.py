"""The node as clients ask for it before anybody signs in (v2 and v1), and its texts.

Clients switch features on by what stands here, so it says no more than what works: `api_versions.mastodon` is 7 (grouped notifications, blurring
filters, quotes); collections, which 10 would promise, are not there. `groups.pleroma.pl-api` are the requests of `mastodon/groups.py` and `group_members.py`.
"""

import html
from collections.abc import Sequence
from datetime import datetime

from fediverse import __version__
from fediverse.mastodon.entities.reports import rule
from fediverse.mastodon.entities.values import AbsoluteUrl, Entity, moment
from fediverse.policy import content, polls
from fediverse.queries.house_rules import HouseRuleView
from fediverse.queries.views import NodeCounts
from fediverse.settings import Settings
from fediverse.storage.file_types import supported_types
from fediverse.text.mentions import URL_COUNTS_AS

API_VERSION = 7
GROUPS_VERSION = 1  # as pl-api counts
# Must begin with digits, and must not hold the name of other software that clients treat in their own way.
COMPATIBLE_VERSION = f"4.5.0 (compatible; fediverse {__version__})"
_LANGUAGES = {"en": "English", "fr": "Français"}


def instance(
    settings: Settings,
    counts: NodeCounts,
    uri: AbsoluteUrl,
    rules: Sequence[HouseRuleView] = (),
    push_key: str = "",
    *,
    recordings: bool = True,
) -> Entity:
    """*push_key* is what devices subscribe to push with; where nothing is pushed there is no word of it. *recordings*: whether videos and sounds are taken."""
    return {
        "domain": settings.host,
        "account_domain": settings.domain,
        "title": settings.name,
        "version": COMPATIBLE_VERSION,
        "source_url": uri("/"),
        "description": settings.description,
        "usage": {"users": {"active_month": counts.active_month}},
        "thumbnail": {"url": uri("/static/header-missing.png"), "blurhash": None, "versions": {}},
        "icon": [],
        "languages": [code for code, _name in _languages(settings)],
        "configuration": _configuration(settings, recordings=recordings)
        | {
            "urls": {"streaming": _streaming(uri)},
            "translation": {"enabled": False},
            "limited_federation": True,
            "timelines_access": {
                feed: {"local": "authenticated", "remote": "authenticated"}
                for feed in ("live_feeds", "hashtag_feeds", "trending_link_feeds")
            },
        }
        | ({"vapid": {"public_key": push_key}} if push_key else {}),
        "registrations": {
            "enabled": False,
            "approval_required": False,
            "reason_required": False,
            "message": None,
            "min_age": None,
            "url": None,
        },
        "contact": {"email": settings.contact_email, "account": None},
        "rules": [rule(one) for one in rules],
        "api_versions": {"mastodon": API_VERSION, "groups.pleroma.pl-api": GROUPS_VERSION},
    }


def instance_v1(
    settings: Settings,
    counts: NodeCounts,
    uri: AbsoluteUrl,
    rules: Sequence[HouseRuleView] = (),
    *,
    recordings: bool = True,
) -> Entity:
    """For clients older than v2, and for those that never asked for it (toot, Pinafore). The thumbnail is a plain text here."""
    return {
        "uri": settings.host,
        "title": settings.name,
        "short_description": settings.description,
        "description": settings.description,
        "email": settings.contact_email,
        "version": COMPATIBLE_VERSION,
        "urls": {"streaming_api": _streaming(uri)},
        "stats": {"user_count": counts.users, "status_count": counts.posts, "domain_count": counts.hosts},
        "thumbnail": uri("/static/header-missing.png"),
        "languages": [code for code, _name in _languages(settings)],
        "registrations": False,
        "approval_required": False,
        "invites_enabled": False,
        "configuration": _configuration(settings, recordings=recordings),
        "max_toot_chars": settings.max_post_characters,
        "contact_account": None,
        "rules": [rule(one) for one in rules],
    }


def _streaming(uri: AbsoluteUrl) -> str:
    """Where clients open a WebSocket; they append the path themselves."""
    return uri("").replace("http", "ws", 1)


def languages(settings: Settings) -> list[Entity]:
    return [{"code": code, "name": name} for code, name in _languages(settings)]


def extended_description(settings: Settings, since: datetime) -> Entity:
    return _text(settings.description, since)


def privacy_policy(settings: Settings, since: datetime) -> Entity:
    return _text(
        f"{settings.name} is a closed network: what is posted here is seen by its people and by those of the nodes it allows.",
        since,
    )


def _text(text: str, since: datetime) -> Entity:
    return {"updated_at": moment(since), "content": f"<p>{html.escape(text)}</p>" if text else ""}


def _languages(settings: Settings) -> list[tuple[str, str]]:
    """The node's own language first."""
    return sorted(_LANGUAGES.items(), key=lambda language: language[0] != settings.locale)


def _configuration(settings: Settings, *, recordings: bool) -> Entity:
    return {
        "accounts": {
            "max_featured_tags": content.MAX_FEATURED_TAGS,
            "max_pinned_statuses": content.MAX_PINS,
            "max_profile_fields": content.MAX_FIELDS,
            "profile_field_name_limit": content.MAX_FIELD_CHARACTERS,
            "profile_field_value_limit": content.MAX_FIELD_CHARACTERS,
            "max_display_name_length": content.MAX_NAME_CHARACTERS,
            "max_note_length": content.MAX_NOTE_CHARACTERS,
        },
        "statuses": {
            "max_characters": settings.max_post_characters,
            "max_media_attachments": content.MAX_MEDIA,
            "characters_reserved_per_url": URL_COUNTS_AS,
        },
        "media_attachments": {
            "supported_mime_types": supported_types(recordings=recordings),
            "description_limit": content.MAX_ALT_CHARACTERS,
            "image_size_limit": settings.max_media_bytes,
            "image_matrix_limit": settings.max_image_pixels,
            "video_size_limit": settings.max_video_bytes,
            "video_matrix_limit": settings.max_video_pixels,
            "video_frame_rate_limit": settings.max_video_frame_rate,
        },
        # Clients take these for granted when their composer opens, polls or not.
        "polls": {
            "max_options": polls.MAX_OPTIONS,
            "max_characters_per_option": polls.MAX_OPTION_CHARACTERS,
            "min_expiration": polls.MIN_DURATION_S,
            "max_expiration": polls.MAX_DURATION_S,
        },
    }
