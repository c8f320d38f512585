"""The rules of the house: what people here agreed to, and a report may name."""

from collections.abc import Sequence
from dataclasses import dataclass

from fediverse.database.database import marks
from fediverse.node import Node


@dataclass(frozen=True, slots=True)
class HouseRuleView:
    id: int
    text: str
    hint: str


async def house_rules(node: Node) -> list[HouseRuleView]:
    """All of them, in the order in which they are read."""
    rows = await node.database.rows("SELECT id, text, hint FROM house_rule ORDER BY position, id")
    return [HouseRuleView(row["id"], row["text"], row["hint"]) for row in rows]


async def existing(node: Node, rule_ids: Sequence[int]) -> list[int]:
    """Those of *rule_ids* that are rules."""
    if not rule_ids:
        return []
    rows = await node.database.rows(f"SELECT id FROM house_rule WHERE id IN ({marks(rule_ids)})", *rule_ids)
    found = {row["id"] for row in rows}
    return [number for number in rule_ids if number in found]
