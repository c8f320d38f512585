"""Accept: a request to follow, or to quote (FEP-044f), is granted (ActivityPub §6.6, §7.6). It counts only for what one of our people asked of that very actor.

Servers name the Follow by its id, or embed a copy; some make up the id of the copy. The id that we gave is looked at first, then who asked whom.
"""

from dataclasses import dataclass

from fediverse.actions import group_rows, quotes, relations, roster
from fediverse.activitystreams.activities import Activity
from fediverse.activitystreams.building import activity as new_activity
from fediverse.activitystreams.building import embedded
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import only_id_of, types_of
from fediverse.errors import NotFound, Refused
from fediverse.events import FollowAccepted
from fediverse.federation import relayed
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.outgoing import Outgoing, new_id, remote
from fediverse.federation.quotes import AnsweredQuote, accepted
from fediverse.federation.standing import local_account, sender_of
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node
from fediverse.queries.accounts import account
from fediverse.queries.groups import log_begins_at
from fediverse.queries.relations import follow_by_uri, follow_state
from fediverse.queries.views import AccountView


@dataclass(frozen=True, slots=True)
class Answered:
    """*target_id* answers the request of our *follower_id*."""

    target_id: int
    follower_id: int


def wants(activity: Activity) -> Wants:  # noqa: ARG001 - the same for every type
    return NOTHING


async def verify(node: Node, admitted: AdmittedActivity) -> Answered | AnsweredQuote:
    """Whose request is granted. Raises Refused when it was made to somebody else, NotFound when it was never made."""
    sender = await sender_of(node, admitted)
    approval = await accepted(node, admitted.activity, sender)
    return approval or Answered(sender.id, await our_follower(node, admitted.activity, sender))


async def apply(node: Node, admitted: AdmittedActivity, verified: Answered | AnsweredQuote) -> None:
    match verified:
        case AnsweredQuote(post_id=post_id, stamp_uri=stamp_uri):
            await quotes.receive_answer(node, post_id, stamp_uri)
        case Answered(target_id=target_id, follower_id=follower_id):
            await relations.accept(node, target_id, follower_id)
            await _begin_with(node, admitted, target_id)


async def _begin_with(node: Node, admitted: AdmittedActivity, target_id: int) -> None:
    """A group says from which number on its log is for us; who is in it is asked by a job."""
    target = await account(node, None, target_id)
    if not target.group:
        return
    begins_at = relayed.sequence_of(admitted.activity)
    if begins_at is not None:
        await group_rows.note_position(node, target_id, begins_at - 1)
    await roster.ask_for_list(node, target_id)


async def build(node: Node, event: FollowAccepted) -> Outgoing | None:
    return await answer(node, "Accept", event.account_id, event.follower_id, event.uri)


async def our_follower(node: Node, activity: Activity, sender: AccountView) -> int:
    """Who of our people asked *sender* with the Follow that is the activity's object. Raises Refused and NotFound."""
    try:
        follower_id, target_id = await follow_by_uri(node, activity.object_id or "")
    except NotFound:
        return await _by_copy(node, activity.object, sender)
    if target_id != sender.id:
        raise Refused("Only the one who was asked may answer")
    return follower_id


async def _by_copy(node: Node, copy: JSON | None, sender: AccountView) -> int:
    if copy is None or types_of(copy) != ("Follow",):
        raise NotFound("No such request to follow is known")
    if only_id_of(copy.get("object")) != sender.uri:
        raise Refused("Only the one who was asked may answer")
    follower = await local_account(node, only_id_of(copy.get("actor")))
    if await follow_state(node, follower.id, sender.id) is None:
        raise NotFound("No such request to follow is known")
    return follower.id


async def answer(node: Node, type_: str, account_id: int, follower_id: int, follow_uri: str) -> Outgoing | None:
    """An Accept or Reject of a Follow, with a new id each time: a repeated Follow is answered again, and the answer must not look like the first."""
    target = await account(node, None, account_id)
    follower = await account(node, None, follower_id)
    follow = embedded(new_activity("Follow", follow_uri, follower.uri, target.uri))
    begins_at = await log_begins_at(node, target.id, follower.host) if target.group and type_ == "Accept" else None
    extra = {"sequence": begins_at} if begins_at is not None else None
    answered = new_activity(type_, new_id(node), target.uri, follow, (follower.uri,), extra=extra)
    return Outgoing(activity=answered, account_id=target.id, to_accounts=remote(follower))
