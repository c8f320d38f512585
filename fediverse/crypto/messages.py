"""What both signature dialects share: the request as it was signed, its target, its fields, its dates, and the claim read from it.

`cavage`, `rfc9421` and `digests` build on it; the rest of the code takes SignedMessage and SignatureClaim from `signatures`. Nothing here judges
a signature: it only reads text in exactly one way, and refuses text that could be read in two.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Any, Self, cast

import http_sf

from fediverse.errors import Malformed

MAX_SIGNATURE_CHARS = 8192
MAX_COVERED = 64

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_TARGET = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<authority>[A-Za-z0-9._\-\[\]:]+)"
    r"(?P<path>/[!-\"$->@-~]*)?"  # printable ASCII without # and ?
    r"(?P<query>\?[!-\"$-~]*)?"  # the same without #
)
_FIELD_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_IMF_FIXDATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) (\d\d):(\d\d):([0-5]\d|60) GMT",
    re.ASCII,
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LAST_SECOND = 250_000_000_000  # in the year 9892: far enough from the end of `datetime` to add lifetimes to it


class Dialect(StrEnum):
    CAVAGE = "cavage"
    RFC9421 = "rfc9421"


@dataclass(frozen=True)
class SignedMessage:
    """A request as it came. *target_uri*: the configured PUBLIC origin followed by the raw path and query, never the URL that the
    application sees behind a proxy, and never decoded. *headers*: every occurrence, names in lower case, values decoded as Latin-1 (as ASGI does).
    """

    method: str
    target_uri: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def has_content(self) -> bool:
        """Whether the body must be covered: always, unless this is a GET or HEAD that brings none."""
        return has_content(self.method, self.body)

    def fields(self) -> dict[str, str]:
        """Each field once, its occurrences joined with `, ` (RFC 9421 §2.1, draft-cavage-12 §2.3)."""
        joined: dict[str, str] = {}
        for name, value in self.headers:
            lower, stripped = name.lower(), value.strip(" \t")
            joined[lower] = f"{joined[lower]}, {stripped}" if lower in joined else stripped
        return joined


@dataclass(frozen=True)
class SignatureClaim:
    """What a request says of its own signature, after everything was judged that can be without a key. Made by `signatures.read_claim` only.

    *bases*: the byte strings of which the signature must be over one. *algorithm*: as declared, or None. *expires_at* is never later than twelve
    hours after *created_at*.
    """

    dialect: Dialect
    key_id: str
    algorithm: str | None
    covered: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    signature: bytes = field(repr=False)
    bases: tuple[bytes, ...] = field(repr=False)
    message: SignedMessage = field(repr=False)


@dataclass(frozen=True)
class Target:
    """The parts of an absolute http or https URI, the authority in lower case and without the scheme's own port (RFC 9421 §2.2.3)."""

    scheme: str
    authority: str
    path: str
    query: str

    @classmethod
    def parse(cls, uri: str) -> Self:
        """Raises Malformed for anything with user information, a fragment, a backslash, a space or a character outside ASCII."""
        match = _TARGET.fullmatch(uri)
        if match is None:
            raise Malformed("The target is not a plain http or https URI")
        scheme = match["scheme"]
        return cls(scheme, normalised_authority(match["authority"], scheme), match["path"] or "/", match["query"] or "")

    @property
    def uri(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}{self.query}"


def normalised_authority(text: str, scheme: str) -> str:
    return text.lower().removesuffix(_DEFAULT_PORTS[scheme])


def has_content(method: str, body: bytes) -> bool:
    return bool(body) or method.upper() not in {"GET", "HEAD"}


def field_value(fields: Mapping[str, str], name: str) -> str:
    """The value of a covered field. Raises Malformed when the message does not have it: a missing field is never an empty one."""
    value = fields.get(name)
    if value is None:
        raise Malformed("A signed header is missing from the request")
    if _FIELD_VALUE.fullmatch(value) is None:
        raise Malformed("A signed header holds a control character")
    return value


def http_date(moment: datetime) -> str:
    """An aware *moment* as IMF-fixdate (RFC 9110 §5.6.7)."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def parse_http_date(text: str) -> datetime:
    """From IMF-fixdate and nothing else: the older forms are ambiguous and no peer sends them. Raises Malformed."""
    match = _IMF_FIXDATE.fullmatch(text)
    if match is None:
        raise Malformed("The Date header is not an HTTP date")
    day, month, year, hour, minute, second = match.groups()
    month_number = _MONTHS.index(month) + 1
    try:
        to_the_minute = datetime(int(year), month_number, int(day), int(hour), int(minute), tzinfo=UTC)
    except ValueError as problem:
        raise Malformed("The Date header is not an HTTP date") from problem
    return from_unix(int(to_the_minute.timestamp()) + int(second))


def from_unix(seconds: int) -> datetime:
    """Raises Malformed for a moment before 1970 or beyond the far future."""
    if not 0 <= seconds <= _LAST_SECOND:
        raise Malformed("A time of the signature is out of range")
    return datetime.fromtimestamp(seconds, UTC)


def structured_dictionary(name: str, value: str) -> dict[str, tuple[Any, dict[str, Any]]]:
    """The members of the field *name* (RFC 9651 §3.2), each a value with its parameters. Raises Malformed, also when a key appears twice:
    the standard lets the last one win, and two readers that disagree on it are how signatures were got round elsewhere.
    """

    def refuse_duplicate(_key: str, _context: str) -> None:
        raise Malformed(f"{name} names something twice")

    try:
        parsed = http_sf.parse(value.encode("ascii"), tltype="dictionary", on_duplicate_key=refuse_duplicate)
    except ValueError as problem:
        raise Malformed(f"{name} is not a structured dictionary") from problem
    return cast(dict[str, tuple[Any, dict[str, Any]]], parsed)
