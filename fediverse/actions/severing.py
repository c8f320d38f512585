"""Telling people here that ties of theirs were cut: once, with how many. The cutting itself is done by whoever calls.

Called by `moderation` (an account is suspended), `domains` (a domain is denied, or was removed a day ago) and `personal` (somebody hides a domain), inside
their transactions. Of a domain that administrators cut off, the follows stay in the tables until it is purged, so that they are there again should it come
back; nothing passes between the two meanwhile, and that is what people are told.
"""

from typing import Literal

from fediverse.actions.notifying import notify
from fediverse.clock import to_ms
from fediverse.node import Node

Cause = Literal["account_suspension", "domain_block", "user_domain_block"]


async def tell(node: Node, account_id: int, cause: Cause, target_name: str, *, followers: int, following: int) -> None:
    """Tell one person of this node. *target_name*: the handle or the domain that the ties were with."""
    number = node.ids.next()
    await node.database.insert(
        "severance",
        {
            "id": number, "account_id": account_id, "kind": cause, "target_name": target_name, "followers_count": followers,
            "following_count": following, "created_at": to_ms(node.clock.now()),
        },
    )  # fmt: skip
    await notify(node, "severed_relationships", [account_id], account_id, number)


async def tell_of_domain(node: Node, host: str) -> None:
    """Tell everybody here who has ties with people of *host*. Nothing happens when they know already and the domain was not back since."""
    fresh = await node.database.rows(
        "INSERT INTO peer (host, dialect, instance_actor_uri, software, severed_at) VALUES (?, '', '', '', ?)"
        " ON CONFLICT (host) DO UPDATE SET severed_at = EXCLUDED.severed_at WHERE peer.severed_at IS NULL RETURNING host",
        host, to_ms(node.clock.now()),
    )  # fmt: skip
    if not fresh:
        return
    rows = await node.database.rows(
        "SELECT t.account_id, sum(t.followers) AS followers, sum(t.following) AS following FROM ("
        " SELECT f.target_id AS account_id, 1 AS followers, 0 AS following FROM account a JOIN follow f ON f.follower_id = a.id"
        " WHERE a.host = ? AND f.state = 'accepted' UNION ALL"
        " SELECT f.follower_id, 0, 1 FROM account a JOIN follow f ON f.target_id = a.id WHERE a.host = ? AND f.state = 'accepted') t"
        " JOIN local_user u ON u.account_id = t.account_id GROUP BY t.account_id ORDER BY t.account_id",
        host, host,
    )  # fmt: skip
    for row in rows:
        await tell(
            node, row["account_id"], "domain_block", host,
            followers=int(row["followers"]), following=int(row["following"]),
        )  # fmt: skip
