"""Views as the client API's JSON, and nowhere else: pure functions, one file a subject, called by this door's endpoints and by streaming.

What client applications cannot live without is never null here; dates are `2026-11-23T10:00:00.000Z`; ids are decimal strings.
"""

from fediverse.mastodon.entities.accounts import account, credential_account, muted_account, preferences, profile
from fediverse.mastodon.entities.conversations import conversation
from fediverse.mastodon.entities.custom_emojis import custom_emoji
from fediverse.mastodon.entities.dry_run import who_will_see
from fediverse.mastodon.entities.filters import filter_keyword, filter_v1, filtered_status, whole_filter
from fediverse.mastodon.entities.groups import (
    group,
    group_invitation,
    group_member,
    group_node,
    group_relationship,
    membership_request,
)
from fediverse.mastodon.entities.instances import (
    extended_description,
    instance,
    instance_v1,
    languages,
    privacy_policy,
)
from fediverse.mastodon.entities.lists import account_list
from fediverse.mastodon.entities.media import media_attachment
from fediverse.mastodon.entities.notifications import markers, notification
from fediverse.mastodon.entities.polls import poll
from fediverse.mastodon.entities.relationships import relationship, suggestion
from fediverse.mastodon.entities.reports import account_warning, report, rule, severance
from fediverse.mastodon.entities.scheduled import scheduled_status
from fediverse.mastodon.entities.search import found
from fediverse.mastodon.entities.statuses import context, deleted_status, edit, source, status
from fediverse.mastodon.entities.tags import featured_tag, tag

__all__ = [
    "account",
    "account_list",
    "account_warning",
    "context",
    "conversation",
    "credential_account",
    "custom_emoji",
    "deleted_status",
    "edit",
    "extended_description",
    "featured_tag",
    "filter_keyword",
    "filter_v1",
    "filtered_status",
    "found",
    "group",
    "group_invitation",
    "group_member",
    "group_node",
    "group_relationship",
    "instance",
    "instance_v1",
    "languages",
    "markers",
    "media_attachment",
    "membership_request",
    "muted_account",
    "notification",
    "poll",
    "preferences",
    "privacy_policy",
    "profile",
    "relationship",
    "report",
    "rule",
    "scheduled_status",
    "severance",
    "source",
    "status",
    "suggestion",
    "tag",
    "who_will_see",
    "whole_filter",
]
