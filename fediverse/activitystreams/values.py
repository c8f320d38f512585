"""Small readers for the values of ActivityStreams, which may be absent, null, one thing or several (ActivityStreams 2.0 §3).

Called by everything that reads a document. Ids are strict, because permission hangs on them: a number, a boolean or a list where one id
belongs is Malformed. Text, dates and numbers for people are lenient: what cannot be read is absent.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from fediverse.activitystreams.contexts import AS2_NAMESPACE
from fediverse.activitystreams.strict_json import JSON, MAX_INTEGER
from fediverse.errors import Malformed
from fediverse.text.sanitise import safe_link

PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"
MAX_URI_CHARS: Final = 1_024

_PUBLIC_SPELLINGS = frozenset({PUBLIC, "as:Public", "Public"})
_TYPE_PREFIXES = (
    "as:",
    AS2_NAMESPACE,
    "_:",
)  # `_:` is what JSON-LD makes of a type that the sender's context does not define
_NOT_IN_URIS = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Link:
    """One of the addresses of a thing, with the media type that it declares there."""

    href: str
    media_type: str | None = None
    rel: str | None = None
    width: int | None = None
    height: int | None = None


def id_of(value: Any) -> str | None:
    """The id that *value* is or has: a string, or an object with a string `id`. None when there is none.

    Raises Malformed for anything else: a number that is cast to a local user's id has made an administrator before (T-314).
    """
    if isinstance(value, dict):
        value = value.get("id")
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > MAX_URI_CHARS or _NOT_IN_URIS.search(value):
        raise Malformed("An id is not a usable address.")
    return value


def ids_of(value: Any) -> tuple[str, ...]:
    """The ids that *value* names, each once: none, one or a list of them. Raises Malformed as `id_of` does."""
    found = (id_of(item) for item in (value if isinstance(value, list) else [value]))
    return tuple(dict.fromkeys(uri for uri in found if uri is not None))


def only_id_of(value: Any) -> str | None:
    """The one id in *value*, which may be a list of one. Raises Malformed when there are several: we would have to choose whom to believe."""
    found = ids_of(value)
    if len(found) > 1:
        raise Malformed("There is more than one where one belongs.")
    return found[0] if found else None


def audience_of(value: Any) -> tuple[str, ...]:
    """The addressees that *value* names, `PUBLIC` in one spelling."""
    return tuple(dict.fromkeys(canonical_audience(uri) for uri in ids_of(value)))


def is_public(uri: str) -> bool:
    """Whether *uri* is everybody, in any of its three spellings (ActivityPub §5.6)."""
    return uri in _PUBLIC_SPELLINGS


def canonical_audience(uri: str) -> str:
    return PUBLIC if is_public(uri) else uri


def web_id_of(value: Any) -> str | None:
    """The one web address in *value*, or None when there is none or it is of another kind. Raises Malformed as `only_id_of` does."""
    uri = only_id_of(value)
    return uri if uri is not None and is_web_address(uri) else None


def required_web_id(document: JSON) -> str:
    """The id of *document*, which must be an absolute http(s) address with a host and without credentials. Raises Malformed."""
    uri = id_of(document)
    if uri is None or not is_web_address(uri):
        raise Malformed("The document has no usable id.")
    return uri


def is_web_address(uri: str) -> bool:
    """Whether *uri* is an absolute http(s) address with a host and nothing in it that two programs might read differently."""
    if safe_link(uri) != uri:
        return False
    try:
        parts = urlsplit(uri)
        return (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
        )
    except ValueError:
        return False


def origin_of(uri: str) -> str:
    """Scheme, host and port of *uri*, a web address (FEP-fe34); comparable as a string. "" when it is none, which equals no origin."""
    if not is_web_address(uri):
        return ""
    parts = urlsplit(uri)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{parts.hostname}:{port}"


def types_of(document: JSON) -> tuple[str, ...]:
    """The types of *document* without the prefix of ActivityStreams. Raises Malformed when one is not a string."""
    given = document.get("type")
    types = given if isinstance(given, list) else [] if given is None else [given]
    if not all(isinstance(name, str) for name in types):
        raise Malformed("A type is not a string.")
    return tuple(_short(name) for name in types)


def type_of(document: JSON) -> str | None:
    """The first type of *document*, or None."""
    types = types_of(document)
    return types[0] if types else None


def items_of(value: Any) -> list[Any]:
    """*value* as a list: nothing, one thing, or the list that it is. Nulls are left out."""
    return [item for item in (value if isinstance(value, list) else [value]) if item is not None]


def objects_of(value: Any) -> list[JSON]:
    """The objects in *value*, without ids that only point somewhere."""
    return [item for item in items_of(value) if isinstance(item, dict)]


def string_of(value: Any) -> str | None:
    """The text that *value* is, or the first in a list, or None when there is none or it is empty."""
    return next((item for item in items_of(value) if isinstance(item, str) and item), None)


def flag_of(value: Any) -> bool:
    """Whether *value* says true and nothing like it."""
    return value is True


def number_of(value: Any) -> int | None:
    """*value* as a whole number from 0 on, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_INTEGER else None


def datetime_of(value: Any) -> datetime | None:
    """The moment that *value* names, aware UTC in whole milliseconds, or None when it cannot be read. Without a zone it is UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def language_map(document: JSON, name: str) -> dict[str, str]:
    """The texts of *name* by language (`contentMap` for `content`), in the order given, without what is no language or no text."""
    given = document.get(f"{name}Map")
    if not isinstance(given, dict):
        return {}
    return {
        language: text
        for language, text in given.items()
        if isinstance(text, str) and text and _LANGUAGE.fullmatch(language)
    }


def text_of(document: JSON, name: str) -> str:
    """The text of *name*: as given, else the first of its languages, else ""."""
    return string_of(document.get(name)) or next(iter(language_map(document, name).values()), "")


def language_of(document: JSON, *names: str) -> str | None:
    """The language that *document* declares for its text, by the first of *names* that has a language map. "und" is none."""
    for name in names:
        by_language = language_map(document, name)
        text = text_of(document, name)
        language = next(
            (code for code, translation in by_language.items() if translation == text), next(iter(by_language), None)
        )
        if language is not None:
            return None if language.lower() == "und" else language
    return None


def links_of(value: Any) -> Iterator[Link]:
    """The web addresses in *value* (a string, a Link, a thing with a `url`, or a list of them), in order."""
    for item in items_of(value):
        if isinstance(item, dict) and not isinstance(item.get("href"), str):
            media_type = string_of(item.get("mediaType"))
            yield from (
                link if link.media_type else replace(link, media_type=media_type) for link in links_of(item.get("url"))
            )
        elif isinstance(item, dict | str):
            parts = item if isinstance(item, dict) else {"href": item}
            href = parts["href"].strip()
            size = number_of(parts.get("width")), number_of(parts.get("height"))
            if is_web_address(href):
                yield Link(href, string_of(parts.get("mediaType")), string_of(parts.get("rel")), *size)


def first_link(value: Any) -> str | None:
    return next((link.href for link in links_of(value)), None)


def page_link(value: Any) -> str | None:
    """The address in *value* that people open: the one declared as a web page, else one without a declared type, else the first."""
    links = list(links_of(value))
    for accepted in ("text/html", None):
        for link in links:
            if link.media_type == accepted:
                return link.href
    return links[0].href if links else None


def _short(name: str) -> str:
    for prefix in _TYPE_PREFIXES:
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return name
