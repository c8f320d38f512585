"""Filters as this API has them now, as it had them first (each keyword a filter of its own), and what of them a status meets."""

from fediverse.mastodon.entities.values import Entity, moment_or_null
from fediverse.queries.filter_views import (
    FilteredPostView,
    FilterKeywordView,
    FilterMatchView,
    FilterView,
    WholeFilterView,
)


def whole_filter(view: WholeFilterView) -> Entity:
    return _filter(view.filter) | {
        "keywords": [filter_keyword(one) for one in view.keywords],
        "statuses": [filtered_status(one) for one in view.posts],
    }


def filter_keyword(view: FilterKeywordView) -> Entity:
    return {"id": str(view.id), "keyword": view.keyword, "whole_word": view.whole_word}


def filtered_status(view: FilteredPostView) -> Entity:
    return {"id": str(view.id), "status_id": str(view.post_id)}


def filter_result(view: FilterMatchView) -> Entity:
    return {
        "filter": _filter(view.filter),
        "keyword_matches": list(view.keywords),
        "status_matches": [str(number) for number in view.post_ids],
    }


def filter_v1(keyword: FilterKeywordView, whole: WholeFilterView) -> Entity:
    """*keyword* of *whole*, as clients know it that were written before filters had several."""
    return {
        "id": str(keyword.id),
        "phrase": keyword.keyword,
        "context": list(whole.filter.contexts),
        "whole_word": keyword.whole_word,
        "expires_at": moment_or_null(whole.filter.expires_at),
        "irreversible": whole.filter.action == "hide",
    }


def _filter(view: FilterView) -> Entity:
    return {
        "id": str(view.id),
        "title": view.title,
        "context": list(view.contexts),
        "expires_at": moment_or_null(view.expires_at),
        "filter_action": view.action,
    }
