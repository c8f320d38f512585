"""Lists as the client API's JSON."""

from fediverse.mastodon.entities.values import Entity
from fediverse.queries.views import ListView


def account_list(view: ListView) -> Entity:
    return {
        "id": str(view.id),
        "title": view.title,
        "replies_policy": view.replies_policy,
        "exclusive": view.exclusive,
    }
