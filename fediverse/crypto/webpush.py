"""Web push on paper: a message that only one browser can read, and a signature by which a push service knows the sender. Pure; called by `actions/push`.

`aes128gcm` is the standard (RFC 8291 upon RFC 8188), with VAPID as RFC 8292 has it; `aesgcm` is the draft before it, which older clients ask for.
The sending side alone: a key pair and a salt are made for each message and forgotten.
"""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import orjson
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from fediverse.errors import Invalid

MAX_MESSAGE_BYTES: Final = 3_993
"""What fits into the 4,096 bytes that every push service takes (RFC 8030 §7.2, RFC 8291 §4)."""

_CURVE: Final = ec.SECP256R1()
_POINT_BYTES: Final = 65
_AUTH_BYTES: Final = 16
_SALT_BYTES: Final = 16
_RECORD_BYTES: Final = 4_096
_LAST_RECORD: Final = b"\x02"
_NO_PADDING: Final = b"\x00\x00"
_VALID: Final = timedelta(hours=12)
"""How long a signature is good for; RFC 8292 allows a day."""


@dataclass(frozen=True, slots=True)
class UserAgent:
    """Where a message is read: the browser's public key (an uncompressed point) and the secret that it shares with us."""

    public: bytes
    auth: bytes

    @classmethod
    def parsed(cls, p256dh: str, auth: str) -> "UserAgent":
        """Raises Invalid unless both are what browsers give."""
        agent = cls(decoded(p256dh), decoded(auth))
        if len(agent.auth) != _AUTH_BYTES:
            raise Invalid(f"Validation failed: The key auth must have {_AUTH_BYTES} bytes")
        _point(agent.public)
        return agent


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted message: the body of the request, and the headers that say how to read it."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Once:
    """What is made for one message."""

    key: ec.EllipticCurvePrivateKey
    salt: bytes

    @classmethod
    def made(cls) -> "_Once":
        return cls(ec.generate_private_key(_CURVE), secrets.token_bytes(_SALT_BYTES))

    @property
    def public(self) -> bytes:
        return public_point(self.key)


def encrypt(message: bytes, agent: UserAgent, once: _Once | None = None) -> Sealed:
    """*message* as `aes128gcm`. *once* is for tests with published values. Raises Invalid when it is too long."""
    _fits(message)
    own = once or _Once.made()
    info = b"WebPush: info\x00" + agent.public + own.public
    secret = _derive(own.key.exchange(ec.ECDH(), _point(agent.public)), agent.auth, info, 32)
    key = _derive(secret, own.salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = _derive(secret, own.salt, b"Content-Encoding: nonce\x00", 12)
    header = own.salt + _RECORD_BYTES.to_bytes(4, "big") + bytes([_POINT_BYTES]) + own.public
    return Sealed(header + AESGCM(key).encrypt(nonce, message + _LAST_RECORD, None), {"content-encoding": "aes128gcm"})


def encrypt_as_before(message: bytes, agent: UserAgent, once: _Once | None = None) -> Sealed:
    """*message* as `aesgcm` (draft-ietf-webpush-encryption-04): salt and our public key travel in headers."""
    _fits(message)
    own = once or _Once.made()
    shared = own.key.exchange(ec.ECDH(), _point(agent.public))
    secret = _derive(shared, agent.auth, b"Content-Encoding: auth\x00", 32)
    keys = b"P-256\x00" + b"".join(len(point).to_bytes(2, "big") + point for point in (agent.public, own.public))
    key = _derive(secret, own.salt, b"Content-Encoding: aesgcm\x00" + keys, 16)
    nonce = _derive(secret, own.salt, b"Content-Encoding: nonce\x00" + keys, 12)
    return Sealed(
        AESGCM(key).encrypt(nonce, _NO_PADDING + message, None),
        {
            "content-encoding": "aesgcm",
            "encryption": f"salt={encoded(own.salt)}",
            "crypto-key": f"dh={encoded(own.public)}",
        },
    )


def vapid_token(key: ec.EllipticCurvePrivateKey, audience: str, subject: str, now: datetime) -> str:
    """A JWT that says to the push service at the origin *audience* who sends, and whom to write to (RFC 8292 §2)."""
    claims = {"aud": audience, "exp": int((now + _VALID).timestamp()), "sub": subject}
    signed = f"{encoded(orjson.dumps({'typ': 'JWT', 'alg': 'ES256'}))}.{encoded(orjson.dumps(claims))}"
    one, other = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{encoded(one.to_bytes(32, 'big') + other.to_bytes(32, 'big'))}"


def generate_key() -> bytes:
    """A new signing key, as PEM."""
    return ec.generate_private_key(_CURVE).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def load_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    """Raises ValueError for anything but a key of P-256."""
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != _CURVE.name:
        raise ValueError("not a key of P-256")
    return key


def public_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def encoded(data: bytes) -> str:
    """Url-safe base64 without padding, as everything about web push is written."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Padded or not, url-safe or not. Raises Invalid."""
    plain = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), b"-_", validate=True)
    except ValueError as unreadable:
        raise Invalid("Validation failed: A key of the subscription is not base64") from unreadable


def _point(public: bytes) -> ec.EllipticCurvePublicKey:
    """Only uncompressed points: what is sent along is what was computed with."""
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public if len(public) == _POINT_BYTES else b"\x00")
    except ValueError as unreadable:
        raise Invalid("Validation failed: The key p256dh is not a public key of P-256") from unreadable


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def _fits(message: bytes) -> None:
    if len(message) > MAX_MESSAGE_BYTES:
        raise Invalid(f"A message to a device has at most {MAX_MESSAGE_BYTES} bytes")
