"""Recorded events that others must still hear of, in the order in which they happened."""

from fediverse.clock import to_ms
from fediverse.database.database import Row, marks
from fediverse.node import Node

_ADVISORY_LOCK = (
    0x6665_6573  # "fees": one process spreads at a time, so that the order of events is the order of deliveries
)


async def waiting(node: Node, limit: int) -> list[Row]:
    """The oldest unspread events, in the open transaction, which other processes wait for."""
    if node.database.dialect == "postgres":
        await node.database.rows("SELECT pg_advisory_xact_lock(?)", _ADVISORY_LOCK)
    return await node.database.rows("SELECT * FROM event WHERE spread_at IS NULL ORDER BY id LIMIT ?", limit)


async def finish(node: Node, numbers: list[int]) -> None:
    if numbers:
        await node.database.execute(
            f"UPDATE event SET spread_at = ? WHERE id IN ({marks(numbers)})", to_ms(node.clock.now()), *numbers
        )
