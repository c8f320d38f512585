"""`/api/v1/apps`: an application registers, which anybody may do before there is a token, and asks who it is."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions.access import register_app
from fediverse.errors import NotFound
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import signed_in
from fediverse.mastodon.entities.applications import application, credential_application
from fediverse.mastodon.request_body import parameters
from fediverse.node import node_of
from fediverse.queries import access, push


async def register(request: Request) -> Response:
    """`redirect_uris` is a text, one on each line, or a list. An address holds no blanks, so blanks separate too, as upstream."""
    sent = await parameters(request)
    view, secret = await register_app(
        node_of(request),
        sent.word("client_name"),
        [uri for text in sent.texts("redirect_uris") for uri in text.split()],
        sent.word("scopes").split(),
        sent.word("website"),
    )
    return answer(credential_application(view, secret, await push.server_key(node_of(request))))


async def verify_credentials(request: Request) -> Response:
    """Any valid token will do, a person's or the application's own. A token that the operator made belongs to no application."""
    caller = await signed_in(request)
    if caller.app_id is None:
        raise NotFound
    node = node_of(request)
    return answer(application(await access.app(node, caller.app_id), await push.server_key(node)))
