"""Report an account and its posts: our administrators are told, and the other node's when the reporter agrees (ActivityStreams, Flag)."""

from collections.abc import Sequence
from datetime import datetime

from fediverse import events
from fediverse.actions.posting import notify
from fediverse.node import Node
from fediverse.policy.content import MAX_REPORT_CHARACTERS, check_length
from fediverse.queries import accounts, posts


async def report(
    node: Node, reporter_id: int, target_id: int, post_ids: Sequence[int], comment: str, *, forward: bool
) -> datetime:
    """When it was written down. Posts that are not the target's, or that the reporter cannot see, are left out. Raises NotFound, Invalid."""
    check_length(len(comment), MAX_REPORT_CHARACTERS)
    target = await accounts.account(node, reporter_id, target_id)
    seen = [post.id for post in await posts.posts(node, reporter_id, post_ids) if post.author.id == target.id]
    async with node.database.transaction():
        await notify(node, "admin.report", await accounts.administrators(node), reporter_id, seen[0] if seen else 0)
        await events.record(node, events.ContentReported(reporter_id, target_id, seen, comment, forward))
    return node.clock.now()
