"""Filters on the pages: made and deleted in the settings, and what becomes of posts that meet one."""

from collections.abc import AsyncIterator

import pytest

from tests.support.journeys import asked, posted
from tests.support.nodes import Person, RunningNode
from tests.support.visitors import Visitor, visiting

FORM = {"words": "paint\nwet brush", "whole_words": "1", "place": "public", "way": "warn", "lifetime": "", "title": ""}


@pytest.fixture
async def visitor(home: RunningNode, alice: Person) -> AsyncIterator[Visitor]:
    """Alice at her browser."""
    async with visiting(home, alice) as visitor:
        yield visitor


async def test_a_filter_is_added_and_deleted(alice: Person, visitor: Visitor) -> None:
    """The same filters as those of any client; without a name it has its words for one."""
    page = await visitor.open("/settings/filters")
    done = await visitor.press(page, "/settings/filters", **FORM)
    page = await visitor.follow(done)
    [made] = await asked(alice, "GET", "/api/v2/filters")

    gone = await visitor.press(page, f"/settings/filters/{made['id']}/delete")

    assert (made["title"], made["context"], made["filter_action"]) == ("paint, wet brush", ["public"], "warn")
    assert [(one["keyword"], one["whole_word"]) for one in made["keywords"]] == [("paint", True), ("wet brush", True)]
    assert "paint, wet brush" in page.text
    assert gone.headers["location"] == "/settings/filters"
    assert await asked(alice, "GET", "/api/v2/filters") == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"words": " \n"}, "Write at least one word or phrase."),
        ({"place": ""}, "Choose at least one place where the filter counts."),
        ({"words": "x" * 600, "title": "long"}, "is too long (maximum is 512 characters)"),
        ({"lifetime": "7"}, "This form is not complete."),
        ({"way": "explode"}, "not included"),
    ],
)
async def test_a_form_that_cannot_be_comes_back_as_it_was(
    alice: Person, visitor: Visitor, fault: dict[str, str], reason: str
) -> None:
    """With the reason, and nothing is kept."""
    page = await visitor.open("/settings/filters")

    sent = {name: text or None for name, text in (FORM | fault).items()}
    answer = await visitor.press(page, "/settings/filters", **sent)

    assert answer.status_code == 422
    assert reason in answer.text
    assert await asked(alice, "GET", "/api/v2/filters") == []


@pytest.mark.parametrize("way", ["warn", "hide"])
async def test_a_post_that_meets_a_filter_is_folded_or_left_out(
    alice: Person, carol: Person, visitor: Visitor, way: str
) -> None:
    """Folded below the filter's name, or not there at all; a post without the word stands as ever, and on a page of its own so does the one with it."""
    status = await posted(carol, "Wet paint")
    await posted(carol, "All dry")
    wish = {
        "title": "No decorating",
        "context": ["public"],
        "filter_action": way,
        "keywords_attributes": [{"keyword": "paint"}],
    }
    await asked(alice, "POST", "/api/v2/filters", json=wish)

    listed = await visitor.open("/company")
    single = await visitor.open(f"/@carol/{status['id']}")

    assert ("Filtered: No decorating" in listed.text) is (way == "warn")
    assert ("Wet paint" in listed.text) is (way == "warn")
    assert "All dry" in listed.text
    assert "Wet paint" in single.text
    assert "Filtered" not in single.text


async def test_a_quoted_post_that_meets_a_filter_is_folded(
    home: RunningNode, alice: Person, carol: Person, visitor: Visitor
) -> None:
    """The post around it stays open."""
    dave = await home.person("dave")
    status = await posted(carol, "Wet paint")
    await posted(dave, "Look at this", quoted_status_id=status["id"])
    wish = {
        "title": "No decorating",
        "context": ["public"],
        "filter_action": "hide",
        "keywords_attributes": [{"keyword": "paint"}],
    }
    await asked(alice, "POST", "/api/v2/filters", json=wish)

    page = await visitor.open("/company")

    assert "Look at this" in page.text
    assert page.text.count("Filtered: No decorating") == 1


async def test_a_notification_about_a_post_that_is_left_out_is_left_out(
    alice: Person, carol: Person, visitor: Visitor
) -> None:
    """The one about another post stays."""
    wish = {
        "title": "x",
        "context": ["notifications"],
        "filter_action": "hide",
        "keywords_attributes": [{"keyword": "paint"}],
    }
    await asked(alice, "POST", "/api/v2/filters", json=wish)
    await posted(carol, "@alice wet paint")
    await posted(carol, "@alice all dry")

    page = await visitor.open("/notifications")

    assert "all dry" in page.text
    assert "wet paint" not in page.text


async def test_a_stranger_sees_no_filters(home: RunningNode) -> None:
    """The page asks who is there first."""
    answer = await home.client.get("/settings/filters", follow_redirects=False)

    assert answer.status_code == 303
    assert "/auth/sign_in" in answer.headers["location"]
