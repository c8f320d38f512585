"""A domain is taken off the allowlist, and perhaps put back: nothing is sent from that moment on, nothing is lost for a day, nobody is left guessing."""

from datetime import timedelta

import pytest

from fediverse.actions import domains
from fediverse.actions.domains import NewRule
from fediverse.policy.domains import Effect
from fediverse.queue import outbox
from fediverse.workers import schedule, spread
from tests.support.clocks import StoppedClock
from tests.support.journeys import (
    account_of,
    asked,
    at_work,
    everything_in,
    fetched,
    follows,
    posted,
    refused_for,
    relationship,
    texts_of,
    waiting_for,
)
from tests.support.nodes import MakeNode, Person, RunningNode, settle_all


async def ruled(node: RunningNode, host: str, effect: Effect) -> None:
    async with at_work(node):
        await domains.add_rule(node.node, NewRule(host, effect), by="tests")


async def lane_problem(node: RunningNode, host: str) -> str:
    async with at_work(node):
        problem: str = await node.node.database.value("SELECT problem FROM lane WHERE host = ?", host)
    return problem


async def test_after_a_removal_the_next_post_is_held_and_nothing_arrives(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """T-200: followers are kept, and still nothing is sent; it waits, and the lane says why."""
    await follows(bob, alice, home, away)
    await home.remove(away.host)

    status = await posted(alice, "After the removal")
    await settle_all(home, away)

    assert "After the removal" not in await everything_in(away)
    assert await texts_of(bob) == []
    assert await waiting_for(home, away.host) == 1
    assert (await lane_problem(home, away.host)).startswith("held:")
    assert (await relationship(alice, bob))["followed_by"]
    assert await fetched(away, status["uri"]) == f"{home.host} answered 403"


async def test_what_was_queued_before_the_removal_is_held_too(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """T-216: the delivery was written down while the domain was allowed; the moment of sending is what counts."""
    await follows(bob, alice, home, away)
    await posted(alice, "Before the removal")
    async with at_work(home):
        await spread.work(home.node)
    written_down = await waiting_for(home, away.host)

    await home.remove(away.host)
    await settle_all(home, away)

    assert written_down == await waiting_for(home, away.host) == 1
    assert "Before the removal" not in await everything_in(away)


async def test_the_same_delivery_leaves_when_nothing_was_removed(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """T-216, the twin."""
    await follows(bob, alice, home, away)
    await posted(alice, "Before the removal")
    async with at_work(home):
        await spread.work(home.node)

    await settle_all(home, away)

    assert await waiting_for(home, away.host) == 0
    assert await texts_of(bob) == ["Before the removal"]


@pytest.mark.parametrize("pattern", ["beta.localhost:8002", "*.localhost:8002"])
async def test_a_domain_that_comes_back_catches_up_in_order(nodes: MakeNode, pattern: str) -> None:
    """T-200: twelve posts, an edit and a deletion were held; allowed again, by its name or by a pattern, bob reads the end of the story."""
    home, away = await nodes("acme"), await nodes("beta")
    await home.allow(pattern)
    await away.allow(home.host)
    alice, bob = await home.person("alice"), await away.person("bob")
    await follows(bob, alice, home, away)
    await home.remove(pattern)
    statuses = [await posted(alice, f"Post {number}") for number in range(12)]
    await asked(alice, "PUT", f"/api/v1/statuses/{statuses[0]['id']}", json={"status": "Post 0, corrected"})
    await asked(alice, "DELETE", f"/api/v1/statuses/{statuses[5]['id']}")
    await settle_all(home, away)
    while_removed = await texts_of(bob)

    await home.allow(pattern)
    await settle_all(home, away)

    async with at_work(away):
        arrived = await away.node.database.rows("SELECT type FROM inbound_activity WHERE type <> 'Accept' ORDER BY id")
    expected = [f"Post {number}" for number in range(11, -1, -1) if number != 5]
    assert while_removed == []
    assert await texts_of(bob) == [*expected[:-1], "Post 0, corrected"]
    assert [row["type"] for row in arrived][-2:] == ["Update", "Delete"]
    assert await waiting_for(home, away.host) == 0


async def test_a_removed_domain_is_refused_at_the_inbox(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """The other direction: what bob writes is answered 403, and his node shows that it was refused."""
    await follows(alice, bob, home, away)
    await home.remove(away.host)

    await posted(bob, "Can you hear me?")
    await settle_all(away, home)

    assert await texts_of(alice) == []
    assert "Can you hear me?" not in await everything_in(home)
    assert await refused_for(away, home.host) == [f"{home.host} answered 403"]


async def test_a_denied_domain_is_refused_for_good_and_visibly(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Denied is not held: the delivery is set aside, with the host that it was for."""
    await follows(bob, alice, home, away)
    await posted(alice, "Before the denial")
    async with at_work(home):
        await spread.work(home.node)

    await ruled(home, away.host, Effect.DENY)
    await settle_all(home, away)

    [problem] = await refused_for(home, away.host)
    assert away.host in problem
    assert await waiting_for(home, away.host) == 0
    assert "Before the denial" not in await everything_in(away)


async def test_after_a_denial_nothing_new_is_written_down(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """A post that is written while the domain is denied will never go there."""
    await follows(bob, alice, home, away)
    await ruled(home, away.host, Effect.DENY)

    await posted(alice, "While denied")
    await settle_all(home, away)
    await home.remove(away.host)
    await home.allow(away.host)
    await settle_all(home, away)

    assert "While denied" not in await everything_in(away)


async def test_a_rule_that_holds_keeps_what_waits_until_it_is_lifted(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Hold: nothing passes, nothing is lost."""
    await follows(bob, alice, home, away)
    await ruled(home, away.host, Effect.HOLD)
    await posted(alice, "On hold")
    await settle_all(home, away)
    while_held = await texts_of(bob), await waiting_for(home, away.host)

    await home.remove(away.host)
    await home.allow(away.host)
    await settle_all(home, away)

    assert while_held == ([], 1)
    assert await texts_of(bob) == ["On hold"]


async def test_a_day_later_what_was_held_is_set_aside_until_somebody_decides(nodes: MakeNode) -> None:
    """Frozen after 24 hours: allowed again, the old posts wait for a person's word, and then leave."""
    clock = StoppedClock()
    home, away = await nodes("acme", clock=clock), await nodes("beta", clock=clock)
    await home.allow(away.host)
    await away.allow(home.host)
    alice, bob = await home.person("alice"), await away.person("bob")
    await follows(bob, alice, home, away)
    await home.remove(away.host)
    await posted(alice, "Of yesterday")
    await settle_all(home, away)

    clock.advance(timedelta(hours=25))
    async with at_work(home):
        await schedule.work(home.node)
    await posted(alice, "Of today, after the freeze")
    await settle_all(home, away)
    await home.allow(away.host)
    await settle_all(home, away)
    before = await texts_of(bob)
    async with at_work(home):
        await outbox.retry(home.node, away.host)
    await settle_all(home, away)

    assert before == []
    assert await texts_of(bob) == ["Of yesterday"]


async def test_deletions_of_a_removed_domain_still_arrive(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """T-135: bob deletes what alice's node holds; that much is heard, for some days."""
    await follows(alice, bob, home, away)
    status = await posted(bob, "Delete me later")
    await settle_all(home, away)
    await home.remove(away.host)

    await asked(bob, "DELETE", f"/api/v1/statuses/{status['id']}")
    await posted(bob, "And read me instead")
    await settle_all(away, home)

    assert await texts_of(alice) == []
    assert "And read me instead" not in await everything_in(home)


async def test_people_of_a_removed_domain_cannot_be_followed_or_found_anew(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """A follow would lead nowhere, so the person is told at once."""
    number = await account_of(alice, bob)
    await home.remove(away.host)

    answer = await alice.client.post(f"/api/v1/accounts/{number}/follow")

    assert answer.status_code == 403
    assert away.host in answer.json()["error"]
