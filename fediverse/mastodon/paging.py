"""Pages of lists: `max_id`, `since_id` and `min_id` in, a `Link` header out. Used by every endpoint that lists; never reads a list itself.

The Link rules that clients rely on: absolute URLs, `next` before `prev`, no comma or semicolon inside a URL, none at all for an empty list.
`next` stands on every page that is not empty, since a page may be short because something on it is hidden; the page after the last is empty.
"""

from collections.abc import Sequence
from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import Request

from fediverse.ids import LARGEST_ID
from fediverse.mastodon.parameters import Parameters
from fediverse.mastodon.request_body import query_text
from fediverse.node import node_of
from fediverse.queries.views import Page

_CURSORS = frozenset({"max_id", "since_id", "min_id"})
_NEVER_REPEATED = _CURSORS | {"access_token"}


def limit_of(asked: Parameters, *, usual: int, most: int) -> int:
    """How many to list: *usual* when nothing sensible is asked for, *most* when more is."""
    limit = asked.number("limit")
    return min(limit, most) if limit is not None and limit > 0 else usual


def offset_of(asked: Parameters) -> int:
    return min(max(asked.number("offset") or 0, 0), LARGEST_ID)


def page_of(asked: Parameters, *, usual: int, most: int) -> Page:
    return Page(
        limit=limit_of(asked, usual=usual, most=most),
        max_id=asked.cursor("max_id"),
        since_id=asked.cursor("since_id"),
        min_id=asked.cursor("min_id"),
    )


def link_headers(request: Request, cursors: Sequence[int]) -> dict[str, str]:
    """The Link header for a page whose rows have *cursors*, newest first; no header for no rows."""
    here = node_of(request).uri(quote(request.scope["path"]))
    return links(here, query_text(request), cursors)


def links(here: str, query: str, cursors: Sequence[int]) -> dict[str, str]:
    """*here* is the absolute URL of the list, *query* what it was asked with."""
    if not cursors:
        return {}
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in _NEVER_REPEATED]
    older = urlencode([*kept, ("max_id", str(cursors[-1]))])
    newer = urlencode([*kept, ("min_id", str(cursors[0]))])
    return {"Link": f'<{here}?{older}>; rel="next", <{here}?{newer}>; rel="prev"'}
