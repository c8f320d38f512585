"""Move: an actor lives elsewhere from now on (FEP-7628). Both ends must say so, asked anew of each: the old one names the new one in `movedTo`, the new
one names the old one in `alsoKnownAs`. A move to a domain that is not allowed is refused at the door.
"""

from dataclasses import dataclass

from fediverse.actions import relations
from fediverse.activitystreams.activities import Activity
from fediverse.activitystreams.building import activity as new_activity
from fediverse.errors import Malformed, NotFound, Refused
from fediverse.events import AccountMoved
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.outgoing import Outgoing, new_id
from fediverse.federation.standing import object_uri, sender_of
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node
from fediverse.queries.accounts import account, by_uri


@dataclass(frozen=True, slots=True)
class Moved:
    account_id: int
    target_id: int


def wants(activity: Activity) -> Wants:
    if activity.target_id is None or activity.object_id != activity.actor:
        return NOTHING
    return Wants(fresh_accounts=frozenset({activity.actor, activity.target_id}))


async def verify(node: Node, admitted: AdmittedActivity) -> Moved:
    """From where to where. Raises Refused unless an actor moves itself and both ends say so."""
    sender = await sender_of(node, admitted)
    if object_uri(admitted) != sender.uri:
        raise Refused("Only an actor itself may move")
    if admitted.activity.target_id is None:
        raise Malformed("A Move needs a target")
    target = await by_uri(node, admitted.activity.target_id)
    if target is None or target.deleted:
        raise NotFound
    if sender.uri not in target.also_known_as or sender.moved_to_uri != target.uri:
        raise Refused("The two accounts do not name each other")
    return Moved(sender.id, target.id)


async def apply(node: Node, admitted: AdmittedActivity, verified: Moved) -> None:  # noqa: ARG001 - the same for every type
    await relations.move(node, verified.account_id, verified.target_id)


async def build(node: Node, event: AccountMoved) -> Outgoing | None:
    person = await account(node, None, event.account_id)
    target = await account(node, None, event.target_id)
    moved = new_activity("Move", new_id(node), person.uri, person.uri, (person.followers_url,), target=target.uri)
    return Outgoing(activity=moved, account_id=person.id, to_followers=True)
