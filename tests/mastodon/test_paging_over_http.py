"""Lists over HTTP: limits, cursors and the Link header as clients rely on them (reference: client API, section 7)."""

import re

import pytest

from tests.support.journeys import posted
from tests.support.nodes import Person, RunningNode


@pytest.fixture
async def ids(alice: Person) -> list[str]:
    """Of 43 posts, the newest first."""
    return [(await posted(alice, f"post {number}"))["id"] for number in range(43)][::-1]


async def test_a_limit_is_clamped_and_garbage_is_ignored(alice: Person, ids: list[str]) -> None:
    """§6, §7: 20 by default, 40 at most; nothing that is sent as a limit is an error."""
    lengths = [
        len((await alice.client.get("/api/v1/timelines/home", params=params)).json())
        for params in ({}, {"limit": "1000"}, {"limit": "-3"}, {"limit": "many"}, {"limit": "3"})
    ]

    assert lengths == [20, 40, 20, 20, 3]


async def test_the_link_leads_through_the_whole_list_and_ends(alice: Person, ids: list[str]) -> None:
    """§7: next first, absolute, in double quotes; the page after the last is empty and has no link."""
    url, seen, pages = f"http://{alice.host}/api/v1/timelines/home?limit=20", [], 0
    while url:
        answer = await alice.client.get(url)
        seen += [status["id"] for status in answer.json()]
        pages += 1
        link = answer.headers.get("link", "")
        assert not link or re.fullmatch(r'<http://[^,;>"]+>; rel="next", <http://[^,;>"]+>; rel="prev"', link)
        url = link.partition("<")[2].partition(">")[0]

    assert (seen, pages) == (ids, 4)


async def test_min_id_pages_forward_from_the_oldest(alice: Person, ids: list[str]) -> None:
    """§7: the oldest page above it, still newest first; `since_id` is the newest page instead, and an unknown cursor is no error."""

    async def page(**cursor: str) -> list[str]:
        answer = await alice.client.get("/api/v1/timelines/home", params={"limit": "5", **cursor})
        return [status["id"] for status in answer.json()]

    assert await page(min_id=ids[-1]) == ids[-6:-1]
    assert await page(since_id=ids[-1]) == ids[:5]
    assert await page(max_id=ids[10], since_id=ids[14]) == ids[11:14]
    assert await page(max_id="1") == []
    assert await page(max_id="99999999999999999999999") == ids[:5]


async def test_several_posts_are_asked_for_twenty_at_a_time(alice: Person, carol: Person, ids: list[str]) -> None:
    """§2.3: unknown ids and what the asker may not see are left out; more than twenty are not looked at."""
    secret = (await posted(alice, "mine alone", "direct"))["id"]

    many = await carol.client.get("/api/v1/statuses", params={"id[]": ids})
    few = await carol.client.get("/api/v1/statuses", params={"id[]": [secret, "1", ids[0]]})

    assert [status["id"] for status in many.json()] == ids[:20]
    assert [status["id"] for status in few.json()] == [ids[0]]


async def test_every_answer_of_the_api_says_where_somebody_stands(home: RunningNode, alice: Person) -> None:
    """§5: successes, refusals and what is not there carry the headers that other origins may read."""
    paths = ["/api/v1/timelines/home", "/api/v1/statuses/1", "/api/v2/instance", "/api/v1/nothing", "/oauth/userinfo"]

    answers = [await client.get(path) for path in paths for client in (alice.client, home.client)]

    assert {answer.status_code for answer in answers} == {200, 401, 404}
    for answer in answers:
        assert {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"} <= set(answer.headers)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "X-RateLimit-Remaining" in answer.headers["access-control-expose-headers"]
