"""Conversations of direct posts."""

from fediverse.mastodon.entities.accounts import account
from fediverse.mastodon.entities.statuses import status
from fediverse.mastodon.entities.values import AbsoluteUrl, Entity
from fediverse.queries.views import ConversationView


def conversation(view: ConversationView, viewer: int, uri: AbsoluteUrl) -> Entity:
    return {
        "id": str(view.id),
        "unread": view.unread,
        "accounts": [account(one) for one in view.accounts],
        "last_status": status(view.last_post, viewer, uri),
    }
