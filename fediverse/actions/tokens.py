"""Access tokens: given to an application or by the operator, ended by the application or the person.

A token is random, shown once and stored as SHA-256 only. It lasts until it is revoked, as clients of this API expect. Whose it is is answered by
`queries/access.py`, at every request.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fediverse.actions import accounts
from fediverse.actions.apps import authenticate_app
from fediverse.clock import to_ms
from fediverse.database.database import Row, json_text
from fediverse.errors import Conflict, Invalid, Malformed, NotFound, NotSignedIn, Refused
from fediverse.node import Node
from fediverse.policy.scopes import covers_all, parse
from fediverse.queries.access import SignedIn, hash_of
from fediverse.streams import Signal, tell

_SEEN_EVERY = timedelta(hours=1)
_MIN_GIVEN_TOKEN_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class IssuedToken:
    token: str = field(repr=False)
    scopes: tuple[str, ...]
    created_at: datetime


async def client_token(node: Node, client_id: str, secret: str, scopes: Sequence[str]) -> IssuedToken:
    """A token with which the application speaks for itself. Raises NotSignedIn `invalid_client`, Malformed `invalid_scope`."""
    app = await authenticate_app(node, client_id, secret)
    if not covers_all(app.scopes, scopes):
        raise Malformed("The requested scope is invalid, unknown, or malformed.", code="invalid_scope")
    return await issue(node, scopes, account_id=None, app_id=app.id)


async def issue_token(
    node: Node, account_id: int, scopes: Sequence[str], app_id: int | None = None, token: str | None = None
) -> str:
    """A token for a person, without asking that person: for the operator. With *token* given it gets this very value, again and again.

    Raises Invalid for an unknown scope or a *token* that is too short, Refused for a disabled account, Conflict for another account's *token*.
    """
    wanted = parse(" ".join(scopes))
    await check_active(node, account_id)
    if token is None:
        return (await issue(node, wanted, account_id=account_id, app_id=app_id)).token
    if len(token) < _MIN_GIVEN_TOKEN_CHARACTERS:
        raise Invalid(f"a token must have at least {_MIN_GIVEN_TOKEN_CHARACTERS} characters")
    async with node.database.transaction():
        known = await _stored(node, token)
        if known is None:
            await issue(node, wanted, account_id=account_id, app_id=app_id, token=token)
        elif known["account_id"] != account_id:
            raise Conflict("this token belongs to another account")
        else:
            await node.database.execute(
                "UPDATE oauth_token SET scopes = ?, app_id = ?, revoked_at = NULL WHERE id = ?",
                json_text(wanted),
                app_id,
                known["id"],
            )
    return token


async def issue(
    node: Node,
    scopes: Sequence[str],
    *,
    account_id: int | None,
    app_id: int | None,
    grant_id: int | None = None,
    token: str | None = None,
) -> IssuedToken:
    """A new token; what it may do and for whom was decided by the caller, a verb of this room."""
    issued = IssuedToken(token or secrets.token_urlsafe(32), tuple(scopes), node.clock.now())
    async with node.database.transaction():
        await node.database.insert(
            "oauth_token",
            {
                "id": node.ids.next(),
                "token_hash": hash_of(issued.token),
                "app_id": app_id,
                "account_id": account_id,
                "grant_id": grant_id,
                "scopes": json_text(issued.scopes),
                "created_at": to_ms(issued.created_at),
            },
        )
        if app_id is not None:
            await node.database.execute("UPDATE oauth_app SET used = ? WHERE id = ? AND NOT used", True, app_id)
    return issued


async def revoke_token(node: Node, client_id: str, secret: str, token: str) -> None:
    """End *token*, for the application that it was given to (RFC 7009). Says nothing of a token that does not exist.

    Raises Refused `unauthorized_client` for anybody else. A token of no application is ended by whoever holds it.
    """
    known = await _stored(node, token)
    if known is None:
        return
    if known["app_id"] is not None:
        await _check_owner(node, client_id, secret, known["app_id"])
    now = to_ms(node.clock.now())
    await node.database.execute(
        "UPDATE oauth_token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", now, known["id"]
    )
    if known["account_id"] is not None:
        tell(node, Signal("access", accounts=(known["account_id"],)))


async def revoke_grant(node: Node, account_id: int, token_id: int) -> None:
    """The person shuts an application out that was let in before. Raises NotFound for somebody else's."""
    ended = await node.database.execute(
        "UPDATE oauth_token SET revoked_at = ? WHERE id = ? AND account_id = ? AND revoked_at IS NULL",
        to_ms(node.clock.now()), token_id, account_id,
    )  # fmt: skip
    if not ended:
        raise NotFound
    tell(node, Signal("access", accounts=(account_id,)))


async def note_seen(node: Node, signed_in: SignedIn, address: str = "") -> None:
    """Remember that somebody was here, coming from *address*, to the hour: requests that only read stay requests that only read."""
    now = node.clock.now()
    if signed_in.last_seen_at is not None and now - signed_in.last_seen_at < _SEEN_EVERY:
        return
    async with node.database.transaction():
        if signed_in.token_id is not None:
            await node.database.execute(
                "UPDATE oauth_token SET last_used_at = ? WHERE id = ?", to_ms(now), signed_in.token_id
            )
        if signed_in.account_id is not None:
            await accounts.note_seen(node, signed_in.account_id, address)


async def check_active(node: Node, account_id: int) -> None:
    """Raises Refused unless the account signs in here and nothing bars it."""
    if not await is_active(node, account_id):
        raise Refused("This account is disabled or does not sign in here")


async def is_active(node: Node, account_id: int) -> bool:
    found = await node.database.value(
        "SELECT 1 FROM local_user u JOIN account a ON a.id = u.account_id"
        " WHERE u.account_id = ? AND u.disabled_at IS NULL AND a.suspended_at IS NULL AND a.deleted_at IS NULL",
        account_id,
    )
    return found is not None


async def _check_owner(node: Node, client_id: str, secret: str, app_id: int) -> None:
    refusal = Refused("You are not authorized to revoke this token", code="unauthorized_client")
    try:
        app = await authenticate_app(node, client_id, secret)
    except NotSignedIn as problem:
        raise refusal from problem
    if app.id != app_id:
        raise refusal


async def _stored(node: Node, token: str) -> Row | None:
    return await node.database.row(
        "SELECT id, app_id, account_id FROM oauth_token WHERE token_hash = ?", hash_of(token)
    )
