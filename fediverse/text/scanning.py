"""Where the links, mentions and hashtags of a plain text stand.

One scanner for all who ask, so that what is linked, what is addressed and what is counted can never differ: `markup` links its finds,
`mentions` lists and counts them. It goes through the text once and looks at no character twice but for the ends of names.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from fediverse.text.sanitise import MAX_URL_CHARS, safe_link

NAME: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?"
HOST: Final = r"[\w-]+(?:\.[\w-]+)*+(?::\d{2,5}(?![\w]))?"  # a port is part of a host: `acme.localhost:8001`

_CANDIDATE = re.compile(r"https?://|[@#]", re.IGNORECASE)
_MENTION = re.compile(rf"@({NAME})(?:@({HOST}))?")
_URL = re.compile(rf"https?://[^\s<>\"“”«»]{{1,{MAX_URL_CHARS}}}", re.IGNORECASE)
_ENDS_NO_URL = ".,;:!?'\"’…*_~、。，！？"
_BRACKETS = {")": "(", "]": "[", "}": "{", "」": "「", "）": "（"}
_INSIDE_TAGS_TOO = "·・\u200c\u200d"  # Catalan, Japanese and Persian words need these between their letters


@dataclass(frozen=True, slots=True)
class Found:
    """One link, mention or hashtag at `text[start:end]`. *name* is the address, the person's name or the tag without its sign."""

    kind: Literal["url", "mention", "hashtag"]
    start: int
    end: int
    name: str
    host: str | None = None


def found_in(text: str) -> Iterator[Found]:
    """What stands in *text*, from left to right, never overlapping. A mention or tag inside a link is part of the link."""
    position = 0
    while candidate := _CANDIDATE.search(text, position):
        found = _found_at(text, candidate.start())
        if found is not None:
            yield found
        position = candidate.end() if found is None else found.end


def url_at(text: str, start: int) -> Found | None:
    """The link that starts at `text[start]`, or None."""
    before = text[start - 1] if start else " "
    match = _URL.match(text, start)
    if match is None or before.isalnum() or before == "_":
        return None
    address = _without_sentence_end(match[0])
    return None if safe_link(address) is None else Found("url", start, start + len(address), address)


def whole_hashtag(name: str) -> bool:
    """Whether *name*, without its `#`, is a hashtag from its first to its last character."""
    return bool(name) and _hashtag_end(name, 0) == len(name)


def _found_at(text: str, start: int) -> Found | None:
    before = text[start - 1] if start else " "
    match text[start]:
        case "@":
            return None if before.isalnum() or before in "_=/@" else _mention_at(text, start)
        case "#":
            return None if before.isalnum() or before in "_=/)&#" else _hashtag_at(text, start)
        case _:
            return url_at(text, start)


def _mention_at(text: str, start: int) -> Found | None:
    match = _MENTION.match(text, start)
    if (
        match is None or text[match.end() : match.end() + 1] == "@"
    ):  # `@bob@` and `@bob@host@x` name nobody: better nobody than the wrong one
        return None
    return Found("mention", start, match.end(), match[1], match[2])


def _hashtag_at(text: str, start: int) -> Found | None:
    end = _hashtag_end(text, start + 1)
    return None if end is None else Found("hashtag", start, end, text[start + 1 : end])


def _hashtag_end(text: str, start: int) -> int | None:
    """Where the tag that starts at *start* ends, or None when there is none: letters of any script, not digits alone."""
    end = start
    while end < len(text) and _belongs_to_tag(text[end]):
        end += 1
    while end > start and text[end - 1] in _INSIDE_TAGS_TOO:
        end -= 1
    return end if any(character.isalpha() for character in text[start:end]) else None


def _belongs_to_tag(character: str) -> bool:
    # Marks too: vowel signs of Hindi or Thai, and accents that stand beside their letter (macOS writes "é" so).
    return (
        character.isalnum()
        or character == "_"
        or character in _INSIDE_TAGS_TOO
        or unicodedata.category(character).startswith("M")
    )


def _without_sentence_end(address: str) -> str:
    """*address* without the punctuation of the sentence round it; a closing bracket stays when the address opened it itself."""
    surplus = {closing: address.count(closing) - address.count(opening) for closing, opening in _BRACKETS.items()}
    end = len(address)
    while end:
        last = address[end - 1]
        if surplus.get(last, 0) > 0:
            surplus[last] -= 1
        elif last not in _ENDS_NO_URL:
            break
        end -= 1
    return address[:end]
