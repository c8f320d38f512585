"""Digests of a request's body: `Digest` (RFC 3230, with draft-cavage signatures) and `Content-Digest` (RFC 9530, with RFC 9421).

`signatures` writes them and checks those that a signature covers. Always over the raw bytes that were received or will be sent, never over
JSON that was parsed and written again. Whether a digest had to be there at all is not decided here.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable

from fediverse.crypto.messages import structured_dictionary
from fediverse.errors import Malformed, SignatureRefused

_HASHES: dict[str, Callable[[bytes], bytes]] = {
    "sha-256": lambda body: hashlib.sha256(body).digest(),
    "sha-512": lambda body: hashlib.sha512(body).digest(),
}


def digest_header(body: bytes) -> str:
    return f"SHA-256={_base64(hashlib.sha256(body).digest())}"


def content_digest_header(body: bytes) -> str:
    return f"sha-256=:{_base64(hashlib.sha256(body).digest())}:"


def check_digest(value: str, body: bytes) -> None:
    """Raises Malformed for a `Digest` that cannot be read or names SHA-256 twice, SignatureRefused when SHA-256 is missing or wrong.

    Other algorithms are passed over, as Mastodon does: SHA-256 is the one that everybody sends.
    """
    found = [_digest_value(item) for item in value.split(",") if item.partition("=")[0].strip().lower() == "sha-256"]
    if not found:
        raise SignatureRefused("Digest must hold SHA-256", code="digest_mismatch")
    if len(found) > 1:
        raise Malformed("Digest holds SHA-256 twice")
    _compare("sha-256", found[0], body)


def check_content_digest(value: str, body: bytes) -> None:
    """Raises Malformed for a `Content-Digest` that cannot be read, SignatureRefused unless it holds sha-256 or sha-512 and each of them is right."""
    members = structured_dictionary("Content-Digest", value)
    known = [(name, member) for name, (member, _parameters) in members.items() if name in _HASHES]
    if not known:
        raise SignatureRefused("Content-Digest must hold sha-256 or sha-512", code="digest_mismatch")
    for name, digest in known:
        if not isinstance(digest, bytes):
            raise Malformed("Content-Digest holds something else than bytes")
        _compare(name, digest, body)


def _digest_value(item: str) -> bytes:
    try:
        return base64.b64decode(item.partition("=")[2].strip(), validate=True)
    except ValueError as problem:
        raise Malformed("Digest is not base64") from problem


def _compare(name: str, digest: bytes, body: bytes) -> None:
    if not hmac.compare_digest(digest, _HASHES[name](body)):
        raise SignatureRefused("The digest does not fit the body", code="digest_mismatch")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
