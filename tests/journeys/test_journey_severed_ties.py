"""Ties that a domain rule or a hidden domain ends: whoever loses some is told, once, with how many; nobody else is."""

from datetime import UTC, datetime, timedelta

import pytest

from fediverse.actions import domains
from fediverse.actions.domains import NewRule
from fediverse.policy.domains import Direction, Effect
from fediverse.workers import schedule
from tests.support.clocks import StoppedClock
from tests.support.journeys import JSON, asked, at_work, follow, follows, notifications_of, relationship
from tests.support.nodes import MakeNode, Person, RunningNode, settle_all

LATER = datetime(2126, 1, 1, tzinfo=UTC)


async def told(person: Person) -> list[JSON]:
    return [one["event"] for one in await notifications_of(person, "severed_relationships")]


async def denied(node: RunningNode, pattern: str, **more: object) -> None:
    async with at_work(node):
        await domains.add_rule(node.node, NewRule(pattern, Effect.DENY, **more), by="tests")  # type: ignore[arg-type]


def summary(event: JSON) -> tuple[str, str, int, int]:
    return event["type"], event["target_name"], event["followers_count"], event["following_count"]


async def test_a_denied_domain_is_told_to_those_who_had_ties_there(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """With the counts of each way; a colleague without ties there hears nothing."""
    barbara, carol = await away.person("barbara"), await home.person("carol")
    await follows(alice, bob, home, away)
    await follows(bob, alice, home, away)
    await follows(alice, barbara, home, away)

    await denied(home, away.host)

    [event] = await told(alice)
    assert summary(event) == ("domain_block", away.host, 1, 2)
    assert await told(carol) == []
    assert await told(bob) == []


async def test_it_is_told_once(home: RunningNode, away: RunningNode, alice: Person, bob: Person) -> None:
    """Denied, denied anew with the domains below it, and its allowance removed: that is one cut. Allowed and denied later, it is another."""
    await follows(alice, bob, home, away)
    await denied(home, away.host)
    await denied(home, away.host, subdomains=True)
    await home.remove(away.host)
    once = await told(alice)

    await home.allow(away.host)
    await denied(home, away.host)

    assert len(once) == 1
    assert len(await told(alice)) == 2


@pytest.mark.parametrize("rule", [{"directions": (Direction.IN_POST,)}, {"draft": True}, {"valid_from": LATER}])
async def test_a_denial_that_cuts_nothing_is_not_told(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, rule: JSON
) -> None:
    """The twin: one direction alone, a draft, or one that begins later."""
    await follows(alice, bob, home, away)

    await denied(home, away.host, **rule)

    assert await told(alice) == []


async def test_a_denial_that_a_narrower_rule_outweighs_is_not_told(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Everything below localhost is denied; this host is allowed by its own name, and stays so."""
    await follows(alice, bob, home, away)

    await denied(home, "*.localhost:8002")

    assert await told(alice) == []
    assert (await relationship(alice, bob))["following"]


async def test_a_draft_is_told_when_it_is_published(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Not before: a draft has no effect."""
    await follows(alice, bob, home, away)
    async with at_work(home):
        number = await domains.add_rule(home.node, NewRule(away.host, Effect.DENY, draft=True), by="tests")
        await domains.publish_draft(home.node, number, by="tests")

    assert [summary(event) for event in await told(alice)] == [("domain_block", away.host, 0, 1)]


async def test_a_removed_domain_is_told_when_its_day_of_grace_is_over(nodes: MakeNode) -> None:
    """Not at once, as it may be a mistake; a day later, and then once."""
    clock = StoppedClock()
    home, away = await nodes("acme", clock=clock), await nodes("beta", clock=clock)
    await home.allow(away.host)
    await away.allow(home.host)
    alice, bob = await home.person("alice"), await away.person("bob")
    await follows(bob, alice, home, away)
    await home.remove(away.host)
    at_once = await told(alice)

    for _times in range(2):
        clock.advance(timedelta(hours=25))
        async with at_work(home):
            await schedule.work(home.node)

    assert at_once == []
    assert [summary(event) for event in await told(alice)] == [("domain_block", away.host, 1, 0)]


async def test_a_domain_that_came_back_in_time_is_not_told(nodes: MakeNode) -> None:
    """The twin: allowed again within the day."""
    clock = StoppedClock()
    home, away = await nodes("acme", clock=clock), await nodes("beta", clock=clock)
    await home.allow(away.host)
    await away.allow(home.host)
    alice, bob = await home.person("alice"), await away.person("bob")
    await follows(bob, alice, home, away)
    await home.remove(away.host)
    await home.allow(away.host)

    clock.advance(timedelta(hours=25))
    async with at_work(home):
        await schedule.work(home.node)

    assert await told(alice) == []


async def test_somebody_who_hides_a_domain_is_told_what_ended(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Once; a colleague who follows the same person keeps that and hears nothing."""
    carol = await home.person("carol")
    await follows(alice, bob, home, away)
    await follows(bob, alice, home, away)
    await follows(carol, bob, home, away)

    for _times in range(2):
        await asked(alice, "POST", "/api/v1/domain_blocks", json={"domain": away.host})
    await settle_all(home, away)

    assert [summary(event) for event in await told(alice)] == [("user_domain_block", away.host, 1, 1)]
    assert await told(carol) == []
    assert (await relationship(carol, bob))["following"]


async def test_hiding_a_domain_without_ties_is_not_told(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """The twin: one who asked to follow and was not answered loses nothing either."""
    await asked(bob, "PATCH", "/api/v1/accounts/update_credentials", data={"locked": "true"})
    await follow(alice, bob)
    await settle_all(home, away)

    await asked(alice, "POST", "/api/v1/domain_blocks", json={"domain": away.host})

    assert await told(alice) == []
