"""Questions about groups. A secret group is NotFound to whoever is neither a member nor invited, exactly as one that does not exist."""

from collections.abc import Sequence
from typing import cast

from fediverse.clock import from_ms
from fediverse.database.database import Row, json_of, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.policy.domains import Direction
from fediverse.policy.groups import Role, known_to_person, may_moderate_group, needs_admission
from fediverse.policy.hosts import origin_of
from fediverse.queries import accounts
from fediverse.queries.group_views import (
    GroupEntryView,
    GroupNodeView,
    GroupView,
    InvitationView,
    MemberView,
    NodeStanding,
    NodeState,
    RequestView,
    Standing,
    WhoReads,
)
from fediverse.queries.load import account_views
from fediverse.queries.paging import page_rows
from fediverse.queries.views import AccountView, Edge, Page

_GROUPS = (
    "SELECT a.id, gp.access, gp.posting, gp.domains, gp.paused, gp.sequence, gp.members_url, f.state AS follow_state, gr.role,"
    " gi.id AS invitation, b.id AS ban,"
    " (SELECT count(*) FROM follow mf WHERE mf.target_id = a.id AND mf.state = 'accepted') AS members,"
    " (SELECT count(*) FROM follow rf WHERE rf.target_id = a.id AND rf.state = 'pending') AS requests"
    " FROM group_profile gp JOIN account a ON a.id = gp.account_id"
    " LEFT JOIN follow f ON f.target_id = a.id AND f.follower_id = ?"
    " LEFT JOIN group_role gr ON gr.group_id = a.id AND gr.account_id = ?"
    " LEFT JOIN group_invitation gi ON gi.group_id = a.id AND gi.account_id = ?"
    " LEFT JOIN block b ON b.account_id = a.id AND b.target_id = ?"
    " WHERE a.deleted_at IS NULL AND a.suspended_at IS NULL"
)
_NOBODY = 0


async def group(node: Node, viewer: int | None, group_id: int) -> GroupView:
    """The group, for the operator without a viewer. Raises NotFound, also for a secret one that the viewer may not know of."""
    found = await _groups(node, viewer, "a.id = ?", [group_id])
    if not found:
        raise NotFound
    return found[0]


async def by_name(node: Node, viewer: int | None, acct: str) -> GroupView:
    """The group called `name`, `name@our.domain` or a known `name@beta.example`. Raises NotFound."""
    found = await _groups(node, viewer, "a.handle = ?", [accounts.handle_of(node, acct)])
    if not found:
        raise NotFound
    return found[0]


async def mine(node: Node, viewer: int) -> list[GroupView]:
    """Where the viewer is a member, asked to be one, or is invited; by name."""
    return await _groups(node, viewer, "(f.id IS NOT NULL OR gi.id IS NOT NULL)", [])


async def directory(node: Node, viewer: int, limit: int, offset: int) -> list[GroupView]:
    """Groups of this node, and those elsewhere that are known here; by name."""
    return await _groups(node, viewer, "1 = 1", [], f" LIMIT {int(limit)} OFFSET {int(offset)}")


async def several(node: Node, viewer: int, ids: Sequence[int]) -> list[GroupView]:
    """Groups in the order of *ids*; those that are unknown, or that the viewer may not know of, are left out."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    found = {view.id: view for view in await _groups(node, viewer, f"a.id IN ({marks(wanted)})", wanted)}
    return [found[number] for number in wanted if number in found]


async def search(node: Node, viewer: int, text: str, limit: int, offset: int) -> list[GroupView]:
    """Groups whose name or title has a word that begins with *text*; by name."""
    prefix = accounts.beginning_with(text.removeprefix("@").removeprefix("!").lower())
    return await _groups(
        node,
        viewer,
        "(a.handle LIKE ? ESCAPE '!' OR lower(a.display_name) LIKE ? ESCAPE '!' OR lower(a.display_name) LIKE ? ESCAPE '!')",
        [prefix, prefix, "% " + prefix],
        f" LIMIT {int(limit)} OFFSET {int(offset)}",
    )


async def all_local(node: Node) -> list[GroupView]:
    """Every group of this node, for its operator."""
    return await _groups(node, None, "a.host = ''", [])


async def _groups(
    node: Node, viewer: int | None, condition: str, values: Sequence[object], tail: str = ""
) -> list[GroupView]:
    known, known_values = ("1 = 1", []) if viewer is None else known_to_person(viewer)
    person = viewer or _NOBODY
    rows = await node.database.rows(
        f"{_GROUPS} AND {condition} AND {known} ORDER BY a.handle{tail}",
        person, person, person, person, *values, *known_values,
    )  # fmt: skip
    views = await account_views(node, [row["id"] for row in rows])
    return [_group_view(row, views[row["id"]]) for row in rows]


def _group_view(row: Row, account: AccountView) -> GroupView:
    return GroupView(
        account=account,
        access=row["access"],
        posting=row["posting"],
        domains=tuple(json_of(row["domains"])),
        standing=_standing(row),
        members_count=row["members"],
        requests_count=row["requests"] if may_moderate_group(row["role"]) else 0,
        paused=row["paused"],
        sequence=row["sequence"],
        members_url=row["members_url"],
    )


def _standing(row: Row) -> Standing:
    if row["ban"] is not None:
        return "banned"
    if row["follow_state"] == "accepted":
        return cast("Standing", row["role"] or "member")
    if row["invitation"] is not None:
        return "invited"
    return "requested" if row["follow_state"] == "pending" else ""


async def members(
    node: Node, viewer: int, group_id: int, page: Page, role: Role | None = None
) -> list[Edge[MemberView]]:
    """The members, the latest first; of a group that is not open only to its members. Raises NotFound to others."""
    found = await group(node, viewer, group_id)
    if found.access != "open" and not found.is_member:
        raise NotFound
    return await member_edges(node, group_id, page, role)


async def member_edges(node: Node, group_id: int, page: Page, role: Role | None = None) -> list[Edge[MemberView]]:
    """The same, without asking who wants to know."""
    only = "" if role is None else " AND COALESCE(gr.role, 'member') = ?"
    rows = await page_rows(
        node,
        "SELECT f.id AS edge, f.follower_id, f.created_at, COALESCE(gr.role, 'member') AS role FROM follow f"
        " LEFT JOIN group_role gr ON gr.group_id = f.target_id AND gr.account_id = f.follower_id"
        f" WHERE f.target_id = ? AND f.state = 'accepted'{only}",
        [group_id, *([] if role is None else [role])],
        page,
        key="f.id",
    )
    views = await account_views(node, [row["follower_id"] for row in rows])
    return [
        Edge(row["edge"], MemberView(views[row["follower_id"]], row["role"], from_ms(row["created_at"])))
        for row in rows
    ]


async def role_of(node: Node, group_id: int, account_id: int) -> Role | None:
    """What somebody is in a group; None for who is no member."""
    found: Role | None = await node.database.value(
        "SELECT COALESCE(gr.role, 'member') FROM follow f"
        " LEFT JOIN group_role gr ON gr.group_id = f.target_id AND gr.account_id = f.follower_id"
        " WHERE f.target_id = ? AND f.follower_id = ? AND f.state = 'accepted'",
        group_id, account_id,
    )  # fmt: skip
    return found


async def who_are_members(node: Node, group_id: int, account_ids: Sequence[int]) -> set[int]:
    """Those of *account_ids* who are members."""
    if not account_ids:
        return set()
    rows = await node.database.rows(
        f"SELECT follower_id FROM follow WHERE target_id = ? AND state = 'accepted' AND follower_id IN ({marks(account_ids)})",
        group_id, *account_ids,
    )  # fmt: skip
    return {row["follower_id"] for row in rows}


async def requests(node: Node, viewer: int, group_id: int, page: Page) -> list[Edge[RequestView]]:
    """Who asks to be let in, for those who may. Raises NotFound to others."""
    found = await _moderated(node, viewer, group_id)
    rows = await page_rows(
        node,
        "SELECT f.id AS edge, f.follower_id, f.created_at FROM follow f WHERE f.target_id = ? AND f.state = 'pending'",
        [group_id],
        page,
        key="f.id",
    )
    admitted = await admitted_hosts(node, group_id)
    views = await account_views(node, [row["follower_id"] for row in rows])
    return [
        Edge(row["edge"], RequestView(person, _new_domain(found, person, admitted), from_ms(row["created_at"])))
        for row in rows
        if (person := views[row["follower_id"]])
    ]


def _new_domain(found: GroupView, person: AccountView, admitted: Sequence[str]) -> str:
    return person.host if needs_admission(found.access, person.host, admitted) else ""


async def asked_of(node: Node, viewer: int, account_id: int) -> list[int]:
    """The groups of this node, moderated by the viewer, that the account asks to be let into."""
    rows = await node.database.rows(
        "SELECT f.target_id FROM follow f JOIN account a ON a.id = f.target_id AND a.host = ''"
        " JOIN group_role gr ON gr.group_id = f.target_id AND gr.account_id = ?"
        " JOIN follow m ON m.target_id = gr.group_id AND m.follower_id = gr.account_id AND m.state = 'accepted'"
        " WHERE f.follower_id = ? AND f.state = 'pending' ORDER BY f.id",
        viewer, account_id,
    )  # fmt: skip
    return [row["target_id"] for row in rows]


async def invitations(node: Node, viewer: int, group_id: int, page: Page) -> list[Edge[InvitationView]]:
    """Who is invited and has not answered, for those who may invite. Raises NotFound to others."""
    await _moderated(node, viewer, group_id)
    rows = await page_rows(
        node,
        "SELECT i.id AS edge, i.account_id, i.inviter_id, i.created_at FROM group_invitation i WHERE i.group_id = ?",
        [group_id],
        page,
        key="i.id",
    )
    views = await account_views(
        node, [number for row in rows for number in (row["account_id"], row["inviter_id"]) if number is not None]
    )
    return [
        Edge(
            row["edge"],
            InvitationView(views[row["account_id"]], views.get(row["inviter_id"] or 0), from_ms(row["created_at"])),
        )
        for row in rows
    ]


async def banned(node: Node, viewer: int, group_id: int, page: Page) -> list[Edge[AccountView]]:
    """Who may not come back, for those who may ban. Raises NotFound to others."""
    await _moderated(node, viewer, group_id)
    rows = await page_rows(
        node, "SELECT b.id AS edge, b.target_id AS id FROM block b WHERE b.account_id = ?", [group_id], page, key="b.id"
    )
    views = await account_views(node, [row["id"] for row in rows])
    return [Edge(row["edge"], views[row["id"]]) for row in rows]


async def _moderated(node: Node, viewer: int, group_id: int) -> GroupView:
    found = await group(node, viewer, group_id)
    if not found.moderates:
        raise NotFound
    return found


async def entry(node: Node, entry_id: int) -> GroupEntryView:
    """What a group sent to its members. Raises NotFound."""
    row = await node.database.row(f"{_ENTRIES} WHERE e.id = ?", entry_id)
    if row is None:
        raise NotFound
    return _entry_view(row)


async def said_under(node: Node, group_id: int, sequence: int) -> str | None:
    """The id of what a member said that one of our groups passed on under this number; None for a number that was not given."""
    found: str | None = await node.database.value(
        "SELECT activity_uri FROM group_entry WHERE group_id = ? AND sequence = ?", group_id, sequence
    )
    return found


async def entries_for_server(node: Node, host: str, group_id: int, after: int, limit: int) -> list[GroupEntryView]:
    """What a node to which the group is disclosed may read again, above the number *after*, in order: nothing from before it was, nothing that is gone."""
    rows = await node.database.rows(
        f"{_ENTRIES} JOIN group_node gn ON gn.group_id = e.group_id AND gn.host = ? AND gn.state = 'admitted'"
        " LEFT JOIN post p ON p.id = e.post_id"
        " WHERE e.group_id = ? AND e.sequence > ? AND e.sequence > gn.from_sequence"
        " AND (e.type NOT IN ('Create', 'Update') OR (p.deleted_at IS NULL"
        " AND (gn.from_sequence = 0 OR p.id IS NULL OR p.created_at >= gn.admitted_at))) ORDER BY e.sequence LIMIT ?",
        host, group_id, after, limit,
    )  # fmt: skip
    return [_entry_view(row) for row in rows]


_ENTRIES = "SELECT e.sequence, e.type, e.post_id, e.body, e.created_at FROM group_entry e"


def _entry_view(row: Row) -> GroupEntryView:
    return GroupEntryView(row["sequence"], row["type"], row["post_id"], row["body"], row["created_at"])


async def is_disclosed(node: Node, group_id: int, host: str) -> bool:
    """Whether the group is disclosed to the node *host*."""
    return host in await admitted_hosts(node, group_id)


async def log_begins_at(node: Node, group_id: int, host: str) -> int | None:
    """The first number of what one of our groups sent that is for the node *host*."""
    found: int | None = await node.database.value(
        "SELECT from_sequence + 1 FROM group_node WHERE group_id = ? AND host = ? AND state = 'admitted'",
        group_id,
        host,
    )
    return found


async def log_url(node: Node, group_id: int) -> str:
    """Where a group elsewhere lists what it sent; empty when it does not say."""
    return str(await node.database.value("SELECT log_url FROM group_profile WHERE account_id = ?", group_id) or "")


async def with_members_url(node: Node, url: str) -> GroupView | None:
    """The group whose collection of members *url* is."""
    number = await node.database.value("SELECT account_id FROM group_profile WHERE members_url = ?", url)
    found = [] if number is None else await _groups(node, None, "a.id = ?", [number])
    return found[0] if found else None


async def is_ours(node: Node, group_id: int) -> bool:
    """Whether the group is of this node."""
    return (
        await node.database.value("SELECT 1 FROM account WHERE id = ? AND host = '' AND kind = 'group'", group_id)
        is not None
    )


async def admitted_hosts(node: Node, group_id: int) -> list[str]:
    """The hosts to which the group is disclosed, without a look at what the node's rules say of them now."""
    rows = await node.database.rows(
        "SELECT host FROM group_node WHERE group_id = ? AND state = 'admitted' ORDER BY host", group_id
    )
    return [row["host"] for row in rows]


async def elsewhere_of_post(node: Node, post_id: int) -> GroupView | None:
    """The group of another node that a post stands in, if it stands in one."""
    found = await _groups(
        node, None, "a.host <> '' AND a.id = (SELECT p.group_id FROM post p WHERE p.id = ?)", [post_id]
    )
    return found[0] if found else None


async def standing_of_node(node: Node, group_id: int, host: str) -> NodeStanding | None:
    """What is known of a node in a group elsewhere."""
    row = await node.database.row(
        "SELECT state, confirmed_at, removed_at FROM group_node WHERE group_id = ? AND host = ?", group_id, host
    )
    if row is None:
        return None
    admitted = row["state"] == "admitted"
    return NodeStanding(admitted, row["confirmed_at"] if admitted else row["removed_at"])


async def ever_disclosed_to(node: Node, group_id: int) -> list[str]:
    """The hosts that the group is or was disclosed to."""
    rows = await node.database.rows("SELECT host FROM group_node WHERE group_id = ? ORDER BY host", group_id)
    return [row["host"] for row in rows]


async def members_at(node: Node, group_id: int, host: str) -> dict[str, int]:
    """The members of *host*, by their address."""
    rows = await node.database.rows(
        "SELECT a.uri, a.id FROM follow f JOIN account a ON a.id = f.follower_id WHERE f.target_id = ? AND f.state = 'accepted' AND a.host = ?",
        group_id, host,
    )  # fmt: skip
    return {row["uri"]: row["id"] for row in rows}


async def hosts_of_members(node: Node, group_id: int) -> list[str]:
    """Where a group elsewhere has members, as far as its own node told: also hosts that are not allowed here."""
    rows = await node.database.rows(
        "SELECT a.host FROM follow f JOIN account a ON a.id = f.follower_id WHERE f.target_id = ? AND f.state = 'accepted' AND a.host <> ''"
        " UNION SELECT gn.host FROM group_node gn WHERE gn.group_id = ? AND gn.state <> 'removed'",
        group_id, group_id,
    )  # fmt: skip
    return sorted(row["host"] for row in rows)


async def our_members(node: Node, group_id: int) -> list[str]:
    """The addresses of our people who are members, as far as they know."""
    return sorted(await members_at(node, group_id, ""))


async def heard_from(node: Node, group_uri: str, after: int, limit: int) -> list[str]:
    """What a group of another node sent us above the number *after*, as it came, in order of the numbers."""
    start = f"{group_uri}/log/"
    rows = await node.database.rows(
        "SELECT activity_id, body FROM inbound_activity WHERE origin = ? AND actor_uri = ? AND type = 'Announce' AND activity_id LIKE ? ESCAPE '!'",
        origin_of(group_uri, allow_http=True), group_uri, start.replace("!", "!!").replace("_", "!_").replace("%", "!%") + "%",
    )  # fmt: skip
    numbered = [
        (int(number), row["body"])
        for row in rows
        if (number := row["activity_id"].removeprefix(start)).isdigit() and len(number) < 19
    ]
    return [body for number, body in sorted(numbered) if number > after][:limit]


async def nodes(node: Node, viewer: int | None, group_id: int) -> list[GroupNodeView]:
    """Where the group is disclosed to, or was; for its members, and the operator without a viewer. Raises NotFound to others."""
    found = await group(node, viewer, group_id)
    if viewer is not None and not found.is_member:
        raise NotFound
    rows = await node.database.rows(
        "SELECT gn.*, (SELECT count(*) FROM follow f JOIN account a ON a.id = f.follower_id WHERE f.target_id = gn.group_id"
        " AND f.state = 'accepted' AND a.host = gn.host) AS members FROM group_node gn WHERE gn.group_id = ? ORDER BY gn.host",
        group_id,
    )
    by = await account_views(node, [row["admitted_by"] for row in rows if row["admitted_by"] is not None])
    return [await _node_view(node, row, by.get(row["admitted_by"] or 0)) for row in rows]


async def _node_view(node: Node, row: Row, by: AccountView | None) -> GroupNodeView:
    state: NodeState = "removed" if row["state"] == "removed" else "admitted"
    reason = ""
    if state == "admitted":
        verdict = await node.rules.decide(Direction.OUT_DELIVER, "group", row["host"])
        if not verdict.allowed:
            state, reason = "suspended", verdict.sentence
    return GroupNodeView(row["host"], state, row["members"], by, from_ms(row["admitted_at"]), reason)


async def who_reads(node: Node, viewer: int | None, group_id: int) -> WhoReads:
    """Counts of the people who read what is written there. Raises NotFound to who may not know of the group."""
    found = await group(node, viewer, group_id)
    rows = await node.database.rows(
        "SELECT a.host, count(*) AS people FROM follow f JOIN account a ON a.id = f.follower_id WHERE f.target_id = ?"
        " AND f.state = 'accepted' GROUP BY a.host ORDER BY a.host",
        group_id,
    )
    people = {row["host"]: row["people"] for row in rows}
    elsewhere = tuple((host, count) for host, count in people.items() if host)
    return WhoReads(people.get("", 0), elsewhere, found.domains)
