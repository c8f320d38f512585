"""What the activities of a batch will ask of the database, asked once for all of them. `workers/incoming` calls it for those that only add.

It decides nothing: each activity asks its own questions as if there were no batch, and finds some of the answers in `Node.batch`. Whatever is missed here
costs a question more.
"""

from collections.abc import Sequence
from typing import Any

from fediverse.actions import early_undos, received
from fediverse.activitystreams.values import is_web_address
from fediverse.federation.admitted import AdmittedActivity
from fediverse.node import Node
from fediverse.queries import accounts, audience, bare
from fediverse.queries.views import AccountView

_BRINGS_AN_ID = frozenset({"Announce", "Like"})


async def remember(node: Node, activities: Sequence[AdmittedActivity]) -> None:
    """Who does it and who is addressed; what is answered, liked or boosted, and whether the sender may see that; what is new; what was taken back."""
    await accounts.remember_for_batch(node, [uri for activity in activities for uri in _people(activity)])
    senders = {one.actor_uri: found for one in activities if (found := await accounts.by_uri(node, one.actor_uri))}
    by_known = [(senders[one.actor_uri], one) for one in activities if one.actor_uri in senders]
    await _remember_touched(node, [(sender, uri) for sender, one in by_known for uri in _touched(one)])
    named = {uri for one in activities for uri in _touched(one)}
    await received.remember_for_batch(node, [uri for one in activities for uri in _new(one)], named)
    await early_undos.remember_for_batch(
        node, [(sender.id, one.id) for sender, one in by_known if one.type in {"Follow", "Like"}]
    )


async def _remember_touched(node: Node, wanted: Sequence[tuple[AccountView, str]]) -> None:
    await bare.remember_for_batch(node, [(sender.id, uri) for sender, uri in wanted])
    if node.batch is None:
        return
    seen = [(sender.host, node.batch.posts.get((sender.id, uri))) for sender, uri in wanted]
    await audience.remember_for_batch(node, [(host, post.id) for host, post in seen if post and post.author.local])


def _people(activity: AdmittedActivity) -> list[str]:
    addressed = activity.activity.object or {}
    return [activity.actor_uri, *_named(addressed.get("to")), *_named(addressed.get("cc"))]


def _touched(activity: AdmittedActivity) -> list[str]:
    """The post that a post answers, or that is liked or boosted."""
    if activity.type in _BRINGS_AN_ID:
        return [activity.activity.object_id] if activity.activity.object_id is not None else []
    return _named((activity.activity.object or {}).get("inReplyTo"))[:1]


def _new(activity: AdmittedActivity) -> list[str]:
    """Under what a row of the table of posts will stand: the post's id, and that of a boost."""
    if activity.type == "Announce":
        return [activity.id]
    created = activity.activity.object_id if activity.type == "Create" else None
    return [created] if created is not None else []


def _named(value: Any) -> list[str]:
    """Addresses in *value*; whatever else it holds is for the activity itself to refuse."""
    return [
        one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str) and is_web_address(one)
    ]
