"""Questions about polls. Who may see a post sees its poll; what a viewer chose is the viewer's alone to see.

Whether a poll is over is asked of the clock, not of a mark: nobody sees an open poll that no longer counts.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from fediverse.clock import from_ms
from fediverse.database.database import Row, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.queries.views import PollOptionView, PollView


async def polls_of(node: Node, viewer: int | None, post_ids: Sequence[int], now: datetime) -> dict[int, PollView]:
    """The polls of those of these posts that have one, by post. The caller asked whether the viewer may see the posts."""
    rows = await node.database.rows(
        "SELECT q.*, p.author_id, o.title, o.votes_count FROM poll q JOIN post p ON p.id = q.post_id"
        f" JOIN poll_option o ON o.poll_id = q.id WHERE q.post_id IN ({marks(post_ids)}) ORDER BY q.id, o.position",
        *post_ids,
    )
    options: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        options[row["id"]].append(row)
    chosen = await _choices(node, viewer, list(options))
    return {
        found[0]["post_id"]: _view(found, tuple(chosen.get(poll_id, ())), viewer, now)
        for poll_id, found in options.items()
    }


async def post_with(node: Node, poll_id: int) -> int:
    """The post whose poll this is, whoever may see it: the caller asks for the post next. Raises NotFound."""
    found: int | None = await node.database.value("SELECT post_id FROM poll WHERE id = ?", poll_id)
    if found is None:
        raise NotFound
    return found


async def choice_called(node: Node, post_id: int, title: str) -> tuple[int, int] | None:
    """The post's poll and the position of the option that is called so; None when there is no such thing to choose."""
    row = await node.database.row(
        "SELECT q.id, o.position FROM poll q JOIN poll_option o ON o.poll_id = q.id"
        " WHERE q.post_id = ? AND o.title = ? ORDER BY o.position LIMIT 1",
        post_id, title,
    )  # fmt: skip
    return None if row is None else (row["id"], row["position"])


async def vote_told(node: Node, vote_id: int) -> tuple[int, str]:
    """The post and the option's words of a vote of one of our people. Raises NotFound when the poll was changed or is gone since."""
    row = await node.database.row(
        "SELECT q.post_id, o.title FROM poll_vote v JOIN poll q ON q.id = v.poll_id"
        " JOIN poll_option o ON o.poll_id = v.poll_id AND o.position = v.choice WHERE v.id = ?",
        vote_id,
    )
    if row is None:
        raise NotFound
    return row["post_id"], row["title"]


async def voters_elsewhere(node: Node, post_id: int) -> tuple[int, ...]:
    """The accounts of other nodes that took part in the post's poll."""
    rows = await node.database.rows(
        "SELECT DISTINCT a.id FROM poll q JOIN poll_vote v ON v.poll_id = q.id JOIN account a ON a.id = v.account_id"
        " WHERE q.post_id = ? AND a.host <> '' AND a.deleted_at IS NULL",
        post_id,
    )
    return tuple(row["id"] for row in rows)


async def _choices(node: Node, viewer: int | None, poll_ids: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    if viewer is None or not poll_ids:
        return found
    rows = await node.database.rows(
        f"SELECT poll_id, choice FROM poll_vote WHERE account_id = ? AND poll_id IN ({marks(poll_ids)}) ORDER BY choice",
        viewer,
        *poll_ids,
    )
    for row in rows:
        found[row["poll_id"]].append(row["choice"])
    return found


def _view(rows: Sequence[Row], chosen: tuple[int, ...], viewer: int | None, now: datetime) -> PollView:
    poll = rows[0]
    expires_at = None if poll["expires_at"] is None else from_ms(poll["expires_at"])
    expired = expires_at is not None and expires_at <= now
    hidden = bool(poll["hide_totals"]) and not expired
    return PollView(
        id=poll["id"],
        post_id=poll["post_id"],
        multiple=bool(poll["multiple"]),
        hide_totals=bool(poll["hide_totals"]),
        expires_at=expires_at,
        expired=expired,
        votes_count=sum(row["votes_count"] for row in rows),
        voters_count=poll["voters_count"],
        options=tuple(PollOptionView(row["title"], None if hidden else row["votes_count"]) for row in rows),
        voted=bool(chosen) or viewer == poll["author_id"],
        own_votes=chosen,
    )
