"""Write and strike the rules of the house. Called by the command line and the administrators' page."""

from fediverse import events
from fediverse.clock import to_ms
from fediverse.errors import Invalid, NotFound
from fediverse.node import Node
from fediverse.text.sanitise import clean_text

MAX_RULE_CHARACTERS = 1000


async def add(node: Node, text: str, hint: str, by: str) -> int:
    """The id of the new rule, which stands last."""
    said = clean_text(text, MAX_RULE_CHARACTERS)
    if not said:
        raise Invalid("Validation failed: Text can't be blank")
    number = node.ids.next()
    async with node.database.transaction():
        last = await node.database.value("SELECT max(position) FROM house_rule")
        await node.database.insert(
            "house_rule",
            {
                "id": number, "position": (last or 0) + 1, "text": said, "hint": clean_text(hint, MAX_RULE_CHARACTERS),
                "created_at": to_ms(node.clock.now()),
            },
        )  # fmt: skip
        await events.record(node, events.HouseRuleChanged(0, number, "added", by))
    return number


async def remove(node: Node, rule_id: int, by: str) -> None:
    """Raises NotFound. Reports that named the rule keep their other reasons."""
    async with node.database.transaction():
        if not await node.database.rows("DELETE FROM house_rule WHERE id = ? RETURNING id", rule_id):
            raise NotFound("there is no such rule; `fediverse house-rule list` shows them")
        await events.record(node, events.HouseRuleChanged(0, rule_id, "removed", by))
