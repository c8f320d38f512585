"""The links from one page of a list to the next: `max_id` to what is older, `min_id` to what is newer."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request

from fediverse.queries.views import Page

_OWN = frozenset({"max_id", "min_id", "offset"})


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the neighbouring pages; empty where there is none."""

    newer: str = ""
    older: str = ""


def links(request: Request, page: Page, cursors: Sequence[int]) -> Links:
    """The neighbours of the page that shows the items with these *cursors*, newest first. A full page may have something older."""
    if not cursors:
        return Links(newer=_address(request)) if _is_paged(page) else Links()
    full = len(cursors) >= page.limit
    return Links(
        newer=_address(request, min_id=cursors[0]) if _is_paged(page) and (full or page.min_id is None) else "",
        older=_address(request, max_id=cursors[-1]) if full or page.min_id is not None else "",
    )


def offset_links(request: Request, offset: int, limit: int, shown: int) -> Links:
    """The neighbours in a list that is paged by number."""
    return Links(
        newer=_address(request, offset=max(offset - limit, 0)) if offset else "",
        older=_address(request, offset=offset + limit) if shown >= limit else "",
    )


def offset_of(request: Request) -> int:
    value = request.query_params.get("offset", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 0


def _is_paged(page: Page) -> bool:
    return page.max_id is not None or page.min_id is not None


def _address(request: Request, **extra: int) -> str:
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in _OWN]
    query = urlencode([*kept, *extra.items()])
    return request.url.path + (f"?{query}" if query else "")
