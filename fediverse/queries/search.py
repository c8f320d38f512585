"""Finding people, posts and tags that this node knows. Full text is the engine's own; visibility is asked in the same query."""

import re

from fediverse.node import Node
from fediverse.policy.visibility import offered_to_person, seen_by_person
from fediverse.queries import accounts, tags
from fediverse.queries.hidden import of_shown_domain
from fediverse.queries.load import post_views
from fediverse.queries.views import PostView, SearchResults

_WORD = re.compile(r"[\w'’-]+", re.UNICODE)
_MAX_WORDS = 12


async def search(
    node: Node,
    viewer: int,
    text: str,
    kind: str | None = None,
    limit: int = 20,
    offset: int = 0,
    following: bool = False,
    account_id: int | None = None,
) -> SearchResults:
    """*kind* is `accounts`, `statuses`, `hashtags` or None for all three; *account_id* limits posts to one author, whose posts need no words then."""
    wanted = text.strip()
    if not wanted and (account_id is None or kind != "statuses"):
        return SearchResults()
    return SearchResults(
        accounts=tuple(await accounts.search(node, viewer, wanted, limit, offset, following))
        if kind in {None, "accounts"}
        else (),
        posts=tuple(await _posts(node, viewer, wanted, limit, offset, account_id))
        if kind in {None, "statuses"}
        else (),
        tags=tuple(await tags.find(node, viewer, wanted, limit, offset)) if kind in {None, "hashtags"} else (),
    )


async def _posts(node: Node, viewer: int, text: str, limit: int, offset: int, account_id: int | None) -> list[PostView]:
    words = _WORD.findall(text)[:_MAX_WORDS]
    if not words and (text or account_id is None):
        return []
    seen, values = seen_by_person(viewer)
    offered, offered_values = offered_to_person(viewer)
    shown, shown_values = of_shown_domain(viewer, "p.author_id")
    by_author = "AND p.author_id = ?" if account_id is not None else ""
    author = [account_id] if account_id is not None else []
    match: list[str] = []
    if not words:
        source = "post p WHERE p.boost_of_id IS NULL"
    elif node.database.dialect == "sqlite":
        # Every word is quoted: raw text is a query language of its own.
        match = [" ".join('"' + word.replace('"', '""') + '"' for word in words)]
        source = "post_search s JOIN post p ON p.id = s.rowid WHERE post_search MATCH ?"
    else:
        match = [" ".join(words)]
        source = "post_search s JOIN post p ON p.id = s.post_id WHERE s.words @@ plainto_tsquery('simple', fediverse_unaccent(?))"
    rows = await node.database.rows(
        f"SELECT p.id FROM {source} AND {seen} AND {offered} AND {shown} {by_author} ORDER BY p.id DESC LIMIT ? OFFSET ?",
        *match,
        *values,
        *offered_values,
        *shown_values,
        *author,
        limit,
        offset,
    )
    return await post_views(node, viewer, [row["id"] for row in rows])
