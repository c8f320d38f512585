"""Dismiss notifications, and remember how far a person has read."""

from fediverse.clock import from_ms, to_ms
from fediverse.errors import Conflict, Invalid, NotFound
from fediverse.node import Node
from fediverse.queries.notifications import LARGEST_ID
from fediverse.queries.views import MarkerView

TIMELINES = ("home", "notifications")


async def dismiss(node: Node, account_id: int, notification_id: int) -> None:
    """Raises NotFound."""
    if notification_id > LARGEST_ID or not await node.database.rows(
        "DELETE FROM notification WHERE id = ? AND account_id = ? RETURNING id", notification_id, account_id
    ):
        raise NotFound


async def dismiss_group(node: Node, account_id: int, key: str) -> None:
    """Everything under a key that `queries/notification_groups` gave. Raises NotFound."""
    if not await node.database.rows(
        "DELETE FROM notification WHERE account_id = ? AND group_key = ? RETURNING id", account_id, key
    ):
        raise NotFound


async def clear(node: Node, account_id: int) -> None:
    """What was put aside stays, for the person to look at."""
    await node.database.execute("DELETE FROM notification WHERE account_id = ? AND NOT filtered", account_id)


async def set_marker(node: Node, account_id: int, timeline: str, last_read_id: str) -> MarkerView:
    """How far *timeline* has been read. A marker never moves back. Raises Conflict when another program of the person wrote it in between."""
    if timeline not in TIMELINES or not last_read_id.isdigit() or len(last_read_id) > 20:
        raise Invalid("Validation failed: Write home or notifications, and the id of the last item that was read")
    async with node.database.transaction():
        now = to_ms(node.clock.now())
        before = await node.database.row(
            "SELECT * FROM marker WHERE account_id = ? AND timeline = ?", account_id, timeline
        )
        if before is not None and int(last_read_id) <= int(before["last_read_id"]):
            return MarkerView(timeline, before["last_read_id"], before["version"], from_ms(before["updated_at"]))
        version = 1 if before is None else before["version"] + 1
        if before is None:
            written = await node.database.insert(
                "marker",
                {
                    "account_id": account_id,
                    "timeline": timeline,
                    "last_read_id": last_read_id,
                    "version": version,
                    "updated_at": now,
                },
                if_absent="account_id, timeline",
            )
        else:
            written = bool(
                await node.database.rows(
                    "UPDATE marker SET last_read_id = ?, version = ?, updated_at = ? WHERE id = ? AND version = ? RETURNING id",
                    last_read_id, version, now, before["id"], before["version"],
                )
            )  # fmt: skip
        if not written:
            raise Conflict("Conflict during update, please try again")
        return MarkerView(timeline, last_read_id, version, from_ms(now))
