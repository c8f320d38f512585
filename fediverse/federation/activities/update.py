"""Update: a post says something else, or an actor does (ActivityPub §6.3, §7.3). The owner alone may, and never from another origin.

An edit replaces words and attachments and leaves the audience as it was. An edit of a post that never reached us is taken as its Create, by the same
rules: that is how somebody who is named by an edit hears of it.
"""

from dataclasses import dataclass

from fediverse.actions import accounts, received
from fediverse.activitystreams.activities import Activity
from fediverse.activitystreams.actors import RemoteActor, parse_actor
from fediverse.activitystreams.building import activity as new_activity
from fediverse.activitystreams.objects import RemotePost
from fediverse.activitystreams.shapes import shape_of
from fediverse.activitystreams.values import PUBLIC
from fediverse.clock import to_ms
from fediverse.errors import Malformed, Refused
from fediverse.events import KeysRotated, PollCounted, PostEdited, PostRefreshed, ProfileUpdated
from fediverse.federation import documents, group_posts
from fediverse.federation.activities.create import authored_post, in_group, pass_on, require_audience
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.outgoing import Outgoing, new_id
from fediverse.federation.standing import sender_of
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node
from fediverse.queries import posts
from fediverse.queries.accounts import account
from fediverse.queries.polls import voters_elsewhere
from fediverse.queries.views import PostGroup


@dataclass(frozen=True, slots=True)
class Edited:
    author_id: int
    post: RemotePost
    known: bool
    group: PostGroup | None = None


def wants(activity: Activity) -> Wants:
    """An actor that only names itself is asked anew."""
    if activity.object is None and activity.object_id == activity.actor:
        return Wants(fresh_accounts=frozenset({activity.actor}))
    return NOTHING


async def verify(node: Node, admitted: AdmittedActivity) -> RemoteActor | Edited | None:
    """What is new; None when it was fetched already. Raises Malformed and Refused for what is not the sender's own."""
    document = admitted.activity.object
    of_itself = admitted.activity.object_id == admitted.actor_uri and (
        document is None or shape_of(document) == "actor"
    )
    sender = await sender_of(node, admitted, though_suspended=of_itself)
    if document is None:
        if admitted.activity.object_id == sender.uri:
            return None
        raise Malformed("An Update needs its object embedded")
    if shape_of(document) == "actor":
        actor = parse_actor(document)
        if actor.uri != sender.uri:
            raise Refused("Only an actor itself may change what is said of it")
        return actor
    post = authored_post(node, admitted, sender)
    known = await posts.id_of_uri(node, post.uri) is not None
    if post.looks_like_vote and not known:
        raise Refused("A vote cannot be changed")
    group = await group_posts.group_of(node, admitted, post, sender)
    if known:
        await _require_same_group(node, post, group)
    elif group is None:
        await require_audience(node, post, sender)
    return Edited(sender.id, post, known, group)


async def _require_same_group(node: Node, post: RemotePost, group: PostGroup | None) -> None:
    """Raises Refused for an edit that would take a post out of its group, or into one: words change, audiences do not."""
    stands_in = await posts.group_of_uri(node, post.uri)
    if stands_in != (None if group is None else group.account.id):
        raise Refused("An edit does not change in which group a post stands")


async def apply(node: Node, admitted: AdmittedActivity, verified: RemoteActor | Edited | None) -> None:
    match verified:
        case RemoteActor():
            await accounts.receive_actor(node, verified)
        case Edited(author_id=author_id, post=post, known=known, group=group):
            if known:
                await received.receive_edit(node, post, author_id)
            else:
                await received.receive(node, post, author_id, group=group)
            if group is not None and group.account.local:
                await pass_on(node, admitted, group.account.id, await posts.id_of_uri(node, post.uri))
        case None:
            pass


async def build(
    node: Node, event: PostEdited | PostRefreshed | PollCounted | ProfileUpdated | KeysRotated
) -> Outgoing | None:
    if isinstance(event, PostEdited):
        return await _build_edit(node, event)
    if isinstance(event, PollCounted | PostRefreshed):
        return await _build_unedited(node, event)
    profile = await account(node, None, event.account_id)
    document = await documents.actor(node, profile)
    to = () if profile.group else (PUBLIC,)  # of a group, whose name may be nobody else's business, to its members
    updated = new_activity(
        "Update", new_id(node), profile.uri, document, to, (profile.followers_url,), published=node.clock.now()
    )
    return Outgoing(activity=updated, account_id=profile.id, to_followers=True, to_nodes_of_group=profile.group)


async def _build_edit(node: Node, event: PostEdited) -> Outgoing | None:
    post = await posts.of_our_own(node, event.post_id)
    if post.local_only:
        return None
    to, cc = documents.addressing(post)
    moment = post.edited_at or post.created_at
    updated = new_activity(
        "Update",
        f"{post.uri}#updates/{to_ms(moment)}",
        post.author.uri,
        documents.post(node, post),
        to,
        cc,
        audience=documents.audience_of(post),
        published=moment,
    )
    if post.group is not None:
        return in_group(post.group, updated, post)
    return Outgoing(
        activity=updated,
        account_id=post.author.id,
        to_accounts=tuple(mention.account_id for mention in post.mentions),
        to_followers=post.visibility != "direct",
        to_holders_of=post.id,
        shows=post.id,
    )


async def _build_unedited(node: Node, event: PollCounted | PostRefreshed) -> Outgoing | None:
    """The post as it is now, with the counts of its poll and what is approved of its quote, for who has it and who voted; its `updated` stays, since
    nobody wrote anything.
    """
    post = await posts.of_our_own(node, event.post_id)
    if post.local_only:
        return None
    to, cc = documents.addressing(post)
    document = documents.post(node, post)
    counted = new_activity(
        "Update", new_id(node), post.author.uri, document, to, cc, audience=documents.audience_of(post), published=node.clock.now(),
    )  # fmt: skip
    if post.group is not None:
        return in_group(post.group, counted, post)
    return Outgoing(
        activity=counted,
        account_id=post.author.id,
        to_accounts=await voters_elsewhere(node, post.id),
        to_holders_of=post.id,
        shows=post.id,
    )
