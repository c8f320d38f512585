"""What kind of statement a text of SQL is; the engines send reads and changes to different places. In doubt it is a change: that is always right."""

import functools
import re

_FIRST_WORD = re.compile(r"\s*(\w+)")
_CHANGE = re.compile(r"\b(insert|update|delete|replace|merge)\b", re.IGNORECASE)


@functools.lru_cache(maxsize=2048)
def only_reads(query: str) -> bool:
    first = _first(query)
    return first == "select" or (first == "with" and not _CHANGE.search(query))


@functools.lru_cache(maxsize=2048)
def changes_rows(query: str) -> bool:
    """Whether it inserts, updates or deletes, and so has a number of rows to tell."""
    return _first(query) in {"insert", "update", "delete", "replace", "merge"} or (
        _first(query) == "with" and not only_reads(query)
    )


def _first(query: str) -> str:
    word = _FIRST_WORD.match(query)
    return word[1].lower() if word else ""
