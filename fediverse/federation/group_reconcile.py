"""After its node was restored from a backup: a group learns again what it had sent since, from the nodes that it had sent it to.

Each thing that a group sends carries the group's own proof, so whoever kept it can give it back and nobody can make it up. A member's node answers at
`/actor/heard`, and to the group's own host alone. What is learnt again: the numbers that were used, who came and who went, and what other nodes' members
wrote. What our own people had written since is with the members' nodes and is not made anew here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import group_rows, group_state, peers, received, resolve, roster
from fediverse.activitystreams.activities import Activity, parse_activity
from fediverse.activitystreams.building import collection_page
from fediverse.activitystreams.objects import parse_post
from fediverse.activitystreams.strict_json import JSON, parse
from fediverse.activitystreams.values import ids_of, objects_of, only_id_of, string_of
from fediverse.crypto.proofs import read_proof, verify_proof
from fediverse.errors import FediverseError, NotFound, Refused, SignatureRefused
from fediverse.federation.answers import activity_json
from fediverse.federation.authentication import authenticated_server
from fediverse.federation.gate import host_named, is_ours
from fediverse.federation.relayed import inner_of, sequence_of
from fediverse.log import get
from fediverse.node import Node, node_of
from fediverse.policy.groups import ROLES, Role
from fediverse.queries import accounts, groups
from fediverse.queries.group_views import GroupView
from fediverse.queries.keys import known_key
from fediverse.queries.views import PostGroup

ITEMS = 50
MAX_PAGES = 2000
_log = get(__name__)


@dataclass(slots=True)
class Reconciled:
    """*asked*: nodes that answered. *recovered*: what was learnt again. *silent*: nodes that did not answer, by host, and why."""

    asked: list[str] = field(default_factory=list)
    recovered: int = 0
    sequence: int = 0
    silent: dict[str, str] = field(default_factory=dict)


async def heard(request: Request) -> Response:
    """GET /actor/heard?from=GROUP&after=N: what this node has from a group of the asking host, as it came, and who of its people are members as far
    as they know. To every other host there is nothing.
    """
    server = await authenticated_server(request, kind="collection")
    node = node_of(request)
    uri, after = request.query_params.get("from", ""), request.query_params.get("after", "0")
    if not after.isascii() or not after.isdigit() or len(after) > 18 or host_named(node, uri) != server.host:
        raise NotFound
    group = await accounts.by_uri(node, uri)
    if group is None or not group.group or group.local:
        raise NotFound
    kept = await groups.heard_from(node, uri, int(after), ITEMS)
    items: list[JSON | str] = [parse(body.encode()) for body in kept]
    here = node.uri("/actor/heard")
    page = collection_page(f"{here}?{urlencode({'from': uri, 'after': after})}", here, items)
    return activity_json({**page, "members": await groups.our_members(node, group.id)})


async def reconcile(node: Node, group_id: int) -> Reconciled:
    """Learn again, then go on. Raises NotFound for a group of another node, Refused when no node answered that could have told."""
    group = await groups.group(node, None, group_id)
    if not group.local:
        raise NotFound
    result = Reconciled(sequence=group.sequence)
    said: dict[int, Activity] = {}
    members: dict[str, frozenset[str] | None] = {}
    for host in await groups.ever_disclosed_to(node, group_id):
        try:
            found, members[host] = await _heard_at(node, group, host)
            said |= found
            result.asked.append(host)
        except FediverseError as problem:
            result.silent[host] = problem.safe
    if result.silent and not result.asked:
        raise Refused(
            f"No member's node answered ({', '.join(sorted(result.silent))}); the group rests until one of them can be asked"
        )
    result.sequence = max([group.sequence, *said])
    async with node.database.transaction():  # first of all: no number is given twice from now on
        await group_rows.note_position(node, group_id, result.sequence)
    for sequence in sorted(said):
        result.recovered += await _take_back(node, group, sequence, said[sequence])
    for host, uris in members.items():
        result.recovered += 0 if uris is None else await _end_what_ended(node, group, host, uris)
    await group_state.resume(node, group_id, result.sequence)
    return result


async def _heard_at(node: Node, group: GroupView, host: str) -> tuple[Mapping[int, Activity], frozenset[str] | None]:
    """What the node *host* has from the group above the number that we know, by number; and which of its people are members, as they know, if it says."""
    after = group.sequence
    found: dict[int, Activity] = {}
    members: frozenset[str] | None = None
    for _page in range(MAX_PAGES):
        numbered, members = await heard_at(node, group, host, after)
        if not numbered:
            break
        found.update(numbered)
        after = max(numbered)
    return found, members


async def heard_at(
    node: Node, group: GroupView, host: str, after: int
) -> tuple[Mapping[int, Activity], frozenset[str] | None]:
    """One page of it, above the number *after*: only what carries the group's own proof."""
    scheme = "http" if node.settings.development else "https"
    query = urlencode({"from": group.account.uri, "after": str(after)})
    answer = parse((await peers.fetch(node, f"{scheme}://{host}/actor/heard?{query}", kind="collection")).body)
    members = frozenset(ids_of(answer["members"])) if isinstance(answer.get("members"), list) else None
    said = [parse_activity(item) for item in objects_of(answer.get("orderedItems")) if await _is_of(node, group, item)]
    return {number: one for one in said if (number := sequence_of(one)) is not None and number > after}, members


async def _end_what_ended(node: Node, group: GroupView, host: str, uris: frozenset[str]) -> int:
    """Whom we take for a member and whose own node does not: they left, or were removed, and nobody else may have heard of it. How many."""
    known = await groups.members_at(node, group.id, host)
    gone = [number for uri, number in known.items() if uri not in uris]
    async with node.database.transaction():
        for number in gone:
            await roster.forget(node, group.id, number)
    return len(gone)


async def _is_of(node: Node, group: GroupView, item: JSON) -> bool:
    """Whether the group itself said this: its own proof, by a key of ours, holds."""
    try:
        claim = read_proof(item)
        known = None if claim is None else await known_key(node, claim.key_id)
        if claim is None or known is None or known[1] != group.id or item.get("actor") != group.account.uri:
            return False
        verify_proof(item, claim, known[0], node.clock.now())
    except SignatureRefused as problem:
        _log.warning("group.not_its_own", group=group.account.uri, reason=problem.safe)
        return False
    return True


async def _take_back(node: Node, group: GroupView, sequence: int, said: Activity) -> int:
    """One thing that the group had sent; 1 when it was new to us."""
    inner = inner_of(said)
    if inner is None or inner.id is None:
        return 0
    await _know(node, inner)
    async with node.database.transaction():
        if not await group_rows.enter_again(
            node, group.id, sequence, inner.id, inner.type, orjson.dumps(inner.raw).decode()
        ):
            return 0
        await _again(node, group, inner)
    return 1


async def _know(node: Node, inner: Activity) -> None:
    """Who says it, and who comes by it: since the backup we may have met them. Who cannot be asked stays unknown, and is left out."""
    for uri in {inner.actor, only_id_of(inner.raw.get("object")) or ""} if inner.type == "Add" else {inner.actor}:
        if not uri or is_ours(node, uri):
            continue
        try:
            await resolve.account_by_uri(node, uri)
        except FediverseError as problem:
            _log.info("group.member_unknown", uri=uri, reason=problem.safe)


async def _again(node: Node, group: GroupView, inner: Activity) -> None:
    """What it meant, as far as our own records can be mended by it."""
    if inner.type in {"Add", "Remove"} and inner.target_id == group.members_url:
        member = await accounts.by_uri(node, only_id_of(inner.raw.get("object")) or "")
        if member is None:
            return
        if inner.type == "Remove":
            await roster.forget(node, group.id, member.id)
        else:
            role: Role = next((one for one in ROLES if one == string_of(inner.raw.get("role"))), "member")
            await roster.learn_again(node, group.id, member.id, role)
    elif inner.type == "Create" and inner.object is not None and not is_ours(node, inner.actor):
        author = await accounts.by_uri(node, inner.actor)
        if author is not None:
            place = PostGroup(group.account, group.access, group.members_url)
            await received.receive(node, parse_post(inner.object), author.id, group=place)
