"""Statuses for later, as client applications write, move and cancel them; and what becomes of them when their time comes."""

import asyncio
from datetime import timedelta

import pytest

from fediverse.actions import scheduled
from fediverse.actions.access import issue_token
from fediverse.actions.accounts import disable, enable
from fediverse.actions.moderation import Measure, moderate
from fediverse.workers import schedule
from tests.support.clocks import NOON, StoppedClock
from tests.support.journeys import JSON, asked, copy_of, follows, posted, texts_of, uploaded
from tests.support.nodes import MakeNode, Person, RunningNode, settle_all

TOMORROW = "2026-11-24T09:00:00.000Z"
UNTIL_TOMORROW = timedelta(hours=21)


async def planned(
    person: Person, text: str = "Good morning", at: str = TOMORROW, code: int = 200, **more: object
) -> JSON:
    later: JSON = await asked(
        person, "POST", "/api/v1/statuses", code, json={"status": text, "scheduled_at": at, **more}
    )
    return later


async def waiting(person: Person) -> list[JSON]:
    found: list[JSON] = await asked(person, "GET", "/api/v1/scheduled_statuses")
    return found


def after(**delta: float) -> str:
    return (NOON + timedelta(**delta)).isoformat()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
async def home(nodes: MakeNode, clock: StoppedClock) -> RunningNode:
    """The node whose clock the tests turn."""
    return await nodes("acme", clock=clock)


async def test_answer_echoes_what_was_asked(alice: Person) -> None:
    """masto.js compares the date as text; the parameters are the author's own."""
    parent = await posted(alice, "Question")

    later = await planned(
        alice,
        "Answer",
        in_reply_to_id=parent["id"],
        visibility="private",
        spoiler_text="Hm",
        language="fr",
        sensitive=True,
    )

    assert later["scheduled_at"] == TOMORROW
    assert later["params"]["text"] == "Answer"
    assert later["params"]["in_reply_to_id"] == int(parent["id"])
    assert (later["params"]["visibility"], later["params"]["spoiler_text"]) == ("private", "Hm")
    assert (later["params"]["language"], later["params"]["sensitive"]) == ("fr", True)
    assert (later["params"]["scheduled_at"], later["media_attachments"]) == (None, [])
    assert await waiting(alice) == [later]
    assert await asked(alice, "GET", f"/api/v1/scheduled_statuses/{later['id']}") == later


async def test_visibility_is_the_authors_usual_one(alice: Person) -> None:
    """Never null, whatever the client left out."""
    await asked(alice, "PATCH", "/api/v1/accounts/update_credentials", json={"source": {"privacy": "private"}})

    assert (await planned(alice))["params"]["visibility"] == "private"


async def test_nobody_sees_it_before_its_time(
    alice: Person, carol: Person, home: RunningNode, clock: StoppedClock
) -> None:
    """Not a second before; then once, to whom it was meant for, with the moment at which it was published."""
    await follows(carol, alice, home)
    await planned(alice)

    clock.advance(UNTIL_TOMORROW - timedelta(seconds=1))
    await home.settle()
    assert await texts_of(carol) == []
    clock.advance(timedelta(seconds=1))
    for _time in range(3):
        await home.settle()

    assert await texts_of(carol) == ["Good morning"]
    [status] = await asked(alice, "GET", "/api/v1/timelines/home")
    assert status["created_at"] == TOMORROW
    assert await waiting(alice) == []


@pytest.mark.parametrize("at", ["+02:00", "+00:00", "Z"])
async def test_any_zone_is_the_same_moment(alice: Person, at: str) -> None:
    """With its offset; the answer is always UTC."""
    hour = 11 if at == "+02:00" else 9

    later = await planned(alice, at=f"2026-11-24T{hour:02}:00:00{at}")

    assert later["scheduled_at"] == TOMORROW


@pytest.mark.parametrize(
    "at",
    [
        after(minutes=4, seconds=59),
        after(days=-1),
        "2026-11-24T09:00:00",
        "tomorrow",
        "2026-13-24T09:00:00Z",
        "0001-01-01T00:00:00+14:00",
    ],
)
async def test_moment_that_is_none_is_refused(alice: Person, at: str) -> None:
    """Too near, past, without a zone, or no date: nothing waits, and nothing is out at once either."""
    await planned(alice, at=at, code=422)

    assert await waiting(alice) == []
    assert await texts_of(alice) == []


async def test_five_minutes_are_enough(alice: Person) -> None:
    """The twin of the above."""
    await planned(alice, at=after(minutes=5))

    assert len(await waiting(alice)) == 1


async def test_what_could_not_be_posted_cannot_wait(alice: Person, carol: Person) -> None:
    """Mistakes are told when they are made: no text, too much, an answer to what is hidden, a broken poll."""
    hidden = await posted(carol, "Mine", "direct")

    await planned(alice, "", code=422)
    await planned(alice, "x" * 100_000, code=422)
    await planned(alice, "Re", in_reply_to_id=hidden["id"], code=404)
    await planned(alice, "?", poll={"options": ["one"], "expires_in": 3600}, code=422)

    assert await waiting(alice) == []


async def test_only_the_author_knows_of_it(alice: Person, carol: Person) -> None:
    """For everybody else it does not exist: not to read, not to move, not to cancel."""
    later = await planned(alice)
    path = f"/api/v1/scheduled_statuses/{later['id']}"

    await asked(carol, "GET", path, 404)
    await asked(carol, "PUT", path, 404, json={"scheduled_at": after(days=2)})
    await asked(carol, "DELETE", path, 404)

    assert await waiting(carol) == []
    assert await waiting(alice) == [later]


async def test_another_moment(alice: Person, home: RunningNode, clock: StoppedClock) -> None:
    """It is out at the new one and not at the old; one that is too near is refused and changes nothing."""
    later = await planned(alice)
    path = f"/api/v1/scheduled_statuses/{later['id']}"

    moved = await asked(alice, "PUT", path, json={"scheduled_at": "2026-11-25T09:00:00.000Z"})
    await asked(alice, "PUT", path, 422, json={"scheduled_at": after(minutes=1)})
    await asked(alice, "PUT", path, 422, json={})
    clock.advance(UNTIL_TOMORROW)
    await home.settle()

    assert moved["scheduled_at"] == "2026-11-25T09:00:00.000Z"
    assert await texts_of(alice) == []
    clock.advance(timedelta(days=1))
    await home.settle()
    assert await texts_of(alice) == ["Good morning"]


async def test_cancelled_is_never_out(alice: Person, home: RunningNode, clock: StoppedClock) -> None:
    """Its picture is free for another post."""
    picture = await uploaded(alice, "Sunrise")
    later = await planned(alice, media_ids=[picture])

    assert await asked(alice, "DELETE", f"/api/v1/scheduled_statuses/{later['id']}") == {}
    clock.advance(UNTIL_TOMORROW)
    await home.settle()

    assert await texts_of(alice) == []
    await asked(alice, "POST", "/api/v1/statuses", json={"status": "Now", "media_ids": [picture]})


async def test_pictures_are_kept_for_it(alice: Person, home: RunningNode, clock: StoppedClock) -> None:
    """No other post takes them, now or later, and they do not go with what nobody used."""
    one, two = await uploaded(alice, "one"), await uploaded(alice, "two")
    later = await planned(alice, media_ids=[two, one], at=after(days=3))

    await asked(alice, "POST", "/api/v1/statuses", 422, json={"status": "Now", "media_ids": [one]})
    await planned(alice, media_ids=[one], code=422)
    await asked(alice, "DELETE", f"/api/v1/media/{one}", 422)
    clock.advance(timedelta(days=2))
    with home.node.database.active():
        await schedule.work(home.node)
    clock.advance(timedelta(days=1))
    await home.settle()

    assert [media["id"] for media in later["media_attachments"]] == [two, one]
    [status] = await asked(alice, "GET", "/api/v1/timelines/home")
    assert [media["id"] for media in status["media_attachments"]] == [two, one]


async def test_poll_runs_from_its_publication(alice: Person, home: RunningNode, clock: StoppedClock) -> None:
    """An hour from then, not from when it was written."""
    later = await planned(alice, "?", poll={"options": ["Tea", "Coffee"], "expires_in": 3600, "multiple": True})
    clock.advance(UNTIL_TOMORROW)
    await home.settle()

    [status] = await asked(alice, "GET", "/api/v1/timelines/home")

    assert later["params"]["poll"] == {
        "options": ["Tea", "Coffee"], "expires_in": 3600, "multiple": True, "hide_totals": False
    }  # fmt: skip
    assert status["poll"]["multiple"] is True
    assert status["poll"]["expires_at"] == "2026-11-24T10:00:00.000Z"


async def test_same_key_waits_once(alice: Person) -> None:
    """A client that tries again gets the same answer; another key is another post."""
    body = {"status": "Once", "scheduled_at": TOMORROW}

    first, second, other = [
        (await alice.client.post("/api/v1/statuses", json=body, headers={"idempotency-key": key})).json()
        for key in ("a", "a", "b")
    ]

    assert first == second
    assert other["id"] != first["id"]
    assert len(await waiting(alice)) == 2


async def test_list_is_paged(alice: Person) -> None:
    """By their ids, the newest written first, with the links that clients follow."""
    ids = [(await planned(alice, f"{number}"))["id"] for number in range(3)]

    answer = await alice.client.get("/api/v1/scheduled_statuses", params={"limit": 2})
    rest = await alice.client.get(answer.links["next"]["url"])

    assert [one["id"] for one in answer.json()] == ids[:0:-1]
    assert [one["id"] for one in rest.json()] == ids[:1]


async def test_no_more_than_25_a_day(alice: Person, carol: Person) -> None:
    """The 26th for one day is refused; another day, and another person, have room."""
    for number in range(scheduled.MAX_A_DAY):
        await planned(alice, f"{number}")

    refused = await planned(alice, "too much", code=422)

    assert "25" in refused["error"]
    other_day = await planned(alice, "later", at="2026-11-25T00:00:00Z")
    await asked(alice, "PUT", f"/api/v1/scheduled_statuses/{other_day['id']}", 422, json={"scheduled_at": TOMORROW})
    await planned(carol)


async def test_no_more_than_300_in_all(alice: Person, home: RunningNode, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is for one person; here it is three, so that the test is short."""
    monkeypatch.setattr(scheduled, "MAX_SCHEDULED", 3)
    for number in range(3):
        await planned(alice, f"{number}", at=after(days=number + 1))

    await planned(alice, "too much", at=after(days=9), code=422)

    first = (await waiting(alice))[0]["id"]
    await asked(alice, "DELETE", f"/api/v1/scheduled_statuses/{first}")
    await planned(alice, "room again", at=after(days=9))


# ── when the time comes ───────────────────────────────────────────────────────────────────────────


async def test_disabled_account_publishes_nothing(
    alice: Person, carol: Person, home: RunningNode, clock: StoppedClock
) -> None:
    """What waited stays with the reason; enabled again, its author may choose another moment."""
    later = await planned(alice)
    with home.node.database.active():
        await disable(home.node, alice.id, by="tests")
    clock.advance(UNTIL_TOMORROW)
    await home.settle()
    with home.node.database.active():
        await enable(home.node, alice.id, by="tests")
        token = await _token(home, alice)

    assert await asked(carol, "GET", "/api/v1/timelines/public") == []
    alice.client.headers["authorization"] = f"Bearer {token}"
    [kept] = await waiting(alice)
    assert (kept["id"], "disabled" in kept["problem"]) == (later["id"], True)
    await asked(alice, "PUT", f"/api/v1/scheduled_statuses/{kept['id']}", json={"scheduled_at": after(days=2)})
    clock.advance(timedelta(days=2))
    await home.settle()
    assert await texts_of(alice) == ["Good morning"]


async def test_suspended_account_publishes_nothing(
    alice: Person, carol: Person, home: RunningNode, clock: StoppedClock
) -> None:
    """Whom moderators took out says nothing from the past either. Carol's, of the same moment, is out."""
    await planned(alice, "From the past")
    await planned(carol, "From Carol")
    root = await home.person("root", "admin")
    with home.node.database.active():
        await moderate(home.node, root.id, alice.id, Measure("suspend"))

    clock.advance(UNTIL_TOMORROW)
    await home.settle()

    public = await asked(carol, "GET", "/api/v1/timelines/public")
    assert [status["content"] for status in public] == ["<p>From Carol</p>"]
    with home.node.database.active():
        assert await home.node.database.value("SELECT count(*) FROM post WHERE author_id = ?", alice.id) == 0


async def _token(home: RunningNode, person: Person) -> str:
    return await issue_token(home.node, person.id, ["read", "write"])


async def test_answer_to_what_is_gone_stays_behind(
    alice: Person, carol: Person, home: RunningNode, clock: StoppedClock
) -> None:
    """It would read as a post of its own: the author sees it with the reason instead. One whose post is still there is out."""
    gone, there = await posted(carol, "Gone tomorrow"), await posted(carol, "Still there")
    kept = await planned(alice, "Answer 1", in_reply_to_id=gone["id"])
    await planned(alice, "Answer 2", in_reply_to_id=there["id"])
    await asked(carol, "DELETE", f"/api/v1/statuses/{gone['id']}")

    clock.advance(UNTIL_TOMORROW)
    await home.settle()

    assert await texts_of(alice) == ["Answer 2"]
    [left] = await waiting(alice)
    assert left["id"] == kept["id"]
    assert left["problem"].startswith("The post that this answers or quotes is gone")


async def test_two_workers_publish_it_once(alice: Person, home: RunningNode, clock: StoppedClock) -> None:
    """Two processes that work at the same moment, and one that works again later."""
    later = await planned(alice)
    clock.advance(UNTIL_TOMORROW)

    with home.node.database.active():
        await asyncio.gather(*(scheduled.publish_due(home.node, int(later["id"])) for _worker in range(3)))
        await scheduled.publish_due(home.node, int(later["id"]))

    assert await texts_of(alice) == ["Good morning"]


async def test_what_breaks_half_way_is_not_out_and_comes_later(
    alice: Person, home: RunningNode, clock: StoppedClock
) -> None:
    """Publishing and taking it off the list are one: a database that fails in between leaves it waiting, and the next try publishes it."""
    later = await planned(alice)
    clock.advance(UNTIL_TOMORROW)
    with home.node.database.active():
        await home.node.database.execute("ALTER TABLE home_entry RENAME TO away_entry")
        with pytest.raises(Exception, match="home_entry"):
            await scheduled.publish_due(home.node, int(later["id"]))
        await home.node.database.execute("ALTER TABLE away_entry RENAME TO home_entry")

    assert await texts_of(alice) == []
    assert len(await waiting(alice)) == 1
    await home.settle()
    assert await texts_of(alice) == ["Good morning"]


async def test_it_federates_when_it_is_out(
    alice: Person, home: RunningNode, nodes: MakeNode, clock: StoppedClock
) -> None:
    """Followers at the other node get it then, by the rules of that moment: a node that was removed meanwhile gets nothing."""
    beta, delta = await nodes("beta", clock=clock), await nodes("delta", clock=clock)
    for other in (beta, delta):
        await home.allow(other.host)
        await other.allow(home.host)
    bob, dora = await beta.person("bob"), await delta.person("dora")
    await follows(bob, alice, home, beta)
    await follows(dora, alice, home, delta)
    await planned(alice)
    await settle_all(home, beta, delta)
    await home.remove(delta.host)
    assert await texts_of(bob) == []

    clock.advance(UNTIL_TOMORROW)
    await settle_all(home, beta, delta)

    [status] = await asked(alice, "GET", "/api/v1/timelines/home")
    assert (await copy_of(bob, status))["content"] == "<p>Good morning</p>"
    assert await texts_of(dora) == []
