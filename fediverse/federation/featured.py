"""The tags that a person shows on the profile, as other servers read them: Mastodon's `featuredTags`. HTTP only.

`address` is what the actor's document names, `tags` answers there. It begins with `authenticated_server`, as everything that `objects` shows; the tags are
part of the profile, so whoever may read the one may read the other. Posts that carry a tag are not counted here: some of them are not for everybody.
"""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.activitystreams.building import hashtag, unordered_collection
from fediverse.errors import NotFound
from fediverse.federation.answers import activity_json
from fediverse.federation.authentication import authenticated_server
from fediverse.node import node_of
from fediverse.queries.accounts import local_for_server
from fediverse.queries.tags import featured
from fediverse.queries.views import AccountView


def address(account: AccountView) -> str:
    """Where the featured tags of one of our people stand."""
    return f"{account.uri}/collections/tags"


async def tags(request: Request) -> Response:
    """GET /users/{username}/collections/tags: a `Collection` of all of them, each a `Hashtag`."""
    server = await authenticated_server(request, kind="collection")
    node = node_of(request)
    account = await local_for_server(node, server.host, request.path_params["username"])
    if account is None or account.deleted or account.suspended:
        raise NotFound
    shown = await featured(node, None, account.id)
    items = [hashtag(node.uri(f"/tags/{view.name}"), view.name) for view in shown]
    return activity_json(unordered_collection(address(account), items, attributed_to=account.uri))
