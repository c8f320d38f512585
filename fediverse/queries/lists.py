"""A person's lists: which there are, who is in them, and their timelines. Lists are private: another person's is NotFound."""

from fediverse.database.database import Row
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.policy.visibility import seen_by_person
from fediverse.queries.load import views_of_posts
from fediverse.queries.paging import page_rows
from fediverse.queries.posts import account_edges
from fediverse.queries.timelines import not_silenced_for, speaks_a_wanted_language
from fediverse.queries.views import AccountView, Edge, ListView, Page, PostView


async def lists(node: Node, viewer: int) -> list[ListView]:
    """All of the viewer's, by their titles."""
    rows = await node.database.rows("SELECT * FROM account_list WHERE account_id = ? ORDER BY lower(title), id", viewer)
    return [_view(row) for row in rows]


async def one(node: Node, viewer: int, list_id: int) -> ListView:
    row = await node.database.row("SELECT * FROM account_list WHERE id = ? AND account_id = ?", list_id, viewer)
    if row is None:
        raise NotFound
    return _view(row)


async def with_account(node: Node, viewer: int, account_id: int) -> list[ListView]:
    """Those of the viewer's lists that *account* is in."""
    rows = await node.database.rows(
        "SELECT l.* FROM account_list l JOIN list_member m ON m.list_id = l.id"
        " WHERE l.account_id = ? AND m.account_id = ? ORDER BY lower(l.title), l.id",
        viewer, account_id,
    )  # fmt: skip
    return [_view(row) for row in rows]


async def members(node: Node, viewer: int, list_id: int, page: Page) -> list[Edge[AccountView]]:
    await one(node, viewer, list_id)
    select = "SELECT m.id AS edge, m.account_id AS id FROM list_member m WHERE m.list_id = ?"
    return await account_edges(node, select, [list_id], page, key="m.id")


async def timeline(node: Node, viewer: int, list_id: int, page: Page) -> list[PostView]:
    """What the members post, as in the viewer's home: boosts and languages as each follow says, replies as the list's `replies_policy` says."""
    shown = await one(node, viewer, list_id)
    conditions, values = _on(shown, viewer)
    seen, seen_values = seen_by_person(viewer)
    quiet, quiet_values = not_silenced_for(viewer, node)
    select = (
        "SELECT p.* FROM post p LEFT JOIN follow f ON f.follower_id = ? AND f.target_id = p.author_id AND f.state = 'accepted'"
        f" WHERE {conditions} AND {seen} AND {quiet}"
    )
    rows = await page_rows(node, select, [viewer, *values, *seen_values, *quiet_values], page, key="p.id")
    return list((await views_of_posts(node, viewer, rows)).values())


async def shows(node: Node, viewer: int, list_id: int, post_id: int) -> bool:
    """Whether this one post stands on the timeline of the viewer's list. Not on another person's, whatever is asked."""
    row = await node.database.row("SELECT * FROM account_list WHERE id = ? AND account_id = ?", list_id, viewer)
    if row is None:
        return False
    conditions, values = _on(_view(row), viewer)
    seen, seen_values = seen_by_person(viewer)
    quiet, quiet_values = not_silenced_for(viewer, node)
    found = await node.database.value(
        "SELECT 1 FROM post p LEFT JOIN follow f ON f.follower_id = ? AND f.target_id = p.author_id AND f.state = 'accepted'"
        f" WHERE p.id = ? AND {conditions} AND {seen} AND {quiet}",
        viewer, post_id, *values, *seen_values, *quiet_values,
    )  # fmt: skip
    return found is not None


def _on(shown: ListView, viewer: int) -> tuple[str, list[object]]:
    """Which posts belong on the list's timeline, on the aliases `p` and `f`."""
    replies, reply_values = _replies(shown, viewer)
    member = "p.author_id IN (SELECT lm.account_id FROM list_member lm WHERE lm.list_id = ?)"
    followed = f"(p.author_id = ? OR (f.id IS NOT NULL AND (p.boost_of_id IS NULL OR f.show_boosts) AND {speaks_a_wanted_language('f')}))"
    answers_others = "p.reply_to_account_id IS NOT NULL AND p.reply_to_account_id <> p.author_id"
    return f"{member} AND {followed} AND (NOT ({answers_others}) OR {replies})", [shown.id, viewer, *reply_values]


def _replies(shown: ListView, viewer: int) -> tuple[str, list[object]]:
    """Which answers to others are shown: to the viewer always; to anybody followed; or to members only."""
    to_viewer = "p.reply_to_account_id = ?"
    to_followed = "EXISTS (SELECT 1 FROM follow rf WHERE rf.follower_id = ? AND rf.target_id = p.reply_to_account_id AND rf.state = 'accepted')"
    to_member = "EXISTS (SELECT 1 FROM list_member rm WHERE rm.list_id = ? AND rm.account_id = p.reply_to_account_id)"
    if shown.replies_policy == "followed":
        return f"({to_viewer} OR {to_followed})", [viewer, viewer]
    if shown.replies_policy == "list":
        return f"({to_viewer} OR {to_member})", [viewer, shown.id]
    return to_viewer, [viewer]


def _view(row: Row) -> ListView:
    return ListView(row["id"], row["title"], row["replies_policy"], bool(row["exclusive"]))
