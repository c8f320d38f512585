"""What other servers may read of our groups beside their posts: members, moderators, and the numbered log of what was sent. HTTP only.

Only nodes to which the group is disclosed; to everybody else it is as if there were nothing, whether the group exists or not.
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import egress
from fediverse.activitystreams.building import collection_page, ordered_collection
from fediverse.activitystreams.strict_json import JSON
from fediverse.crypto.keypairs import KeyKind
from fediverse.crypto.proofs import add_proof
from fediverse.errors import NotFound
from fediverse.federation.answers import activity_json
from fediverse.federation.authentication import RequestingServer, authenticated_server
from fediverse.federation.gate import host_named
from fediverse.federation.group_log import entry_document
from fediverse.ids import LARGEST_ID
from fediverse.node import Node, node_of
from fediverse.queries import accounts, groups
from fediverse.queries.group_views import GroupEntryView, GroupView, MemberView
from fediverse.queries.keys import signing_key
from fediverse.queries.views import AccountView, Page

LOG_ITEMS = 50
MEMBER_ITEMS = 200


async def members(request: Request) -> Response:
    """GET /users/{username}/members, and its pages (`?page=true&max_id=…`): who is in the group, with the role of each (FEP-5219's Relationship)."""
    _host, group = await _disclosed(request)
    if "page" not in request.query_params:
        first = f"{group.members_url}?page=true"
        return activity_json(ordered_collection(group.members_url, group.members_count, first=first))
    page = Page(limit=MEMBER_ITEMS, max_id=_number(request.query_params.get("max_id")))
    edges = await groups.member_edges(node_of(request), group.id, page)
    older = f"{group.members_url}?page=true&max_id={edges[-1].cursor}" if len(edges) == MEMBER_ITEMS else None
    items = [_relationship(group, edge.item) for edge in edges]
    return activity_json(collection_page(f"{group.members_url}?page=true", group.members_url, items, following=older))


async def moderators(request: Request) -> Response:
    """GET /users/{username}/moderators (FEP-1b12): owners are moderators."""
    _host, group = await _disclosed(request)
    found = [
        edge.item.account.uri
        for role in ("owner", "moderator")
        for edge in await groups.member_edges(node_of(request), group.id, Page(limit=MEMBER_ITEMS), role)
    ]
    uri = f"{group.account.uri}/moderators"
    return activity_json(ordered_collection(uri, len(found), items=found, attributed_to=group.account.uri))


async def log(request: Request) -> Response:
    """GET /users/{username}/log?after=N: what the group sent above this number, in order, each with the group's proof as it was sent."""
    host, group = await _disclosed(request)
    node = node_of(request)
    uri = f"{group.account.uri}/log"
    after = _number(request.query_params.get("after")) or 0
    entries = await groups.entries_for_server(node, host, group.id, after, LOG_ITEMS)
    await _note_shown(node, host, group, entries)
    key = await signing_key(node, group.id, KeyKind.ED25519)
    items: list[JSON | str] = [add_proof(entry_document(group, entry), key, node.clock.now()) for entry in entries]
    more = f"{uri}?after={entries[-1].sequence}" if len(entries) == LOG_ITEMS else None
    return activity_json(collection_page(f"{uri}?after={after}", uri, items, following=more, total=group.sequence))


async def log_entry(request: Request) -> Response:
    """GET /users/{username}/log/{sequence}."""
    host, group = await _disclosed(request)
    node, sequence = node_of(request), _number(request.path_params["sequence"])
    found = await groups.entries_for_server(node, host, group.id, (sequence or 0) - 1, 1)
    if not found or found[0].sequence != sequence:
        raise NotFound
    await _note_shown(node, host, group, found)
    key = await signing_key(node, group.id, KeyKind.ED25519)
    return activity_json(add_proof(entry_document(group, found[0]), key, node.clock.now()))


async def _note_shown(node: Node, host: str, group: GroupView, entries: Sequence[GroupEntryView]) -> None:
    """Written down before it is given, like everything that leaves."""
    shown = [(f"{group.account.uri}/log/{entry.sequence}", entry.post_id) for entry in entries]
    await egress.note_entries_shown(node, host, shown)


async def is_follower(request: Request, group: AccountView, server: RequestingServer) -> Response:
    """200 when the node of the actor that is asked about is a member's node, else 404. Only members' nodes may ask, or anybody could list them."""
    node = node_of(request)
    uri = request.query_params["is_follower"]
    admitted = await groups.admitted_hosts(node, group.id)
    if server.host not in admitted or host_named(node, uri) not in admitted:
        raise NotFound
    return activity_json(ordered_collection(group.followers_url, None, attributed_to=group.uri))


async def _disclosed(request: Request) -> tuple[str, GroupView]:
    """The asking host and the group in the path. Raises NotFound, the same for a group that is not disclosed there as for none."""
    server = await authenticated_server(request, kind="collection")
    node: Node = node_of(request)
    account = await accounts.local_for_server(node, server.host, request.path_params["username"])
    if account is None or not account.group or account.deleted or account.suspended:
        raise NotFound
    if not await groups.is_disclosed(node, account.id, server.host):
        raise NotFound
    return server.host, await groups.group(node, None, account.id)


def _relationship(group: GroupView, member: MemberView) -> JSON:
    return {
        "type": "Relationship",
        "subject": member.account.uri,
        "relationship": member.role,
        "object": group.account.uri,
    }


def _number(text: str | None) -> int | None:
    """A number in an address. Raises NotFound for what is none."""
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or int(text[:20]) > LARGEST_ID:
        raise NotFound
    return int(text)
