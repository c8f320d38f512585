"""JSON from other servers, read so that every reader would read the same.

Two readers that disagree about a document are a hole: one checks, the other acts. So what the standard leaves open is refused here:
duplicate keys, NaN and numbers that overflow, lone surrogates, a byte order mark (RFC 8259 §4, §8; I-JSON, RFC 7493). Limits keep what
comes after it cheap. Called by whoever turns bytes of another server into JSON; the limit on bytes is the caller's, while reading.
"""

import json
import math
import re
from typing import Any, Final, Never, TypeAlias

from fediverse.errors import Malformed

JSON: TypeAlias = dict[str, Any]

MAX_DEPTH: Final = 32
MAX_NODES: Final = 10_000
MAX_INTEGER: Final = 2**53 - 1  # beyond it, others read a neighbouring number (I-JSON §2.2)

_MAX_NUMBER_CHARS = 400
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def parse(body: bytes) -> JSON:
    """The JSON object in *body*. Raises Malformed when it is none, could be read in two ways, or goes beyond 32 levels or 10,000 values."""
    try:
        text = body.decode("utf-8")
        document = _DECODER.decode(text)
    except (ValueError, RecursionError) as failure:  # what the hooks below refuse is a Malformed and passes
        raise Malformed("The body is not valid JSON.") from failure
    if not isinstance(document, dict):
        raise Malformed("The body is not a JSON object.")
    _check_size(document)
    if _SURROGATE_ESCAPE.search(text):
        _check_surrogates(document)
    return document


def _check_size(document: JSON) -> None:
    """Level by level, so that neither deep nor wide documents can hurt."""
    nodes = 0
    depth = 0
    level: list[Any] = [document]
    while level:
        nodes += len(level)
        if nodes > MAX_NODES:
            raise Malformed("The document holds too many values.")
        below: list[Any] = []
        containers = False
        for value in level:
            if isinstance(value, dict):
                containers = True
                below += value.values()
            elif isinstance(value, list):
                containers = True
                below += value
        depth += containers
        if depth > MAX_DEPTH:
            raise Malformed("The document is nested too deeply.")
        level = below


def _check_surrogates(document: JSON) -> None:
    try:
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as failure:
        raise Malformed("The document holds half a character.") from failure


def _unique(pairs: list[tuple[str, Any]]) -> JSON:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed("The document names a property twice.")
    return members


def _integer(digits: str) -> int:
    if len(digits) > len(str(-MAX_INTEGER)) or abs(int(digits)) > MAX_INTEGER:
        raise Malformed("The document holds a number that is too large.")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits) if len(digits) <= _MAX_NUMBER_CHARS else math.inf
    if not math.isfinite(number):
        raise Malformed("The document holds a number that is too large.")
    return number


def _not_json(constant: str) -> Never:
    raise Malformed(f"{constant} is not JSON.")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=_number, parse_constant=_not_json
)  # fmt: skip
