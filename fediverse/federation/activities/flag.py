"""Flag: another node reports one of our people to us, or we report one of theirs (ActivityStreams, Flag; Mastodon's reports).

Ours are said by the node's own actor, so that whoever reported stays unknown elsewhere. Theirs become reports that our moderators read: everything that
they name must be of one of our people, and a post is only written down if the node that reports it may have it, or a report would be a way to have it read.
"""

from dataclasses import dataclass

from fediverse.actions import reports
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
from fediverse.queries.accounts import account, by_uri
from fediverse.queries.audience import may_have
from fediverse.queries.reports import report
from fediverse.text.sanitise import plain_text

MAX_OBJECTS = 50


@dataclass(frozen=True, slots=True)
class Reported:
    """Who reports whom, and which of that person's posts."""

    reporter_id: int
    target_id: int
    post_ids: tuple[int, ...]
    comment: str


def wants(activity: Activity) -> Wants:  # noqa: ARG001 - the same for every type
    return NOTHING


async def verify(node: Node, admitted: AdmittedActivity) -> Reported:
    """Raises Refused when something that is not ours is reported to us, NotFound when nothing of it exists."""
    sender = await sender_of(node, admitted)
    uris = admitted.activity.object_ids[:MAX_OBJECTS]
    if not all(is_ours(node, uri) for uri in uris):
        raise Refused("Only what is of this node can be reported here")
    target_id = await _target(node, uris)
    seen = [number for uri in uris if (number := await _post_of(node, uri, target_id, sender.host)) is not None]
    words = admitted.activity.raw.get("content")
    return Reported(sender.id, target_id, tuple(seen), plain_text(words) if isinstance(words, str) else "")


async def apply(node: Node, admitted: AdmittedActivity, verified: Reported) -> None:
    await reports.receive(
        node, verified.reporter_id, verified.target_id, verified.post_ids, verified.comment, admitted.id
    )


async def build(node: Node, event: ContentReported) -> Outgoing | None:
    """None unless the report is to be passed on to another node."""
    target = await account(node, None, event.target_id)
    if not event.forward or target.local:
        return None
    written = await report(node, node.instance_id, event.report_id)
    objects = [target.uri, *(post.uri for post in written.posts if post.author.id == target.id)]
    flagged = new_activity(
        "Flag", new_id(node), node.uri("/actor"), objects, (target.uri,), extra={"content": written.comment}
    )
    return Outgoing(activity=flagged, account_id=node.instance_id, to_accounts=remote(target))


async def _target(node: Node, uris: tuple[str, ...]) -> int:
    """The one who is reported: the person who is named, else the author of the first post that is."""
    for uri in uris:
        person = await by_uri(node, uri)
        if person is not None and person.local and not person.deleted and person.kind != "application":
            return person.id
    for uri in uris:
        number = await posts.id_of_uri(node, uri)
        if number is not None:
            return (await posts.of_our_own(node, number)).author.id
    raise NotFound


async def _post_of(node: Node, uri: str, author_id: int, host: str) -> int | None:
    number = await posts.id_of_uri(node, uri)
    if number is None or not await may_have(node, host, number):
        return None
    return number if (await posts.of_our_own(node, number)).author.id == author_id else None
