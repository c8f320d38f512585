"""Notifications and markers over HTTP (reference: client API, sections 2.4 and 9)."""

import asyncio
from typing import Any

from tests.support.journeys import asked, at_work, notifications_of, posted
from tests.support.nodes import Person, RunningNode, settle_all


async def listed(person: Person, query: str = "") -> list[dict[str, Any]]:
    answer = await person.client.get(f"/api/v1/notifications{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def happenings(alice: Person, carol: Person) -> str:
    """Carol follows Alice, names her, likes and boosts a post of hers; the post's id."""
    status: str = (await alice.client.post("/api/v1/statuses", json={"status": "Hello"})).json()["id"]
    await carol.client.post(f"/api/v1/accounts/{alice.id}/follow")
    await carol.client.post("/api/v1/statuses", json={"status": "Well said, @alice"})
    await carol.client.post(f"/api/v1/statuses/{status}/favourite")
    await carol.client.post(f"/api/v1/statuses/{status}/reblog")
    return status


async def test_a_person_is_told_who_did_what(alice: Person, carol: Person) -> None:
    """Newest first, each with its status where there is one; Carol is told nothing of it."""
    await happenings(alice, carol)

    told = await listed(alice)

    assert [one["type"] for one in told] == ["reblog", "favourite", "mention", "follow"]
    assert {one["account"]["acct"] for one in told} == {"carol"}
    assert ["status" in one for one in told] == [True, True, True, False]
    assert await listed(carol) == []


async def test_kinds_are_chosen_and_left_out(alice: Person, carol: Person) -> None:
    """Section 9: names that do not exist are ignored; only such names means nothing."""
    await happenings(alice, carol)

    assert [one["type"] for one in await listed(alice, "?types[]=mention&types[]=quote")] == ["mention"]
    assert [one["type"] for one in await listed(alice, "?exclude_types[]=mention&exclude_types[]=follow")] == [
        "reblog",
        "favourite",
    ]
    assert await listed(alice, "?types[]=quote") == []
    assert len(await listed(alice, f"?account_id={carol.id}")) == 4
    assert await listed(alice, f"?account_id={alice.id}") == []


async def test_a_notification_goes_with_its_post(alice: Person, carol: Person) -> None:
    """Tusky crashed on a null status: what is about a post that is gone is gone."""
    status = await happenings(alice, carol)

    await alice.client.delete(f"/api/v1/statuses/{status}")

    assert [one["type"] for one in await listed(alice)] == ["mention", "follow"]


async def test_ids_are_small_numbers(alice: Person, carol: Person) -> None:
    """Section 7: some clients decode them as 32-bit integers; one is read, one dismissed, all cleared."""
    await happenings(alice, carol)
    first = (await listed(alice))[0]["id"]

    shown = await alice.client.get(f"/api/v1/notifications/{first}")
    others = await carol.client.get(f"/api/v1/notifications/{first}")
    dismissed = await alice.client.post(f"/api/v1/notifications/{first}/dismiss")
    left = await listed(alice)
    cleared = await alice.client.post("/api/v1/notifications/clear")

    assert int(first) < 2**31
    assert (shown.status_code, others.status_code) == (200, 404)
    assert (dismissed.json(), len(left)) == ({}, 3)
    assert (cleared.json(), await listed(alice)) == ({}, [])


async def test_what_is_unread_is_counted_from_the_marker(alice: Person, carol: Person) -> None:
    """`markers` in brackets, read back with `timeline[]` and with a bare `timeline`."""
    await happenings(alice, carol)
    before = (await alice.client.get("/api/v1/notifications/unread_count")).json()
    second = (await listed(alice))[1]["id"]

    saved = (await alice.client.post("/api/v1/markers", data={"notifications[last_read_id]": second})).json()

    assert (before, (await alice.client.get("/api/v1/notifications/unread_count")).json()) == (
        {"count": 4},
        {"count": 1},
    )
    assert saved["notifications"]["last_read_id"] == second
    assert (await alice.client.get("/api/v1/markers?timeline=notifications")).json() == saved
    assert (await alice.client.get("/api/v1/markers?timeline[]=home&timeline[]=notifications")).json() == saved
    assert (await alice.client.get("/api/v1/markers?timeline[]=home")).json() == {}


async def test_a_marker_without_an_id_is_refused(alice: Person) -> None:
    """Nothing to remember; the same with an id is kept."""
    wishes: list[dict[str, Any]] = [{}, {"home": {}}, {"home": {"last_read_id": "x"}}]

    refused = [await alice.client.post("/api/v1/markers", json=wish) for wish in wishes]
    kept = await alice.client.post("/api/v1/markers", json={"home": {"last_read_id": "12"}})

    assert [answer.status_code for answer in refused] == [422, 422, 422]
    assert kept.json()["home"]["last_read_id"] == "12"


async def test_two_programs_that_mark_at_once_are_told_apart(home: RunningNode, alice: Person) -> None:
    """A marker that was written in between is a conflict; the same write alone is kept."""
    await asked(alice, "POST", "/api/v1/markers", json={"home": {"last_read_id": "5"}})
    answers = await asyncio.gather(
        *(
            alice.client.post("/api/v1/markers", json={"home": {"last_read_id": str(number)}})
            for number in range(10, 18)
        )
    )

    alone = await alice.client.post("/api/v1/markers", json={"home": {"last_read_id": "99"}})

    assert {answer.status_code for answer in answers} <= {200, 409}
    assert alone.json()["home"]["last_read_id"] == "99"


async def test_moderators_hear_of_newcomers_and_reports(home: RunningNode, alice: Person, carol: Person) -> None:
    """`admin.sign_up`, and `admin.report` with the report; people who do not moderate hear of neither."""
    root = await home.person("root", "admin")
    await home.person("newcomer")
    await asked(carol, "POST", "/api/v1/reports", json={"account_id": str(alice.id), "comment": "Look at this"})

    told = await listed(root)

    assert [one["type"] for one in told] == ["admin.report", "admin.sign_up"]
    assert told[0]["report"]["comment"] == "Look at this"
    assert told[0]["report"]["target_account"]["acct"] == "alice"
    assert told[1]["account"]["acct"] == "newcomer"
    assert await listed(alice) == []


async def test_who_no_longer_moderates_no_longer_reads_reports(home: RunningNode, alice: Person, carol: Person) -> None:
    """The list is asked with today's role."""
    root = await home.person("root", "admin")
    await asked(carol, "POST", "/api/v1/reports", json={"account_id": str(alice.id), "comment": "Look at this"})
    before = await listed(root)

    async with at_work(home):
        await home.node.database.execute("UPDATE local_user SET role = 'user' WHERE account_id = ?", root.id)

    assert [one["type"] for one in before] == ["admin.report"]
    assert await listed(root) == []


async def test_a_muted_thread_says_nothing(alice: Person, carol: Person) -> None:
    """Likes and answers below a post whose thread its author muted; the same below another post are told."""
    loud, quiet = [await posted(alice, text) for text in ("Loud", "Quiet")]
    await asked(alice, "POST", f"/api/v1/statuses/{quiet['id']}/mute")

    for status in (loud, quiet):
        await asked(carol, "POST", f"/api/v1/statuses/{status['id']}/favourite")
        await posted(carol, "Indeed, @alice", in_reply_to_id=status["id"])

    told = await listed(alice)
    assert [one["type"] for one in told] == ["mention", "favourite"]
    assert told[0]["status"]["in_reply_to_id"] == told[1]["status"]["id"] == loud["id"]


async def test_a_hidden_domain_says_nothing(home: RunningNode, away: RunningNode, alice: Person, bob: Person) -> None:
    """Nobody of a domain that Alice hides is heard; once she does not any more, everybody is."""
    await asked(alice, "POST", "/api/v1/domain_blocks", json={"domain": away.host})
    await posted(bob, f"Unheard @{alice.handle}")
    await settle_all(home, away)

    await asked(alice, "DELETE", "/api/v1/domain_blocks", json={"domain": away.host})
    await posted(bob, f"Heard @{alice.handle}")
    await settle_all(home, away)

    told = await notifications_of(alice, "mention")
    assert ["Heard" in one["status"]["content"] for one in told] == [True]


async def test_who_is_blocked_or_muted_says_nothing(home: RunningNode, alice: Person, carol: Person) -> None:
    """A block and a mute with notifications; a mute without them still tells."""
    dave, erin = await home.person("dave"), await home.person("erin")
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/block")
    await asked(alice, "POST", f"/api/v1/accounts/{dave.id}/mute")
    await asked(alice, "POST", f"/api/v1/accounts/{erin.id}/mute", json={"notifications": False})

    for person in (carol, dave, erin):
        await posted(person, "Hello @alice")

    assert [one["account"]["acct"] for one in await listed(alice)] == ["erin"]


async def test_each_notification_names_its_group(alice: Person, carol: Person) -> None:
    """Likes, boosts and follows have a key that others may share; a mention is alone."""
    await happenings(alice, carol)

    keys = {one["type"]: one["group_key"] for one in await listed(alice)}

    assert keys["favourite"].startswith("favourite-")
    assert keys["follow"].startswith("follow-")
    assert keys["mention"].startswith("ungrouped-")


async def test_any_number_may_be_a_bound(alice: Person, carol: Person) -> None:
    """Some clients turn a date into an id; ids of posts are greater than any of these."""
    await happenings(alice, carol)
    far = 2**62

    await asked(alice, "POST", "/api/v1/markers", json={"notifications": {"last_read_id": str(far)}})

    for version in ("v1", "v2"):
        path = f"/api/{version}/notifications"
        assert await asked(alice, "GET", f"{path}?max_id={far}") == await asked(alice, "GET", path)
        assert (await alice.client.get(f"{path}?min_id={far}")).json() in (
            [],
            {"accounts": [], "statuses": [], "notification_groups": []},
        )
        assert await asked(alice, "GET", f"{path}/unread_count") == {"count": 0}
    assert (await alice.client.get(f"/api/v1/notifications/{far}")).status_code == 404
    assert (await alice.client.post(f"/api/v1/notifications/{far}/dismiss")).status_code == 404
    assert (await alice.client.get(f"/api/v2/notifications/ungrouped-{far}")).status_code == 404
