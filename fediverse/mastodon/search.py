"""Finding people, posts and tags; with `resolve`, also by asking the node that an address or a handle names."""

import re
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from fediverse.errors import NotFound
from fediverse.mastodon import entities, lookups
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.paging import limit_of, offset_of
from fediverse.mastodon.parameters import Parameters
from fediverse.mastodon.request_body import query
from fediverse.queries import accounts
from fediverse.queries import search as questions
from fediverse.queries.filters import with_filters
from fediverse.queries.views import AccountView, PostView, SearchResults

_KINDS = ("accounts", "statuses", "hashtags")
_FROM = re.compile(r"(?:^|\s)from:(\S+)")


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
    limit = limit_of(asked, usual=20, most=40)
    if kind in {None, "statuses"} and (author := _FROM.search(text)):
        return await _written_by(me, author[1], _FROM.sub(" ", text).strip(), limit, offset)
    following = asked.flag("following") or False
    return await questions.search(me.node, me.id, text, kind, limit, offset, following, asked.record("account_id"))


async def _written_by(me: Caller, name: str, text: str, limit: int, offset: int) -> SearchResults:
    """`from:me` or `from:alice`, with words or without: Phanpy asks for `from:me` alone to learn whether posts can be searched."""
    try:
        author_id = me.id if name == "me" else (await accounts.by_acct(me.node, me.id, name)).id
    except NotFound:
        return SearchResults()
    return await questions.search(me.node, me.id, text, "statuses", limit, offset, account_id=author_id)


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
