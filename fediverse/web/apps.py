"""The apps that a person let in, and shutting them out again."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import access as verbs
from fediverse.node import node_of
from fediverse.queries import access
from fediverse.web import pages
from fediverse.web.notices import redirect
from fediverse.web.visits import enter, submitted


async def show(request: Request) -> Response:
    visit = await enter(request)
    return pages.render(
        request, "preferences/apps.html", apps=await access.granted_apps(node_of(request), visit.viewer_id)
    )


async def revoke(request: Request) -> Response:
    submission = await submitted(request)
    await verbs.revoke_grant(node_of(request), submission.viewer_id, request.path_params["token_id"])
    return redirect("/settings/apps", "revoked")
