"""Which nodes may know that a group exists. Asked before anything is said about an account of ours to another server."""

from collections.abc import Sequence

from fediverse.database.database import json_of, marks
from fediverse.node import Node
from fediverse.policy.groups import may_be_known_at

MAX_NAMED = 200


async def known_to_server(node: Node, group_id: int, host: str) -> bool:
    """Whether a node may know that the group exists."""
    row = await node.database.row(
        "SELECT gp.access, gp.domains,"
        " EXISTS (SELECT 1 FROM group_node gn WHERE gn.group_id = gp.account_id AND gn.host = ? AND gn.state = 'admitted') AS disclosed,"
        " EXISTS (SELECT 1 FROM group_node gw WHERE gw.group_id = gp.account_id AND gw.host = ?) AS was_disclosed,"
        " EXISTS (SELECT 1 FROM group_invitation i JOIN account ia ON ia.id = i.account_id"
        " WHERE i.group_id = gp.account_id AND ia.host = ?) AS invited FROM group_profile gp WHERE gp.account_id = ?",
        host, host, host, group_id,
    )  # fmt: skip
    if row is None:
        return False
    return may_be_known_at(
        row["access"],
        json_of(row["domains"]),
        host,
        disclosed=bool(row["disclosed"]),
        was_disclosed=bool(row["was_disclosed"]),
        invited=bool(row["invited"]),
    )


async def names_closed_group(node: Node, uris: Sequence[str]) -> bool:
    """Whether one of *uris* is a known group whose posts are for its members."""
    wanted = list(dict.fromkeys(uris))[:MAX_NAMED]
    if not wanted:
        return False
    found = await node.database.value(
        "SELECT 1 FROM account a JOIN group_profile gp ON gp.account_id = a.id"
        f" WHERE gp.access <> 'open' AND a.kind = 'group' AND a.uri IN ({marks(wanted)})",
        *wanted,
    )
    return found is not None
