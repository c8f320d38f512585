"""What a person filters, and which posts meet a filter. Asked by every door that lists posts, and by streams; one query a page, none for each post.

Nothing is kept between requests but compiled patterns, by what they say (`text.keywords`): so a change counts at once in every process.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from fediverse.clock import from_ms, to_ms
from fediverse.database.database import Row, json_of, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.queries.among import among
from fediverse.queries.filter_views import (
    FilteredPostView,
    FilterKeywordView,
    FilterMatchView,
    FilterView,
    WholeFilterView,
)
from fediverse.queries.views import ContextView, PostView
from fediverse.text.keywords import Keyword, KeywordPattern, keyword_pattern
from fediverse.text.sanitise import plain_text

FilterContext = Literal["home", "notifications", "public", "thread", "account", "any"]
"""Where posts are shown: a list counts as home, a tag and search as public. `any`: a post alone, whose reader may put it anywhere."""

_COLUMNS = "f.id, f.title, f.contexts, f.action, f.expires_at"


@dataclass(slots=True)
class _Active:
    """A filter that counts now, with what it looks for on this page."""

    filter: FilterView
    keywords: set[Keyword] = field(default_factory=set)
    post_ids: set[int] = field(default_factory=set)


async def with_filters(node: Node, viewer: int, posts: Sequence[PostView], context: FilterContext) -> list[PostView]:
    """The same posts in the same order, each with the viewer's filters that it meets in *context*; a boost with those of what it boosts.

    One's own posts meet none. Filters of every action are told, hide too: whoever shows the post leaves it out.
    """
    numbers = [number for post in posts for number in _numbers(post, viewer)]
    active = await _active(node, viewer, numbers, context) if numbers else []
    if not active:
        return list(posts)
    pattern = keyword_pattern(keyword for one in active for keyword in one.keywords)
    return [_marked(post, viewer, active, pattern) for post in posts]


async def thread_with_filters(node: Node, viewer: int, thread: ContextView) -> ContextView:
    marked = await with_filters(node, viewer, [*thread.ancestors, *thread.descendants], "thread")
    above = len(thread.ancestors)
    return ContextView(tuple(marked[:above]), tuple(marked[above:]))


async def filtered_for(
    node: Node, viewers: Collection[int], post: PostView, context: FilterContext
) -> dict[int, PostView]:
    """The same for many viewers of one post, for streams: those with a filter that it meets, each with the post as marked for them."""
    nobody = 0
    active = await _active_of(node, viewers, _numbers(post, nobody), context)
    if not active:
        return {}
    pattern = keyword_pattern(keyword for filters in active.values() for one in filters for keyword in one.keywords)
    met = frozenset(keyword for part in _parts(post) for keyword in _found(part, pattern))
    return {
        viewer: _marked(post, viewer, filters, pattern)
        for viewer, filters in active.items()
        if any(one.post_ids or one.keywords & met for one in filters)
    }


def _parts(post: PostView) -> list[PostView]:
    """The post, what it boosts, what these quote."""
    inner = [one for one in (post.boost_of, post.quote.quoted if post.quote else None) if one is not None]
    return [post, *(part for one in inner for part in _parts(one))]


async def filters(node: Node, viewer: int) -> list[WholeFilterView]:
    """All filters of the viewer, expired ones too, the oldest first."""
    rows = await node.database.rows(
        f"SELECT {_COLUMNS} FROM word_filter f WHERE f.account_id = ? ORDER BY f.id", viewer
    )
    return await _whole(node, rows)


async def filter_of(node: Node, viewer: int, filter_id: int) -> WholeFilterView:
    """Raises NotFound for an unknown one and somebody else's."""
    rows = await node.database.rows(
        f"SELECT {_COLUMNS} FROM word_filter f WHERE f.account_id = ? AND f.id = ?", viewer, filter_id
    )
    found = await _whole(node, rows)
    if not found:
        raise NotFound
    return found[0]


async def keyword(node: Node, viewer: int, keyword_id: int) -> FilterKeywordView:
    """Raises NotFound for an unknown one and somebody else's."""
    row = await node.database.row(
        "SELECT k.* FROM filter_keyword k JOIN word_filter f ON f.id = k.word_filter_id WHERE f.account_id = ? AND k.id = ?",
        viewer, keyword_id,
    )  # fmt: skip
    if row is None:
        raise NotFound
    return _keyword(row)


async def filtered_post(node: Node, viewer: int, filtered_id: int) -> FilteredPostView:
    """Raises NotFound for an unknown one and somebody else's."""
    row = await node.database.row(
        "SELECT fp.* FROM filter_post fp JOIN word_filter f ON f.id = fp.word_filter_id WHERE f.account_id = ? AND fp.id = ?",
        viewer, filtered_id,
    )  # fmt: skip
    if row is None:
        raise NotFound
    return _filtered_post(row)


async def _active(node: Node, viewer: int, post_ids: Sequence[int], context: FilterContext) -> list[_Active]:
    """The viewer's filters for *context* that did not expire, with their keywords, and with those of *post_ids* that they name."""
    return (await _active_of(node, [viewer], post_ids, context)).get(viewer, [])


async def _active_of(
    node: Node, viewers: Collection[int], post_ids: Sequence[int], context: FilterContext
) -> dict[int, list[_Active]]:
    now = to_ms(node.clock.now())
    theirs, values = among(node, "f.account_id", viewers)
    rows = await node.database.rows(
        f"SELECT f.account_id, {_COLUMNS}, k.keyword, k.whole_word, NULL AS post_id FROM word_filter f"
        " JOIN filter_keyword k ON k.word_filter_id = f.id"
        f" WHERE {theirs} AND (f.expires_at IS NULL OR f.expires_at > ?)"
        f" UNION ALL SELECT f.account_id, {_COLUMNS}, NULL, NULL, fp.post_id FROM word_filter f"
        " JOIN filter_post fp ON fp.word_filter_id = f.id"
        f" WHERE {theirs} AND (f.expires_at IS NULL OR f.expires_at > ?) AND fp.post_id IN ({marks(post_ids)})",
        *values, now, *values, now, *post_ids,
    )  # fmt: skip
    found: dict[int, tuple[int, _Active]] = {}
    for row in rows:
        _viewer, one = found.setdefault(row["id"], (row["account_id"], _Active(_filter(row))))
        if row["post_id"] is None:
            one.keywords.add(Keyword(row["keyword"], bool(row["whole_word"])))
        else:
            one.post_ids.add(row["post_id"])
    active: dict[int, list[_Active]] = defaultdict(list)
    for _number, (viewer, one) in sorted(found.items()):
        if context == "any" or context in one.filter.contexts:
            active[viewer].append(one)
    return active


def _numbers(post: PostView, viewer: int) -> list[int]:
    """The ids under which a filter may name the post: its own, that of what it boosts, that of what it quotes."""
    shown = post.boost_of or post
    quoted = shown.quote.quoted if shown.quote else None
    inner = _numbers(quoted, viewer) if quoted is not None else []
    return inner if shown.author.id == viewer else [*dict.fromkeys((post.id, shown.id)), *inner]


def _marked(post: PostView, viewer: int, active: Sequence[_Active], pattern: KeywordPattern) -> PostView:
    if post.boost_of is not None:
        original = _marked(post.boost_of, viewer, active, pattern)
        own = (
            () if original.author.id == viewer else _matches(active, [post.id, original.id], _found(original, pattern))
        )
        return replace(post, filtered=own, boost_of=replace(original, filtered=own))
    if post.quote is not None and post.quote.quoted is not None:
        quoted = _marked(post.quote.quoted, viewer, active, pattern)
        post = replace(post, quote=replace(post.quote, quoted=quoted))
    if post.author.id == viewer:
        return post
    return replace(post, filtered=_matches(active, [post.id], _found(post, pattern)))


def _matches(
    active: Sequence[_Active], numbers: Sequence[int], found: frozenset[Keyword]
) -> tuple[FilterMatchView, ...]:
    return tuple(match for one in active if (match := _match(one, numbers, found)) is not None)


def _match(one: _Active, numbers: Sequence[int], found: frozenset[Keyword]) -> FilterMatchView | None:
    keywords = tuple(sorted({keyword.text for keyword in one.keywords & found}))
    named = tuple(number for number in numbers if number in one.post_ids)
    return FilterMatchView(one.filter, keywords, named) if keywords or named else None


def _found(post: PostView, pattern: KeywordPattern) -> frozenset[Keyword]:
    """The keywords that stand in what a person would read of the post: its text and warning, poll and descriptions of pictures."""
    options = [option.title for option in post.poll.options] if post.poll else []
    alts = [media.alt for media in post.media]
    return pattern.found_in("\n\n".join([post.title, post.summary, plain_text(post.content), *options, *alts]))


async def _whole(node: Node, rows: Sequence[Row]) -> list[WholeFilterView]:
    numbers = [row["id"] for row in rows]
    if not numbers:
        return []
    listed = marks(numbers)
    keywords = await node.database.rows(
        f"SELECT * FROM filter_keyword WHERE word_filter_id IN ({listed}) ORDER BY id", *numbers
    )
    named = await node.database.rows(
        f"SELECT * FROM filter_post WHERE word_filter_id IN ({listed}) ORDER BY id", *numbers
    )
    return [
        WholeFilterView(
            _filter(row),
            tuple(_keyword(one) for one in keywords if one["word_filter_id"] == row["id"]),
            tuple(_filtered_post(one) for one in named if one["word_filter_id"] == row["id"]),
        )
        for row in rows
    ]


def _filter(row: Row) -> FilterView:
    expires_at = row["expires_at"]
    return FilterView(
        id=row["id"],
        title=row["title"],
        contexts=tuple(json_of(row["contexts"])),
        action=row["action"],
        expires_at=None if expires_at is None else from_ms(expires_at),
    )


def _keyword(row: Row) -> FilterKeywordView:
    return FilterKeywordView(row["id"], row["word_filter_id"], row["keyword"], bool(row["whole_word"]))


def _filtered_post(row: Row) -> FilteredPostView:
    return FilteredPostView(row["id"], row["word_filter_id"], row["post_id"])
