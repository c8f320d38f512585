"""Delete: a post, an actor or the approval of a quote is gone (ActivityPub §6.4, §7.4; Tombstone, FEP-4f05; FEP-044f). The owner alone may.

A Delete asks nobody anything: of an actor that we never knew it costs no fetch (`receive.admit` answers it), and one that comes before its Create is
remembered, so that the Create finds its place taken.
"""

from dataclasses import dataclass

from fediverse.actions import accounts, quotes, received
from fediverse.activitystreams.activities import Activity
from fediverse.activitystreams.building import activity as new_activity
from fediverse.activitystreams.building import embedded, tombstone
from fediverse.activitystreams.values import PUBLIC
from fediverse.errors import Refused
from fediverse.events import AccountDeleted, PostDeleted
from fediverse.federation import documents
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.outgoing import Outgoing
from fediverse.federation.standing import object_uri, sender_of
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node
from fediverse.policy.hosts import same_origin
from fediverse.queries import posts


@dataclass(frozen=True, slots=True)
class Gone:
    """*uri* of a post or a quote authorization of the account, or None: the account itself."""

    account_id: int
    uri: str | None


def wants(activity: Activity) -> Wants:  # noqa: ARG001 - the same for every type
    return NOTHING


async def verify(node: Node, admitted: AdmittedActivity) -> Gone:
    """What goes. Raises Refused for what is of another origin; whose post it is, the verb asks."""
    sender = await sender_of(node, admitted)
    uri = object_uri(admitted)
    if uri == sender.uri:
        return Gone(sender.id, None)
    if not same_origin(uri, sender.uri, allow_http=node.settings.development):
        raise Refused("What is deleted is of another origin than its sender")
    return Gone(sender.id, uri)


async def apply(node: Node, admitted: AdmittedActivity, verified: Gone) -> None:  # noqa: ARG001 - the same for every type
    if verified.uri is None:
        await accounts.delete_remote(node, verified.account_id)
    else:
        await quotes.receive_revocation(node, verified.uri, verified.account_id)
        await received.receive_delete(node, verified.uri, verified.account_id)


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
    deleted = new_activity("Delete", f"{event.uri}#delete", post.author.uri, gone, to, published=node.clock.now())
    return Outgoing(
        activity=deleted,
        account_id=post.author.id,
        to_accounts=tuple(event.mentioned),
        to_followers=post.visibility != "direct",
        to_holders_of=post.id,
    )


def _account_gone(node: Node, event: AccountDeleted) -> Outgoing:
    gone = new_activity("Delete", f"{event.uri}#delete", event.uri, event.uri, (PUBLIC,), published=node.clock.now())
    return Outgoing(
        activity=gone,
        account_id=event.account_id,
        to_accounts=tuple(event.known_to),
        to_holders_of_all_by=event.account_id,
    )
