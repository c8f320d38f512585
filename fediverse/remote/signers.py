"""Who signs a request: one key in one dialect, for `RemoteClient.fetch` and `post`.

Built for one piece of work by `actions.resolve` and `workers.delivery`, from a key that was just unsealed; asked anew for each hop and each second
try, so that no signature is ever sent twice. Never stored, and its text shows no key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fediverse.clock import Clock
from fediverse.crypto.keypairs import PrivateKey
from fediverse.crypto.signatures import Dialect, sign


@dataclass(frozen=True, slots=True)
class KeySigner:
    """Signs as the owner of *key*. RSA is understood by everybody; Ed25519 by our own nodes and few others."""

    key: PrivateKey = field(repr=False)
    dialect: Dialect
    clock: Clock = field(repr=False)

    def sign(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Mapping[str, str]:
        """All headers to send; *body* must be the very bytes that go out."""
        return sign(method, url, headers, body, self.key, self.dialect, self.clock.now())
