"""Lists, followed tags, private notes and the directory on the pages; the verbs are those of every client."""

from collections.abc import AsyncIterator

import pytest

from tests.support.journeys import asked, posted
from tests.support.nodes import Person, RunningNode
from tests.support.visitors import Visitor, visiting


@pytest.fixture
async def visitor(home: RunningNode, alice: Person) -> AsyncIterator[Visitor]:
    """Alice at her browser."""
    async with visiting(home, alice) as visitor:
        yield visitor


async def made(person: Person, title: str = "Paint") -> str:
    return str((await asked(person, "POST", "/api/v1/lists", json={"title": title}))["id"])


async def test_a_list_is_made_changed_and_deleted_on_the_pages(alice: Person, visitor: Visitor) -> None:
    """From an empty page to an empty page."""
    empty = await visitor.open("/lists")

    edit = await visitor.follow(await visitor.press(empty, "/lists/create", title="Paint"))
    [one] = await asked(alice, "GET", "/api/v1/lists")
    path = f"/lists/{one['id']}"
    shown = await visitor.follow(
        await visitor.press(edit, f"{path}/edit", title="Varnish", replies_policy="none", exclusive="1")
    )
    [changed] = await asked(alice, "GET", "/api/v1/lists")
    await visitor.press(await visitor.open(f"{path}/edit"), f"{path}/delete")

    assert "No lists yet" in empty.text
    assert "<h1>Varnish</h1>" in shown.text
    assert changed == {"id": one["id"], "title": "Varnish", "replies_policy": "none", "exclusive": True}
    assert await asked(alice, "GET", "/api/v1/lists") == []


async def test_a_list_without_a_name_is_refused_on_the_page(alice: Person, visitor: Visitor) -> None:
    """422 with the form, and the sentence in it."""
    answer = await visitor.press(await visitor.open("/lists"), "/lists/create", title=" ")

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert await asked(alice, "GET", "/api/v1/lists") == []


async def test_a_person_is_put_into_a_list_from_the_profile(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """And shown on its timeline; taken off from the list's own page."""
    number = await made(alice)
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow")
    await posted(carol, "Varnish dries")

    profile = await visitor.follow(await visitor.press(await visitor.open("/@carol"), f"/lists/{number}/add"))
    timeline = await visitor.open(f"/lists/{number}")
    edit = await visitor.open(f"/lists/{number}/edit")
    await visitor.press(edit, f"/lists/{number}/remove")

    assert f'action="/lists/{number}/remove"' in profile.text
    assert "Varnish dries" in timeline.text
    assert "@carol" in edit.text
    assert await asked(alice, "GET", f"/api/v1/lists/{number}/accounts") == []


async def test_a_stranger_is_offered_no_lists(alice: Person, carol: Person, visitor: Visitor) -> None:
    """The twin: without a follow the profile has no such button."""
    number = await made(alice)

    profile = await visitor.open("/@carol")

    assert f"/lists/{number}" not in profile.text
    assert "Follow somebody to put them into a list." in profile.text


async def test_anothers_list_is_404_on_the_pages(carol: Person, visitor: Visitor) -> None:
    """The same answer as for one that does not exist."""
    number = await made(carol)

    answers = [
        (await visitor.open(path)).status_code for path in (f"/lists/{number}", f"/lists/{number}/edit", "/lists/5")
    ]

    assert answers == [404, 404, 404]


async def test_a_tag_is_followed_on_its_page(alice: Person, carol: Person, visitor: Visitor) -> None:
    """And listed, and unfollowed there."""
    await posted(carol, "Blue #paint")

    followed = await visitor.follow(await visitor.press(await visitor.open("/tags/paint"), "/tags/paint/follow"))
    listed = await visitor.open("/tags")
    [tag] = await asked(alice, "GET", "/api/v1/followed_tags")
    await visitor.press(listed, "/tags/paint/unfollow")

    assert 'action="/tags/paint/unfollow"' in followed.text
    assert "#paint" in listed.text
    assert tag["name"] == "paint"
    assert await asked(alice, "GET", "/api/v1/followed_tags") == []


async def test_a_private_note_is_kept_on_the_profile(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """Alice reads it there; Carol does not."""
    page = await visitor.open("/@carol")

    page = await visitor.follow(
        await visitor.press(page, f"/accounts/{carol.id}/note", comment="Ask her about <paint>")
    )
    async with visiting(home, carol) as other:
        own = await other.open("/@carol")

    assert "Ask her about &lt;paint&gt;</textarea>" in page.text
    assert "Ask her about" not in own.text


async def test_a_profile_shows_the_tags_of_its_owner(carol: Person, visitor: Visitor) -> None:
    """With a link to what was posted under each."""
    await posted(carol, "Blue #paint")
    await posted(carol, "Something else")
    await asked(carol, "POST", "/api/v1/featured_tags", json={"name": "paint"})

    profile = await visitor.open("/@carol")
    tagged = await visitor.open("/@carol?tagged=paint")

    assert 'href="/@carol?tagged=paint"' in profile.text
    assert "Tagged #paint" in tagged.text
    assert "Something else" in profile.text
    assert "Something else" not in tagged.text


async def test_the_directory_is_sorted_on_the_page(alice: Person, carol: Person, visitor: Visitor) -> None:
    """By who posted last, or by who came last."""
    await posted(alice, "Hello")

    active, new = await visitor.open("/people"), await visitor.open("/people?order=new")

    assert active.text.index('href="/@carol"') > active.text.index('class="account-row"')
    assert new.text.rindex('href="/@alice"') > new.text.index('href="/@carol"')
    assert 'href="/people?order=new" aria-current="true"' in new.text


async def test_the_pages_speak_french(alice: Person, visitor: Visitor) -> None:
    """As everywhere."""
    number = await made(alice)

    texts = [
        (await visitor.open(path, **{"accept-language": "fr"})).text
        for path in ("/lists", f"/lists/{number}/edit", "/tags", "/people")
    ]

    for text, word in zip(
        texts, ("Créer une liste", "Modifier la liste", "Mots-dièse suivis", "Nouvelles arrivées"), strict=True
    ):
        assert word in text
