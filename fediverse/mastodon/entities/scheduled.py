"""Posts for later, by the words of the API: a draft with the moment at which it is published."""

from collections.abc import Mapping
from typing import Any

from fediverse.mastodon.entities.media import media_attachment
from fediverse.mastodon.entities.values import Entity, moment
from fediverse.queries.views import ScheduledView


def scheduled_status(view: ScheduledView) -> Entity:
    """`problem` is ours: why it was not published when its time came."""
    asked = view.params
    return {
        "id": str(view.id),
        "scheduled_at": moment(view.due_at),
        "params": {
            "text": asked["text"],
            "poll": _poll(asked["poll"]) if asked.get("poll") else None,
            "media_ids": [str(media.id) for media in view.media] or None,
            "sensitive": asked.get("sensitive"),
            "spoiler_text": asked.get("summary") or None,
            "visibility": asked["visibility"],
            "local_only": asked.get("local_only"),
            "language": asked.get("language") or None,
            "in_reply_to_id": asked.get("reply_to_id"),
            "quoted_status_id": None if asked.get("quoted_id") is None else str(asked["quoted_id"]),
            **({"quote_approval_policy": asked["quote_policy"]} if asked.get("quote_policy") else {}),
            "application_id": view.application_id or 0,
            "scheduled_at": None,
            "idempotency": None,
            "with_rate_limit": False,
        },
        "media_attachments": [media_attachment(media) for media in view.media],
        "problem": view.problem or None,
    }


def _poll(poll: Mapping[str, Any]) -> Entity:
    return {
        "options": list(poll["options"]),
        "expires_in": poll["expires_in_s"],
        "multiple": poll["multiple"],
        "hide_totals": poll["hide_totals"],
    }
