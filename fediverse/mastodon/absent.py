"""What this API has and this node has not: trends and the like. Clients ask for them unasked, on their home page and at every start,
and some of them break on a 404; an honest nothing lets them go on. What would *do* something that is not there stays a 404 or is refused: an answer
must not claim that something was saved.
"""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.errors import NotFound
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import caller


async def empty_list(request: Request) -> Response:
    await caller(request)
    return answer([])


async def empty_object(request: Request) -> Response:
    await caller(request)
    return answer({})


async def not_found(request: Request) -> Response:
    """For single things of a kind that there are none of, and for every path under /api that no route knows."""
    await caller(request)
    raise NotFound
