"""Boosts, likes and pins travel between two companies' nodes, and so does taking them back."""

from tests.support.journeys import (
    account_of,
    asked,
    copy_of,
    everything_in,
    follows,
    home_of,
    notifications_of,
    plain,
    posted,
    seen,
    texts_of,
)
from tests.support.nodes import Person, RunningNode, settle_all


async def pinned_of(reader: Person, author: Person) -> list[str]:
    """What *author* shows on top, as *reader*'s node knows it."""
    statuses = await asked(
        reader, "GET", f"/api/v1/accounts/{await account_of(reader, author)}/statuses", params={"pinned": "true"}
    )
    return [plain(status["content"]) for status in statuses]


async def test_a_boost_arrives_and_can_be_taken_back(
    home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person
) -> None:
    """Bob follows carol, who boosts alice: he reads alice's words, alice is told, and both forget it after the Undo."""
    await follows(bob, carol, home, away)
    status = await posted(alice, "Worth reading")
    boost = await asked(carol, "POST", f"/api/v1/statuses/{status['id']}/reblog")
    await settle_all(home, away)
    [arrived] = await home_of(bob)
    told = await notifications_of(alice, "reblog")

    await asked(carol, "POST", f"/api/v1/statuses/{status['id']}/unreblog")
    await settle_all(home, away)

    assert arrived["account"]["acct"] == carol.handle
    assert (plain(arrived["reblog"]["content"]), arrived["reblog"]["account"]["acct"]) == (
        "Worth reading",
        alice.handle,
    )
    assert (len(told), boost["reblog"]["id"]) == (1, status["id"])
    assert await home_of(bob) == []
    assert (await asked(alice, "GET", f"/api/v1/statuses/{status['id']}"))["reblogs_count"] == 0


async def test_a_boost_of_a_post_from_elsewhere_is_told_to_its_author(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Bob boosts what alice wrote: her node counts it and tells her, and counts it down again."""
    await follows(bob, alice, home, away)
    status = await posted(alice, "Worth reading")
    await settle_all(home, away)
    copy = await copy_of(bob, status)

    await asked(bob, "POST", f"/api/v1/statuses/{copy['id']}/reblog")
    await settle_all(away, home)
    counted = (await asked(alice, "GET", f"/api/v1/statuses/{status['id']}"))["reblogs_count"]
    told = [one["account"]["acct"] for one in await notifications_of(alice, "reblog")]
    await asked(bob, "POST", f"/api/v1/statuses/{copy['id']}/unreblog")
    await settle_all(away, home)

    assert (counted, told) == (1, [bob.handle])
    assert (await asked(alice, "GET", f"/api/v1/statuses/{status['id']}"))["reblogs_count"] == 0


async def test_a_private_post_is_boosted_by_nobody_else(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """The twin: bob may read it, and is refused; nobody of his node hears of it through him."""
    gus = await away.person("gus")
    await follows(bob, alice, home, away)
    await follows(gus, bob, away)
    private = await posted(alice, "For my followers", "private")
    await settle_all(home, away)
    copy = await copy_of(bob, private)

    answer = await bob.client.post(f"/api/v1/statuses/{copy['id']}/reblog")
    await settle_all(away, home)

    assert answer.status_code == 403
    assert await home_of(gus) == []
    assert (await asked(alice, "GET", f"/api/v1/statuses/{private['id']}"))["reblogs_count"] == 0


async def test_a_like_arrives_and_can_be_taken_back(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Alice's node counts it and tells her; after the Undo nothing is left of it."""
    await follows(bob, alice, home, away)
    status = await posted(alice, "Likeable")
    await settle_all(home, away)
    copy = await copy_of(bob, status)

    await asked(bob, "POST", f"/api/v1/statuses/{copy['id']}/favourite")
    await settle_all(away, home)
    counted = (await asked(alice, "GET", f"/api/v1/statuses/{status['id']}"))["favourites_count"]
    told = [one["account"]["acct"] for one in await notifications_of(alice, "favourite")]
    await asked(bob, "POST", f"/api/v1/statuses/{copy['id']}/unfavourite")
    await settle_all(away, home)

    assert (counted, told) == (1, [bob.handle])
    assert (await asked(alice, "GET", f"/api/v1/statuses/{status['id']}"))["favourites_count"] == 0
    assert await notifications_of(alice, "favourite") == []


async def test_a_like_of_a_post_that_one_may_not_see_has_no_effect(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """T-119, the twin: gus, of the same node as bob, is answered as for a post that never was, though his node holds a copy."""
    gus = await away.person("gus")
    await follows(bob, alice, home, away)
    private = await posted(alice, "For my followers", "private")
    await settle_all(home, away)
    copy = await copy_of(bob, private)

    hidden = await gus.client.post(f"/api/v1/statuses/{copy['id']}/favourite")
    unknown = await gus.client.post("/api/v1/statuses/12345/favourite")
    await settle_all(away, home)

    assert (hidden.status_code, hidden.json()) == (404, unknown.json())
    assert (await asked(alice, "GET", f"/api/v1/statuses/{private['id']}"))["favourites_count"] == 0


async def test_a_pin_arrives_and_goes(home: RunningNode, away: RunningNode, alice: Person, bob: Person) -> None:
    """What alice pins stands on top of her page at bob's node, until she takes it down."""
    await follows(bob, alice, home, away)
    status = await posted(alice, "Read this first")
    await settle_all(home, away)

    await asked(alice, "POST", f"/api/v1/statuses/{status['id']}/pin")
    await settle_all(home, away)
    pinned = await pinned_of(bob, alice)
    await asked(alice, "POST", f"/api/v1/statuses/{status['id']}/unpin")
    await settle_all(home, away)

    assert pinned == ["Read this first"]
    assert await pinned_of(bob, alice) == []


async def test_a_company_only_post_is_pinned_for_the_company_alone(
    home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person
) -> None:
    """T-356, the twin: carol sees it on top; nothing that names it reaches bob's node."""
    await follows(bob, alice, home, away)
    status = await posted(alice, "Read this first", local_only=True)

    await asked(alice, "POST", f"/api/v1/statuses/{status['id']}/pin")
    await settle_all(home, away)

    assert await pinned_of(carol, alice) == ["Read this first"]
    assert await pinned_of(bob, alice) == []
    assert status["id"] not in await everything_in(away)
    assert await seen(bob, status) is None
    assert await texts_of(bob) == []
