"""What scripts of other origins need of each answer, on a whole node (reference: client API, section 5). The middleware alone: test_cross_origin.py."""

import re
from datetime import UTC, datetime

import httpx2
import pytest

from fediverse.mastodon.routes import MASTODON, STREAMING
from tests.support.journeys import asked, picture, posted
from tests.support.nodes import MakeNode, Person, RunningNode

API = [(methods, path) for methods, path, _endpoint in (*MASTODON, *STREAMING) if path.startswith("/api/")]
OPEN_TO_READ = [
    "/.well-known/nodeinfo",
    "/nodeinfo/2.0",
    "/nodeinfo/2.1",
    "/.well-known/host-meta",
    "/.well-known/oauth-authorization-server",
]
ANOTHER_ORIGIN = {"Origin": "https://phanpy.social"}


def filled(path: str) -> str:
    """A path of the map with something in each of its places."""
    return re.sub(r"\{[^}]+\}", "1", path)


async def test_a_preflight_of_every_path_is_answered_before_anybody_asks_who_it_is(home: RunningNode) -> None:
    """Client API 5: 2xx for each, without a token, for any header; each method of the path is among those that are allowed."""
    for methods, path in API:
        for method in methods.split():
            answer = await home.client.options(
                filled(path),
                headers={
                    **ANOTHER_ORIGIN,
                    "Access-Control-Request-Method": method,
                    "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
                },
            )

            assert answer.status_code == 204, path
            assert answer.headers["access-control-allow-origin"] == "*", path
            assert method in answer.headers["access-control-allow-methods"].split(", "), path
            assert answer.headers["access-control-allow-headers"] == "authorization,content-type,idempotency-key"


@pytest.mark.parametrize("path", OPEN_TO_READ)
async def test_documents_about_the_node_are_readable_from_anywhere(home: RunningNode, alice: Person, path: str) -> None:
    """Client API 5: Phanpy and Elk read NodeInfo and host-meta from their own origin."""
    answer = await home.client.get(path, headers=ANOTHER_ORIGIN)

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")


@pytest.mark.parametrize("path", ["/@alice", "/users/alice", "/settings/profile"])
async def test_pages_and_actors_are_not(home: RunningNode, alice: Person, path: str) -> None:
    """Client API 5: upstream opens `/@user` and `/users/*` as well; here they are for people with a session and for servers that sign."""
    answer = await home.client.get(path, headers=ANOTHER_ORIGIN)

    assert answer.status_code != 200
    assert "access-control-allow-origin" not in answer.headers


async def test_every_kind_of_refusal_can_be_read_from_elsewhere(home: RunningNode, alice: Person) -> None:
    """Client API 5: 400, 401, 403, 404, 413, 415, 422 with `{"error": …}` and the headers, or a client sees "Failed to fetch" in place of the sentence."""
    status = await posted(alice, "Hello")
    form, json = {"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "application/json"}
    answers = [
        await alice.client.post("/api/v1/statuses", content=b"{", headers=json),
        await home.client.get("/api/v1/timelines/home"),
        await alice.client.post("/api/v1/accounts", json={}),
        await alice.client.get("/api/v1/statuses/1"),
        await alice.client.get("/api/v1/no/such/path"),
        await alice.client.put("/api/v1/timelines/home"),
        await alice.client.post("/api/v1/statuses", content=b"status=" + b"x" * 2_000_000, headers=form),
        await alice.client.post("/api/v1/statuses", content=b"Hello", headers={"Content-Type": "text/plain"}),
        await alice.client.put(f"/api/v1/statuses/{status['id']}", json={"status": ""}),
    ]

    assert [answer.status_code for answer in answers] == [400, 401, 403, 404, 404, 404, 413, 415, 422]
    for answer in answers:
        assert isinstance(answer.json()["error"], str)
        assert answer.headers["access-control-allow-origin"] == "*"


async def test_a_fault_of_ours_can_be_read_from_elsewhere(home: RunningNode, alice: Person) -> None:
    """Client API 5: also a 500 that nobody foresaw, on the whole node: here a table is gone."""
    await home.node.database.execute("DROP TABLE marker")
    transport = httpx2.ASGITransport(home.app, raise_app_exceptions=False)

    async with httpx2.AsyncClient(transport=transport, base_url=f"http://{home.host}") as client:
        answer = await client.get("/api/v1/markers?timeline[]=home", headers={"Authorization": f"Bearer {alice.token}"})

    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/json")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json() == {"error": "Something went wrong on our side"}


async def test_files_can_be_read_by_scripts(home: RunningNode, alice: Person) -> None:
    """Client API 5: Phanpy and Elk fetch some for blurhash and canvas; without the link's permission there is nothing, and the header still."""
    files = {"file": ("a.png", picture(), "image/png")}
    media = await asked(alice, "POST", "/api/v2/media", files=files)
    me = await asked(
        alice, "PATCH", "/api/v1/accounts/update_credentials", files={"avatar": ("a.png", picture(), "image/png")}
    )
    urls = [media["url"], media["preview_url"], me["avatar"], me["header"]]

    found = [await home.client.get(url, headers=ANOTHER_ORIGIN) for url in urls]
    bare = await home.client.get(media["url"].partition("?")[0], headers=ANOTHER_ORIGIN)

    assert [answer.status_code for answer in found] == [200] * 4
    assert bare.status_code in {403, 404}
    assert {answer.headers["access-control-allow-origin"] for answer in (*found, bare)} == {"*"}


async def test_what_has_nothing_to_say_says_an_empty_object(alice: Person, carol: Person) -> None:
    """Client API 5: masto.js throws on an empty body and on any type but `application/json`; a 204 has neither."""
    made = await asked(alice, "POST", "/api/v1/lists", json={"title": "One"})
    kept = await asked(alice, "POST", "/api/v2/filters", json={"title": "One", "context": ["home"]})
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow")
    members = f"/api/v1/lists/{made['id']}/accounts"
    deeds = [
        ("POST", members, {"account_ids": [str(carol.id)]}),
        ("DELETE", members, {"account_ids": [str(carol.id)]}),
        ("DELETE", f"/api/v1/lists/{made['id']}", None),
        ("DELETE", f"/api/v2/filters/{kept['id']}", None),
        ("POST", "/api/v1/domain_blocks", {"domain": "noise.example"}),
        ("DELETE", "/api/v1/domain_blocks", {"domain": "noise.example"}),
        ("POST", "/api/v1/notifications/clear", None),
        ("DELETE", f"/api/v1/suggestions/{carol.id}", None),
        ("DELETE", "/api/v1/push/subscription", None),
        ("POST", "/oauth/revoke", {"token": alice.token}),
    ]

    answers = [await alice.client.request(method, path, json=body) for method, path, body in deeds]

    for answer in answers:
        assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"{}", "application/json")


async def test_the_limits_are_those_that_clients_are_built_for(nodes: MakeNode) -> None:
    """Client API 5: 300 in five minutes, 30 uploads and 30 deletions in half an hour, told with the moment of the next window."""
    home = await nodes("acme", rate_limits=True)
    alice = await home.person("alice")
    files = {"file": ("a.png", picture(), "image/png")}

    answers = [
        await alice.client.get("/api/v1/timelines/home"),
        await alice.client.post("/api/v2/media", files=files),
        await alice.client.delete("/api/v1/statuses/1"),
    ]

    now = datetime.now(UTC)
    for answer, (limit, window_s) in zip(answers, [(300, 300), (30, 1800), (30, 1800)], strict=True):
        assert answer.headers["x-ratelimit-limit"] == str(limit)
        assert int(answer.headers["x-ratelimit-remaining"]) < limit
        left = datetime.strptime(answer.headers["x-ratelimit-reset"], "%Y-%m-%dT%H:%M:%S.%f%z") - now
        assert 0 <= left.total_seconds() + 1 <= window_s + 1
