"""Follow: somebody wants to hear of what somebody does (ActivityPub §6.5, §7.5). Repeated, it is answered again."""

from dataclasses import dataclass

from fediverse.actions import early_undos, relations
from fediverse.activitystreams.activities import Activity
from fediverse.activitystreams.building import activity as new_activity
from fediverse.errors import NotFound, Refused
from fediverse.events import FollowRequested
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.outgoing import Outgoing, remote
from fediverse.federation.standing import local_account, object_uri, sender_of
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node
from fediverse.queries.accounts import account
from fediverse.queries.group_secrets import known_to_server


@dataclass(frozen=True, slots=True)
class Asked:
    follower_id: int
    target_id: int


def wants(activity: Activity) -> Wants:  # noqa: ARG001 - the same for every type
    return NOTHING


async def verify(node: Node, admitted: AdmittedActivity) -> Asked:
    """Who wants to follow whom. Raises NotFound when the followed is nobody of this node, Refused for an account that moved away."""
    sender = await sender_of(node, admitted)
    await early_undos.require_standing(node, sender.id, admitted.id)
    target = await local_account(node, object_uri(admitted))
    if target.group and not await known_to_server(node, target.id, sender.host):
        raise NotFound
    if target.moved_to_uri:
        raise Refused("This account has moved")
    return Asked(sender.id, target.id)


async def apply(node: Node, admitted: AdmittedActivity, verified: Asked) -> None:
    await relations.follow(node, verified.follower_id, verified.target_id, uri=admitted.id)


async def build(node: Node, event: FollowRequested) -> Outgoing | None:
    follower = await account(node, None, event.account_id)
    target = await account(node, None, event.target_id)
    asked = new_activity("Follow", event.uri, follower.uri, target.uri, (target.uri,))
    return Outgoing(activity=asked, account_id=follower.id, to_accounts=remote(target))
