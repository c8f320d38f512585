"""Grouped notifications over HTTP (reference: client API, section 9)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.clocks import StoppedClock
from tests.support.journeys import asked, at_work, posted
from tests.support.nodes import MakeNode, Person, RunningNode

JSON = dict[str, Any]


async def grouped(person: Person, query: str = "") -> JSON:
    found: JSON = await asked(person, "GET", f"/api/v2/notifications{query}")
    return found


async def crowd(home: RunningNode, number: int) -> list[Person]:
    return [await home.person(f"person{place}") for place in range(number)]


async def liked_by_all(alice: Person, people: list[Person], text: str = "Hello") -> str:
    status = await posted(alice, text)
    for person in people:
        await asked(person, "POST", f"/api/v1/statuses/{status['id']}/favourite")
    return str(status["id"])


async def test_likes_of_one_post_are_one_group(home: RunningNode, alice: Person) -> None:
    """Ten likes: one group with the count, the newest eight faces, and every account and status that it names beside it."""
    people = await crowd(home, 10)
    status = await liked_by_all(alice, people)

    found = await grouped(alice)

    [group] = found["notification_groups"]
    assert (group["type"], group["notifications_count"], group["status_id"]) == ("favourite", 10, status)
    assert isinstance(group["most_recent_notification_id"], int)
    assert group["sample_account_ids"] == [str(person.id) for person in reversed(people)][:8]
    assert {one["id"] for one in found["accounts"]} == set(group["sample_account_ids"])
    assert [one["id"] for one in found["statuses"]] == [status]
    assert int(group["page_min_id"]) < int(group["page_max_id"]) == group["most_recent_notification_id"]


async def test_what_is_not_to_be_grouped_stands_alone(home: RunningNode, alice: Person) -> None:
    """`grouped_types[]` names the kinds that the client shows as one; two mentions are never one."""
    people = await crowd(home, 2)
    await liked_by_all(alice, people)
    for person in people:
        await posted(person, "Hello @alice")

    usual = (await grouped(alice))["notification_groups"]
    follows_only = (await grouped(alice, "?grouped_types[]=follow"))["notification_groups"]

    assert [one["type"] for one in usual] == ["mention", "mention", "favourite"]
    assert [one["type"] for one in follows_only] == ["mention", "mention", "favourite", "favourite"]
    assert all(one["group_key"].startswith("ungrouped-") for one in follows_only)


async def test_pages_of_groups_meet_without_a_gap(home: RunningNode, alice: Person) -> None:
    """Down by `max_id` and up by `min_id`: every group, and at the end an empty page. One may come again with its older part, as upstream."""
    people = await crowd(home, 3)
    statuses = [await liked_by_all(alice, people, f"Post {number}") for number in range(4)]

    down: list[str] = []
    url: str | None = "/api/v2/notifications?limit=3"
    while url:
        answer = await alice.client.get(url)
        down += [group["status_id"] for group in answer.json()["notification_groups"]]
        url = answer.links["next"]["url"] if "link" in answer.headers else None
    up = (await grouped(alice, "?limit=3&min_id=0"))["notification_groups"]

    assert list(dict.fromkeys(down)) == statuses[::-1]
    assert [group["status_id"] for group in up] == statuses[2::-1]


async def test_a_group_that_goes_on_below_the_page_comes_again(home: RunningNode, alice: Person) -> None:
    """Likes of two posts by turns: the second page has the rest of the first page's group, under the same key."""
    people = await crowd(home, 2)
    one, other = [await posted(alice, text) for text in ("One", "Other")]
    for person in people:
        for status in (one, other):
            await asked(person, "POST", f"/api/v1/statuses/{status['id']}/favourite")

    first = (await grouped(alice, "?limit=1"))["notification_groups"]
    rest = (await grouped(alice, f"?max_id={first[0]['page_max_id']}"))["notification_groups"]

    assert [(group["status_id"], group["notifications_count"]) for group in first] == [(other["id"], 2)]
    assert [(group["status_id"], group["notifications_count"]) for group in rest] == [(one["id"], 2), (other["id"], 1)]


async def test_a_group_has_an_address(home: RunningNode, alice: Person, carol: Person) -> None:
    """By its key, with all who did it in pages; another's key is 404, and so is one that names nothing."""
    people = await crowd(home, 3)
    await liked_by_all(alice, people)
    [group] = (await grouped(alice))["notification_groups"]
    path = f"/api/v2/notifications/{group['group_key']}"

    alone = await asked(alice, "GET", path)
    first = await alice.client.get(f"{path}/accounts?limit=2")
    second = await alice.client.get(first.links["next"]["url"])

    assert [one["notifications_count"] for one in alone["notification_groups"]] == [3]
    assert [one["acct"] for one in (*first.json(), *second.json())] == ["person2", "person1", "person0"]
    assert (await carol.client.get(path)).status_code == 404
    assert (await alice.client.get("/api/v2/notifications/favourite-1-2")).status_code == 404


async def test_a_single_notification_has_an_address_as_a_group(alice: Person, carol: Person) -> None:
    """`ungrouped-<id>` is read, its account listed, and dismissed; another's is 404, words are 404."""
    await posted(carol, "Hello @alice")
    [group] = (await grouped(alice))["notification_groups"]
    path = f"/api/v2/notifications/{group['group_key']}"

    alone = await asked(alice, "GET", path)
    people = await asked(alice, "GET", f"{path}/accounts")
    refused = await carol.client.post(f"{path}/dismiss")
    dismissed = await asked(alice, "POST", f"{path}/dismiss")

    assert alone["notification_groups"][0]["status_id"] == alone["statuses"][0]["id"]
    assert [one["acct"] for one in people] == ["carol"]
    assert (refused.status_code, dismissed) == (404, {})
    assert (await grouped(alice))["notification_groups"] == []
    assert (await alice.client.get("/api/v2/notifications/ungrouped-x")).status_code == 404


async def test_dismissing_a_group_leaves_the_others(home: RunningNode, alice: Person) -> None:
    """All likes of one post go; those of another stay."""
    people = await crowd(home, 2)
    kept, gone = [await liked_by_all(alice, people, text) for text in ("Kept", "Gone")]
    newest = (await grouped(alice))["notification_groups"][0]

    await asked(alice, "POST", f"/api/v2/notifications/{newest['group_key']}/dismiss")

    left = (await grouped(alice))["notification_groups"]
    assert newest["status_id"] == gone
    assert [(one["status_id"], one["notifications_count"]) for one in left] == [(kept, 2)]


async def test_unread_groups_are_counted_from_the_marker(home: RunningNode, alice: Person) -> None:
    """Two groups of three likes count as two; after reading all, none."""
    people = await crowd(home, 3)
    for text in ("One", "Other"):
        await liked_by_all(alice, people, text)
    newest = (await grouped(alice))["notification_groups"][0]["page_max_id"]

    before = await asked(alice, "GET", "/api/v2/notifications/unread_count")
    await asked(alice, "POST", "/api/v1/markers", json={"notifications": {"last_read_id": newest}})

    assert (before, await asked(alice, "GET", "/api/v2/notifications/unread_count")) == ({"count": 2}, {"count": 0})
    assert await asked(alice, "GET", "/api/v1/notifications/unread_count") == {"count": 0}


async def test_only_the_first_face_may_be_whole(home: RunningNode, alice: Person) -> None:
    """`expand_accounts=partial_avatars`: the rest are as small as a row of faces needs, and none is missing."""
    people = await crowd(home, 3)
    await liked_by_all(alice, people)

    found = await grouped(alice, "?expand_accounts=partial_avatars")

    named = found["notification_groups"][0]["sample_account_ids"]
    assert [one["id"] for one in found["accounts"]] == named[:1]
    assert {one["id"] for one in found["partial_accounts"]} == set(named[1:])
    assert "note" not in found["partial_accounts"][0]
    assert "partial_accounts" not in await grouped(alice)


async def test_likes_of_another_half_day_are_another_group(nodes: MakeNode) -> None:
    """Upstream groups what lies close together; follows of one morning are one group, too."""
    clock = StoppedClock()
    home = await nodes("acme", clock=clock)
    alice = await home.person("alice")
    people = await crowd(home, 4)
    status = await liked_by_all(alice, people[:2])
    for person in people[:2]:
        await asked(person, "POST", f"/api/v1/accounts/{alice.id}/follow")

    clock.advance(timedelta(hours=12))
    for person in people[2:]:
        await asked(person, "POST", f"/api/v1/statuses/{status}/favourite")

    told = (await grouped(alice))["notification_groups"]
    assert [(one["type"], one["notifications_count"]) for one in told] == [
        ("favourite", 2),
        ("follow", 2),
        ("favourite", 2),
    ]


@pytest.mark.parametrize("limit", [2, 40])
async def test_a_page_takes_a_fixed_number_of_queries(
    home: RunningNode, alice: Person, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many groups: no query for each."""
    people = await crowd(home, 2)
    for number in range(6):
        await liked_by_all(alice, people, f"Post {number}")
        await posted(people[0], f"Hello @alice, {number}")
    asked_for: list[str] = []
    rows = type(home.node.database).rows

    async def counted(database: Any, sql: str, *values: Any) -> Any:
        asked_for.append(sql)
        return await rows(database, sql, *values)

    monkeypatch.setattr(type(home.node.database), "rows", counted)

    found = await grouped(alice, f"?limit={limit}")

    assert len(found["notification_groups"]) == min(limit, 12)
    assert len(asked_for) <= 25


async def test_names_that_do_not_exist_are_ignored(home: RunningNode, alice: Person, carol: Person) -> None:
    """`types[]` and `exclude_types[]` as in the first version; and only what the person may see."""
    status = await liked_by_all(alice, [carol])
    await posted(carol, "Hello @alice")

    mentions = await grouped(alice, "?types[]=mention&types[]=nonsense")
    others = await grouped(alice, "?exclude_types[]=mention&exclude_types[]=nonsense")
    async with at_work(home):
        await home.node.database.execute("UPDATE post SET deleted_at = 1 WHERE id = ?", int(status))

    assert [one["type"] for one in mentions["notification_groups"]] == ["mention"]
    assert [one["type"] for one in others["notification_groups"]] == ["favourite"]
    assert [one["type"] for one in (await grouped(alice))["notification_groups"]] == ["mention"]
