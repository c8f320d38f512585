"""A person's policy for notifications, and whoever waits because of it to be let in."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fediverse.clock import from_ms
from fediverse.database.database import Row, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.policy.notifications import DEFAULTS, SORTS
from fediverse.queries.load import account_views, post_views
from fediverse.queries.paging import page_rows
from fediverse.queries.views import AccountView, Page, PostView

_ACTIVE = "(SELECT fa.suspended_at FROM account fa WHERE fa.id = r.from_account_id) IS NULL"


@dataclass(frozen=True, slots=True)
class NotificationPolicyView:
    """What becomes of each sort (`policy.notifications.SORTS`): accept, filter or drop; and how much waits."""

    outcomes: Mapping[str, str]
    pending_requests: int
    pending_notifications: int


@dataclass(frozen=True, slots=True)
class NotificationRequestView:
    """Somebody whose notifications were put aside, until the person lets that one in or not."""

    id: int
    account: AccountView
    last_post: PostView | None
    notifications_count: int
    created_at: datetime
    updated_at: datetime


async def policy(node: Node, viewer: int) -> NotificationPolicyView:
    row = await node.database.row("SELECT * FROM notification_policy WHERE account_id = ?", viewer) or DEFAULTS
    counted = await node.database.row(
        "SELECT (SELECT count(*) FROM notification_request r WHERE r.account_id = ?) AS requests,"
        " (SELECT count(*) FROM notification n WHERE n.account_id = ? AND n.filtered) AS notifications",
        viewer,
        viewer,
    )
    assert counted is not None
    return NotificationPolicyView({sort: row[sort] for sort in SORTS}, counted["requests"], counted["notifications"])


async def requests(node: Node, viewer: int, page: Page) -> list[NotificationRequestView]:
    select = f"SELECT r.* FROM notification_request r WHERE r.account_id = ? AND {_ACTIVE}"
    return await _views(node, viewer, await page_rows(node, select, [viewer], page, key="r.id"))


async def request(node: Node, viewer: int, request_id: int) -> NotificationRequestView:
    """Raises NotFound."""
    rows = await node.database.rows(
        f"SELECT r.* FROM notification_request r WHERE r.account_id = ? AND r.id = ? AND {_ACTIVE}", viewer, request_id
    )
    found = await _views(node, viewer, rows)
    if not found:
        raise NotFound
    return found[0]


async def _views(node: Node, viewer: int, rows: Sequence[Row]) -> list[NotificationRequestView]:
    if not rows:
        return []
    senders = [row["from_account_id"] for row in rows]
    people = await account_views(node, senders)
    posts = {
        post.id: post
        for post in await post_views(node, viewer, [row["last_post_id"] for row in rows if row["last_post_id"]])
    }
    counts: dict[int, int] = defaultdict(int)
    for row in await node.database.rows(
        "SELECT n.from_account_id, count(*) AS many FROM notification n WHERE n.account_id = ? AND n.filtered"
        f" AND n.from_account_id IN ({marks(senders)}) GROUP BY n.from_account_id",
        viewer,
        *senders,
    ):
        counts[row["from_account_id"]] = row["many"]
    return [
        NotificationRequestView(
            row["id"],
            people[row["from_account_id"]],
            posts.get(row["last_post_id"]),
            counts[row["from_account_id"]],
            from_ms(row["created_at"]),
            from_ms(row["updated_at"]),
        )
        for row in rows
        if row["from_account_id"] in people
    ]
