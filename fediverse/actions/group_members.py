"""Who is in one of our groups: let in, invite, remove, ban, give roles. Done by its moderators, by *actor_id*, or by the operator (None).

Joining and leaving are a follow and its end, in `relations`.
"""

from fediverse import events, group_events
from fediverse.actions import group_rows, relations
from fediverse.actions.groups import moderated, owned
from fediverse.actions.notifying import notify
from fediverse.clock import to_ms
from fediverse.errors import Invalid, NotFound, Refused
from fediverse.node import Node
from fediverse.policy.domains import Direction
from fediverse.policy.groups import ROLES, Role, allows_host, needs_admission
from fediverse.queries import accounts, groups
from fediverse.queries.group_views import GroupView
from fediverse.queries.relations import follow_state
from fediverse.queries.views import AccountView


async def approve(
    node: Node, actor_id: int | None, group_id: int, account_id: int, admit_domain: str = "", history: bool = False
) -> None:
    """Let somebody in who asked. The first of a domain only with *admit_domain* naming it, as from then on its administrators can read the group.

    *history*: that domain gets what was written before as well. Raises NotFound for who never asked, Refused with what to do.
    """
    found = await moderated(node, actor_id, group_id)
    if await follow_state(node, account_id, group_id) != "pending":
        raise NotFound("Nobody of this name asks to join")
    person = await accounts.account(node, None, account_id)
    await _require_possible(node, found, person)
    await _require_word(node, found, person, admit_domain)
    async with node.database.transaction():
        if person.host:
            await group_rows.admit(node, group_id, person.host, actor_id, history=history)
        await relations.accept(node, group_id, account_id, by=actor_id)


async def refuse(node: Node, actor_id: int | None, group_id: int, account_id: int) -> None:
    """Turn a request down. Raises NotFound for who never asked."""
    await moderated(node, actor_id, group_id)
    if await follow_state(node, account_id, group_id) != "pending":
        raise NotFound("Nobody of this name asks to join")
    await relations.reject(node, group_id, account_id, by=actor_id)


async def invite(node: Node, inviter_id: int | None, group_id: int, account_id: int, admit_domain: str = "") -> None:
    """Invite somebody, who is a member on accepting it. The first of a domain needs *admit_domain*, as in `approve`. Repeating it changes nothing."""
    found = await moderated(node, inviter_id, group_id)
    person = await accounts.account(node, inviter_id, account_id)
    if person.kind in {"application", "group"} or person.suspended or person.deleted:
        raise Invalid("Validation failed: Only people can be invited")
    await _require_possible(node, found, person)
    await _require_word(node, found, person, admit_domain)
    state = await follow_state(node, account_id, group_id)
    if state == "accepted":
        return
    if state == "pending":
        await approve(node, inviter_id, group_id, account_id, admit_domain)
        return
    async with node.database.transaction():
        number = node.ids.next()
        uri = node.uri(f"/activities/{number}")
        written = await node.database.insert(
            "group_invitation",
            {
                "id": number, "group_id": group_id, "account_id": account_id, "inviter_id": inviter_id, "uri": uri,
                "created_at": to_ms(node.clock.now()),
            },
            if_absent="group_id, account_id",
        )  # fmt: skip
        if not written:
            return
        await notify(node, "follow_request", [account_id] if person.local else [], group_id)
        await events.record(node, group_events.GroupInvited(inviter_id or group_id, group_id, account_id, uri))


async def withdraw(node: Node, actor_id: int | None, group_id: int, account_id: int) -> None:
    """Take an invitation back; nothing happens when there is none."""
    await moderated(node, actor_id, group_id)
    await drop_invitation(node, group_id, account_id)


async def decline(node: Node, account_id: int, group_id: int) -> None:
    """The invited person says no; nobody is told."""
    await drop_invitation(node, group_id, account_id)


async def drop_invitation(node: Node, group_id: int, account_id: int) -> None:
    async with node.database.transaction():
        await node.database.execute(
            "DELETE FROM group_invitation WHERE group_id = ? AND account_id = ?", group_id, account_id
        )
        await node.database.execute(
            "DELETE FROM notification WHERE account_id = ? AND kind = 'follow_request' AND from_account_id = ?",
            account_id, group_id,
        )  # fmt: skip


async def remove(node: Node, actor_id: int | None, group_id: int, account_id: int) -> None:
    """A member is one no longer, and may ask again. Raises NotFound for who is none, Refused for somebody who stands higher."""
    found = await moderated(node, actor_id, group_id)
    await _require_below(node, found, actor_id, account_id)
    await relations.reject(node, group_id, account_id, by=actor_id)


async def ban(node: Node, actor_id: int | None, group_id: int, account_id: int) -> None:
    """Whoever is banned is no member, and cannot ask again until that is taken back."""
    found = await moderated(node, actor_id, group_id)
    if await groups.role_of(node, group_id, account_id) is not None:
        await _require_below(node, found, actor_id, account_id)
    async with node.database.transaction():
        await drop_invitation(node, group_id, account_id)
        await relations.reject(node, group_id, account_id, by=actor_id)
        await relations.block(node, group_id, account_id)


async def unban(node: Node, actor_id: int | None, group_id: int, account_id: int) -> None:
    await moderated(node, actor_id, group_id)
    await relations.unblock(node, group_id, account_id)


async def set_role(node: Node, actor_id: int | None, group_id: int, account_id: int, role: Role) -> None:
    """Make a member a moderator, an owner, or a plain member again. By owners; the last owner stays one. Raises NotFound for who is no member."""
    if role not in ROLES:
        raise Invalid(f"Validation failed: A role is one of {', '.join(ROLES)}")
    await owned(node, actor_id, group_id)
    before = await groups.role_of(node, group_id, account_id)
    if before is None:
        raise NotFound("This is no member of the group")
    if before == role:
        return
    if before == "owner" and await _owners(node, group_id) == 1:
        raise Refused("A group needs an owner: make somebody else one first")
    async with node.database.transaction():
        await group_rows.set_role(node, group_id, account_id, role, by=actor_id or group_id)


async def _owners(node: Node, group_id: int) -> int:
    return int(
        await node.database.value("SELECT count(*) FROM group_role WHERE group_id = ? AND role = 'owner'", group_id)
    )


async def _require_below(node: Node, found: GroupView, actor_id: int | None, account_id: int) -> None:
    role = await groups.role_of(node, found.id, account_id)
    if role is None:
        raise NotFound("This is no member of the group")
    if actor_id is not None and role != "member" and not found.owns:
        raise Refused("Only an owner can remove a moderator or an owner")
    if role == "owner" and await _owners(node, found.id) == 1:
        raise Refused("A group needs an owner: make somebody else one first")


async def _require_possible(node: Node, found: GroupView, person: AccountView) -> None:
    """The group is for the person's domain, and the node's rules let us speak with it. Raises Refused."""
    if not allows_host(found.domains, person.host):
        raise Refused(
            f"The group is not for {person.host}: add that domain to its list first, or choose somebody of another company"
        )
    if person.host and not (await node.rules.decide(Direction.OUT_DELIVER, "Accept", person.host)).allowed:
        raise Refused(f"{person.host} is not a domain that your administrators allow")


async def _require_word(node: Node, found: GroupView, person: AccountView, admit_domain: str) -> None:
    if not needs_admission(found.access, person.host, await groups.admitted_hosts(node, found.id)):
        return
    if admit_domain.strip().lower() != person.host:
        raise Refused(
            f"{person.acct} would be the first member from {person.host}: its administrators can technically read everything from then on."
            f" If that is meant, say so by naming the domain (admit_domain={person.host})",
            code="first_of_domain",
        )
