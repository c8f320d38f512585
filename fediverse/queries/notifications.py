"""What a person was told. A notification whose post is gone or hidden by now is left out, and so is one from somebody who was suspended since."""

from collections.abc import Sequence
from dataclasses import replace

from fediverse.clock import from_ms
from fediverse.database.database import Row, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.policy.visibility import seen_by_person
from fediverse.queries.filters import with_filters
from fediverse.queries.load import account_views, post_views
from fediverse.queries.moderation import severances_by_id, warnings_by_id
from fediverse.queries.paging import page_rows
from fediverse.queries.reports import reports_by_id
from fediverse.queries.views import MarkerView, NotificationView, Page

ABOUT_A_POST = ("mention", "status", "reblog", "favourite", "update", "poll", "quote", "quoted_update")
ABOUT_A_PERSON = ("follow", "follow_request", "admin.sign_up")
KINDS = (*ABOUT_A_POST, *ABOUT_A_PERSON, "admin.report", "severed_relationships", "moderation_warning")
LARGEST_ID = 2**31 - 1
"""Ids of notifications are small, and so is what the database compares them with; clients may send any number."""
_STAFF = "EXISTS (SELECT 1 FROM local_user ju WHERE ju.account_id = n.account_id AND ju.role IN ('admin', 'moderator'))"


async def notifications(
    node: Node,
    viewer: int,
    page: Page,
    kinds: Sequence[str] | None = None,
    excluded: Sequence[str] = (),
    from_account: int | None = None,
    *,
    with_filtered: bool = False,
) -> list[NotificationView]:
    conditions, values = shown_to(viewer, kinds, excluded, from_account, with_filtered=with_filtered)
    rows = await page_rows(node, f"SELECT n.* FROM notification n WHERE {conditions}", values, within(page), key="n.id")
    return await notification_views(node, viewer, rows)


def within(page: Page) -> Page:
    """*page* with bounds that an id of a notification can be compared with."""

    def least(bound: int | None) -> int | None:
        return None if bound is None else min(bound, LARGEST_ID)

    return replace(page, max_id=least(page.max_id), since_id=least(page.since_id), min_id=least(page.min_id))


async def notification(node: Node, viewer: int, notification_id: int) -> NotificationView:
    """Also one that was put aside. Raises NotFound."""
    found = await notifications_by_id(node, viewer, [notification_id], with_filtered=True)
    if not found:
        raise NotFound
    return found[0]


async def notifications_by_id(
    node: Node, viewer: int, ids: Sequence[int], *, with_filtered: bool = False
) -> list[NotificationView]:
    """Those that the viewer is shown, oldest first."""
    possible = [number for number in ids if number <= LARGEST_ID]
    if not possible:
        return []
    conditions, values = shown_to(viewer, with_filtered=with_filtered)
    rows = await node.database.rows(
        f"SELECT n.* FROM notification n WHERE {conditions} AND n.id IN ({marks(possible)}) ORDER BY n.id",
        *values,
        *possible,
    )
    return await notification_views(node, viewer, rows)


async def unread_count(
    node: Node,
    viewer: int,
    limit: int,
    kinds: Sequence[str] | None = None,
    excluded: Sequence[str] = (),
    from_account: int | None = None,
) -> int:
    """Notifications above the viewer's own marker, at most *limit*."""
    conditions, values = shown_to(viewer, kinds, excluded, from_account)
    rows = await node.database.rows(
        f"SELECT n.id FROM notification n WHERE {conditions} AND n.id > ? LIMIT ?",
        *values,
        await last_read(node, viewer),
        limit,
    )
    return len(rows)


async def last_read(node: Node, viewer: int) -> int:
    """The newest notification that the viewer has read, whatever program told us so."""
    read = await node.database.value(
        "SELECT last_read_id FROM marker WHERE account_id = ? AND timeline = 'notifications'", viewer
    )
    return min(int(read), LARGEST_ID) if read and str(read).isdigit() else 0


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


def shown_to(
    viewer: int,
    kinds: Sequence[str] | None = None,
    excluded: Sequence[str] = (),
    from_account: int | None = None,
    *,
    with_filtered: bool = False,
) -> tuple[str, list[object]]:
    """Condition on the notification table's alias `n`."""
    conditions, values = _still_there(viewer)
    if not with_filtered:
        conditions += " AND NOT n.filtered"
    if kinds is not None:
        conditions += f" AND n.kind IN ({marks(kinds)})" if kinds else " AND 1 = 0"
        values += kinds
    if excluded:
        conditions += f" AND n.kind NOT IN ({marks(excluded)})"
        values += excluded
    if from_account is not None:
        conditions += " AND n.from_account_id = ?"
        values.append(from_account)
    return conditions, values


def _still_there(viewer: int) -> tuple[str, list[object]]:
    """What it tells of is there and may be seen; moderators' matters are for moderators."""
    seen, values = seen_by_person(viewer)
    things = (
        f"(n.kind IN {ABOUT_A_POST} AND EXISTS (SELECT 1 FROM post p WHERE p.id = n.post_id AND {seen}))",
        "n.kind IN ('follow', 'follow_request')",
        f"(n.kind = 'admin.sign_up' AND {_STAFF})",
        f"(n.kind = 'admin.report' AND {_STAFF} AND EXISTS (SELECT 1 FROM report jr WHERE jr.id = n.post_id))",
        "(n.kind = 'moderation_warning' AND EXISTS (SELECT 1 FROM account_warning jw WHERE jw.id = n.post_id))",
        "(n.kind = 'severed_relationships' AND EXISTS (SELECT 1 FROM severance js WHERE js.id = n.post_id))",
    )
    suspended = "(SELECT fa.suspended_at FROM account fa WHERE fa.id = n.from_account_id)"
    return f"n.account_id = ? AND {suspended} IS NULL AND ({' OR '.join(things)})", [viewer, *values]


async def notification_views(node: Node, viewer: int, rows: Sequence[Row]) -> list[NotificationView]:
    """In a fixed number of queries, in the order of *rows*; one that lacks what its kind tells of is left out."""

    def things(*kinds: str) -> list[int]:
        return list({row["post_id"] for row in rows if row["kind"] in kinds})

    accounts = await account_views(node, (row["from_account_id"] for row in rows))
    found = await post_views(node, viewer, things(*ABOUT_A_POST))
    posts = {post.id: post for post in await with_filters(node, viewer, found, "notifications")}
    reports = {report.id: report for report in await reports_by_id(node, viewer, things("admin.report"))}
    warnings = await warnings_by_id(node, things("moderation_warning"))
    severances = await severances_by_id(node, things("severed_relationships"))
    views = [
        NotificationView(
            id=row["id"],
            kind=row["kind"],
            created_at=from_ms(row["created_at"]),
            account=accounts[row["from_account_id"]],
            post=posts.get(row["post_id"]) if row["kind"] in ABOUT_A_POST else None,
            group_key=row["group_key"],
            filtered=bool(row["filtered"]),
            report=reports.get(row["post_id"]) if row["kind"] == "admin.report" else None,
            warning=warnings.get(row["post_id"]) if row["kind"] == "moderation_warning" else None,
            severance=severances.get(row["post_id"]) if row["kind"] == "severed_relationships" else None,
        )
        for row in rows
        if row["from_account_id"] in accounts
    ]
    return [view for view in views if _is_whole(view)]


def _is_whole(view: NotificationView) -> bool:
    return view.kind in ABOUT_A_PERSON or any(
        one is not None for one in (view.post, view.report, view.warning, view.severance)
    )
