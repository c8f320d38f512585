"""What stands beside a post about quotes, for `load`: what it quotes, as its reader may see that, and whether the reader may quote it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fediverse.database.database import marks
from fediverse.node import Node
from fediverse.policy.quotes import ReaderFacts, shown_state
from fediverse.policy.visibility import seen_by_person
from fediverse.queries.views import QuoteView


@dataclass(frozen=True, slots=True)
class Standing:
    """Ids of authors: whom the viewer follows, and with whom there is a block, in either direction."""

    followed: frozenset[int] = frozenset()
    blocked: frozenset[int] = frozenset()


async def quote_views(node: Node, viewer: int | None, posts: Sequence[int]) -> dict[int, QuoteView]:
    """What the posts quote, by the id of the quoting post, without the quoted posts themselves. Without a viewer the state is as we keep it."""
    seen, values = seen_by_person(viewer, "qp")
    reader = viewer or 0
    rows = await node.database.rows(
        "SELECT q.post_id, q.state, q.quoted_id, q.quoted_uri, q.approval_uri,"
        " CASE WHEN qp.id IS NULL OR qp.deleted_at IS NOT NULL THEN 1 ELSE 0 END AS gone,"
        f" CASE WHEN {seen} THEN 1 ELSE 0 END AS seen,"
        " CASE WHEN EXISTS (SELECT 1 FROM block b WHERE b.account_id = ? AND b.target_id = qp.author_id) THEN 1 ELSE 0 END AS blocked,"
        " CASE WHEN EXISTS (SELECT 1 FROM hidden_domain hd JOIN account ha ON ha.domain = hd.domain"
        " WHERE hd.account_id = ? AND ha.id = qp.author_id) THEN 1 ELSE 0 END AS hidden,"
        " CASE WHEN EXISTS (SELECT 1 FROM mute mu WHERE mu.account_id = ? AND mu.target_id = qp.author_id"
        " AND (mu.expires_at IS NULL OR mu.expires_at > ?)) THEN 1 ELSE 0 END AS muted"
        f" FROM quote q LEFT JOIN post qp ON qp.id = q.quoted_id WHERE q.post_id IN ({marks(posts)})",
        *values, reader, reader, reader, int(node.clock.now().timestamp() * 1000), *posts,
    )  # fmt: skip
    views = {}
    for row in rows:
        facts = ReaderFacts(
            sees=bool(row["seen"]),
            gone=bool(row["gone"]),
            blocks_author=bool(row["blocked"]),
            hides_domain=bool(row["hidden"]),
            mutes_author=bool(row["muted"]),
        )
        state = row["state"] if viewer is None else shown_state(row["state"], facts)
        views[row["post_id"]] = QuoteView(state, row["quoted_id"], row["quoted_uri"], row["approval_uri"])
    return views


async def standing_to(node: Node, viewer: int | None, authors: Iterable[int]) -> Standing:
    """How the viewer stands to *authors*, as far as it matters for quoting them."""
    wanted = sorted(set(authors))
    if viewer is None or not wanted:
        return Standing()
    listed = marks(wanted)
    rows = await node.database.rows(
        f"SELECT 'followed' AS what, target_id AS id FROM follow WHERE follower_id = ? AND state = 'accepted' AND target_id IN ({listed})"
        f" UNION ALL SELECT 'blocked', target_id FROM block WHERE account_id = ? AND target_id IN ({listed})"
        f" UNION ALL SELECT 'blocked', account_id FROM block WHERE target_id = ? AND account_id IN ({listed})",
        *(value for _query in range(3) for value in (viewer, *wanted)),
    )
    return Standing(
        frozenset(row["id"] for row in rows if row["what"] == "followed"),
        frozenset(row["id"] for row in rows if row["what"] == "blocked"),
    )
