"""Remove: somebody unpins an own post (ActivityPub §6.8). The rules are those of Add."""

from fediverse.actions import reactions
from fediverse.activitystreams.activities import Activity
from fediverse.events import PostUnpinned
from fediverse.federation import memberships
from fediverse.federation.activities import add
from fediverse.federation.activities.add import Pinned
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.memberships import Membership, StrangersMembership
from fediverse.federation.outgoing import Outgoing
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node


def wants(activity: Activity) -> Wants:  # noqa: ARG001 - what is not known here cannot be pinned here
    return NOTHING


async def verify(node: Node, admitted: AdmittedActivity) -> Pinned | Membership | StrangersMembership:
    return await add.verify(node, admitted)


async def apply(node: Node, admitted: AdmittedActivity, verified: Pinned | Membership | StrangersMembership) -> None:  # noqa: ARG001 - the same for every type
    if isinstance(verified, Membership | StrangersMembership):
        await memberships.apply(node, verified)
    else:
        await reactions.unpin(node, verified.account_id, verified.post_id)


async def build(node: Node, event: PostUnpinned) -> Outgoing | None:
    return await add.featured(node, "Remove", event)
