"""Announcements on the pages of everybody: dismissed there, and shown by `timelines.home`."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import announcements as verbs
from fediverse.node import node_of
from fediverse.web.notices import redirect
from fediverse.web.visits import submitted


async def dismiss(request: Request) -> Response:
    submission = await submitted(request)
    await verbs.dismiss(node_of(request), submission.viewer_id, request.path_params["announcement_id"])
    return redirect(submission.back())
