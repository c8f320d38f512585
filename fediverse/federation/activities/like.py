"""Like: a person marks a post as a favourite (Activity Vocabulary, Like; ActivityPub §6.8, §7.10). With an emoji in it, it is a Like all the same.

Counted for posts of our own people only: of others' posts their own node keeps count.
"""

from dataclasses import dataclass

from fediverse.actions import early_undos, reactions
from fediverse.activitystreams.activities import Activity
from fediverse.activitystreams.building import activity as new_activity
from fediverse.events import PostLiked
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.outgoing import Outgoing, remote
from fediverse.federation.standing import object_uri, our_post, sender_of
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node
from fediverse.queries import posts
from fediverse.queries.accounts import account


@dataclass(frozen=True, slots=True)
class Liked:
    account_id: int
    post_id: int


def wants(activity: Activity) -> Wants:  # noqa: ARG001 - the same for every type
    return NOTHING


async def verify(node: Node, admitted: AdmittedActivity) -> Liked:
    """The liked post. Raises NotFound unless the sender may see it; the same for unknown as for hidden. Raises Refused for one that was taken back already."""
    sender = await sender_of(node, admitted)
    await early_undos.require_standing(node, sender.id, admitted.id)
    post = await our_post(node, sender, object_uri(admitted))
    return Liked(sender.id, post.id)


async def apply(node: Node, admitted: AdmittedActivity, verified: Liked) -> None:
    await reactions.like(node, verified.account_id, verified.post_id, uri=admitted.id)


async def build(node: Node, event: PostLiked) -> Outgoing | None:
    person = await account(node, None, event.account_id)
    post = await posts.of_our_own(node, event.post_id)
    liked = new_activity("Like", event.uri, person.uri, post.uri, (post.author.uri,))
    return Outgoing(activity=liked, account_id=person.id, to_accounts=remote(post.author))
