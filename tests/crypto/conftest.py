"""Keys made once for the whole run (an RSA key takes 0.1 s), the moment of all tests, and a request signed by our own code."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from fediverse.crypto.keypairs import PrivateKey, generate_ed25519, generate_rsa
from fediverse.crypto.signatures import Dialect, SignedMessage, sign

ALICE = "https://home.example/users/alice"


@pytest.fixture(scope="session")
def now() -> datetime:
    return datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def rsa_key() -> PrivateKey:
    return generate_rsa(f"{ALICE}#main-key", ALICE)


@pytest.fixture(scope="session")
def ed25519_key() -> PrivateKey:
    return generate_ed25519(f"{ALICE}#ed25519-key", ALICE)


@pytest.fixture(scope="session", params=["rsa", "ed25519"])
def key(request: pytest.FixtureRequest, rsa_key: PrivateKey, ed25519_key: PrivateKey) -> PrivateKey:
    return rsa_key if request.param == "rsa" else ed25519_key


@pytest.fixture(scope="session", params=list(Dialect))
def dialect(request: pytest.FixtureRequest) -> Dialect:
    return Dialect(request.param)


@pytest.fixture(scope="session")
def signed(now: datetime) -> Callable[..., SignedMessage]:
    """A request as our own code signs and sends it, as the other side sees it."""

    def make(
        key: PrivateKey,
        dialect: Dialect,
        *,
        method: str = "POST",
        target_uri: str = "https://away.example/inbox?shared=1",
        body: bytes = b'{"type":"Like"}',
        at: datetime = now,
    ) -> SignedMessage:
        headers = {"content-type": "application/activity+json"} if body else {"accept": "application/activity+json"}
        sent = sign(method, target_uri, headers, body, key, dialect, at)
        return SignedMessage(method, target_uri, tuple(sent.items()), body)

    return make
