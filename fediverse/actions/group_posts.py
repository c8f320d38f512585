"""Which group a new post stands in, and whom it may name there. Asked by `posts` before anything is written; what it refuses it refuses aloud.

A post stands in a group when its author said so, when its text names the group, or when it answers what stands there. It is then for that group's members:
neither for more people (nobody else who is named gets it, so naming them is refused) nor for fewer.
"""

from collections.abc import Sequence

from fediverse.errors import Invalid
from fediverse.node import Node
from fediverse.policy.domains import Direction
from fediverse.queries import accounts, groups
from fediverse.queries.group_views import GroupView
from fediverse.queries.views import AccountView, PostView


async def group_of_draft(
    node: Node,
    author_id: int,
    group_id: int | None,
    mentioned: Sequence[int],
    parent: PostView | None,
    quoted: PostView | None,
) -> GroupView | None:
    """The group, if it is to stand in one. Raises NotFound for one that the author may not know of, Invalid with a sentence for what would not be right."""
    wanted = await _wanted(node, author_id, group_id, mentioned)
    if parent is not None and parent.group_id is not None:
        wanted = await _of_answer(node, author_id, parent, parent.group_id, wanted)
    elif parent is not None and wanted and parent.visibility not in {"public", "unlisted"}:
        raise Invalid("Validation failed: What you answer was meant for a smaller circle, and is not for a group")
    if len(wanted) > 1:
        raise Invalid("Validation failed: A post stands in one group at a time; name one of them")
    group = await groups.group(node, author_id, wanted[0]) if wanted else None
    _check_quote(group, quoted)
    if group is not None:
        await _require_may_post(node, group)
    return group


async def _wanted(node: Node, author_id: int, group_id: int | None, mentioned: Sequence[int]) -> list[int]:
    named = [one.id for one in await accounts.accounts(node, author_id, list(mentioned)) if one.group]
    return list(dict.fromkeys([*([] if group_id is None else [group_id]), *named]))


async def _of_answer(
    node: Node, author_id: int, parent: PostView, parent_group: int, wanted: Sequence[int]
) -> list[int]:
    """An answer stays in the group of what it answers. Who only reads along in an open group answers in public, as to any public post."""
    if any(number != parent_group for number in wanted):
        raise Invalid("Validation failed: What you answer stands in another group, and your answer stays there")
    if parent.visibility != "group" and not wanted and await groups.role_of(node, parent_group, author_id) is None:
        return []
    return [parent_group]


def _check_quote(group: GroupView | None, quoted: PostView | None) -> None:
    if quoted is None or quoted.visibility != "group":
        return
    if group is None or group.id != quoted.group_id:
        where = quoted.group.account.name if quoted.group else "a group"
        raise Invalid(f"Validation failed: This post is for the members of {where}, and can be quoted only there")


async def _require_may_post(node: Node, group: GroupView) -> None:
    name = group.account.name
    if not group.is_member:
        raise Invalid(f"Validation failed: You are not a member of {name}; follow @{group.account.acct} to ask to join")
    if not group.posts:
        raise Invalid(f"Validation failed: Only moderators post in {name}")
    if group.account.host:
        verdict = await node.rules.decide(Direction.OUT_DELIVER, "Create", group.account.host)
        if not verdict.allowed:
            raise Invalid(f"Validation failed: {group.account.host}, where {name} lives, is not allowed at the moment")
        await require_members_allowed(node, group.account)


async def require_members_allowed(node: Node, group: AccountView) -> None:
    """A group elsewhere gives what is written in it to all its members' nodes, and asks its own rules alone: this node asks its rules here (T-218).

    Nothing happens for a group of ours, whose posts this node sends by itself. Raises Invalid naming the hosts.
    """
    refused = [
        host
        for host in ([] if group.local else await groups.hosts_of_members(node, group.id))
        if not (await node.rules.decide(Direction.OUT_DELIVER, "Create", host)).allowed
    ]
    if refused:
        raise Invalid(
            f"Validation failed: {group.name} has members at {', '.join(refused)}, which your administrators do not allow; what you post there would reach them"
        )


async def members_named(node: Node, group: GroupView, mentioned: Sequence[int]) -> tuple[int, ...]:
    """Those who are named, all of them members, and the group itself. Raises Invalid naming who is none."""
    members = await groups.who_are_members(node, group.id, mentioned)
    strangers = [number for number in mentioned if number not in members and number != group.id]
    if strangers:
        names = ", ".join(f"@{one.acct}" for one in await accounts.accounts(node, None, strangers))
        raise Invalid(
            f"Validation failed: {names} would not get this: it is for the members of {group.account.name}. Write the name without @, or write to them directly"
        )
    return tuple(mentioned)
