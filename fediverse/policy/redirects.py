"""Redirect URIs of OAuth clients: which may be registered, and how an answer is put onto one. Pure.

They are compared byte for byte, never taken apart and put together again: Elk's `https://elk.example/api/acme.example/oauth/https%3A%2F%2Felk.example` has
percent signs in its path that any normalisation breaks (RFC 9700 §4.1.3 asks for the plain comparison too).
"""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
"""Not an address: the code is shown on a page, for the person to copy."""

MAX_URI_CHARACTERS = 2000
_URI = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):[!$-;=?-\[\]_a-z~]+")  # printable ASCII of RFC 3986, and no fragment

# A browser that is sent to one of these runs a script, opens a local file or makes a page of the code; all others belong to an app on the device.
_NEVER = frozenset(
    {
        "javascript",
        "data",
        "vbscript",
        "file",
        "filesystem",
        "blob",
        "about",
        "view-source",
        "chrome",
        "ftp",
        "ws",
        "wss",
    }
)


def is_redirect_uri(text: str) -> bool:
    """Whether an application may register *text*: out of band, a web address, or an app's own scheme as in `com.example.App:/signed-in`."""
    found = _URI.fullmatch(text)
    if found is None or len(text) > MAX_URI_CHARACTERS:
        return False
    scheme = found[1].lower()
    if scheme in {"http", "https"}:
        return _has_host(text)
    return scheme not in _NEVER


def with_answer(redirect_uri: str, answer: Mapping[str, str]) -> str:
    """*redirect_uri*, unchanged to the last byte, with *answer* appended to its query."""
    if "?" not in redirect_uri:
        joint = "?"
    elif redirect_uri.endswith(("?", "&")):
        joint = ""
    else:
        joint = "&"
    return f"{redirect_uri}{joint}{urlencode(answer, quote_via=quote)}"


def _has_host(text: str) -> bool:
    """A host that a person can check: without a name before it, which would be read as the host."""
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
    except ValueError:  # half an IPv6 address, or a port that is none
        return False
