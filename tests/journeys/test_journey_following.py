"""Two companies' people follow each other, through their own clients; each thing that works has a twin that is refused."""

from tests.support.journeys import (
    account_of,
    asked,
    follow,
    follows,
    looked_up,
    notifications_of,
    posted,
    relationship,
    texts_of,
)
from tests.support.nodes import Person, RunningNode, settle_all


async def test_a_follow_is_accepted_and_posts_arrive(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Bob follows alice, both are told, and what she writes from then on is in his home timeline."""
    asked_for = await follow(bob, alice)
    await settle_all(home, away)
    await posted(alice, "Good morning")
    await settle_all(home, away)

    assert (asked_for["following"], asked_for["requested"]) == (False, True)
    standing = await relationship(bob, alice)
    assert (standing["following"], standing["requested"]) == (True, False)
    assert (await relationship(alice, bob))["followed_by"]
    assert [told["account"]["acct"] for told in await notifications_of(alice, "follow")] == [bob.handle]
    assert await texts_of(bob) == ["Good morning"]


async def test_without_a_follow_nothing_is_sent(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """The twin: bob only looked alice up."""
    await account_of(bob, alice)

    await posted(alice, "Good morning")
    await settle_all(home, away)

    assert await texts_of(bob) == []


async def test_a_locked_account_decides_who_follows(home: RunningNode, away: RunningNode, bob: Person) -> None:
    """Bob waits until dora lets him in; before that he gets nothing, afterwards everything."""
    dora = await home.person("dora", locked=True)
    await follow(bob, dora)
    await settle_all(home, away)
    await posted(dora, "For my followers", "private")
    await settle_all(home, away)
    before = (await relationship(bob, dora))["following"], await texts_of(bob)
    [request] = await asked(dora, "GET", "/api/v1/follow_requests")

    await asked(dora, "POST", f"/api/v1/follow_requests/{request['id']}/authorize")
    await settle_all(home, away)
    await posted(dora, "Now you are one", "private")
    await settle_all(home, away)

    assert before == (False, [])
    assert request["acct"] == bob.handle
    assert (await relationship(bob, dora))["following"]
    assert await texts_of(bob) == ["Now you are one"]


async def test_a_locked_account_may_say_no(home: RunningNode, away: RunningNode, bob: Person) -> None:
    """The twin: the request is rejected, bob's node knows, and nothing arrives."""
    dora = await home.person("dora", locked=True)
    await follow(bob, dora)
    await settle_all(home, away)
    [request] = await asked(dora, "GET", "/api/v1/follow_requests")

    await asked(dora, "POST", f"/api/v1/follow_requests/{request['id']}/reject")
    await settle_all(home, away)
    await posted(dora, "For my followers", "private")
    await settle_all(home, away)

    standing = await relationship(bob, dora)
    assert (standing["following"], standing["requested"]) == (False, False)
    assert await texts_of(bob) == []


async def test_a_request_can_be_taken_back(home: RunningNode, away: RunningNode, bob: Person) -> None:
    """Bob thinks better of it before dora looked: her list of requests is empty again."""
    dora = await home.person("dora", locked=True)
    await follow(bob, dora)
    await settle_all(home, away)

    await asked(bob, "POST", f"/api/v1/accounts/{await account_of(bob, dora)}/unfollow")
    await settle_all(home, away)

    assert await asked(dora, "GET", "/api/v1/follow_requests") == []
    assert not (await relationship(bob, dora))["requested"]


async def test_a_follower_who_was_removed_gets_nothing_more(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Alice removes bob from her followers: his node is told, and her next post for followers stays away from it."""
    await follows(bob, alice, home, away)
    await posted(alice, "Still for bob", "private")
    await settle_all(home, away)

    await asked(alice, "POST", f"/api/v1/accounts/{await account_of(alice, bob)}/remove_from_followers")
    await settle_all(home, away)
    await posted(alice, "Not for bob", "private")
    await settle_all(home, away)

    assert not (await relationship(bob, alice))["following"]
    assert "Not for bob" not in await texts_of(bob)


async def test_an_unfollow_ends_what_is_sent(home: RunningNode, away: RunningNode, alice: Person, bob: Person) -> None:
    """Alice's node forgets its follower, so that it sends nothing more."""
    await follows(bob, alice, home, away)

    await asked(bob, "POST", f"/api/v1/accounts/{await account_of(bob, alice)}/unfollow")
    await settle_all(home, away)
    await posted(alice, "After")
    await settle_all(home, away)

    assert not (await relationship(alice, bob))["followed_by"]
    assert await texts_of(bob) == []


async def test_somebody_of_an_outsider_is_neither_found_nor_followed(
    home: RunningNode, outsider: RunningNode, alice: Person, mallory: Person
) -> None:
    """The outsider allows us and we do not allow it: neither side finds anybody, and our log counts the contact."""
    assert await looked_up(alice, mallory.handle) is None
    assert await looked_up(mallory, alice.handle) is None

    with home.node.database.active():
        refused = await home.node.database.rows("SELECT host, direction FROM refused_contact ORDER BY direction")
    assert {(row["host"], row["direction"]) for row in refused} == {
        (outsider.host, "discovery"),
    }
