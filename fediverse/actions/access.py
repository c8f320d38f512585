"""OAuth 2: a person lets an application in, which gives it a code, and the application turns the code into a token (RFC 6749 §4.1, RFC 7636, with the advice
of RFC 9700).

The consent page and the token endpoint call these verbs. Who gets in by other means, and who is shut out, stands beside: `apps`, `tokens`, `sessions`; what
doors call of them can be had here, so that access is one name.

PKCE is S256 or nothing: a code that was asked for with a challenge needs its verifier, and an application without a secret needs a challenge.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta

from fediverse.actions.apps import authenticate_app, public_app, register_app, unknown_client
from fediverse.actions.sessions import Session, sign_in, sign_out, sign_out_everywhere, start_session
from fediverse.actions.tokens import (
    IssuedToken,
    check_active,
    client_token,
    is_active,
    issue,
    issue_token,
    note_seen,
    revoke_grant,
    revoke_token,
)
from fediverse.clock import to_ms
from fediverse.database.database import Row, json_of, json_text
from fediverse.errors import Malformed, Refused
from fediverse.node import Node
from fediverse.policy.scopes import covers_all
from fediverse.queries import access as queries
from fediverse.queries.access import hash_of
from fediverse.streams import Signal, tell

__all__ = [
    "IssuedToken", "Session", "authorize", "client_token", "exchange_code", "is_challenge", "issue_token", "note_seen",
    "register_app", "revoke_grant", "revoke_token", "sign_in", "sign_out", "sign_out_everywhere", "start_session",
]  # fmt: skip

CODE_LIFETIME = timedelta(seconds=60)
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


async def authorize(
    node: Node, account_id: int, app_id: int, *, redirect_uri: str, scopes: Sequence[str], code_challenge: str = ""
) -> str:
    """A code by which the application gets its token within a minute. Raises Refused for what the application did not register."""
    app = await queries.app(node, app_id)
    if redirect_uri not in app.redirect_uris:
        raise Refused("The redirect URI is not one of this application's")
    if not covers_all(app.scopes, scopes):
        raise Refused("The application did not register these scopes", code="invalid_scope")
    if code_challenge and not is_challenge(code_challenge):
        raise Malformed("The code challenge must be S256", code="invalid_request")
    await check_active(node, account_id)
    code = secrets.token_urlsafe(32)
    await node.database.insert(
        "oauth_grant",
        {
            "id": node.ids.next(),
            "code_hash": hash_of(code),
            "app_id": app.id,
            "account_id": account_id,
            "redirect_uri": redirect_uri,
            "scopes": json_text(scopes),
            "code_challenge": code_challenge,
            "expires_at": to_ms(node.clock.now() + CODE_LIFETIME),
        },
    )
    return code


def is_challenge(text: str) -> bool:
    """Whether *text* has the form of an S256 challenge: 32 bytes in unpadded base64url."""
    return _CHALLENGE.fullmatch(text) is not None


async def exchange_code(
    node: Node, client_id: str, secret: str | None, *, code: str, redirect_uri: str, code_verifier: str | None = None
) -> IssuedToken:
    """The token for *code*. Raises NotSignedIn `invalid_client`, Malformed `invalid_grant`. A code that comes again costs the token that it gave."""
    app = await public_app(node, client_id) if secret is None else await authenticate_app(node, client_id, secret)
    grant = await node.database.row(
        "SELECT * FROM oauth_grant WHERE code_hash = ? AND app_id = ?", hash_of(code), app.id
    )
    if grant is None:
        raise _invalid_grant()
    if secret is None and not grant["code_challenge"]:
        raise unknown_client()
    if grant["redirect_uri"] != redirect_uri or not _answers(grant["code_challenge"], code_verifier or ""):
        raise _invalid_grant()
    issued = await _spend(node, grant)
    if issued is None:
        raise _invalid_grant()
    return issued


async def _spend(node: Node, grant: Row) -> IssuedToken | None:
    """The token for a code that comes for the first time and in time; else None, and what an earlier use gave is revoked.

    It answers rather than raises: raising inside the transaction would undo the revocation.
    """
    now = to_ms(node.clock.now())
    async with node.database.transaction():
        first = await node.database.execute(
            "UPDATE oauth_grant SET used_at = ? WHERE id = ? AND used_at IS NULL", now, grant["id"]
        )
        if first and grant["expires_at"] > now and await is_active(node, grant["account_id"]):
            scopes = json_of(grant["scopes"])
            return await issue(
                node, scopes, account_id=grant["account_id"], app_id=grant["app_id"], grant_id=grant["id"]
            )
        await node.database.execute(
            "UPDATE oauth_token SET revoked_at = ? WHERE grant_id = ? AND revoked_at IS NULL", now, grant["id"]
        )
        tell(node, Signal("access", accounts=(grant["account_id"],)))
    return None


def _answers(challenge: str, verifier: str) -> bool:
    """Whether *verifier* is the one behind *challenge* (RFC 7636 §4.6). A verifier without a challenge is refused: somebody took the challenge away."""
    if not challenge:
        return not verifier
    if _VERIFIER.fullmatch(verifier) is None:
        return False
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=")
    return hmac.compare_digest(digest, challenge.encode("ascii"))


def _invalid_grant() -> Malformed:
    return Malformed(
        "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, "
        "or was issued to another client.",
        code="invalid_grant",
    )
