"""Announcements and the rules of the house, as clients get them."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from fediverse.actions import announcements, house_rules
from fediverse.actions.media import add_emoji
from fediverse.errors import Invalid, NotFound
from tests.support.clocks import StoppedClock
from tests.support.journeys import asked, at_work, picture
from tests.support.nodes import MakeNode, Person, RunningNode

PATH = "/api/v1/announcements"


async def announced(running: RunningNode, text: str = "We move on Monday", **more: object) -> str:
    async with at_work(running):
        return str(await announcements.publish(running.node, text, "tests", **more))  # type: ignore[arg-type]


async def test_everybody_reads_an_announcement_until_they_dismiss_it(
    home: RunningNode, alice: Person, carol: Person
) -> None:
    """For oneself alone; it can be asked for afterwards."""
    number = await announced(home, "We move on Monday #office <b>")

    [read] = await asked(alice, "GET", PATH)
    await asked(alice, "POST", f"{PATH}/{number}/dismiss")
    await asked(alice, "POST", f"{PATH}/{number}/dismiss")

    assert (read["id"], read["read"], [tag["name"] for tag in read["tags"]]) == (number, False, ["office"])
    assert "&lt;b&gt;" in read["content"]
    assert await asked(alice, "GET", PATH) == []
    [again] = await asked(alice, "GET", f"{PATH}?with_dismissed=true")
    assert again["read"] is True
    assert len(await asked(carol, "GET", PATH)) == 1


async def test_reactions_are_counted_and_not_named(home: RunningNode, alice: Person, carol: Person) -> None:
    """An emoji, or one of our own; given once by each, and taken back."""
    async with at_work(home):
        await add_emoji(home.node, "party", picture())
    number = await announced(home)
    thumb = quote("👍")

    for person in (alice, alice, carol):
        await asked(person, "PUT", f"{PATH}/{number}/reactions/{thumb}")
    await asked(carol, "PUT", f"{PATH}/{number}/reactions/party")

    [read] = await asked(alice, "GET", PATH)
    assert [(one["name"], one["count"], one["me"]) for one in read["reactions"]] == [
        ("👍", 2, True),
        ("party", 1, False),
    ]
    assert "/emoji/here/party" in read["reactions"][1]["url"]
    await asked(alice, "DELETE", f"{PATH}/{number}/reactions/{thumb}")
    await asked(alice, "DELETE", f"{PATH}/{number}/reactions/{thumb}")
    [after] = await asked(alice, "GET", PATH)
    assert [one["name"] for one in after["reactions"] if not one["me"]] == ["👍", "party"]


@pytest.mark.parametrize("name", ["hello", "unknown_shortcode", "👍👍", "1", "<b>"])
async def test_what_is_no_emoji_is_no_reaction(home: RunningNode, alice: Person, name: str) -> None:
    """An emoji is taken in the same place."""
    number = await announced(home)

    await asked(alice, "PUT", f"{PATH}/{number}/reactions/{quote(name)}", 422)
    await asked(alice, "PUT", f"{PATH}/{number}/reactions/{quote('🎉')}")


async def test_there_are_eight_kinds_of_reaction_at_most(home: RunningNode, alice: Person, carol: Person) -> None:
    """A ninth is refused; one of the eight is not."""
    number = await announced(home)
    for emoji in "😀😁😂😃😄😅😆😇":
        await asked(alice, "PUT", f"{PATH}/{number}/reactions/{quote(emoji)}")

    await asked(carol, "PUT", f"{PATH}/{number}/reactions/{quote('🎉')}", 422)
    await asked(carol, "PUT", f"{PATH}/{number}/reactions/{quote('😀')}")


async def test_an_announcement_ends(nodes: MakeNode) -> None:
    """From then on it is no more, for reactions either; one without an end stays."""
    clock = StoppedClock()
    home = await nodes("acme", clock)
    alice = await home.person("alice")
    ends = await announced(home, "Until tomorrow", ends_at=clock.now() + timedelta(days=1))
    stays = await announced(home, "For good")

    clock.advance(timedelta(days=2))

    assert [one["id"] for one in await asked(alice, "GET", PATH)] == [stays]
    await asked(alice, "PUT", f"{PATH}/{ends}/reactions/{quote('🎉')}", 404)
    await asked(alice, "POST", f"{PATH}/{ends}/dismiss", 404)


async def test_an_announcement_is_taken_back(home: RunningNode, alice: Person) -> None:
    """With what people did with it; and once."""
    number = await announced(home)
    await asked(alice, "PUT", f"{PATH}/{number}/reactions/{quote('🎉')}")
    await asked(alice, "POST", f"{PATH}/{number}/dismiss")

    async with at_work(home):
        await announcements.remove(home.node, int(number), "tests")
        with pytest.raises(NotFound):
            await announcements.remove(home.node, int(number), "tests")

    assert await asked(alice, "GET", f"{PATH}?with_dismissed=true") == []


async def test_an_announcement_that_cannot_be_is_refused(home: RunningNode) -> None:
    """Without a word, with too many, or over before it begins."""
    now = home.node.clock.now()
    async with at_work(home):
        for text, ends_at in (("  ", None), ("x" * 5001, None), ("Yesterday", now - timedelta(days=1))):
            with pytest.raises(Invalid):
                await announcements.publish(home.node, text, "tests", ends_at=ends_at)


async def test_rules_of_the_house_stand_in_the_instance(home: RunningNode, alice: Person) -> None:
    """In their order; a rule that is struck is gone."""
    async with at_work(home):
        first = await house_rules.add(home.node, "Be kind", "To everybody", "tests")
        await house_rules.add(home.node, "No shouting", "", "tests")
    texts = [rule["text"] for rule in await asked(alice, "GET", "/api/v1/instance/rules")]

    async with at_work(home):
        await house_rules.remove(home.node, first, "tests")
        with pytest.raises(Invalid):
            await house_rules.add(home.node, " ", "", "tests")

    assert texts == ["Be kind", "No shouting"]
    for version in ("v1", "v2"):
        found = (await home.client.get(f"/api/{version}/instance")).json()["rules"]
        assert [rule["text"] for rule in found] == ["No shouting"]
