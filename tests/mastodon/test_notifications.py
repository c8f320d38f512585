"""Notifications and markers over HTTP (reference: client API, sections 2.4 and 9)."""

from typing import Any

from tests.support.nodes import Person


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


async def test_nothing_is_held_back(alice: Person) -> None:
    """The policy says so in both versions, whatever is sent."""
    told = (await alice.client.get("/api/v2/notifications/policy")).json()
    changed = (await alice.client.patch("/api/v2/notifications/policy", json={"for_not_following": "drop"})).json()

    assert told == changed
    assert told["for_not_following"] == "accept"
    assert (await alice.client.get("/api/v1/notifications/requests")).json() == []
