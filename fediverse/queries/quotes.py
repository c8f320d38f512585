"""Questions about quotes: who quotes a post, what was asked, and the stamps that we show. What a post quotes stands in its view (`load`)."""

from dataclasses import dataclass

from fediverse.database.database import Row
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.policy.visibility import seen_by_person
from fediverse.queries import posts
from fediverse.queries.load import post_views
from fediverse.queries.paging import page_rows
from fediverse.queries.views import Edge, Page, PostView

_QUOTE = (
    "SELECT q.*, p.uri AS post_uri, p.author_id, p.local_only, p.deleted_at, a.host, a.uri AS author_uri"
    " FROM quote q JOIN post p ON p.id = q.post_id JOIN account a ON a.id = p.author_id"
)


@dataclass(frozen=True, slots=True)
class AskedQuote:
    """What our post *post_id* asked of *quoted_account_id*."""

    post_id: int
    quoted_account_id: int


@dataclass(frozen=True, slots=True)
class ShownStamp:
    """An approval by one of our people, for other nodes to read."""

    uri: str
    author_uri: str
    quoting_uri: str
    quoted_uri: str


async def quotes_of(node: Node, viewer: int, post_id: int, page: Page) -> list[Edge[PostView]]:
    """Posts that quote this one with its author's approval, and that the viewer may see. Raises NotFound when the post itself is hidden."""
    await posts.post(node, viewer, post_id)
    seen, values = seen_by_person(viewer)
    select = f"SELECT q.id AS edge, p.id AS id FROM quote q JOIN post p ON p.id = q.post_id WHERE q.quoted_id = ? AND q.state = 'accepted' AND {seen}"
    rows = await page_rows(node, select, [post_id, *values], page, key="q.id")
    views = {view.id: view for view in await post_views(node, viewer, [row["id"] for row in rows])}
    return [Edge(row["edge"], views[row["id"]]) for row in rows if row["id"] in views]


async def quote_of(node: Node, post_id: int) -> Row | None:
    """The quote in the post, with whose post it is, whoever may see it. For verbs that ask permission themselves."""
    return await node.database.row(f"{_QUOTE} WHERE q.post_id = ?", post_id)


async def asked_quote(node: Node, request_uri: str, instrument_uri: str = "") -> AskedQuote | None:
    """What one of our people asked with the QuoteRequest *request_uri*, else for the post *instrument_uri*. None when nothing was asked."""
    row = await node.database.row(
        f"{_QUOTE} WHERE a.host = '' AND q.request_uri <> '' AND p.deleted_at IS NULL AND (q.request_uri = ? OR p.uri = ?)"
        " ORDER BY CASE WHEN q.request_uri = ? THEN 0 ELSE 1 END LIMIT 1",
        request_uri, instrument_uri, request_uri,
    )  # fmt: skip
    if row is None or row["quoted_account_id"] is None:
        return None
    return AskedQuote(row["post_id"], row["quoted_account_id"])


async def stamp_for_server(node: Node, host: str, quote_id: int) -> ShownStamp:
    """A stamp as the node *host* may have it: whoever may have the quoted post, and the quoting one where that is ours too. Raises NotFound."""
    row = await node.database.row(f"{_QUOTE} WHERE q.id = ?", quote_id)
    if row is None or row["state"] != "accepted" or row["deleted_at"] is not None or row["quoted_id"] is None:
        raise NotFound
    quoted = await posts.for_server(node, host, row["quoted_id"])
    if not row["host"]:
        await posts.for_server(node, host, row["post_id"])
    return ShownStamp(row["approval_uri"], quoted.author.uri, row["post_uri"], quoted.uri)
