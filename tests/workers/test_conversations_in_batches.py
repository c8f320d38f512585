"""Direct posts from other nodes, in whatever order and however many at a time: the conversations are the same."""

from typing import Any

import pytest

from fediverse.actions import domains
from fediverse.workers import incoming
from tests.federation.scripted import JSON, Actor, deliver
from tests.support.journeys import asked, at_work, posted
from tests.support.nodes import Person, RunningNode


def direct(erin: Actor, person: Person, number: int, text: str, **more: object) -> JSON:
    named = [{"type": "Mention", "href": person.uri, "name": "@dana"}]
    return erin.creates(erin.note(number, text, to=person.uri, tag=named, **more), 10 + number)


async def conversations(person: Person) -> list[tuple[str, bool]]:
    found: list[dict[str, Any]] = await asked(person, "GET", "/api/v1/conversations")
    return [(one["last_status"]["content"], one["unread"]) for one in found]


@pytest.mark.parametrize("batch", [1, 100])
async def test_answers_that_came_first_join_what_they_answer(
    acme: RunningNode, dana: Person, erin: Actor, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two answers, then what the first of them answers: one conversation, read by nobody yet, which ends with what came last."""
    monkeypatch.setattr(incoming, "BATCH", batch)
    first = direct(erin, dana, 1, "first")
    second = direct(erin, dana, 2, "second", inReplyTo=f"{erin.uri}/notes/1")
    third = direct(erin, dana, 3, "third", inReplyTo=f"{erin.uri}/notes/2")

    for activity in (second, third, first):
        await deliver(acme, activity, erin)
    await acme.settle()

    assert await conversations(dana) == [("<p>first</p>", True)]


async def test_a_mute_stays_when_the_beginning_of_the_thread_comes(
    acme: RunningNode, dana: Person, erin: Actor
) -> None:
    """Muted by an answer, before what it answers is known; without the mute nothing is muted."""
    await deliver(acme, direct(erin, dana, 2, "second", inReplyTo=f"{erin.uri}/notes/1"), erin)
    await deliver(acme, direct(erin, dana, 4, "other", inReplyTo=f"{erin.uri}/notes/3"), erin)
    await acme.settle()
    [other, answer] = await asked(dana, "GET", "/api/v1/timelines/direct")
    await asked(dana, "POST", f"/api/v1/statuses/{answer['id']}/mute")

    for number in (1, 3):
        await deliver(acme, direct(erin, dana, number, "late"), erin)
    await acme.settle()

    shown = {one["id"]: one["muted"] for one in await asked(dana, "GET", "/api/v1/timelines/direct")}
    assert (shown[answer["id"]], shown[other["id"]]) == (True, False)
    assert sorted(shown.values()) == [False, False, True, True]


async def test_who_is_addressed_without_being_named_takes_no_part(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """The person has the conversation and is not shown to others in it; a post to somebody else alone is none of the person's."""
    await deliver(acme, erin.creates(erin.note(1, "quiet", to=dana.uri), 11), erin)
    await deliver(acme, erin.creates(erin.note(2, "elsewhere", to=f"{erin.uri}2"), 12), erin)
    await acme.settle()

    assert await conversations(dana) == [("<p>quiet</p>", True)]


@pytest.mark.parametrize("way", ["person", "domain"])
async def test_what_went_with_a_person_or_a_domain_ends_no_conversation(
    acme: RunningNode, dana: Person, erin: Actor, way: str
) -> None:
    """Without the person a conversation goes on with one's own post; one without any is gone, and so is one with nobody left of a deleted domain."""
    await deliver(acme, direct(erin, dana, 1, "only"), erin)
    await deliver(acme, direct(erin, dana, 2, "first"), erin)
    await acme.settle()
    [answered, _other] = await asked(dana, "GET", "/api/v1/timelines/direct")
    own = await posted(dana, f"@{answered['account']['acct']} own", "direct", in_reply_to_id=answered["id"])
    await deliver(acme, direct(erin, dana, 3, "last", inReplyTo=own["uri"]), erin)
    await acme.settle()
    before = await conversations(dana)

    if way == "person":
        await deliver(acme, erin.says("Delete", erin.uri, 20), erin)
        await acme.settle()
    else:
        host = erin.uri.split("/")[2]
        await acme.remove(host)
        async with at_work(acme):
            await domains.purge(acme.node, host, by="tests")

    left = await asked(dana, "GET", "/api/v1/conversations")
    assert before == [("<p>last</p>", True), ("<p>only</p>", True)]
    assert [one["last_status"]["id"] for one in left] == ([own["id"]] if way == "person" else [])
