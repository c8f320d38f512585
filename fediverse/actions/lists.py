"""A person's lists: make, change, delete, and say who is in them. Whoever asks for another person's list finds none."""

from collections.abc import Sequence
from typing import Literal, get_args

from fediverse.clock import to_ms
from fediverse.database.database import marks
from fediverse.errors import Invalid, NotFound
from fediverse.node import Node
from fediverse.streams import Signal, tell
from fediverse.text.sanitise import clean_text

RepliesPolicy = Literal["followed", "list", "none"]
MAX_LISTS = 50
MAX_TITLE_CHARACTERS = 256


async def create(
    node: Node, account_id: int, title: str, replies_policy: str = "list", *, exclusive: bool = False
) -> int:
    """The id of the new list. Raises Invalid for a title or a policy that cannot be, and for one list too many."""
    columns = _columns(title, replies_policy, exclusive)
    async with node.database.transaction():
        existing = await node.database.value("SELECT count(*) FROM account_list WHERE account_id = ?", account_id)
        if int(existing) >= MAX_LISTS:
            raise Invalid(f"Validation failed: You have reached the maximum number of lists ({MAX_LISTS})")
        list_id = node.ids.next()
        now = to_ms(node.clock.now())
        await node.database.insert(
            "account_list",
            {
                "id": list_id, "account_id": account_id, "title": "", "replies_policy": "list", "exclusive": False, "created_at": now,
            } | columns,
        )  # fmt: skip
    return list_id


async def update(
    node: Node,
    account_id: int,
    list_id: int,
    title: str | None = None,
    replies_policy: str | None = None,
    exclusive: bool | None = None,
) -> None:
    """Change what is not None."""
    await _require_own(node, account_id, list_id)
    columns = _columns(title, replies_policy, exclusive)
    if columns:
        listed = ", ".join(f"{name} = ?" for name in columns)
        await node.database.execute(f"UPDATE account_list SET {listed} WHERE id = ?", *columns.values(), list_id)
        _tell(node, account_id)


async def delete(node: Node, account_id: int, list_id: int) -> None:
    await _require_own(node, account_id, list_id)
    async with node.database.transaction():
        await node.database.execute("DELETE FROM list_member WHERE list_id = ?", list_id)
        await node.database.execute("DELETE FROM account_list WHERE id = ?", list_id)
        _tell(node, account_id)


async def add_members(node: Node, account_id: int, list_id: int, members: Sequence[int]) -> None:
    """Put people into the list, all or none of them; whoever is in it stays.

    Raises NotFound when one of them is neither the owner nor somebody whom the owner follows or asked to follow: a list is a part of one's own home.
    """
    await _require_own(node, account_id, list_id)
    wanted = list(dict.fromkeys(members))
    if not wanted:
        return
    async with node.database.transaction():
        others = [member for member in wanted if member != account_id]
        rows = await node.database.rows(
            f"SELECT target_id FROM follow WHERE follower_id = ? AND target_id IN ({marks(others) or 'NULL'})",
            account_id,
            *others,
        )
        if len(rows) != len(others):
            raise NotFound
        await node.database.execute_many(
            "INSERT INTO list_member (id, list_id, account_id) VALUES (?, ?, ?) ON CONFLICT (list_id, account_id) DO NOTHING",
            [(node.ids.next(), list_id, member) for member in wanted],
        )
        _tell(node, account_id)


async def remove_members(node: Node, account_id: int, list_id: int, members: Sequence[int]) -> None:
    """Whoever is not in it is not missed."""
    await _require_own(node, account_id, list_id)
    if members:
        await node.database.execute(
            f"DELETE FROM list_member WHERE list_id = ? AND account_id IN ({marks(members)})", list_id, *members
        )
        _tell(node, account_id)


def _tell(node: Node, account_id: int) -> None:
    """What the owner's streams show may be something else now."""
    tell(node, Signal("access", accounts=(account_id,)))


async def _require_own(node: Node, account_id: int, list_id: int) -> None:
    owner = await node.database.value("SELECT account_id FROM account_list WHERE id = ?", list_id)
    if owner != account_id:
        raise NotFound


def _columns(title: str | None, replies_policy: str | None, exclusive: bool | None) -> dict[str, object]:
    columns: dict[str, object] = {}
    if title is not None:
        cleaned = clean_text(title, MAX_TITLE_CHARACTERS).strip()
        if not cleaned:
            raise Invalid(
                "Validation failed: Title can't be blank", details={"title": [("ERR_BLANK", "can't be blank")]}
            )
        columns["title"] = cleaned
    if replies_policy is not None:
        if replies_policy not in get_args(RepliesPolicy):
            raise Invalid(f"'{replies_policy}' is not a valid replies_policy")
        columns["replies_policy"] = replies_policy
    if exclusive is not None:
        columns["exclusive"] = exclusive
    return columns
