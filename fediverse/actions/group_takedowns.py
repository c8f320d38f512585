"""A moderator takes a post out of a group. It is gone for everybody then, on every node that the group is disclosed to; its author is not asked."""

from fediverse import events, group_events
from fediverse.actions import posts as own_posts
from fediverse.actions import received
from fediverse.errors import NotFound, Refused
from fediverse.node import Node
from fediverse.queries import groups, posts


async def take_out(node: Node, moderator_id: int, group_id: int, post_id: int) -> None:
    """One's own post goes without being a moderator. Raises NotFound for what does not stand in the group, Refused to who does not moderate it."""
    group = await groups.group(node, moderator_id, group_id)
    post = await posts.post(node, moderator_id, post_id)
    if post.group_id != group.id or post.boost_of is not None:
        raise NotFound
    if post.author.id == moderator_id:
        await own_posts.delete(node, moderator_id, post_id)
        return
    if not group.moderates:
        raise Refused("Only a moderator of the group can do this")
    uri = node.uri(f"/activities/{node.ids.next()}")
    async with node.database.transaction():
        await received.take_out(node, post.uri)
        await events.record(
            node,
            group_events.GroupPostTakenOut(
                moderator_id, group.id, post.id, post_uri=post.uri, former_type=post.kind, uri=uri
            ),
        )
