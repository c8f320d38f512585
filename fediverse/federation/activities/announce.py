"""Announce: a boost (Activity Vocabulary, Announce; ActivityPub §7.11). An embedded copy is never looked at: the post comes from its author's node.

So its author's host must be one that we may speak with, whoever boosts it. Only what is public or unlisted may be boosted, or one's own post for
one's followers. A boost is kept for every allowed node: it is sent to followers of the booster, so that somebody here has asked for it.
"""

from dataclasses import dataclass

from fediverse.actions import boosts
from fediverse.activitystreams.activities import Activity
from fediverse.activitystreams.objects import visibility_of
from fediverse.errors import Refused
from fediverse.events import PostBoosted
from fediverse.federation import documents
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.outgoing import Outgoing, remote
from fediverse.federation.standing import object_uri, sender_of, visible_post
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node
from fediverse.policy.permissions import may_boost
from fediverse.policy.visibility import VisibilityName
from fediverse.queries import posts


@dataclass(frozen=True, slots=True)
class Boosted:
    account_id: int
    post_id: int
    visibility: VisibilityName


def wants(activity: Activity) -> Wants:
    return Wants(posts=frozenset({activity.object_id})) if activity.object_id is not None else NOTHING


async def verify(node: Node, admitted: AdmittedActivity) -> Boosted:
    """What is boosted, and for whom. Raises NotFound for what the sender may not see, Refused for what must not go further."""
    sender = await sender_of(node, admitted)
    post = await visible_post(node, sender, object_uri(admitted))
    if post.boost_of is not None or not may_boost(sender.id, post):
        raise Refused("This post may not be boosted")
    audience = visibility_of(admitted.activity.to, admitted.activity.cc, sender.followers_url or None)
    return Boosted(sender.id, post.id, "private" if audience == "direct" else audience)


async def apply(node: Node, admitted: AdmittedActivity, verified: Boosted) -> None:
    await boosts.boost(
        node,
        verified.account_id,
        verified.post_id,
        verified.visibility,
        uri=admitted.id,
        published=admitted.activity.published,
    )


async def build(node: Node, event: PostBoosted) -> Outgoing | None:
    """None for the boost of a post that stays on this node."""
    boost = await posts.of_our_own(node, event.post_id)
    original = boost.boost_of
    if original is None or boost.local_only or original.local_only:
        return None
    return Outgoing(
        activity=documents.announced(boost),
        account_id=boost.author.id,
        to_accounts=remote(original.author),
        to_followers=True,
        shows=boost.id,
        public=boost.visibility in {"public", "unlisted"},
    )
