"""What a person and a few others say to each other in direct posts. Visibility is asked again at every question, and whom the viewer blocked or muted is left out.

A conversation is paged by its last post, as clients know it; its row is kept by `actions.conversations`.
"""

from collections.abc import Sequence

from fediverse.database.database import Row, json_of, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.policy.visibility import Condition, seen_by_person
from fediverse.queries.load import account_views, post_views, views_of_posts
from fediverse.queries.paging import page_rows
from fediverse.queries.timelines import not_silenced_for
from fediverse.queries.views import ConversationView, Page, PostView


async def conversations(node: Node, viewer: int, page: Page) -> list[ConversationView]:
    """Newest last post first; the cursor is that post's id."""
    select, values = _shown_to(node, viewer)
    return await _views(node, viewer, await page_rows(node, select, values, page, key="c.last_post_id"))


async def conversation(node: Node, viewer: int, conversation_id: int) -> ConversationView:
    """Raises NotFound for an unknown one, somebody else's, and one whose last post the viewer may not see."""
    select, values = _shown_to(node, viewer)
    found = await _views(node, viewer, await node.database.rows(f"{select} AND c.id = ?", *values, conversation_id))
    if not found:
        raise NotFound
    return found[0]


async def unread_count(node: Node, viewer: int, limit: int) -> int:
    """Conversations with something that the viewer has not read, at most *limit*."""
    select, values = _shown_to(node, viewer)
    return len(await node.database.rows(f"{select} AND c.unread LIMIT ?", *values, limit))


async def messages(node: Node, viewer: int, conversation_id: int, page: Page) -> list[PostView]:
    """The posts of a conversation, newest first. Raises NotFound as `conversation` does."""
    row = await _row(node, viewer, conversation_id)
    among, values = _among(viewer, row["root_id"], json_of(row["participants"]))
    rows = await page_rows(node, f"SELECT p.* FROM post p WHERE {among}", values, page, key="p.id")
    return list((await views_of_posts(node, viewer, rows)).values())


async def newest_among(node: Node, viewer: int, root_id: int, participants: Sequence[int]) -> int | None:
    """The last direct post of a thread between *viewer* and exactly *participants* that the viewer may see."""
    among, values = _among(viewer, root_id, participants)
    found: int | None = await node.database.value(
        f"SELECT p.id FROM post p WHERE {among} ORDER BY p.id DESC LIMIT 1", *values
    )
    return found


async def direct_posts(node: Node, viewer: int, page: Page) -> list[PostView]:
    """All direct posts by the viewer and to the viewer, newest first: what clients ask for that do not know conversations."""
    seen, seen_values = seen_by_person(viewer)
    quiet, quiet_values = not_silenced_for(viewer, node)
    select = (
        "SELECT p.* FROM post p WHERE p.id IN (SELECT o.id FROM post o WHERE o.author_id = ? AND o.visibility = 'direct'"
        " UNION SELECT n.post_id FROM mention n WHERE n.account_id = ?)"
        f" AND p.visibility = 'direct' AND {seen} AND {quiet}"
    )
    rows = await page_rows(node, select, [viewer, viewer, *seen_values, *quiet_values], page, key="p.id")
    return list((await views_of_posts(node, viewer, rows)).values())


def _shown_to(node: Node, viewer: int) -> Condition:
    seen, seen_values = seen_by_person(viewer)
    quiet, quiet_values = not_silenced_for(viewer, node)
    select = (
        "SELECT c.* FROM conversation c JOIN post p ON p.id = c.last_post_id"
        f" WHERE c.account_id = ? AND p.visibility = 'direct' AND {seen} AND {quiet}"
    )
    return select, [viewer, *seen_values, *quiet_values]


async def _row(node: Node, viewer: int, conversation_id: int) -> Row:
    select, values = _shown_to(node, viewer)
    row = await node.database.row(f"{select} AND c.id = ?", *values, conversation_id)
    if row is None:
        raise NotFound
    return row


def _among(viewer: int, root_id: int, participants: Sequence[int]) -> Condition:
    """Condition on the post table's alias `p`: a direct post of the thread that the viewer may see, by one of these people and naming all the others.

    Who is addressed without being named takes no part; the viewer does either way.
    """
    seen, seen_values = seen_by_person(viewer)
    people = [*participants, viewer]
    listed = marks(people)
    named = "SELECT 1 FROM mention n WHERE n.post_id = p.id AND NOT n.silent AND n.account_id"
    condition = (
        f"p.root_id = ? AND p.visibility = 'direct' AND p.boost_of_id IS NULL AND {seen} AND p.author_id IN ({listed})"
        f" AND NOT EXISTS ({named} NOT IN ({listed}))"
        f" AND (SELECT count(*) FROM ({named} NOT IN (p.author_id, ?)) AS others)"
        " = CASE WHEN p.author_id = ? THEN CAST(? AS INTEGER) ELSE CAST(? AS INTEGER) END"
    )
    counts = (len(participants), len(participants) - 1)
    return condition, [root_id, *seen_values, *people, *people, viewer, viewer, *counts]


async def _views(node: Node, viewer: int, rows: Sequence[Row]) -> list[ConversationView]:
    others: dict[int, list[int]] = {row["id"]: json_of(row["participants"]) for row in rows}
    people = await account_views(node, [viewer, *(number for numbers in others.values() for number in numbers)])
    posts = {post.id: post for post in await post_views(node, viewer, [row["last_post_id"] for row in rows])}
    return [
        ConversationView(
            id=row["id"],
            accounts=tuple(people[number] for number in others[row["id"]] if number in people) or (people[viewer],),
            unread=bool(row["unread"]),
            last_post=posts[row["last_post_id"]],
        )
        for row in rows
        if row["last_post_id"] in posts
    ]
