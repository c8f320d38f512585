"""Polls as client applications write, read and answer them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.support.clocks import StoppedClock
from tests.support.journeys import JSON, asked, notifications_of, posted, uploaded
from tests.support.nodes import MakeNode, Person, RunningNode

POLL = {"options": ["Tea", "Coffee"], "expires_in": 3600}


async def asked_by(person: Person, **poll: object) -> JSON:
    """The status of a poll that the person asks."""
    return await posted(person, "What to drink?", poll={**POLL, **poll})


async def votes(person: Person, status: JSON, *choices: int, status_code: int = 200) -> JSON:
    voted: JSON = await asked(
        person, "POST", f"/api/v1/polls/{status['poll']['id']}/votes", status_code, json={"choices": list(choices)}
    )
    return voted


async def poll_for(person: Person, status: JSON) -> JSON:
    poll: JSON = await asked(person, "GET", f"/api/v1/polls/{status['poll']['id']}")
    return poll


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def home(nodes: MakeNode, clock: StoppedClock) -> RunningNode:
    """The node whose clock the tests turn."""
    return await nodes("acme", clock=clock)


async def test_status_with_a_poll_carries_it(alice: Person) -> None:
    """The poll stands in the status as clients need it; its author counts as having voted."""
    status = await asked_by(alice)

    poll = status["poll"]
    assert [option["title"] for option in poll["options"]] == ["Tea", "Coffee"]
    assert [option["votes_count"] for option in poll["options"]] == [0, 0]
    assert (poll["expired"], poll["multiple"], poll["votes_count"], poll["voters_count"]) == (False, False, 0, 0)
    assert (poll["voted"], poll["own_votes"], poll["emojis"]) == (True, [], [])
    assert await poll_for(alice, status) == poll


async def test_poll_may_come_as_a_form(alice: Person) -> None:
    """Mastodon.py's dialect: brackets, numbers and booleans as text."""
    form = {"status": "?", "poll[options][]": ["Tea", "Coffee"], "poll[expires_in]": "3600", "poll[multiple]": "true"}

    status = await asked(alice, "POST", "/api/v1/statuses", data=form)

    assert status["poll"]["multiple"] is True
    assert len(status["poll"]["options"]) == 2


async def test_poll_needs_no_text_beside_it(alice: Person) -> None:
    """The question may stand in the options alone; an empty status without a poll is refused."""
    status = await asked(alice, "POST", "/api/v1/statuses", json={"status": "", "poll": POLL})
    await asked(alice, "POST", "/api/v1/statuses", 422, json={"status": ""})

    assert status["poll"]["options"][0]["title"] == "Tea"


@pytest.mark.parametrize(
    "poll",
    [
        {"options": ["Tea"], "expires_in": 3600},
        {"options": ["Tea", " "], "expires_in": 3600},
        {"options": ["Tea", "Tea"], "expires_in": 3600},
        {"options": ["1", "2", "3", "4", "5"], "expires_in": 3600},
        {"options": ["Tea", "x" * 51], "expires_in": 3600},
        {"options": ["Tea", "Coffee"], "expires_in": 299},
        {"options": ["Tea", "Coffee"], "expires_in": 2_629_747},
        {"options": ["Tea", "Coffee"]},
        {"options": ["Tea", "Coffee"], "expires_in": "soon"},
    ],
)
async def test_poll_beyond_what_the_instance_announces_is_refused(alice: Person, poll: dict[str, Any]) -> None:
    """Too few, blank, double, too many or too long options, and times that are no time for a poll; nothing is posted."""
    answer = await asked(alice, "POST", "/api/v1/statuses", 422, json={"status": "?", "poll": poll})

    assert answer["error"].startswith("Validation failed")
    assert await asked(alice, "GET", "/api/v1/timelines/home") == []


async def test_poll_at_its_limits_is_taken(alice: Person) -> None:
    """The twin of the above: what the instance announces is what may be posted."""
    limits = (await asked(alice, "GET", "/api/v2/instance"))["configuration"]["polls"]
    options = [f"{number}".ljust(limits["max_characters_per_option"], "x") for number in range(limits["max_options"])]

    for expires_in in (limits["min_expiration"], limits["max_expiration"]):
        status = await asked_by(alice, options=options, expires_in=expires_in)
        assert len(status["poll"]["options"]) == limits["max_options"]


async def test_poll_excludes_attachments(alice: Person) -> None:
    """A status has one or the other."""
    media_id = await uploaded(alice, "A cup")

    await asked(alice, "POST", "/api/v1/statuses", 422, json={"status": "?", "poll": POLL, "media_ids": [media_id]})

    await asked(alice, "POST", "/api/v1/statuses", json={"status": "?", "media_ids": [media_id]})


async def test_vote_is_counted_once(alice: Person, carol: Person) -> None:
    """The counts rise by one; a second vote is refused, for the same option and for another."""
    status = await asked_by(alice)

    voted = await votes(carol, status, 1)

    assert (voted["voted"], voted["own_votes"]) == (True, [1])
    assert [option["votes_count"] for option in voted["options"]] == [0, 1]
    assert (voted["votes_count"], voted["voters_count"]) == (1, 1)
    for choice in (0, 1):
        await votes(carol, status, choice, status_code=422)
    assert (await poll_for(alice, status))["votes_count"] == 1


async def test_several_choices_where_the_author_allows_them(alice: Person, carol: Person) -> None:
    """One voter, two votes; the same is refused in a poll of one choice."""
    several, one = await asked_by(alice, multiple=True), await asked_by(alice)

    voted = await votes(carol, several, 0, 1)
    await votes(carol, one, 0, 1, status_code=422)

    assert (voted["votes_count"], voted["voters_count"], voted["own_votes"]) == (2, 1, [0, 1])
    assert (await poll_for(carol, one))["voted"] is False


async def test_nobody_votes_in_an_own_poll(alice: Person, carol: Person) -> None:
    """The author is refused; a colleague may."""
    status = await asked_by(alice)

    refused = await votes(alice, status, 0, status_code=422)

    assert refused["error"] == "Validation failed: You cannot vote in your own polls"
    await votes(carol, status, 0)


@pytest.mark.parametrize("choices", [[2], [-1], ["x"], [], [0, 7], ["99999999999999999999"]])
async def test_choice_that_is_none_is_refused(alice: Person, carol: Person, choices: list[object]) -> None:
    """Nothing is counted, not even the part that exists."""
    status = await asked_by(alice, multiple=True)
    path = f"/api/v1/polls/{status['poll']['id']}/votes"

    await asked(carol, "POST", path, 422, json={"choices": choices})

    assert (await poll_for(carol, status))["votes_count"] == 0


async def test_who_does_not_see_the_status_has_no_poll(alice: Person, carol: Person) -> None:
    """404 for reading and voting alike, as for a poll that does not exist; whom the status names sees it."""
    hidden = await posted(alice, "Only for me?", "direct", poll=POLL)
    shown = await posted(alice, "And you @carol?", "direct", poll=POLL)

    for path, method in ((f"/api/v1/polls/{hidden['poll']['id']}", "GET"), ("/api/v1/polls/1", "GET")):
        await asked(carol, method, path, 404)
    await votes(carol, hidden, 0, status_code=404)

    assert (await votes(carol, shown, 0))["votes_count"] == 1


async def test_totals_are_hidden_until_the_end(
    alice: Person, carol: Person, home: RunningNode, clock: StoppedClock
) -> None:
    """While it runs, nobody sees who leads, not even the author; afterwards everybody does."""
    status = await asked_by(alice, hide_totals=True)

    voted = await votes(carol, status, 0)

    assert [option["votes_count"] for option in voted["options"]] == [None, None]
    assert [option["votes_count"] for option in (await poll_for(alice, status))["options"]] == [None, None]
    clock.advance(timedelta(hours=1))
    assert [option["votes_count"] for option in (await poll_for(carol, status))["options"]] == [1, 0]


async def test_poll_that_ended_takes_no_vote(alice: Person, carol: Person, clock: StoppedClock) -> None:
    """A millisecond before the end counts, the end itself does not."""
    status = await asked_by(alice)
    dave_votes_late = await asked_by(alice)
    clock.advance(timedelta(seconds=3600, milliseconds=-1))
    await votes(carol, status, 0)

    clock.advance(timedelta(milliseconds=1))

    refused = await votes(carol, dave_votes_late, 0, status_code=422)
    assert refused["error"] == "Validation failed: The poll has already ended"
    assert (await poll_for(carol, status))["expired"] is True


async def test_end_is_told_once_to_the_author_and_who_voted(
    alice: Person, carol: Person, dave: Person, home: RunningNode, clock: StoppedClock
) -> None:
    """Not before it, not twice, and not to somebody who did not vote."""
    status = await asked_by(alice)
    await votes(carol, status, 0)
    await home.settle()
    assert await notifications_of(carol, "poll") == []

    for _time in range(3):
        clock.advance(timedelta(hours=1))
        await home.settle()

    for person in (alice, carol):
        [told] = await notifications_of(person, "poll")
        assert told["status"]["id"] == status["id"]
        assert told["account"]["username"] == "alice"
    assert await notifications_of(dave, "poll") == []


async def test_edit_of_the_words_keeps_the_votes(alice: Person, carol: Person) -> None:
    """A poll that an edit does not mention, or repeats as it is, keeps what was counted."""
    status = await asked_by(alice)
    await votes(carol, status, 0)

    for change in ({"status": "What shall we drink?"}, {"status": "So?", "poll": POLL}):
        edited = await asked(alice, "PUT", f"/api/v1/statuses/{status['id']}", json=change)
        assert edited["poll"]["votes_count"] == 1


@pytest.mark.parametrize("change", [{"options": ["Tea", "Water"]}, {"multiple": True}])
async def test_edit_of_the_choices_ends_what_was_voted(alice: Person, carol: Person, change: dict[str, Any]) -> None:
    """Other options, or another way to choose: everybody votes anew, and the history shows what stood there."""
    status = await asked_by(alice)
    await votes(carol, status, 0)

    edited = await asked(
        alice, "PUT", f"/api/v1/statuses/{status['id']}", json={"status": "So?", "poll": {**POLL, **change}}
    )

    assert (edited["poll"]["votes_count"], edited["poll"]["voters_count"]) == (0, 0)
    assert (await poll_for(carol, status))["voted"] is False
    await votes(carol, status, 1)
    before, after = await asked(alice, "GET", f"/api/v1/statuses/{status['id']}/history")
    assert [option["title"] for option in before["poll"]["options"]] == ["Tea", "Coffee"]
    assert [option["title"] for option in after["poll"]["options"]] == change.get("options", ["Tea", "Coffee"])


async def test_edit_may_take_the_poll_away(alice: Person, carol: Person) -> None:
    """With an empty list of options; whoever asks for the poll finds none."""
    status = await asked_by(alice)
    await votes(carol, status, 0)

    edited = await asked(
        alice, "PUT", f"/api/v1/statuses/{status['id']}", json={"status": "Never mind", "poll": {"options": []}}
    )

    assert edited["poll"] is None
    await asked(carol, "GET", f"/api/v1/polls/{status['poll']['id']}", 404)


async def test_edit_does_not_open_a_poll_that_ended(alice: Person, carol: Person, clock: StoppedClock) -> None:
    """Clients repeat the poll with each edit: what is over stays over unless the choices are new."""
    status = await asked_by(alice)
    clock.advance(timedelta(hours=2))

    edited = await asked(alice, "PUT", f"/api/v1/statuses/{status['id']}", json={"status": "So?", "poll": POLL})

    assert edited["poll"]["expired"] is True
    await votes(carol, status, 0, status_code=422)


async def test_deletion_answers_the_poll_and_leaves_nothing_of_it(
    alice: Person, carol: Person, home: RunningNode
) -> None:
    """For delete and redraft; nobody's vote is kept."""
    status = await asked_by(alice)
    await votes(carol, status, 0)

    deleted = await asked(alice, "DELETE", f"/api/v1/statuses/{status['id']}")

    assert [option["title"] for option in deleted["poll"]["options"]] == ["Tea", "Coffee"]
    assert deleted["text"] == "What to drink?"
    with home.node.database.active():
        assert await home.node.database.value("SELECT count(*) FROM poll_vote") == 0
    await asked(carol, "GET", f"/api/v1/polls/{status['poll']['id']}", 404)


async def test_two_votes_at_once_count_as_one(alice: Person, carol: Person) -> None:
    """A second click while the first is under way: one of the two is refused."""
    status = await asked_by(alice)
    path = f"/api/v1/polls/{status['poll']['id']}/votes"

    answers = await asyncio.gather(*(carol.client.post(path, json={"choices": [choice]}) for choice in (0, 1)))

    assert sorted(answer.status_code for answer in answers) == [200, 422]
    poll = await poll_for(alice, status)
    assert (poll["votes_count"], poll["voters_count"]) == (1, 1)
