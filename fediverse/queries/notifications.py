"""What a person was told. A notification whose post is gone or hidden by now is left out."""

from collections.abc import Sequence

from fediverse.clock import from_ms
from fediverse.database.database import Row, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.policy.visibility import seen_by_person
from fediverse.queries.load import account_views, post_views
from fediverse.queries.paging import page_rows
from fediverse.queries.views import MarkerView, NotificationView, Page


async def notifications(
    node: Node,
    viewer: int,
    page: Page,
    kinds: Sequence[str] | None = None,
    excluded: Sequence[str] = (),
    from_account: int | None = None,
) -> list[NotificationView]:
    conditions, values = _shown_to(viewer)
    if kinds is not None:
        conditions += f" AND n.kind IN ({marks(kinds)})" if kinds else " AND 1 = 0"
        values += kinds
    if excluded:
        conditions += f" AND n.kind NOT IN ({marks(excluded)})"
        values += excluded
    if from_account is not None:
        conditions += " AND n.from_account_id = ?"
        values.append(from_account)
    rows = await page_rows(node, f"SELECT n.* FROM notification n WHERE {conditions}", values, page, key="n.id")
    return await _views(node, viewer, rows)


async def notification(node: Node, viewer: int, notification_id: int) -> NotificationView:
    conditions, values = _shown_to(viewer)
    rows = await node.database.rows(
        f"SELECT n.* FROM notification n WHERE {conditions} AND n.id = ?", *values, notification_id
    )
    found = await _views(node, viewer, rows)
    if not found:
        raise NotFound
    return found[0]


async def unread_count(node: Node, viewer: int, limit: int) -> int:
    """Notifications above the viewer's own marker, at most *limit*."""
    conditions, values = _shown_to(viewer)
    read = await node.database.value(
        "SELECT last_read_id FROM marker WHERE account_id = ? AND timeline = 'notifications'", viewer
    )
    last = int(read) if read and str(read).isdigit() else 0
    rows = await node.database.rows(
        f"SELECT n.id FROM notification n WHERE {conditions} AND n.id > ? LIMIT ?", *values, last, limit
    )
    return len(rows)


async def markers(node: Node, viewer: int, timelines: Sequence[str]) -> list[MarkerView]:
    if not timelines:
        return []
    rows = await node.database.rows(
        f"SELECT * FROM marker WHERE account_id = ? AND timeline IN ({marks(timelines)}) ORDER BY timeline",
        viewer,
        *timelines,
    )
    return [
        MarkerView(row["timeline"], row["last_read_id"], row["version"], from_ms(row["updated_at"])) for row in rows
    ]


def _shown_to(viewer: int) -> tuple[str, list[object]]:
    seen, values = seen_by_person(viewer)
    return (
        f"n.account_id = ? AND (n.post_id = 0 OR EXISTS (SELECT 1 FROM post p WHERE p.id = n.post_id AND {seen}))",
        [viewer, *values],
    )


async def _views(node: Node, viewer: int, rows: list[Row]) -> list[NotificationView]:
    accounts = await account_views(node, (row["from_account_id"] for row in rows))
    posts = {
        post.id: post
        for post in await post_views(node, viewer, list({row["post_id"] for row in rows if row["post_id"]}))
    }
    return [
        NotificationView(
            row["id"],
            row["kind"],
            from_ms(row["created_at"]),
            accounts[row["from_account_id"]],
            posts.get(row["post_id"]),
        )
        for row in rows
        if row["from_account_id"] in accounts and (not row["post_id"] or row["post_id"] in posts)
    ]
