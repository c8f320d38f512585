"""The allowlist as an administrator's client knows it: allowed and blocked domains, each with an id, in pages. What a rule means is `policy.domains`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fediverse.clock import from_ms
from fediverse.database.database import Row, json_of
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.policy.domains import Effect
from fediverse.queries.paging import page_rows
from fediverse.queries.views import Page

# A rule for all names below a domain, beside the same one for the domain itself, is one thing to a client.
_ON_ITS_OWN = (
    "NOT (r.pattern LIKE '*.%' AND EXISTS (SELECT 1 FROM domain_rule above WHERE above.removed_at IS NULL AND NOT above.draft"
    " AND above.effect = r.effect AND above.pattern = substr(r.pattern, 3)))"
)
_STANDING = (
    f"SELECT r.* FROM domain_rule r WHERE r.removed_at IS NULL AND NOT r.draft AND r.effect = ? AND {_ON_ITS_OWN}"
)


@dataclass(frozen=True, slots=True)
class DomainRuleView:
    """`words`: what a client said of it."""

    id: int
    domain: str
    reason: str
    words: Mapping[str, str]
    created_at: datetime


async def domain_rules(node: Node, effect: Effect, page: Page) -> list[DomainRuleView]:
    """Rules with *effect* in force, the newest first."""
    return [_view(row) for row in await page_rows(node, _STANDING, [effect.value], page, key="r.id")]


async def domain_rule(node: Node, effect: Effect, rule_id: int) -> DomainRuleView:
    row = await node.database.row(f"{_STANDING} AND r.id = ?", effect.value, rule_id)
    if row is None:
        raise NotFound
    return _view(row)


async def domain_rule_for(node: Node, effect: Effect, pattern: str) -> DomainRuleView | None:
    """The newest rule for exactly this canonical pattern."""
    row = await node.database.row(f"{_STANDING} AND r.pattern = ? ORDER BY r.id DESC", effect.value, pattern)
    return None if row is None else _view(row)


def _view(row: Row) -> DomainRuleView:
    return DomainRuleView(row["id"], row["pattern"], row["reason"], json_of(row["words"]), from_ms(row["created_at"]))
