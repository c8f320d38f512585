"""Every list that clients page through, by its Link header and by its cursors (reference: client API, section 7). Home in depth: test_paging_over_http.py."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fediverse.ids import LARGEST_ID
from tests.support.journeys import asked, posted
from tests.support.nodes import Person, RunningNode

# `next` first, both absolute and in angle brackets, double quotes around the words, no comma or semicolon inside.
LINK = re.compile(r'<(http://[^,;>"]+)>; rel="next", <(http://[^,;>"]+)>; rel="prev"')


@dataclass(frozen=True)
class Lists:
    """Alice's node, on which there are three of everything that a list can hold."""

    alice: Person
    paths: dict[str, str]

    async def page(self, url: str) -> tuple[list[str], str, str]:
        """What the page holds, and where `next` and `prev` lead; empty where there is no Link."""
        answer = await self.alice.client.get(url)
        assert answer.status_code == 200, f"{url}: {answer.text}"
        body = answer.json()
        found = body["notification_groups"] if isinstance(body, dict) else body
        link = answer.headers.get("link", "")
        led = LINK.fullmatch(link)
        assert led is not None or not link, link
        return [_name(one) for one in found], led[1] if led else "", led[2] if led else ""


def _name(one: Any) -> str:
    return str(one) if isinstance(one, str) else str(one.get("id") or one.get("group_key") or one["name"])


@pytest.fixture
async def lists(home: RunningNode, alice: Person) -> Lists:
    people = [await home.person(name) for name in ("bea", "cleo", "dan")]
    strangers = [await home.person(name) for name in ("eve", "finn", "gus")]
    made = await asked(alice, "POST", "/api/v1/lists", json={"title": "Colleagues"})
    shown = await posted(alice, "Everybody likes this")
    quoted = await posted(alice, "Everybody quotes this")
    for number, person in enumerate(people):
        await asked(alice, "POST", f"/api/v1/accounts/{person.id}/follow")
        await asked(alice, "POST", f"/api/v1/accounts/{person.id}/endorse")
        await asked(alice, "POST", f"/api/v1/lists/{made['id']}/accounts", json={"account_ids": [str(person.id)]})
        await asked(person, "POST", f"/api/v1/accounts/{alice.id}/follow")
        await asked(person, "POST", f"/api/v1/statuses/{shown['id']}/favourite")
        await asked(person, "POST", f"/api/v1/statuses/{shown['id']}/reblog")
        await posted(person, "A quote", quoted_status_id=quoted["id"])
        status = await posted(person, "About #paint")
        await asked(alice, "POST", f"/api/v1/statuses/{status['id']}/favourite")
        await asked(alice, "POST", f"/api/v1/statuses/{status['id']}/bookmark")
        await posted(person, "Hello @alice", "direct")
        await asked(alice, "POST", f"/api/v1/tags/tag{number}/follow")
        await asked(alice, "POST", "/api/v1/domain_blocks", json={"domain": f"noise{number}.example"})
        await asked(
            alice,
            "POST",
            "/api/v1/statuses",
            json={"status": "Later", "scheduled_at": f"2099-01-0{number + 1}T09:00:00Z"},
        )
    await asked(alice, "PATCH", "/api/v1/accounts/update_credentials", json={"locked": True})
    for stranger in strangers:
        await asked(stranger, "POST", f"/api/v1/accounts/{alice.id}/follow")
        await asked(alice, "POST", f"/api/v1/accounts/{stranger.id}/mute")
    for unwanted in [await home.person(name) for name in ("hal", "ida", "jon")]:
        await asked(alice, "POST", f"/api/v1/accounts/{unwanted.id}/block")
    return Lists(
        alice,
        {
            "home": "timelines/home?",
            "public": "timelines/public?local=true&",
            "tag": "timelines/tag/paint?",
            "list": f"timelines/list/{made['id']}?",
            "direct": "timelines/direct?",
            "of an account": f"accounts/{people[0].id}/statuses?",
            "followers": f"accounts/{alice.id}/followers?",
            "following": f"accounts/{alice.id}/following?",
            "follow requests": "follow_requests?",
            "blocks": "blocks?",
            "mutes": "mutes?",
            "endorsements": "endorsements?",
            "members of a list": f"lists/{made['id']}/accounts?",
            "favourites": "favourites?",
            "bookmarks": "bookmarks?",
            "favourited by": f"statuses/{shown['id']}/favourited_by?",
            "reblogged by": f"statuses/{shown['id']}/reblogged_by?",
            "quotes": f"statuses/{quoted['id']}/quotes?",
            "conversations": "conversations?",
            "notifications": "notifications?",
            "groups": "../v2/notifications?",
            "followed tags": "followed_tags?",
            "domains": "domain_blocks?",
            "scheduled": "scheduled_statuses?",
        },
    )


async def test_every_list_is_walked_down_and_up_by_its_links(lists: Lists) -> None:
    """Client API 7: page by page each item once, in the order of one long page; then an empty page without a Link. `prev` leads back up the same way."""
    # A group of notifications may come again with its older part: test_notification_groups.py.
    for name, path in lists.paths.items() - {("groups", lists.paths["groups"])}:
        url = f"http://{lists.alice.host}/api/v1/{path}".replace("/v1/../", "/")
        whole, _older, _newer = await lists.page(f"{url}limit=40")
        assert len(whole) >= 3, f"{name}: {whole}"

        down: list[str] = []
        page, older, newer = await lists.page(f"{url}limit=1")
        first_of_all = newer
        while page:
            down += page
            bottom = newer
            page, older, newer = await lists.page(older)
        up: list[str] = [down[-1]]
        page, _older, newer = await lists.page(bottom)
        while page:
            up += page
            page, _older, newer = await lists.page(newer)

        assert down == whole, name
        assert (older, newer) == ("", ""), name
        assert up == whole[::-1], name
        assert (await lists.page(first_of_all))[0] == [], name


async def test_no_list_minds_a_cursor_that_names_nothing(lists: Lists) -> None:
    """Client API 7: ids are only compared, never looked up: below the first and above the last there is nothing, elsewhere everything."""
    for name, path in lists.paths.items():
        url = f"http://{lists.alice.host}/api/v1/{path}".replace("/v1/../", "/")
        for cursor in ("max_id", "since_id", "min_id"):
            low = (await lists.page(f"{url}limit=40&{cursor}=0"))[0]
            high = (await lists.page(f"{url}limit=40&{cursor}={LARGEST_ID}"))[0]

            empty, full = (low, high) if cursor == "max_id" else (high, low)
            assert empty == [], name
            assert len(full) >= 3, name


async def test_lists_of_accounts_are_paged_by_the_tie(lists: Lists) -> None:
    """Client API 7: the cursor of a follower, a block or a like is the id of the edge; an account's id would skip and repeat people."""
    for name in (
        "followers",
        "following",
        "blocks",
        "mutes",
        "favourited by",
        "reblogged by",
        "favourites",
        "bookmarks",
    ):
        page, older, newer = await lists.page(f"/api/v1/{lists.paths[name]}limit=1")

        assert f"max_id={page[0]}" not in older, name
        assert f"min_id={page[0]}" not in newer, name


async def test_a_link_repeats_what_was_asked_but_the_cursor(alice: Person, carol: Person) -> None:
    """Client API 7: the other parameters stay, an old cursor goes, and an empty one is never written."""
    await asked(carol, "POST", f"/api/v1/accounts/{alice.id}/follow")
    lists = Lists(alice, {})

    _page, older, newer = await lists.page(
        "/api/v1/notifications?types[]=follow&types[]=favourite&limit=1&max_id=&since_id=0"
    )

    for url, cursor in ((older, "max_id"), (newer, "min_id")):
        assert url.count("types%5B%5D=") == 2
        assert "limit=1" in url
        assert re.search(rf"[?&]{cursor}=\d+$", url)
        assert len(re.findall(r"(?:max|min|since)_id=", url)) == 1


async def test_search_and_the_directory_are_paged_by_offset(home: RunningNode, alice: Person, carol: Person) -> None:
    """Client API 7: without a Link; offsets meet without a gap and end in nothing."""
    for person in (alice, carol, await home.person("dave")):
        await asked(person, "PATCH", "/api/v1/accounts/update_credentials", json={"discoverable": True})
        await posted(person, "About paint")
    for text in ("Wet paint", "Dry paint"):
        await posted(alice, text)
    paths: dict[str, Callable[[Any], list[Any]]] = {
        "/api/v2/search?q=paint&type=statuses": lambda body: list(body["statuses"]),
        "/api/v2/search?q=from:me&type=statuses": lambda body: list(body["statuses"]),
        "/api/v1/directory?local=true&order=new": list,
    }
    for path, items in paths.items():
        answers = [await alice.client.get(f"{path}&limit=2&offset={offset}") for offset in (0, 2, 40, 10**19 - 1)]
        pages = [[one["id"] for one in items(answer.json())] for answer in answers]
        whole = [one["id"] for one in items(await asked(alice, "GET", f"{path}&limit=4&offset=0"))]

        assert all("link" not in answer.headers for answer in answers)
        assert pages[0] + pages[1] == whole
        assert (len(pages[0]), pages[2:]) == (2, [[], []])


@pytest.fixture
async def chatter(alice: Person, carol: Person) -> None:
    """101 posts of Carol's, whom Alice follows, each of which names Alice."""
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow")
    for number in range(101):
        await posted(carol, f"@alice #paint number {number}")


async def test_lists_have_the_lengths_that_clients_expect(alice: Person, carol: Person, chatter: None) -> None:
    """Client API 7: timelines and search 20 and 40 at most, notifications 40 and 80; counts of what is unread 100 and up to 1000."""
    lengths: dict[str, list[int]] = {}
    for path in (
        "timelines/home",
        "timelines/public",
        "timelines/tag/paint",
        f"accounts/{carol.id}/statuses",
        "notifications",
    ):
        lengths[path] = [
            len(await asked(alice, "GET", f"/api/v1/{path}{query}")) for query in ("", "?limit=1000", "?limit=-1")
        ]
    groups = [
        len((await asked(alice, "GET", f"/api/v2/notifications{query}"))["notification_groups"])
        for query in ("", "?limit=1000")
    ]
    found = [
        len((await asked(alice, "GET", f"/api/v2/search?q=number&type=statuses{query}"))["statuses"])
        for query in ("", "&limit=1000")
    ]
    counts = [
        (await asked(alice, "GET", f"/api/{version}/notifications/unread_count{query}"))["count"]
        for version in ("v1", "v2")
        for query in ("", "?limit=1000")
    ]

    assert lengths.pop("notifications") == [40, 80, 40]
    assert set(map(tuple, lengths.values())) == {(20, 40, 20)}
    assert (groups, found, counts) == ([40, 80], [20, 40], [100, 101, 100, 101])


async def test_a_thread_is_shown_whole(alice: Person) -> None:
    """Client API 7: to people with a token far beyond what strangers are shown elsewhere (40 above, 60 below, 20 deep); oldest first."""
    ids = [(await posted(alice, "0"))["id"]]
    for number in range(1, 70):
        ids.append((await posted(alice, str(number), in_reply_to_id=ids[-1]))["id"])

    above = await asked(alice, "GET", f"/api/v1/statuses/{ids[-1]}/context")
    below = await asked(alice, "GET", f"/api/v1/statuses/{ids[0]}/context")

    assert [status["id"] for status in above["ancestors"]] == ids[:-1]
    assert [status["id"] for status in below["descendants"]] == ids[1:]


async def test_ids_are_decimal_texts_that_grow_with_time(alice: Person, carol: Person) -> None:
    """Client API 7: milliseconds, then 16 bits, of statuses and accounts alike: clients sort them as text, and make cursors of dates."""
    before = int(datetime.now(UTC).timestamp() * 1000)
    ids = [(await posted(alice, str(number)))["id"] for number in range(5)]
    me = await asked(alice, "GET", "/api/v1/accounts/verify_credentials")
    hour_ago, in_an_hour = (
        int((datetime.now(UTC) + timedelta(hours=hours)).timestamp() * 1000) << 16 for hours in (-1, 1)
    )

    newer = await asked(alice, "GET", f"/api/v1/timelines/home?min_id={hour_ago}&max_id={in_an_hour}")
    none = await asked(alice, "GET", f"/api/v1/timelines/home?min_id={in_an_hour}")

    assert all(isinstance(one, str) and re.fullmatch(r"[1-9]\d{17,18}", one) for one in (*ids, me["id"]))
    assert sorted(ids, key=lambda one: one.zfill(30)) == ids
    assert 0 <= (int(ids[0]) >> 16) - before < 60_000
    assert 0 <= before - (int(me["id"]) >> 16) < 600_000
    assert ([status["id"] for status in newer], none) == (ids[::-1], [])


async def test_ids_of_notifications_are_small(alice: Person, carol: Person) -> None:
    """Client API 7: a plain sequence, which JavaScript and 32-bit integers hold; `since_id`, as Phanpy asks every 20 seconds, brings what is new."""
    await posted(carol, "Hello @alice")
    [first] = await asked(alice, "GET", "/api/v1/notifications")
    await posted(carol, "Again @alice")

    news = await asked(alice, "GET", f"/api/v1/notifications?limit=1&since_id={first['id']}")
    nothing = await asked(alice, "GET", f"/api/v1/notifications?limit=1&since_id={news[0]['id']}")

    assert 0 < int(first["id"]) < int(news[0]["id"]) < 2**31
    assert nothing == []
