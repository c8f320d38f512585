"""How one person stands to another, and whom one might want to follow, as the client API's JSON."""

from fediverse.mastodon.entities.accounts import account
from fediverse.mastodon.entities.values import Entity, moment_or_null
from fediverse.queries.views import AccountView, RelationshipView


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
        "domain_blocking": view.domain_blocking,
        "endorsed": view.endorsed,
        "note": view.note,
    }


def suggestion(view: AccountView, familiar: int) -> Entity:
    """*familiar*: how many of those whom the reader follows follow the account."""
    old, new = ("past_interactions", "friends_of_friends") if familiar else ("global", "most_interactions")
    return {"source": old, "sources": [new], "account": account(view)}
