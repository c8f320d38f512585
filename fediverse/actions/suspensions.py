"""A suspension and who stands behind it: a moderator of this node, the account's own node, or both.

Called by `moderation` and by `accounts.receive_actor`, inside their transactions. The account is hidden while either of the two suspends it, and neither can
lift what the other did: `account.suspended_at` says that it is hidden, `account.suspended_by` says who wants it so. Who may suspend, and what a moderator's
suspension cuts and deletes, is not decided here. What the own node suspends keeps its ties and its copies, since it may come back at any time.
"""

from typing import Literal

from fediverse.clock import to_ms
from fediverse.errors import Refused
from fediverse.node import Node
from fediverse.queue import jobs
from fediverse.streams import Signal, tell

REFRESH = "refresh_account"
Behind = Literal["nobody", "here", "origin", "both"]


async def suspend_here(node: Node, account_id: int) -> int | None:
    """A moderator of this node suspends the account; the moment in milliseconds, or None when one did before."""
    behind = await _behind(node, account_id)
    if behind in {"here", "both"}:
        return None
    now = to_ms(node.clock.now())
    await _write(node, account_id, now, "both" if behind == "origin" else "here")
    return now


async def lift_here(node: Node, account_id: int) -> None:
    """The moderators take theirs back. The account stays hidden while its own node suspends it, which is asked again."""
    if await _behind(node, account_id) in {"both", "origin"}:
        await _write(node, account_id, to_ms(node.clock.now()), "origin")
        await _ask_origin(node, account_id)
    else:
        await _write(node, account_id, None, "here")


async def require_ours(node: Node, account_id: int) -> None:
    """Raises Refused when the account's own node alone suspends it; that node is asked again, as word of the end may have been lost."""
    if await _behind(node, account_id) == "origin":
        await _ask_origin(node, account_id)
        raise Refused(
            "The account's own server suspended it, and only that server can take it back; it is asked again now"
        )


async def _ask_origin(node: Node, account_id: int) -> None:
    """Nobody here may follow the account any more, so its node need not have told us what changed."""
    await node.database.execute("UPDATE account SET fetched_at = NULL WHERE id = ?", account_id)
    await jobs.enqueue(node, REFRESH, {"account_id": account_id}, key=f"{REFRESH}:{account_id}")


async def follow_origin(node: Node, account_id: int, suspended: bool) -> None:
    """What the account's own node says of it now."""
    match await _behind(node, account_id), suspended:
        case "nobody", True:
            await _write(node, account_id, to_ms(node.clock.now()), "origin")
        case "here", True:
            await node.database.execute("UPDATE account SET suspended_by = 'both' WHERE id = ?", account_id)
        case "origin", False:
            await _write(node, account_id, None, "here")
        case "both", False:
            await node.database.execute("UPDATE account SET suspended_by = 'here' WHERE id = ?", account_id)
        case _:
            pass  # nothing new


async def _behind(node: Node, account_id: int) -> Behind:
    row = await node.database.row("SELECT suspended_at, suspended_by FROM account WHERE id = ?", account_id)
    if row is None or row["suspended_at"] is None:
        return "nobody"
    match row["suspended_by"]:
        case "origin":
            return "origin"
        case "both":
            return "both"
        case _:
            return "here"


async def _write(node: Node, account_id: int, since_ms: int | None, by: str) -> None:
    await node.database.execute(
        "UPDATE account SET suspended_at = ?, suspended_by = ? WHERE id = ?", since_ms, by, account_id
    )
    tell(node, Signal("access"))
