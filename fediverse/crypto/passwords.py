"""Passwords: Argon2id hashes (RFC 9106), with the parameters that OWASP's password storage cheat sheet gives first: 19 MiB, two passes, one lane.

Verbs that set or check a password call this, in a thread and only a few at a time: one hash takes about 40 ms of a core and 19 MiB. Nothing here knows
whose password it is, keeps it or logs it.
"""

import unicodedata

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from fediverse.errors import Invalid

MIN_PASSWORD_CHARACTERS = 8
MAX_PASSWORD_CHARACTERS = 256

_ARGON2ID = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)

# The hash of a random value that nobody kept, with the parameters above. Verifying against it takes as long as against a real one, so that the
# time of an answer does not tell whether an account exists.
DECOY_HASH = "$argon2id$v=19$m=19456,t=2,p=1$lteHsNcAOLEQsOlkp2sYYw$4nm+Yv4rHKxulH7f7xpXa21XM5FhJv6ioh8Zzifv85g"


def hash_password(password: str) -> str:
    """What is stored instead of *password*. Raises Invalid for one that is too short or too long, or is not text."""
    if not MIN_PASSWORD_CHARACTERS <= len(password) <= MAX_PASSWORD_CHARACTERS:
        sentence = f"must have {MIN_PASSWORD_CHARACTERS} to {MAX_PASSWORD_CHARACTERS} characters"
        raise Invalid(f"Validation failed: Password {sentence}", details={"password": [("ERR_INVALID", sentence)]})
    return _ARGON2ID.hash(_bytes_of(password))


def password_fits(password: str, stored: str) -> bool:
    """Whether *password* is the one behind *stored*; always as slow as Argon2 is. False for an empty or unreadable hash, as of somebody without a password."""
    if len(password) > MAX_PASSWORD_CHARACTERS:
        return False
    try:
        return _ARGON2ID.verify(stored or DECOY_HASH, _bytes_of(password)) and bool(stored)
    except (VerificationError, InvalidHashError, Invalid):
        return False


def needs_new_hash(stored: str) -> bool:
    """Whether *stored* was made with other parameters than today's; then hash again while the password is at hand."""
    return _ARGON2ID.check_needs_rehash(stored)


def _bytes_of(password: str) -> bytes:
    """One spelling for one password: keyboards send "é" as one character or as two (RFC 8265, OpaqueString: NFC)."""
    try:
        return unicodedata.normalize("NFC", password).encode()
    except UnicodeEncodeError as problem:
        raise Invalid("Validation failed: Password is not text") from problem
