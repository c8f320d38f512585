"""Polls and votes as other software sends them, and as somebody sends them who means no good."""

from datetime import timedelta

import pytest

from tests.federation.scripted import JSON, PUBLIC, Actor, ScriptedServer, count, deliver, kept
from tests.support.clocks import StoppedClock
from tests.support.nodes import Person, RunningNode

POLL = {"options": ["Tea", "Coffee"], "expires_in": 3600}


async def asks(person: Person, visibility: str = "public", **more: object) -> JSON:
    body = {"status": "What to drink?", "visibility": visibility, "poll": {**POLL, **more}}
    answer = await person.client.post("/api/v1/statuses", json=body)
    assert answer.status_code == 200, answer.text
    status: JSON = answer.json()
    return status


async def poll_now(person: Person, status: JSON) -> JSON:
    poll: JSON = (await person.client.get(f"/api/v1/polls/{status['poll']['id']}")).json()
    return poll


async def heard(node: RunningNode, activity: JSON, signed_by: Actor) -> str:
    """Deliver *activity* and apply it; why it was dropped, or "" when it was applied."""
    answer = await deliver(node, activity, signed_by)
    assert answer.status_code == 202, answer.text
    await node.settle()
    return str((await kept(node))[-1]["problem"])


def vote_note(voter: Actor, status: JSON, name: str, number: int = 1, **more: object) -> JSON:
    """The Note that a vote is."""
    author = status["account"]["uri"]
    return {
        "id": f"{voter.uri}#votes/{number}",
        "type": "Note",
        "name": name,
        "attributedTo": voter.uri,
        "inReplyTo": status["uri"],
        "to": author,
        **more,
    }


def voted(voter: Actor, status: JSON, name: str, number: int = 1, **more: object) -> JSON:
    note = vote_note(voter, status, name, number, **more)
    return voter.says("Create", note, number, to=note["to"])


def question(author: Actor, number: int = 1, **more: object) -> JSON:
    """A poll as Mastodon sends it."""
    options = [
        {"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": votes}}
        for name, votes in (("Tea", 3), ("Coffee", 5))
    ]
    note = author.note(number, "What to drink?")
    return {**note, "type": "Question", "oneOf": options, "endTime": "2026-11-23T13:00:00Z", "votersCount": 8, **more}


def counted(author: Actor, *votes: int, number: int = 1, **more: object) -> JSON:
    changed = question(author, number, **more)
    for option, total in zip(changed["oneOf"], votes, strict=True):
        option["replies"]["totalItems"] = total
    return changed


async def shown(person: Person, uri: str) -> JSON:
    found = await person.client.get("/api/v2/search", params={"q": uri, "type": "statuses"})
    status: JSON = found.json()["statuses"][0]
    return status


# ── votes for our polls ───────────────────────────────────────────────────────────────────────────


async def test_vote_is_counted_and_is_no_post(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """Mastodon's form of a vote: counted for its option; no post, no reply, no notification, nothing to find."""
    status = await asks(dana)

    assert await heard(acme, voted(erin, status, "Coffee"), erin) == ""

    poll = await poll_now(dana, status)
    assert [option["votes_count"] for option in poll["options"]] == [0, 1]
    assert poll["voters_count"] == 1
    assert await count(acme, "post") == 1
    assert await count(acme, "notification") == 0


async def test_second_vote_is_dropped(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """The same option under another id, and another option of a poll that takes one choice."""
    status = await asks(dana)
    await heard(acme, voted(erin, status, "Tea", 1), erin)

    await heard(acme, voted(erin, status, "Tea", 2), erin)
    await heard(acme, voted(erin, status, "Coffee", 3), erin)

    poll = await poll_now(dana, status)
    assert [option["votes_count"] for option in poll["options"]] == [1, 0]
    assert poll["voters_count"] == 1


async def test_several_choices_come_one_by_one_or_together(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """Mastodon sends one activity for each, GoToSocial one with all; a person is one voter all the same."""
    apart, together = await asks(dana, multiple=True), await asks(dana, multiple=True)

    for number, name in enumerate(("Tea", "Coffee"), start=1):
        assert await heard(acme, voted(erin, apart, name, number), erin) == ""
    notes = [vote_note(erin, together, name, number) for number, name in ((11, "Tea"), (12, "Coffee"))]
    assert await heard(acme, erin.says("Create", notes, 13, to=together["account"]["uri"]), erin) == ""

    for status in (apart, together):
        poll = await poll_now(dana, status)
        assert [option["votes_count"] for option in poll["options"]] == [1, 1]
        assert poll["voters_count"] == 1


async def test_vote_after_the_end_is_dropped(acme: RunningNode, dana: Person, erin: Actor, clock: StoppedClock) -> None:
    """The end counts, not when somebody says that the vote was cast."""
    status = await asks(dana)
    clock.advance(timedelta(hours=1))

    await heard(acme, voted(erin, status, "Tea", published="2026-11-23T12:30:00Z"), erin)

    assert (await poll_now(dana, status))["votes_count"] == 0


@pytest.mark.parametrize("name", ["Water", "tea", "0", "Tea Coffee"])
async def test_vote_for_what_is_not_offered_is_dropped(acme: RunningNode, dana: Person, erin: Actor, name: str) -> None:
    """And does not become a post either."""
    status = await asks(dana)

    assert await heard(acme, voted(erin, status, name), erin) != ""

    assert (await poll_now(dana, status))["votes_count"] == 0
    assert await count(acme, "post") == 1


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_vote_of_who_does_not_see_the_poll_is_dropped(
    acme: RunningNode, dana: Person, erin: Actor, visibility: str
) -> None:
    """The same answer as for a poll that is not there."""
    status = await asks(dana, visibility)

    hidden = await heard(acme, voted(erin, status, "Tea", 1), erin)
    unknown = await heard(acme, voted(erin, {**status, "uri": status["uri"] + "0"}, "Tea", 2), erin)

    assert hidden == unknown != ""
    assert (await poll_now(dana, status))["votes_count"] == 0


async def test_vote_for_a_company_poll_is_dropped(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """A poll that never left this node has no voters elsewhere."""
    body = {"status": "Ours?", "local_only": True, "poll": POLL}
    status: JSON = (await dana.client.post("/api/v1/statuses", json=body)).json()

    assert await heard(acme, voted(erin, status, "Tea"), erin) != ""

    assert (await poll_now(dana, status))["votes_count"] == 0


async def test_nobody_votes_for_others(acme: RunningNode, dana: Person, erin: Actor, friendly: ScriptedServer) -> None:
    """A Note that says it is somebody else's, and one whose id lies elsewhere."""
    status = await asks(dana)
    frank = friendly.actor("frank")
    strange = {**vote_note(erin, status, "Tea"), "id": "http://elsewhere.localhost:9009/votes/1"}

    await heard(acme, erin.says("Create", vote_note(frank, status, "Tea"), 1, to=status["account"]["uri"]), erin)
    await heard(acme, erin.says("Create", strange, 2, to=status["account"]["uri"]), erin)

    assert (await poll_now(dana, status))["votes_count"] == 0


async def test_vote_that_can_be_fetched_is_still_no_post(
    acme: RunningNode, dana: Person, erin: Actor, friendly: ScriptedServer
) -> None:
    """Named by an activity or looked up by a person, it shows nowhere."""
    status = await asks(dana)
    note = {**vote_note(erin, status, "Tea"), "id": f"{erin.uri}/votes/1", "@context": erin.document()["@context"]}
    friendly.shows(note)

    await heard(acme, erin.says("Create", note["id"], 1, to=status["account"]["uri"]), erin)
    found = await dana.client.get("/api/v2/search", params={"q": note["id"], "type": "statuses", "resolve": "true"})

    assert found.json()["statuses"] == []
    assert await count(acme, "post") == 1


async def test_answer_with_words_to_a_poll_is_a_reply(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """The twin of all the above: who writes something answers, and does not vote."""
    status = await asks(dana)
    note = erin.note(5, "Tea, of course", inReplyTo=status["uri"])

    assert await heard(acme, erin.creates(note, 5), erin) == ""

    assert (await poll_now(dana, status))["votes_count"] == 0
    assert await count(acme, "post") == 2


async def test_another_server_does_not_change_our_poll(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """An Update of our Question, with counts of its own making, from somebody who has it."""
    status = await asks(dana)
    forged = {**counted(erin, 900, 1), "id": status["uri"]}

    for author in (erin.uri, status["account"]["uri"]):
        await heard(acme, erin.says("Update", {**forged, "attributedTo": author}, hash(author) % 1000), erin)

    poll = await poll_now(dana, status)
    assert [option["votes_count"] for option in poll["options"]] == [0, 0]
    assert poll["expired"] is False


# ── a client of ActivityPub ───────────────────────────────────────────────────────────────────────


async def says(person: Person, document: JSON) -> int:
    headers = {"content-type": "application/activity+json"}
    answer = await person.client.post(f"/users/{person.username}/outbox", json=document, headers=headers)
    return answer.status_code


async def test_client_of_activitypub_asks_and_votes(acme: RunningNode, dana: Person) -> None:
    """A Question becomes a poll; a Note with a name and no words a vote, once, and for what is offered only."""
    gus = await acme.person("gus")
    options = [{"type": "Note", "name": name} for name in ("Tea", "Coffee")]
    asking = {
        "type": "Question",
        "content": "Drink?",
        "to": [PUBLIC],
        "oneOf": options,
        "endTime": "2026-11-23T13:00:00Z",
    }
    assert await says(dana, asking) == 201
    [status] = (await dana.client.get("/api/v1/timelines/home")).json()

    voting = {"type": "Note", "name": "Coffee", "inReplyTo": status["uri"], "to": [dana.uri]}
    said = [await says(gus, {**voting, "name": name}) for name in ("Water", "Coffee", "Coffee", "Tea")]

    assert said == [400, 201, 422, 422]
    poll = await poll_now(dana, status)
    assert [option["votes_count"] for option in poll["options"]] == [0, 1]
    assert await count(acme, "post") == 1


async def test_client_of_activitypub_does_not_vote_where_it_does_not_see(acme: RunningNode, dana: Person) -> None:
    """The same answer for a choice that is offered and one that is not: nothing is told of the poll."""
    gus = await acme.person("gus")
    status = await asks(dana, "direct")

    said = [
        await says(gus, {"type": "Note", "name": name, "inReplyTo": status["uri"], "to": [dana.uri]})
        for name in ("Tea", "Water")
    ]

    assert said == [404, 404]
    assert (await poll_now(dana, status))["votes_count"] == 0


# ── polls of others ───────────────────────────────────────────────────────────────────────────────


async def test_poll_comes_with_its_counts(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """FEP-9967: options, votes, voters and the end."""
    assert await heard(acme, erin.creates(question(erin)), erin) == ""

    poll = (await shown(dana, f"{erin.uri}/notes/1"))["poll"]

    assert [(option["title"], option["votes_count"]) for option in poll["options"]] == [("Tea", 3), ("Coffee", 5)]
    assert (poll["voters_count"], poll["expires_at"], poll["expired"]) == (8, "2026-11-23T13:00:00.000Z", False)


async def test_new_counts_are_no_edit(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """Mastodon tells them with no date, or with that of the last edit: the numbers change and nothing else does."""
    await heard(acme, erin.creates(question(erin)), erin)

    await heard(acme, erin.says("Update", counted(erin, 4, 6, votersCount=10), 2), erin)
    await heard(acme, erin.says("Update", counted(erin, 4, 7, updated="2026-11-23T11:59:30Z"), 3), erin)

    status = await shown(dana, f"{erin.uri}/notes/1")
    assert [option["votes_count"] for option in status["poll"]["options"]] == [4, 7]
    assert status["edited_at"] is None
    assert await count(acme, "post_edit") == 0


async def test_other_words_are_an_edit_and_keep_what_we_chose(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """Our vote stands while the choices are the same, and falls with them."""
    await heard(acme, erin.creates(question(erin)), erin)
    status = await shown(dana, f"{erin.uri}/notes/1")
    await dana.client.post(f"/api/v1/polls/{status['poll']['id']}/votes", json={"choices": [0]})

    other_words = question(erin, content="<p>Thirsty?</p>", updated="2026-11-23T12:00:01Z")
    await heard(acme, erin.says("Update", other_words, 2), erin)
    kept_vote = await shown(dana, status["uri"])
    other_choices = question(erin, updated="2026-11-23T12:00:02Z")
    other_choices["oneOf"][1]["name"] = "Water"
    await heard(acme, erin.says("Update", other_choices, 3), erin)

    assert kept_vote["edited_at"] is not None
    assert kept_vote["poll"]["own_votes"] == [0]
    assert (await shown(dana, status["uri"]))["poll"]["own_votes"] == []


async def test_poll_that_is_closed_early_is_over(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """Its voters here are told at once; nobody votes any more."""
    await heard(acme, erin.creates(question(erin)), erin)
    status = await shown(dana, f"{erin.uri}/notes/1")
    path = f"/api/v1/polls/{status['poll']['id']}/votes"
    assert (await dana.client.post(path, json={"choices": [0]})).status_code == 200

    await heard(acme, erin.says("Update", question(erin, closed="2026-11-23T12:00:00Z"), 2), erin)

    assert (await shown(dana, status["uri"]))["poll"]["expired"] is True
    assert await count(acme, "notification", "kind = 'poll'") == 1


async def test_huge_numbers_break_nothing(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """What no column holds is cut, and a date at the end of time is a date."""
    huge = counted(erin, 2**53 - 1, 2**40, votersCount=2**53 - 1, endTime="9999-12-31T23:59:59Z")

    assert await heard(acme, erin.creates(huge), erin) == ""

    assert (await shown(dana, f"{erin.uri}/notes/1"))["poll"]["voters_count"] == 2_000_000_000


@pytest.mark.parametrize("removed", [True, False])
async def test_no_poll_leads_to_a_refused_host(
    acme: RunningNode, dana: Person, erin: Actor, friendly: ScriptedServer, clock: StoppedClock, *, removed: bool
) -> None:
    """Neither to ask how it stands nor to vote in it, once its host is off the list; while it is on it, both reach it."""
    friendly.shows({**question(erin), "@context": erin.document()["@context"]})
    await heard(acme, erin.creates(question(erin)), erin)
    status = await shown(dana, f"{erin.uri}/notes/1")
    clock.advance(timedelta(minutes=5))
    if removed:
        await acme.remove(friendly.host)
    friendly.asked.clear()

    await poll_now(dana, status)
    await dana.client.post(f"/api/v1/polls/{status['poll']['id']}/votes", json={"choices": [0]})
    await acme.settle()

    assert sorted(friendly.asked) == ([] if removed else ["GET /users/erin/notes/1", "POST /users/erin/inbox"])


async def test_poll_with_too_much_to_choose_from_is_dropped(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """T-344: five hundred options are the most; five hundred and one are none."""
    for number, size in ((1, 501), (2, 500)):
        options = [{"type": "Note", "name": f"{index}"} for index in range(size)]
        problem = await heard(acme, erin.creates(question(erin, number, oneOf=options), number), erin)
        assert (problem == "") is (size == 500)

    assert await count(acme, "poll") == 1
