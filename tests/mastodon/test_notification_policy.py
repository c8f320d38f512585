"""Whom a person wants to hear, and whoever waits because of it (reference: client API, section 9)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.clocks import StoppedClock
from tests.support.journeys import asked, at_work, notifications_of, posted
from tests.support.nodes import MakeNode, Person, RunningNode, settle_all

JSON = dict[str, Any]
POLICY = "/api/v2/notifications/policy"
REQUESTS = "/api/v1/notifications/requests"
DAY = timedelta(days=1)


async def told(person: Person) -> list[str]:
    """Who wrote to the person, as the list has it."""
    return [one["account"]["username"] for one in await notifications_of(person, "mention")]


async def waiting(person: Person) -> list[str]:
    return [one["account"]["username"] for one in await asked(person, "GET", REQUESTS)]


async def sql(home: RunningNode, statement: str, *values: object) -> None:
    async with at_work(home):
        await home.node.database.execute(statement, *values)


async def test_without_a_wish_everybody_is_heard(alice: Person, carol: Person) -> None:
    """Both versions say so; what a moderator limited is the one thing that waits."""
    await posted(carol, "Hello @alice")

    policy = await asked(alice, "GET", POLICY)
    first = await asked(alice, "GET", "/api/v1/notifications/policy")

    assert {sort: word for sort, word in policy.items() if sort != "summary"} == {
        "for_not_following": "accept",
        "for_not_followers": "accept",
        "for_new_accounts": "accept",
        "for_private_mentions": "accept",
        "for_limited_accounts": "filter",
        "for_bots": "accept",
    }
    assert not any(first[f"filter_{sort}"] for sort in ("not_following", "not_followers", "new_accounts"))
    assert await told(alice) == ["carol"]


@pytest.mark.parametrize(
    ("sort", "text", "visibility"),
    [
        ("for_not_following", "Hello @alice", "public"),
        ("for_not_followers", "Hello @alice", "public"),
        ("for_new_accounts", "Hello @alice", "public"),
        ("for_private_mentions", "Hello @alice", "direct"),
        ("for_limited_accounts", "Hello @alice", "public"),
        ("for_bots", "Hello @alice", "public"),
    ],
)
@pytest.mark.parametrize("outcome", ["accept", "filter", "drop"])
async def test_each_sort_is_accepted_filtered_or_dropped(
    home: RunningNode, alice: Person, carol: Person, sort: str, outcome: str, text: str, visibility: str
) -> None:
    """Somebody to whom all six sorts apply: with one of them set, that one decides; and nobody else is asked about it."""
    everything = dict.fromkeys(await _sorts(alice), "accept")
    await asked(alice, "PATCH", POLICY, json={**everything, sort: outcome})
    await sql(home, "UPDATE account SET bot = ?, silenced_at = 1 WHERE id = ?", True, carol.id)

    await posted(carol, text, visibility)

    assert await told(alice) == (["carol"] if outcome == "accept" else [])
    assert await waiting(alice) == (["carol"] if outcome == "filter" else [])


async def _sorts(person: Person) -> list[str]:
    return [name for name in await asked(person, "GET", POLICY) if name != "summary"]


async def test_whom_the_person_follows_is_heard(home: RunningNode, alice: Person, carol: Person) -> None:
    """Following ends every sort but the one that is about followers."""
    everything = dict.fromkeys(await _sorts(alice), "drop") | {"for_not_followers": "accept"}
    await asked(alice, "PATCH", POLICY, json=everything)
    await sql(home, "UPDATE account SET bot = ?, silenced_at = 1 WHERE id = ?", True, carol.id)
    await posted(carol, "Unheard, @alice")

    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow")
    await posted(carol, "Heard, @alice", "direct")

    assert [one["status"]["content"] for one in await notifications_of(alice, "mention")] == [
        (await notifications_of(alice, "mention"))[0]["status"]["content"]
    ]
    assert "Heard" in (await notifications_of(alice, "mention"))[0]["status"]["content"]


async def test_an_account_is_new_for_a_month_and_a_follower_for_three_days(nodes: MakeNode) -> None:
    """Thirty days after it was made an account is new no more; following does not open the door at once."""
    clock = StoppedClock()
    home = await nodes("acme", clock=clock)
    alice, carol = await home.person("alice"), await home.person("carol")
    await asked(alice, "PATCH", POLICY, json={"for_new_accounts": "drop", "for_not_followers": "drop"})
    await asked(carol, "POST", f"/api/v1/accounts/{alice.id}/follow")
    heard = []

    for days in (2, 2, 25, 2):
        clock.advance(days * DAY)
        await posted(carol, "Hello @alice")
        heard.append(len(await told(alice)))

    assert heard == [0, 0, 0, 1]


async def test_an_answer_in_private_is_no_private_mention(alice: Person, carol: Person) -> None:
    """Whoever answers what Alice wrote was spoken to; a word out of the blue waits."""
    await asked(alice, "PATCH", POLICY, json={"for_private_mentions": "filter"})
    question = await posted(alice, "A word, @carol?", "direct")

    await posted(carol, "Yes, @alice?", "direct", in_reply_to_id=question["id"])
    await posted(carol, "By the way, @alice", "direct")

    assert await told(alice) == ["carol"]
    assert await waiting(alice) == ["carol"]


async def test_what_was_put_aside_is_counted_and_shown_when_asked_for(alice: Person, carol: Person) -> None:
    """The summary, the request with its last status, `include_filtered`; no unread count, no list speaks of it."""
    await asked(alice, "PATCH", POLICY, json={"for_not_following": "filter"})
    await asked(carol, "POST", f"/api/v1/accounts/{alice.id}/follow")
    status = await posted(carol, "Hello @alice")

    [request] = await asked(alice, "GET", REQUESTS)
    alone = await asked(alice, "GET", f"{REQUESTS}/{request['id']}")

    assert (await asked(alice, "GET", POLICY))["summary"] == {
        "pending_requests_count": 1,
        "pending_notifications_count": 2,
    }
    assert (request["notifications_count"], request["last_status"]["id"]) == ("2", status["id"])
    assert alone == request
    assert await asked(alice, "GET", "/api/v1/notifications") == []
    assert (await asked(alice, "GET", "/api/v2/notifications"))["notification_groups"] == []
    assert await asked(alice, "GET", "/api/v1/notifications/unread_count") == {"count": 0}
    assert len(await asked(alice, "GET", "/api/v1/notifications?include_filtered=true")) == 2
    assert len((await asked(alice, "GET", "/api/v2/notifications?include_filtered=true"))["notification_groups"]) == 2


async def test_whoever_is_let_in_is_heard_from_then_on(alice: Person, carol: Person) -> None:
    """What waited is in the list, and what comes does not wait; somebody else still waits."""
    await asked(alice, "PATCH", POLICY, json={"for_not_following": "filter"})
    await posted(carol, "First, @alice")
    [request] = await asked(alice, "GET", REQUESTS)

    refused = await carol.client.post(f"{REQUESTS}/{request['id']}/accept")
    await asked(alice, "POST", f"{REQUESTS}/{request['id']}/accept")
    await posted(carol, "Second, @alice")

    assert refused.status_code == 404
    assert await told(alice) == ["carol", "carol"]
    assert await waiting(alice) == []
    assert await asked(alice, "GET", f"{REQUESTS}/merged") == {"merged": True}
    assert (await alice.client.post(f"{REQUESTS}/{request['id']}/accept")).status_code == 404


async def test_whoever_is_waved_away_waits_again(alice: Person, carol: Person) -> None:
    """What waited is gone for good; the next thing makes a new request."""
    await asked(alice, "PATCH", POLICY, json={"for_not_following": "filter"})
    await posted(carol, "First, @alice")
    [request] = await asked(alice, "GET", REQUESTS)

    await asked(alice, "POST", f"{REQUESTS}/{request['id']}/dismiss")
    gone = await asked(alice, "GET", "/api/v1/notifications?include_filtered=true")
    await posted(carol, "Second, @alice")

    [again] = await asked(alice, "GET", REQUESTS)
    assert gone == []
    assert (again["notifications_count"], again["id"] != request["id"]) == ("1", True)


@pytest.mark.parametrize("verb", ["accept", "dismiss"])
async def test_several_are_answered_at_once(home: RunningNode, alice: Person, carol: Person, verb: str) -> None:
    """`id[]` as forms and as JSON have it; ids of nothing and of others are passed over."""
    dave, erin = await home.person("dave"), await home.person("erin")
    await asked(alice, "PATCH", POLICY, json={"for_not_following": "filter"})
    for person in (carol, dave, erin):
        await posted(person, "Hello @alice")
    ids = [one["id"] for one in await asked(alice, "GET", REQUESTS)]

    await carol.client.post(f"{REQUESTS}/{verb}", json={"id": ids})
    await asked(alice, "POST", f"{REQUESTS}/{verb}", data={"id[]": [ids[0], "12"]})
    await asked(alice, "POST", f"{REQUESTS}/{verb}", json={"id": [ids[1]]})

    assert await waiting(alice) == ["carol"]
    assert sorted(await told(alice)) == (["dave", "erin"] if verb == "accept" else [])


async def test_requests_come_in_pages(home: RunningNode, alice: Person) -> None:
    """The newest first, with a way on."""
    await asked(alice, "PATCH", POLICY, json={"for_not_following": "filter"})
    for number in range(3):
        await posted(await home.person(f"person{number}"), "Hello @alice")

    first = await alice.client.get(f"{REQUESTS}?limit=2")
    second = await alice.client.get(first.links["next"]["url"])

    assert [one["account"]["username"] for one in first.json()] == ["person2", "person1"]
    assert [one["account"]["username"] for one in second.json()] == ["person0"]


async def test_people_of_other_nodes_wait_too(home: RunningNode, away: RunningNode, alice: Person, bob: Person) -> None:
    """What comes in over the wire is judged by the same policy; the twin who is followed is heard."""
    dora = await away.person("dora")
    await asked(alice, "PATCH", POLICY, json={"for_not_following": "filter"})
    found = await asked(alice, "GET", "/api/v2/search", params={"q": f"@{dora.handle}", "resolve": "true"})
    await asked(alice, "POST", f"/api/v1/accounts/{found['accounts'][0]['id']}/follow")
    await settle_all(home, away)

    for person in (bob, dora):
        await posted(person, f"Hello @{alice.handle}")
    await settle_all(home, away)

    assert await told(alice) == ["dora"]
    assert await waiting(alice) == ["bob"]


async def test_what_concerns_the_person_alone_never_waits(home: RunningNode, carol: Person) -> None:
    """Reports reach moderators whatever their policy."""
    root = await home.person("root", "admin")
    await asked(root, "PATCH", POLICY, json=dict.fromkeys(await _sorts(root), "drop"))
    dave = await home.person("dave")

    await posted(carol, "Hello @root")
    await asked(carol, "POST", "/api/v1/reports", json={"account_id": str(dave.id)})

    kinds = [one["type"] for one in await asked(root, "GET", "/api/v1/notifications")]
    assert kinds == ["admin.report", "admin.sign_up"]


async def test_the_first_version_knows_yes_and_no(alice: Person) -> None:
    """`filter_not_following` is `for_not_following: filter`; what it does not name stays."""
    await asked(alice, "PATCH", POLICY, json={"for_bots": "drop"})

    changed = await asked(alice, "PUT", "/api/v1/notifications/policy", data={"filter_not_following": "true"})
    policy = await asked(alice, "GET", POLICY)
    back = await asked(alice, "PATCH", "/api/v1/notifications/policy", json={"filter_not_following": False})

    assert (changed["filter_not_following"], changed["filter_new_accounts"]) == (True, False)
    assert (policy["for_not_following"], policy["for_bots"]) == ("filter", "drop")
    assert back["filter_not_following"] is False


async def test_an_outcome_that_there_is_not_is_refused(alice: Person) -> None:
    """422 with the field's name, and nothing changes."""
    refused = await alice.client.patch(POLICY, json={"for_not_following": "drop", "for_bots": "explode"})

    assert refused.status_code == 422
    assert "for_bots" in refused.json()["details"]
    assert (await asked(alice, "GET", POLICY))["for_not_following"] == "accept"
