"""Multibase, as far as Multikey (FEP-521a) and Data Integrity proofs (FEP-8b32) use it: base58btc behind a `z`.

`keypairs` and `proofs` call it. Own code, because the published packages drag dead dependencies behind fifteen lines. Not for long values:
base58 costs the square of the length, so a length is refused before the work is done.
"""

from fediverse.errors import Malformed

BASE58BTC = "z"
MAX_CHARS = 256  # a proof has 89, an Ed25519 key 48

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {char: value for value, char in enumerate(_ALPHABET)}
_PAIRS = [
    first + second for first in _ALPHABET for second in _ALPHABET
]  # two digits for each division of a long number


def encode(data: bytes) -> str:
    """*data* in base58btc with its `z`."""
    number = int.from_bytes(data)
    pairs: list[str] = []
    while number:
        number, remainder = divmod(number, len(_PAIRS))
        pairs.append(_PAIRS[remainder])
    digits = "".join(reversed(pairs)).lstrip(_ALPHABET[0])
    leading_zeros = len(data) - len(data.lstrip(b"\0"))
    return BASE58BTC + _ALPHABET[0] * leading_zeros + digits


def decode(text: str) -> bytes:
    """The bytes behind *text*. Raises Malformed for another base, a foreign character or more than MAX_CHARS."""
    if not text.startswith(BASE58BTC) or len(text) > MAX_CHARS:
        raise Malformed("Not a base58btc multibase value")
    digits = text[1:]
    number = 0
    for char in digits:
        value = _VALUES.get(char)
        if value is None:
            raise Malformed("A character outside base58btc")
        number = number * 58 + value
    leading_zeros = len(digits) - len(digits.lstrip(_ALPHABET[0]))
    return bytes(leading_zeros) + number.to_bytes((number.bit_length() + 7) // 8)
