"""What a host is called: the one spelling that rules, keys, queues and origins are compared by.

Asked wherever a host or a URI comes in: the domain rules, the inbox, WebFinger, the HTTP client. It never looks a name up and never repairs one: what
browsers, resolvers and libraries read in different ways (a trailing dot, `0x7f.1`, an ideographic full stop, a backslash) is refused, because a check on
one reading and a connection on another is how guards are passed.

A canonical host is an IDNA 2008 A-label name in lower case, followed by `:port` unless that is the scheme's own port: `beta.example`,
`xn--bcher-kva.example`, `beta.example:8443`, `beta.localhost:8002`. The port belongs to the name because another port may be another program with
another owner; two URIs are of one origin only when scheme and canonical host agree.
"""

import functools
import re
from dataclasses import dataclass

import idna

from fediverse import errors

HTTPS_PORT = 443
HTTP_PORT = 80

REMEMBERED_HOSTS = 4096  # the same few are spelled out a dozen times for each activity

_MAX_NAME_CHARS = 253
_MAX_HOST_CHARS = _MAX_NAME_CHARS + len(":65535")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_WEB_URI = re.compile(r"(https?)://([^/?#]*)([^#]*)(#.*)?", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WebUri:
    """An absolute `https` (or, in development, `http`) URI taken apart; *target* is path and query as they were written, perhaps empty."""

    scheme: str
    host: str
    target: str

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}"


@functools.lru_cache(maxsize=REMEMBERED_HOSTS)
def canonical_host(text: str) -> str:
    """The canonical spelling of *text*, a name with or without a port; `:443` is dropped, every other port kept.

    Raises Invalid for anything that is not exactly a DNS name: empty, with user, path or spaces, ending in a dot, or an IP address in any spelling.
    """
    if len(text) > _MAX_HOST_CHARS:
        raise errors.Invalid("A host name of more than 253 characters does not exist")
    name, colon, port = text.partition(":")
    canonical = _canonical_name(name)
    if not colon:
        return canonical
    number = _port_number(port)
    return canonical if number == HTTPS_PORT else f"{canonical}:{number}"


def split_port(host: str) -> tuple[str, int]:
    """Name and port of a canonical *host*; the port of https when it names none."""
    name, colon, port = host.partition(":")
    return name, int(port) if colon else HTTPS_PORT


@functools.lru_cache(maxsize=REMEMBERED_HOSTS)
def parse_uri(uri: str, *, allow_http: bool = False) -> WebUri:
    """Takes *uri* apart. Raises Invalid unless it is absolute, `https` (or `http` where allowed), names a host and nothing but a host, and holds no
    backslash, space, control or invisible character.
    """
    if "\\" in uri or " " in uri or not uri.isprintable():
        raise errors.Invalid("An address may not hold spaces, backslashes or control characters")
    match = _WEB_URI.fullmatch(uri)
    if match is None:
        raise errors.Invalid("An address must begin with https:// and name a host")
    scheme = match[1].lower()
    if scheme == "http" and not allow_http:
        raise errors.Invalid("An address must begin with https://")
    return WebUri(scheme, _canonical_authority(scheme, match[2]), match[3])


def host_of(uri: str, *, allow_http: bool = False) -> str:
    """The canonical host that *uri* names. Raises Invalid as `parse_uri` does."""
    return parse_uri(uri, allow_http=allow_http).host


def origin_of(uri: str, *, allow_http: bool = False) -> str:
    """Scheme and canonical host of *uri*, as in `https://beta.example`. Raises Invalid as `parse_uri` does."""
    return parse_uri(uri, allow_http=allow_http).origin


def same_origin(one: str, other: str, *, allow_http: bool = False) -> bool:
    """Whether both URIs can be read and name the same scheme, host and port. What cannot be read shares an origin with nothing."""
    try:
        return origin_of(one, allow_http=allow_http) == origin_of(other, allow_http=allow_http)
    except errors.Invalid:
        return False


def _canonical_name(name: str) -> str:
    if not name.isascii() and any(lowered.isascii() for char in name if not char.isascii() for lowered in char.lower()):
        # The Kelvin sign and the Turkish dotted I would turn into plain letters of somebody else's name.
        raise errors.Invalid("A host name holds a character that looks like another")
    labels = [_canonical_label(label) for label in name.lower().split(".")]
    if _NUMBER.fullmatch(labels[-1]):
        # `127.1`, `2130706433` and `0x7f.1` are addresses to a resolver, and names to a URL library.
        raise errors.Invalid("An IP address is not a host name")
    canonical = ".".join(labels)
    if len(canonical) > _MAX_NAME_CHARS:
        raise errors.Invalid("A host name of more than 253 characters does not exist")
    return canonical


def _canonical_label(label: str) -> str:
    if label[2:4] != "--" and _LABEL.fullmatch(label):
        return label
    try:
        return idna.alabel(label).decode("ascii")
    except idna.IDNAError as refused:
        raise errors.Invalid(
            "A host name is labels of letters, digits and hyphens, with a dot between them"
        ) from refused


def _port_number(port: str) -> int:
    if not _PORT.fullmatch(port) or int(port) > 65535:
        raise errors.Invalid("A port is a number from 1 to 65535")
    return int(port)


def _canonical_authority(scheme: str, authority: str) -> str:
    """The host of an URI of *scheme*. Over http the bare name stands for port 80, so `:443` there has no canonical spelling and is refused."""
    if scheme == "https":
        return canonical_host(authority)
    name, colon, port = authority.partition(":")
    if colon and _port_number(port) == HTTPS_PORT:
        raise errors.Invalid("http does not speak on the port of https")
    return canonical_host(name if colon and _port_number(port) == HTTP_PORT else authority)
