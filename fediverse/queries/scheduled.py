"""Posts that their author wrote for later. Nobody else ever sees one; somebody else's is NotFound like one that does not exist."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from fediverse.clock import from_ms, to_ms
from fediverse.database.database import Row, json_of, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.queries.load import media_views
from fediverse.queries.paging import page_rows
from fediverse.queries.views import Page, ScheduledView


async def scheduled(node: Node, viewer: int, scheduled_id: int) -> ScheduledView:
    rows = await node.database.rows(
        "SELECT * FROM scheduled_post WHERE id = ? AND account_id = ?", scheduled_id, viewer
    )
    if not rows:
        raise NotFound
    [view] = await _views(node, rows)
    return view


async def all_scheduled(node: Node, viewer: int, page: Page) -> list[ScheduledView]:
    """The newest written first, whenever they are due."""
    select = "SELECT s.* FROM scheduled_post s WHERE s.account_id = ?"
    return await _views(node, await page_rows(node, select, [viewer], page, key="s.id"))


async def scheduled_count(node: Node, account_id: int) -> int:
    return int(await node.database.value("SELECT count(*) FROM scheduled_post WHERE account_id = ?", account_id))


async def scheduled_count_on(node: Node, account_id: int, moment: datetime, but: int) -> int:
    """How many the account has for the day (UTC) of *moment*, besides *but*."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return int(
        await node.database.value(
            "SELECT count(*) FROM scheduled_post WHERE account_id = ? AND due_at >= ? AND due_at < ? AND id <> ?",
            account_id, to_ms(day), to_ms(day) + int(timedelta(days=1).total_seconds() * 1000), but,
        )
    )  # fmt: skip


async def _views(node: Node, rows: Sequence[Row]) -> list[ScheduledView]:
    numbers = [row["id"] for row in rows]
    kept = await media_views(node, f"m.scheduled_id IN ({marks(numbers)})", *numbers) if numbers else []
    media = {view.id: view for view in kept}
    return [
        ScheduledView(
            id=row["id"],
            account_id=row["account_id"],
            due_at=from_ms(row["due_at"]),
            params=json_of(row["params"]),
            media=tuple(media[number] for number in json_of(row["media_ids"]) if number in media),
            application_id=row["application_id"],
            problem=row["problem"],
            created_at=from_ms(row["created_at"]),
        )
        for row in rows
    ]
