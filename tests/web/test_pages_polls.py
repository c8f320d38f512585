"""Polls and posts for later on the pages, without scripts: ask, choose, see how it stands; write for tomorrow, move it, think better of it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.support.clocks import StoppedClock
from tests.support.journeys import asked, posted, texts_of
from tests.support.nodes import MakeNode, Person, RunningNode
from tests.support.visitors import Visitor, fields_of, visiting

POLL = {"options": ["Tea", "Coffee"], "expires_in": 3600}


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def home(nodes: MakeNode, clock: StoppedClock) -> RunningNode:
    return await nodes("acme", clock=clock)


@pytest.fixture
async def visitor(home: RunningNode, alice: Person) -> AsyncIterator[Visitor]:
    """Alice at her browser."""
    async with visiting(home, alice) as visitor:
        yield visitor


async def test_poll_is_asked_with_the_form(alice: Person, visitor: Visitor) -> None:
    """Fields that stay empty are nothing to choose; the rest is as in any client."""
    page = await visitor.open("/compose")

    answer = await visitor.press(
        page, "/compose", text="Lunch?", poll_option_0="Soup", poll_option_1="", poll_option_2="Salad",
        poll_duration="3600", poll_multiple="1", poll_hide="1",
    )  # fmt: skip

    assert answer.status_code == 303, answer.text
    [status] = await asked(alice, "GET", "/api/v1/timelines/home")
    assert [option["title"] for option in status["poll"]["options"]] == ["Soup", "Salad"]
    assert status["poll"]["multiple"] is True
    assert status["poll"]["options"][0]["votes_count"] is None
    assert status["poll"]["expires_at"] == "2026-11-23T13:00:00.000Z"


async def test_poll_that_is_none_comes_back_as_it_was_typed(alice: Person, visitor: Visitor) -> None:
    """One choice is no choice: the form says so, and nobody types twice."""
    page = await visitor.open("/compose")

    answer = await visitor.press(page, "/compose", text="Lunch?", poll_option_0="Soup", poll_duration="604800")

    assert answer.status_code == 422
    assert 'name="poll_option_0" value="Soup"' in answer.text
    assert '<option value="604800" selected>' in answer.text
    assert "more than one item" in answer.text
    assert await texts_of(alice) == []


async def test_vote_with_the_form_and_see_how_it_stands(alice: Person, carol: Person, visitor: Visitor) -> None:
    """Before it there are choices, after it bars with one's own choice marked."""
    status = await posted(carol, "Drink?", poll=POLL)
    page = await visitor.open(f"/@carol/{status['id']}")
    assert 'type="radio" name="choice"' in page.text

    answer = await visitor.press(page, f"/polls/{status['poll']['id']}/vote", choice="1")
    after = await visitor.open(f"/@carol/{status['id']}")

    assert answer.status_code == 303
    assert 'name="choice"' not in after.text
    assert 'value="100"' in after.text
    assert "Your choice" in after.text
    assert "1 person took part" in after.text


async def test_author_sees_bars_and_no_form(alice: Person, visitor: Visitor) -> None:
    """Nobody votes in an own poll."""
    status = await posted(alice, "Drink?", poll=POLL)

    page = await visitor.open(f"/@alice/{status['id']}")

    assert 'name="choice"' not in page.text
    assert "0 people took part" in page.text


async def test_vote_for_nothing_is_refused(carol: Person, visitor: Visitor) -> None:
    """A form without a choice, or with one that does not exist, counts for nothing."""
    status = await posted(carol, "Drink?", poll=POLL)
    page = await visitor.open(f"/@carol/{status['id']}")

    for choice in (None, "7", "x"):
        answer = await visitor.press(page, f"/polls/{status['poll']['id']}/vote", choice=choice)
        assert answer.status_code == 422

    assert (await asked(carol, "GET", f"/api/v1/polls/{status['poll']['id']}"))["votes_count"] == 0


async def test_options_are_text(carol: Person, visitor: Visitor) -> None:
    """Markup in an option is shown and not obeyed."""
    status = await posted(carol, "Drink?", poll={**POLL, "options": ["<b>Tea</b>", "<script>1</script>"]})

    page = await visitor.open(f"/@carol/{status['id']}")

    assert "&lt;b&gt;Tea&lt;/b&gt;" in page.text
    assert "<script>1" not in page.text


async def test_earlier_versions_show_what_could_be_chosen(alice: Person, visitor: Visitor) -> None:
    """Who voted for something else than what stands there now can see so."""
    status = await posted(alice, "Drink?", poll=POLL)
    change = {"status": "Drink?", "poll": {**POLL, "options": ["Water", "Wine"]}}
    await asked(alice, "PUT", f"/api/v1/statuses/{status['id']}", json=change)

    page = await visitor.open(f"/@alice/{status['id']}/history")

    assert all(option in page.text for option in ("Tea", "Coffee", "Water", "Wine"))


async def test_post_for_later_waits_on_its_page(
    alice: Person, visitor: Visitor, home: RunningNode, clock: StoppedClock
) -> None:
    """Without scripts the field is UTC. The page lists it; at its time it is out and off the list."""
    page = await visitor.open("/compose")

    answer = await visitor.press(page, "/compose", text="Good morning", later="2026-11-24T09:00")
    listed = await visitor.open("/scheduled")

    assert (answer.status_code, answer.headers["location"]) == (303, "/scheduled")
    assert "Good morning" in listed.text
    assert "24 November 2026, 09:00 UTC" in listed.text
    assert await texts_of(alice) == []
    clock.advance(timedelta(hours=21))
    await home.settle()
    assert await texts_of(alice) == ["Good morning"]
    assert "Good morning" not in (await visitor.open("/scheduled")).text


async def test_moment_of_the_readers_own_clock_counts(alice: Person, visitor: Visitor) -> None:
    """What the script adds says the same moment in UTC."""
    page = await visitor.open("/compose")

    form = {**fields_of(page, "/compose"), "later": "2026-11-24T11:00", "later_utc": "2026-11-24T09:00:00.000Z"}
    await visitor.client.post("/compose", data={**form, "text": "x"})

    [waiting] = await asked(alice, "GET", "/api/v1/scheduled_statuses")
    assert waiting["scheduled_at"] == "2026-11-24T09:00:00.000Z"


async def test_moment_that_is_too_near_comes_back_with_the_text(alice: Person, visitor: Visitor) -> None:
    """Nothing is out at once that was meant for later."""
    page = await visitor.open("/compose")

    for later in ("2026-11-23T12:01", "tomorrow"):
        answer = await visitor.press(page, "/compose", text="Good morning", later=later)
        assert answer.status_code == 422
        assert "Good morning" in answer.text

    assert await texts_of(alice) == []
    assert await asked(alice, "GET", "/api/v1/scheduled_statuses") == []


async def test_post_for_later_is_moved_and_cancelled(alice: Person, carol: Person, visitor: Visitor) -> None:
    """From its page; somebody else's is not found."""
    mine, hers = [
        await asked(person, "POST", "/api/v1/statuses", json={"status": "x", "scheduled_at": "2026-11-24T09:00:00Z"})
        for person in (alice, carol)
    ]
    page = await visitor.open("/scheduled")

    moved = await visitor.press(page, f"/scheduled/{mine['id']}/move", later="2026-11-25T09:00")
    [waiting] = await asked(alice, "GET", "/api/v1/scheduled_statuses")
    form = fields_of(page, f"/scheduled/{mine['id']}/move")
    cancelled, refused = [
        await visitor.client.post(f"/scheduled/{one['id']}/cancel", data=form) for one in (mine, hers)
    ]

    assert (moved.status_code, cancelled.status_code, refused.status_code) == (303, 303, 404)
    assert waiting["scheduled_at"] == "2026-11-25T09:00:00.000Z"
    assert await asked(alice, "GET", "/api/v1/scheduled_statuses") == []
    assert len(await asked(carol, "GET", "/api/v1/scheduled_statuses")) == 1


async def test_reason_why_it_was_not_published_stands_on_the_page(
    alice: Person, carol: Person, visitor: Visitor, home: RunningNode, clock: StoppedClock
) -> None:
    """In the reader's language."""
    gone = await posted(carol, "Gone tomorrow")
    body = {"status": "Answer", "in_reply_to_id": gone["id"], "scheduled_at": "2026-11-24T09:00:00Z"}
    await asked(alice, "POST", "/api/v1/statuses", json=body)
    await asked(carol, "DELETE", f"/api/v1/statuses/{gone['id']}")
    clock.advance(timedelta(hours=21))
    await home.settle()

    page = await visitor.open("/scheduled")

    assert "The post that this answers or quotes is gone" in page.text
