"""What stands in `tag`: mentions, hashtags, custom emoji and links to quoted posts.

Called by `actors` and `objects`. A mention here is what the author wrote, for linking and notifying; who receives a post stands in `to`
and `cc` and never here.
"""

import re
import unicodedata
from typing import Final, TypeAlias

from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import first_link, objects_of, string_of, types_of, web_id_of
from fediverse.text.sanitise import clean_text
from fediverse.text.scanning import whole_hashtag
from fediverse.text.tags import fold_tag

Mention: TypeAlias = tuple[str, str]  # href (the actor's id), name as written
Emoji: TypeAlias = tuple[str, str, str | None]  # shortcode without colons, url, url of a still picture

MAX_MENTIONS: Final = 400  # each of them may have to be looked up (T-347)
MAX_HASHTAGS: Final = 100
MAX_EMOJIS: Final = 200
MAX_NAME_CHARS: Final = 2_048
MAX_HASHTAG_CHARS: Final = 255

_SHORTCODE = re.compile(r"[A-Za-z0-9_+.-]{1,100}")
_QUOTE_RELATIONS = frozenset(
    {"https://misskey-hub.net/ns#_misskey_quote", "http://fedibird.com/ns#quoteUri", "https://w3id.org/fep/044f#quote"}
)


def mentions_of(document: JSON) -> tuple[Mention, ...]:
    """Whom *document* mentions, each once."""
    found: dict[str, str] = {}
    for tag in _tags(document, "Mention"):
        href = web_id_of(tag.get("href"))
        if href is not None:
            found.setdefault(href, clean_text(string_of(tag.get("name")) or "", MAX_NAME_CHARS))
    return tuple(found.items())[:MAX_MENTIONS]


def hashtags_of(document: JSON) -> tuple[str, ...]:
    """The hashtags that *document* declares, without `#`, each once whatever its case. What we would not link ourselves is none."""
    found: dict[str, str] = {}
    for tag in _tags(document, "Hashtag"):
        name = unicodedata.normalize("NFC", string_of(tag.get("name")) or "").removeprefix("#")
        if len(name) <= MAX_HASHTAG_CHARS >= len(fold_tag(name)) and whole_hashtag(name):
            found.setdefault(fold_tag(name), name)
    return tuple(found.values())[:MAX_HASHTAGS]


def emojis_of(document: JSON) -> tuple[Emoji, ...]:
    """The custom emoji that *document* declares, each shortcode once."""
    found: dict[str, str] = {}
    for tag in _tags(document, "Emoji"):
        shortcode = (string_of(tag.get("name")) or "").strip(":")
        url = first_link(tag.get("icon"))
        if url is not None and _SHORTCODE.fullmatch(shortcode):
            found.setdefault(shortcode, url)
    return tuple((shortcode, url, None) for shortcode, url in found.items())[:MAX_EMOJIS]


def quote_link_of(document: JSON) -> str | None:
    """The post that a Link in `tag` declares as quoted (FEP-e232)."""
    for tag in _tags(document, "Link"):
        if string_of(tag.get("rel")) in _QUOTE_RELATIONS:
            return web_id_of(tag.get("href"))
    return None


def _tags(document: JSON, kind: str) -> list[JSON]:
    return [tag for tag in objects_of(document.get("tag")) if kind in types_of(tag)]
