"""Reports as moderators read them. Doors ask only after the caller's role was checked; whoever reported is named to nobody else.

The posts of a report are shown whatever their audience: somebody who saw them put them before the moderators. None is ever written down that the reporter
did not see (`actions/reports.py`), so a report is no way to read what one may not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fediverse.clock import from_ms
from fediverse.database.database import Row, json_of, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.queries.house_rules import HouseRuleView, house_rules
from fediverse.queries.load import account_views, post_views
from fediverse.queries.paging import page_rows
from fediverse.queries.views import AccountView, Page, PostView

CATEGORIES = ("spam", "legal", "violation", "other")


@dataclass(frozen=True, slots=True)
class ReportView:
    """`post_ids` are all that were reported, `posts` those that still exist."""

    id: int
    reporter: AccountView
    target: AccountView
    category: str
    comment: str
    post_ids: tuple[int, ...]
    posts: tuple[PostView, ...]
    rule_ids: tuple[int, ...]
    rules: tuple[HouseRuleView, ...]
    forwarded: bool
    assigned_to: AccountView | None
    resolved_by: AccountView | None
    resolved_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def resolved(self) -> bool:
        return self.resolved_at is not None


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """Which reports: open ones, unless *resolved*; by whom, about whom, about anybody at a domain (empty for anywhere)."""

    resolved: bool = False
    reporter_id: int | None = None
    target_id: int | None = None
    target_domain: str = ""


async def reports(node: Node, viewer: int, page: Page, wanted: ReportFilter) -> list[ReportView]:
    """Newest first. *viewer* is the moderator, whose own marks the posts carry."""
    conditions = ["r.resolved_at IS NOT NULL" if wanted.resolved else "r.resolved_at IS NULL"]
    values: list[object] = []
    for column, value in (("r.account_id", wanted.reporter_id), ("r.target_id", wanted.target_id)):
        if value is not None:
            conditions.append(f"{column} = ?")
            values.append(value)
    if wanted.target_domain:
        conditions.append("EXISTS (SELECT 1 FROM account ta WHERE ta.id = r.target_id AND ta.domain = ?)")
        values.append(wanted.target_domain)
    select = f"SELECT r.* FROM report r WHERE {' AND '.join(conditions)}"
    return await _views(node, viewer, await page_rows(node, select, values, page, key="r.id"))


async def report(node: Node, viewer: int, report_id: int) -> ReportView:
    found = await reports_by_id(node, viewer, [report_id])
    if not found:
        raise NotFound
    return found[0]


async def reports_by_id(node: Node, viewer: int, ids: Sequence[int]) -> list[ReportView]:
    """For notifications that tell of reports; unknown ones are left out."""
    if not ids:
        return []
    rows = await node.database.rows(f"SELECT * FROM report WHERE id IN ({marks(ids)})", *ids)
    return await _views(node, viewer, rows)


async def _views(node: Node, viewer: int, rows: Sequence[Row]) -> list[ReportView]:
    if not rows:
        return []
    people = await account_views(
        node,
        {
            row[column]
            for row in rows
            for column in ("account_id", "target_id", "assigned_to_id", "resolved_by_id")
            if row[column] is not None
        },
    )
    wanted = list(dict.fromkeys(number for row in rows for number in json_of(row["post_ids"])))
    posts = {post.id: post for post in await post_views(node, viewer, wanted, ("p.deleted_at IS NULL", []))}
    rules = {rule.id: rule for rule in await house_rules(node)}
    return [
        _view(row, people, posts, rules) for row in rows if row["account_id"] in people and row["target_id"] in people
    ]


def _view(
    row: Row, people: dict[int, AccountView], posts: dict[int, PostView], rules: dict[int, HouseRuleView]
) -> ReportView:
    post_ids, rule_ids = tuple(json_of(row["post_ids"])), tuple(json_of(row["rule_ids"]))
    return ReportView(
        id=row["id"],
        reporter=people[row["account_id"]],
        target=people[row["target_id"]],
        category=row["category"],
        comment=row["comment"],
        post_ids=post_ids,
        posts=tuple(posts[number] for number in post_ids if number in posts),
        rule_ids=rule_ids,
        rules=tuple(rules[number] for number in rule_ids if number in rules),
        forwarded=bool(row["forwarded"]),
        assigned_to=people.get(row["assigned_to_id"]),
        resolved_by=people.get(row["resolved_by_id"]),
        resolved_at=None if row["resolved_at"] is None else from_ms(row["resolved_at"]),
        created_at=from_ms(row["created_at"]),
        updated_at=from_ms(row["updated_at"]),
    )
