"""Measures the home timeline of somebody who follows five hundred people, as posts become many: through the client API, and the question alone."""

import time
from collections.abc import Awaitable, Callable
from functools import partial

from fediverse.node import Node
from fediverse.queries import timelines
from fediverse.queries.views import Page
from scripts.bench_parts import world
from scripts.bench_parts.figures import Figure
from scripts.bench_parts.running import Client, Measure, Running

AUTHORS = 1000
FOLLOWED = 500
FOLLOWED_BY_OTHERS = 50
FIRST_AUTHOR = 1000
SPACE = 65_536_000  # a second between two posts, in ids
LIMIT = 20


async def prepare(node: Node, posts: int, others: int, requests: int) -> Measure:
    """A reader, and *others* who read some of the same; the question alone is measured here, where it can be asked without the API."""
    reader, *beside = await world.add_people(node, 1 + others, 0, name="reader")
    await _write_authors(node)
    followed = {reader.id: range(FIRST_AUTHOR, FIRST_AUTHOR + FOLLOWED)}
    for number, person in enumerate(beside):
        start = FIRST_AUTHOR + number * 40
        followed[person.id] = range(start, start + FOLLOWED_BY_OTHERS)
    await world.add_follows(node, [(person, author) for person, authors in followed.items() for author in authors])
    await _write_posts(node, posts)
    await world.forget_unsent(node)
    alone_ms = await _times_ms(lambda: timelines.home(node, reader.id, Page(limit=LIMIT)), requests)
    return partial(measure, token=reader.token, alone_ms=alone_ms, posts=posts, requests=requests)


def name_of_p99(posts: int) -> str:
    return f"home timeline, {posts:,} posts, p99"


async def measure(running: Running, *, token: str, alone_ms: list[float], posts: int, requests: int) -> list[Figure]:
    through_ms = _read(running.connect(token), requests)
    size = f"{posts:,} posts"
    return [
        Figure(f"home timeline, {size}, p50", _at(through_ms, 0.5), "ms", limited_by="rendering 20 posts"),
        Figure(name_of_p99(posts), _at(through_ms, 0.99), "ms", 25, limited_by="rendering 20 posts"),
        Figure(f"home timeline, {size}, question p50", _at(alone_ms, 0.5), "ms"),
        Figure(f"home timeline, {size}, question p99", _at(alone_ms, 0.99), "ms"),
    ]


async def _write_authors(node: Node) -> None:
    sql = (
        "INSERT INTO account (id, username, domain, handle, host, kind, uri, url, display_name, note, note_source, fields_shown, emojis, avatar_file,"
        " avatar_remote_url, header_file, header_remote_url, locked, bot, discoverable, indexable, hide_collections, inbox_url, shared_inbox_url,"
        " outbox_url, followers_url, following_url, featured_url, moved_to_uri, also_known_as, followers_count, following_count, posts_count, created_at)"
        " VALUES (?, ?, ?, ?, ?, 'person', ?, ?, ?, '', '', '[]', '[]', '', ?, '', '', ?, ?, ?, ?, ?, ?, ?, '', ?, '', '', '', '[]', 0, 0, 0, ?)"
    )
    rows = []
    for number in range(FIRST_AUTHOR, FIRST_AUTHOR + AUTHORS):
        host, name = f"h{number % 20}.localhost", f"author{number}"
        uri = f"http://{host}/users/{name}"
        rows.append([
            number, name, host, f"{name}@{host}", host, uri, uri, f"Author {number}", f"http://{host}/avatars/{name}.png", False, False, True, True, False,
            f"{uri}/inbox", f"http://{host}/inbox", f"{uri}/followers", 1_700_000_000_000,
        ])  # fmt: skip
    await node.database.execute_many(sql, rows)


async def _write_posts(node: Node, posts: int) -> None:
    """Post *number* is by author number mod 1000, a tenth of them with a picture; home entries as if each had arrived. In SQL: Python would take minutes."""
    series = (
        f"WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {posts})"
        if node.database.dialect == "sqlite"
        else f"WITH series AS (SELECT n::bigint AS n FROM generate_series(1, {posts}) n)"
    )
    base = node.ids.next() - posts * SPACE
    uri = f"'http://h' || (n % 20) || '.localhost/users/author' || ({FIRST_AUTHOR} + n % {AUTHORS}) || '/posts/' || n"
    await node.database.execute(
        "INSERT INTO post (id, uri, url, author_id, kind, title, content, source, source_format, summary, sensitive, language, visibility, local_only,"
        " reply_to_uri, root_id, emojis, replies_count, boosts_count, likes_count, created_at)"
        f" {series} SELECT {base} + n * {SPACE}, {uri}, {uri}, {FIRST_AUTHOR} + n % {AUTHORS}, 'Note', '', '<p>The board met in Lyon and Hamburg to look at"
        " what changed since spring, and asks everybody who has seen the drawings to answer before Friday. ' || n || '</p>', '', 'plain', '', ?, 'en',"
        f" 'public', ?, '', {base} + n * {SPACE}, '[]', 0, 0, 0, ({base} + n * {SPACE}) / 65536 FROM series",
        False, False,
    )  # fmt: skip
    written = f"p.author_id BETWEEN {FIRST_AUTHOR} AND {FIRST_AUTHOR + AUTHORS - 1}"
    await node.database.execute(
        "INSERT INTO home_entry (account_id, post_id) SELECT f.follower_id, p.id FROM post p JOIN follow f ON f.target_id = p.author_id"
        f" WHERE {written} ORDER BY p.id"
    )
    await node.database.execute(
        "INSERT INTO media (id, account_id, post_id, position, state, media_type, remote_url, file, preview_file, size_bytes, alt, blurhash, width, height,"
        " focus_x, focus_y, created_at) SELECT p.id, p.author_id, p.id, 0, 'ready', 'image/png', 'http://h1.localhost/picture.png', '', '', 0, 'A drawing', '',"
        " 800, 600, 0, 0, p.created_at FROM post p"
        f" WHERE {written} AND p.author_id % 10 = 3"
    )
    await node.database.execute("ANALYZE")


def _read(client: Client, requests: int) -> list[float]:
    taken = []
    for number in range(requests + 20):
        began = time.perf_counter()
        shown = client.get(f"/api/v1/timelines/home?limit={LIMIT}")
        taken.append((time.perf_counter() - began) * 1000)
        if number == 0 and len(shown) != LIMIT:
            raise SystemExit(f"scripts/bench: the home timeline shows {len(shown)} posts")
    return sorted(taken[20:])


async def _times_ms(ask: Callable[[], Awaitable[object]], times: int) -> list[float]:
    taken = []
    for _ in range(times + 20):
        began = time.perf_counter()
        await ask()
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken[20:])


def _at(sorted_ms: list[float], share: float) -> float:
    return sorted_ms[min(len(sorted_ms) - 1, int(len(sorted_ms) * share))]
