"""Keys: what is read, what is refused, and that a secret does not leak by accident."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from fediverse.crypto import multibase
from fediverse.crypto.keypairs import KeyKind, PrivateKey, PublicKey, generate_ed25519, generate_rsa
from fediverse.errors import Malformed

ID = "https://home.example/users/alice#main-key"
OWNER = "https://home.example/users/alice"


def public_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_published_multikey_is_read_and_written() -> None:
    """FEP-521a: the Ed25519 key of its feature file, from bytes to Multikey and back."""
    raw = bytes.fromhex("2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6")
    text = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"

    key = PublicKey.from_multibase(ID, OWNER, text)

    assert multibase.decode(text) == b"\xed\x01" + raw
    assert (key.kind, key.multibase) == (KeyKind.ED25519, text)


def test_public_key_comes_back_from_its_pem(key: PrivateKey) -> None:
    """What we publish as `publicKeyPem`, a peer of our own kind reads as the same key."""
    published = key.public.pem

    read = PublicKey.from_pem(key.id, key.owner, published)

    assert read == key.public
    assert read.fingerprint == key.public.fingerprint


def test_pkcs1_pem_is_read_too(rsa_key: PrivateKey) -> None:
    """Older servers publish `BEGIN RSA PUBLIC KEY`."""
    pem = rsa_key.public.key.public_bytes(Encoding.PEM, PublicFormat.PKCS1)

    assert PublicKey.from_pem(rsa_key.id, rsa_key.owner, pem) == rsa_key.public


def test_private_key_comes_back_from_its_file(key: PrivateKey) -> None:
    """PKCS#8 out, the same key in: what it signs, the old public key verifies."""
    restored = PrivateKey.from_pem(key.id, key.owner, key.to_pem())

    assert key.to_pem().startswith(b"-----BEGIN PRIVATE KEY-----")
    assert restored.kind is key.kind
    assert key.public.verifies(restored.sign(b"text"), b"text")


def test_short_rsa_keys_are_refused() -> None:
    """RSA counts from 2048 bits, for a peer's key and for our own."""
    weak = rsa.generate_private_key(65537, 1024)
    own = weak.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    with pytest.raises(Malformed, match="2048"):
        PublicKey.from_pem(ID, OWNER, public_pem(weak))
    with pytest.raises(Malformed, match="2048"):
        PrivateKey.from_pem(ID, OWNER, own)


def test_keys_that_are_slow_on_purpose_are_refused() -> None:
    """A peer chooses the numbers that we calculate with: neither a huge modulus nor a huge exponent."""
    huge = rsa.RSAPublicNumbers(65537, (1 << 9000) + 1).public_key()
    slow = rsa.RSAPublicNumbers((1 << 2000) + 1, (1 << 2047) + 1).public_key()
    pems = [key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) for key in (huge, slow)]

    for pem in pems:
        with pytest.raises(Malformed, match="RSA"):
            PublicKey.from_pem(ID, OWNER, pem)


@pytest.mark.parametrize(
    "pem", ["", "no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "é", "x" * 10_000]
)
def test_what_is_not_a_public_key_is_refused(pem: str) -> None:
    """Malformed, whatever it is."""
    with pytest.raises(Malformed):
        PublicKey.from_pem(ID, OWNER, pem)


def test_other_kinds_of_keys_are_refused() -> None:
    """An elliptic curve that the dialects do not speak, and a private key where a public one belongs."""
    curve = public_pem(ec.generate_private_key(ec.SECP256R1()))
    private = generate_ed25519(ID, OWNER).to_pem()

    for pem in (curve, private):
        with pytest.raises(Malformed):
            PublicKey.from_pem(ID, OWNER, pem)


@pytest.mark.parametrize(
    "data", [b"\xed\x01" + bytes(31), b"\xed\x01" + bytes(33), b"\x85\x24" + bytes(32), bytes(32), b""]
)
def test_what_is_not_an_ed25519_multikey_is_refused(data: bytes) -> None:
    """Too short, too long, another multicodec, none at all."""
    with pytest.raises(Malformed):
        PublicKey.from_multibase(ID, OWNER, multibase.encode(data))


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_not_a_private_key_is_refused(pem: bytes) -> None:
    """A damaged key file is told apart from a missing one by the caller; here it is malformed."""
    with pytest.raises(Malformed):
        PrivateKey.from_pem(ID, OWNER, pem)


def test_repr_of_a_private_key_shows_no_secret(key: PrivateKey) -> None:
    """A log line or a traceback names the key and nothing of it."""
    secret_lines = key.to_pem().decode().splitlines()[1:-1]

    shown = repr(key) + str(key)

    assert key.id in shown
    assert "key=" not in shown
    assert not any(line in shown for line in secret_lines)


def test_kind_that_does_not_fit_the_key_cannot_be_made(ed25519_key: PrivateKey, rsa_key: PrivateKey) -> None:
    """The algorithm follows from the kind: nobody may label a key as another."""
    with pytest.raises(ValueError, match="kind"):
        PublicKey(ID, OWNER, KeyKind.RSA, ed25519_key.public.key)
    with pytest.raises(ValueError, match="kind"):
        PrivateKey(ID, OWNER, KeyKind.ED25519, rsa_key.key)


def test_rsa_key_has_no_multibase(rsa_key: PrivateKey) -> None:
    """RSA is published as PEM; asking for its Multikey is a fault of ours."""
    with pytest.raises(ValueError, match="Multikey"):
        _ = rsa_key.public.multibase


def test_generated_keys_differ_and_have_the_promised_strength() -> None:
    """2048 bits, and never the same key twice."""
    first, second = generate_rsa(ID, OWNER), generate_rsa(ID, OWNER)

    assert isinstance(first.key, rsa.RSAPrivateKey)
    assert first.key.key_size == 2048
    assert first.public.fingerprint != second.public.fingerprint


def test_public_keys_can_be_members_of_a_set() -> None:
    """Caches and comparisons of whole key sets need it; equality still looks at the key itself."""
    raw = Ed25519PrivateKey.generate()
    first = PublicKey(ID, OWNER, KeyKind.ED25519, raw.public_key())
    other = PublicKey(ID, OWNER, KeyKind.ED25519, Ed25519PrivateKey.generate().public_key())

    assert {first, PublicKey(ID, OWNER, KeyKind.ED25519, raw.public_key())} == {first}
    assert len({first, other}) == 2


def test_signature_of_one_key_is_not_that_of_another(key: PrivateKey) -> None:
    """The twin of every acceptance: another text, another key, a cut signature."""
    signature = key.sign(b"text")
    stranger = generate_ed25519(ID, OWNER)

    assert key.public.verifies(signature, b"text")
    assert not key.public.verifies(signature, b"texT")
    assert not key.public.verifies(signature[:-1], b"text")
    assert not key.public.verifies(b"", b"text")
    assert not stranger.public.verifies(signature, b"text")
