"""Who would see a post that is not written: the rule of `policy/visibility` itself, asked of a row that stands in the question and in no table."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fediverse.clock import to_ms
from fediverse.database.database import marks
from fediverse.node import Node
from fediverse.policy.visibility import VisibilityName, seen_by_person_in, seen_by_server_in
from fediverse.queries.posts import reach_of

if TYPE_CHECKING:
    from fediverse.policy.domains import Reach

_NOWHERE = 0
_PEOPLE = (
    "local_user v JOIN account va ON va.id = v.account_id AND va.suspended_at IS NULL AND va.deleted_at IS NULL, p"
    " WHERE v.disabled_at IS NULL AND v.account_id <> p.author_id"
)


@dataclass(frozen=True, slots=True)
class Unwritten:
    """What decides who sees a post. *addressed*: who would stand in its mentions, by name or silently."""

    author_id: int
    visibility: VisibilityName
    local_only: bool
    group_id: int | None
    addressed: tuple[int, ...]


async def people_here(node: Node, post: Unwritten) -> int:
    """How many people of this node would see it; its author is not counted."""
    rows, values = _as_rows(node, post)
    return int(
        await node.database.value(
            f"WITH {rows} SELECT count(*) FROM {_PEOPLE} AND {seen_by_person_in('v.account_id')}", *values
        )
    )


async def those_who_see(node: Node, post: Unwritten, people: Sequence[int]) -> set[int]:
    """Those of the local *people* who would see it."""
    if not people:
        return set()
    rows, values = _as_rows(node, post)
    found = await node.database.rows(
        f"WITH {rows} SELECT v.account_id FROM {_PEOPLE} AND v.account_id IN ({marks(people)}) AND {seen_by_person_in('v.account_id')}",
        *values, *people,
    )  # fmt: skip
    return {row["account_id"] for row in found}


async def hosts_that_may_have(node: Node, post: Unwritten, hosts: Collection[str]) -> set[str]:
    """Those of *hosts* that might have it at this moment."""
    by_reach: dict[Reach, list[str]] = {}
    for host in sorted(hosts):
        reach = await reach_of(node, host)
        if reach is not None:
            by_reach.setdefault(reach, []).append(host)
    rows, values = _as_rows(node, post)
    found: set[str] = set()
    for reach, asked in by_reach.items():
        listed = ", ".join(["(CAST(? AS VARCHAR))"] * len(asked))
        having = await node.database.rows(
            f"WITH {rows}, wanted(host) AS (VALUES {listed})"
            f" SELECT wanted.host FROM wanted, p WHERE {seen_by_server_in('wanted.host', reach)}",
            *values, *asked,
        )  # fmt: skip
        found |= {row["host"] for row in having}
    return found


def _as_rows(node: Node, post: Unwritten) -> tuple[str, list[object]]:
    """The post as `p`, and its mentions in the place of the table of that name, which the rule then reads."""
    mentions = " UNION ALL ".join(
        ["SELECT CAST(? AS BIGINT), CAST(? AS BIGINT)"] * len(post.addressed)
        or ["SELECT CAST(NULL AS BIGINT), CAST(NULL AS BIGINT)"]
    )
    rows = (
        "p(id, author_id, visibility, local_only, group_id, created_at, boost_of_id, deleted_at) AS"
        " (SELECT CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS VARCHAR), CAST(? AS BOOLEAN), CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT)),"
        f" mention(post_id, account_id) AS ({mentions})"
    )
    now = to_ms(node.clock.now())
    values: list[object] = [_NOWHERE, post.author_id, post.visibility, post.local_only, post.group_id, now]
    return rows, values + [value for number in post.addressed for value in (_NOWHERE, number)]
