"""What this node knows of groups of other nodes: what they say of themselves, and who is in them.

Told by the group's own node, through `Add` and `Remove`, its list of members, and its actor's document. Called by `federation` and by the job that follows
a group. Never about our own people: whether they are members is decided by the answer to their own Follow, and by a Remove.
"""

from collections.abc import Collection, Iterable, Mapping

from fediverse.actions import group_rows
from fediverse.activitystreams.actors import RemoteActor
from fediverse.clock import to_ms
from fediverse.node import Node
from fediverse.policy.groups import ACCESSES, Access, Role
from fediverse.policy.hosts import same_origin
from fediverse.queries import accounts, groups
from fediverse.queue import jobs


async def receive_profile(node: Node, account_id: int, actor: RemoteActor) -> None:
    """What a group's document says beside what every actor's says. A group never becomes more open than it was said to be. Lists at other origins than the
    group's own are not believed to be its lists: what is said about a list is said about the group that has it.
    """
    access = access_of(actor)
    members, log = (
        url if same_origin(url, actor.uri, allow_http=node.settings.development) else ""
        for url in (actor.members or actor.followers or "", actor.log or "")
    )
    await node.database.execute(
        "INSERT INTO group_profile (account_id, access, posting, domains, members_url, log_url, sequence, paused, created_at)"
        " VALUES (?, ?, ?, '[]', ?, ?, 0, '', ?) ON CONFLICT (account_id) DO UPDATE SET posting = EXCLUDED.posting,"
        " members_url = EXCLUDED.members_url, log_url = EXCLUDED.log_url,"
        " access = CASE WHEN group_profile.access <> 'open' AND EXCLUDED.access = 'open' THEN group_profile.access ELSE EXCLUDED.access END",
        account_id, access, "moderators" if actor.posting_restricted else "members",
        members, log, to_ms(node.clock.now()),
    )  # fmt: skip


def access_of(actor: RemoteActor) -> Access:
    """As nodes like ours say it, else as Mobilizon does, else by whether followers are approved by hand."""
    for access in ACCESSES:
        if access == actor.access:
            return access
    if actor.openness == "invite_only":
        return "secret"
    return "closed" if actor.locked or actor.openness == "moderated" else "open"


async def learn(node: Node, group_id: int, member_id: int, role: Role | None) -> None:
    """Somebody is a member of a group elsewhere, with a role, or is none any more (None)."""
    if role is None:
        await forget(node, group_id, member_id)
        return
    group, member = await accounts.account(node, None, group_id), await accounts.account(node, None, member_id)
    if not member.local:
        await group_rows.enter(node, group_id, member_id)
        await group_rows.entered(node, group, member)
    if await groups.role_of(node, group_id, member_id) is not None:
        await group_rows.set_role(node, group_id, member_id, role, by=group_id)


async def learn_all(
    node: Node, group_id: int, listed: Mapping[int, Role], named: Collection[str], *, whole: bool
) -> None:
    """The list of members, as the group's node gives it, and the hosts of those on it whom nobody here knows. Who is not on the *whole* of it is none any
    more; our own people are not judged by it.
    """
    known = await node.database.rows(
        "SELECT f.follower_id FROM follow f JOIN account a ON a.id = f.follower_id WHERE f.target_id = ? AND f.state = 'accepted' AND a.host <> ''",
        group_id,
    )
    for row in known if whole else ():
        if row["follower_id"] not in listed:
            await forget(node, group_id, row["follower_id"])
    for member_id, role in listed.items():
        await learn(node, group_id, member_id, role)
    if whole:
        await node.database.execute("DELETE FROM group_node WHERE group_id = ? AND state = 'named'", group_id)
    await note_named(node, group_id, named)


async def learn_again(node: Node, group_id: int, member_id: int, role: Role) -> None:
    """Of one of our own groups, after a backup was read again: somebody had been let in since."""
    await group_rows.enter(node, group_id, member_id)
    member = await accounts.account(node, None, member_id)
    if member.host:
        await group_rows.admit(node, group_id, member.host, None, history=False)
    if role != "member":
        await group_rows.set_role(node, group_id, member_id, role, by=group_id)


async def forget(node: Node, group_id: int, member_id: int) -> None:
    """The membership ends, whoever's it was; the member's node has nothing more of the group when it was the last one there."""
    gone = await node.database.rows(
        "DELETE FROM follow WHERE follower_id = ? AND target_id = ? AND state = 'accepted' RETURNING id",
        member_id,
        group_id,
    )
    if not gone:
        return
    for column, number in (("following_count", member_id), ("followers_count", group_id)):
        await node.database.execute(
            f"UPDATE account SET {column} = CASE WHEN {column} > 0 THEN {column} - 1 ELSE 0 END WHERE id = ?", number
        )
    group, member = await accounts.account(node, None, group_id), await accounts.account(node, None, member_id)
    await group_rows.left(node, group, member)
    if not group.local and member.host and not await groups.members_at(node, group_id, member.host):
        await note_named(
            node, group_id, [member.host]
        )  # until the list says that nobody whom this node does not know is left there
        await ask_for_list(node, group_id)


async def forget_everywhere(node: Node, member_id: int) -> None:
    """Somebody is gone for good: a member of no group any more, and the last one there may have been of that node."""
    rows = await node.database.rows(
        "SELECT f.target_id FROM follow f JOIN account a ON a.id = f.target_id AND a.kind = 'group'"
        " WHERE f.follower_id = ? AND f.state = 'accepted'",
        member_id,
    )
    for row in rows:
        await forget(node, row["target_id"], member_id)


async def ask_for_list(node: Node, group_id: int) -> None:
    """Have what the group's own node says of it read soon (`federation/group_catch_up`), once however often it is asked for."""
    await jobs.enqueue(node, "follow_group", {"group_id": group_id}, key=f"follow_group {group_id}")


async def note_named(node: Node, group_id: int, hosts: Iterable[str]) -> None:
    """A group elsewhere has members on these hosts whom nobody here knows, as its own node says. What this node knows of its own people is not told to it."""
    now = to_ms(node.clock.now())
    await node.database.execute_many(
        "INSERT INTO group_node (id, group_id, host, state, admitted_at, from_sequence) VALUES (?, ?, ?, 'named', ?, 0)"
        " ON CONFLICT (group_id, host) DO UPDATE SET state = 'named', removed_at = NULL WHERE group_node.state = 'removed'",
        [(node.ids.next(), group_id, host, now) for host in sorted(set(hosts) - {node.settings.host})],
    )


async def note_node(node: Node, group_id: int, host: str, *, admitted: bool) -> None:
    """What the group's own node answered about *host* a moment ago. A no may be no answer at all: it does not say that the group has no members there."""
    now = to_ms(node.clock.now())
    state = "admitted" if admitted else "removed"
    await node.database.execute(
        "INSERT INTO group_node (id, group_id, host, state, admitted_at, from_sequence, removed_at, confirmed_at) VALUES (?, ?, ?, ?, ?, 0, ?, ?)"
        " ON CONFLICT (group_id, host) DO UPDATE SET"
        " state = CASE WHEN EXCLUDED.state = 'removed' AND group_node.state <> 'removed' THEN 'named' ELSE EXCLUDED.state END, removed_at = EXCLUDED.removed_at, confirmed_at = EXCLUDED.confirmed_at",
        node.ids.next(), group_id, host, state, now, None if admitted else now, now if admitted else None,
    )  # fmt: skip


async def invited(node: Node, group_id: int, account_id: int, uri: str) -> bool:
    """A group elsewhere invites one of our people; False when that was known."""
    return await node.database.insert(
        "group_invitation",
        {
            "id": node.ids.next(), "group_id": group_id, "account_id": account_id, "inviter_id": None, "uri": uri,
            "created_at": to_ms(node.clock.now()),
        },
        if_absent="group_id, account_id",
    )  # fmt: skip
