"""A suspension by the account's own node, and one by a moderator here: each hides, neither lifts the other."""

from datetime import timedelta

import pytest

from tests.support.clocks import StoppedClock
from tests.support.journeys import (
    JSON,
    account_of,
    asked,
    follows,
    home_of,
    notifications_of,
    posted,
    relationship,
    seen,
)
from tests.support.nodes import MakeNode, Person, RunningNode, settle_all
from tests.support.staff import staff

ACCOUNTS = "/api/v1/admin/accounts"


@pytest.fixture
async def mona(home: RunningNode) -> Person:
    """A moderator of Alice's node."""
    return await staff(home, "mona", "moderator")


@pytest.fixture
async def milo(away: RunningNode) -> Person:
    """A moderator of Bob's node."""
    return await staff(away, "milo", "moderator")


@pytest.fixture
async def known(home: RunningNode, away: RunningNode, alice: Person, bob: Person) -> JSON:
    """A post of Bob's at Alice's node, where she follows him."""
    await follows(alice, bob, home, away)
    status = await posted(bob, "From far away")
    await settle_all(home, away)
    return status


async def suspended(by: Person, target: str | int) -> None:
    await asked(by, "POST", f"{ACCOUNTS}/{target}/action", json={"type": "suspend"})


async def taken_back(by: Person, target: str | int, status: int = 200) -> None:
    await asked(by, "POST", f"{ACCOUNTS}/{target}/unsuspend", status)


async def test_what_the_own_node_suspends_vanishes_here(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, milo: Person, known: JSON
) -> None:
    """His posts are as if they were not, and the account says why; she follows him still."""
    there = await account_of(alice, bob)

    await suspended(milo, bob.id)
    await settle_all(away, home)

    assert await seen(alice, known) is None
    assert await home_of(alice) == []
    assert (await asked(alice, "GET", f"/api/v1/accounts/{there}"))["suspended"] is True
    [standing] = await asked(alice, "GET", "/api/v1/accounts/relationships", params={"id[]": there})
    assert standing["following"] is True
    assert await notifications_of(alice, "severed_relationships") == []


async def test_it_comes_back_when_the_own_node_takes_that_back(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, milo: Person, known: JSON
) -> None:
    """Old posts are read again, new ones arrive, and nobody had to follow anew."""
    await suspended(milo, bob.id)
    await settle_all(away, home)

    await taken_back(milo, bob.id)
    await settle_all(away, home)
    await posted(bob, "Back again")
    await settle_all(away, home)

    assert await seen(alice, known) is not None
    assert [status["content"] for status in await home_of(alice)] == ["<p>Back again</p>", "<p>From far away</p>"]
    assert (await relationship(alice, bob))["following"]
    assert "suspended" not in await asked(alice, "GET", f"/api/v1/accounts/{await account_of(alice, bob)}")


@pytest.mark.parametrize("first", ["mona", "milo"])
async def test_our_moderators_suspension_outlasts_the_other(
    home: RunningNode,
    away: RunningNode,
    alice: Person,
    bob: Person,
    mona: Person,
    milo: Person,
    known: JSON,
    first: str,
) -> None:
    """Whoever came first: his node takes its own back, and he stays hidden here until our moderator says otherwise."""
    there = await account_of(alice, bob)
    ours, theirs = (mona, there), (milo, str(bob.id))
    for by, target in (ours, theirs) if first == "mona" else (theirs, ours):
        await suspended(by, target)
        await settle_all(away, home)

    await taken_back(milo, bob.id)
    await settle_all(away, home)
    still_hidden = await seen(alice, known) is None
    await taken_back(mona, there)
    await settle_all(home, away)

    assert still_hidden
    assert await seen(alice, known) is not None


async def test_our_moderator_cannot_lift_what_the_own_node_did(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, mona: Person, milo: Person, known: JSON
) -> None:
    """Refused while that alone hides him; with both, ours ends and his node's stays, until his node, asked again, says otherwise."""
    there = await account_of(alice, bob)
    await suspended(milo, bob.id)
    await settle_all(away, home)

    await taken_back(mona, there, 403)
    await suspended(mona, there)
    await taken_back(mona, there)
    await settle_all(home, away)

    assert await seen(alice, known) is None
    await taken_back(milo, bob.id)
    await taken_back(mona, there, 403)
    await settle_all(home, away)
    assert await seen(alice, known) is not None


async def test_a_suspended_account_can_say_nothing_else(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, mona: Person, known: JSON
) -> None:
    """Its own document is heard, so that a suspension elsewhere can end; an edit of a post is not."""
    there = await account_of(alice, bob)
    await suspended(mona, there)
    await settle_all(home, away)

    await asked(bob, "PUT", f"/api/v1/statuses/{known['id']}", json={"status": "Edited meanwhile"})
    await asked(bob, "PATCH", "/api/v1/accounts/update_credentials", data={"display_name": "Bob the second"})
    await settle_all(away, home)
    await taken_back(mona, there)

    shown = await seen(alice, known)
    assert shown is not None
    assert shown["content"] == "<p>From far away</p>"


async def test_the_copies_of_what_the_own_node_suspends_are_kept(nodes: MakeNode) -> None:
    """A moderator's suspension deletes after thirty days; of another node's we wait for its word."""
    clock = StoppedClock()
    home, away = await nodes("acme", clock=clock), await nodes("beta", clock=clock)
    await home.allow(away.host)
    await away.allow(home.host)
    alice, bob, milo = await home.person("alice"), await away.person("bob"), await staff(away, "milo", "moderator")
    await follows(alice, bob, home, away)
    status = await posted(bob, "From far away")
    await settle_all(home, away)
    await suspended(milo, bob.id)
    await settle_all(away, home)

    clock.advance(timedelta(days=31))
    await home.settle()

    kept = await home.node.database.value(
        "SELECT count(*) FROM post WHERE uri = ? AND deleted_at IS NULL", status["uri"]
    )
    assert int(kept) == 1
