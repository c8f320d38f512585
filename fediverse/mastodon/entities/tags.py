"""Tags as the client API's JSON. Numbers are texts here: that is how upstream sends them, and how clients decode them."""

from datetime import datetime, timedelta
from urllib.parse import quote

from fediverse.mastodon.entities.values import AbsoluteUrl, Entity, day, tag_url
from fediverse.queries.views import FeaturedTagView, TagView

_DAYS = 7


def tag(view: TagView, now: datetime, uri: AbsoluteUrl) -> Entity:
    """Where only the sum of the week was counted, it stands in the newest day."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    history = view.history or ((view.uses, view.accounts), *((0, 0),) * (_DAYS - 1))
    return {
        "id": view.name,
        "name": view.name,
        "url": tag_url(view.name, uri),
        "history": [
            {
                "day": str(int((midnight - timedelta(days=past)).timestamp())),
                "uses": str(uses),
                "accounts": str(accounts),
            }
            for past, (uses, accounts) in enumerate(history)
        ],
        "following": view.following,
        "featuring": view.featuring,
    }


def featured_tag(view: FeaturedTagView, uri: AbsoluteUrl) -> Entity:
    return {
        "id": str(view.id),
        "name": view.name,
        "url": uri(f"/@{view.account_acct}?tagged={quote(view.name, safe='')}"),
        "statuses_count": str(view.posts_count),
        "last_status_at": None if view.last_posted_at is None else day(view.last_posted_at),
    }
