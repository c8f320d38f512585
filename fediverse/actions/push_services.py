"""Which push services this node may send to: hosts that an administrator names one by one, in a list apart from the allowlist of nodes.

While the list is empty nothing is ever pushed, and clients are told that there is no push. Each change raises the rules' version, so that every process
decides by it from its next request on.
"""

from fediverse import events
from fediverse.actions.domains import rules_changed
from fediverse.clock import to_ms
from fediverse.errors import Conflict, Invalid, NotFound
from fediverse.node import Node
from fediverse.policy.domains import Direction, Effect
from fediverse.policy.hosts import canonical_host


async def add(node: Node, host: str, by: str) -> str:
    """The host as it is written down. Raises Invalid for what is no host, Conflict for one that is there already or that a rule allows as a node."""
    canonical = canonical_host(host)
    if canonical in {node.settings.domain, node.settings.host}:
        raise Invalid(f"{canonical} is this node itself")
    if await _is_a_node(node, canonical):
        raise Conflict(f"{canonical} is allowed as a node; a push service must be a host of its own")
    async with node.database.transaction():
        written = await node.database.insert(
            "push_service",
            {"id": node.ids.next(), "host": canonical, "added_by": by, "created_at": to_ms(node.clock.now())},
            if_absent="host",
        )
        if not written:
            raise Conflict(f"{canonical} is a push service already")
        await events.record(node, events.PushServiceAdded(0, canonical, by))
        await rules_changed(node)
    return canonical


async def remove(node: Node, host: str, by: str) -> int:
    """Nothing is pushed there any more, from the next request on; how many devices lost their subscription. Raises NotFound."""
    canonical = canonical_host(host)
    async with node.database.transaction():
        if not await node.database.rows("DELETE FROM push_service WHERE host = ? RETURNING id", canonical):
            raise NotFound(f"{canonical} is no push service of this node; `fediverse push list` shows them")
        lost = await node.database.rows("DELETE FROM push_subscription WHERE host = ? RETURNING id", canonical)
        await events.record(node, events.PushServiceRemoved(0, canonical, len(lost), by))
        await rules_changed(node)
    return len(lost)


async def _is_a_node(node: Node, host: str) -> bool:
    """Whether a rule names the very host; a wider one that covers it counts no more once it is a push service."""
    standing = await node.rules.current()
    if any(rule.effect is Effect.ALLOW for rule in standing.under(host)):
        return True
    known = await node.database.value("SELECT 1 FROM account WHERE host = ? LIMIT 1", host)
    return known is not None and (await node.rules.decide(Direction.OUT_DELIVER, "check", host)).allowed
