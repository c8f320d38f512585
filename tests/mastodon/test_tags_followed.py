"""Tags that one follows, and tags that one shows (reference: client API, sections 2.2 and 3)."""

from typing import Any

import pytest

from fediverse.actions import access
from tests.support.journeys import asked, follow, posted, texts_of
from tests.support.nodes import Person, RunningNode, settle_all


async def follow_tag(person: Person, name: str) -> dict[str, Any]:
    tag: dict[str, Any] = await asked(person, "POST", f"/api/v1/tags/{name}/follow")
    return tag


async def homes(*people: Person) -> list[int]:
    """How many posts stand in each home timeline."""
    return [len(await texts_of(person)) for person in people]


async def test_a_tag_is_followed_and_unfollowed(alice: Person) -> None:
    """Also one that nobody used yet, in any case; the second time changes nothing."""
    followed = await follow_tag(alice, "Paint")
    await follow_tag(alice, "paint")
    listed = await asked(alice, "GET", "/api/v1/followed_tags")
    unfollowed = await asked(alice, "POST", "/api/v1/tags/PAINT/unfollow")

    assert (followed["name"], followed["following"]) == ("paint", True)
    assert [(tag["name"], tag["following"]) for tag in listed] == [("paint", True)]
    assert unfollowed["following"] is False
    assert await asked(alice, "GET", "/api/v1/followed_tags") == []


@pytest.mark.parametrize("name", ["two words", "123", "a-b", "%"])
async def test_what_is_no_tag_is_not_followed(name: str, alice: Person) -> None:
    """404, and nothing is listed."""
    await asked(alice, "POST", f"/api/v1/tags/{name.replace('%', '%25')}/follow", 404)

    assert await asked(alice, "GET", "/api/v1/followed_tags") == []


async def test_followed_tags_are_paged(alice: Person) -> None:
    """By the follow of the tag: the Link header leads to the rest."""
    for name in ("paint", "varnish"):
        await follow_tag(alice, name)

    first = await alice.client.get("/api/v1/followed_tags?limit=1")
    second = await alice.client.get(first.links["next"]["url"])

    assert [tag["name"] for tag in first.json() + second.json()] == ["varnish", "paint"]


async def test_a_followed_tag_brings_strangers_posts_home(alice: Person, carol: Person, dave: Person) -> None:
    """Public ones alone: a quiet or a narrow post of a stranger stays where it is. Whoever does not follow the tag sees none."""
    await follow_tag(alice, "paint")

    await posted(carol, "Blue #Paint")
    await posted(carol, "Quiet #paint", "unlisted")
    await posted(carol, "@dave #paint", "direct")
    await posted(carol, "Nothing of it")

    assert await homes(alice, dave) == [1, 0]
    await asked(alice, "POST", "/api/v1/tags/paint/unfollow")
    assert await homes(alice) == [0]


async def test_a_followed_tag_brings_posts_of_other_nodes_home(
    home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person
) -> None:
    """What reached this node because a colleague follows its author, and nothing else."""
    await follow_tag(alice, "paint")
    await follow(carol, bob)
    await settle_all(home, away)

    await posted(bob, "Blue #paint")
    await posted(bob, "Grey")
    await settle_all(home, away)

    assert await homes(alice, carol) == [1, 2]


async def test_an_edit_brings_a_post_home_by_its_new_tag(alice: Person, carol: Person) -> None:
    """Whoever forgot the tag adds it."""
    await follow_tag(alice, "paint")
    status = await posted(carol, "Blue")

    before = await homes(alice)
    await asked(carol, "PUT", f"/api/v1/statuses/{status['id']}", json={"status": "Blue #paint"})

    assert (before, await homes(alice)) == ([0], [1])


@pytest.mark.parametrize("how", ["block", "mute", "exclusive list"])
async def test_a_followed_tag_brings_nothing_of_the_unwanted(
    how: str, alice: Person, carol: Person, dave: Person
) -> None:
    """Whom one blocked, muted or keeps in an exclusive list does not come in by a tag; others do."""
    await follow_tag(alice, "paint")
    if how == "exclusive list":
        await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow")
        made = await asked(alice, "POST", "/api/v1/lists", json={"title": "Apart", "exclusive": True})
        await asked(alice, "POST", f"/api/v1/lists/{made['id']}/accounts", json={"account_ids": [str(carol.id)]})
    else:
        await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/{how}")

    await posted(carol, "Blue #paint")
    unwanted = await homes(alice)
    await posted(dave, "Red #paint")

    assert (unwanted, await homes(alice)) == ([0], [1])


async def test_an_unfollowed_tag_leaves_the_posts_of_the_followed(alice: Person, carol: Person) -> None:
    """What stands in the home timeline for another reason stays there: one's own, the followed, another tag."""
    for name in ("paint", "varnish"):
        await follow_tag(alice, name)
    await posted(alice, "My #paint")
    await posted(carol, "Blue #paint")
    await posted(carol, "Blue #paint #varnish")

    await asked(alice, "POST", "/api/v1/tags/paint/unfollow")

    assert await homes(alice) == [2]


async def test_a_tag_tells_its_use_of_a_week(alice: Person, carol: Person) -> None:
    """Seven days, today first, numbers as texts; posts for some do not count."""
    await posted(alice, "#paint")
    await posted(alice, "#paint again")
    await posted(carol, "#paint")
    await posted(carol, "#paint for friends", "private")

    tag = await asked(carol, "GET", "/api/v1/tags/paint")

    assert [(day["uses"], day["accounts"]) for day in tag["history"]] == [("3", "2")] + [("0", "0")] * 6
    assert [
        int(one["day"]) - int(two["day"]) for one, two in zip(tag["history"], tag["history"][1:], strict=False)
    ] == [86400] * 6
    assert (tag["following"], tag["featuring"]) == (False, False)


async def test_a_tag_is_shown_on_the_profile(alice: Person, carol: Person) -> None:
    """With how often it was used for everybody, and when last; colleagues see it."""
    await posted(alice, "Blue #paint")
    await posted(alice, "Secret #paint", "private")

    made = await asked(alice, "POST", "/api/v1/featured_tags", data={"name": "#Paint"})

    seen = await asked(carol, "GET", f"/api/v1/accounts/{alice.id}/featured_tags")
    assert (made["name"], made["statuses_count"], made["url"]) == (
        "paint",
        "1",
        "http://acme.localhost:8001/@alice?tagged=paint",
    )
    assert seen == [made] == await asked(alice, "GET", "/api/v1/featured_tags")
    assert len(seen[0]["last_status_at"]) == len("2026-11-23")
    assert (await asked(alice, "GET", "/api/v1/tags/paint"))["featuring"] is True
    assert (await asked(carol, "GET", "/api/v1/tags/paint"))["featuring"] is False


async def test_a_shown_tag_is_taken_down_by_its_owner_only(alice: Person, carol: Person) -> None:
    """By the id that the list gives; another person's is unknown."""
    made = await asked(alice, "POST", "/api/v1/featured_tags", json={"name": "paint"})

    await asked(carol, "DELETE", f"/api/v1/featured_tags/{made['id']}", 404)
    still = await asked(alice, "GET", "/api/v1/featured_tags")
    await asked(alice, "DELETE", f"/api/v1/featured_tags/{made['id']}")

    assert (still, await asked(alice, "GET", "/api/v1/featured_tags")) == ([made], [])


async def test_tags_are_shown_by_name_too(alice: Person) -> None:
    """`tags/:name/feature` and `unfeature`, since 4.4."""
    shown = await asked(alice, "POST", "/api/v1/tags/paint/feature")
    hidden = await asked(alice, "POST", "/api/v1/tags/paint/unfeature")

    assert (shown["featuring"], hidden["featuring"]) == (True, False)


async def test_ten_tags_are_shown_at_most(alice: Person) -> None:
    """The eleventh is refused, as is what is no tag; the first again is not one more."""
    for number in range(10):
        await asked(alice, "POST", "/api/v1/featured_tags", json={"name": f"tag{number}"})

    await asked(alice, "POST", "/api/v1/featured_tags", 422, json={"name": "one_more"})
    await asked(alice, "POST", "/api/v1/featured_tags", 422, json={"name": "not one"})
    await asked(alice, "POST", "/api/v1/featured_tags", json={"name": "tag0"})

    assert len(await asked(alice, "GET", "/api/v1/featured_tags")) == 10


async def test_what_one_writes_about_is_suggested(alice: Person, carol: Person) -> None:
    """One's own tags that are not shown yet, the most used first."""
    for text in ("#paint", "#paint #varnish", "#shown"):
        await posted(alice, text)
    await posted(carol, "#others")
    await asked(alice, "POST", "/api/v1/featured_tags", json={"name": "shown"})

    suggested = await asked(alice, "GET", "/api/v1/featured_tags/suggestions")

    assert [tag["name"] for tag in suggested] == ["paint", "varnish"]


async def test_tags_need_their_scopes(home: RunningNode, alice: Person) -> None:
    """A token that reads follows follows no tag."""
    with home.node.database.active():
        token = await access.issue_token(home.node, alice.id, ["read:follows"])
    reader = home.browser({"authorization": f"Bearer {token}"})

    answers = [
        (await reader.request(method, path)).status_code
        for method, path in (
            ("GET", "/api/v1/followed_tags"),
            ("POST", "/api/v1/tags/x/follow"),
            ("GET", "/api/v1/featured_tags"),
        )
    ]

    assert answers == [200, 403, 403]
