"""Who is asking: from a client's token or a browser's cookie to a `SignedIn`; applications, and what a person let them do.

Every request of a client or a page comes through here, so that whoever is disabled, suspended or signed out is so at the very next request. Values that
open doors are looked up by their SHA-256 and never stored as they are.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from fediverse.clock import from_ms, to_ms
from fediverse.database.database import Row, json_of
from fediverse.errors import NotFound, NotSignedIn
from fediverse.models import Role
from fediverse.node import Node
from fediverse.policy import scopes
from fediverse.queries.views import AppView, GrantedApp

_ADMINISTER = frozenset({Role.MODERATOR.value, Role.ADMIN.value})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who proved to be somebody: a person in a browser (`session_id`), through an application (`token_id`), or an application for itself
    (then `account_id` is None). Only the two questions below make one.
    """

    account_id: int | None
    username: str
    role: str
    scopes: frozenset[str]
    app_id: int | None
    token_id: int | None
    session_id: int | None
    csrf_token: str
    locale: str
    last_seen_at: datetime | None = None

    def may(self, scope: str) -> bool:
        """Whether *scope* was granted, itself or by one that covers it. Not whether the person is allowed: verbs and questions ask that."""
        return scopes.covers(self.scopes, scope)


def hash_of(secret: str) -> str:
    """What is stored of a token, a code, a cookie or a client's secret: they are random and long, so a plain SHA-256 is enough."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


async def signed_in_by_token(node: Node, token: str) -> SignedIn:
    """Raises NotSignedIn for a token that is unknown, revoked, or of an account that is disabled, suspended or gone."""
    row = await node.database.row(
        "SELECT t.id, t.app_id, t.account_id, t.scopes, t.last_used_at AS last_seen_at, u.role, u.locale, a.username, u.account_id AS user_id,"
        " u.disabled_at, a.suspended_at, a.deleted_at"
        " FROM oauth_token t LEFT JOIN local_user u ON u.account_id = t.account_id LEFT JOIN account a ON a.id = t.account_id"
        " WHERE t.token_hash = ? AND t.revoked_at IS NULL",
        hash_of(token),
    )
    if row is None or (row["account_id"] is not None and not _is_active(row)):
        raise NotSignedIn("The access token is invalid")
    return SignedIn(
        account_id=row["account_id"],
        username=row["username"] or "",
        role=row["role"] or "",
        scopes=_allowed(json_of(row["scopes"]), row["role"]),
        app_id=row["app_id"],
        token_id=row["id"],
        session_id=None,
        csrf_token="",
        locale=row["locale"] or "",
        last_seen_at=_moment(row["last_seen_at"]),
    )


async def signed_in_by_session(node: Node, cookie: str) -> SignedIn:
    """Raises NotSignedIn for a session that is unknown, over, or of an account that is disabled, suspended or gone."""
    row = await node.database.row(
        "SELECT s.id, s.account_id, s.csrf_token, u.last_seen_at, u.role, u.locale, a.username, u.account_id AS user_id,"
        " u.disabled_at, a.suspended_at, a.deleted_at"
        " FROM web_session s JOIN local_user u ON u.account_id = s.account_id JOIN account a ON a.id = s.account_id"
        " WHERE s.session_hash = ? AND s.expires_at > ?",
        hash_of(cookie), to_ms(node.clock.now()),
    )  # fmt: skip
    if row is None or not _is_active(row):
        raise NotSignedIn("Please sign in")
    return SignedIn(
        account_id=row["account_id"],
        username=row["username"],
        role=row["role"],
        scopes=_allowed(scopes.EVERYTHING, row["role"]),
        app_id=None,
        token_id=None,
        session_id=row["id"],
        csrf_token=row["csrf_token"],
        locale=row["locale"],
        last_seen_at=_moment(row["last_seen_at"]),
    )


async def app_by_client_id(node: Node, client_id: str) -> AppView:
    return await _app(node, "client_id = ?", client_id)


async def app(node: Node, app_id: int) -> AppView:
    return await _app(node, "id = ?", app_id)


async def granted_apps(node: Node, account_id: int) -> list[GrantedApp]:
    """What the person let in and has not shut out again, the newest first. Tokens that the operator made have no application and are not listed."""
    rows = await node.database.rows(
        "SELECT t.id AS token_id, t.scopes AS granted, t.created_at AS granted_at, t.last_used_at, o.*"
        " FROM oauth_token t JOIN oauth_app o ON o.id = t.app_id"
        " WHERE t.account_id = ? AND t.revoked_at IS NULL ORDER BY t.id DESC",
        account_id,
    )
    return [
        GrantedApp(
            row["token_id"],
            _app_view(row),
            tuple(json_of(row["granted"])),
            from_ms(row["granted_at"]),
            _moment(row["last_used_at"]),
        )
        for row in rows
    ]


async def _app(node: Node, condition: str, value: object) -> AppView:
    row = await node.database.row(f"SELECT * FROM oauth_app WHERE {condition}", value)
    if row is None:
        raise NotFound
    return _app_view(row)


def _app_view(row: Row) -> AppView:
    return AppView(
        id=row["id"],
        client_id=row["client_id"],
        name=row["name"],
        website=row["website"],
        redirect_uris=tuple(json_of(row["redirect_uris"])),
        scopes=tuple(json_of(row["scopes"])),
        created_at=from_ms(row["created_at"]),
    )


def _is_active(row: Row) -> bool:
    """Whether the account signs in here and nothing bars it."""
    return (
        row["user_id"] is not None
        and row["disabled_at"] is None
        and row["suspended_at"] is None
        and row["deleted_at"] is None
    )


def _allowed(granted: "frozenset[str] | list[str]", role: str | None) -> frozenset[str]:
    """A token for administering is worth nothing in the hands of somebody who does not, or does not any more."""
    return frozenset(granted) if role in _ADMINISTER else scopes.without_admin(granted)


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)
