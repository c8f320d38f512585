"""Groups of this node: begin one, change what it is and for which domains, end it. Who is in it is `group_members`' business.

The actor is an account of this node, or None for the operator at the command line, who may do what an owner may.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fediverse import events, group_events
from fediverse.actions import accounts as registering
from fediverse.actions import group_rows, relations
from fediverse.clock import to_ms
from fediverse.database.database import json_text
from fediverse.errors import Conflict, Invalid, Refused
from fediverse.node import Node
from fediverse.policy.content import MAX_NAME_CHARACTERS, MAX_NOTE_CHARACTERS, check_length
from fediverse.policy.groups import (
    ACCESSES,
    POSTINGS,
    Access,
    Posting,
    allows_host,
    check_change_of_access,
    parse_domains,
)
from fediverse.queries import groups
from fediverse.queries.group_views import GroupView
from fediverse.text.markup import render
from fediverse.text.sanitise import clean_text


@dataclass(frozen=True, slots=True)
class GroupDraft:
    """A group that is to be. *domains*: patterns of the other domains whose people may be members; none for this node alone."""

    name: str
    display_name: str = ""
    note: str = ""
    access: Access = "closed"
    posting: Posting = "members"
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupChange:
    """None leaves a value as it is."""

    display_name: str | None = None
    note: str | None = None
    posting: Posting | None = None
    access: Access | None = None


async def create(node: Node, owner_id: int | None, draft: GroupDraft) -> int:
    """The id of the new group, whose first member is its owner; without one, an administrator of the node is. Raises Invalid or Conflict."""
    _check(draft.access, draft.posting)
    check_length(len(draft.note), MAX_NOTE_CHARACTERS)
    domains = parse_domains(draft.domains)
    uri = node.uri(f"/users/{draft.name}")
    registering.check_username(draft.name)
    keys = await registering.make_keys(uri)
    group_id = node.ids.next()
    async with node.database.transaction():
        if await node.database.value("SELECT 1 FROM account WHERE handle = ?", draft.name.lower()) is not None:
            raise Conflict(f"{draft.name} is taken; choose another name")
        await registering.insert_local(
            node,
            group_id,
            draft.name,
            "group",
            uri,
            node.uri(f"/@{draft.name}"),
            clean_text(draft.display_name, MAX_NAME_CHARACTERS) or draft.name,
        )
        await registering.store_private_keys(node, group_id, keys)
        await node.database.insert(
            "group_profile",
            {
                "account_id": group_id, "access": draft.access, "posting": draft.posting, "domains": json_text(list(domains)),
                "members_url": f"{uri}/members", "log_url": f"{uri}/log", "sequence": 0, "paused": "", "created_at": to_ms(node.clock.now()),
            },
        )  # fmt: skip
        await _describe(node, group_id, draft.access, draft.note)
        await events.record(node, group_events.GroupCreated(owner_id or 0, group_id, draft.access))
        if owner_id is not None:
            await group_rows.make_member(node, group_id, owner_id)
            await group_rows.set_role(node, group_id, owner_id, "owner", by=owner_id)
        else:
            await group_rows.hand_over(node, group_id)
    return group_id


async def update(node: Node, actor_id: int | None, group_id: int, change: GroupChange) -> None:
    """Raises NotFound, Refused to who is no owner, Invalid for a step between open and not open (make a new group instead)."""
    found = await owned(node, actor_id, group_id)
    access, posting = change.access or found.access, change.posting or found.posting
    _check(access, posting)
    check_change_of_access(found.access, access)
    note = found.account.note_source if change.note is None else change.note
    check_length(len(note), MAX_NOTE_CHARACTERS)
    name = found.account.display_name if change.display_name is None else change.display_name
    async with node.database.transaction():
        await node.database.execute(
            "UPDATE group_profile SET access = ?, posting = ? WHERE account_id = ?", access, posting, group_id
        )
        await node.database.execute(
            "UPDATE account SET display_name = ? WHERE id = ?", clean_text(name, MAX_NAME_CHARACTERS), group_id
        )
        await _describe(node, group_id, access, note)
        await events.record(node, events.ProfileUpdated(group_id))
        await events.record(
            node, group_events.GroupPolicyChanged(actor_id or 0, group_id, list(found.domains), removed=[])
        )


async def set_domains(node: Node, actor_id: int | None, group_id: int, domains: Sequence[str]) -> None:
    """For which other domains the group is. Whoever is of none of them is a member no longer, and nothing more is sent there: what waits is dropped.

    What such a node already has stays there under its own rules; it is told that its people are no members any more.
    """
    await owned(node, actor_id, group_id)
    wanted = parse_domains(domains)
    async with node.database.transaction():
        await node.database.execute(
            "UPDATE group_profile SET domains = ? WHERE account_id = ?", json_text(list(wanted)), group_id
        )
        losing = await _members_elsewhere(node, group_id, wanted)
        await events.record(
            node,
            group_events.GroupPolicyChanged(
                actor_id or 0, group_id, list(wanted), sorted({host for _number, host in losing})
            ),
        )
        for account_id, _host in losing:
            await relations.reject(node, group_id, account_id)


async def _members_elsewhere(node: Node, group_id: int, domains: Sequence[str]) -> list[tuple[int, str]]:
    """Who is a member, asks or is invited, and is of a domain that *domains* do not allow: (account id, host)."""
    rows = await node.database.rows(
        "SELECT a.id, a.host FROM follow f JOIN account a ON a.id = f.follower_id WHERE f.target_id = ? AND a.host <> ''"
        " UNION SELECT a.id, a.host FROM group_invitation i JOIN account a ON a.id = i.account_id WHERE i.group_id = ? AND a.host <> ''",
        group_id, group_id,
    )  # fmt: skip
    losing = [(row["id"], row["host"]) for row in rows if not allows_host(domains, row["host"])]
    for account_id, _host in losing:
        await node.database.execute(
            "DELETE FROM group_invitation WHERE group_id = ? AND account_id = ?", group_id, account_id
        )
    return losing


async def effect_of_domains(node: Node, actor_id: int | None, group_id: int, domains: Sequence[str]) -> dict[str, int]:
    """How many people of which host would lose the group if it were for *domains*; nothing is changed. Raises as `set_domains`."""
    await owned(node, actor_id, group_id)
    wanted = parse_domains(domains)
    rows = await node.database.rows(
        "SELECT a.host, count(*) AS people FROM follow f JOIN account a ON a.id = f.follower_id"
        " WHERE f.target_id = ? AND f.state = 'accepted' AND a.host <> '' GROUP BY a.host",
        group_id,
    )
    return {row["host"]: row["people"] for row in rows if not allows_host(wanted, row["host"])}


async def delete(node: Node, actor_id: int | None, group_id: int) -> None:
    """End the group. Its posts go out of sight with it, everywhere; its name does not come free."""
    found = await owned(node, actor_id, group_id)
    rows = await node.database.rows(
        "SELECT MIN(a.id) AS id FROM follow f JOIN account a ON a.id = f.follower_id WHERE f.target_id = ? AND a.host <> '' GROUP BY a.host",
        group_id,
    )
    async with node.database.transaction():
        await node.database.execute(
            "UPDATE account SET deleted_at = ?, suspended_at = ? WHERE id = ?",
            to_ms(node.clock.now()), to_ms(node.clock.now()), group_id,
        )  # fmt: skip
        await node.database.execute("DELETE FROM delivery WHERE account_id = ?", group_id)
        for table, column in (
            ("follow", "target_id"),
            ("group_role", "group_id"),
            ("group_invitation", "group_id"),
            ("group_node", "group_id"),
        ):
            await node.database.execute(f"DELETE FROM {table} WHERE {column} = ?", group_id)
        await events.record(
            node, events.AccountDeleted(group_id, found.account.uri, known_to=[row["id"] for row in rows])
        )


async def owned(node: Node, actor_id: int | None, group_id: int) -> GroupView:
    """One of our groups, for its owners and the operator. Raises NotFound to who may not know of it, Refused to other members."""
    found = await groups.group(node, actor_id, group_id)
    if not found.local:
        raise Refused(f"{found.account.acct} belongs to another node; its owners there can change it")
    if actor_id is not None and not found.owns:
        raise Refused("Only an owner of the group can do this")
    return found


async def moderated(node: Node, actor_id: int | None, group_id: int) -> GroupView:
    """The same for its moderators."""
    found = await groups.group(node, actor_id, group_id)
    if not found.local:
        raise Refused(f"{found.account.acct} belongs to another node; its moderators there can do this")
    if actor_id is not None and not found.moderates:
        raise Refused("Only a moderator of the group can do this")
    return found


def _check(access: str, posting: str) -> None:
    if access not in ACCESSES or posting not in POSTINGS:
        raise Invalid(f"Access is one of {', '.join(ACCESSES)}; posting is one of {', '.join(POSTINGS)}")


async def _describe(node: Node, group_id: int, access: Access, note: str) -> None:
    html = render(note, "plain", {}, lambda tag: node.uri(f"/tags/{tag.lower()}"))
    await node.database.execute(
        "UPDATE account SET note = ?, note_source = ?, locked = ?, discoverable = ?, indexable = ?, hide_collections = ? WHERE id = ?",
        html, note, access != "open", access != "secret", access == "open", access != "open", group_id,
    )  # fmt: skip
