"""A member's node says that it has something else under a number of one of our groups. Either it is wrong, or our records are older than what was sent.

Called by `workers/delivery` when an Announce of a group is answered 409, and by the job that follows. The node's word alone stops nothing: it must show, at
`/actor/heard`, what the group itself had signed and our log does not hold. Then the group rests, as numbers were given twice, until `reconcile`.
"""

import re

from fediverse.actions import group_state
from fediverse.activitystreams.activities import Activity
from fediverse.errors import NotFound
from fediverse.federation.group_reconcile import heard_at
from fediverse.federation.relayed import inner_of
from fediverse.log import get
from fediverse.node import Node
from fediverse.queries import groups
from fediverse.queue import jobs

JOB = "check_group_conflict"
_NUMBER = re.compile(r".*/log/(\d{1,18})(?:/object)?", re.ASCII)
_log = get(__name__)


async def look_into(node: Node, account_id: int, host: str, activity_uri: str) -> None:
    """*host* has another activity under this id. Nothing happens for what is no group's; one job for each group and host, whatever else it refuses."""
    number = _NUMBER.fullmatch(activity_uri)
    if number is None or not await groups.is_ours(node, account_id):
        return
    payload: dict[str, object] = {"group_id": account_id, "host": host, "sequence": int(number[1])}
    await jobs.enqueue(node, JOB, payload, key=f"{JOB} {account_id} {host}")


async def check(node: Node, group_id: int, host: str, sequence: int) -> None:
    """The group rests if *host* shows, from the number *sequence* on, what it sent and does not know. Raises Unreachable when the node does not answer."""
    try:
        group = await groups.group(node, None, group_id)
        shown, _members = await heard_at(node, group, host, sequence - 1)
    except NotFound:
        shown = {}
    for number, said in sorted(shown.items()):
        if await _is_not_ours(node, group_id, number, said):
            await group_state.pause(node, group_id, f"{host} has something else under number {number}")
            return
    _log.warning("group.conflict_not_shown", group=group_id, host=host, sequence=sequence)


async def _is_not_ours(node: Node, group_id: int, number: int, said: Activity) -> bool:
    inner = inner_of(said)
    return inner is not None and inner.id != await groups.said_under(node, group_id, number)
