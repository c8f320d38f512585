"""Questions about single posts and their threads. Unknown and hidden are the same answer: NotFound."""

from collections.abc import Sequence

from fediverse.clock import from_ms
from fediverse.database.database import json_of, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.policy.domains import Direction, Reach
from fediverse.policy.hosts import same_origin
from fediverse.policy.visibility import seen_by_person, seen_by_server
from fediverse.queries.bare import bare_post_view
from fediverse.queries.load import EVERYTHING, media_views, ordered_accounts, post_views
from fediverse.queries.paging import page_rows
from fediverse.queries.views import AccountView, ContextView, Edge, EditView, Page, PostView

MAX_THREAD = 4096
_CLAIMS = 200  # of posts that name one page, those that are looked at


async def post(node: Node, viewer: int | None, post_id: int) -> PostView:
    found = await post_views(node, viewer, [post_id])
    if not found:
        raise NotFound
    return found[0]


async def bare_post(node: Node, viewer: int, post_id: int) -> PostView:
    """A post without its media, mentions, tags and what the viewer did to it: for verbs and rules that judge and do not show. Raises NotFound."""
    found = await bare_post_view(node, viewer, "id", post_id)
    if found is None:
        raise NotFound
    return found


async def bare_post_by_uri(node: Node, viewer: int, uri: str) -> PostView:
    """The same by the post's id on the wire. Raises NotFound."""
    found = await bare_post_view(node, viewer, "uri", uri)
    if found is None:
        raise NotFound
    return found


async def posts(node: Node, viewer: int | None, ids: Sequence[int]) -> list[PostView]:
    """Posts in the order of *ids*; hidden and unknown ones are left out."""
    return await post_views(node, viewer, ids)


async def by_uri(node: Node, viewer: int, uri: str) -> PostView | None:
    """The post with this id, or whose own server shows it at this page, if the viewer may see it."""
    number = await id_at(node, uri)
    found = await post_views(node, viewer, [number]) if number is not None else []
    return found[0] if found else None


async def id_at(node: Node, address: str) -> int | None:
    """The post with this id, else the one that its own server shows at this page. A page of another server is only its author's word, and finds nothing:
    or anybody could stand in for somebody else's post.
    """
    rows = await node.database.rows(
        "SELECT id, uri FROM post WHERE uri = ? OR url = ? ORDER BY CASE WHEN uri = ? THEN 0 ELSE 1 END, id LIMIT ?",
        address, address, address, _CLAIMS,
    )  # fmt: skip
    known = (row["id"] for row in rows if row["uri"] == address or same_origin(row["uri"], address, allow_http=True))
    return next(known, None)


async def id_of_uri(node: Node, uri: str) -> int | None:
    """The id of a post that is known and not deleted, whoever may see it. For verbs that ask permission themselves."""
    found: int | None = await node.database.value("SELECT id FROM post WHERE uri = ? AND deleted_at IS NULL", uri)
    return found


async def group_of_uri(node: Node, uri: str) -> int | None:
    """The group that a known post stands in, deleted or not."""
    found: int | None = await node.database.value("SELECT group_id FROM post WHERE uri = ?", uri)
    return found


async def author_of_uri(node: Node, uri: str) -> int | None:
    """Whose a known post is."""
    found: int | None = await node.database.value("SELECT author_id FROM post WHERE uri = ?", uri)
    return found


async def of_our_own(node: Node, post_id: int) -> PostView:
    """A post as it is, for building what we send. Never for an answer to somebody."""
    found = await post_views(node, None, [post_id], EVERYTHING)
    if not found:
        raise NotFound
    return found[0]


async def for_server(node: Node, host: str, post_id: int) -> PostView:
    """A post of our people as the node *host* may have it at this moment."""
    reach = await reach_of(node, host)
    if reach is None:
        raise NotFound
    found = await post_views(node, None, [post_id], seen_by_server(host, reach))
    if not found:
        raise NotFound
    return found[0]


async def outbox_for_server(node: Node, host: str, account_id: int, page: Page) -> list[PostView]:
    """What an account posted and boosted that the node *host* may have, public and unlisted only, newest first."""
    reach = await reach_of(node, host)
    if reach is None:
        return []
    seen, values = seen_by_server(host, reach)
    select = (
        f"SELECT p.id AS id FROM post p WHERE p.author_id = ? AND p.visibility IN ('public', 'unlisted') AND {seen}"
    )
    rows = await page_rows(node, select, [account_id, *values], page, key="p.id")
    return await post_views(node, None, [row["id"] for row in rows], (seen, values))


async def featured_for_server(node: Node, host: str, account_id: int) -> list[PostView]:
    reach = await reach_of(node, host)
    if reach is None:
        return []
    seen, values = seen_by_server(host, reach)
    rows = await node.database.rows(
        f"SELECT p.id AS id FROM pin JOIN post p ON p.id = pin.post_id WHERE pin.account_id = ? AND {seen} ORDER BY pin.id DESC",
        account_id, *values,
    )  # fmt: skip
    return await post_views(node, None, [row["id"] for row in rows], (seen, values))


async def reach_of(node: Node, host: str) -> Reach | None:
    """How far our posts reach *host* by the rules of this moment; None when it may not ask at all."""
    verdict = await node.rules.decide(Direction.IN_GET, "post", host)
    if not verdict.allowed or verdict.rule is None:
        return None
    return verdict.rule.reach


async def context(node: Node, viewer: int, post_id: int) -> ContextView:
    """The thread around a post, as far as the viewer may see it. Raises NotFound when the post itself is hidden."""
    focus = await post(node, viewer, post_id)
    focus = focus.boost_of or focus
    seen, values = seen_by_person(viewer)
    rows = await node.database.rows(
        f"SELECT p.id, p.reply_to_id FROM post p WHERE p.root_id = ? AND p.boost_of_id IS NULL AND {seen} ORDER BY p.id LIMIT ?",
        focus.root_id, *values, MAX_THREAD,
    )  # fmt: skip
    parents = {row["id"]: row["reply_to_id"] for row in rows}
    children: dict[int, list[int]] = {}
    for number, parent in parents.items():
        if parent is not None:
            children.setdefault(parent, []).append(number)
    ancestors = await post_views(node, viewer, _upwards(parents, focus.id))
    descendants = await post_views(node, viewer, _downwards(children, focus.id))
    return ContextView(tuple(ancestors), tuple(descendants))


def _upwards(parents: dict[int, int | None], start: int) -> list[int]:
    chain: list[int] = []
    current = parents.get(start)
    while current is not None and current in parents and current not in chain:
        chain.append(current)
        current = parents[current]
    return chain[::-1]


def _downwards(children: dict[int, list[int]], start: int) -> list[int]:
    """Depth first: each answer is followed by the answers to it."""
    order: list[int] = []
    waiting = children.get(start, [])[::-1]
    known = {start}
    while waiting:
        current = waiting.pop()
        if current not in known:
            known.add(current)
            order.append(current)
            waiting += children.get(current, [])[::-1]
    return order


async def history(node: Node, viewer: int, post_id: int) -> list[EditView]:
    """Everything the post ever said, the original first and the present last."""
    current = await post(node, viewer, post_id)
    rows = await node.database.rows("SELECT * FROM post_edit WHERE post_id = ? ORDER BY id", post_id)
    media_ids = sorted({int(item["id"]) for row in rows for item in json_of(row["media"])})
    attached = await media_views(node, f"m.id IN ({marks(media_ids)})", *media_ids) if media_ids else []
    known = {view.id: view for view in attached}
    edits = [
        EditView(
            content=row["content"],
            source=row["source"],
            summary=row["summary"],
            sensitive=bool(row["sensitive"]),
            created_at=from_ms(row["created_at"]),
            media=tuple(known[int(item["id"])] for item in json_of(row["media"]) if int(item["id"]) in known),
            poll=tuple(json_of(row["poll_options"])),
        )
        for row in rows
    ]
    now = EditView(
        current.content,
        current.source,
        current.summary,
        current.sensitive,
        current.edited_at or current.created_at,
        current.media,
        tuple(option.title for option in current.poll.options) if current.poll else (),
    )
    return [*edits, now]


async def liked_by(node: Node, viewer: int, post_id: int, page: Page) -> list[Edge[AccountView]]:
    await post(node, viewer, post_id)
    select = "SELECT r.id AS edge, r.account_id AS id FROM reaction r WHERE r.post_id = ?"
    return await account_edges(node, select, [post_id], page, key="r.id")


async def boosted_by(node: Node, viewer: int, post_id: int, page: Page) -> list[Edge[AccountView]]:
    await post(node, viewer, post_id)
    seen, values = seen_by_person(viewer)
    select = f"SELECT p.id AS edge, p.author_id AS id FROM post p WHERE p.boost_of_id = ? AND {seen}"
    return await account_edges(node, select, [post_id, *values], page, key="p.id")


async def account_edges(
    node: Node, select: str, values: list[object], page: Page, *, key: str
) -> list[Edge[AccountView]]:
    """Accounts that *select* answers as `id`, each with the `edge` to page by."""
    rows = await page_rows(node, select, values, page, key=key)
    views = {view.id: view for view in await ordered_accounts(node, [row["id"] for row in rows])}
    return [Edge(row["edge"], views[row["id"]]) for row in rows if row["id"] in views]
