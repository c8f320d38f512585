"""Measures what a client asks for most, through the client API: home, notifications one by one and grouped, and a thread.

Among the posts are pictures, polls, boosts and content warnings, and two of the reader's filters look at each: a timeline of plain text says little.
"""

import threading
import time
from functools import partial

from fediverse.actions import boosts, filters, posts, reactions, relations
from fediverse.actions.filters import FilterChange, KeywordChange
from fediverse.actions.posts import Draft
from fediverse.clock import to_ms
from fediverse.node import Node
from fediverse.policy.polls import PollDraft
from scripts.bench_parts import world
from scripts.bench_parts.figures import Figure
from scripts.bench_parts.running import Measure, Running
from scripts.bench_parts.world import Person

WRITERS = 6
POSTS = 40
ANSWERS = 40
AT_ONCE = 4
LIMIT = 20
WARM_UP = 5


async def prepare(node: Node, requests: int) -> Measure:
    reader, *writers = await world.add_people(node, 1 + WRITERS, 0, name="writer")
    await _follow(node, reader, writers)
    await _add_filters(node, reader)
    root = await posts.publish(node, reader.id, Draft("What did you see in Lyon? #lyon"))
    await _write_thread(node, reader, writers, root)
    await _write_notifications(node, writers, root)
    await _write_home(node, reader, writers)
    await world.forget_unsent(node)
    return partial(measure, token=reader.token, root=root, requests=requests)


async def measure(running: Running, *, token: str, root: int, requests: int) -> list[Figure]:
    asked = {
        f"home, {LIMIT} posts": f"/api/v1/timelines/home?limit={LIMIT}",
        f"{LIMIT} notifications": f"/api/v1/notifications?limit={LIMIT}",
        f"{LIMIT} notifications, grouped": f"/api/v2/notifications?limit={LIMIT}",
        f"thread, {ANSWERS} answers": f"/api/v1/statuses/{root}/context",
    }
    _check(running, token, root)
    return [figure for name, path in asked.items() for figure in _figures(running, token, name, path, requests)]


async def _follow(node: Node, reader: Person, writers: list[Person]) -> None:
    for writer in writers:
        await relations.follow(node, reader.id, writer.id)
        await relations.follow(node, writer.id, reader.id)


async def _add_filters(node: Node, reader: Person) -> None:
    for title, action, word in (("Construction", "warn", "scaffold"), ("Sport", "hide", "football")):
        keywords = [KeywordChange(text=text) for text in (word, f"{word} news", f"{word}ing")]
        await filters.create(
            node,
            reader.id,
            FilterChange(title, ("home", "notifications", "public", "thread"), action, keywords=keywords),
        )


async def _write_home(node: Node, reader: Person, writers: list[Person]) -> None:
    """Of forty posts ten have a picture, five a poll; four are boosted, four are filtered with a warning, six name the reader."""
    for number in range(POSTS):
        writer, booster = writers[number % WRITERS], writers[(number + 1) % WRITERS]
        text = f"Drawing {number} of the second floor, as seen in #lyon: https://drawings.example/{number}"
        if number % 10 == 7:
            text += " with the scaffold"
        if number % 7 == 3:
            text += f" @{_name(reader)}"
        draft = Draft(
            text,
            summary="Drawings" if number % 8 == 5 else "",
            media_ids=(await _add_picture(node, writer),) if number % 4 == 0 else (),
            poll=PollDraft(("Yes", "No", "Later"), 86_400) if number % 8 == 1 else None,
        )
        post_id = await posts.publish(node, writer.id, draft)
        if number % 10 == 8:
            await boosts.boost(node, booster.id, post_id)


async def _write_notifications(node: Node, writers: list[Person], root: int) -> None:
    for writer in writers:
        await reactions.like(node, writer.id, root)
        await boosts.boost(node, writer.id, root)


async def _write_thread(node: Node, reader: Person, writers: list[Person], root: int) -> None:
    """Half of the answers answer the first post, the others the answer before them."""
    before = root
    for number in range(ANSWERS):
        writer = writers[number % WRITERS]
        media = (await _add_picture(node, writer),) if number % 8 == 0 else ()
        answered = root if number % 2 == 0 else before
        text = f"@{_name(reader)} Answer {number}: the drawings of the second floor."
        before = await posts.publish(node, writer.id, Draft(text, reply_to_id=answered, media_ids=media))


async def _add_picture(node: Node, owner: Person) -> int:
    number = node.ids.next()
    await node.database.execute(
        "INSERT INTO media (id, account_id, position, state, media_type, remote_url, file, preview_file, size_bytes, alt, blurhash, width, height,"
        " focus_x, focus_y, created_at) VALUES (?, ?, 0, 'ready', 'image/jpeg', '', ?, ?, 100000, 'A drawing', 'LEHV6nWB2yk8pyo0adR*.7kCMdnj', 800, 600,"
        " 0, 0, ?)",
        number, owner.id, f"media/{number}.jpeg", f"media/{number}.preview.jpeg", to_ms(node.clock.now()),
    )  # fmt: skip
    return number


def _name(person: Person) -> str:
    return person.uri.rpartition("/")[2]


def _check(running: Running, token: str, root: int) -> None:
    """A figure counts only if what was asked for was shown."""
    client = running.connect(token)
    home = client.get(f"/api/v1/timelines/home?limit={LIMIT}")
    seen = {
        "posts": len(home) == LIMIT,
        "pictures": any(post["media_attachments"] for post in home),
        "polls": any(post["poll"] for post in home),
        "boosts": any(post["reblog"] for post in home),
        "filters": any(post["filtered"] for post in home),
        "notifications": len(client.get(f"/api/v1/notifications?limit={LIMIT}")) == LIMIT,
        "groups": len(client.get(f"/api/v2/notifications?limit={LIMIT}")["notification_groups"]) > 1,
        "answers": len(client.get(f"/api/v1/statuses/{root}/context")["descendants"]) == ANSWERS,
    }
    lacking = [name for name, is_there in seen.items() if not is_there]
    if lacking:
        raise SystemExit(f"scripts/bench: the client API does not show the {', '.join(lacking)}")


def _figures(running: Running, token: str, name: str, path: str, requests: int) -> list[Figure]:
    _ask(running, token, path, WARM_UP)
    before_s, began = running.cpu_s(), time.monotonic()
    taken_ms = sorted(_ask(running, token, path, requests))
    took_s, used_s = time.monotonic() - began, running.cpu_s() - before_s
    asked = f"{name}, {AT_ONCE} at once"
    return [
        Figure(asked, len(taken_ms) / took_s, "/s", limited_by="CPU of the one process"),
        Figure(f"{asked}, p50", taken_ms[len(taken_ms) // 2], "ms"),
        Figure(f"{asked}, p99", taken_ms[int(len(taken_ms) * 0.99)], "ms"),
        Figure(f"{asked}, CPU", used_s / len(taken_ms) * 1000, "ms"),
    ]


def _ask(running: Running, token: str, path: str, requests: int) -> list[float]:
    """How long each of so many requests took, in milliseconds: a share of them over each connection, all connections at once."""
    taken_ms: list[float] = []
    share = max(1, requests // AT_ONCE)
    askers = [
        threading.Thread(target=_ask_in_turn, args=(running, token, path, share, taken_ms)) for _ in range(AT_ONCE)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    if len(taken_ms) != share * AT_ONCE:
        raise SystemExit(f"scripts/bench: not every request for {path} was answered")
    return taken_ms


def _ask_in_turn(running: Running, token: str, path: str, times: int, taken_ms: list[float]) -> None:
    client = running.connect(token)
    for _ in range(times):
        began = time.perf_counter()
        client.fetch(path)
        taken_ms.append((time.perf_counter() - began) * 1000)
    client.connection.close()
