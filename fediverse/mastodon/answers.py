"""JSON answers as client applications need them: always `application/json`, never empty, never kept by a shared cache."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from fediverse.mastodon.paging import link_headers


def answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """*content* as JSON. What stands in it is made for one reader, hence `private, no-store`."""
    return Response(
        orjson.dumps(content),
        status,
        {"Cache-Control": "private, no-store", "Vary": "Authorization", **(headers or {})},
        "application/json",
    )


def listing(request: Request, items: Sequence[Any], cursors: Sequence[int]) -> Response:
    """A page of a list. *cursors* are those of the rows that were read, which may be more than the *items* shown."""
    return answer(items, headers=link_headers(request, cursors))
