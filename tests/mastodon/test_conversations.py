"""Conversations over HTTP (reference: client API, section 2.3): who is in them, what is unread, and that nothing hidden or deleted stands in one."""

from typing import Any

import pytest

from tests.support.journeys import account_of, asked, copy_of, posted
from tests.support.nodes import Person, RunningNode, settle_all

JSON = dict[str, Any]


async def listed(person: Person, query: str = "") -> list[JSON]:
    found: list[JSON] = await asked(person, "GET", f"/api/v1/conversations{query}")
    return found


async def shown(person: Person) -> list[tuple[str, list[str], bool]]:
    """The last text of each conversation, the others in it, and whether it is unread."""
    return [
        (plain_words(one["last_status"]), sorted(other["acct"] for other in one["accounts"]), one["unread"])
        for one in await listed(person)
    ]


def plain_words(status: JSON) -> str:
    """What was written, without names and markup."""
    return str(status["content"]).rpartition(" ")[2].removesuffix("</p>").removeprefix("<p>")


async def test_a_direct_post_is_a_conversation_for_both(alice: Person, carol: Person, dave: Person) -> None:
    """Unread for whom it was sent to, read for its author; nothing for anybody else. Other posts make none."""
    await posted(alice, "@carol hello", "direct")
    await posted(alice, "@carol everybody", "public")

    assert await shown(alice) == [("hello", ["carol"], False)]
    assert await shown(carol) == [("hello", ["alice"], True)]
    assert await shown(dave) == []


async def test_an_answer_goes_on_with_it(alice: Person, carol: Person) -> None:
    """One conversation with the last of its statuses; unread by whoever did not write that."""
    first = await posted(alice, "@carol hello", "direct")
    [before] = await listed(carol)

    await posted(carol, "@alice yes", "direct", in_reply_to_id=first["id"])

    assert await shown(alice) == [("yes", ["carol"], True)]
    assert await shown(carol) == [("yes", ["alice"], False)]
    assert (await listed(carol))[0]["id"] == before["id"]


async def test_each_circle_has_its_own(alice: Person, carol: Person, dave: Person) -> None:
    """Answers that several people send to one person below one post do not hide each other."""
    start = await posted(alice, "Who comes?")
    await posted(carol, "@alice me", "direct", in_reply_to_id=start["id"])
    await posted(dave, "@alice not-me", "direct", in_reply_to_id=start["id"])
    await posted(dave, "@alice @carol both", "direct", in_reply_to_id=start["id"])

    assert await shown(alice) == [
        ("both", ["carol", "dave"], True),
        ("not-me", ["dave"], True),
        ("me", ["carol"], True),
    ]
    assert await shown(carol) == [("both", ["alice", "dave"], True), ("me", ["alice"], False)]


async def test_a_conversation_is_read_and_unread(alice: Person, carol: Person) -> None:
    """Each answers the conversation as it is now; for nobody else."""
    await posted(alice, "@carol hello", "direct")
    [first] = await listed(carol)
    path = f"/api/v1/conversations/{first['id']}"

    read = await asked(carol, "POST", f"{path}/read")
    listed_read = await listed(carol)
    unread = await asked(carol, "POST", f"{path}/unread")

    assert (first["unread"], read["unread"], unread["unread"]) == (True, False, True)
    assert listed_read == [read]
    for method, address in (("POST", f"{path}/read"), ("POST", f"{path}/unread"), ("DELETE", path)):
        await asked(alice, method, address, 404)


async def test_a_conversation_that_was_removed_comes_back_with_a_new_status(alice: Person, carol: Person) -> None:
    """Off the list of the one who removed it, on the other's still; the statuses stay."""
    first = await posted(alice, "@carol hello", "direct")
    [one] = await listed(carol)
    await asked(carol, "DELETE", f"/api/v1/conversations/{one['id']}")
    gone, kept = await shown(carol), await shown(alice)

    await posted(alice, "@carol again", "direct", in_reply_to_id=first["id"])

    assert (gone, kept) == ([], [("hello", ["carol"], False)])
    assert await shown(carol) == [("again", ["alice"], True)]
    await asked(carol, "DELETE", f"/api/v1/conversations/{one['id']}", 404)


async def test_a_deleted_status_is_no_longer_the_last(alice: Person, carol: Person) -> None:
    """The one before it is; without any, there is no conversation."""
    first = await posted(alice, "@carol one", "direct")
    second = await posted(alice, "@carol two", "direct", in_reply_to_id=first["id"])

    await asked(alice, "DELETE", f"/api/v1/statuses/{second['id']}")
    one_left = await shown(carol), await shown(alice)
    await asked(alice, "DELETE", f"/api/v1/statuses/{first['id']}")

    assert one_left == ([("one", ["alice"], True)], [("one", ["carol"], False)])
    assert (await shown(carol), await shown(alice)) == ([], [])


@pytest.mark.parametrize("act", ["block", "mute"])
async def test_who_is_blocked_or_muted_does_not_reach_the_list(alice: Person, carol: Person, act: str) -> None:
    """Neither what was there before nor what comes; the same from somebody else does."""
    await posted(carol, "@alice before", "direct")
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/{act}")
    while_silenced = await shown(alice)

    await posted(carol, "@alice later", "direct")

    assert while_silenced == []
    assert await shown(alice) == []
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/un{act}")
    assert await shown(alice) == [("before", ["carol"], True)]


async def test_what_the_policy_puts_aside_is_no_conversation_until_it_is_let_in(alice: Person, carol: Person) -> None:
    """A request is; once it is accepted, what was written so far is listed, and what comes. Somebody who is followed needs no letting in."""
    await asked(alice, "PATCH", "/api/v2/notifications/policy", json={"for_private_mentions": "filter"})
    await posted(carol, "@alice please", "direct")
    put_aside = await shown(alice)

    [request] = await asked(alice, "GET", "/api/v1/notifications/requests")
    await asked(alice, "POST", f"/api/v1/notifications/requests/{request['id']}/accept")
    let_in = await shown(alice)
    await posted(carol, "@alice thanks", "direct")

    assert put_aside == []
    assert await shown(carol) == [("thanks", ["alice"], False), ("please", ["alice"], False)]
    assert let_in == [("please", ["carol"], True)]
    assert await shown(alice) == [("thanks", ["carol"], True), ("please", ["carol"], True)]


async def test_a_muted_thread_is_not_unread_again(alice: Person, carol: Person) -> None:
    """Its conversation goes on without asking for attention; that of another thread does ask."""
    first = await posted(carol, "@alice one", "direct")
    await asked(alice, "POST", f"/api/v1/statuses/{first['id']}/mute")

    await posted(carol, "@alice two", "direct", in_reply_to_id=first["id"])
    await posted(carol, "@alice three", "direct")

    assert await shown(alice) == [("three", ["carol"], True), ("two", ["carol"], False)]


async def test_a_note_to_oneself_is_a_conversation_with_oneself(alice: Person) -> None:
    """Clients need somebody to show."""
    await posted(alice, "remember", "direct")

    assert await shown(alice) == [("remember", ["alice"], False)]


async def test_conversations_are_paged_by_their_last_status(alice: Person, carol: Person) -> None:
    """With a Link, with and without the slash that Mastodon.py writes at the end; an endless `next` ends in nothing."""
    ids = [(await posted(carol, f"@alice {number}", "direct"))["id"] for number in range(3)]

    first = await alice.client.get("/api/v1/conversations/?limit=2")
    second = await listed(alice, f"?limit=2&max_id={ids[1]}")
    newer = await listed(alice, f"?min_id={ids[1]}")

    assert [one["last_status"]["id"] for one in first.json()] == [ids[2], ids[1]]
    assert f"max_id={ids[1]}" in first.headers["link"]
    assert f"min_id={ids[2]}" in first.headers["link"]
    assert [one["last_status"]["id"] for one in second] == [ids[0]]
    assert [one["last_status"]["id"] for one in newer] == [ids[2]]
    assert await listed(alice, f"?max_id={ids[0]}") == []


async def test_older_clients_read_the_direct_timeline(alice: Person, carol: Person, dave: Person) -> None:
    """What was sent and received, newest first; nobody else's, and nothing of another audience."""
    sent = await posted(alice, "@carol sent", "direct")
    received = await posted(carol, "@alice received", "direct")
    await posted(carol, "@dave other", "direct")
    await posted(carol, "@alice loud", "public")

    found = await asked(alice, "GET", "/api/v1/timelines/direct")

    assert [one["id"] for one in found] == [received["id"], sent["id"]]


async def test_a_conversation_goes_from_node_to_node(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Sent, answered, and deleted on the other node: each side has it as it is."""
    await account_of(alice, bob)
    first = await posted(alice, f"@{bob.handle} hello", "direct")
    await settle_all(home, away)
    received = await shown(bob)

    known = await copy_of(bob, first)
    answer = await posted(bob, f"@{alice.handle} yes", "direct", in_reply_to_id=known["id"])
    await settle_all(home, away)
    answered = await shown(alice)
    await asked(bob, "DELETE", f"/api/v1/statuses/{answer['id']}")
    await settle_all(home, away)

    assert received == [("hello", [alice.handle], True)]
    assert answered == [("yes", [bob.handle], True)]
    assert await shown(alice) == [("hello", [bob.handle], True)]


async def test_many_at_once_from_another_node(home: RunningNode, away: RunningNode, alice: Person, bob: Person) -> None:
    """What comes in one batch makes the same rows: one conversation a thread, each with its last status."""
    await account_of(bob, alice)
    first = await posted(bob, f"@{alice.handle} one", "direct")
    await posted(bob, f"@{alice.handle} two", "direct", in_reply_to_id=first["id"])
    await posted(bob, f"@{alice.handle} three", "direct")

    await settle_all(away, home)

    assert await shown(alice) == [("three", [bob.handle], True), ("two", [bob.handle], True)]
