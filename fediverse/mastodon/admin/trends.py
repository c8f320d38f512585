"""What trends, for moderators. Nothing is approved or rejected before it is shown here, so there is nothing to decide about and the lists are empty."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.mastodon.admin.access import moderator
from fediverse.mastodon.answers import answer


async def nothing(request: Request) -> Response:
    await moderator(request, "admin:read")
    return answer([])
