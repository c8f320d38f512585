"""Report an account and its posts; and what moderators do with a report. One of ours and one that another node sends (ActivityStreams, Flag) are one row.

Who reports is known to our moderators alone: the person who is reported is told nothing, and the other node hears from our node itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fediverse import events
from fediverse.actions.notifying import notify
from fediverse.actions.staff import require_moderator
from fediverse.clock import to_ms
from fediverse.database.database import json_text
from fediverse.errors import Invalid, NotFound
from fediverse.node import Node
from fediverse.policy.content import MAX_REPORT_CHARACTERS, check_length
from fediverse.queries import accounts, house_rules, posts
from fediverse.queries.reports import CATEGORIES
from fediverse.text.sanitise import without_unusable

MAX_REPORTED_POSTS = 50
MAX_RECEIVED_CHARACTERS = 5000  # as Mastodon takes from others


@dataclass(frozen=True, slots=True)
class Complaint:
    """What somebody says of an account. An empty category means a violation where rules are named, else anything."""

    target_id: int
    post_ids: Sequence[int] = ()
    comment: str = ""
    category: str = ""
    rule_ids: Sequence[int] = ()
    forward: bool = False


async def report(node: Node, reporter_id: int, complaint: Complaint) -> int:
    """The report's id. Posts that are not the target's, or that the reporter cannot see, are left out. Raises NotFound, Invalid."""
    check_length(len(complaint.comment), MAX_REPORT_CHARACTERS)
    target = await accounts.account(node, reporter_id, complaint.target_id)
    if target.deleted or target.kind == "application":
        raise NotFound
    seen = await posts.posts(node, reporter_id, list(complaint.post_ids)[:MAX_REPORTED_POSTS])
    reported = [post.id for post in seen if post.author.id == target.id]
    rules = await house_rules.existing(node, complaint.rule_ids)
    forward = complaint.forward and not target.local
    async with node.database.transaction():
        number = await _insert(
            node,
            reporter_id,
            target.id,
            reported,
            without_unusable(complaint.comment).strip(),
            _category(complaint.category, rules),
            rules,
            forward,
        )
        await events.record(node, events.ContentReported(reporter_id, target.id, number, forward))
    return number


async def receive(
    node: Node, sender_id: int, target_id: int, post_ids: Sequence[int], comment: str, uri: str
) -> int | None:
    """A report of another node about one of our people and posts that it may have; None for one that came before."""
    said = without_unusable(comment).strip()[:MAX_RECEIVED_CHARACTERS]
    async with node.database.transaction():
        if await node.database.value("SELECT 1 FROM report WHERE uri = ?", uri) is not None:
            return None
        number = await _insert(node, sender_id, target_id, post_ids, said, "other", [], forwarded=False, uri=uri)
        await events.record(node, events.ReportReceived(sender_id, target_id, number))
    return number


def _category(asked: str, rules: Sequence[int]) -> str:
    if asked in CATEGORIES:
        return asked
    return "violation" if rules else "other"


async def _insert(
    node: Node,
    reporter_id: int,
    target_id: int,
    post_ids: Sequence[int],
    comment: str,
    category: str,
    rule_ids: Sequence[int],
    forwarded: bool,
    uri: str | None = None,
) -> int:
    number, now = node.ids.next(), to_ms(node.clock.now())
    await node.database.insert(
        "report",
        {
            "id": number, "account_id": reporter_id, "target_id": target_id, "category": category, "comment": comment,
            "post_ids": json_text(list(post_ids)), "rule_ids": json_text(list(rule_ids)), "forwarded": forwarded, "uri": uri,
            "created_at": now, "updated_at": now,
        },
    )  # fmt: skip
    await notify(node, "admin.report", await accounts.administrators(node), reporter_id, number)
    return number


# ── what moderators do with it ────────────────────────────────────────────────────────────────────


async def assign(node: Node, moderator_id: int, report_id: int) -> None:
    """The moderator looks after it."""
    await _handle(node, moderator_id, report_id, "assigned", {"assigned_to_id": moderator_id})


async def unassign(node: Node, moderator_id: int, report_id: int) -> None:
    await _handle(node, moderator_id, report_id, "unassigned", {"assigned_to_id": None})


async def resolve(node: Node, moderator_id: int, report_id: int) -> None:
    now = to_ms(node.clock.now())
    await _handle(node, moderator_id, report_id, "resolved", {"resolved_at": now, "resolved_by_id": moderator_id})


async def reopen(node: Node, moderator_id: int, report_id: int) -> None:
    await _handle(node, moderator_id, report_id, "reopened", {"resolved_at": None, "resolved_by_id": None})


async def change(
    node: Node, moderator_id: int, report_id: int, category: str | None, rule_ids: Sequence[int] | None
) -> None:
    """What the report is about, as the moderator sees it; None leaves it. Rules belong to violations alone."""
    if category is not None and category not in CATEGORIES:
        raise Invalid(f"Validation failed: Category is one of {', '.join(CATEGORIES)}")
    columns: dict[str, object] = {} if category is None else {"category": category}
    if rule_ids is not None:
        columns["rule_ids"] = json_text(await house_rules.existing(node, rule_ids))
    if category is not None and category != "violation":
        columns["rule_ids"] = json_text([])
    await _handle(node, moderator_id, report_id, "changed", columns)


async def _handle(node: Node, moderator_id: int, report_id: int, what: str, columns: dict[str, object]) -> None:
    """Raises Refused for whoever does not moderate, NotFound."""
    await require_moderator(node, moderator_id)
    written = {**columns, "updated_at": to_ms(node.clock.now())}
    listed = ", ".join(f"{name} = ?" for name in written)
    async with node.database.transaction():
        changed = await node.database.rows(
            f"UPDATE report SET {listed} WHERE id = ? RETURNING id", *written.values(), report_id
        )
        if not changed:
            raise NotFound
        await events.record(node, events.ReportHandled(moderator_id, report_id, what))
