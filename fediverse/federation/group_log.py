"""What a group sends to its members, numbered: as it is sent, and as a member's node reads it again when a number is missing.

`build` is called by `send` for each entry; `entry_document` by `group_objects` for who asks. Both say the same under the same id.
"""

import orjson

from fediverse.activitystreams.building import activity as new_activity
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import PUBLIC
from fediverse.clock import from_ms
from fediverse.errors import NotFound
from fediverse.federation.outgoing import Outgoing
from fediverse.group_events import GroupRelayed, GroupShared
from fediverse.node import Node
from fediverse.queries import groups
from fediverse.queries.group_views import GroupEntryView, GroupView

_SHOWS = frozenset({"Create", "Update"})


async def build(node: Node, event: GroupRelayed) -> Outgoing | None:
    """None while the group rests: what was numbered just before is read by its members' nodes when it goes on."""
    group = await groups.group(node, None, event.account_id)
    entry = await groups.entry(node, event.entry_id)
    if group.paused:
        return None
    is_gone = entry.type == "Delete"
    return Outgoing(
        activity=entry_document(group, entry),
        account_id=group.id,
        to_followers=True,
        to_nodes_of_group=True,
        to_holders_of=entry.post_id if is_gone else None,
        shows=entry.post_id if entry.type in _SHOWS else None,
    )


async def build_share(node: Node, event: GroupShared) -> Outgoing | None:
    """An Announce of the post itself: microblogs understand no other (Mastodon). None when it is gone already."""
    group = await groups.group(node, None, event.account_id)
    entry = await groups.entry(node, event.entry_id)
    said = said_in(entry).get("object")
    uri = said.get("id") if isinstance(said, dict) else said
    if group.paused or group.access != "open" or not isinstance(uri, str):
        return None
    account = group.account
    shared = new_activity(
        "Announce", f"{account.uri}/log/{entry.sequence}/object", account.uri, uri, (PUBLIC,), (account.followers_url,),
        audience=account.uri, published=from_ms(entry.created_at_ms),
    )  # fmt: skip
    return Outgoing(
        activity=shared,
        account_id=group.id,
        to_followers=True,
        to_nodes_of_group=True,
        shows=entry.post_id,
        public=True,
    )


def entry_document(group: GroupView, entry: GroupEntryView) -> JSON:
    """The Announce of an entry, without a proof."""
    account = group.account
    to, cc = ((PUBLIC,), (account.followers_url,)) if group.access == "open" else ((group.members_url,), ())
    return new_activity(
        "Announce", f"{account.uri}/log/{entry.sequence}", account.uri, said_in(entry), to, cc,
        audience=account.uri, published=from_ms(entry.created_at_ms), extra={"sequence": entry.sequence},
    )  # fmt: skip


def said_in(entry: GroupEntryView) -> JSON:
    """What the member said. Raises NotFound for a post that is deleted: its words went with it."""
    if not entry.body:
        raise NotFound
    found = orjson.loads(entry.body)
    if not isinstance(found, dict):
        raise NotFound
    return found
