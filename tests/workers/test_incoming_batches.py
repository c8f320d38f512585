"""What came in is applied many at a time, and what is true afterwards is what it would be one by one."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from fediverse.queue import inbound
from fediverse.workers import incoming
from tests.federation.scripted import JSON, PUBLIC, Actor, count, deliver, kept
from tests.support.clocks import StoppedClock
from tests.support.nodes import Person, RunningNode

Counts = Mapping[str, int]
TABLES = ("post", "home_entry", "notification", "reaction", "mention", "post_tag", "follow")


async def posted(person: Person, text: str) -> str:
    """The URI of a new post."""
    answer = await person.client.post("/api/v1/statuses", json={"status": text})
    uri: str = answer.json()["uri"]
    return uri


async def counts(node: RunningNode) -> Counts:
    return {table: await count(node, table) for table in TABLES}


async def states(node: RunningNode) -> list[str]:
    return [row["state"] for row in await kept(node)]


def a_day_of(erin: Actor, person: Person, post_uri: str) -> list[JSON]:
    """Follow, posts with names and tags and answers, a like, a boost, a like taken back, an edit, a deletion: each hangs on what came before it."""
    named = erin.note(
        2, "Dana!", cc=[erin.followers, person.uri], tag=[{"type": "Mention", "href": person.uri, "name": "@dana"}]
    )
    tagged = erin.note(3, "Lyon", tag=[{"type": "Hashtag", "name": "#lyon"}, {"type": "Hashtag", "name": "#Travel"}])
    answer = erin.note(4, "Answer", inReplyTo=post_uri)
    like = erin.says("Like", post_uri, 15)
    return [
        erin.says("Follow", person.uri, 10),
        erin.creates(erin.note(1), 11),
        erin.creates(named, 12),
        erin.creates(tagged, 13),
        erin.creates(answer, 14),
        like,
        erin.says("Announce", post_uri, 16, to=PUBLIC, cc=[erin.followers]),
        erin.says("Undo", {"id": like["id"], "type": "Like", "actor": erin.uri, "object": post_uri}, 17),
        erin.says("Update", {**tagged, "content": "<p>Paris</p>", "updated": "2026-11-23T11:59:30Z"}, 18, to=PUBLIC),
        erin.says("Delete", {"id": f"{erin.uri}/notes/2", "type": "Tombstone"}, 19, to=PUBLIC),
        erin.creates(erin.note(5, "Late"), 20),
    ]


@pytest.mark.parametrize("batch", [1, 3, 100])
async def test_a_batch_leaves_what_one_by_one_leaves(
    acme: RunningNode, dana: Person, erin: Actor, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the size of a batch, the same posts, entries, notifications, likes and counts."""
    monkeypatch.setattr(incoming, "BATCH", batch)
    uri = await posted(dana, "What do you think?")
    for activity in a_day_of(erin, dana, uri):
        await deliver(acme, activity, erin)

    await acme.settle()

    status = (await dana.client.get(f"/api/v1/statuses/{uri.rpartition('/')[2]}")).json()
    assert await states(acme) == ["applied"] * 11
    assert await counts(acme) == {
        "post": 7, "home_entry": 1, "notification": 2, "reaction": 0, "mention": 1, "post_tag": 2, "follow": 1,
    }  # fmt: skip
    assert (status["replies_count"], status["reblogs_count"], status["favourites_count"]) == (1, 1, 0)
    assert await count(acme, "account", "uri = ? AND posts_count = 5 AND following_count = 1", erin.uri) == 1
    assert await count(acme, "account", "uri = ? AND followers_count = 1", dana.uri) == 1


def a_tangle_of(erin: Actor, frank: Actor, person: Person, post_uri: str) -> list[JSON]:
    """Only what adds, and each hangs on another: an answer before what it answers, one post told twice, a quote, a whisper and its answer, a like that was
    taken back before it came.
    """
    first, whisper = erin.note(1, "First"), erin.note(4, "Frank?", to=[frank.uri], cc=[])
    like = erin.says("Like", post_uri, 18)
    return [
        erin.says("Undo", {"id": like["id"], "type": "Like", "actor": erin.uri, "object": post_uri}, 10),
        frank.creates(frank.note(2, "Early", inReplyTo=first["id"]), 11),
        erin.creates(first, 12),
        erin.creates(first, 13),
        erin.creates(erin.note(8, "Quotable"), 22),
        erin.creates(erin.note(3, "See above", quote=f"{erin.uri}/notes/8"), 14),
        erin.creates(erin.note(6, "Dana and Frank", cc=[person.uri, frank.uri]), 15),
        erin.creates(erin.note(6, "Dana and Frank", cc=[person.uri, frank.uri]), 23),
        erin.creates({**whisper, "to": [frank.uri, person.uri]}, 16),
        frank.creates(frank.note(5, "Yes", to=[erin.uri, person.uri], cc=[], inReplyTo=whisper["id"]), 17),
        like,
        erin.says("Like", post_uri, 19),
        frank.says("Announce", first["id"], 20, to=PUBLIC, cc=[frank.followers]),
        erin.creates(
            erin.note(7, "Look", attachment=[{"type": "Image", "url": f"{erin.uri}/p.png", "mediaType": "image/png"}]),
            21,
        ),
    ]


@pytest.mark.parametrize("batch", [1, 2, 5, 100])
async def test_a_batch_whose_parts_hang_on_each_other_leaves_the_same(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is remembered for a batch is never what the batch itself changed, and what is put off is written before it is asked for."""
    monkeypatch.setattr(incoming, "BATCH", batch)
    uri = await posted(dana, "What do you think?")
    undone, *tangle = a_tangle_of(erin, frank, dana, uri)
    await deliver(acme, undone, erin)
    await acme.settle()
    for activity in tangle:
        await deliver(acme, activity, frank if activity["actor"] == frank.uri else erin)

    await acme.settle()

    first = f"{erin.uri}/notes/1"
    assert await states(acme) == ["applied"] * 10 + ["dropped"] + ["applied"] * 3
    assert await counts(acme) == {
        "post": 10, "home_entry": 1, "notification": 1, "reaction": 1, "mention": 6, "post_tag": 0, "follow": 0,
    }  # fmt: skip
    assert await count(acme, "post", "uri = ? AND replies_count = 1 AND boosts_count = 1", first) == 1
    assert await count(acme, "post", "reply_to_id = (SELECT id FROM post WHERE uri = ?)", first) == 1
    assert await count(acme, "post", "reply_to_id = (SELECT id FROM post WHERE uri = ?)", f"{erin.uri}/notes/4") == 1
    assert (
        await count(
            acme,
            "quote",
            "state = 'accepted' AND quoted_id = (SELECT id FROM post WHERE uri = ?)",
            f"{erin.uri}/notes/8",
        )
        == 1
    )
    assert await count(acme, "media", "post_id IS NOT NULL") == 1
    assert await count(acme, "account", "uri = ? AND posts_count = 6", erin.uri) == 1


async def test_a_post_is_seen_by_what_comes_after_it_in_the_same_batch(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor
) -> None:
    """Erin posts, and Frank, of her server, boosts that very post: both are taken in together."""
    note = erin.note(1, "Fresh")
    await deliver(acme, erin.creates(note), erin)
    await deliver(acme, frank.says("Announce", note["id"], 2, to=PUBLIC, cc=[frank.followers]), frank)

    await acme.settle()

    assert await states(acme) == ["applied", "applied"]
    assert await count(acme, "post", "boost_of_id IS NOT NULL") == 1


async def test_one_that_is_refused_takes_none_of_its_batch_along(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor
) -> None:
    """The twin: Frank boosts what Erin said to Dana alone. He is refused, and the two around him are applied."""
    note = erin.note(1, "Between us", to=[dana.uri], cc=[])
    await deliver(acme, erin.creates(note), erin)
    await deliver(acme, frank.says("Announce", note["id"], 2, to=PUBLIC, cc=[frank.followers]), frank)
    await deliver(acme, frank.creates(frank.note(3), 3), frank)

    await acme.settle()

    assert await states(acme) == ["applied", "dropped", "applied"]
    assert await count(acme, "post", "boost_of_id IS NOT NULL") == 0


async def test_a_rule_that_ended_before_the_batch_ends_all_of_it(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """What was accepted while the domain was allowed is not applied once it is denied."""
    for number in (1, 2):
        await deliver(acme, erin.creates(erin.note(number), number), erin)
    await acme.remove("friendly.localhost:9001")

    await acme.settle()

    assert await states(acme) == ["dropped", "dropped"]
    assert await count(acme, "post") == 0


async def test_what_another_process_applied_meanwhile_is_left_alone(
    acme: RunningNode, dana: Person, erin: Actor
) -> None:
    """Two workers looked at the same moment: the second finds the work done, and does not like anew what was unliked since."""
    uri = await posted(dana, "Like me")
    like = erin.says("Like", uri)
    await deliver(acme, like, erin)
    with acme.node.database.active():
        numbers = await inbound.waiting(acme.node, 10)
        seen = await incoming._read(acme.node, numbers)
    await acme.settle()
    await deliver(acme, erin.says("Undo", {**like, "object": uri}, 2), erin)
    await acme.settle()

    with acme.node.database.active():
        await incoming._apply(acme.node, *seen)

    assert await states(acme) == ["applied", "applied"]
    assert await count(acme, "reaction") == 0


async def test_who_left_in_the_middle_of_a_batch_says_nothing_after_it(
    acme: RunningNode, dana: Person, erin: Actor
) -> None:
    """Erin's account ends between two of her posts, all three accepted before: the second post has no author any more."""
    await deliver(acme, erin.creates(erin.note(1), 1), erin)
    await acme.settle()
    await deliver(acme, erin.creates(erin.note(2), 2), erin)
    await deliver(acme, erin.says("Delete", erin.uri, 3, to=PUBLIC), erin)
    await deliver(acme, erin.creates(erin.note(4), 4), erin)

    await acme.settle()

    assert await states(acme) == ["applied", "applied", "applied", "dropped"]
    assert await count(acme, "post", "deleted_at IS NULL") == 0


async def test_a_fault_in_one_activity_does_not_stop_the_others(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """A text that no database takes: the batch fails as a whole, then each is taken alone, and that one waits for another try."""
    with acme.node.database.active():
        await acme.node.database.execute(_BREAK_ON_POISON[acme.node.database.dialect])
    for number, text in enumerate(("One", "poison", "Three"), start=1):
        await deliver(acme, erin.creates(erin.note(number, text), number), erin)

    with acme.node.database.active():
        await incoming.work(acme.node)

    assert await states(acme) == ["applied", "waiting", "applied"]
    assert await count(acme, "post") == 2


async def test_an_old_backlog_is_applied_whoever_else_is_busy(
    acme: RunningNode, dana: Person, erin: Actor, clock: StoppedClock
) -> None:
    """Senders come first, but not for ever: what waited for ten seconds waits for nobody any more."""
    await deliver(acme, erin.creates(erin.note(1)), erin)
    clock.advance(timedelta(seconds=11))

    with acme.node.database.active():
        await incoming.work(acme.node)

    assert await states(acme) == ["applied"]


_BREAK_ON_POISON = {
    "sqlite": "CREATE TRIGGER poison BEFORE INSERT ON post WHEN NEW.content LIKE '%poison%' BEGIN SELECT RAISE(ABORT, 'poison'); END",
    "postgres": "DO $do$ BEGIN"
    " CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN RAISE EXCEPTION 'poison'; END $body$;"
    " CREATE TRIGGER poison BEFORE INSERT ON post FOR EACH ROW WHEN (NEW.content LIKE '%poison%') EXECUTE FUNCTION poison();"
    " END $do$",
}
