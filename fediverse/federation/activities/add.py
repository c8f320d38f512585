"""Add: somebody pins an own post (ActivityPub §6.7; `featured`, as Mastodon names the collection), into one's own collection, and one's own post; or
a moderator adds a person to a group's members (`memberships`).
"""

from dataclasses import dataclass

from fediverse.actions import reactions
from fediverse.activitystreams.activities import Activity
from fediverse.activitystreams.building import activity as new_activity
from fediverse.errors import Refused
from fediverse.events import PostPinned, PostUnpinned
from fediverse.federation import memberships
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.memberships import Membership, StrangersMembership
from fediverse.federation.outgoing import Outgoing, new_id
from fediverse.federation.standing import object_uri, sender_of, visible_post
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node
from fediverse.policy.hosts import same_origin
from fediverse.policy.permissions import may_pin
from fediverse.queries.accounts import account


@dataclass(frozen=True, slots=True)
class Pinned:
    account_id: int
    post_id: int


def wants(activity: Activity) -> Wants:
    """The post, if it may be the actor's own at all; who is added to a group is a hint."""
    if activity.object_id is None or not same_origin(activity.object_id, activity.actor, allow_http=True):
        return NOTHING
    return Wants(posts=frozenset({activity.object_id}))


async def verify(node: Node, admitted: AdmittedActivity) -> Pinned | Membership | StrangersMembership:
    """Which post is pinned, or who is a member of a group. Raises Refused for another collection than the sender's own, or another's post."""
    sender = await sender_of(node, admitted)
    group = await memberships.group_called(node, admitted)
    if group is not None:
        return await memberships.verify(node, admitted, sender, group)
    if not sender.featured_url or admitted.activity.target_id != sender.featured_url:
        raise Refused("The collection is not the sender's own")
    post = await visible_post(node, sender, object_uri(admitted))
    if not may_pin(sender.id, post):
        raise Refused("Only one's own posts can be pinned")
    return Pinned(sender.id, post.id)


async def apply(node: Node, admitted: AdmittedActivity, verified: Pinned | Membership | StrangersMembership) -> None:  # noqa: ARG001 - the same for every type
    if isinstance(verified, Membership | StrangersMembership):
        await memberships.apply(node, verified)
    else:
        await reactions.pin(node, verified.account_id, verified.post_id)


async def build(node: Node, event: PostPinned) -> Outgoing | None:
    return await featured(node, "Add", event)


async def featured(node: Node, type_: str, event: PostPinned | PostUnpinned) -> Outgoing | None:
    """An Add to, or Remove from, the author's own collection of pinned posts."""
    person = await account(node, None, event.account_id)
    changed = new_activity(
        type_, new_id(node), person.uri, event.post_uri, (person.followers_url,), target=person.featured_url
    )
    return Outgoing(activity=changed, account_id=person.id, to_followers=True, shows=event.post_id)
