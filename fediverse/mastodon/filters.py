"""Filters with their keywords and statuses (version 2 of this part of the API). They are their owner's alone; statuses say which of them they meet."""

from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import filters as verbs
from fediverse.actions.filters import FilterChange, KeywordChange
from fediverse.errors import Invalid, NotFound
from fediverse.mastodon import entities
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.parameters import Parameters, record_id
from fediverse.mastodon.request_body import parameters
from fediverse.queries import filters


async def index(request: Request) -> Response:
    me = await caller(request, "read:filters")
    return answer([entities.whole_filter(view) for view in await filters.filters(me.node, me.id)])


async def create(request: Request) -> Response:
    me = await caller(request, "write:filters")
    return await _one(me, await verbs.create(me.node, me.id, _change_of(await parameters(request))))


async def show(request: Request) -> Response:
    me = await caller(request, "read:filters")
    return await _one(me, _id(request))


async def update(request: Request) -> Response:
    me = await caller(request, "write:filters")
    await verbs.update(me.node, me.id, _id(request), _change_of(await parameters(request)))
    return await _one(me, _id(request))


async def delete(request: Request) -> Response:
    me = await caller(request, "write:filters")
    await verbs.delete(me.node, me.id, _id(request))
    return answer({})


async def keywords(request: Request) -> Response:
    me = await caller(request, "read:filters")
    whole = await filters.filter_of(me.node, me.id, _id(request))
    return answer([entities.filter_keyword(view) for view in whole.keywords])


async def add_keyword(request: Request) -> Response:
    me = await caller(request, "write:filters")
    asked = await parameters(request)
    added = await verbs.add_keyword(me.node, me.id, _id(request), asked.word("keyword"), asked.flag("whole_word"))
    return await _keyword(me, added)


async def show_keyword(request: Request) -> Response:
    me = await caller(request, "read:filters")
    return await _keyword(me, _id(request))


async def update_keyword(request: Request) -> Response:
    me = await caller(request, "write:filters")
    asked = await parameters(request)
    change = KeywordChange(_id(request), _if_sent(asked, "keyword"), asked.flag("whole_word"))
    await verbs.change_keyword(me.node, me.id, change)
    return await _keyword(me, _id(request))


async def delete_keyword(request: Request) -> Response:
    me = await caller(request, "write:filters")
    await verbs.change_keyword(me.node, me.id, KeywordChange(_id(request), remove=True))
    return answer({})


async def statuses(request: Request) -> Response:
    me = await caller(request, "read:filters")
    whole = await filters.filter_of(me.node, me.id, _id(request))
    return answer([entities.filtered_status(view) for view in whole.posts])


async def add_status(request: Request) -> Response:
    me = await caller(request, "write:filters")
    post_id = (await parameters(request)).record("status_id")
    if post_id is None:
        raise NotFound
    added = await verbs.add_post(me.node, me.id, _id(request), post_id)
    return answer(entities.filtered_status(await filters.filtered_post(me.node, me.id, added)))


async def show_status(request: Request) -> Response:
    me = await caller(request, "read:filters")
    return answer(entities.filtered_status(await filters.filtered_post(me.node, me.id, _id(request))))


async def delete_status(request: Request) -> Response:
    """Answers what was removed."""
    me = await caller(request, "write:filters")
    view = await filters.filtered_post(me.node, me.id, _id(request))
    await verbs.remove_post(me.node, me.id, view.id)
    return answer(entities.filtered_status(view))


def lifetime_of(asked: Parameters) -> int | Literal["never"] | None:
    """`expires_in` in seconds; null or empty takes an expiry away; None when it was not sent. Raises Invalid for what is no number."""
    if asked.cleared("expires_in"):
        return "never"
    if "expires_in" not in asked:
        return None
    seconds = asked.number("expires_in")
    if seconds is None:
        raise Invalid(
            "Validation failed: Expires in is not a number",
            details={"expires_in": [("ERR_INVALID", "is not a number")]},
        )
    return seconds


def _change_of(asked: Parameters) -> FilterChange:
    return FilterChange(
        title=_if_sent(asked, "title"),
        contexts=asked.texts("context") if "context" in asked else None,
        action=asked.word("filter_action") or None,
        lifetime_s=lifetime_of(asked),
        keywords=[
            KeywordChange(
                id=one.record("id"),
                text=_if_sent(one, "keyword"),
                whole_word=one.flag("whole_word"),
                remove=one.flag("_destroy") or False,
            )
            for one in asked.items("keywords_attributes")
        ],
    )


def _if_sent(asked: Parameters, name: str) -> str | None:
    return asked.word(name) if name in asked else None


async def _one(me: Caller, filter_id: int) -> Response:
    return answer(entities.whole_filter(await filters.filter_of(me.node, me.id, filter_id)))


async def _keyword(me: Caller, keyword_id: int) -> Response:
    return answer(entities.filter_keyword(await filters.keyword(me.node, me.id, keyword_id)))


def _id(request: Request) -> int:
    return record_id(request.path_params["id"])
