"""What the clock asks for: freezing domains that were removed a day ago, forgetting what has had its time."""

from fediverse.actions import domains, push, retention
from fediverse.actions.gate import forget_oldest_refusals
from fediverse.node import Node

EVERY_S = 600.0


async def work(node: Node) -> float | None:
    await domains.freeze_removed(node)
    await forget_oldest_refusals(node.database)
    await retention.forget_expired(node)
    await push.forget_signed_out(node)
    return EVERY_S
