"""Measures the way out: somebody here posts, and followers on many hosts have it. The receivers are one process that plays every host.

The clock starts when the client sends its post, so that the time includes writing it.
"""

import statistics
import time
from collections.abc import Sequence

from fediverse.settings import Settings
from scripts.bench_parts import world
from scripts.bench_parts.beside import Receivers
from scripts.bench_parts.figures import Figure
from scripts.bench_parts.running import Client, serving

AMONG = 8
POSTS_AMONG = 20
SLOW_S = 0.1
BURST = 10


async def _prepare(settings: Settings, hosts: Sequence[str]) -> tuple[str, str]:
    """Tokens of one who is followed on every host, and of one who is followed on the first few."""
    async with world.prepared(settings) as node:
        many, few = await world.add_people(node, 2, 0)
        followers = await world.add_senders(node, hosts, 1)
        await world.add_follows(node, [(follower.id, many.id) for follower in followers])
        await world.add_follows(node, [(follower.id, few.id) for follower in followers[:AMONG]])
        await world.forget_unsent(node)
    return many.token, few.token


async def measure(settings: Settings, port: int, elsewhere: Receivers, hosts: int, rounds: int) -> list[Figure]:
    names = [f"h{number}" for number in range(1, hosts + 1)]
    token_of_many, token_of_few = await _prepare(settings, [f"{name}.localhost:{elsewhere.port}" for name in names])
    with serving(settings, port) as node:
        many, few = node.connect(token_of_many), node.connect(token_of_few)
        cold_s = _post_and_wait(many, elsewhere, {}, hosts)
        warm_s = [_post_and_wait(many, elsewhere, {}, hosts) for _ in range(rounds)]
        slow_s = [_post_and_wait(many, elsewhere, dict.fromkeys(names, SLOW_S), hosts) for _ in range(rounds)]
        before_s = node.cpu_s()
        burst_s = _post_and_wait(many, elsewhere, {}, hosts, posts=BURST)
        used_s = node.cpu_s() - before_s
        healthy = frozenset(names[2:AMONG])
        alone_s = _time_of_healthy(few, elsewhere, {}, healthy)
        beside_slow_s = _time_of_healthy(few, elsewhere, dict.fromkeys(names[:2], 3.0), healthy)
        beside_dead_s = _time_of_healthy(few, elsewhere, dict.fromkeys(names[:2], None), healthy)
    signing = "RSA signature and HTTP client for each host"
    return [
        Figure(f"{hosts} hosts have a post", statistics.median(warm_s), "s", 0.25 * hosts / 200, limited_by=signing),
        Figure(f"{hosts} hosts have a post, new connections", cold_s, "s", 0.25 * hosts / 200, limited_by=signing),
        Figure(
            f"{hosts} hosts, each takes 100 ms", statistics.median(slow_s), "s", 0.6, limited_by="deliveries_at_once"
        ),
        Figure(f"deliveries, {BURST} posts at once", hosts * BURST / burst_s, "/s", limited_by=signing),
        Figure("CPU per delivery", used_s / (hosts * BURST) * 1000, "ms", limited_by=signing),
        Figure(f"delay of 6 hosts beside 2 of 3 s, {POSTS_AMONG} posts", beside_slow_s / alone_s, "x", 1.1),
        Figure(f"delay of 6 hosts beside 2 dead, {POSTS_AMONG} posts", beside_dead_s / alone_s, "x", 1.1),
    ]


def _post_and_wait(
    client: Client, elsewhere: Receivers, manners: dict[str, float | None], hosts: int, posts: int = 1
) -> float:
    """Seconds from sending the first of *posts* until every host was reached by each."""
    elsewhere.behave(manners)
    began = time.monotonic()
    for _ in range(posts):
        client.post("/api/v1/statuses", {"status": "For everybody who follows, wherever they are. " * 3})
    came = elsewhere.wait_for(hosts * posts)
    took_s = max(when for _name, when in came) - began
    time.sleep(1)  # the last answers, and giving the lanes back
    return took_s


def _time_of_healthy(
    client: Client, elsewhere: Receivers, manners: dict[str, float | None], healthy: frozenset[str]
) -> float:
    """Seconds that a post needs to the last of the *healthy* hosts, the mean of posts one after another."""
    elsewhere.behave(manners)
    sent: list[float] = []
    for _ in range(POSTS_AMONG):
        sent.append(time.monotonic())
        client.post("/api/v1/statuses", {"status": "For a few."})
        time.sleep(0.25)
    came = elsewhere.wait_for(len(healthy) * POSTS_AMONG, healthy)
    reached = {name: sorted(when for who, when in came if who == name) for name in healthy}
    return statistics.fmean(max(reached[name][number] for name in healthy) - began for number, began in enumerate(sent))
