"""Measures a group: a member here posts in it, and every node with members has it. The receivers of `deliveries` play the nodes.

The group is closed, so that each node gets one activity a post, however many members it has.
"""

import statistics
from functools import partial

from fediverse.actions import group_rows, groups
from fediverse.actions.groups import GroupDraft
from fediverse.node import Node
from scripts.bench_parts import world
from scripts.bench_parts.beside import Receivers
from scripts.bench_parts.deliveries import post_and_wait, time_of_living
from scripts.bench_parts.figures import Figure
from scripts.bench_parts.running import Measure, Running


async def prepare(
    node: Node, elsewhere: Receivers, hosts: int, members_each: int, dead: int, rounds: int, among: int
) -> Measure:
    """A group whose owner is here, with so many members on each of *hosts*."""
    names = [f"g{number}" for number in range(1, hosts + 1)]
    domains = tuple(f"{name}.localhost:{elsewhere.port}" for name in names)
    [owner] = await world.add_people(node, 1, 0, name="owner")
    members = await world.add_followers(node, domains, members_each)
    group_id = await groups.create(node, owner.id, GroupDraft("bench", domains=domains))
    await world.add_follows(node, [(member.id, group_id) for member in members])
    async with node.database.transaction():
        for domain in domains:
            await group_rows.admit(node, group_id, domain, owner.id, history=False)
    await world.forget_unsent(node)
    return partial(
        measure,
        token=owner.token,
        group_id=group_id,
        elsewhere=elsewhere,
        names=names,
        members_each=members_each,
        dead=dead,
        rounds=rounds,
        among=among,
    )


async def measure(
    node: Running,
    *,
    token: str,
    group_id: int,
    elsewhere: Receivers,
    names: list[str],
    members_each: int,
    dead: int,
    rounds: int,
    among: int,
) -> list[Figure]:
    hosts = len(names)
    author, where = node.connect(token), {"group_id": str(group_id)}
    post_and_wait(author, elsewhere, {}, hosts, values=where)  # connections are made
    has_it_s = [post_and_wait(author, elsewhere, {}, hosts, values=where) for _ in range(rounds)]
    living = frozenset(names[dead:])
    alone_s = time_of_living(author, elsewhere, {}, living, among, values=where)
    beside_dead_s = time_of_living(author, elsewhere, dict.fromkeys(names[:dead], None), living, among, values=where)
    return [
        Figure(
            f"a group of {hosts} domains x {members_each} has a post",
            statistics.median(has_it_s),
            "s",
            limited_by="RSA signature for each host",
        ),
        Figure(f"the same, delay of {hosts - dead} nodes beside {dead} dead", beside_dead_s / alone_s, "x", 1.1),
    ]
