"""Client applications: registering one, which anybody may do, and proving to be one.

The door for clients registers what it is asked to; `fediverse seed` does with fixed values. An application by itself reaches nothing: a person has to let
it in. Its secret is known to the application only.
"""

import hmac
import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

from fediverse.clock import to_ms
from fediverse.database.database import json_text
from fediverse.errors import Invalid, NotFound, NotSignedIn
from fediverse.node import Node
from fediverse.policy.redirects import is_redirect_uri
from fediverse.policy.scopes import parse
from fediverse.queries.access import app_by_client_id, hash_of
from fediverse.queries.views import AppView

MAX_NAME_CHARACTERS = 200
MAX_WEBSITE_CHARACTERS = 2000
MAX_REDIRECT_URIS = 20


async def register_app(
    node: Node,
    name: str,
    redirect_uris: Sequence[str],
    scopes: Sequence[str],
    website: str = "",
    *,
    client_id: str | None = None,
    secret: str | None = None,
) -> tuple[AppView, str]:
    """A new application and its secret, which is not to be had again. Raises Invalid.

    With *client_id* and *secret* given, an application that has this id already gets these values in place of its own.
    """
    client_id = client_id or secrets.token_urlsafe(32)
    secret = secret or secrets.token_urlsafe(32)
    values = {
        "secret_hash": hash_of(secret),
        "name": _checked_name(name),
        "website": _checked_website(website),
        "redirect_uris": json_text(_checked_redirect_uris(redirect_uris)),
        "scopes": json_text(parse(" ".join(scopes))),
    }
    async with node.database.transaction():
        changed = await node.database.execute(
            f"UPDATE oauth_app SET {', '.join(f'{column} = ?' for column in values)} WHERE client_id = ?",
            *values.values(),
            client_id,
        )
        if not changed:
            own = {"id": node.ids.next(), "client_id": client_id, "used": False, "created_at": to_ms(node.clock.now())}
            await node.database.insert("oauth_app", {**own, **values})
    return await app_by_client_id(node, client_id), secret


async def authenticate_app(node: Node, client_id: str, secret: str) -> AppView:
    """The application that *client_id* and *secret* belong to. Raises NotSignedIn `invalid_client`, the same for an unknown one and a wrong secret."""
    stored = await node.database.value("SELECT secret_hash FROM oauth_app WHERE client_id = ?", client_id)
    if not hmac.compare_digest(hash_of(secret), stored or ""):
        raise unknown_client()
    return await app_by_client_id(node, client_id)


async def public_app(node: Node, client_id: str) -> AppView:
    """The application that merely calls itself *client_id*; its caller must demand another proof. Raises NotSignedIn `invalid_client`."""
    try:
        return await app_by_client_id(node, client_id)
    except NotFound as problem:
        raise unknown_client() from problem


def unknown_client() -> NotSignedIn:
    return NotSignedIn(
        "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.",
        code="invalid_client",
    )


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise _invalid("client_name", "ERR_BLANK", "Application name can't be blank")
    if len(name) > MAX_NAME_CHARACTERS or not name.isprintable():
        raise _invalid(
            "client_name", "ERR_INVALID", f"Application name must be a line of at most {MAX_NAME_CHARACTERS} characters"
        )
    return name


def _checked_website(website: str) -> str:
    website = website.strip()
    if website and (len(website) > MAX_WEBSITE_CHARACTERS or not website.isprintable() or not _is_web_address(website)):
        raise _invalid("website", "ERR_INVALID", "Application website must be a valid URL")
    return website


def _checked_redirect_uris(redirect_uris: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(redirect_uris))
    if not found:
        raise _invalid("redirect_uris", "ERR_BLANK", "Redirect URI can't be blank")
    if len(found) > MAX_REDIRECT_URIS or not all(is_redirect_uri(uri) for uri in found):
        raise _invalid("redirect_uris", "ERR_INVALID", "Redirect URI must be an absolute URI without a fragment")
    return found


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _invalid(field: str, code: str, sentence: str) -> Invalid:
    return Invalid(f"Validation failed: {sentence}", details={field: [(code, sentence)]})
