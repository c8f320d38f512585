"""Words that a person does not want to read, prepared once: which of them stand in a text.

Used by `queries.filters`, pure. Keywords are taken literally and never as expressions, so none can take long; a text is searched for each of them as for
any other text, and only where one is found it is asked whether it stands there as a word.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

MAX_TEXT_CHARACTERS = 50_000
"""Of one post; what stands behind is not looked at."""
_KEPT_PATTERNS = 256
_WORD_AT_START = re.compile(r"\w")
_WORD_AT_END = re.compile(r"\w\Z")


@dataclass(frozen=True, slots=True)
class Keyword:
    """*text* as the person wrote it. *whole_word*: not as a part of a longer word."""

    text: str
    whole_word: bool = True


class KeywordPattern:
    """The keywords of one person, ready to be looked for."""

    def __init__(self, keywords: Iterable[Keyword]) -> None:
        self._prepared = [(keyword, keyword.text.casefold(), _as_word(keyword)) for keyword in keywords]

    def found_in(self, text: str) -> frozenset[Keyword]:
        """The keywords that stand in *text*, in whatever case."""
        folded = text[:MAX_TEXT_CHARACTERS].casefold()
        return frozenset(
            keyword
            for keyword, wanted, as_word in self._prepared
            if wanted in folded and (as_word is None or as_word.search(folded) is not None)
        )


def keyword_pattern(keywords: Iterable[Keyword]) -> KeywordPattern:
    """The pattern for these keywords, kept by what they say: so a change of somebody's filters needs nobody to be told."""
    return _pattern(frozenset(keywords))


@lru_cache(maxsize=_KEPT_PATTERNS)
def _pattern(keywords: frozenset[Keyword]) -> KeywordPattern:
    return KeywordPattern(keywords)


def _as_word(keyword: Keyword) -> re.Pattern[str] | None:
    """The keyword with a border where it begins or ends with a word character: `#paint!` has none on either side (as in Mastodon). None for any place."""
    if not keyword.whole_word:
        return None
    folded = keyword.text.casefold()
    before = r"\b" if _WORD_AT_START.match(folded) else ""
    after = r"\b" if _WORD_AT_END.search(folded) else ""
    return re.compile(f"{before}{re.escape(folded)}{after}")
