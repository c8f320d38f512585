"""What moderators do to accounts, of this node and of others: warn, disable, mark as sensitive, limit, suspend, delete, and the way back.

Each verb asks whether this moderator may do this to that account, writes a warning that its owner reads (never who did it), and records an event that says
who. A suspension hides everything at once and deletes nothing; what is deleted goes later, by a job (`account_removal`), or when an administrator asks.

The choice: a disabled or suspended person's tokens are refused at every request and stay in the table, as clients of this API expect of an account that is
enabled again. Sessions end for good.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from fediverse import events, streams
from fediverse.actions import accounts as people
from fediverse.actions import relations, reports, severing, suspensions
from fediverse.actions.notifying import notify
from fediverse.actions.staff import require_administrator, require_moderator
from fediverse.clock import to_ms
from fediverse.errors import Invalid, NotFound, Refused
from fediverse.node import Node
from fediverse.policy.permissions import may_moderate
from fediverse.queries import accounts
from fediverse.queries.views import AccountView
from fediverse.queue import jobs
from fediverse.streams import Signal
from fediverse.text.sanitise import without_unusable

Action = Literal["none", "disable", "sensitive", "silence", "suspend"]
ACTIONS: Final[tuple[Action, ...]] = ("none", "disable", "sensitive", "silence", "suspend")
KEPT_AFTER_SUSPENSION = timedelta(days=30)
MAX_TEXT_CHARACTERS = 5000
REMOVAL = "remove_account"


@dataclass(frozen=True, slots=True)
class Measure:
    """What a moderator decides about an account, in answer to a report or not. *text* is for the account's owner."""

    action: Action
    text: str = ""
    report_id: int | None = None


def action_named(name: str) -> Action:
    """Raises Invalid for a word that is none."""
    for action in ACTIONS:
        if action == name:
            return action
    raise Invalid(f"Validation failed: Type is one of {', '.join(ACTIONS)}")


async def moderate(node: Node, moderator_id: int, target_id: int, measure: Measure) -> int:
    """The warning's id. A report that led to it is resolved. Raises Refused where this moderator may not, NotFound."""
    target = await _target(node, moderator_id, target_id)
    if measure.action == "disable" and not target.local:
        raise Refused("Only people of this node sign in here; limit or suspend this account instead")
    async with node.database.transaction():
        warning_id = await _warn(node, moderator_id, target, measure)
        await _apply(node, moderator_id, target, measure.action)
        if measure.report_id is not None:
            await reports.resolve(node, moderator_id, measure.report_id)
        await _record(node, target, measure.action, moderator_id, warning_id, measure.report_id)
    return warning_id


async def enable(node: Node, moderator_id: int, target_id: int) -> None:
    target = await _target(node, moderator_id, target_id)
    if not target.local:
        raise NotFound
    async with node.database.transaction():
        await people.enable(node, target.id, await _name_of(node, moderator_id))
        await _record(node, target, "enable", moderator_id)


async def unsensitive(node: Node, moderator_id: int, target_id: int) -> None:
    await _clear(node, moderator_id, target_id, "sensitized_at", "unsensitive")


async def unsilence(node: Node, moderator_id: int, target_id: int) -> None:
    await _clear(node, moderator_id, target_id, "silenced_at", "unsilence")


async def unsuspend(node: Node, moderator_id: int, target_id: int) -> None:
    """What was hidden is back, unless its own node suspends it too; ties that were cut are not. An account of another node whose copies were deleted may come
    anew, one of ours is gone.
    """
    target = await _target(node, moderator_id, target_id)
    if target.local and target.deleted:
        raise Refused("The data of this account was deleted; it cannot come back")
    await suspensions.require_ours(node, target.id)
    async with node.database.transaction():
        await suspensions.lift_here(node, target.id)
        await node.database.execute("UPDATE account SET deleted_at = NULL WHERE id = ?", target.id)
        if target.local:
            await events.record(node, events.ProfileUpdated(target.id))
        await _record(node, target, "unsuspend", moderator_id)


async def delete_data(node: Node, administrator_id: int, target_id: int) -> None:
    """Delete what is left of a suspended account now rather than later. Administrators alone; it cannot be taken back."""
    await require_administrator(node, administrator_id)
    target = await _target(node, administrator_id, target_id)
    if not target.suspended or target.deleted:
        raise Refused("Only the data of a suspended account can be deleted")
    async with node.database.transaction():
        await suspensions.suspend_here(node, target.id)  # its own node may have been the only one so far
        suspended_at = await node.database.value("SELECT suspended_at FROM account WHERE id = ?", target.id)
        await jobs.enqueue(node, REMOVAL, {"account_id": target.id, "suspended_at": suspended_at})
        await _record(node, target, "delete", administrator_id)


async def _target(node: Node, moderator_id: int, target_id: int) -> AccountView:
    """The account that is acted on. Raises Refused unless this moderator may, NotFound for one that nobody may act on."""
    role = await require_moderator(node, moderator_id)
    target = await accounts.account(node, moderator_id, target_id)
    if target.kind == "application" and target.local:
        raise NotFound
    rows = await node.database.rows(
        "SELECT account_id, role FROM local_user WHERE role = 'admin' AND disabled_at IS NULL"
    )
    other_admins = sum(1 for row in rows if row["account_id"] != target_id)
    target_role = await node.database.value("SELECT role FROM local_user WHERE account_id = ?", target_id)
    if not may_moderate(role, moderator_id, target_role or "", target_id, other_admins):
        raise Refused("This action is not allowed")
    return target


async def _name_of(node: Node, account_id: int) -> str:
    return (await accounts.account(node, None, account_id)).username


async def _warn(node: Node, moderator_id: int, target: AccountView, measure: Measure) -> int:
    number = node.ids.next()
    await node.database.insert(
        "account_warning",
        {
            "id": number, "target_id": target.id, "by_account_id": moderator_id, "report_id": measure.report_id,
            "action": measure.action, "text": without_unusable(measure.text).strip()[:MAX_TEXT_CHARACTERS],
            "created_at": to_ms(node.clock.now()),
        },
    )  # fmt: skip
    if target.local:
        await notify(node, "moderation_warning", [target.id], target.id, number)
    return number


async def _apply(node: Node, moderator_id: int, target: AccountView, action: Action) -> None:
    now = to_ms(node.clock.now())
    match action:
        case "none":
            return
        case "disable":
            await people.disable(node, target.id, await _name_of(node, moderator_id))
            streams.tell(node, Signal("access", accounts=(target.id,)))
        case "sensitive":
            await _mark(node, target, "sensitized_at", now)
        case "silence":
            await _mark(node, target, "silenced_at", now)
        case "suspend":
            await _suspend(node, target)


async def _mark(node: Node, target: AccountView, column: str, now: int) -> None:
    await node.database.execute(f"UPDATE account SET {column} = ? WHERE id = ? AND {column} IS NULL", now, target.id)


async def _clear(node: Node, moderator_id: int, target_id: int, column: str, action: str) -> None:
    target = await _target(node, moderator_id, target_id)
    async with node.database.transaction():
        await node.database.execute(f"UPDATE account SET {column} = NULL WHERE id = ?", target.id)
        await _record(node, target, action, moderator_id)


async def _suspend(node: Node, target: AccountView) -> None:
    """Nothing of the account is seen any more from this moment on, by anybody; its data go when the time to take it back is over."""
    now = await suspensions.suspend_here(node, target.id)
    if now is None:
        return
    if target.local:
        await node.database.execute("DELETE FROM web_session WHERE account_id = ?", target.id)
        await events.record(node, events.ProfileUpdated(target.id))
    else:
        await _sever(node, target)
    due_at = node.clock.now() + KEPT_AFTER_SUSPENSION
    await jobs.enqueue(node, REMOVAL, {"account_id": target.id, "suspended_at": now}, due_at=due_at)


async def _sever(node: Node, target: AccountView) -> None:
    """Whoever here follows the account follows it no more, and the other way round; each is told once what was cut."""
    rows = await node.database.rows(
        "SELECT u.account_id, max(CASE WHEN f.target_id = u.account_id THEN 1 ELSE 0 END) AS followed,"
        " max(CASE WHEN f.follower_id = u.account_id THEN 1 ELSE 0 END) AS follows FROM follow f"
        " JOIN local_user u ON u.account_id IN (f.follower_id, f.target_id) WHERE f.follower_id = ? OR f.target_id = ? GROUP BY u.account_id",
        target.id, target.id,
    )  # fmt: skip
    for row in rows:
        person = row["account_id"]
        await relations.unfollow(node, person, target.id)
        await relations.reject(node, person, target.id)
        await severing.tell(
            node, person, "account_suspension", target.acct, followers=row["followed"], following=row["follows"]
        )


async def _record(
    node: Node,
    target: AccountView,
    action: str,
    moderator_id: int,
    warning_id: int | None = None,
    report_id: int | None = None,
) -> None:
    await events.record(node, events.AccountModerated(target.id, action, moderator_id, warning_id, report_id))
