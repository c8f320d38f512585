"""Questions about tags: how much one is used, which a person follows, which an account shows.

A tag that stands only on posts for some is as unknown as one that nobody ever used: its name alone may say too much.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from fediverse.clock import from_ms, to_ms
from fediverse.database.database import Row, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.queries.paging import page_rows
from fediverse.queries.views import Edge, FeaturedTagView, Page, TagView
from fediverse.text.scanning import whole_hashtag
from fediverse.text.tags import fold_tag

DAYS = 7
MAX_SUGGESTED = 10
_DAY_MS = 24 * 3600 * 1000
_WIDELY_SEEN = "p.visibility IN ('public', 'unlisted') AND p.deleted_at IS NULL"


async def tag(node: Node, viewer: int | None, name: str) -> TagView:
    """A tag with its use of the last seven days; also for one that nobody used yet. Raises NotFound for what can be none."""
    found = await find(node, viewer, name, 1, 0, exact=True)
    if found:
        return found[0]
    folded = fold_tag(name)
    if not whole_hashtag(folded):
        raise NotFound
    return (await _complete(node, viewer, [TagView(folded, 0, 0)]))[0]


async def find(
    node: Node, viewer: int | None, text: str, limit: int, offset: int, *, exact: bool = False
) -> list[TagView]:
    """Tags that begin with *text*, or are it, the most used first."""
    folded = fold_tag(text)
    if not folded or (not exact and len(folded.split()) > 1):
        return []
    pattern = folded.replace("!", "!!").replace("%", "!%").replace("_", "!_") + ("" if exact else "%")
    since = node.ids.floor(node.clock.now() - timedelta(days=DAYS))
    rows = await node.database.rows(
        "SELECT t.name, count(p.id) AS uses, count(DISTINCT p.author_id) AS accounts FROM tag t"
        " LEFT JOIN post_tag pt ON pt.tag_id = t.id AND pt.post_id > ?"
        " LEFT JOIN post p ON p.id = pt.post_id AND p.visibility = 'public' AND p.deleted_at IS NULL"
        " WHERE t.name LIKE ? ESCAPE '!' AND EXISTS (SELECT 1 FROM post_tag wt JOIN post wp ON wp.id = wt.post_id"
        " WHERE wt.tag_id = t.id AND wp.visibility IN ('public', 'unlisted') AND wp.deleted_at IS NULL)"
        " GROUP BY t.id, t.name ORDER BY count(p.id) DESC, t.name LIMIT ? OFFSET ?",
        since, pattern, limit, offset,
    )  # fmt: skip
    return await _complete(node, viewer, [TagView(row["name"], row["uses"], row["accounts"]) for row in rows])


async def followed(node: Node, viewer: int, page: Page) -> list[Edge[TagView]]:
    """The tags that the viewer follows, the latest first."""
    select = "SELECT ft.id AS edge, t.name FROM followed_tag ft JOIN tag t ON t.id = ft.tag_id WHERE ft.account_id = ?"
    rows = await page_rows(node, select, [viewer], page, key="ft.id")
    views = await _complete(node, viewer, [TagView(row["name"], 0, 0) for row in rows])
    return [Edge(row["edge"], view) for row, view in zip(rows, views, strict=True)]


async def featured(node: Node, viewer: int | None, account_id: int) -> list[FeaturedTagView]:  # noqa: ARG001 - viewer first, as everywhere
    """The tags that the account shows, the most used first. Only what everybody here may see is counted."""
    rows = await node.database.rows(
        "SELECT ft.id, t.name, a.username, a.domain, count(p.id) AS posts, max(p.created_at) AS last_at FROM featured_tag ft"
        " JOIN tag t ON t.id = ft.tag_id JOIN account a ON a.id = ft.account_id LEFT JOIN post_tag pt ON pt.tag_id = ft.tag_id"
        f" LEFT JOIN post p ON p.id = pt.post_id AND p.author_id = ft.account_id AND {_WIDELY_SEEN}"
        " WHERE ft.account_id = ? GROUP BY ft.id, t.name, a.username, a.domain ORDER BY count(p.id) DESC, ft.id",
        account_id,
    )
    return [_featured_view(row) for row in rows]


async def featured_named(node: Node, account_id: int, name: str) -> FeaturedTagView:
    """One of them by its name. Raises NotFound."""
    folded = fold_tag(name)
    found = next((view for view in await featured(node, account_id, account_id) if view.name == folded), None)
    if found is None:
        raise NotFound
    return found


async def suggested_to_feature(node: Node, viewer: int) -> list[TagView]:
    """What the viewer writes about most for everybody here and does not show yet."""
    rows = await node.database.rows(
        "SELECT t.name, count(p.id) AS uses FROM post p JOIN post_tag pt ON pt.post_id = p.id JOIN tag t ON t.id = pt.tag_id"
        f" WHERE p.author_id = ? AND {_WIDELY_SEEN}"
        " AND NOT EXISTS (SELECT 1 FROM featured_tag ft WHERE ft.account_id = ? AND ft.tag_id = t.id)"
        " GROUP BY t.id, t.name ORDER BY count(p.id) DESC, t.name LIMIT ?",
        viewer, viewer, MAX_SUGGESTED,
    )  # fmt: skip
    return await _complete(node, viewer, [TagView(row["name"], row["uses"], 1) for row in rows])


async def _complete(node: Node, viewer: int | None, views: Sequence[TagView]) -> list[TagView]:
    """The views with their days, and with what the viewer does with them: two queries, however many there are."""
    if not views:
        return []
    names = [view.name for view in views]
    listed = marks(names)
    today = to_ms(node.clock.now()) // _DAY_MS
    first = (today - DAYS + 1) * _DAY_MS
    days = await node.database.rows(
        "SELECT t.name, p.created_at / 86400000 AS day, count(*) AS uses, count(DISTINCT p.author_id) AS accounts FROM tag t"
        " JOIN post_tag pt ON pt.tag_id = t.id JOIN post p ON p.id = pt.post_id"
        f" WHERE t.name IN ({listed}) AND pt.post_id > ? AND p.created_at >= ? AND p.visibility = 'public' AND p.deleted_at IS NULL"
        " GROUP BY t.name, p.created_at / 86400000",
        *names, node.ids.floor(from_ms(first)), first,
    )  # fmt: skip
    used = {(row["name"], int(row["day"])): (row["uses"], row["accounts"]) for row in days}
    own = await node.database.rows(
        f"SELECT 'following' AS mark, t.name FROM followed_tag ft JOIN tag t ON t.id = ft.tag_id WHERE ft.account_id = ? AND t.name IN ({listed})"
        f" UNION ALL SELECT 'featuring', t.name FROM featured_tag ft JOIN tag t ON t.id = ft.tag_id WHERE ft.account_id = ? AND t.name IN ({listed})",
        viewer, *names, viewer, *names,
    ) if viewer is not None else []  # fmt: skip
    marked = {(row["mark"], row["name"]) for row in own}
    return [
        replace(
            view,
            history=tuple(used.get((view.name, today - past), (0, 0)) for past in range(DAYS)),
            following=("following", view.name) in marked,
            featuring=("featuring", view.name) in marked,
        )
        for view in views
    ]


def _featured_view(row: Row) -> FeaturedTagView:
    acct = f"{row['username']}@{row['domain']}" if row["domain"] else row["username"]
    last = from_ms(row["last_at"]) if row["last_at"] is not None else None
    return FeaturedTagView(row["id"], row["name"], acct, row["posts"], last)
