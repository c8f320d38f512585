"""Filters as this API had them first, for clients written then: each keyword is a filter of its own, a view of what stands in `filters`."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import filters as verbs
from fediverse.actions.filters import FilterChange, KeywordChange
from fediverse.mastodon import entities
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.filters import lifetime_of
from fediverse.mastodon.parameters import Parameters, record_id
from fediverse.mastodon.request_body import parameters
from fediverse.queries import filters


async def index(request: Request) -> Response:
    me = await caller(request, "read:filters")
    found = await filters.filters(me.node, me.id)
    return answer([entities.filter_v1(keyword, whole) for whole in found for keyword in whole.keywords])


async def create(request: Request) -> Response:
    """The phrase is the title, too. Not a whole word unless it is said, as this version has it."""
    me = await caller(request, "write:filters")
    asked = await parameters(request)
    phrase = asked.word("phrase")
    wished = FilterChange(
        title=phrase[: verbs.MAX_TITLE_CHARACTERS],
        contexts=asked.texts("context"),
        action=_action_of(asked),
        lifetime_s=lifetime_of(asked),
        keywords=[KeywordChange(text=phrase, whole_word=asked.flag("whole_word") or False)],
    )
    made = await filters.filter_of(me.node, me.id, await verbs.create(me.node, me.id, wished))
    return answer(entities.filter_v1(made.keywords[0], made))


async def show(request: Request) -> Response:
    me = await caller(request, "read:filters")
    return await _one(me, _id(request))


async def update(request: Request) -> Response:
    me = await caller(request, "write:filters")
    asked = await parameters(request)
    keyword = KeywordChange(_id(request), asked.word("phrase") if "phrase" in asked else None, asked.flag("whole_word"))
    change = await _real_change(me, keyword, asked)
    await verbs.change_filter_of_one_keyword(me.node, me.id, keyword, change)
    return await _one(me, _id(request))


async def delete(request: Request) -> Response:
    """The keyword alone: others may stand in the same filter."""
    me = await caller(request, "write:filters")
    await verbs.change_keyword(me.node, me.id, KeywordChange(_id(request), remove=True))
    return answer({})


async def _real_change(me: Caller, keyword: KeywordChange, asked: Parameters) -> FilterChange:
    """What is asked of the filter around the keyword, without what it says already: these clients send everything each time."""
    known = await filters.keyword(me.node, me.id, keyword.id or 0)
    around = (await filters.filter_of(me.node, me.id, known.filter_id)).filter
    contexts = asked.texts("context") if "context" in asked else None
    action = _action_of(asked)
    lifetime = lifetime_of(asked)
    return FilterChange(
        contexts=None if contexts is not None and set(contexts) == set(around.contexts) else contexts,
        action=None if action is not None and (action == "hide") == (around.action == "hide") else action,
        lifetime_s=None if lifetime == "never" and around.expires_at is None else lifetime,
    )


def _action_of(asked: Parameters) -> str | None:
    irreversible = asked.flag("irreversible")
    return None if irreversible is None else "hide" if irreversible else "warn"


async def _one(me: Caller, keyword_id: int) -> Response:
    view = await filters.keyword(me.node, me.id, keyword_id)
    return answer(entities.filter_v1(view, await filters.filter_of(me.node, me.id, view.filter_id)))


def _id(request: Request) -> int:
    return record_id(request.path_params["id"])
