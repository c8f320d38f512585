"""Accounts as moderators see them, what was done to them, and what those are told whom it concerned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from fediverse.clock import from_ms
from fediverse.database.database import Row, json_of, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.queries.load import account_views
from fediverse.queries.paging import page_rows
from fediverse.queries.views import AccountView, Page

Status = Literal["active", "pending", "disabled", "silenced", "suspended", "sensitized"]


@dataclass(frozen=True, slots=True)
class ModeratedAccountView:
    """An account with the private side of one of ours; `email`, `role` and `locale` are empty for others'."""

    account: AccountView
    email: str
    role: str
    locale: str
    ip: str
    disabled: bool
    created_at: datetime
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts: `local` or `remote` ones or both (empty), in one standing or any. Texts are parts of what is looked for; empty ones ask nothing."""

    origin: str = ""
    status: str = ""
    username: str = ""
    display_name: str = ""
    email: str = ""
    ip: str = ""
    domain: str = ""
    roles: tuple[str, ...] = ()
    nobody: bool = False


@dataclass(frozen=True, slots=True)
class WarningView:
    """What a moderator did to an account, and told its owner. Who did it is for moderators only."""

    id: int
    target: AccountView
    by: AccountView | None
    action: str
    text: str
    report_id: int | None
    post_ids: tuple[int, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SeveranceView:
    """*kind*: account_suspension, domain_block, or user_domain_block, which the person did."""

    id: int
    kind: str
    target_name: str
    followers_count: int
    following_count: int
    created_at: datetime


_STANDINGS = {
    "active": "a.suspended_at IS NULL AND u.disabled_at IS NULL",
    "pending": "1 = 0",  # nobody waits for approval: people come by the administrator
    "disabled": "u.disabled_at IS NOT NULL",
    "silenced": "a.silenced_at IS NOT NULL AND a.suspended_at IS NULL",
    "suspended": "a.suspended_at IS NOT NULL",
    "sensitized": "a.sensitized_at IS NOT NULL AND a.suspended_at IS NULL",
}
_ACCOUNTS = (
    "SELECT a.id, u.account_id AS user_id, u.email, u.role, u.locale, u.last_ip, u.disabled_at, u.last_seen_at, a.created_at"
    " FROM account a LEFT JOIN local_user u ON u.account_id = a.id"
)


async def accounts(node: Node, page: Page, wanted: AccountFilter) -> list[ModeratedAccountView]:
    """Newest first, without the node's own actor and without who is gone for good."""
    conditions, values = _conditions(node, wanted)
    select = f"{_ACCOUNTS} WHERE {' AND '.join(conditions)}"
    return await _views(node, await page_rows(node, select, values, page, key="a.id"))


async def account(node: Node, account_id: int) -> ModeratedAccountView:
    """Raises NotFound for an unknown one and for the node's own actor."""
    found = await accounts_by_id(node, [account_id])
    if account_id not in found:
        raise NotFound
    return found[account_id]


async def accounts_by_id(node: Node, ids: Sequence[int]) -> dict[int, ModeratedAccountView]:
    asked = [number for number in dict.fromkeys(ids) if number != node.instance_id]
    if not asked:
        return {}
    rows = await node.database.rows(f"{_ACCOUNTS} WHERE a.id IN ({marks(asked)})", *asked)
    return {view.account.id: view for view in await _views(node, rows)}


async def warnings_of(node: Node, account_id: int, limit: int = 50) -> list[WarningView]:
    """What was done to the account, the latest first: for moderators."""
    rows = await node.database.rows(f"{_WARNINGS} WHERE w.target_id = ? ORDER BY w.id DESC LIMIT ?", account_id, limit)
    return await _warning_views(node, rows)


async def warnings_by_id(node: Node, ids: Sequence[int]) -> dict[int, WarningView]:
    """For notifications that tell of warnings; unknown ones are left out."""
    if not ids:
        return {}
    rows = await node.database.rows(f"{_WARNINGS} WHERE w.id IN ({marks(ids)})", *ids)
    return {view.id: view for view in await _warning_views(node, rows)}


async def severances_by_id(node: Node, ids: Sequence[int]) -> dict[int, SeveranceView]:
    """For notifications that tell of severed ties; unknown ones are left out."""
    if not ids:
        return {}
    rows = await node.database.rows(f"SELECT * FROM severance WHERE id IN ({marks(ids)})", *ids)
    return {
        row["id"]: SeveranceView(
            row["id"],
            row["kind"],
            row["target_name"],
            row["followers_count"],
            row["following_count"],
            from_ms(row["created_at"]),
        )
        for row in rows
    }


def _conditions(node: Node, wanted: AccountFilter) -> tuple[list[str], list[object]]:
    conditions: list[str] = ["a.id <> ?", "a.deleted_at IS NULL"]
    values: list[object] = [node.instance_id]
    if wanted.nobody:
        conditions.append("1 = 0")
    if wanted.origin:
        conditions.append("a.host = ''" if wanted.origin == "local" else "a.host <> ''")
    if wanted.status:
        conditions.append(_STANDINGS.get(wanted.status, "1 = 0"))
    for column, text in (
        ("a.username", wanted.username),
        ("a.display_name", wanted.display_name),
        ("u.email", wanted.email),
    ):
        if text:
            conditions.append(f"lower({column}) LIKE ? ESCAPE '!'")
            values.append(f"%{_like(text.lower())}%")
    for column, text in (("u.last_ip", wanted.ip), ("a.domain", wanted.domain)):
        if text:
            conditions.append(f"{column} = ?")
            values.append(text)
    if wanted.roles:
        conditions.append(f"u.role IN ({marks(wanted.roles)})")
        values += wanted.roles
    return conditions, values


def _like(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


async def _views(node: Node, rows: Sequence[Row]) -> list[ModeratedAccountView]:
    people = await account_views(node, (row["id"] for row in rows))
    return [
        ModeratedAccountView(
            account=people[row["id"]],
            email=row["email"] or "",
            role=row["role"] or "",
            locale=row["locale"] or "",
            ip=row["last_ip"] or "",
            disabled=row["disabled_at"] is not None,
            created_at=from_ms(row["created_at"]),
            last_seen_at=None if row["last_seen_at"] is None else from_ms(row["last_seen_at"]),
        )
        for row in rows
    ]


_WARNINGS = "SELECT w.*, r.post_ids FROM account_warning w LEFT JOIN report r ON r.id = w.report_id"


async def _warning_views(node: Node, rows: Sequence[Row]) -> list[WarningView]:
    people = await account_views(node, (row[column] for row in rows for column in ("target_id", "by_account_id")))
    return [
        WarningView(
            id=row["id"],
            target=people[row["target_id"]],
            by=people.get(row["by_account_id"]),
            action=row["action"],
            text=row["text"],
            report_id=row["report_id"],
            post_ids=() if row["post_ids"] is None else tuple(json_of(row["post_ids"])),
            created_at=from_ms(row["created_at"]),
        )
        for row in rows
        if row["target_id"] in people
    ]
