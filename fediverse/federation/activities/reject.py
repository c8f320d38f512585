"""Reject: a request to follow or to quote is refused, or a follower removed (ActivityPub §6.7, §7.7). The rules are those of Accept."""

from fediverse.actions import quotes, relations
from fediverse.activitystreams.activities import Activity
from fediverse.events import FollowRejected
from fediverse.federation.activities.accept import Answered, answer, our_follower
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.outgoing import Outgoing
from fediverse.federation.quotes import AnsweredQuote, rejected
from fediverse.federation.standing import sender_of
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node


def wants(activity: Activity) -> Wants:  # noqa: ARG001 - the same for every type
    return NOTHING


async def verify(node: Node, admitted: AdmittedActivity) -> Answered | AnsweredQuote:
    sender = await sender_of(node, admitted)
    refusal = await rejected(node, admitted.activity, sender)
    return refusal or Answered(sender.id, await our_follower(node, admitted.activity, sender))


async def apply(node: Node, admitted: AdmittedActivity, verified: Answered | AnsweredQuote) -> None:  # noqa: ARG001 - the same for every type
    match verified:
        case AnsweredQuote(post_id=post_id):
            await quotes.receive_answer(node, post_id, "")
        case Answered(target_id=target_id, follower_id=follower_id):
            await relations.reject(node, target_id, follower_id)


async def build(node: Node, event: FollowRejected) -> Outgoing | None:
    return await answer(node, "Reject", event.account_id, event.follower_id, event.uri)
