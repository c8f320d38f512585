"""Who acts: the first line of every verb that only moderators or administrators may use."""

from fediverse.errors import Refused
from fediverse.node import Node
from fediverse.policy.permissions import STAFF

_REFUSAL = "This action is not allowed"


async def require_moderator(node: Node, account_id: int) -> str:
    """The role of somebody who moderates or administers. Raises Refused for everybody else."""
    role: str | None = await node.database.value(
        "SELECT u.role FROM local_user u JOIN account a ON a.id = u.account_id"
        " WHERE u.account_id = ? AND u.disabled_at IS NULL AND a.suspended_at IS NULL AND a.deleted_at IS NULL",
        account_id,
    )
    if role not in STAFF:
        raise Refused(_REFUSAL)
    return str(role)


async def require_administrator(node: Node, account_id: int) -> None:
    if await require_moderator(node, account_id) != "admin":
        raise Refused(_REFUSAL)
