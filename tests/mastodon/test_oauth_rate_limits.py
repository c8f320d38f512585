"""How often clients may ask, and how they are told."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from fediverse.actions import accounts
from fediverse.actions.access import issue_token
from fediverse.actions.limits import Limiter
from fediverse.app import create_app
from fediverse.node import Node
from fediverse.policy.limits import REGISTRATIONS, REQUESTS, Limit
from tests.support.browsers import Browser, browsing
from tests.support.clocks import NOON, StoppedClock
from tests.support.nodes import RunningNode

PATH = "/api/v1/apps/verify_credentials"


@pytest.fixture
def node(home: RunningNode) -> Node:
    return home.node


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOON + timedelta(minutes=1))


@pytest.fixture
def limited(node: Node, clock: StoppedClock) -> Node:
    settings = node.settings.model_copy(update={"rate_limits": True})
    return replace(node, clock=clock, settings=settings)


@pytest.fixture
async def http(limited: Node) -> AsyncIterator[Browser]:
    async with browsing(limited) as http:
        yield http


async def token_of(node: Node, name: str) -> dict[str, str]:
    account_id = await accounts.register(node, username=name, email=f"{name}@acme.example")
    return {"Authorization": "Bearer " + await issue_token(node, account_id, ["read"])}


async def test_every_answer_says_how_many_are_left_and_until_when(http: Browser) -> None:
    """Also a refusal; the date as Mastodon writes it, which Mastodon.py parses."""
    first = await http.get(PATH)
    second = await http.get(PATH)

    assert first.status_code == 401
    assert first.headers["x-ratelimit-limit"] == str(REQUESTS.hits)
    assert (int(first.headers["x-ratelimit-remaining"]), int(second.headers["x-ratelimit-remaining"])) == (299, 298)
    assert first.headers["x-ratelimit-reset"] == "2026-11-23T12:05:00.000000Z"


async def test_who_asks_too_often_waits_and_then_may_again(limited: Node, http: Browser, clock: StoppedClock) -> None:
    """429 as JSON with the headers that a script of another origin needs to read it; the next window begins anew."""
    headers = await token_of(limited, "alice")
    for _request in range(REQUESTS.hits):
        assert (await http.get(PATH, headers=headers)).status_code == 404

    refused = await http.get(PATH, headers=headers)
    assert (refused.status_code, refused.json()) == (429, {"error": "Too many requests"})
    assert refused.headers["retry-after"] == "240"
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert refused.headers["access-control-allow-origin"] == "*"
    assert "X-RateLimit-Reset" in refused.headers["access-control-expose-headers"]

    clock.advance(timedelta(minutes=4))
    assert (await http.get(PATH, headers=headers)).status_code == 404


async def test_people_behind_one_address_do_not_count_for_each_other(limited: Node) -> None:
    """Counted per person, whatever number of tokens and addresses; a wrong token counts for its address."""
    app = create_app(limited)
    alice, bob = await token_of(limited, "alice"), await token_of(limited, "bob")
    async with browsing(limited, app=app) as office, browsing(limited, "198.51.100.1", app) as home:
        await office.get(PATH, headers=alice)
        of_alice = await home.get(PATH, headers=alice)
        of_bob = await office.get(PATH, headers=bob)
        await office.get(PATH, headers={"Authorization": "Bearer wrong"})
        of_nobody = await office.get(PATH, headers={"Authorization": "Bearer wrong too"})

    left = [int(answer.headers["x-ratelimit-remaining"]) for answer in (of_alice, of_bob, of_nobody)]
    assert left == [298, 299, 298]


async def test_registering_applications_has_a_limit_of_its_own(limited: Node, http: Browser) -> None:
    """Anybody may register, so an address that does nothing else is stopped early, even with a token."""
    headers = await token_of(limited, "alice")
    for _application in range(REGISTRATIONS.hits):
        assert (await http.post("/api/v1/apps", json={})).status_code == 422

    assert (await http.post("/api/v1/apps", json={}, headers=headers)).status_code == 429
    assert (await http.get(PATH, headers=headers)).status_code == 404


async def test_preflights_and_pages_are_not_counted(http: Browser) -> None:
    """A preflight precedes each request of a web client; it must not halve what it may do."""
    preflight = {"Origin": "https://elk.example", "Access-Control-Request-Method": "GET"}

    answer = await http.options(PATH, headers=preflight)
    page = await http.get("/auth/sign_in")
    counted = await http.get(PATH)

    assert answer.status_code == 204
    assert "x-ratelimit-limit" not in page.headers
    assert counted.headers["x-ratelimit-remaining"] == "299"


async def test_limits_can_be_switched_off(node: Node) -> None:
    """For development and the test rigs of clients."""
    unlimited = replace(node, settings=node.settings.model_copy(update={"rate_limits": False}))
    async with browsing(unlimited) as http:
        for _request in range(REQUESTS.hits + 1):
            answer = await http.get(PATH)

    assert answer.status_code == 401


async def test_counters_of_windows_that_are_over_are_forgotten(limited: Node, clock: StoppedClock) -> None:
    """Strangers with ever new addresses do not fill the memory."""
    limiter, limit = Limiter(enabled=True), Limit("test", 1000, 60)

    for number in range(20_000):
        await limiter.hit(limited, limit, str(number))
        clock.advance(timedelta(seconds=1))

    assert len(limiter._counts) < 12_000
    standing = await limiter.hit(limited, limit, "19999")
    assert standing.remaining == 998
