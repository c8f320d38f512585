"""Browser sessions: a person signs in and out.

The sign-in page and, later, single sign-on call these verbs. The cookie is a random value that is stored as SHA-256 only; the token against forged
forms belongs to the session. How the cookie is set and read is the door's business; how often somebody may try, too.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fediverse.actions.accounts import check_password
from fediverse.clock import to_ms
from fediverse.node import Node
from fediverse.queries.access import hash_of

SESSION_LIFETIME = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Session:
    cookie: str = field(repr=False)
    csrf_token: str = field(repr=False)
    expires_at: datetime


async def sign_in(node: Node, email_or_name: str, password: str) -> Session:
    """A new session. Raises NotSignedIn, in the same words for a wrong name and a wrong password."""
    return await start_session(node, await check_password(node, email_or_name, password))


async def start_session(node: Node, account_id: int) -> Session:
    """A session for somebody who proved to be *account_id* by other means."""
    now = node.clock.now()
    session = Session(secrets.token_urlsafe(32), secrets.token_urlsafe(32), now + SESSION_LIFETIME)
    await node.database.insert(
        "web_session",
        {
            "id": node.ids.next(),
            "session_hash": hash_of(session.cookie),
            "account_id": account_id,
            "csrf_token": session.csrf_token,
            "created_at": to_ms(now),
            "expires_at": to_ms(session.expires_at),
        },
    )
    return session


async def sign_out(node: Node, session_id: int) -> None:
    """Safe to repeat."""
    await node.database.execute("DELETE FROM web_session WHERE id = ?", session_id)


async def sign_out_everywhere(node: Node, account_id: int, *, except_session_id: int = 0) -> None:
    """End all sessions of a person, but the one at hand."""
    await node.database.execute(
        "DELETE FROM web_session WHERE account_id = ? AND id <> ?", account_id, except_session_id
    )
