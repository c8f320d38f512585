"""What a search found."""

from datetime import datetime

from fediverse.mastodon.entities.accounts import account
from fediverse.mastodon.entities.statuses import status
from fediverse.mastodon.entities.tags import tag
from fediverse.mastodon.entities.values import AbsoluteUrl, Entity
from fediverse.queries.views import SearchResults


def found(results: SearchResults, viewer: int, now: datetime, uri: AbsoluteUrl) -> Entity:
    return {
        "accounts": [account(view) for view in results.accounts],
        "statuses": [status(view, viewer, uri) for view in results.posts],
        "hashtags": [tag(view, now, uri) for view in results.tags],
    }
