"""Tags that a person follows: the buttons on a tag's page, and the page that lists them."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import tags as verbs
from fediverse.node import node_of
from fediverse.queries import tags
from fediverse.queries.views import Page
from fediverse.web import pages
from fediverse.web.content import tag_path
from fediverse.web.notices import redirect
from fediverse.web.visits import enter, submitted

_LISTED = 400


async def followed(request: Request) -> Response:
    visit = await enter(request)
    found = await tags.followed(node_of(request), visit.viewer_id, Page(limit=_LISTED))
    return pages.render(request, "tags/followed.html", tags=[edge.item for edge in found])


async def follow(request: Request) -> Response:
    submission = await submitted(request)
    name = request.path_params["name"]
    await verbs.follow(node_of(request), submission.viewer_id, name)
    return redirect(submission.back(tag_path(name)), "tag_followed")


async def unfollow(request: Request) -> Response:
    submission = await submitted(request)
    name = request.path_params["name"]
    await verbs.unfollow(node_of(request), submission.viewer_id, name)
    return redirect(submission.back(tag_path(name)), "tag_unfollowed")
