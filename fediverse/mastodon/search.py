"""Finding people, posts and tags; with `resolve`, also by asking the node that an address or a handle names."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from fediverse.mastodon import entities, lookups
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.paging import limit_of, offset_of
from fediverse.mastodon.parameters import Parameters
from fediverse.mastodon.request_body import query
from fediverse.queries import search as questions
from fediverse.queries.filters import with_filters
from fediverse.queries.views import AccountView, PostView, SearchResults

_KINDS = ("accounts", "statuses", "hashtags")


async def search(request: Request) -> Response:
    me = await caller(request, "read:search")
    found = await _found(me, query(request))
    return answer(entities.found(found, me.id, me.node.clock.now(), me.node.uri))


async def search_v1(request: Request) -> Response:
    """The older form: tags are names only."""
    me = await caller(request, "read:search")
    found = await _found(me, query(request))
    entity = entities.found(found, me.id, me.node.clock.now(), me.node.uri)
    return answer(entity | {"hashtags": [tag.name for tag in found.tags]})


async def _found(me: Caller, asked: Parameters) -> SearchResults:
    """The answer, with the filters that the posts in it meet."""
    found = await _looked_up(me, asked)
    return replace(found, posts=tuple(await with_filters(me.node, me.id, found.posts, "any")))


async def _looked_up(me: Caller, asked: Parameters) -> SearchResults:
    """What the words find; for an address or a full handle, that one thing alone, on the first page."""
    text, word = asked.word("q"), asked.word("type")
    kind = word if word in _KINDS else None
    offset = offset_of(asked)
    address = lookups.address_in(text)
    meant = None if offset else await _meant(me, text, address, kind, fetch=asked.flag("resolve") or False)
    if meant is not None:
        return meant
    if address or not text:
        return SearchResults()
    following = asked.flag("following") or False
    limit = limit_of(asked, usual=20, most=40)
    return await questions.search(me.node, me.id, text, kind, limit, offset, following, asked.record("account_id"))


async def _meant(me: Caller, text: str, address: str, kind: str | None, *, fetch: bool) -> SearchResults | None:
    if address:
        found = await lookups.behind_address(me, address, fetch=fetch)
    elif "@" in text.removeprefix("@") and kind in {None, "accounts"}:
        found = await lookups.account_of_handle(me, text, fetch=fetch)
    else:
        return None
    if isinstance(found, AccountView) and kind in {None, "accounts"}:
        return SearchResults(accounts=(found,))
    if isinstance(found, PostView) and kind in {None, "statuses"}:
        return SearchResults(posts=(found,))
    return None
