"""Canonical JSON (JCS, RFC 8785), which integrity proofs are made over. `proofs` calls it.

orjson writes the same bytes as the reference library at a fiftieth of its cost, as long as no value is a float (RFC 8785 has ECMAScript's own way with
them) and no name is beyond ASCII (it sorts by UTF-16 code units). What is signed here hardly ever holds either; whatever does goes to the library.
"""

from typing import Any, Final

import orjson
import rfc8785

_MAX_INTEGER: Final = 2**53 - 1


def canonical(value: Any) -> bytes:
    """The one form of *value*. Raises ValueError for what has none: integers beyond 2^53, NaN, half a character, types that JSON does not know."""
    if not _is_plain(value):
        return rfc8785.dumps(value)
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # half a character, or nested beyond its limit
        return rfc8785.dumps(value)


def _is_plain(value: Any) -> bool:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind is str or kind is bool or one is None:
            continue
        if kind is dict:
            if not all(type(name) is str and name.isascii() for name in one):
                return False
            waiting += one.values()
        elif kind is list:
            waiting += one
        elif kind is not int or abs(one) > _MAX_INTEGER:
            return False
    return True
