"""Block: somebody elsewhere wants nothing to do with one of our people (Activity Vocabulary, Block). Both stop following each other.

What our people block is nobody else's business and is never sent (that they stopped following, is): so there is nothing to build.
"""

from dataclasses import dataclass

from fediverse.actions import relations
from fediverse.activitystreams.activities import Activity
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.standing import local_account, object_uri, sender_of
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node


@dataclass(frozen=True, slots=True)
class Blocked:
    account_id: int
    target_id: int


def wants(activity: Activity) -> Wants:  # noqa: ARG001 - the same for every type
    return NOTHING


async def verify(node: Node, admitted: AdmittedActivity) -> Blocked:
    """Who blocks whom. Raises NotFound when that is nobody of this node."""
    sender = await sender_of(node, admitted)
    target = await local_account(node, object_uri(admitted))
    return Blocked(sender.id, target.id)


async def apply(node: Node, admitted: AdmittedActivity, verified: Blocked) -> None:
    await relations.block(node, verified.account_id, verified.target_id, uri=admitted.id)
