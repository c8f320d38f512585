"""Tags, and what a search found."""

from datetime import datetime, timedelta

from fediverse.mastodon.entities.accounts import account
from fediverse.mastodon.entities.statuses import status
from fediverse.mastodon.entities.values import AbsoluteUrl, Entity, tag_url
from fediverse.queries.views import SearchResults, TagView

_DAYS = 7


def tag(view: TagView, now: datetime, uri: AbsoluteUrl) -> Entity:
    """The use of a week stands in its newest day, since only the sum is counted; numbers are texts in this one entity."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [int((midnight - timedelta(days=past)).timestamp()) for past in range(_DAYS)]
    sums = [(view.uses, view.accounts)] + [(0, 0)] * (_DAYS - 1)
    return {
        "id": view.name,
        "name": view.name,
        "url": tag_url(view.name, uri),
        "history": [
            {"day": str(day), "uses": str(uses), "accounts": str(accounts)}
            for day, (uses, accounts) in zip(days, sums, strict=True)
        ],
        "following": False,
        "featuring": False,
    }


def found(results: SearchResults, viewer: int, now: datetime, uri: AbsoluteUrl) -> Entity:
    return {
        "accounts": [account(view) for view in results.accounts],
        "statuses": [status(view, viewer, uri) for view in results.posts],
        "hashtags": [tag(view, now, uri) for view in results.tags],
    }
