"""What a person does with notifications that the policy put aside: set the policy, let somebody in, or wave somebody away.

Whoever was let in is heard from then on, whatever the policy says; whoever was waved away waits again with the next thing done.
"""

from collections.abc import Mapping, Sequence

from fediverse.actions import conversations
from fediverse.database.database import marks
from fediverse.errors import Invalid, NotFound
from fediverse.node import Node
from fediverse.policy.notifications import OUTCOMES, SORTS
from fediverse.queries import notification_requests as questions
from fediverse.streams import Signal, tell


async def set_policy(node: Node, account_id: int, wanted: Mapping[str, str]) -> None:
    """Change the sorts that *wanted* names. What was put aside before stays there. Raises Invalid for an outcome that there is not."""
    chosen = {sort: outcome for sort, outcome in wanted.items() if sort in SORTS}
    for sort, outcome in chosen.items():
        if outcome not in OUTCOMES:
            raise Invalid(
                f"Validation failed: {sort} must be accept, filter or drop",
                details={sort: [("ERR_INCLUSION", "must be accept, filter or drop")]},
            )
    async with node.database.transaction():
        outcomes = {**(await questions.policy(node, account_id)).outcomes, **chosen}
        await node.database.execute("DELETE FROM notification_policy WHERE account_id = ?", account_id)
        await node.database.insert("notification_policy", {"account_id": account_id, **outcomes})


async def accept(node: Node, account_id: int, request_ids: Sequence[int]) -> None:
    """What these people did is shown with everything else, and so is what they will do."""
    async with node.database.transaction():
        senders = await _taken(node, account_id, request_ids)
        if not senders:
            return
        await node.database.execute_many(
            "INSERT INTO notification_permission (id, account_id, from_account_id) VALUES (?, ?, ?)"
            " ON CONFLICT (account_id, from_account_id) DO NOTHING",
            [(node.ids.next(), account_id, sender) for sender in senders],
        )
        await node.database.execute(
            f"UPDATE notification SET filtered = ? WHERE account_id = ? AND filtered AND from_account_id IN ({marks(senders)})",
            False,
            account_id,
            *senders,
        )
        await conversations.let_in(node, account_id, senders)
        tell(node, Signal("notifications_merged", accounts=(account_id,)))


async def dismiss(node: Node, account_id: int, request_ids: Sequence[int]) -> None:
    """What these people did so far is gone."""
    async with node.database.transaction():
        senders = await _taken(node, account_id, request_ids)
        if senders:
            await node.database.execute(
                f"DELETE FROM notification WHERE account_id = ? AND filtered AND from_account_id IN ({marks(senders)})",
                account_id,
                *senders,
            )


async def _taken(node: Node, account_id: int, request_ids: Sequence[int]) -> list[int]:
    """Whose requests these were; a single one that is not there raises NotFound, of several such are left out."""
    if not request_ids:
        return []
    rows = await node.database.rows(
        f"DELETE FROM notification_request WHERE account_id = ? AND id IN ({marks(request_ids)}) RETURNING from_account_id",
        account_id,
        *request_ids,
    )
    if not rows and len(request_ids) == 1:
        raise NotFound
    return [row["from_account_id"] for row in rows]
