"""What a group sends comes to every node in its order, once, whatever was lost or down meanwhile; and what is deleted is gone wherever it went."""

import asyncio
from collections.abc import MutableMapping
from datetime import timedelta

from starlette.types import ASGIApp

from fediverse.actions import group_members
from fediverse.workers import spread
from tests.support.clocks import StoppedClock
from tests.support.groups import circle, heard, id_at, offline, position_at, roster_at, says, wall_of, working
from tests.support.journeys import asked, copy_of, everything_in, fetched, posted, seen, waiting_for
from tests.support.nodes import MakeNode, Person, RunningNode, settle_all

Apps = MutableMapping[str, ASGIApp]


async def _said(person: Person, handle: str) -> list[str]:
    """The first word of each post that the person reads in the group, oldest first."""
    return [text.removeprefix("<p>").partition(" ")[0] for text in reversed(await wall_of(person, handle))]


async def test_two_moderators_at_once_end_in_one_state(nodes: MakeNode) -> None:
    """T-175: alice makes carl a moderator while bob, from beta, removes him; gina is removed by both at once: three nodes agree."""
    made = await circle(nodes, "bob", "gina")
    for person in (made.carl, made.ben):
        await made.join(person)
    await made.set_role(made.bob, "moderator")
    await made.settle()
    target = {"target": f"{made.uri}/members", "to": [made.uri]}

    async def by_alice() -> None:
        async with working(made.acme):
            node = made.acme.node
            await group_members.set_role(node, made.alice.id, made.group_id, made.carl.id, "moderator")
            await group_members.remove(node, made.alice.id, made.group_id, await id_at(made.acme, made.ben))

    by_bob = [
        heard(made.bob, made.beta, made.acme, says(made.bob.uri, "Remove", person.uri, number, **target))
        for number, person in enumerate((made.carl, made.ben))
    ]
    await asyncio.gather(by_alice(), *by_bob)
    await made.settle()

    final = await roster_at(made.acme, made.uri)
    assert made.ben.uri not in final
    assert final[made.alice.uri] == "owner"
    for one in made.all:
        assert await roster_at(one, made.uri) == final, one.host


async def test_what_was_lost_on_the_way_is_pulled_in_order(nodes: MakeNode) -> None:
    """T-176: two of four Announces never reach beta; the fourth shows the gap, beta reads both from the log; a node that is no member's cannot."""
    clock = StoppedClock()
    made = await circle(nodes, "bob", "gina", clock=clock)
    stranger = await nodes("delta", clock=clock)
    await stranger.allow(made.acme.host)
    await made.acme.allow(stranger.host)
    first = await posted(made.alice, "One @projet")
    await made.settle()
    lost = await posted(made.alice, "Two @projet")
    await asked(made.alice, "PUT", f"/api/v1/statuses/{first['id']}", json={"status": "Uno @projet"})
    async with working(made.acme):
        while await spread.work(made.acme.node) == 0:
            pass
        await made.acme.node.database.execute("DELETE FROM delivery WHERE host = ?", made.beta.host)
    await posted(made.alice, "Four @projet")
    await made.settle()
    clock.advance(timedelta(minutes=1))
    await made.settle()

    await copy_of(made.bob, lost)
    for person in (made.bob, made.gina):
        assert await _said(person, made.handle) == ["Uno", "Two", "Four"], person.handle
    for one, may in ((made.beta, True), (made.gamma, True), (stranger, False)):
        assert isinstance(await fetched(one, f"{made.uri}/log?after=0"), bytes) is may, one.host
    positions = [await position_at(one, made.uri) for one in made.all]
    assert len(set(positions)) == 1, positions


async def test_a_group_whose_node_was_down_for_a_day_loses_nothing(nodes: MakeNode, apps: Apps) -> None:
    """T-177: bob writes, edits and deletes while acme is down; when it is back all of it arrives once, in his order, at acme and gamma."""
    clock = StoppedClock()
    made = await circle(nodes, "bob", "gina", clock=clock)
    with offline(apps, made.acme):
        kept = [await posted(made.bob, f"{word} @{made.handle}") for word in ("One", "Two", "Three")]
        clock.advance(timedelta(minutes=1))
        await asked(made.bob, "PUT", f"/api/v1/statuses/{kept[1]['id']}", json={"status": f"Zwei @{made.handle}"})
        await asked(made.bob, "DELETE", f"/api/v1/statuses/{kept[2]['id']}")
        await made.beta.settle()
        assert await waiting_for(made.beta, made.acme.host) > 0
        clock.advance(timedelta(days=1))

    await made.settle(rounds=5)

    for person in (made.alice, made.gina):
        assert sorted(await _said(person, made.handle)) == ["One", "Zwei"], person.handle
    assert await waiting_for(made.beta, made.acme.host) == 0


async def test_a_member_node_that_was_down_for_a_day_catches_up(nodes: MakeNode, apps: Apps) -> None:
    """T-177: beta is away for a day; posts, an edit, a deletion, a newcomer and a role arrive in the end, in order, nothing lost or doubled."""
    clock = StoppedClock()
    made = await circle(nodes, "bob", "gina", clock=clock)
    with offline(apps, made.beta):
        first = await posted(made.alice, "One @projet")
        second = await posted(made.gina, f"Two @{made.handle}")
        await settle_all(made.acme, made.gamma)
        await made.set_role(made.gina, "moderator")
        gone = await posted(made.alice, "Three @projet")
        await settle_all(made.acme, made.gamma)
        clock.advance(timedelta(hours=3))
        await asked(made.alice, "PUT", f"/api/v1/statuses/{first['id']}", json={"status": "Uno @projet"})
        await asked(made.alice, "DELETE", f"/api/v1/statuses/{gone['id']}")
        await settle_all(made.acme, made.gamma)
        clock.advance(timedelta(days=1))
    await made.settle(rounds=4)

    assert sorted(await _said(made.bob, made.handle)) == ["Two", "Uno"]
    await copy_of(made.bob, second)
    assert await seen(made.bob, gone) is None
    assert await roster_at(made.beta, made.uri) == await roster_at(made.acme, made.uri)
    assert await position_at(made.beta, made.uri) == await position_at(made.acme, made.uri)
    home = await asked(made.bob, "GET", "/api/v1/timelines/home")
    assert len({status["uri"] for status in home}) == len(home) == 2


async def test_a_deletion_reaches_who_was_removed_meanwhile(nodes: MakeNode) -> None:
    """T-178: gamma has two posts, then its last member goes; alice deletes hers, bob his: both are gone at gamma; what was not deleted stays there."""
    made = await circle(nodes, "bob", "gina")
    hers = await posted(made.alice, "Zebra @projet")
    his = await posted(made.bob, f"Giraffe @{made.handle}")
    await posted(made.alice, "Okapi @projet")
    await made.settle()
    await made.remove(made.gina)
    await made.settle()
    assert "Zebra" in await _posts_of(made.gamma)

    await asked(made.alice, "DELETE", f"/api/v1/statuses/{hers['id']}")
    await asked(made.bob, "DELETE", f"/api/v1/statuses/{his['id']}")
    await made.settle()
    await posted(made.alice, "Quagga @projet")
    await made.settle()

    left = await _posts_of(made.gamma)
    assert "Zebra" not in left
    assert "Giraffe" not in left
    assert "Okapi" in left
    assert "Quagga" not in await everything_in(made.gamma)


async def test_a_deletion_that_waits_is_not_dropped_with_the_rest(nodes: MakeNode) -> None:
    """T-178: gamma is held when a post is deleted and its last member removed: what waits is dropped, but for the Delete and the word of the removal."""
    made = await circle(nodes, "bob", "gina")
    post = await posted(made.alice, "Zebra @projet")
    await made.settle()
    await made.gamma.remove(made.acme.host)
    await made.acme.remove(made.gamma.host)
    await asked(made.alice, "DELETE", f"/api/v1/statuses/{post['id']}")
    await posted(made.alice, "Quagga @projet")
    await settle_all(made.acme, made.beta)
    await made.remove(made.gina)
    await settle_all(made.acme, made.beta)
    await made.gamma.allow(made.acme.host)
    await made.acme.allow(made.gamma.host)
    await made.settle()

    assert "Zebra" not in await _posts_of(made.gamma)
    assert "Quagga" not in await everything_in(made.gamma)
    assert made.gina.uri not in await roster_at(made.gamma, made.uri)


async def _posts_of(running: RunningNode) -> str:
    """The words of all posts that a node keeps."""
    async with working(running) as one:
        rows = await one.node.database.rows("SELECT content FROM post WHERE deleted_at IS NULL")
    return "\n".join(row["content"] for row in rows)
