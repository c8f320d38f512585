"""Announce: a boost (Activity Vocabulary, Announce; ActivityPub §7.11), or a group that passes on what a member said (FEP-1b12).

Of a boost an embedded copy is never looked at: the post comes from its author's node. So its author's host must be one that we may speak with, whoever
boosts it. Only what is public or unlisted may be boosted, or one's own post for one's followers. A boost is kept for every allowed node: it is sent to
followers of the booster, so that somebody here has asked for it.

An activity that a group passes on is judged by `relayed` and then by the rules of its own kind. Some software announces the post itself besides, or only
that: from a group that is addressed by the post, it says that the post stands there, and is no boost.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from fediverse.actions import boosts, group_rows, received
from fediverse.activitystreams.activities import Activity
from fediverse.activitystreams.objects import visibility_of
from fediverse.errors import Refused
from fediverse.events import PostBoosted
from fediverse.federation import documents, relayed
from fediverse.federation.activities import add, create, delete, remove, update
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.outgoing import Outgoing, remote
from fediverse.federation.relayed import Passed
from fediverse.federation.standing import object_uri, sender_of, visible_post
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node
from fediverse.policy.permissions import may_boost
from fediverse.policy.visibility import VisibilityName
from fediverse.queries import posts
from fediverse.queries.views import AccountView, PostView

_KINDS: Mapping[str, Any] = MappingProxyType(
    {"Add": add, "Create": create, "Delete": delete, "Remove": remove, "Update": update}
)


@dataclass(frozen=True, slots=True)
class Boosted:
    account_id: int
    post_id: int
    visibility: VisibilityName


@dataclass(frozen=True, slots=True)
class StandsIn:
    """The post, which is public, stands in the group."""

    group_id: int
    post_id: int


@dataclass(frozen=True, slots=True)
class PassedOn:
    """*verified* is what the kind of the inner activity made of it; *passed* is None for what is known here already."""

    group_id: int
    sequence: int | None
    passed: Passed | None = None
    verified: Any = None


def wants(activity: Activity) -> Wants:
    inner = relayed.inner_of(activity)
    if inner is not None:
        return relayed.wants_of(inner, activity.actor)
    return Wants(posts=frozenset({activity.object_id})) if activity.object_id is not None else NOTHING


async def verify(node: Node, admitted: AdmittedActivity) -> Boosted | StandsIn | PassedOn:
    """What is boosted, and for whom; or what a group passes on. Raises NotFound for what the sender may not see, Refused for what must not go further."""
    sender = await sender_of(node, admitted)
    inner = relayed.inner_of(admitted.activity)
    if inner is not None:
        return await _passed_on(node, admitted, sender, inner)
    post = await visible_post(node, sender, object_uri(admitted))
    if sender.group and await _addresses(node, post, sender):
        return StandsIn(sender.id, post.id)
    if post.boost_of is not None or not may_boost(sender.id, post):
        raise Refused("This post may not be boosted")
    audience = visibility_of(admitted.activity.to, admitted.activity.cc, sender.followers_url or None)
    return Boosted(sender.id, post.id, "private" if audience == "direct" else audience)


async def _passed_on(node: Node, admitted: AdmittedActivity, sender: AccountView, inner: Activity) -> PassedOn:
    passed = await relayed.verify(node, admitted, sender, inner)
    sequence = relayed.sequence_of(admitted.activity)
    if passed is None:
        return PassedOn(sender.id, sequence)
    verified = await _KINDS[inner.type].verify(node, passed.inner)
    return PassedOn(sender.id, sequence, passed, verified)


async def _addresses(node: Node, post: PostView, group: AccountView) -> bool:
    """Whether a public post names the group: that is how posts come into the groups of most software."""
    whole = await posts.of_our_own(node, post.id)
    return whole.group_id == group.id or any(mention.account_id == group.id for mention in whole.mentions)


async def apply(node: Node, admitted: AdmittedActivity, verified: Boosted | StandsIn | PassedOn) -> None:
    match verified:
        case Boosted(account_id=account_id, post_id=post_id, visibility=visibility):
            await boosts.boost(
                node, account_id, post_id, visibility, uri=admitted.id, published=admitted.activity.published
            )
        case StandsIn(group_id=group_id, post_id=post_id):
            await received.stands_in(node, post_id, group_id)
        case PassedOn(passed=passed):
            if passed is not None:
                await _KINDS[passed.inner.type].apply(node, passed.inner, verified.verified)
            if verified.sequence is not None:
                await group_rows.note_sequence(node, verified.group_id, verified.sequence)


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
