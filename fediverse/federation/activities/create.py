"""Create: a post appears (ActivityPub §6.2, §7.2). Also where a post from elsewhere is judged, for `update` to ask the same.

Kept is what somebody here has reason to see: public and unlisted posts of an allowed node, since the network timeline wants them; private ones when
somebody here follows the author or is addressed; direct ones when somebody here is addressed. The rest came by mistake and is dropped, so that a
sender's error never widens an audience. Refused: Mastodon's rule, which also drops public posts of people whom nobody here follows.
"""

from dataclasses import dataclass, replace

from fediverse.actions import group_rows, received
from fediverse.activitystreams.activities import Activity
from fediverse.activitystreams.objects import RemotePost, parse_post, visibility_of
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.tags import mentions_of
from fediverse.activitystreams.values import ids_of
from fediverse.errors import Malformed, NotFound, Refused
from fediverse.events import PostPublished
from fediverse.federation import documents, group_posts, votes
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.gate import is_ours
from fediverse.federation.outgoing import Outgoing
from fediverse.federation.standing import has_followers_here, local_account, sender_of, visible_post
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node
from fediverse.policy.hosts import same_origin
from fediverse.queries import posts
from fediverse.queries.audience import addressees
from fediverse.queries.views import AccountView, PostGroup, PostView


@dataclass(frozen=True, slots=True)
class Written:
    """*post* is its author's to say, and is for somebody here."""

    author_id: int
    post: RemotePost
    group: PostGroup | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """*post_id* came from its author's node already; *group_id* passed on that it stands there."""

    post_id: int
    group_id: int | None


def wants(activity: Activity) -> Wants:
    """A post that is only named is fetched; an embedded one is in hand, and hints at whom it names and what it answers."""
    if activity.object is None:
        return Wants(posts=frozenset({activity.object_id})) if activity.object_id else NOTHING
    answered = ids_of(activity.object.get("inReplyTo"))[:1]
    addressed = {*ids_of(activity.object.get("to")), *ids_of(activity.object.get("cc"))}
    named = tuple(uri for uri, _name in mentions_of(activity.object) if uri in addressed)
    return Wants(hinted_accounts=named, hinted_posts=answered)


async def verify(node: Node, admitted: AdmittedActivity) -> Written | votes.Votes | Fetched:
    """The post, or votes in a poll of ours, or what was fetched and kept already. Raises Malformed and Refused when it is not its sender's, or
    for nobody here.
    """
    sender = await sender_of(node, admitted)
    several = votes.several_in(admitted.activity)
    if several:
        return await votes.verify(node, sender, several)
    if admitted.activity.object is None:
        return await _fetched(node, admitted, sender)
    post = authored_post(node, admitted, sender)
    if post.looks_like_vote:
        return await votes.verify(node, sender, [post])
    group = await group_posts.group_of(node, admitted, post, sender)
    if group is None:
        await require_audience(node, post, sender)
    await _require_visible_parent(node, post, sender)
    return Written(sender.id, post, group)


async def apply(node: Node, admitted: AdmittedActivity, verified: Written | votes.Votes | Fetched) -> None:
    match verified:
        case votes.Votes():
            await votes.apply(node, verified)
        case Fetched(post_id=post_id, group_id=group_id):
            if group_id is not None:
                await received.stands_in(node, post_id, group_id)
        case Written(author_id=author_id, post=post, group=group):
            post_id_or_none = await received.receive(node, post, author_id, group=group)
            if post_id_or_none is not None and group is not None:
                await _stand_in(node, admitted, group, post_id_or_none)


async def _stand_in(node: Node, admitted: AdmittedActivity, group: PostGroup, post_id: int) -> None:
    """One of our groups passes it on. Of one elsewhere it may have been here before, as the author is followed: its word puts it there all the same."""
    if group.account.local:
        await pass_on(node, admitted, group.account.id, post_id)
    else:
        await received.stands_in(node, post_id, group.account.id)


async def pass_on(node: Node, admitted: AdmittedActivity, group_id: int, post_id: int | None) -> None:
    """One of our groups gives what a member said to all its members, unchanged."""
    body = admitted.body.decode("utf-8")
    await group_rows.relay(node, group_id, admitted.id, admitted.type, body, post_id)


async def build(node: Node, event: PostPublished) -> Outgoing | None:
    """None for a post that stays on this node."""
    post = await posts.of_our_own(node, event.post_id)
    if post.local_only or post.boost_of is not None:
        return None
    if post.group is not None:
        return in_group(post.group, documents.created(node, post), post)
    named = [mention.account_id for mention in post.mentions]
    to = addressees(post.visibility, named, post.reply_to_account_id)
    return Outgoing(
        activity=documents.created(node, post),
        account_id=post.author.id,
        to_accounts=to.accounts,
        to_followers=to.followers,
        shows=post.id,
        public=post.visibility in {"public", "unlisted"},
    )


def in_group(group: PostGroup, said: JSON, post: PostView) -> Outgoing:
    """What an author says of a post in a group goes to the group alone, which gives it to its members; to nobody who is named, and to no follower."""
    if group.account.local:
        return Outgoing(activity=said, account_id=post.author.id, shows=post.id, through_group=group.account.id)
    return Outgoing(activity=said, account_id=post.author.id, to_accounts=(group.account.id,), shows=post.id)


def authored_post(node: Node, admitted: AdmittedActivity, sender: AccountView) -> RemotePost:
    """The embedded post, which its sender wrote, at the sender's own origin. Raises Malformed or Refused."""
    document = admitted.activity.object
    if document is None:
        raise Malformed("The activity needs exactly one object, embedded")
    post = parse_post(document)
    if post.author_uri != sender.uri:
        raise Refused("The post is attributed to somebody else than its sender")
    if not same_origin(post.uri, sender.uri, allow_http=node.settings.development):
        raise Refused("The post's id is not of its author's origin")
    if post.to or post.cc:
        return post
    return replace(
        post, to=admitted.activity.to, cc=admitted.activity.cc
    )  # some servers address the activity alone (ActivityPub §6.2)


async def require_audience(node: Node, post: RemotePost, author: AccountView) -> None:
    """Raises Refused when nobody here is meant to see *post*."""
    visibility = visibility_of(post.to, post.cc, author.followers_url or None)
    if visibility in {"public", "unlisted"}:
        return
    if visibility == "private" and await has_followers_here(node, author.id):
        return
    for uri in dict.fromkeys([*post.to, *post.cc]):
        if is_ours(node, uri) and await _is_somebody_here(node, uri):
            return
    raise Refused("Nobody here is addressed")


async def _require_visible_parent(node: Node, post: RemotePost, author: AccountView) -> None:
    """Raises Refused for an answer to a post of ours that its author may not see; the person's rule alone would let company posts be answered."""
    answered = post.in_reply_to
    if answered is None or not is_ours(node, answered):
        return
    try:
        await visible_post(node, author, answered)
    except NotFound as hidden:
        if await posts.id_of_uri(node, answered) is not None:
            raise Refused("What this answers is not for its author") from hidden


async def _is_somebody_here(node: Node, uri: str) -> bool:
    try:
        await local_account(node, uri)
    except NotFound:
        return False
    return True


async def _fetched(node: Node, admitted: AdmittedActivity, sender: AccountView) -> Fetched:
    uri = admitted.activity.object_id
    if uri is None:
        raise Malformed("The activity needs exactly one object")
    found = await posts.by_uri(node, sender.id, uri)
    if found is None or found.author.id != sender.id:
        raise Refused("The post is somebody else's than its sender's")
    return Fetched(found.id, admitted.via_group)
