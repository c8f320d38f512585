"""Dismiss notifications, and remember how far a person has read."""

from fediverse.clock import from_ms, to_ms
from fediverse.errors import Invalid, NotFound
from fediverse.node import Node
from fediverse.queries.views import MarkerView

TIMELINES = ("home", "notifications")


async def dismiss(node: Node, account_id: int, notification_id: int) -> None:
    if not await node.database.rows(
        "DELETE FROM notification WHERE id = ? AND account_id = ? RETURNING id", notification_id, account_id
    ):
        raise NotFound


async def clear(node: Node, account_id: int) -> None:
    await node.database.execute("DELETE FROM notification WHERE account_id = ?", account_id)


async def set_marker(node: Node, account_id: int, timeline: str, last_read_id: str) -> MarkerView:
    """How far *timeline* has been read. A marker never moves back."""
    if timeline not in TIMELINES or not last_read_id.isdigit() or len(last_read_id) > 20:
        raise Invalid("Validation failed: Write home or notifications, and the id of the last item that was read")
    async with node.database.transaction():
        now = to_ms(node.clock.now())
        before = await node.database.row(
            "SELECT * FROM marker WHERE account_id = ? AND timeline = ?", account_id, timeline
        )
        if before is None:
            await node.database.insert(
                "marker",
                {
                    "account_id": account_id,
                    "timeline": timeline,
                    "last_read_id": last_read_id,
                    "version": 1,
                    "updated_at": now,
                },
            )
            return MarkerView(timeline, last_read_id, 1, from_ms(now))
        if int(last_read_id) <= int(before["last_read_id"]):
            return MarkerView(timeline, before["last_read_id"], before["version"], from_ms(before["updated_at"]))
        version = before["version"] + 1
        await node.database.execute(
            "UPDATE marker SET last_read_id = ?, version = ?, updated_at = ? WHERE id = ?",
            last_read_id,
            version,
            now,
            before["id"],
        )
        return MarkerView(timeline, last_read_id, version, from_ms(now))
