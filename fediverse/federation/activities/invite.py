"""Invite: a group of another node asks one of our people to be a member (Activity Vocabulary, Invite). Accepted by following the group."""

from dataclasses import dataclass

from fediverse.actions import roster
from fediverse.actions.notifying import notify
from fediverse.activitystreams.activities import Activity
from fediverse.errors import Refused
from fediverse.federation import memberships
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.outgoing import Outgoing
from fediverse.federation.standing import local_account, object_uri, sender_of
from fediverse.federation.wants import NOTHING, Wants
from fediverse.group_events import GroupInvited
from fediverse.node import Node


@dataclass(frozen=True, slots=True)
class Invited:
    group_id: int
    account_id: int


def wants(activity: Activity) -> Wants:  # noqa: ARG001 - the same for every type
    return NOTHING


async def verify(node: Node, admitted: AdmittedActivity) -> Invited:
    """Who is invited. Raises Refused unless a group invites to itself one person, NotFound when that is nobody of this node."""
    sender = await sender_of(node, admitted)
    if not sender.group or object_uri(admitted) != sender.uri:
        raise Refused("A group invites to itself alone")
    named = admitted.activity.target_id or (admitted.activity.to[0] if len(admitted.activity.to) == 1 else None)
    return Invited(sender.id, (await local_account(node, named)).id)


async def apply(node: Node, admitted: AdmittedActivity, verified: Invited) -> None:
    if await roster.invited(node, verified.group_id, verified.account_id, admitted.id):
        await notify(node, "follow_request", [verified.account_id], verified.group_id)


async def build(node: Node, event: GroupInvited) -> Outgoing | None:
    return await memberships.build_invitation(node, event)
