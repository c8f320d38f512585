"""Measures streams: five hundred open WebSockets while twenty posts a second arrive that all of them are shown."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from fediverse.node import Node
from scripts.bench_parts import world
from scripts.bench_parts.beside import Spoken
from scripts.bench_parts.figures import Figure
from scripts.bench_parts.running import Client, Measure, Running

PER_SECOND = 20
EACH = 5


@contextmanager
def _listeners() -> Iterator[Spoken]:
    process = Spoken("scripts.bench_parts.listener")
    try:
        yield process
    finally:
        process.stop()


async def prepare(node: Node, streams: int, posted_s: int) -> Measure:
    """An author, and people who follow the author."""
    author, *readers = await world.add_people(node, 1 + streams // EACH, 0, name="listener")
    await world.add_follows(node, [(reader.id, author.id) for reader in readers])
    await world.forget_unsent(node)
    return partial(measure, token=author.token, tokens=[reader.token for reader in readers], posted_s=posted_s)


async def measure(running: Running, *, token: str, tokens: list[str], posted_s: int) -> list[Figure]:
    streams, posts = len(tokens) * EACH, PER_SECOND * posted_s
    with _listeners() as listeners:
        author = running.connect(token)
        _post(author, 5)  # what is loaded once is loaded now
        before_mb = running.resident_mb()
        listeners.say(json.dumps({"port": running.port, "host": running.settings.host, "tokens": tokens, "each": EACH}))
        if listeners.hear() != "ready":
            raise SystemExit("scripts/bench: the listeners are not ready")
        open_mb = running.resident_mb()
        began_s = running.cpu_s()
        _post(author, posts)
        listeners.say(json.dumps({"report": posts * streams}))
        delays_ms = sorted(json.loads(listeners.hear()))
        cpu_s = running.cpu_s() - began_s
    if len(delays_ms) != posts * streams:
        raise SystemExit(f"scripts/bench: of {posts * streams} frames {len(delays_ms)} arrived")
    size = f"{streams} streams, {PER_SECOND} posts/s"
    return [
        Figure(
            f"{size}, post to frame, p50", delays_ms[len(delays_ms) // 2], "ms", limited_by="writing to each socket"
        ),
        Figure(
            f"{size}, post to frame, p99",
            delays_ms[int(len(delays_ms) * 0.99)],
            "ms",
            1000,
            limited_by="writing to each socket",
        ),
        Figure(f"{size}, CPU a frame, posting included", cpu_s / len(delays_ms) * 1e6, "µs"),
        Figure(f"{size}, memory a stream", (open_mb - before_mb) / streams * 1024, "kB"),
    ]


def _post(author: Client, posts: int) -> None:
    """At a steady pace, however long each takes."""
    began = time.monotonic()
    for number in range(posts):
        time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
        text = f"sent{time.monotonic_ns()} The board met in Lyon and Hamburg to look at what changed since spring."
        author.post("/api/v1/statuses", {"status": text, "visibility": "private"})
