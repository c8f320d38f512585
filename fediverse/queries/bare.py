"""Posts without what hangs on them (media, mentions, tags, what the viewer did to them): enough for rules to judge by, and cheap enough to ask for each
activity that comes in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from fediverse.database.database import Row, marks
from fediverse.node import Node
from fediverse.policy.visibility import seen_by_person, seen_by_person_in
from fediverse.queries.load import Around, account_views, row_view
from fediverse.queries.post_groups import authors_and_groups, groups_of_posts
from fediverse.queries.views import PostView

_PAIRS_AT_ONCE = 200


async def bare_post_view(node: Node, viewer: int, column: Literal["id", "uri"], value: int | str) -> PostView | None:
    """One post, if the viewer may see it, without its media, mentions, tags and what the viewer did to it: enough for rules to judge by."""
    if node.batch is not None and (viewer, value) in node.batch.posts:
        return node.batch.posts[viewer, value]
    condition, values = seen_by_person(viewer)
    row = await node.database.row(f"SELECT p.* FROM post p WHERE p.{column} = ? AND {condition}", value, *values)
    if row is None:
        return None
    [view] = await _bare_views(node, [row])
    if node.batch is not None:
        node.batch.posts[viewer, view.id] = node.batch.posts[viewer, view.uri] = view
    return view


async def remember_for_batch(node: Node, wanted: Iterable[tuple[int, str]]) -> None:
    """Ask once for all posts that the batch will ask for by viewer and URI. What is not found is not remembered: it may come with the batch."""
    if node.batch is None:
        return
    pairs = list(dict.fromkeys(wanted))
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        part = pairs[start : start + _PAIRS_AT_ONCE]
        listed = ", ".join(["(CAST(? AS BIGINT), CAST(? AS VARCHAR))"] * len(part))
        rows = await node.database.rows(
            f"WITH wanted(viewer, uri) AS (VALUES {listed}) SELECT wanted.viewer AS viewer, p.* FROM wanted JOIN post p ON p.uri = wanted.uri"
            f" WHERE {seen_by_person_in('wanted.viewer')}",
            *(value for pair in part for value in pair),
        )
        for row, view in zip(rows, await _bare_views(node, rows), strict=True):
            viewer: int = row["viewer"]
            node.batch.posts[viewer, view.id] = node.batch.posts[viewer, view.uri] = view


async def _bare_views(node: Node, rows: Sequence[Row]) -> list[PostView]:
    """The view of each row, in their order, without what hangs on the post."""
    boosted_ids = sorted({row["boost_of_id"] for row in rows if row["boost_of_id"] is not None})
    boosted = (
        await node.database.rows(f"SELECT p.* FROM post p WHERE p.id IN ({marks(boosted_ids)})", *boosted_ids)
        if boosted_ids
        else []
    )
    together = [*rows, *boosted]
    authors = await account_views(node, authors_and_groups(together))
    groups = await groups_of_posts(node, together, authors)
    now = node.clock.now()
    views = [
        row_view(node, one, authors[one["author_id"]], now, Around(group=groups.get(one["group_id"])))
        for one in together
    ]
    originals = {view.id: view for view in views[len(rows) :]}
    return [
        view if row["boost_of_id"] is None else replace(view, boost_of=originals[row["boost_of_id"]])
        for row, view in zip(rows, views, strict=False)
    ]
