"""Flag: another node reports one of our people to us, or we report one of theirs (ActivityStreams, Flag; Mastodon's reports).

Ours are said by the node's own actor, so that whoever reported stays unknown elsewhere. Theirs reach our administrators; every object must be ours.
"""

from dataclasses import dataclass

from fediverse.actions.posting import notify
from fediverse.activitystreams.activities import Activity
from fediverse.activitystreams.building import activity as new_activity
from fediverse.errors import NotFound, Refused
from fediverse.events import ContentReported
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.gate import is_ours
from fediverse.federation.outgoing import Outgoing, new_id, remote
from fediverse.federation.standing import sender_of
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node
from fediverse.queries import posts
from fediverse.queries.accounts import account, administrators, by_uri

MAX_OBJECTS = 50


@dataclass(frozen=True, slots=True)
class Reported:
    """Who reports, and the first post that is reported; 0 when only people are."""

    reporter_id: int
    post_id: int


def wants(activity: Activity) -> Wants:  # noqa: ARG001 - the same for every type
    return NOTHING


async def verify(node: Node, admitted: AdmittedActivity) -> Reported:
    """Raises Refused when something that is not ours is reported to us, NotFound when nothing of it exists."""
    sender = await sender_of(node, admitted)
    uris = admitted.activity.object_ids[:MAX_OBJECTS]
    if not all(is_ours(node, uri) for uri in uris):
        raise Refused("Only what is of this node can be reported here")
    known = [number for uri in uris if (number := await posts.id_of_uri(node, uri)) is not None]
    people = [found for uri in uris if (found := await by_uri(node, uri)) is not None and found.local]
    if not known and not people:
        raise NotFound
    return Reported(sender.id, known[0] if known else 0)


async def apply(node: Node, admitted: AdmittedActivity, verified: Reported) -> None:  # noqa: ARG001 - the same for every type
    await notify(node, "admin.report", await administrators(node), verified.reporter_id, verified.post_id)


async def build(node: Node, event: ContentReported) -> Outgoing | None:
    """None unless the report is to be passed on to another node."""
    target = await account(node, None, event.target_id)
    if not event.forward or target.local:
        return None
    reported = [await posts.of_our_own(node, post_id) for post_id in event.post_ids]
    objects = [target.uri, *(post.uri for post in reported if post.author.id == target.id)]
    flagged = new_activity(
        "Flag", new_id(node), node.uri("/actor"), objects, (target.uri,), extra={"content": event.comment}
    )
    return Outgoing(activity=flagged, account_id=node.instance_id, to_accounts=remote(target))
