"""Views as the client API's JSON, and nowhere else: pure functions, one file a subject, called by this door's endpoints and by streaming.

What client applications cannot live without is never null here; dates are `2026-11-23T10:00:00.000Z`; ids are decimal strings.
"""

from fediverse.mastodon.entities.accounts import account, credential_account, muted_account, preferences, relationship
from fediverse.mastodon.entities.custom_emojis import custom_emoji
from fediverse.mastodon.entities.instances import (
    extended_description,
    instance,
    instance_v1,
    languages,
    privacy_policy,
)
from fediverse.mastodon.entities.media import media_attachment
from fediverse.mastodon.entities.notifications import markers, notification, open_policy, open_policy_v1
from fediverse.mastodon.entities.reports import report
from fediverse.mastodon.entities.search import found, tag
from fediverse.mastodon.entities.statuses import context, deleted_status, edit, source, status

__all__ = [
    "account", "context", "credential_account", "custom_emoji", "deleted_status", "edit", "extended_description", "found", "instance",
    "instance_v1", "languages", "markers", "media_attachment", "muted_account", "notification", "open_policy", "open_policy_v1",
    "preferences", "privacy_policy", "relationship", "report", "source", "status", "tag",
]  # fmt: skip
