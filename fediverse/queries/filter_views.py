"""Filters as their owner edits them, and what of them a post meets: frozen plain values, as in `views`."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FilterView:
    id: int
    title: str
    contexts: tuple[str, ...]
    action: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class FilterKeywordView:
    id: int
    filter_id: int
    keyword: str
    whole_word: bool


@dataclass(frozen=True, slots=True)
class FilteredPostView:
    """A single post that a filter names."""

    id: int
    filter_id: int
    post_id: int


@dataclass(frozen=True, slots=True)
class WholeFilterView:
    """A filter with all that it looks for, as its owner edits it."""

    filter: FilterView
    keywords: tuple[FilterKeywordView, ...] = ()
    posts: tuple[FilteredPostView, ...] = ()


@dataclass(frozen=True, slots=True)
class FilterMatchView:
    """A filter of the viewer that a post meets, and by what."""

    filter: FilterView
    keywords: tuple[str, ...] = ()
    post_ids: tuple[int, ...] = ()
