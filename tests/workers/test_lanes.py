"""Lanes: each host is sent what waits for it, in order, and what became of it is written down before the lane is free."""

import asyncio
from datetime import timedelta

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from fediverse.actions import relations
from fediverse.actions.resolve import account_by_uri
from fediverse.queue import outbox
from fediverse.workers import delivery, spread
from fediverse.workers.delivery import Deliverer
from tests.federation.scripted import Actor, Apps, Keys, ScriptedServer, count, join
from tests.support.clocks import StoppedClock
from tests.support.nodes import Person, RunningNode


class Box(ScriptedServer):
    """Notes the contents of the posts that it gets; answers with *status*, once *open* lets it."""

    def __init__(self, host: str, keys: Keys) -> None:
        super().__init__(host, keys)
        self.got: list[str] = []
        self.status = 202
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.method != "POST":
            await super().__call__(scope, receive, send)
            return
        activity = await request.json()
        self.got.append(activity["object"]["content"])
        await self.open.wait()
        await Response(status_code=self.status)(scope, receive, send)


async def box_with_follower(node: RunningNode, apps: Apps, keys: Keys, name: str, person: Person) -> Box:
    """An allowed server somebody of which follows *person*."""
    box = Box(f"{name}.localhost:9001", keys)
    join(apps, box)
    await node.allow(box.host)
    await follows(node, box.actor("reader"), person)
    return box


async def follows(node: RunningNode, follower: Actor, person: Person) -> None:
    with node.node.database.active():
        follower_id = await account_by_uri(node.node, follower.uri)
        await relations.follow(node.node, follower_id, person.id, uri=f"{follower.uri}#follow")
        await node.node.database.execute("UPDATE event SET spread_at = 0 WHERE spread_at IS NULL")


async def say(node: RunningNode, person: Person, *texts: str) -> None:
    """Post, and write down whom to tell; nobody is told yet."""
    for text in texts:
        await person.client.post("/api/v1/statuses", json={"status": text})
    with node.node.database.active():
        while await spread.work(node.node) == 0:
            pass


async def test_a_host_gets_more_than_a_batch_in_order(
    acme: RunningNode, apps: Apps, keys: Keys, dana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seven posts in batches of three: each once, the oldest first, and the lane is free afterwards."""
    monkeypatch.setattr(delivery, "LANE_BATCH", 3)
    box = await box_with_follower(acme, apps, keys, "north", dana)
    await say(acme, dana, *"1234567")

    await acme.settle()

    assert box.got == [f"<p>{number}</p>" for number in "1234567"]
    assert await count(acme, "delivery") == 0
    assert await count(acme, "lane", "claimed_until IS NULL AND failures = 0 AND problem = ''") == 1


async def test_many_hosts_are_told_and_one_that_fails_fails_alone(
    acme: RunningNode, apps: Apps, keys: Keys, dana: Person
) -> None:
    """One answers 503: its delivery waits with the reason, the others' are gone."""
    boxes = [await box_with_follower(acme, apps, keys, name, dana) for name in ("east", "north", "west")]
    boxes[1].status = 503
    await say(acme, dana, "Hello")

    await acme.settle()

    assert [box.got for box in boxes] == [["<p>Hello</p>"]] * 3
    assert await count(acme, "delivery", "host = ? AND state = 'waiting'", boxes[1].host) == 1
    assert await count(acme, "delivery") == 1
    assert await count(acme, "lane", "failures = 1 AND problem LIKE '%503'") == 1


async def test_a_post_deleted_while_the_host_was_slow_is_not_sent(
    acme: RunningNode, apps: Apps, keys: Keys, dana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The audience is asked again as soon as the answer is older than a moment: the second post is gone by then."""
    monkeypatch.setattr(delivery, "FRESH_S", 0.0)
    box = await box_with_follower(acme, apps, keys, "north", dana)
    await say(acme, dana, "One", "Two")
    box.open.clear()
    deliverer = Deliverer()
    with acme.node.database.active():
        await deliverer.work(acme.node)
        while not box.got:
            await asyncio.sleep(0)
        await acme.node.database.execute("UPDATE post SET deleted_at = 1 WHERE content = '<p>Two</p>'")
        box.open.set()
        await deliverer.settle()

    assert box.got == ["<p>One</p>"]
    assert await count(acme, "delivery", "state = 'refused'") == 1


async def test_a_host_denied_while_it_was_slow_gets_nothing_more(
    acme: RunningNode, apps: Apps, keys: Keys, dana: Person
) -> None:
    """The gate is asked for each request, whatever was asked before: the second post stays, held."""
    box = await box_with_follower(acme, apps, keys, "north", dana)
    await say(acme, dana, "One", "Two")
    box.open.clear()
    deliverer = Deliverer()
    with acme.node.database.active():
        await deliverer.work(acme.node)
        while not box.got:
            await asyncio.sleep(0)
        await acme.remove(box.host)
        box.open.set()
        await deliverer.settle()

    assert box.got == ["<p>One</p>"]
    assert await count(acme, "delivery", "host = ? AND state <> 'refused'", box.host) == 1


async def test_what_was_under_way_when_the_process_died_is_sent_again(
    acme: RunningNode, apps: Apps, keys: Keys, dana: Person, clock: StoppedClock
) -> None:
    """The other side had it, and we had not written that down: once the lease is over it goes out once more, and nobody takes it before."""
    box = await box_with_follower(acme, apps, keys, "north", dana)
    await say(acme, dana, "Hello")
    box.open.clear()
    dying = Deliverer()
    with acme.node.database.active():
        await dying.work(acme.node)
        while not box.got:
            await asyncio.sleep(0)
        for task in dying._running.values():
            task.cancel()
        box.open.set()

        assert await outbox.claim_lanes(acme.node, 10) == []
        clock.advance(outbox.LEASE + timedelta(seconds=1))
    await acme.settle()

    assert box.got == ["<p>Hello</p>"] * 2
    assert await count(acme, "delivery") == 0
