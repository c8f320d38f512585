"""What a change of a group's membership means for its rows: to which nodes it is disclosed, who has which role, and what its members are sent.

Called by `relations` when a follow of a group begins or ends, by `groups` and `group_members` for the rest, and by what comes from other nodes; inside
their transactions. Asks no permission.
"""

from fediverse import events, group_events
from fediverse.clock import to_ms
from fediverse.database.database import json_of
from fediverse.errors import NotFound, Refused
from fediverse.node import Node
from fediverse.policy.groups import Joining, joining
from fediverse.queries import accounts
from fediverse.queries.views import AccountView

_CANDIDATES = (
    "SELECT f.follower_id FROM follow f JOIN local_user u ON u.account_id = f.follower_id"
    " LEFT JOIN group_role gr ON gr.group_id = f.target_id AND gr.account_id = f.follower_id"
    " WHERE f.target_id = ? AND f.state = 'accepted' AND u.disabled_at IS NULL"
    " ORDER BY CASE WHEN gr.role = 'moderator' THEN 0 ELSE 1 END, f.id LIMIT 1"
)
_DROP_WAITING = (
    "DELETE FROM delivery WHERE host = ? AND activity_id IN (SELECT oa.id FROM outbound_activity oa"
    " LEFT JOIN group_entry e ON e.group_id = oa.account_id AND oa.uri = CAST(? AS TEXT) || CAST(e.sequence AS TEXT)"
    " WHERE oa.account_id = ? AND oa.type IN ('Announce', 'Update') AND COALESCE(e.type, '') <> 'Delete')"
)


async def how_to_join(node: Node, follower: AccountView, group: AccountView) -> Joining:
    """What becomes of a wish to join one of our groups: `accept` or `ask`. Raises NotFound for a secret one, Refused with a sentence."""
    row = await node.database.row("SELECT access, domains FROM group_profile WHERE account_id = ?", group.id)
    if row is None:
        raise NotFound
    invited = await _is_invited(node, group.id, follower.id)
    answer = joining(row["access"], json_of(row["domains"]), follower.host, invited=invited)
    if answer == "hidden":
        raise NotFound
    if answer == "refuse":
        raise Refused(f"{group.name} is not for people of {follower.host}; its owners decide for which domains it is")
    return answer


async def _is_invited(node: Node, group_id: int, account_id: int) -> bool:
    found = await node.database.value(
        "SELECT 1 FROM group_invitation WHERE group_id = ? AND account_id = ?", group_id, account_id
    )
    return found is not None


async def entered(node: Node, group: AccountView, member: AccountView, by: int | None = None) -> None:
    """*member* is one from now on, let in by *by*; nobody in person where the group is open or the member was invited."""
    await _forget_invitation(node, group.id, member.id)
    if not group.local:
        await _admit_elsewhere(node, group, member)
        return
    if member.host:
        await admit(node, group.id, member.host, by, history=False)
    await events.record(
        node, group_events.GroupMembershipChanged(by or group.id, group.id, member.id, "added", "member")
    )


async def _forget_invitation(node: Node, group_id: int, account_id: int) -> None:
    await node.database.execute(
        "DELETE FROM group_invitation WHERE group_id = ? AND account_id = ?", group_id, account_id
    )


async def _admit_elsewhere(node: Node, group: AccountView, member: AccountView) -> None:
    """Of a group of another node: who else has it, and its own node, as it tells us."""
    for host in {group.host, member.host} - {""}:
        await _insert_node(node, group.id, host, None, from_sequence=0)


async def admit(node: Node, group_id: int, host: str, by: int | None, *, history: bool) -> None:
    """Disclose the group to *host*, from the beginning or from now on; nothing happens when it is already."""
    known = await node.database.value(
        "SELECT 1 FROM group_node WHERE group_id = ? AND host = ? AND state = 'admitted'", group_id, host
    )
    if known is not None:
        return
    sequence = await node.database.value("SELECT sequence FROM group_profile WHERE account_id = ?", group_id)
    await _insert_node(node, group_id, host, by, from_sequence=0 if history else int(sequence or 0))
    await events.record(node, group_events.GroupNodeAdmitted(by or group_id, group_id, host, history))


async def _insert_node(node: Node, group_id: int, host: str, by: int | None, *, from_sequence: int) -> None:
    now = to_ms(node.clock.now())
    await node.database.execute(
        "INSERT INTO group_node (id, group_id, host, state, admitted_by, admitted_at, from_sequence) VALUES (?, ?, ?, 'admitted', ?, ?, ?)"
        " ON CONFLICT (group_id, host) DO UPDATE SET state = 'admitted', removed_at = NULL, admitted_by = EXCLUDED.admitted_by,"
        " admitted_at = EXCLUDED.admitted_at, from_sequence = EXCLUDED.from_sequence WHERE group_node.state <> 'admitted'",
        node.ids.next(), group_id, host, by, now, from_sequence,
    )  # fmt: skip


async def left(node: Node, group: AccountView, member: AccountView, by: int | None = None) -> None:
    """*member* is one no longer, by his own wish or by *by*'s. Of a domain's last member the node loses the group, and nothing more is sent to it."""
    await node.database.execute("DELETE FROM group_role WHERE group_id = ? AND account_id = ?", group.id, member.id)
    await _forget_invitation(node, group.id, member.id)
    await node.database.execute(
        "DELETE FROM home_entry WHERE account_id = ? AND post_id IN (SELECT id FROM post WHERE group_id = ? AND author_id <> ?)",
        member.id, group.id, member.id,
    )  # fmt: skip
    await node.database.execute(
        "DELETE FROM notification WHERE account_id = ? AND post_id IN (SELECT id FROM post WHERE group_id = ? AND visibility = 'group')",
        member.id, group.id,
    )  # fmt: skip
    if group.local:
        await events.record(
            node, group_events.GroupMembershipChanged(by or group.id, group.id, member.id, "removed", "")
        )
    if member.host and member.host != group.host and not await _has_members_at(node, group.id, member.host):
        await _forget_node(node, group, member)
    if group.local:
        await hand_over(node, group.id)


async def _has_members_at(node: Node, group_id: int, host: str) -> bool:
    found = await node.database.value(
        "SELECT 1 FROM follow f JOIN account a ON a.id = f.follower_id WHERE f.target_id = ? AND f.state = 'accepted' AND a.host = ?",
        group_id, host,
    )  # fmt: skip
    return found is not None


async def _forget_node(node: Node, group: AccountView, member: AccountView) -> None:
    """What waits to be sent there is dropped with it, except the ends of posts that it may have and the word that its people are no members any more."""
    gone = await node.database.rows(
        "UPDATE group_node SET state = 'removed', removed_at = ? WHERE group_id = ? AND host = ? AND state = 'admitted' RETURNING id",
        to_ms(node.clock.now()), group.id, member.host,
    )  # fmt: skip
    if not gone or not group.local:
        return
    await node.database.execute(_DROP_WAITING, member.host, f"{group.uri}/log/", group.id)
    await events.record(node, group_events.GroupNodeRemoved(group.id, group.id, member.host, member.id))


async def hand_over(node: Node, group_id: int) -> None:
    """A group always has an owner: without one its oldest moderator of this node is it, else its oldest member, else an administrator of the node."""
    owner = await node.database.value(
        "SELECT 1 FROM group_role gr JOIN follow f ON f.target_id = gr.group_id AND f.follower_id = gr.account_id AND f.state = 'accepted'"
        " LEFT JOIN local_user u ON u.account_id = gr.account_id"
        " WHERE gr.group_id = ? AND gr.role = 'owner' AND u.disabled_at IS NULL",
        group_id,
    )
    if owner is not None:
        return
    heir = await node.database.value(_CANDIDATES, group_id)
    if heir is None:
        administrators = await node.database.rows(
            "SELECT account_id FROM local_user WHERE role = 'admin' AND disabled_at IS NULL ORDER BY account_id LIMIT 1"
        )
        if not administrators:
            return
        heir = administrators[0]["account_id"]
        await make_member(node, group_id, heir)
    await set_role(node, group_id, int(heir), "owner", by=group_id)


async def leave_all(node: Node, account_id: int) -> None:
    """Somebody acts no more: the groups of this node that had only this owner have another now."""
    rows = await node.database.rows(
        "SELECT gr.group_id FROM group_role gr JOIN account a ON a.id = gr.group_id WHERE gr.account_id = ? AND gr.role = 'owner' AND a.host = ''",
        account_id,
    )
    for row in rows:
        await hand_over(node, row["group_id"])


async def make_member(node: Node, group_id: int, account_id: int) -> None:
    """One of our people belongs to one of our groups without having asked."""
    if await enter(node, group_id, account_id):
        group = await accounts.account(node, None, group_id)
        await entered(node, group, await accounts.account(node, None, account_id))


async def enter(node: Node, group_id: int, account_id: int) -> bool:
    """Write down that somebody is a member; False for who was one, or asks to be."""
    number = node.ids.next()
    written = await node.database.insert(
        "follow",
        {
            "id": number, "follower_id": account_id, "target_id": group_id, "state": "accepted", "uri": node.uri(f"/activities/{number}"),
            "show_boosts": True, "notify": False, "languages": "[]", "created_at": to_ms(node.clock.now()),
        },
        if_absent="follower_id, target_id",
    )  # fmt: skip
    for column, owner in (("following_count", account_id), ("followers_count", group_id)) if written else ():
        await node.database.execute(f"UPDATE account SET {column} = {column} + 1 WHERE id = ?", owner)
    return written


async def set_role(node: Node, group_id: int, account_id: int, role: str, *, by: int) -> None:
    """*role* for a member, told to the others where the group is ours. An owner is told from a moderator here alone."""
    if role == "member":
        await node.database.execute(
            "DELETE FROM group_role WHERE group_id = ? AND account_id = ?", group_id, account_id
        )
    else:
        await node.database.execute(
            "INSERT INTO group_role (id, group_id, account_id, role) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (group_id, account_id) DO UPDATE SET role = EXCLUDED.role",
            node.ids.next(), group_id, account_id, role,
        )  # fmt: skip
    if (await accounts.account(node, None, group_id)).local:
        await events.record(node, group_events.GroupMembershipChanged(by, group_id, account_id, "role", role))


async def relay(node: Node, group_id: int, activity_uri: str, type_: str, body: str, post_id: int | None) -> None:
    """Give what a member said (*body*, as it was proved) its number among what the group sends, and send it to all members. Once for each activity.

    While the group rests it waits without a number, since numbers may have been given that are not known here: `number_waiting`.
    """
    known = await node.database.value(
        "SELECT 1 FROM group_entry WHERE group_id = ? AND activity_uri = ?", group_id, activity_uri
    )
    if known is not None:
        return
    entry_id = node.ids.next()
    await node.database.insert(
        "group_entry",
        {
            "id": entry_id, "group_id": group_id, "sequence": -entry_id, "activity_uri": activity_uri, "type": type_,
            "post_id": post_id, "body": body, "created_at": to_ms(node.clock.now()),
        },
    )  # fmt: skip
    if not await is_paused(node, group_id):
        await _number(node, group_id, entry_id, type_)


async def number_waiting(node: Node, group_id: int) -> None:
    """The group goes on: what was said meanwhile is sent, in its order."""
    rows = await node.database.rows(
        "SELECT id, type FROM group_entry WHERE group_id = ? AND sequence < 0 ORDER BY id", group_id
    )
    for row in rows:
        await _number(node, group_id, row["id"], row["type"])


async def _number(node: Node, group_id: int, entry_id: int, type_: str) -> None:
    numbered = await node.database.rows(
        "UPDATE group_profile SET sequence = sequence + 1 WHERE account_id = ? RETURNING sequence, access", group_id
    )
    await node.database.execute("UPDATE group_entry SET sequence = ? WHERE id = ?", numbered[0]["sequence"], entry_id)
    await events.record(node, group_events.GroupRelayed(group_id, entry_id))
    if type_ == "Create" and numbered[0]["access"] == "open":
        await events.record(node, group_events.GroupShared(group_id, entry_id))


async def enter_again(node: Node, group_id: int, sequence: int, activity_uri: str, type_: str, body: str) -> bool:
    """Put back what one of our groups had sent under this number before a backup was read again; False when it is known."""
    known = await node.database.value(
        "SELECT 1 FROM group_entry WHERE group_id = ? AND (sequence = ? OR activity_uri = ?)",
        group_id,
        sequence,
        activity_uri,
    )
    if known is not None:
        return False
    await node.database.insert(
        "group_entry",
        {
            "id": node.ids.next(), "group_id": group_id, "sequence": sequence, "activity_uri": activity_uri, "type": type_,
            "post_id": None, "body": body, "created_at": to_ms(node.clock.now()),
        },
    )  # fmt: skip
    return True


async def note_sequence(node: Node, group_id: int, sequence: int) -> None:
    """Of a group elsewhere: what came from it last, as long as nothing is missing before it."""
    await node.database.execute(
        "UPDATE group_profile SET sequence = ? WHERE account_id = ? AND sequence = ?", sequence, group_id, sequence - 1
    )


async def note_position(node: Node, group_id: int, sequence: int) -> None:
    """Of a group elsewhere: everything up to this number is here, or is not for us."""
    await node.database.execute(
        "UPDATE group_profile SET sequence = ? WHERE account_id = ? AND sequence < ?", sequence, group_id, sequence
    )


async def is_paused(node: Node, group_id: int) -> bool:
    found = await node.database.value("SELECT paused FROM group_profile WHERE account_id = ?", group_id)
    return bool(found)
