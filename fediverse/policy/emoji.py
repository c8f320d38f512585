"""Whether a text is one emoji, as people react with it. Pure; a rule of thumb that lets every emoji through and no word.

Unicode's own tables come with no standard library. An emoji is a symbol, a flag of two letters or a keycap; the rest of its code points join, colour or vary
it.
"""

import unicodedata
from itertools import pairwise
from typing import Final

MAX_CODE_POINTS: Final = 16
_JOINERS: Final = frozenset({"\u200d", "\ufe0f", "\u20e3"})
_KEYCAPS: Final = frozenset("0123456789#*")
_PUNCTUATION: Final = frozenset("©®‼⁉〰〽")
_LATIN: Final = 0xFF
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
_REGIONAL: Final = range(0x1F1E6, 0x1F200)
_TAGS: Final = range(0xE0020, 0xE0080)


def is_one_emoji(text: str) -> bool:
    if not text or len(text) > MAX_CODE_POINTS:
        return False
    if text[0] in _KEYCAPS:
        return text.endswith("\u20e3") and len(text) <= len("1\ufe0f\u20e3")
    if ord(text[0]) in _REGIONAL:
        return len(text) == len("🇫🇷") and ord(text[1]) in _REGIONAL
    return _is_symbol(text[0]) and _is_joined(text)


def _is_symbol(character: str) -> bool:
    return (unicodedata.category(character) in {"So", "Sm"} and ord(character) > _LATIN) or character in _PUNCTUATION


def _is_joined(text: str) -> bool:
    """Whether every symbol but the first follows a joiner: two emoji side by side are two reactions."""
    for before, character in pairwise(text):
        number = ord(character)
        if character in _JOINERS or number in _SKIN_TONES or number in _TAGS:
            continue
        if before != "\u200d" or not _is_symbol(character):
            return False
    return True
