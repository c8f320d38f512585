"""Questions about the closed federation: its rules, who was refused, what waits for whom, and what a removal would cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fediverse.clock import from_ms, to_ms
from fediverse.database.database import marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.policy.domains import Rule, parse_pattern
from fediverse.policy.rulebook import rule_of


@dataclass(frozen=True, slots=True)
class RefusedContactView:
    host: str
    direction: str
    rule: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class PeerView:
    host: str
    dialect: str
    software: str
    last_received_at: datetime | None
    last_delivered_at: datetime | None
    removed_at: datetime | None
    frozen_at: datetime | None


@dataclass(frozen=True, slots=True)
class RemovalEffect:
    """What ends when a pattern is no longer allowed: people there whom we know, and the ties between them and us."""

    people: int
    follows: int
    followers: int
    waiting_deliveries: int


@dataclass(frozen=True, slots=True)
class LaneView:
    host: str
    waiting: int
    parked: int
    refused: int
    failures: int
    due_at: datetime
    problem: str


async def rules(node: Node) -> list[Rule]:
    """Rules in force or with a time of their own, oldest first; no drafts."""
    return await _rules(node, "NOT draft")


async def drafts(node: Node) -> list[Rule]:
    return await _rules(node, "draft")


async def rule(node: Node, rule_id: str) -> Rule:
    found = [one for one in await _rules(node, "1 = 1") if one.id == rule_id]
    if not found:
        raise NotFound(f"there is no rule {rule_id}; `fediverse domain list` shows them")
    return found[0]


async def _rules(node: Node, condition: str) -> list[Rule]:
    return [
        rule_of(row)
        for row in await node.database.rows(
            f"SELECT * FROM domain_rule WHERE removed_at IS NULL AND {condition} ORDER BY id"
        )
    ]


async def refused_contacts(node: Node, limit: int = 100) -> list[RefusedContactView]:
    """Who was refused, the latest first."""
    rows = await node.database.rows("SELECT * FROM refused_contact ORDER BY last_at DESC, id DESC LIMIT ?", limit)
    return [
        RefusedContactView(
            row["host"], row["direction"], row["rule"], row["count"], from_ms(row["first_at"]), from_ms(row["last_at"])
        )
        for row in rows
    ]


async def peers(node: Node) -> list[PeerView]:
    rows = await node.database.rows("SELECT * FROM peer ORDER BY host")
    return [
        PeerView(
            row["host"],
            row["dialect"],
            row["software"],
            *(
                None if row[name] is None else from_ms(row[name])
                for name in ("last_received_at", "last_delivered_at", "removed_at", "frozen_at")
            ),
        )
        for row in rows
    ]


async def effect_of_removing(node: Node, pattern: str) -> RemovalEffect:
    canonical = parse_pattern(pattern)
    if canonical.startswith("*."):
        suffix = canonical[1:].replace("!", "!!").replace("%", "!%").replace("_", "!_")
        condition, value = "LIKE ? ESCAPE '!'", "%" + suffix
    else:
        condition, value = "= ?", canonical
    row = await node.database.row(
        f"SELECT (SELECT count(*) FROM account WHERE host <> '' AND host {condition}) AS people,"
        f" (SELECT count(*) FROM follow f JOIN account a ON a.id = f.target_id WHERE a.host <> '' AND a.host {condition}) AS follows,"
        f" (SELECT count(*) FROM follow f JOIN account a ON a.id = f.follower_id WHERE a.host <> '' AND a.host {condition}) AS followers,"
        f" (SELECT count(*) FROM delivery d WHERE d.host {condition}) AS waiting",
        value, value, value, value,
    )  # fmt: skip
    counts = row or {"people": 0, "follows": 0, "followers": 0, "waiting": 0}
    return RemovalEffect(counts["people"], counts["follows"], counts["followers"], counts["waiting"])


async def lanes(node: Node) -> list[LaneView]:
    """Each host that something waits for."""
    rows = await node.database.rows(
        "SELECT l.host, l.failures, l.due_at, l.problem,"
        " sum(CASE WHEN d.state = 'waiting' THEN 1 ELSE 0 END) AS waiting,"
        " sum(CASE WHEN d.state = 'parked' THEN 1 ELSE 0 END) AS parked,"
        " sum(CASE WHEN d.state = 'refused' THEN 1 ELSE 0 END) AS refused"
        " FROM lane l JOIN delivery d ON d.host = l.host GROUP BY l.host, l.failures, l.due_at, l.problem ORDER BY l.host"
    )
    return [
        LaneView(
            row["host"],
            int(row["waiting"]),
            int(row["parked"]),
            int(row["refused"]),
            row["failures"],
            from_ms(row["due_at"]),
            row["problem"],
        )
        for row in rows
    ]


async def dialect_of(node: Node, host: str) -> str:
    """The signature dialect that last worked with *host*, or "" when that is unknown or too long ago."""
    return (await dialects_of(node, [host])).get(host, "")


async def dialects_of(node: Node, hosts: Sequence[str]) -> dict[str, str]:
    """The same for many; those of whom nothing is known are left out."""
    if not hosts:
        return {}
    rows = await node.database.rows(
        f"SELECT host, dialect FROM peer WHERE host IN ({marks(hosts)}) AND dialect_until > ?",
        *hosts,
        to_ms(node.clock.now()),
    )
    return {row["host"]: row["dialect"] for row in rows}
