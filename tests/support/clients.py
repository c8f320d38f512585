"""Client applications as tests need them: registered, and with a proof key."""

import base64
import hashlib
from dataclasses import dataclass

from fediverse.actions.access import authorize, register_app
from fediverse.node import Node

REDIRECT_URI = "https://elk.example/api/acme.localhost%3A8001/oauth/https%3A%2F%2Felk.example"
VERIFIER = "0123456789abcdef0123456789abcdef0123456789abcdef01234567"  # as Phanpy's: 56 hexadecimal digits
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class Client:
    """An application with its secret."""

    app_id: int
    client_id: str
    secret: str
    redirect_uri: str = REDIRECT_URI

    async def code(self, node: Node, account_id: int, scopes: str = "read", challenge: str = "") -> str:
        """The code that the application gets when the person lets it in."""
        return await authorize(
            node,
            account_id,
            self.app_id,
            redirect_uri=self.redirect_uri,
            scopes=scopes.split(),
            code_challenge=challenge,
        )


async def registered(
    node: Node, scopes: str = "read write follow push", redirect_uri: str = REDIRECT_URI, name: str = "Elk"
) -> Client:
    app, secret = await register_app(node, name, [redirect_uri], scopes.split())
    return Client(app.id, app.client_id, secret, redirect_uri)
