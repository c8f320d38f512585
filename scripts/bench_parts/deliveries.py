"""Measures the way out: somebody here posts, and followers on many hosts have it. The receivers are one process that plays every host.

The clock starts when the client sends its post, so that the time includes writing it.
"""

import statistics
import time
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from fediverse.node import Node
from scripts.bench_parts import world
from scripts.bench_parts.beside import Receivers
from scripts.bench_parts.figures import Figure
from scripts.bench_parts.running import Client, Measure, Running

AMONG = 8
SLOW_S = 0.1
NOTHING_MORE: Mapping[str, object] = MappingProxyType({})


async def prepare(node: Node, elsewhere: Receivers, hosts: int, rounds: int, burst: int, among: int) -> Measure:
    """One who is followed on every host, and one who is followed on the first few."""
    names = [f"h{number}" for number in range(1, hosts + 1)]
    many, few = await world.add_people(node, 2, 0, name="author")
    followers = await world.add_followers(node, [f"{name}.localhost:{elsewhere.port}" for name in names])
    await world.add_follows(node, [(follower.id, many.id) for follower in followers])
    await world.add_follows(node, [(follower.id, few.id) for follower in followers[:AMONG]])
    await world.forget_unsent(node)
    return partial(
        measure,
        token_of_many=many.token,
        token_of_few=few.token,
        elsewhere=elsewhere,
        names=names,
        rounds=rounds,
        burst=burst,
        among=among,
    )


async def measure(
    node: Running,
    *,
    token_of_many: str,
    token_of_few: str,
    elsewhere: Receivers,
    names: list[str],
    rounds: int,
    burst: int,
    among: int,
) -> list[Figure]:
    hosts = len(names)
    many, few = node.connect(token_of_many), node.connect(token_of_few)
    cold_s = post_and_wait(many, elsewhere, {}, hosts)
    warm_s = [post_and_wait(many, elsewhere, {}, hosts) for _ in range(rounds)]
    slow_s = [post_and_wait(many, elsewhere, dict.fromkeys(names, SLOW_S), hosts) for _ in range(rounds)]
    before_s = node.cpu_s()
    burst_s = post_and_wait(many, elsewhere, {}, hosts, posts=burst)
    used_s = node.cpu_s() - before_s
    healthy = frozenset(names[2:AMONG])
    alone_s = time_of_living(few, elsewhere, {}, healthy, among)
    beside_slow_s = time_of_living(few, elsewhere, dict.fromkeys(names[:2], 3.0), healthy, among)
    beside_dead_s = time_of_living(few, elsewhere, dict.fromkeys(names[:2], None), healthy, among)
    signing = "RSA signature and HTTP client for each host"
    return [
        Figure(f"{hosts} hosts have a post", statistics.median(warm_s), "s", 0.25 * hosts / 200, limited_by=signing),
        Figure(f"{hosts} hosts have a post, new connections", cold_s, "s", 0.25 * hosts / 200, limited_by=signing),
        Figure(
            f"{hosts} hosts, each takes 100 ms", statistics.median(slow_s), "s", 0.6, limited_by="deliveries_at_once"
        ),
        Figure(f"deliveries, {burst} posts at once", hosts * burst / burst_s, "/s", limited_by=signing),
        Figure("CPU per delivery", used_s / (hosts * burst) * 1000, "ms", limited_by=signing),
        Figure(f"delay of 6 hosts beside 2 of 3 s, {among} posts", beside_slow_s / alone_s, "x", 1.1),
        Figure(f"delay of 6 hosts beside 2 dead, {among} posts", beside_dead_s / alone_s, "x", 1.1),
    ]


def post_and_wait(
    client: Client,
    elsewhere: Receivers,
    manners: dict[str, float | None],
    hosts: int,
    posts: int = 1,
    values: Mapping[str, object] = NOTHING_MORE,
) -> float:
    """Seconds from sending the first of *posts* until every host was reached by each. *values*: what else the client says of a post."""
    elsewhere.behave(manners)
    began = time.monotonic()
    for _ in range(posts):
        client.post("/api/v1/statuses", {"status": "For everybody who follows, wherever they are. " * 3, **values})
    came = elsewhere.wait_for(hosts * posts)
    took_s = max(when for _name, when in came) - began
    time.sleep(0.5)  # the last answers, and giving the lanes back
    return took_s


def time_of_living(
    client: Client,
    elsewhere: Receivers,
    manners: dict[str, float | None],
    living: frozenset[str],
    posts: int,
    values: Mapping[str, object] = NOTHING_MORE,
) -> float:
    """Seconds that a post needs to the last of the *living* hosts, the mean of posts one after another."""
    elsewhere.behave(manners)
    sent: list[float] = []
    for _ in range(posts):
        sent.append(time.monotonic())
        client.post("/api/v1/statuses", {"status": "For a few.", **values})
        time.sleep(0.25)
    came = elsewhere.wait_for(len(living) * posts, living)
    reached = {name: sorted(when for who, when in came if who == name) for name in living}
    return statistics.fmean(max(reached[name][number] for name in living) - began for number, began in enumerate(sent))
