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
from fediverse.federation import documents
from fediverse.federation.activities.create import authored_post, require_audience
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.outgoing import Outgoing, new_id
from fediverse.federation.standing import sender_of
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node
from fediverse.queries import posts
from fediverse.queries.accounts import account
from fediverse.queries.polls import voters_elsewhere


@dataclass(frozen=True, slots=True)
class Edited:
    author_id: int
    post: RemotePost
    known: bool


def wants(activity: Activity) -> Wants:
    """An actor that only names itself is asked anew."""
    if activity.object is None and activity.object_id == activity.actor:
        return Wants(fresh_accounts=frozenset({activity.actor}))
    return NOTHING


async def verify(node: Node, admitted: AdmittedActivity) -> RemoteActor | Edited | None:
    """What is new; None when it was fetched already. Raises Malformed and Refused for what is not the sender's own."""
    sender = await sender_of(node, admitted)
    document = admitted.activity.object
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
    if not known:
        await require_audience(node, post, sender)
    return Edited(sender.id, post, known)


async def apply(node: Node, admitted: AdmittedActivity, verified: RemoteActor | Edited | None) -> None:  # noqa: ARG001 - the same for every type
    match verified:
        case RemoteActor():
            await accounts.receive_actor(node, verified)
        case Edited(author_id=author_id, post=post, known=True):
            await received.receive_edit(node, post, author_id)
        case Edited(author_id=author_id, post=post):
            await received.receive(node, post, author_id)
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
    updated = new_activity(
        "Update", new_id(node), profile.uri, document, (PUBLIC,), (profile.followers_url,), published=node.clock.now()
    )
    return Outgoing(activity=updated, account_id=profile.id, to_followers=True)


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
        published=moment,
    )
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
    counted = new_activity("Update", new_id(node), post.author.uri, document, to, cc, published=node.clock.now())
    return Outgoing(
        activity=counted,
        account_id=post.author.id,
        to_accounts=await voters_elsewhere(node, post.id),
        to_holders_of=post.id,
        shows=post.id,
    )
