"""Undo: a follow, like, boost, block or acceptance is taken back (ActivityPub §6.10, §7.12). By whoever did it, and nobody else.

What is undone is found by the id under which it was stored, then by the embedded copy, since some servers make up new ids for copies. An Undo that
comes before its Announce, Like or Follow is remembered, so that the later one has no effect; of the last two by the copy only, as a bare id says nothing.
"""

from dataclasses import dataclass, replace
from typing import Literal

from fediverse.actions import boosts, early_undos, reactions, relations
from fediverse.activitystreams.activities import Activity
from fediverse.activitystreams.building import activity as new_activity
from fediverse.activitystreams.building import embedded
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import PUBLIC, id_of, only_id_of, type_of
from fediverse.errors import Malformed, NotFound, Refused
from fediverse.events import BoostUndone, FollowUndone, LikeUndone
from fediverse.federation.activities.accept import our_follower
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.outgoing import Outgoing, remote
from fediverse.federation.standing import local_account, our_post, sender_of
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node
from fediverse.policy.hosts import same_origin
from fediverse.queries import posts
from fediverse.queries.accounts import account
from fediverse.queries.relations import follow_by_uri
from fediverse.queries.views import AccountView


@dataclass(frozen=True, slots=True)
class Undone:
    """*what* of the account is undone, and with whom or what: *other_id* is an account or a post; *uri* the boost's, or that of a copy
    that nothing was stored under.
    """

    what: Literal["follow", "like", "boost", "block", "acceptance"]
    account_id: int
    other_id: int = 0
    uri: str = ""


def wants(activity: Activity) -> Wants:  # noqa: ARG001 - the same for every type
    return NOTHING


async def verify(node: Node, admitted: AdmittedActivity) -> Undone:
    """What is undone. Raises Refused when it is somebody else's, NotFound when there is no such thing, Malformed."""
    sender = await sender_of(node, admitted)
    uri, copy = admitted.activity.object_id, admitted.activity.object
    if copy is not None and only_id_of(copy.get("actor")) not in {None, sender.uri}:
        raise Refused("Only whoever did it may undo it")
    stored = None if uri is None else await _by_stored_id(node, sender, uri)
    if stored is not None:
        return stored
    if copy is None:
        raise NotFound("What is undone is not known")
    return await _by_copy(node, sender, admitted.activity, copy)


async def apply(node: Node, admitted: AdmittedActivity, verified: Undone) -> None:  # noqa: ARG001 - the same for every type
    account_id, other_id = verified.account_id, verified.other_id
    if verified.what in {"follow", "like"} and verified.uri:
        await early_undos.remember(node, account_id, verified.uri)
    match verified.what:
        case "follow":
            await relations.unfollow(node, account_id, other_id)
        case "like":
            await reactions.unlike(node, account_id, other_id)
        case "boost":
            await boosts.receive_undo(node, account_id, verified.uri)
        case "block":
            await relations.unblock(node, account_id, other_id)
        case "acceptance":
            await relations.reject(node, account_id, other_id)


async def _by_stored_id(node: Node, sender: AccountView, uri: str) -> Undone | None:
    try:
        follower_id, target_id = await follow_by_uri(node, uri)
    except NotFound:
        pass
    else:
        if follower_id != sender.id:
            raise Refused("Only whoever did it may undo it")
        return Undone("follow", sender.id, target_id)
    try:
        return Undone("like", sender.id, await reactions.liked_post_of(node, sender.id, uri))
    except NotFound:
        known = await posts.id_of_uri(node, uri)
        return None if known is None else Undone("boost", sender.id, uri=uri)


async def _by_copy(node: Node, sender: AccountView, activity: Activity, copy: JSON) -> Undone:
    uri, other = id_of(copy), copy.get("object")
    own = uri if uri is not None and same_origin(uri, sender.uri, allow_http=node.settings.development) else None
    match type_of(copy):
        case "Follow":
            return Undone("follow", sender.id, (await local_account(node, only_id_of(other))).id, own or "")
        case "Like":
            return Undone("like", sender.id, (await our_post(node, sender, only_id_of(other) or "")).id, own or "")
        case "Block":
            return Undone("block", sender.id, (await local_account(node, only_id_of(other))).id)
        case "Announce" if own is not None:
            return Undone("boost", sender.id, uri=own)
        case "Accept":
            accepted = _inner(activity, copy)
            return Undone("acceptance", sender.id, await our_follower(node, accepted, sender))
        case _:
            raise Malformed("This cannot be undone")


def _inner(activity: Activity, copy: JSON) -> Activity:
    """The Accept that is undone, as if it had come from the same actor: what it accepted is looked up in the same way."""
    accepted = copy.get("object")
    return replace(activity, object_id=only_id_of(accepted), object=accepted if isinstance(accepted, dict) else None)


async def build(node: Node, event: LikeUndone | BoostUndone | FollowUndone) -> Outgoing | None:
    match event:
        case LikeUndone():
            return await _build_unlike(node, event)
        case BoostUndone():
            return await _build_unboost(node, event)
        case FollowUndone():
            return await _build_unfollow(node, event)


async def _build_unlike(node: Node, event: LikeUndone) -> Outgoing:
    person = await account(node, None, event.account_id)
    post = await posts.of_our_own(node, event.post_id)
    liked = new_activity("Like", event.uri, person.uri, post.uri)
    return _undo(person, event.uri, liked, (post.author.uri,), to_accounts=remote(post.author))


async def _build_unfollow(node: Node, event: FollowUndone) -> Outgoing:
    person = await account(node, None, event.account_id)
    target = await account(node, None, event.target_id)
    followed = new_activity("Follow", event.uri, person.uri, target.uri)
    return _undo(person, event.uri, followed, (target.uri,), to_accounts=remote(target))


async def _build_unboost(node: Node, event: BoostUndone) -> Outgoing | None:
    """To whoever got the boost; None when it never left."""
    person = await account(node, None, event.account_id)
    author = await account(node, None, event.boosted_author_id)
    boost = await posts.of_our_own(node, event.post_id)
    if boost.local_only:
        return None
    boosted = new_activity("Announce", event.uri, person.uri, event.boosted_uri)
    to = (PUBLIC,) if boost.visibility in {"public", "unlisted"} else (person.followers_url,)
    return _undo(
        person, event.uri, boosted, to, to_accounts=remote(author), to_followers=True, to_holders_of=event.post_id
    )


def _undo(
    person: AccountView,
    uri: str,
    undone: JSON,
    to: tuple[str, ...],
    *,
    to_accounts: tuple[int, ...],
    to_followers: bool = False,
    to_holders_of: int | None = None,
) -> Outgoing:
    activity = new_activity("Undo", f"{uri}#undo", person.uri, embedded(undone), to)
    return Outgoing(activity, person.id, to_accounts, to_followers, to_holders_of)
