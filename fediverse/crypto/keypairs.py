"""Keys: making them, reading them from a document or a file, and the one algorithm that each kind signs with.

`signatures` and `proofs` sign and verify through the two classes here, so that the algorithm follows from the key and never from what a
message says of itself. `remote/keys.py` builds a PublicKey from a key document; whether *owner* names the key back is that caller's question,
and a PublicKey proves nothing about it.
"""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from fediverse.crypto import multibase
from fediverse.errors import Malformed

RSA_BITS = 2048
_MULTICODEC_ED25519 = b"\xed\x01"
# A stranger chooses the key that we then calculate with: past these sizes one verification costs milliseconds.
_MAX_RSA_BITS = 8192
_MAX_RSA_EXPONENT_BITS = 64
_MAX_PEM_CHARS = 8192


class KeyKind(StrEnum):
    RSA = "rsa"
    ED25519 = "ed25519"


@dataclass(frozen=True)
class PublicKey:
    """A key under its *id* (an absolute URI), claimed by *owner* (an actor's URI)."""

    id: str
    owner: str
    kind: KeyKind
    key: RSAPublicKey | Ed25519PublicKey = field(hash=False)

    def __post_init__(self) -> None:
        if isinstance(self.key, RSAPublicKey) is not (self.kind is KeyKind.RSA):
            raise ValueError("The kind does not fit the key")

    @classmethod
    def from_pem(cls, id: str, owner: str, pem: str | bytes) -> Self:  # noqa: A002 - the field's name
        """Raises Malformed unless *pem* holds one RSA key of 2048 to 8192 bits or one Ed25519 key."""
        if len(pem) > _MAX_PEM_CHARS:
            raise Malformed("The public key is too long")
        try:
            key = load_pem_public_key(pem.encode() if isinstance(pem, str) else pem)
        except (ValueError, UnsupportedAlgorithm) as problem:
            raise Malformed("The public key is not readable PEM") from problem
        if isinstance(key, Ed25519PublicKey):
            return cls(id, owner, KeyKind.ED25519, key)
        if not isinstance(key, RSAPublicKey):
            raise Malformed("Only RSA and Ed25519 keys are supported")
        if not RSA_BITS <= key.key_size <= _MAX_RSA_BITS:
            raise Malformed(f"An RSA key must have {RSA_BITS} to {_MAX_RSA_BITS} bits")
        if key.public_numbers().e.bit_length() > _MAX_RSA_EXPONENT_BITS:
            raise Malformed("The RSA key's exponent is too long")
        return cls(id, owner, KeyKind.RSA, key)

    @classmethod
    def from_multibase(cls, id: str, owner: str, text: str) -> Self:  # noqa: A002 - the field's name
        """From a Multikey's `publicKeyMultibase`. Raises Malformed unless it holds an Ed25519 key (FEP-521a)."""
        data = multibase.decode(text)
        if not data.startswith(_MULTICODEC_ED25519):
            raise Malformed("Only Ed25519 is supported as Multikey")
        try:
            key = Ed25519PublicKey.from_public_bytes(data.removeprefix(_MULTICODEC_ED25519))
        except ValueError as problem:
            raise Malformed("The Multikey has the wrong length") from problem
        return cls(id, owner, KeyKind.ED25519, key)

    @property
    def pem(self) -> str:
        return self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")

    @property
    def multibase(self) -> str:
        """For `publicKeyMultibase`. Raises ValueError for an RSA key, which we publish as PEM only."""
        if not isinstance(self.key, Ed25519PublicKey):
            raise ValueError("Only an Ed25519 key is published as Multikey")  # noqa: TRY004 - a value of the right type
        return multibase.encode(_MULTICODEC_ED25519 + self.key.public_bytes_raw())

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the key itself (DER, SubjectPublicKeyInfo) in hex: the same under whatever id it is published."""
        return hashlib.sha256(self.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()

    def verifies(self, signature: bytes, data: bytes) -> bool:
        """Whether *signature* was made over *data* with this key's private half: RSA PKCS#1 v1.5 with SHA-256, or Ed25519."""
        try:
            if isinstance(self.key, RSAPublicKey):
                self.key.verify(signature, data, PKCS1v15(), hashes.SHA256())
            else:
                self.key.verify(signature, data)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class PrivateKey:
    """One of our own keys. Lives in `keys/` and in memory: never in a table, a job or a log."""

    id: str
    owner: str
    kind: KeyKind
    key: RSAPrivateKey | Ed25519PrivateKey = field(repr=False, hash=False)

    def __post_init__(self) -> None:
        if isinstance(self.key, RSAPrivateKey) is not (self.kind is KeyKind.RSA):
            raise ValueError("The kind does not fit the key")

    @classmethod
    def from_pem(cls, id: str, owner: str, pem: str | bytes) -> Self:  # noqa: A002 - the field's name
        """From unencrypted PEM, as `to_pem` wrote it. Raises Malformed for anything but RSA from 2048 bits and Ed25519."""
        try:
            # Proving anew that the primes of our own key are primes takes 30 ms, and whoever could change the file could write a good key as well.
            key = load_pem_private_key(
                pem.encode() if isinstance(pem, str) else pem, password=None, unsafe_skip_rsa_key_validation=True
            )
        except (ValueError, TypeError, UnsupportedAlgorithm) as problem:
            raise Malformed("The private key is not readable PEM") from problem
        if isinstance(key, Ed25519PrivateKey):
            return cls(id, owner, KeyKind.ED25519, key)
        if not isinstance(key, RSAPrivateKey) or key.key_size < RSA_BITS:
            raise Malformed(f"Only Ed25519 and RSA from {RSA_BITS} bits are supported")
        return cls(id, owner, KeyKind.RSA, key)

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.id, self.owner, self.kind, self.key.public_key())

    def to_pem(self) -> bytes:
        """PKCS#8 without a password: the file's mode protects it."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.key, RSAPrivateKey):
            return self.key.sign(data, PKCS1v15(), hashes.SHA256())
        return self.key.sign(data)


def generate_rsa(id: str, owner: str) -> PrivateKey:  # noqa: A002 - the field's name
    """A new RSA key of 2048 bits. Takes about 0.1 s of CPU: call it in a thread."""
    return PrivateKey(id, owner, KeyKind.RSA, generate_private_key(public_exponent=65537, key_size=RSA_BITS))


def generate_ed25519(id: str, owner: str) -> PrivateKey:  # noqa: A002 - the field's name
    return PrivateKey(id, owner, KeyKind.ED25519, Ed25519PrivateKey.generate())
