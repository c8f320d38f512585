"""Questions about who follows, blocks and mutes whom."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from fediverse.clock import from_ms, to_ms
from fediverse.database.database import Row, json_of, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.policy.groups import known_to_person
from fediverse.queries.accounts import account
from fediverse.queries.posts import account_edges
from fediverse.queries.views import AccountView, Edge, Page, RelationshipView


async def relationships(node: Node, viewer: int, ids: Sequence[int]) -> list[RelationshipView]:
    """How the viewer stands to each of *ids*, in their order; unknown accounts are left out."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    listed = marks(wanted)
    known = await node.database.rows(f"SELECT id FROM account WHERE id IN ({listed})", *wanted)
    existing = {row["id"] for row in known}
    follows = await _by_target(
        node,
        f"SELECT f.*, f.target_id AS other FROM follow f WHERE f.follower_id = ? AND f.target_id IN ({listed})",
        viewer,
        wanted,
    )
    followed = await _by_target(
        node,
        f"SELECT f.*, f.follower_id AS other FROM follow f WHERE f.target_id = ? AND f.follower_id IN ({listed})",
        viewer,
        wanted,
    )
    mutes = await _by_target(
        node,
        f"SELECT m.*, m.target_id AS other FROM mute m WHERE m.account_id = ? AND m.target_id IN ({listed})",
        viewer,
        wanted,
    )
    blocks = await node.database.rows(
        f"SELECT account_id, target_id FROM block WHERE (account_id = ? AND target_id IN ({listed})) OR (target_id = ? AND account_id IN ({listed}))",
        viewer, *wanted, viewer, *wanted,
    )  # fmt: skip
    blocking: dict[bool, set[int]] = defaultdict(set)
    for row in blocks:
        own = row["account_id"] == viewer
        blocking[own].add(row["target_id"] if own else row["account_id"])
    now_ms = to_ms(node.clock.now())
    noted = await _noted(node, viewer, wanted)
    found = (
        _relationship(
            number, follows.get(number), followed.get(number), _unexpired(mutes.get(number), now_ms), blocking
        )
        for number in wanted
        if number in existing
    )
    return [replace(one, **noted.get(one.account_id, {})) for one in found]


async def _noted(node: Node, viewer: int, wanted: list[int]) -> dict[int, dict[str, Any]]:
    """What the viewer noted about each for oneself, by the fields of `RelationshipView`."""
    listed = marks(wanted)
    rows = await node.database.rows(
        f"SELECT 'note' AS what, target_id AS other, comment FROM account_note WHERE account_id = ? AND target_id IN ({listed})"
        f" UNION ALL SELECT 'endorsed', target_id, '' FROM endorsement WHERE account_id = ? AND target_id IN ({listed})"
        " UNION ALL SELECT 'domain_blocking', a.id, '' FROM account a JOIN hidden_domain d ON d.domain = a.domain"
        f" WHERE d.account_id = ? AND a.id IN ({listed})",
        viewer, *wanted, viewer, *wanted, viewer, *wanted,
    )  # fmt: skip
    noted: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        noted[row["other"]][row["what"]] = row["comment"] if row["what"] == "note" else True
    return noted


def _relationship(
    number: int, follow: Row | None, followed: Row | None, mute: Row | None, blocking: dict[bool, set[int]]
) -> RelationshipView:
    accepted = follow is not None and follow["state"] == "accepted"
    return RelationshipView(
        account_id=number,
        following=accepted,
        showing_boosts=bool(follow["show_boosts"]) if follow and accepted else False,
        notifying=bool(follow["notify"]) if follow and accepted else False,
        languages=tuple(json_of(follow["languages"])) if follow and accepted else (),
        requested=follow is not None and not accepted,
        requested_by=followed is not None and followed["state"] != "accepted",
        followed_by=followed is not None and followed["state"] == "accepted",
        blocking=number in blocking[True],
        blocked_by=number in blocking[False],
        muting=mute is not None,
        muting_notifications=bool(mute["hide_notifications"]) if mute else False,
        muting_expires_at=from_ms(mute["expires_at"]) if mute and mute["expires_at"] is not None else None,
    )


async def _by_target(node: Node, sql: str, viewer: int, wanted: list[int]) -> dict[int, Row]:
    return {row["other"]: row for row in await node.database.rows(sql, viewer, *wanted)}


def _unexpired(mute: Row | None, now_ms: int) -> Row | None:
    return None if mute is None or (mute["expires_at"] is not None and mute["expires_at"] <= now_ms) else mute


async def followers(node: Node, viewer: int, account_id: int, page: Page) -> list[Edge[AccountView]]:
    """Who follows the account; empty when it hides that, to anybody but itself."""
    return await _collection(node, viewer, account_id, page, of="target_id", other="follower_id")


async def has_followers_here(node: Node, account_id: int) -> bool:
    """Whether somebody of this node follows the account."""
    found = await node.database.value(
        "SELECT 1 FROM follow f JOIN local_user u ON u.account_id = f.follower_id WHERE f.target_id = ? AND f.state = 'accepted'",
        account_id,
    )
    return found is not None


async def following(node: Node, viewer: int, account_id: int, page: Page) -> list[Edge[AccountView]]:
    return await _collection(node, viewer, account_id, page, of="follower_id", other="target_id")


async def _collection(
    node: Node, viewer: int, account_id: int, page: Page, *, of: str, other: str
) -> list[Edge[AccountView]]:
    owner = await account(node, viewer, account_id)
    if owner.hide_collections and viewer != account_id:
        return []
    if owner.group and not await is_open_or_joined(node, viewer, account_id):
        return []
    known, values = known_to_person(viewer, f"f.{other}")
    select = f"SELECT f.id AS edge, f.{other} AS id FROM follow f WHERE f.{of} = ? AND f.state = 'accepted' AND {known}"
    return await account_edges(node, select, [account_id, *values], page, key="f.id")


async def is_open_or_joined(node: Node, viewer: int, group_id: int) -> bool:
    """Whether the viewer may know who is in a group."""
    return viewer == group_id or (
        await node.database.value(
            "SELECT 1 FROM group_profile gp WHERE gp.account_id = ? AND (gp.access = 'open' OR EXISTS"
            " (SELECT 1 FROM follow f WHERE f.target_id = gp.account_id AND f.follower_id = ? AND f.state = 'accepted'))",
            group_id, viewer,
        )
        is not None
    )  # fmt: skip


async def follow_requests(node: Node, viewer: int, page: Page) -> list[Edge[AccountView]]:
    """Who asks to follow the viewer, and who asks to be let into a group that the viewer moderates."""
    moderated = "SELECT gr.group_id FROM group_role gr JOIN follow m ON m.target_id = gr.group_id AND m.follower_id = gr.account_id AND m.state = 'accepted'"
    select = (
        "SELECT f.id AS edge, f.follower_id AS id FROM follow f WHERE f.state = 'pending'"
        f" AND (f.target_id = ? OR f.target_id IN ({moderated} WHERE gr.account_id = ?))"
    )
    return await account_edges(node, select, [viewer, viewer], page, key="f.id")


async def blocks(node: Node, viewer: int, page: Page) -> list[Edge[AccountView]]:
    return await account_edges(
        node, "SELECT b.id AS edge, b.target_id AS id FROM block b WHERE b.account_id = ?", [viewer], page, key="b.id"
    )


async def mutes(node: Node, viewer: int, page: Page) -> list[Edge[AccountView]]:
    select = "SELECT m.id AS edge, m.target_id AS id FROM mute m WHERE m.account_id = ? AND (m.expires_at IS NULL OR m.expires_at > ?)"
    return await account_edges(node, select, [viewer, to_ms(node.clock.now())], page, key="m.id")


async def follow_state(node: Node, follower_id: int, target_id: int) -> str | None:
    """`pending`, `accepted`, or None."""
    found: str | None = await node.database.value(
        "SELECT state FROM follow WHERE follower_id = ? AND target_id = ?", follower_id, target_id
    )
    return found


async def follow_by_uri(node: Node, uri: str) -> tuple[int, int]:
    """(follower id, followed id) of a Follow activity. Raises NotFound."""
    row = await node.database.row("SELECT follower_id, target_id FROM follow WHERE uri = ?", uri)
    if row is None:
        raise NotFound
    return row["follower_id"], row["target_id"]


async def follow_uri(node: Node, follower_id: int, target_id: int) -> str | None:
    found: str | None = await node.database.value(
        "SELECT uri FROM follow WHERE follower_id = ? AND target_id = ?", follower_id, target_id
    )
    return found


async def is_domain_hidden(node: Node, one_id: int, other_id: int) -> bool:
    """Whether one of the two hides the domain of the other."""
    found = await node.database.value(
        "SELECT 1 FROM hidden_domain d JOIN account a ON a.domain = d.domain"
        " WHERE (d.account_id = ? AND a.id = ?) OR (d.account_id = ? AND a.id = ?)",
        one_id, other_id, other_id, one_id,
    )  # fmt: skip
    return found is not None


async def is_blocked(node: Node, account_id: int, by: int) -> bool:
    return (
        await node.database.value("SELECT 1 FROM block WHERE account_id = ? AND target_id = ?", by, account_id)
        is not None
    )
