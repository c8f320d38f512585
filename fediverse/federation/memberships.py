"""Who comes into a group, goes, or has which role in it, as its members' nodes are told: `Add` and `Remove` of a person, to and from the group's `members`.

Said by the moderator who did it, or by the group where nobody in person did; passed on by the group like everything else. On a group's own node it is
how a moderator of another node acts. The role stands in the activity's `role`.
"""

from dataclasses import dataclass

from fediverse.actions import group_members, roster
from fediverse.activitystreams.building import activity as new_activity
from fediverse.errors import Malformed, NotFound, Refused
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.gate import host_named
from fediverse.federation.group_posts import may_take_out
from fediverse.federation.outgoing import Outgoing, new_id
from fediverse.federation.standing import object_uri
from fediverse.group_events import GroupInvited, GroupMembershipChanged, GroupNodeRemoved
from fediverse.node import Node
from fediverse.policy.groups import ROLES, Role, allows_host
from fediverse.queries import accounts, groups
from fediverse.queries.group_views import GroupView
from fediverse.queries.views import AccountView


@dataclass(frozen=True, slots=True)
class Membership:
    """*sender_id* made *member_id* a *role* of the group, or, without one, no member any more."""

    group: GroupView
    sender_id: int
    member_id: int
    role: Role | None


@dataclass(frozen=True, slots=True)
class StrangersMembership:
    """Of a group elsewhere: somebody on *host* whom nobody here knows, since the host is not allowed perhaps, came or went."""

    group: GroupView
    host: str
    came: bool


async def group_called(node: Node, admitted: AdmittedActivity) -> GroupView | None:
    """The group whose `members` the activity changes; None for any other collection."""
    target = admitted.activity.target_id
    if target is None:
        return None
    found = await groups.with_members_url(node, target)
    if found is None or admitted.via_group not in {None, found.id}:
        return None
    return found


async def verify(
    node: Node, admitted: AdmittedActivity, sender: AccountView, group: GroupView
) -> Membership | StrangersMembership:
    """Raises Refused for who does not moderate the group, and NotFound for a person whom nobody knows."""
    if not group.local and admitted.via_group is None and sender.id != group.id:
        raise Refused("Of its members a group's own node speaks alone")
    if not await may_take_out(node, group.id, sender):
        raise Refused("Only a moderator of the group may do this")
    member = await accounts.by_uri(node, object_uri(admitted))
    if member is None:
        if group.local:
            raise NotFound("Nobody here knows this person")
        return StrangersMembership(group, host_named(node, object_uri(admitted)), admitted.type == "Add")
    if admitted.type == "Remove":
        return Membership(group, sender.id, member.id, None)
    if group.local and not allows_host(group.domains, member.host):
        raise Refused("The group is not for people of that domain")
    return Membership(group, sender.id, member.id, _role(admitted))


def _role(admitted: AdmittedActivity) -> Role:
    said = admitted.activity.raw.get("role", "member")
    for role in ROLES:
        if role == said:
            return role
    raise Malformed("A role is member, moderator or owner")


async def apply(node: Node, verified: Membership | StrangersMembership) -> None:
    """On the group's own node as its moderator's wish; elsewhere as what its own node told."""
    if isinstance(verified, StrangersMembership):
        await _note_stranger(node, verified)
        return
    group, member = verified.group, verified.member_id
    if not group.local:
        await roster.learn(node, group.id, member, verified.role)
    elif verified.role is None:
        await group_members.remove(node, verified.sender_id, group.id, member)
    elif await groups.role_of(node, group.id, member) is None:
        await group_members.approve(
            node, verified.sender_id, group.id, member
        )  # the first of a domain is let in here, by name
    else:
        await group_members.set_role(node, verified.sender_id, group.id, member, verified.role)


async def _note_stranger(node: Node, verified: StrangersMembership) -> None:
    """Who was the last one of a host the whole list knows."""
    if verified.came:
        await roster.note_named(node, verified.group.id, [verified.host])
    else:
        await roster.ask_for_list(node, verified.group.id)


async def build(node: Node, event: GroupMembershipChanged) -> Outgoing:
    """Through the group, so that all its members hear it in its order. Who went hears it by the end of the follow."""
    group = await groups.group(node, None, event.group_id)
    actor = await accounts.account(node, None, event.account_id)
    said_by = actor if actor.local else group.account
    member = await accounts.account(node, None, event.member_id)
    type_ = "Remove" if event.what == "removed" else "Add"
    changed = new_activity(
        type_, new_id(node), said_by.uri, member.uri, (group.account.uri, group.members_url), target=group.members_url,
        audience=group.account.uri, extra={"role": event.role} if event.role else None, published=node.clock.now(),
    )  # fmt: skip
    return Outgoing(activity=changed, account_id=said_by.id, through_group=group.id)


async def build_node_removed(node: Node, event: GroupNodeRemoved) -> Outgoing:
    """To the node that lost its last member: what it has it keeps by its own rules, and nothing more comes."""
    group = await groups.group(node, None, event.group_id)
    member = await accounts.account(node, None, event.member_id)
    gone = new_activity(
        "Remove", new_id(node), group.account.uri, member.uri, (member.uri,), target=group.members_url,
        audience=group.account.uri, published=node.clock.now(),
    )  # fmt: skip
    return Outgoing(activity=gone, account_id=group.id, to_accounts=(member.id,))


async def build_invitation(node: Node, event: GroupInvited) -> Outgoing | None:
    """None for one of our own people."""
    group = await groups.group(node, None, event.group_id)
    member = await accounts.account(node, None, event.member_id)
    if member.local:
        return None
    invited = new_activity(
        "Invite", event.uri, group.account.uri, group.account.uri, (member.uri,), target=member.uri, published=node.clock.now()
    )  # fmt: skip
    return Outgoing(activity=invited, account_id=group.id, to_accounts=(member.id,))
