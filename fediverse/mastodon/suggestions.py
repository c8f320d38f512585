"""Whom the caller might want to follow."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import personal as verbs
from fediverse.mastodon import entities
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import caller
from fediverse.mastodon.paging import limit_of, offset_of
from fediverse.mastodon.parameters import record_id
from fediverse.mastodon.request_body import query
from fediverse.queries import suggestions as questions
from fediverse.queries.suggestions import Suggestion


async def suggestions(request: Request) -> Response:
    return answer([entities.suggestion(one.account, one.familiar) for one in await _found(request)])


async def suggestions_v1(request: Request) -> Response:
    """The older form: accounts alone."""
    return answer([entities.account(one.account) for one in await _found(request)])


async def dismiss(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    await verbs.dismiss_suggestion(me.node, me.id, record_id(request.path_params["id"]))
    return answer({})


async def _found(request: Request) -> list[Suggestion]:
    me = await caller(request, "read:accounts")
    asked = query(request)
    return await questions.suggestions(me.node, me.id, limit_of(asked, usual=40, most=80), offset_of(asked))
