"""Polls across two real nodes, whose clocks stand still until a test turns them: asked here, answered there, counted once, ended everywhere."""

from datetime import timedelta

import pytest

from tests.support.clocks import StoppedClock
from tests.support.journeys import JSON, asked, copy_of, everything_in, follows, notifications_of, posted, seen
from tests.support.nodes import MakeNode, Person, RunningNode, settle_all

POLL = {"options": ["Tea", "Coffee"], "expires_in": 3600}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def home(nodes: MakeNode, clock: StoppedClock) -> RunningNode:
    return await nodes("acme", clock=clock)


@pytest.fixture
async def away(home: RunningNode, nodes: MakeNode, clock: StoppedClock) -> RunningNode:
    beta = await nodes("beta", clock=clock)
    await home.allow(beta.host)
    await beta.allow(home.host)
    return beta


async def asked_by(person: Person, follower: Person, *running: RunningNode, **more: object) -> tuple[JSON, JSON]:
    """A poll of *person*, and the copy of it that the follower at the other node has."""
    await follows(follower, person, *running)
    status = await posted(person, "What to drink?", poll={**POLL, **more})
    await settle_all(*running)
    return status, await copy_of(follower, status)


async def vote(person: Person, status: JSON, *choices: int, code: int = 200) -> JSON:
    voted: JSON = await asked(
        person, "POST", f"/api/v1/polls/{status['poll']['id']}/votes", code, json={"choices": list(choices)}
    )
    return voted


async def counts(person: Person, status: JSON) -> list[int | None]:
    poll = await asked(person, "GET", f"/api/v1/polls/{status['poll']['id']}")
    return [option["votes_count"] for option in poll["options"]]


async def test_poll_arrives_as_a_poll(alice: Person, bob: Person, home: RunningNode, away: RunningNode) -> None:
    """With its options, its end and how to choose; not as text."""
    status, copy = await asked_by(alice, bob, home, away, multiple=True)

    assert [option["title"] for option in copy["poll"]["options"]] == ["Tea", "Coffee"]
    assert copy["poll"]["multiple"] is True
    assert copy["poll"]["expires_at"] == status["poll"]["expires_at"]
    assert copy["poll"]["voted"] is False
    assert copy["content"] == status["content"]


async def test_vote_travels_and_the_count_comes_back(
    alice: Person, carol: Person, bob: Person, home: RunningNode, away: RunningNode, clock: StoppedClock
) -> None:
    """Bob votes at his node, Carol at Alice's; after a minute both nodes say the same. No post, no notification comes of a vote."""
    status, copy = await asked_by(alice, bob, home, away)

    assert (await vote(bob, copy, 1))["own_votes"] == [1]
    await settle_all(home, away)
    await vote(carol, status, 0)
    assert await counts(alice, status) == [1, 1]
    assert await counts(bob, copy) == [0, 1]
    clock.advance(MINUTE)
    await settle_all(home, away)

    assert await counts(bob, copy) == [1, 1]
    shown = await asked(bob, "GET", f"/api/v1/polls/{copy['poll']['id']}")
    assert (shown["voters_count"], shown["own_votes"], shown["voted"]) == (2, [1], True)
    assert (await copy_of(bob, status))["edited_at"] is None
    assert [one["content"] for one in await asked(alice, "GET", "/api/v1/timelines/home")] == [status["content"]]
    assert await notifications_of(alice, "mention") == []
    context = await asked(alice, "GET", f"/api/v1/statuses/{status['id']}/context")
    assert context["descendants"] == []
    assert (await asked(alice, "GET", f"/api/v1/statuses/{status['id']}"))["replies_count"] == 0


async def test_vote_travels_the_other_way(
    alice: Person, bob: Person, home: RunningNode, away: RunningNode, clock: StoppedClock
) -> None:
    """The same with the poll at the other node."""
    status, copy = await asked_by(bob, alice, home, away, multiple=True)

    await vote(alice, copy, 0, 1)
    await settle_all(home, away)

    assert await counts(bob, status) == [1, 1]
    poll = await asked(bob, "GET", f"/api/v1/polls/{status['poll']['id']}")
    assert poll["voters_count"] == 1


async def test_many_votes_are_told_together(
    alice: Person, carol: Person, bob: Person, home: RunningNode, away: RunningNode, clock: StoppedClock
) -> None:
    """One Update a minute, however many vote; and none when nobody does."""
    status, _copy = await asked_by(alice, bob, home, away)
    for name in ("eve", "finn", "gus"):
        await vote(await home.person(name), status, 0)
    await vote(carol, status, 1)

    for _time in range(5):
        clock.advance(MINUTE)
        await settle_all(home, away)

    with home.node.database.active():
        told = await home.node.database.value("SELECT count(*) FROM outbound_activity WHERE type = 'Update'")
    assert told == 1


async def test_vote_goes_to_the_author_alone(
    alice: Person, bob: Person, home: RunningNode, away: RunningNode, nodes: MakeNode, clock: StoppedClock
) -> None:
    """A third node that has the poll too learns the count and not who voted; no outbox shows a vote."""
    third = await nodes("delta", clock=clock)
    for one in (home, away):
        await one.allow(third.host)
        await third.allow(one.host)
    dora = await third.person("dora")
    await follows(dora, alice, home, third)
    await follows(dora, bob, away, third)
    status, copy = await asked_by(alice, bob, home, away, hide_totals=False)
    await settle_all(home, away, third)

    await vote(bob, copy, 1)
    await settle_all(home, away, third)
    clock.advance(MINUTE)
    await settle_all(home, away, third)

    theirs = await copy_of(dora, status)
    assert [option["votes_count"] for option in theirs["poll"]["options"]] == [0, 1]
    assert "#votes/" not in await everything_in(third)
    assert "#votes/" in await everything_in(home)


async def test_hidden_totals_stay_hidden_there_too(
    alice: Person, bob: Person, home: RunningNode, away: RunningNode, clock: StoppedClock
) -> None:
    """No number leaves the node before the end; the end tells them all."""
    status, copy = await asked_by(alice, bob, home, away, hide_totals=True)
    await vote(bob, copy, 1)
    clock.advance(MINUTE)
    await settle_all(home, away)
    assert await counts(bob, copy) == [None, None]

    clock.advance(timedelta(hours=1))
    await settle_all(home, away)

    assert await counts(bob, copy) == [0, 1]
    assert await counts(alice, status) == [0, 1]


async def test_end_is_told_everywhere(
    alice: Person, bob: Person, home: RunningNode, away: RunningNode, clock: StoppedClock
) -> None:
    """The author at home and the voter at the other node hear of it once, and nobody votes any more."""
    status, copy = await asked_by(alice, bob, home, away)
    await vote(bob, copy, 1)
    await settle_all(home, away)

    for _time in range(2):
        clock.advance(timedelta(hours=1))
        await settle_all(home, away)

    [told] = await notifications_of(bob, "poll")
    assert told["account"]["acct"] == alice.handle
    assert len(await notifications_of(alice, "poll")) == 1
    assert (await copy_of(bob, status))["poll"]["expired"] is True
    await vote(await away.person("eve"), copy, 0, code=422)


async def test_edit_of_the_choices_ends_the_votes_there_too(
    alice: Person, bob: Person, home: RunningNode, away: RunningNode
) -> None:
    """Bob chooses anew among what is offered now; his old vote is gone on both nodes."""
    status, copy = await asked_by(alice, bob, home, away)
    await vote(bob, copy, 1)
    await settle_all(home, away)

    change = {"status": "And now?", "poll": {**POLL, "options": ["Water", "Coffee", "Tea"]}}
    await asked(alice, "PUT", f"/api/v1/statuses/{status['id']}", json=change)
    await settle_all(home, away)

    now = await copy_of(bob, status)
    assert [option["title"] for option in now["poll"]["options"]] == ["Water", "Coffee", "Tea"]
    assert (now["poll"]["voted"], now["poll"]["votes_count"]) == (False, 0)
    await vote(bob, now, 0)
    await settle_all(home, away)
    assert await counts(alice, status) == [1, 0, 0]


async def test_poll_of_followers_takes_followers_votes_only(
    alice: Person, bob: Person, home: RunningNode, away: RunningNode
) -> None:
    """Who follows from the other node sees it and votes; a colleague of his does not even see it."""
    await follows(bob, alice, home, away)
    status = await posted(alice, "Between us?", "private", poll=POLL)
    await settle_all(home, away)
    eve = await away.person("eve")
    copy = await copy_of(bob, status)

    await vote(eve, copy, 0, code=404)
    await vote(bob, copy, 1)
    await settle_all(home, away)

    assert await seen(eve, status) is None
    assert await counts(alice, status) == [0, 1]


async def test_company_poll_leaves_nothing_elsewhere(
    alice: Person, carol: Person, bob: Person, home: RunningNode, away: RunningNode, clock: StoppedClock
) -> None:
    """Neither the poll, nor its counts, nor its end."""
    await follows(bob, alice, home, away)
    status = await posted(alice, "Ours alone?", local_only=True, poll=POLL)
    await vote(carol, status, 0)

    for step in (MINUTE, timedelta(hours=1)):
        clock.advance(step)
        await settle_all(home, away)

    assert "Ours alone" not in await everything_in(away)
    assert len(await notifications_of(carol, "poll")) == 1


async def test_looking_asks_the_polls_node_now_and_then(
    alice: Person, carol: Person, bob: Person, home: RunningNode, away: RunningNode, clock: StoppedClock
) -> None:
    """Counts that were heard some minutes ago are asked for again, once; while the other node is not allowed, it is not asked."""
    status, copy = await asked_by(alice, bob, home, away)
    await vote(carol, status, 0)
    with home.node.database.active():
        await home.node.database.execute("DELETE FROM job WHERE kind = 'tell_poll'")

    assert await counts(bob, copy) == [0, 0]
    await settle_all(home, away)
    assert await counts(bob, copy) == [0, 0]
    clock.advance(5 * MINUTE)
    await away.remove(home.host)
    await counts(bob, copy)
    await settle_all(home, away)
    assert await counts(bob, copy) == [0, 0]

    await away.allow(home.host)
    clock.advance(5 * MINUTE)
    await counts(bob, copy)
    await settle_all(home, away)
    assert await counts(bob, copy) == [1, 0]
