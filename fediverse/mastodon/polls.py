"""Polls: look at one, vote. Writing one is part of writing a status."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import polls as verbs
from fediverse.errors import Invalid, NotFound
from fediverse.mastodon import entities
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.parameters import Parameters, record_id
from fediverse.mastodon.request_body import parameters
from fediverse.queries import polls, posts
from fediverse.queries.views import PostView


async def show(request: Request) -> Response:
    """Who may see the status sees the poll. Another node's counts are asked for anew behind the answer when they are some minutes old."""
    me = await caller(request, "read:statuses")
    view = await _post(me, record_id(request.path_params["id"]))
    await verbs.look_again(me.node, view)
    return _answer(view)


async def vote(request: Request) -> Response:
    me = await caller(request, "write:statuses")
    poll_id = record_id(request.path_params["id"])
    await verbs.vote(me.node, me.id, poll_id, _choices(await parameters(request)))
    return _answer(await _post(me, poll_id))


async def _post(me: Caller, poll_id: int) -> PostView:
    return await posts.post(me.node, me.id, await polls.post_with(me.node, poll_id))


def _answer(view: PostView) -> Response:
    if view.poll is None:
        raise NotFound
    return answer(entities.poll(view.poll, view.emojis))


def _choices(asked: Parameters) -> list[int]:
    """Positions of options. Raises Invalid for what is none: a vote must not count for less than was chosen."""
    texts = asked.texts("choices")
    if not all(text.isascii() and text.isdigit() and len(text) < 4 for text in texts):
        raise Invalid("Validation failed: The chosen vote option does not exist")
    return [int(text) for text in texts]
