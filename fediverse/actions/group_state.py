"""Rest and go on: a group whose own records may be older than what its members have sends nothing until somebody has looked.

After a backup was read again the node may have forgotten whom it removed, and a number may have been given twice: what is sent then could reach who should
not have it. So `backup` pauses every group that is disclosed to other nodes, and a member's node that has seen more than we know does the same.
"""

from fediverse import events, group_events
from fediverse.actions import group_rows
from fediverse.actions.groups import owned
from fediverse.node import Node


async def pause(node: Node, group_id: int, why: str) -> None:
    """Nothing of what the group passes on is sent from now on; what waits is set aside. Repeating it changes nothing."""
    async with node.database.transaction():
        paused = await node.database.rows(
            "UPDATE group_profile SET paused = ? WHERE account_id = ? AND paused = '' RETURNING account_id",
            why[:500],
            group_id,
        )
        if not paused:
            return
        await node.database.execute(
            "UPDATE delivery SET state = 'parked', problem = ? WHERE account_id = ? AND state = 'waiting'",
            f"the group rests: {why}"[:500], group_id,
        )  # fmt: skip
        await events.record(node, group_events.GroupPaused(group_id, why))


async def pause_all(node: Node, why: str) -> int:
    """Every group of this node that is disclosed to others; how many."""
    rows = await node.database.rows(
        "SELECT DISTINCT gn.group_id FROM group_node gn JOIN account a ON a.id = gn.group_id WHERE a.host = '' AND gn.state = 'admitted'"
    )
    for row in rows:
        await pause(node, row["group_id"], why)
    return len(rows)


async def resume(node: Node, group_id: int, sequence: int) -> None:
    """Go on, with numbers above *sequence*, which is the last that anybody was sent; what was set aside meanwhile is sent, and asked again as always."""
    await owned(node, None, group_id)
    async with node.database.transaction():
        await node.database.execute("UPDATE group_profile SET paused = '' WHERE account_id = ?", group_id)
        await group_rows.note_position(node, group_id, sequence)
        await group_rows.number_waiting(node, group_id)
        await node.database.execute(
            "UPDATE delivery SET state = 'waiting', problem = '' WHERE account_id = ? AND state = 'parked'", group_id
        )
        node.database.after_commit(node.wakeups.delivery.set)
        await events.record(node, group_events.GroupResumed(group_id))
