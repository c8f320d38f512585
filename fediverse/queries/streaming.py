"""For open streams: who of many people is shown a post, where it stands, and for whom it looks the same. Asked anew for each thing that happens.

The rules are those of the timelines, word for word: a condition for one viewer is turned into the same condition for each of many, so one statement answers
for everybody who is listening.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from fediverse.database.database import Row, marks
from fediverse.node import Node
from fediverse.policy.visibility import Condition, seen_by_person
from fediverse.queries import lists
from fediverse.queries.among import among
from fediverse.queries.timelines import IN_PUBLIC, place_conditions, shown_at_home, shown_in_public

_EACH = -1
"""Stands for the viewer in a condition that `_of_each` makes one for many; no account has this id."""

_FOR_ALL_ALIKE = ("public", "nobody")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post stands. *shown*: the post, what it boosts, and what these quote. *in_public*: in the public timelines, if anybody may see it there."""

    post_id: int
    author_id: int
    in_public: bool
    local: bool
    media: bool
    tags: frozenset[str]
    shown: tuple[int, ...]
    quoted: tuple[int, ...]
    quotable_by_all_alike: bool


async def place(node: Node, post_id: int) -> Place | None:
    """None for a post that is unknown or gone."""
    local, media = (f"({place_conditions(local=one, remote=False, only_media=not one)[0]})" for one in (True, False))
    row = await node.database.row(
        f"SELECT p.author_id, p.boost_of_id, p.quote_policy, ({' AND '.join(IN_PUBLIC)}) AS in_public, {local} AS is_local, {media} AS has_media,"
        " (SELECT bo.quote_policy FROM post bo WHERE bo.id = p.boost_of_id) AS boosted_quote_policy"
        " FROM post p WHERE p.id = ? AND p.deleted_at IS NULL",
        post_id,
    )
    if row is None:
        return None
    own = (post_id,) if row["boost_of_id"] is None else (post_id, row["boost_of_id"])
    found = await node.database.rows(
        f"SELECT t.name, NULL AS quoted_id FROM post_tag pt JOIN tag t ON t.id = pt.tag_id WHERE pt.post_id = ?"
        f" UNION ALL SELECT NULL, q.quoted_id FROM quote q WHERE q.post_id IN ({marks(own)}) AND q.quoted_id IS NOT NULL",
        post_id,
        *own,
    )
    quoted = tuple(sorted({one["quoted_id"] for one in found if one["quoted_id"] is not None}))
    return Place(
        post_id=post_id,
        author_id=row["author_id"],
        in_public=bool(row["in_public"]),
        local=bool(row["is_local"]),
        media=bool(row["has_media"]),
        tags=frozenset(one["name"] for one in found if one["name"] is not None),
        shown=tuple(dict.fromkeys([*own, *quoted])),
        quoted=quoted,
        quotable_by_all_alike=(row["boosted_quote_policy"] or row["quote_policy"]) in _FOR_ALL_ALIKE,
    )


async def who_at_home(node: Node, post_id: int, viewers: Collection[int]) -> set[int]:
    """Those of *viewers* in whose home timeline the post stands."""
    shown, shown_values = _of_each(shown_at_home(node, _EACH), "h.account_id")
    listed, values = among(node, "h.account_id", viewers)
    return await _ids(
        node,
        f"SELECT h.account_id AS id FROM home_entry h JOIN post p ON p.id = h.post_id WHERE h.post_id = ? AND {listed} AND {shown}",
        post_id, *values, *shown_values,
    )  # fmt: skip


async def who_in_public(node: Node, post_id: int, viewers: Collection[int]) -> set[int]:
    """Those of *viewers* to whom public timelines may show the post."""
    shown, shown_values = _of_each(shown_in_public(node, _EACH), "v.account_id")
    listed, values = among(node, "v.account_id", viewers)
    return await _ids(
        node,
        f"SELECT v.account_id AS id FROM local_user v JOIN post p ON p.id = ? WHERE {listed} AND {shown}",
        post_id, *values, *shown_values,
    )  # fmt: skip


async def on_which_lists(node: Node, at: Place, owners: Mapping[int, int]) -> set[int]:
    """Those of the lists, by id with the person who listens to each, on whose timeline the post stands. A list that is another's shows nothing."""
    if not owners:
        return set()
    listed, values = among(node, "m.list_id", owners)
    named = await _ids(
        node, f"SELECT m.list_id AS id FROM list_member m WHERE m.account_id = ? AND {listed}", at.author_id, *values
    )
    return {number for number in named if await lists.shows(node, owners[number], number, at.post_id)}


async def who_could_see(node: Node, post_id: int, viewers: Collection[int]) -> set[int]:
    """Those of *viewers* who could see a post before it was deleted: they may learn that it is gone."""
    # A boost goes together with what it boosts, so only its own audience counts here.
    as_it_was = (
        "(SELECT g.id, g.author_id, g.visibility, g.group_id, CAST(NULL AS BIGINT) AS deleted_at, CAST(NULL AS BIGINT) AS boost_of_id"
        " FROM post g WHERE g.id = ?)"
    )
    seen, seen_values = _of_each(seen_by_person(_EACH), "v.account_id")
    listed, values = among(node, "v.account_id", viewers)
    return await _ids(
        node,
        f"SELECT v.account_id AS id FROM local_user v JOIN {as_it_was} p ON 1 = 1 WHERE {listed} AND {seen}",
        post_id, *values, *seen_values,
    )  # fmt: skip


async def was_in_public(node: Node, post_id: int) -> bool:
    """Whether the public timelines showed a post, deleted or not."""
    found = await node.database.value(f"SELECT 1 FROM post p WHERE p.id = ? AND {' AND '.join(IN_PUBLIC)}", post_id)
    return found is not None


async def alike(node: Node, at: Place, viewers: Collection[int]) -> list[list[int]]:
    """*viewers*, who all see the post, in groups for whom it looks the same: what holds for one of a group holds for each.

    Filters are not asked for: they are put upon what a group is shown.
    """
    marks_of: dict[int, set[tuple[str, int, int]]] = defaultdict(set)
    for row in await _marks(node, at, viewers):
        marks_of[row["id"]].add((row["kind"], row["what"], row["extra"]))
    for quoted in at.quoted:
        for viewer in await _who_sees(node, quoted, viewers):
            marks_of[viewer].add(("sees", quoted, 0))
    groups: dict[frozenset[tuple[str, int, int]], list[int]] = defaultdict(list)
    for viewer in sorted(viewers):
        groups[frozenset(marks_of.get(viewer, ()))].append(viewer)
    return list(groups.values())


async def notified(node: Node, viewers: Mapping[int, int]) -> list[tuple[int, int]]:
    """What people were told above a number of their own: (account id, notification id), oldest first."""
    if not viewers:
        return []
    listed, values = among(node, "n.account_id", viewers)
    rows = await node.database.rows(
        f"SELECT n.account_id, n.id FROM notification n WHERE n.id > ? AND NOT n.filtered AND {listed} ORDER BY n.id",
        min(viewers.values()),
        *values,
    )
    return [(row["account_id"], row["id"]) for row in rows if row["id"] > viewers[row["account_id"]]]


async def newest_notifications(node: Node, viewer: int, back: int) -> tuple[int, set[int]]:
    """The last id of all, and those of the viewer's that are less than *back* before it."""
    newest = await node.database.value("SELECT MAX(id) FROM notification") or 0
    return newest, await _ids(
        node, "SELECT id FROM notification WHERE account_id = ? AND id > ?", viewer, newest - back
    )


async def _who_sees(node: Node, post_id: int, viewers: Collection[int]) -> set[int]:
    seen, seen_values = _of_each(seen_by_person(_EACH), "v.account_id")
    listed, values = among(node, "v.account_id", viewers)
    return await _ids(
        node,
        f"SELECT v.account_id AS id FROM local_user v JOIN post p ON p.id = ? WHERE {listed} AND {seen}",
        post_id, *values, *seen_values,
    )  # fmt: skip


async def _marks(node: Node, at: Place, viewers: Collection[int]) -> list[Row]:
    """All that makes a post look different to some of *viewers*: what they did to it, and how they stand to its authors.

    Whoever adds such a thing to a post's view adds it here; a test compares the two.
    """
    posts = marks(at.shown)
    authors = f"(SELECT p.author_id FROM post p WHERE p.id IN ({posts}))"
    sources = [
        f"SELECT p.author_id AS id, 'author' AS kind, p.id AS what, 0 AS extra FROM post p WHERE p.id IN ({posts})",
        f"SELECT r.account_id, 'liked', r.post_id, 0 FROM reaction r WHERE r.post_id IN ({posts})",
        f"SELECT b.account_id, 'kept', b.post_id, 0 FROM bookmark b WHERE b.post_id IN ({posts})",
        f"SELECT pi.account_id, 'pinned', pi.post_id, 0 FROM pin pi WHERE pi.post_id IN ({posts})",
        f"SELECT bo.author_id, 'boosted', bo.boost_of_id, 0 FROM post bo WHERE bo.deleted_at IS NULL AND bo.boost_of_id IN ({posts})",
        f"SELECT pv.account_id, 'voted', q.id, pv.choice FROM poll_vote pv JOIN poll q ON q.id = pv.poll_id WHERE q.post_id IN ({posts})",
        f"SELECT tm.account_id, 'thread', p.id, 0 FROM thread_mute tm JOIN post p ON p.root_id = tm.root_id WHERE p.id IN ({posts})",
        f"SELECT mu.account_id, 'mutes', mu.target_id, 0 FROM mute mu WHERE mu.target_id IN {authors}",
        f"SELECT bl.account_id, 'blocks', bl.target_id, 0 FROM block bl WHERE bl.target_id IN {authors}",
        f"SELECT bb.target_id, 'blocked', bb.account_id, 0 FROM block bb WHERE bb.account_id IN {authors}",
        f"SELECT hd.account_id, 'hides', a.id, 0 FROM hidden_domain hd JOIN account a ON a.domain = hd.domain WHERE a.id IN {authors}",
    ]
    if not at.quotable_by_all_alike:
        sources.append(
            f"SELECT f.follower_id, 'follows', f.target_id, 0 FROM follow f WHERE f.state = 'accepted' AND f.target_id IN {authors}"
        )
    listed, values = among(node, "marked.id", viewers)
    return await node.database.rows(
        f"SELECT marked.id, marked.kind, marked.what, marked.extra FROM ({' UNION ALL '.join(sources)}) marked WHERE {listed}",
        *(number for _source in sources for number in at.shown),
        *values,
    )


def _of_each(condition: Condition, column: str) -> Condition:
    """*condition*, which was made for the viewer `_EACH`, for each viewer whose id stands in *column*."""
    sql, values = condition
    first, *others = sql.split("?")
    text = first + "".join(
        (column if value == _EACH else "?") + other for value, other in zip(values, others, strict=True)
    )
    return text, [value for value in values if value != _EACH]


async def _ids(node: Node, sql: str, *values: object) -> set[int]:
    return {row["id"] for row in await node.database.rows(sql, *values)}
