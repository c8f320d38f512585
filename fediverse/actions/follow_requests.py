"""The answers of a person to whoever asks: to follow the person, or to be let into a group that the person moderates. An invitation by a group is answered
here as well, since applications without groups show it as the group's wish to follow.

One name among the requests stands for all that somebody asks, so one answer is for all of it. Where one group alone is meant, `group_members` is.
"""

from fediverse.actions import group_members, relations
from fediverse.node import Node
from fediverse.queries import groups
from fediverse.queries.relations import follow_state


async def authorize(node: Node, decider_id: int, asker_id: int) -> None:
    """All of it or nothing. Raises NotFound when nothing was asked, and Refused as `group_members.approve` does."""
    asked = await groups.asked_of(node, decider_id, asker_id)
    async with node.database.transaction():
        for group_id in asked:
            await group_members.approve(node, decider_id, group_id, asker_id)
        if await _is_invited(node, decider_id, asker_id):
            await relations.follow(node, decider_id, asker_id)
        elif not asked or await follow_state(node, asker_id, decider_id) == "pending":
            await relations.accept(node, decider_id, asker_id)


async def reject(node: Node, decider_id: int, asker_id: int) -> None:
    """A request that was granted before is taken back by it, where it was to follow the person."""
    asked = await groups.asked_of(node, decider_id, asker_id)
    async with node.database.transaction():
        for group_id in asked:
            await group_members.refuse(node, decider_id, group_id, asker_id)
        if await _is_invited(node, decider_id, asker_id):
            await group_members.decline(node, decider_id, asker_id)
        elif not asked or await follow_state(node, asker_id, decider_id) == "pending":
            await relations.reject(node, decider_id, asker_id)


async def _is_invited(node: Node, person_id: int, group_id: int) -> bool:
    return any(view.standing == "invited" for view in await groups.several(node, person_id, [group_id]))
