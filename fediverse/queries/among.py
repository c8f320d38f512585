"""A condition for many ids at once, for questions about everybody who is listening."""

from collections.abc import Iterable

from fediverse.database.database import json_text
from fediverse.node import Node
from fediverse.policy.visibility import Condition


def among(node: Node, column: str, ids: Iterable[int]) -> Condition:
    """*column* is one of *ids*. One value, however many they are: so the statement stays the same, and prepared."""
    if node.database.dialect == "sqlite":
        return f"{column} IN (SELECT value FROM json_each(?))", [json_text(list(ids))]
    return f"{column} = ANY(CAST(? AS BIGINT[]))", [list(ids)]
