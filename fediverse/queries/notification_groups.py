"""What a person was told, with likes and boosts of one post, and follows, shown as one. However long the page, a handful of queries.

A group stands where its newest notification below the page's upper bound stands (for pages that go up from `min_id`: its oldest above the bound); so one
that goes on beyond the page comes again on the next, under the same key, and clients join the parts.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from fediverse.clock import from_ms
from fediverse.database.database import Row, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.queries.load import account_views
from fediverse.queries.notifications import LARGEST_ID, last_read, notification_views, shown_to, within
from fediverse.queries.paging import page_rows
from fediverse.queries.views import AccountView, Edge, NotificationView, Page

GROUPED = ("favourite", "reblog", "follow", "admin.sign_up")
UNGROUPED = "ungrouped-"
MAX_SAMPLES = 8


@dataclass(frozen=True, slots=True)
class NotificationGroupView:
    """Notifications that are shown as one. `newest` stands for them; `count` and `accounts` (the newest few) speak of all up to the page's end.

    `page_min_id`, `page_max_id` and `latest_at` are those of the part that lies on the page.
    """

    key: str
    newest: NotificationView
    newest_id: int
    count: int
    accounts: tuple[AccountView, ...]
    page_min_id: int
    page_max_id: int
    latest_at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which notifications. *kinds*: None for all; *grouped*: kinds that are shown as one."""

    kinds: tuple[str, ...] | None = None
    excluded: tuple[str, ...] = ()
    from_account: int | None = None
    with_filtered: bool = False
    grouped: tuple[str, ...] = GROUPED


EVERYTHING = Wanted()


async def groups(node: Node, viewer: int, page: Page, wanted: Wanted = EVERYTHING) -> list[NotificationGroupView]:
    """Newest first."""
    page = within(page)
    conditions, values = _shown(viewer, wanted)
    alone, alone_values = _first_of_its_group(page, wanted)
    rows = await page_rows(
        node,
        f"SELECT n.* FROM notification n WHERE {conditions} AND {alone}",
        [*values, *alone_values],
        page,
        key="n.id",
    )
    views = await notification_views(node, viewer, rows)
    if not rows:
        return []
    return await _whole(node, viewer, views, wanted, _span(page, rows))


def _span(page: Page, rows: Sequence[Row]) -> tuple[int, int]:
    """The least and the greatest id that lie on the page: beyond the last of its groups, too, where nothing comes after it."""
    least, greatest = rows[-1]["id"], rows[0]["id"]
    if len(rows) == page.limit:
        return least, greatest
    if page.min_id is not None:
        return least, LARGEST_ID if page.max_id is None else page.max_id - 1
    return (page.since_id or 0) + 1, greatest


async def group(node: Node, viewer: int, key: str) -> NotificationGroupView:
    """All of it. Raises NotFound, also for what is put aside and only one of which is named."""
    conditions, values = _shown(viewer, Wanted(with_filtered=True))
    named, named_values = _named(key)
    rows = await node.database.rows(
        f"SELECT n.* FROM notification n WHERE {conditions} AND {named} ORDER BY n.id DESC LIMIT 1",
        *values,
        *named_values,
    )
    views = await notification_views(node, viewer, rows)
    if not views:
        raise NotFound
    newest = views[0].id
    wanted = Wanted(with_filtered=True, grouped=() if key.startswith(UNGROUPED) else GROUPED)
    return (await _whole(node, viewer, views, wanted, (0, newest)))[0]


async def accounts_of(node: Node, viewer: int, key: str, page: Page) -> list[Edge[AccountView]]:
    """Who did it, the latest first; the cursors are ids of notifications. Raises NotFound."""
    await group(node, viewer, key)
    conditions, values = _shown(viewer, Wanted(with_filtered=True))
    named, named_values = _named(key)
    rows = await page_rows(
        node,
        f"SELECT n.id, n.from_account_id FROM notification n WHERE {conditions} AND {named}",
        [*values, *named_values],
        within(page),
        key="n.id",
    )
    people = await account_views(node, (row["from_account_id"] for row in rows))
    return [Edge(row["id"], people[row["from_account_id"]]) for row in rows if row["from_account_id"] in people]


async def unread_count(node: Node, viewer: int, limit: int, wanted: Wanted = EVERYTHING) -> int:
    """Groups with something above the viewer's own marker, at most *limit*."""
    conditions, values = _shown(viewer, wanted)
    page = Page(limit, since_id=await last_read(node, viewer))
    alone, alone_values = _first_of_its_group(page, wanted)
    select = f"SELECT n.id FROM notification n WHERE {conditions} AND {alone}"
    return len(await page_rows(node, select, [*values, *alone_values], page, key="n.id"))


def _shown(viewer: int, wanted: Wanted) -> tuple[str, list[object]]:
    return shown_to(viewer, wanted.kinds, wanted.excluded, wanted.from_account, with_filtered=wanted.with_filtered)


def _first_of_its_group(page: Page, wanted: Wanted) -> tuple[str, list[object]]:
    """Condition on `n`: within the page's bounds nothing of its group is nearer to where the page begins."""
    if not wanted.grouped:
        return "1 = 1", []
    upwards = page.min_id is not None
    conditions = [
        "h.account_id = n.account_id",
        "h.group_key = n.group_key",
        "h.kind = n.kind",
        f"h.id {'<' if upwards else '>'} n.id",
    ]
    values: list[object] = []
    for bound, sign in ((page.max_id, "<"), (page.since_id, ">"), (page.min_id, ">")):
        if bound is not None:
            conditions.append(f"h.id {sign} ?")
            values.append(bound)
    if wanted.from_account is not None:
        conditions.append("h.from_account_id = ?")
        values.append(wanted.from_account)
    if not wanted.with_filtered:
        conditions.append("NOT h.filtered")
    conditions.append("(SELECT ha.suspended_at FROM account ha WHERE ha.id = h.from_account_id) IS NULL")
    nearer = f"SELECT 1 FROM notification h WHERE {' AND '.join(conditions)}"
    return (
        f"(n.group_key = '' OR n.kind NOT IN ({marks(wanted.grouped)}) OR NOT EXISTS ({nearer}))",
        [*wanted.grouped, *values],
    )


def _named(key: str) -> tuple[str, list[object]]:
    """Condition on `n`: it is of the group *key*."""
    if not key.startswith(UNGROUPED):
        return "n.group_key = ?", [key]
    number = key.removeprefix(UNGROUPED)
    if not (number.isascii() and number.isdigit() and len(number) < 19 and int(number) <= LARGEST_ID):
        raise NotFound
    return "n.id = ?", [int(number)]


async def _whole(
    node: Node, viewer: int, views: Sequence[NotificationView], wanted: Wanted, span: tuple[int, int]
) -> list[NotificationGroupView]:
    """*views*, each with its group; *span*: the least and the greatest id on the page."""
    keys = [view.group_key for view in views if view.group_key and view.kind in wanted.grouped]
    figures = await _figures(node, viewer, keys, wanted, span)
    samples = await _samples(node, viewer, keys, wanted, span[1])
    people = await account_views(node, (number for numbers in samples.values() for number in numbers))
    found = []
    for view in views:
        alone = _alone(view)
        row = figures.get(view.group_key) if view.kind in wanted.grouped else None
        if row is None:
            found.append(alone)
            continue
        found.append(
            replace(
                alone,
                key=view.group_key,
                newest_id=row["newest"],
                count=row["many"],
                accounts=tuple(people[number] for number in samples[view.group_key] if number in people),
                page_min_id=row["page_min"],
                page_max_id=row["newest"],
                latest_at=from_ms(row["latest_at"]),
            )
        )
    return found


def _alone(view: NotificationView) -> NotificationGroupView:
    return NotificationGroupView(
        f"{UNGROUPED}{view.id}", view, view.id, 1, (view.account,), view.id, view.id, view.created_at
    )


def _within(viewer: int, keys: Sequence[str], wanted: Wanted, newest: int) -> tuple[str, list[object]]:
    """The members of groups: one that is shown shows what all of them tell of, so that is not asked again for each."""
    conditions = f"n.account_id = ? AND n.group_key IN ({marks(keys)}) AND n.id <= ?"
    values: list[object] = [viewer, *keys, newest]
    if not wanted.with_filtered:
        conditions += " AND NOT n.filtered"
    if wanted.from_account is not None:
        conditions += " AND n.from_account_id = ?"
        values.append(wanted.from_account)
    return f"{conditions} AND (SELECT fa.suspended_at FROM account fa WHERE fa.id = n.from_account_id) IS NULL", values


async def _figures(
    node: Node, viewer: int, keys: Sequence[str], wanted: Wanted, span: tuple[int, int]
) -> dict[str, Row]:
    if not keys:
        return {}
    conditions, values = _within(viewer, keys, wanted, span[1])
    rows = await node.database.rows(
        "SELECT n.group_key, count(*) AS many, MAX(n.id) AS newest, MAX(n.created_at) AS latest_at,"
        f" MIN(CASE WHEN n.id >= ? THEN n.id END) AS page_min FROM notification n WHERE {conditions} GROUP BY n.group_key",
        span[0],
        *values,
    )
    return {row["group_key"]: row for row in rows}


async def _samples(node: Node, viewer: int, keys: Sequence[str], wanted: Wanted, newest: int) -> dict[str, list[int]]:
    """The latest few who did it, by group."""
    found: dict[str, list[int]] = defaultdict(list)
    if not keys:
        return found
    conditions, values = _within(viewer, keys, wanted, newest)
    rows = await node.database.rows(
        "SELECT g.group_key, g.from_account_id FROM (SELECT n.group_key, n.from_account_id, n.id,"
        " ROW_NUMBER() OVER (PARTITION BY n.group_key ORDER BY n.id DESC) AS place"
        f" FROM notification n WHERE {conditions}) g WHERE g.place <= {MAX_SAMPLES} ORDER BY g.id DESC",
        *values,
    )
    for row in rows:
        found[row["group_key"]].append(row["from_account_id"])
    return found
