"""Paging by id, the same for every list: newest first, bounds exclusive, `min_id` from the near end."""

from fediverse.database.database import Row
from fediverse.node import Node
from fediverse.queries.views import Page


async def page_rows(node: Node, select: str, values: list[object], page: Page, *, key: str) -> list[Row]:
    """Rows of *select* (which ends in a WHERE clause) with *key* inside the page, newest first."""
    bounds = ""
    limits: list[object] = []
    for value, sign in ((page.max_id, "<"), (page.since_id, ">"), (page.min_id, ">")):
        if value is not None:
            bounds += f" AND {key} {sign} ?"
            limits.append(value)
    upwards = page.min_id is not None
    rows = await node.database.rows(
        f"{select}{bounds} ORDER BY {key} {'ASC' if upwards else 'DESC'} LIMIT ?", *values, *limits, page.limit
    )
    return rows[::-1] if upwards else rows
