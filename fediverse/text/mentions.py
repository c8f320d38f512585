"""Handles, mentions and hashtags, and how long a text counts.

Called by the verbs that publish, by look-ups (`acct:` and `@user@host`) and by the client API. It says what a text names, never whether
that person exists or may be reached: resolving is the caller's.
"""

import re
import unicodedata
from dataclasses import dataclass

import idna

from fediverse.errors import Invalid
from fediverse.text.markdown import TextFormat, linkable_texts
from fediverse.text.scanning import HOST, NAME, Found, found_in
from fediverse.text.tags import fold_tag

URL_COUNTS_AS = 23
MAX_HANDLE_CHARS = 400

_HANDLE = re.compile(rf"(?:acct:|@)?({NAME})(?:@({HOST}))?", re.IGNORECASE)
_HOST_AND_PORT = re.compile(r"(.+?)(:\d{2,5})?")


@dataclass(frozen=True, slots=True)
class Handle:
    """A person or group by name. *host* is in lower case, in A-labels, with its port where one was written; None means this node."""

    name: str
    host: str | None = None

    @classmethod
    def found(cls, found: Found) -> "Handle":
        """The handle of a *found* mention. A host that cannot be one is kept as written: nobody will be found there."""
        return cls(found.name, None if found.host is None else canonical_host(found.host) or found.host.lower())

    @property
    def acct(self) -> str:
        return self.name if self.host is None else f"{self.name}@{self.host}"

    @property
    def key(self) -> str:
        """The same for every way to write this handle: names do not differ by case."""
        return self.acct.lower()

    def __str__(self) -> str:
        return f"@{self.acct}"


def parse_handle(text: str) -> Handle:
    """The handle that *text* is as a whole: `alice`, `@alice@acme.example`, `acct:alice@acme.localhost:8001`. Raises Invalid."""
    match = _HANDLE.fullmatch(text.strip()) if len(text) <= MAX_HANDLE_CHARS else None
    if match is None:
        raise Invalid("This is not a handle. Handles look like @name@domain.")
    if match[2] is None:
        return Handle(match[1])
    host = canonical_host(match[2])
    if host is None:
        raise Invalid("The part behind the second @ is not the name of a server.")
    return Handle(match[1], host)


def find_mentions(text: str, text_format: TextFormat = "plain") -> list[Handle]:
    """Everybody whom *text* names, each once, in order. In Markdown, code and the words of links name nobody."""
    found = (found for part in linkable_texts(text, text_format) for found in found_in(part) if found.kind == "mention")
    return list({handle.key: handle for handle in reversed([Handle.found(mention) for mention in found])}.values())[
        ::-1
    ]


def find_hashtags(text: str, text_format: TextFormat = "plain") -> list[str]:
    """The hashtags of *text* without their `#`, as first written, each once whatever its case, in composed form (NFC)."""
    names: dict[str, str] = {}
    for part in linkable_texts(text, text_format):
        for found in found_in(part):
            if found.kind == "hashtag":
                names.setdefault(fold_tag(found.name), unicodedata.normalize("NFC", found.name))
    return list(names.values())


def count_characters(text: str) -> int:
    """How long *text* counts against the limit: an address is 23, `@user@host` as long as `@user`, and what is one sign composed is one."""
    composed = unicodedata.normalize("NFC", text)
    return len(composed) - sum(_uncounted(found) for found in found_in(composed))


def canonical_host(host: str) -> str | None:
    """*host* (with its port) in lower case and A-labels, or None when it is no host name. An address of numbers is none either."""
    match = _HOST_AND_PORT.fullmatch(host)
    if match is None:
        return None
    try:
        name = idna.encode(match[1], uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        return None
    return None if name.rsplit(".", 1)[-1].isdigit() else name + (match[2] or "")


def _uncounted(found: Found) -> int:
    match found.kind:
        case "url":
            return found.end - found.start - URL_COUNTS_AS
        case "mention":
            return found.end - found.start - len(found.name) - 1
        case "hashtag":
            return 0
