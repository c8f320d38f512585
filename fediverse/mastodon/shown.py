"""Posts as the caller's statuses, marked with the caller's filters for the place where they are shown. Every endpoint that answers statuses ends here."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from fediverse.mastodon import entities
from fediverse.mastodon.answers import listing
from fediverse.mastodon.authorization import Caller
from fediverse.mastodon.entities.values import Entity
from fediverse.queries.filters import FilterContext, with_filters
from fediverse.queries.views import Edge, PostView


async def statuses(me: Caller, posts: Sequence[PostView], context: FilterContext) -> list[Entity]:
    marked = await with_filters(me.node, me.id, posts, context)
    return [entities.status(post, me.id, me.node.uri) for post in marked]


async def list_statuses(request: Request, me: Caller, posts: Sequence[PostView], context: FilterContext) -> Response:
    """A page of a list that is paged by the posts themselves."""
    return listing(request, await statuses(me, posts, context), [post.id for post in posts])


async def list_edges(request: Request, me: Caller, edges: Sequence[Edge[PostView]], context: FilterContext) -> Response:
    """A page of a list that is paged by what leads to the posts."""
    shown = await statuses(me, [edge.item for edge in edges], context)
    return listing(request, shown, [edge.cursor for edge in edges])
