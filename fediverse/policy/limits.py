"""Rate limits: how often a person, an address or an account's name may do a thing. Pure; `actions/limits.py` counts, the doors ask.

The numbers for clients are Mastodon's (300 requests in five minutes, 30 uploads and 30 deletions in half an hour), since clients are built for them.
Windows are fixed and aligned to the clock, so that everybody can be told the moment at which it starts anew.
"""

import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, datetime

_MINUTE_S = 60


@dataclass(frozen=True, slots=True)
class Limit:
    """At most *hits* in each window of *per_s* seconds; *name* keeps one limit's counters apart from another's."""

    name: str
    hits: int
    per_s: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands after a hit: how many are left until *reset_at*; not allowed once there had been none."""

    limit: int
    remaining: int
    reset_at: datetime
    allowed: bool

    def retry_after_s(self, now: datetime) -> int:
        return max(1, round((self.reset_at - now).total_seconds()))


REQUESTS = Limit("requests", 300, 5 * _MINUTE_S)
UPLOADS = Limit("uploads", 30, 30 * _MINUTE_S)
DELETIONS = Limit("deletions", 30, 30 * _MINUTE_S)
REGISTRATIONS = Limit("registrations", 60, 10 * _MINUTE_S)

GRANTS = Limit("refused grants", 60, 5 * _MINUTE_S)
"""Refused tries to get a token or to end one: guesses at codes, secrets and tokens. Hosted clients ask for many people from one address."""

# Failed sign-ins alone count: a whole company may come from one address in the morning. A name is barred for an hour at most, since barring it is also
# a way to keep somebody out.
SIGN_INS_PER_ADDRESS = Limit("sign-ins of an address", 30, 5 * _MINUTE_S)
SIGN_INS_PER_NAME = Limit("sign-ins as a name", 20, 60 * _MINUTE_S)

_ASKED_OF = (
    ("POST", re.compile(r"/api/v1/apps/?"), REGISTRATIONS),
    ("POST", re.compile(r"/api/v[12]/media/?"), UPLOADS),
    ("DELETE", re.compile(r"/api/v1/statuses/[^/]+/?"), DELETIONS),
    ("POST", re.compile(r"/api/v1/statuses/[^/]+/unreblog/?"), DELETIONS),
)
_CLIENTS_PATH = re.compile(r"/(?:api/.*|oauth/(?:token|revoke|userinfo)/?)")


def limits_of(method: str, path: str) -> tuple[Limit, ...]:
    """What a request counts against, the particular limit first; nothing for pages, files, other servers and preflights, which have limits of their own."""
    if method == "OPTIONS" or not _CLIENTS_PATH.fullmatch(path):
        return ()
    particular = tuple(limit for wanted, shape, limit in _ASKED_OF if method == wanted and shape.fullmatch(path))
    return (*particular, REQUESTS)


def window(limit: Limit, now: datetime) -> int:
    """The number of the window that *now* lies in."""
    return int(now.timestamp()) // limit.per_s


def standing(limit: Limit, count: int, now: datetime) -> Standing:
    """Where the *count*-th hit in the window of *now* leaves its maker."""
    ends_at = (window(limit, now) + 1) * limit.per_s
    return Standing(limit.hits, max(0, limit.hits - count), datetime.fromtimestamp(ends_at, UTC), count <= limit.hits)


def address_group(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that one IPv6 customer has to himself. Anything else as it is written."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
