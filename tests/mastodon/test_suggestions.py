"""Whom one might want to follow, and the directory (reference: client API, section 2.2)."""

from datetime import timedelta

import pytest

from tests.support.clocks import StoppedClock
from tests.support.journeys import asked, follows, looked_up, posted
from tests.support.nodes import MakeNode, Person, RunningNode


async def suggested(person: Person) -> list[str]:
    return [one["account"]["acct"] for one in await asked(person, "GET", "/api/v2/suggestions")]


async def listed(person: Person, query: str = "local=true") -> list[str]:
    return [account["acct"] for account in await asked(person, "GET", f"/api/v1/directory?{query}")]


async def follow(person: Person, other: Person) -> None:
    await asked(person, "POST", f"/api/v1/accounts/{other.id}/follow")


async def test_colleagues_are_suggested_the_familiar_first(
    home: RunningNode, alice: Person, carol: Person, dave: Person
) -> None:
    """Whom the followed follow comes before who posted last, and that before the silent."""
    erin = await home.person("erin")
    frank = await home.person("frank")
    await follow(alice, carol)
    await follow(carol, dave)
    await posted(erin, "Hello")

    found = await asked(alice, "GET", "/api/v2/suggestions")
    old = await asked(alice, "GET", "/api/v1/suggestions?limit=1")

    assert [one["account"]["acct"] for one in found] == ["dave", "erin", "frank"]
    assert [one["sources"] for one in found] == [["friends_of_friends"], ["most_interactions"], ["most_interactions"]]
    assert [account["id"] for account in old] == [str(dave.id)]
    assert str(frank.id) == found[2]["account"]["id"]


@pytest.mark.parametrize("how", ["follow", "block", "mute", "blocked by", "dismissed", "undiscoverable"])
async def test_nobody_unwanted_is_suggested(how: str, alice: Person, carol: Person, dave: Person) -> None:
    """Who is followed, blocked, muted, dismissed, blocks the reader, or does not want to be found. Another colleague stays, and others' suggestions do."""
    before = await suggested(alice)

    if how == "blocked by":
        await asked(carol, "POST", f"/api/v1/accounts/{alice.id}/block")
    elif how == "dismissed":
        await asked(alice, "DELETE", f"/api/v1/suggestions/{carol.id}")
    elif how == "undiscoverable":
        await asked(carol, "PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": False})
    else:
        await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/{how}")

    assert sorted(before) == ["carol", "dave"]
    assert await suggested(alice) == ["dave"]
    assert ("carol" in await suggested(dave)) is (how != "undiscoverable")


async def test_who_hides_follows_makes_nobody_familiar(alice: Person, carol: Person, dave: Person) -> None:
    """`hide_collections` of the follower: the suggestion does not tell whom they follow."""
    await follow(alice, carol)
    await follow(carol, dave)
    await asked(carol, "PATCH", "/api/v1/accounts/update_credentials", json={"hide_collections": True})

    found = await asked(alice, "GET", "/api/v2/suggestions")

    assert [(one["account"]["acct"], one["sources"]) for one in found] == [("dave", ["most_interactions"])]


async def test_the_directory_is_sorted_and_paged(nodes: MakeNode) -> None:
    """By who posted last, or by who came last; a part of it by offset."""
    clock = StoppedClock()
    home = await nodes("acme", clock)
    people = []
    for name in ("alice", "carol", "dave"):
        people.append(await home.person(name))
        clock.advance(timedelta(minutes=1))
    await posted(people[0], "Hello")

    assert (await listed(people[1]))[0] == "alice"
    assert await listed(people[1], "local=true&order=new") == ["dave", "carol", "alice"]
    assert await listed(people[1], "local=true&order=new&offset=1&limit=1") == ["carol"]


async def test_the_directory_shows_others_nodes_people_unless_asked_for_our_own(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """As far as they let themselves be found."""
    await looked_up(alice, bob.handle)

    assert bob.handle in await listed(alice, "")
    assert bob.handle not in await listed(alice, "local=true")


async def test_the_directory_leaves_out_the_unwanted(
    home: RunningNode, alice: Person, carol: Person, dave: Person
) -> None:
    """Who is blocked or muted; for others they stay."""
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/mute")

    assert await listed(alice) == ["dave", "alice"]
    assert sorted(await listed(dave)) == ["alice", "carol", "dave"]


async def test_a_mute_ends_by_itself(nodes: MakeNode) -> None:
    """`duration` in seconds: gone from the list, the relationship and the timelines when it is over, and nowhere before."""
    clock = StoppedClock()
    home = await nodes("acme", clock)
    alice, carol = await home.person("alice"), await home.person("carol")
    await follow(alice, carol)
    await posted(carol, "Hello")

    muted = await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/mute", json={"duration": 3600})
    [listed_mute] = await asked(alice, "GET", "/api/v1/mutes")
    during = await asked(alice, "GET", "/api/v1/timelines/home")
    clock.advance(timedelta(hours=1, seconds=1))

    [after] = await asked(alice, "GET", f"/api/v1/accounts/relationships?id[]={carol.id}")
    assert muted["muting_expires_at"] == listed_mute["mute_expires_at"] is not None
    assert (muted["muting"], len(during)) == (True, 0)
    assert (after["muting"], after["muting_notifications"], after["muting_expires_at"]) == (False, False, None)
    assert await asked(alice, "GET", "/api/v1/mutes") == []
    assert len(await asked(alice, "GET", "/api/v1/timelines/home")) == 1


async def test_a_common_follow_needs_no_other_node(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Only colleagues are suggested, whatever is known of elsewhere."""
    await follows(alice, bob, home, away)

    assert await suggested(alice) == []
