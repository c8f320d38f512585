"""Finding people, posts and tags that this node knows. Full text is the engine's own; visibility is asked in the same query."""

import re
from datetime import timedelta

from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.policy.visibility import seen_by_person
from fediverse.queries import accounts
from fediverse.queries.load import post_views
from fediverse.queries.views import PostView, SearchResults, TagView
from fediverse.text.tags import fold_tag

_WORD = re.compile(r"[\w'’-]+", re.UNICODE)
_MAX_WORDS = 12
_HISTORY = timedelta(days=7)


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
    """*kind* is `accounts`, `statuses`, `hashtags` or None for all three; *account_id* limits posts to one author."""
    wanted = text.strip()
    if not wanted:
        return SearchResults()
    return SearchResults(
        accounts=tuple(await accounts.search(node, viewer, wanted, limit, offset, following))
        if kind in {None, "accounts"}
        else (),
        posts=tuple(await _posts(node, viewer, wanted, limit, offset, account_id))
        if kind in {None, "statuses"}
        else (),
        tags=tuple(await _tags(node, wanted, limit, offset)) if kind in {None, "hashtags"} else (),
    )


async def tag(node: Node, viewer: int | None, name: str) -> TagView:  # noqa: ARG001
    """A tag with its use of the last seven days; also for one that nobody used yet."""
    found = await _tags(node, name, 1, 0, exact=True)
    if found:
        return found[0]
    folded = fold_tag(name)
    if not folded or not folded.replace("_", "").isalnum():
        raise NotFound
    return TagView(folded, 0, 0)


async def _posts(node: Node, viewer: int, text: str, limit: int, offset: int, account_id: int | None) -> list[PostView]:
    words = _WORD.findall(text)[:_MAX_WORDS]
    if not words:
        return []
    seen, values = seen_by_person(viewer)
    by_author = "AND p.author_id = ?" if account_id is not None else ""
    author = [account_id] if account_id is not None else []
    if node.database.dialect == "sqlite":
        # Every word is quoted: raw text is a query language of its own.
        match = " ".join('"' + word.replace('"', '""') + '"' for word in words)
        source = "post_search s JOIN post p ON p.id = s.rowid WHERE post_search MATCH ?"
    else:
        match = " ".join(words)
        source = "post_search s JOIN post p ON p.id = s.post_id WHERE s.words @@ plainto_tsquery('simple', fediverse_unaccent(?))"
    rows = await node.database.rows(
        f"SELECT p.id FROM {source} AND {seen} {by_author} ORDER BY p.id DESC LIMIT ? OFFSET ?",
        match,
        *values,
        *author,
        limit,
        offset,
    )
    return await post_views(node, viewer, [row["id"] for row in rows])


async def _tags(node: Node, text: str, limit: int, offset: int, *, exact: bool = False) -> list[TagView]:
    """A tag that stands only on posts for some is as unknown as one that nobody ever used: its name alone may say too much."""
    folded = fold_tag(text)
    if not folded or (not exact and len(folded.split()) > 1):
        return []
    pattern = folded.replace("!", "!!").replace("%", "!%").replace("_", "!_") + ("" if exact else "%")
    since = node.ids.floor(node.clock.now() - _HISTORY)
    rows = await node.database.rows(
        "SELECT t.name, count(p.id) AS uses, count(DISTINCT p.author_id) AS accounts FROM tag t"
        " LEFT JOIN post_tag pt ON pt.tag_id = t.id AND pt.post_id > ?"
        " LEFT JOIN post p ON p.id = pt.post_id AND p.visibility = 'public' AND p.deleted_at IS NULL"
        " WHERE t.name LIKE ? ESCAPE '!' AND EXISTS (SELECT 1 FROM post_tag wt JOIN post wp ON wp.id = wt.post_id"
        " WHERE wt.tag_id = t.id AND wp.visibility IN ('public', 'unlisted') AND wp.deleted_at IS NULL)"
        " GROUP BY t.id, t.name ORDER BY count(p.id) DESC, t.name LIMIT ? OFFSET ?",
        since, pattern, limit, offset,
    )  # fmt: skip
    return [TagView(row["name"], row["uses"], row["accounts"]) for row in rows]
