"""Delete: a post, an actor or the approval of a quote is gone (ActivityPub §6.4, §7.4; Tombstone, FEP-4f05; FEP-044f). The owner alone may.

A Delete asks nobody anything: of an actor that we never knew it costs no fetch (`receive.admit` answers it), and one that comes before its Create is
remembered, so that the Create finds its place taken.
"""

from dataclasses import dataclass, replace

from fediverse.actions import accounts, quotes, received
from fediverse.activitystreams.activities import Activity
from fediverse.activitystreams.building import activity as new_activity
from fediverse.activitystreams.building import embedded, tombstone
from fediverse.activitystreams.values import PUBLIC
from fediverse.errors import Refused
from fediverse.events import AccountDeleted, PostDeleted
from fediverse.federation import documents
from fediverse.federation.activities.create import in_group, pass_on
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.group_posts import may_take_out
from fediverse.federation.outgoing import Outgoing
from fediverse.federation.standing import object_uri, sender_of
from fediverse.federation.wants import NOTHING, Wants
from fediverse.group_events import GroupPostTakenOut
from fediverse.node import Node
from fediverse.policy.hosts import same_origin
from fediverse.queries import accounts as people
from fediverse.queries import groups, posts


@dataclass(frozen=True, slots=True)
class Gone:
    """*uri* of a post or a quote authorization of the account, or None: the account itself. *group_id*: the group that the post stands in.

    *by_moderator*: somebody else's post, which a moderator takes out of that group.
    """

    account_id: int
    uri: str | None
    group_id: int | None = None
    by_moderator: bool = False


def wants(activity: Activity) -> Wants:  # noqa: ARG001 - the same for every type
    return NOTHING


async def verify(node: Node, admitted: AdmittedActivity) -> Gone:
    """What goes. Raises Refused for what is of another origin; whose post it is, the verb asks."""
    sender = await sender_of(node, admitted)
    uri = object_uri(admitted)
    if uri == sender.uri:
        return Gone(sender.id, None)
    group_id = await posts.group_of_uri(node, uri)
    if group_id is not None and await posts.author_of_uri(node, uri) != sender.id:
        if admitted.via_group not in {None, group_id} or not await may_take_out(node, group_id, sender):
            raise Refused("Only its author and the group's moderators may delete this")
        return Gone(sender.id, uri, group_id, by_moderator=True)
    if not same_origin(uri, sender.uri, allow_http=node.settings.development):
        raise Refused("What is deleted is of another origin than its sender")
    return Gone(sender.id, uri, group_id)


async def apply(node: Node, admitted: AdmittedActivity, verified: Gone) -> None:
    if verified.uri is None:
        await accounts.delete_remote(node, verified.account_id)
        return
    post_id = await posts.id_of_uri(node, verified.uri)
    if verified.by_moderator:
        await received.take_out(node, verified.uri)
    else:
        await quotes.receive_revocation(node, verified.uri, verified.account_id)
        await received.receive_delete(node, verified.uri, verified.account_id)
    if verified.group_id is not None and await groups.is_ours(node, verified.group_id):
        await pass_on(node, admitted, verified.group_id, post_id)


async def build(node: Node, event: PostDeleted | AccountDeleted) -> Outgoing | None:
    """To everybody who may have the post, and None for one that never left; of an account, to everybody who had to do with it."""
    if isinstance(event, AccountDeleted):
        return _account_gone(node, event)
    post = await posts.of_our_own(node, event.post_id)
    if post.local_only:
        return None
    wide = post.visibility in {"public", "unlisted"}
    to = (PUBLIC,) if wide else documents.addressing(post)[0]
    gone = embedded(tombstone(event.uri, event.former_type or "Note", node.clock.now()))
    deleted = new_activity(
        "Delete", f"{event.uri}#delete", post.author.uri, gone, to, audience=documents.audience_of(post), published=node.clock.now(),
    )  # fmt: skip
    if post.group is not None:
        return replace(in_group(post.group, deleted, post), shows=None, to_holders_of=post.id)
    return Outgoing(
        activity=deleted,
        account_id=post.author.id,
        to_accounts=tuple(event.mentioned),
        to_followers=post.visibility != "direct",
        to_holders_of=post.id,
    )


async def build_taken_out(node: Node, event: GroupPostTakenOut) -> Outgoing | None:
    """A moderator's word, which goes the way of what members say: through the group, to everybody who has the post."""
    post = await posts.of_our_own(node, event.post_id)
    if post.group is None:
        return None
    moderator = await people.account(node, None, event.account_id)
    gone = embedded(tombstone(event.post_uri, event.former_type or "Note", node.clock.now()))
    deleted = new_activity(
        "Delete", event.uri, moderator.uri, gone, documents.addressing(post)[0], audience=documents.audience_of(post), published=node.clock.now(),
    )  # fmt: skip
    return replace(in_group(post.group, deleted, post), account_id=moderator.id, shows=None, to_holders_of=post.id)


def _account_gone(node: Node, event: AccountDeleted) -> Outgoing:
    gone = new_activity("Delete", f"{event.uri}#delete", event.uri, event.uri, (PUBLIC,), published=node.clock.now())
    return Outgoing(
        activity=gone,
        account_id=event.account_id,
        to_accounts=tuple(event.known_to),
        to_holders_of_all_by=event.account_id,
    )
