"""Reads what a group of another node sent and this node missed, and who its members are.

`before` is asked by `workers/incoming` for each numbered Announce: when a number is missing, those in between are fetched from the group's log first and
stand in the queue like what was sent to us. `follow_up` is the job after one of our people was let in. Both speak to the group's own host alone.
"""

from collections.abc import Sequence
from contextlib import suppress

from fediverse.actions import group_rows, peers, resolve, roster
from fediverse.activitystreams.strict_json import JSON, parse
from fediverse.activitystreams.values import objects_of, only_id_of, string_of
from fediverse.errors import FediverseError, NotFound, SignatureRefused, Unreachable
from fediverse.federation import receive, relayed
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.gate import host_named
from fediverse.log import get
from fediverse.node import Node
from fediverse.policy.domains import Direction
from fediverse.policy.groups import ROLES, Role
from fediverse.policy.hosts import same_origin
from fediverse.queries import accounts, groups
from fediverse.queries.group_views import GroupView

MAX_PAGES = 200
MAX_MEMBER_PAGES = 500
MAX_STRANGERS = 500
"""Members whom this node never heard of, and looks up for one list. The others come to be known by what they write."""
_log = get(__name__)


async def before(node: Node, batch: Sequence[AdmittedActivity]) -> dict[str, Unreachable]:
    """Have everything in the queue that groups sent before what of theirs is in *batch*. Answers the ids of what has to wait for that, and why."""
    numbered = [
        (one, sequence)
        for one in batch
        if one.type == "Announce" and (sequence := relayed.sequence_of(one.activity)) is not None
    ]
    senders = {uri: await _group_of(node, uri) for uri in dict.fromkeys(one.actor_uri for one, _sequence in numbered)}
    waiting: dict[str, Unreachable] = {}
    reached: dict[str, int] = {}
    for one, sequence in numbered:
        group = senders[one.actor_uri]
        if group is None:
            continue
        position = reached.get(one.actor_uri, group.sequence)
        reached[one.actor_uri] = max(position, sequence)
        if sequence <= position + 1:
            continue
        try:
            if await _fetch_log(node, group, until=sequence):
                waiting[one.id] = Unreachable("What the group sent before this is applied first", retry_after_s=1)
        except Unreachable as problem:
            waiting[one.id] = problem
        except FediverseError as problem:
            _log.warning("group.log_unread", group=one.actor_uri, reason=problem.safe)
    return waiting


async def _group_of(node: Node, uri: str) -> GroupView | None:
    """The group of another node whose address this is."""
    sender = await accounts.by_uri(node, uri)
    if sender is None or not sender.group or sender.local:
        return None
    try:
        return await groups.group(node, None, sender.id)
    except NotFound:
        return None


async def follow_up(node: Node, group_id: int) -> None:
    """After one of our people was let in: who else is, and what was sent until now as far as it is for us."""
    try:
        group = await groups.group(node, None, group_id)
    except NotFound:
        return
    if group.local:
        return
    await _fetch_members(node, group)
    await _fetch_log(node, group, until=None)


async def _fetch_log(node: Node, group: GroupView, until: int | None) -> bool:
    """Put what is missing below *until* into the queue; False when there was nothing that we did not have."""
    url: str | None = await groups.log_url(node, group.id)
    if not url or not same_origin(url, group.account.uri, allow_http=node.settings.development):
        return False
    position, found = group.sequence, False
    url = f"{url}?after={position}"
    for _page in range(MAX_PAGES):
        page = await _page_at(node, url, group)
        for item in objects_of(page.get("orderedItems")):
            number = item.get("sequence")
            if not isinstance(number, int) or number <= position or (until is not None and number >= until):
                continue
            found = await receive.keep_from_log(node, item, group.account.uri) or found
            position = number
        url = string_of(page.get("next")) or ""
        if not url or (until is not None and position >= until - 1):
            break
    position = max(position, (until or 1) - 1)
    await group_rows.note_position(node, group.id, position)
    return found


async def _fetch_members(node: Node, group: GroupView) -> None:
    """The whole list. A server that keeps it to itself, or lists plain addresses, tells nothing, and what is known stays."""
    listed: dict[int, Role] = {}
    strangers = _Strangers(node)
    url = f"{group.members_url}?page=true" if group.members_url else ""
    try:
        for _page in range(MAX_MEMBER_PAGES):
            if not url:
                break
            page = await _page_at(node, url, group)
            for item in objects_of(page.get("orderedItems")):
                await _list(item, listed, strangers)
            url = string_of(page.get("next")) or ""
    except (NotFound, Unreachable) as problem:
        _log.info("group.members_untold", group=group.account.uri, reason=problem.safe)
        return
    if strangers.left_out or url:
        _log.warning("group.members_left_out", group=group.account.uri, number=strangers.left_out, next=url)
    if listed:
        async with node.database.transaction():
            await roster.learn_all(node, group.id, listed, strangers.hosts, whole=not url)


class _Strangers:
    """Looks members up, those that were never heard of only so many times: each costs a request to a host that the list chose."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._looked_up = 0
        self.left_out = 0
        self.hosts: set[str] = set()

    async def number_of(self, uri: str) -> int | None:
        """The account's id; None for one too many, and for one on a host that is not asked. Raises as `resolve.account_by_uri`."""
        if await accounts.by_uri(self._node, uri) is None:
            host = host_named(self._node, uri)
            if not self._node.rules.decide_cached(Direction.OUT_FETCH, "actor", host).allowed:
                return None
            if self._looked_up == MAX_STRANGERS:
                self.left_out += 1
                return None
            self._looked_up += 1
        return await resolve.account_by_uri(self._node, uri)

    def note_host(self, uri: str) -> None:
        with suppress(SignatureRefused):
            self.hosts.add(host_named(self._node, uri))


async def _list(item: JSON, listed: dict[int, Role], strangers: _Strangers) -> None:
    """Where nobody is known in the end, the host is noted."""
    uri, said = only_id_of(item.get("subject")), item.get("relationship")
    role = next((one for one in ROLES if one == said), None)
    if uri is None or role is None:
        return
    try:
        number = await strangers.number_of(uri)
    except FediverseError as problem:
        _log.info("group.member_unknown", uri=uri, reason=problem.safe)
        number = None
    if number is not None:
        listed[number] = role
    else:
        strangers.note_host(uri)


async def _page_at(node: Node, url: str, group: GroupView) -> JSON:
    if not same_origin(url, group.account.uri, allow_http=node.settings.development):
        raise NotFound
    answer = await peers.fetch(node, url, kind="collection")
    return parse(answer.body)
