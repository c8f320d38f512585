"""Client applications: as any client sees its own, and once, when it registers, with its credentials."""

from fediverse.mastodon.entities.values import Entity
from fediverse.queries.views import AppView


def application(view: AppView, push_key: str = "") -> Entity:
    """*push_key* is what devices subscribe to push with; a text is required, so it is empty where nothing is pushed."""
    return {
        "id": str(view.id),
        "name": view.name,
        "website": view.website or None,
        "scopes": list(view.scopes),
        "redirect_uris": list(view.redirect_uris),
        "redirect_uri": "\n".join(view.redirect_uris),
        "vapid_key": push_key,
    }


def credential_application(view: AppView, secret: str, push_key: str = "") -> Entity:
    return application(view, push_key) | {
        "client_id": view.client_id,
        "client_secret": secret,
        "client_secret_expires_at": 0,
    }
