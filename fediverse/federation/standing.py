"""Who the sender of an admitted activity is to us, and what it may touch. The questions that several kinds of activity ask before they act.

Called by `activities/*` in `verify`. It says the same for what does not exist and for what the sender may not see: NotFound.
"""

from fediverse.errors import Malformed, NotFound, Refused
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.gate import is_ours, require_allowed
from fediverse.node import Node
from fediverse.policy.domains import Direction
from fediverse.queries import accounts, posts, relations
from fediverse.queries.audience import may_have
from fediverse.queries.views import AccountView, PostView

# A suspended actor may still take its own things back.
_CLEANS_UP = frozenset({"Delete", "Undo", "Reject", "Remove"})


async def sender_of(node: Node, admitted: AdmittedActivity, *, though_suspended: bool = False) -> AccountView:
    """The account of the activity's actor, whose host may still speak with us at this moment; a Delete is heard even if it may not.

    *though_suspended*: what is said is no more than what the actor's document says, which may be that its own server takes a suspension back.

    Raises NotFound for an unknown actor, DomainRefused, and Refused for one that is gone, suspended, or not from elsewhere.
    """
    if admitted.type != "Delete":
        await require_allowed(node, Direction.IN_POST, admitted.type, (admitted.actor_uri,))
    sender = await accounts.by_uri(node, admitted.actor_uri)
    if sender is None:
        raise NotFound("The actor is not known here")
    if (
        sender.local
        or sender.deleted
        or (sender.suspended and not though_suspended and admitted.type not in _CLEANS_UP)
    ):
        raise Refused("The actor may not do this any more")
    return sender


def object_uri(admitted: AdmittedActivity) -> str:
    """The id of the one object. Raises Malformed when there is none, or several."""
    uri = admitted.activity.object_id
    if uri is None:
        raise Malformed("The activity needs exactly one object with an id")
    return uri


async def local_account(node: Node, uri: str | None) -> AccountView:
    """The person of this node called *uri*. Raises NotFound for anybody else, for the node's own actor, and for who is gone."""
    found = await accounts.by_uri(node, uri) if uri is not None and is_ours(node, uri) else None
    if found is None or not found.local or found.deleted or found.suspended or found.kind == "application":
        raise NotFound
    return found


async def visible_post(node: Node, sender: AccountView, uri: str) -> PostView:
    """The post called *uri*, if the sender may see it: by the rule for persons, and for posts of ours by that for its server as well. Raises NotFound."""
    found = await posts.bare_post_by_uri(node, sender.id, uri)
    if found.local_only or (found.author.local and not await may_have(node, sender.host, found.id)):
        raise NotFound
    return found


async def our_post(node: Node, sender: AccountView, uri: str) -> PostView:
    """The same for a post that one of our people wrote; nobody else's is our business. Raises NotFound."""
    if not is_ours(node, uri):
        raise NotFound
    found = await visible_post(node, sender, uri)
    if not found.author.local:
        raise NotFound
    return found


async def has_followers_here(node: Node, account_id: int) -> bool:
    """Whether somebody of this node follows the remote account."""
    return await relations.has_followers_here(node, account_id)
