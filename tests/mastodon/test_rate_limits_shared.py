"""Limits hold for all processes of a node together where there are several, for what an application does by itself, and for guessing at tokens."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from fediverse.actions import retention
from fediverse.actions.limits import KEPT, Limiter
from fediverse.app import create_app
from fediverse.node import Node
from fediverse.policy.limits import GRANTS, REQUESTS, SIGN_INS_PER_NAME, UPLOADS, Limit
from tests.support.browsers import Browser, browsing
from tests.support.clients import registered
from tests.support.clocks import NOON, StoppedClock
from tests.support.nodes import PASSWORD, RunningNode

PATH = "/api/v1/apps/verify_credentials"


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOON + timedelta(minutes=1))


@pytest.fixture
def limited(home: RunningNode, clock: StoppedClock) -> Node:
    settings = home.node.settings.model_copy(update={"rate_limits": True})
    return replace(home.node, clock=clock, settings=settings)


@pytest.fixture
async def http(limited: Node) -> AsyncIterator[Browser]:
    async with browsing(limited) as http:
        yield http


def is_shared(node: Node) -> bool:
    """SQLite serves one process, so that its memory is enough."""
    return node.database.dialect != "sqlite"


@pytest.mark.parametrize("limit", [SIGN_INS_PER_NAME, UPLOADS, REQUESTS])
async def test_processes_count_together(limited: Node, limit: Limit) -> None:
    """Turn by turn in three processes: with one table all of them together get what one gets, and a tenth more each at most."""
    processes = [Limiter(enabled=True) for _ in range(3)]

    allowed = 0
    for turn in range(limit.hits * 3):
        allowed += (await processes[turn % 3].hit(limited, limit, "alice")).allowed
    other = await processes[0].hit(limited, limit, "bob")

    assert allowed <= (limit.hits * 1.3 if is_shared(limited) else limit.hits * 3)
    assert allowed >= limit.hits
    assert other.remaining == limit.hits - 1


async def test_reading_costs_hardly_any_statement(limited: Node) -> None:
    """A process hands in a tenth of a limit at a time; somebody who is over it makes no work at all."""
    limiter = Limiter(enabled=True)

    async def handed_in() -> int:
        return int(await limited.database.value("SELECT COALESCE(SUM(count), 0) FROM rate_window"))

    seen = []
    for _hit in range(REQUESTS.hits * 2):
        await limiter.hit(limited, REQUESTS, "alice")
        seen.append(await handed_in())

    assert len(set(seen)) <= 13
    assert seen[-1] <= REQUESTS.hits + 30


async def test_names_and_addresses_are_not_in_the_table(limited: Node) -> None:
    """Who signed in from where is nobody's business; the key is a hash, and short enough whatever the name."""
    limiter = Limiter(enabled=True)

    await limiter.hit(limited, SIGN_INS_PER_NAME, "alice@acme.example" * 20)

    rows = await limited.database.rows("SELECT key FROM rate_window")
    assert len(rows) == (1 if is_shared(limited) else 0)
    assert all("alice" not in row["key"] for row in rows)


async def test_old_windows_are_swept(limited: Node, clock: StoppedClock) -> None:
    """The window of this moment stays; one that is long over goes."""
    columns = "INSERT INTO rate_window (key, started_at, count) VALUES (?, ?, ?)"
    for name, at in (("old", clock.now() - KEPT - timedelta(seconds=1)), ("new", clock.now())):
        await limited.database.execute(columns, name, int(at.timestamp() * 1000), 1)

    await retention.forget_expired(limited)

    assert [row["key"] for row in await limited.database.rows("SELECT key FROM rate_window")] == ["new"]


async def test_an_application_by_itself_counts_for_itself_and_its_address(limited: Node) -> None:
    """Anybody may register applications: ten of them at one address have what one has; elsewhere each has its own."""
    app = create_app(limited)
    tokens = []
    for _number in range(2):
        client = await registered(limited)
        sent = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": client.secret}
        async with browsing(limited, "192.0.2.1", app) as setup:
            tokens.append((await setup.post("/oauth/token", data=sent)).json()["access_token"])
    first, second = [{"Authorization": f"Bearer {token}"} for token in tokens]
    async with browsing(limited, app=app) as office, browsing(limited, "198.51.100.1", app) as elsewhere:
        left = [
            int((await where.get(PATH, headers=who)).headers["x-ratelimit-remaining"])
            for where, who in ((office, first), (office, second), (elsewhere, first), (elsewhere, second))
        ]

    assert left == [299, 298, 298, 298]


async def test_guesses_at_tokens_end(http: Browser, limited: Node) -> None:
    """§5: refused tries of one address, not those that turn out well; 429 as JSON with the moment at which it may go on."""
    client = await registered(limited)
    good = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": client.secret}
    guess = good | {"client_secret": "guess"}

    for _try in range(GRANTS.hits - 1):
        assert (await http.post("/oauth/token", data=guess)).status_code == 401
    fine = [(await http.post("/oauth/token", data=good)).status_code for _try in range(3)]
    last, barred = await http.post("/oauth/token", data=guess), await http.post("/oauth/token", data=guess)

    assert fine == [200] * 3
    assert (last.status_code, barred.status_code) == (401, 429)
    assert int(barred.headers["retry-after"]) > 0
    assert barred.headers["access-control-allow-origin"] == "*"


async def test_guesses_at_a_password_end_in_all_processes(limited: Node, home: RunningNode) -> None:
    """Two processes with their own memory: the name is barred in both where they share a database."""
    await home.person("alice")
    apps = [create_app(limited), create_app(limited)]

    statuses = []
    for turn in range(SIGN_INS_PER_NAME.hits + 2):
        async with browsing(limited, f"203.0.113.{turn}", apps[turn % 2]) as browser:
            statuses.append((await browser.sign_in("alice", "wrong guess")).status_code)
    async with browsing(limited, "198.51.100.9", apps[0]) as browser:
        right = await browser.sign_in("alice", PASSWORD)

    assert statuses[: SIGN_INS_PER_NAME.hits] == [401] * SIGN_INS_PER_NAME.hits
    assert statuses[-1] == (429 if is_shared(limited) else 401)
    assert right.status_code == (429 if is_shared(limited) else 303)


async def test_guesses_at_the_password_in_an_open_browser_end(limited: Node, home: RunningNode) -> None:
    """Changing it needs the current one, which cannot be guessed there for longer than at the sign-in page; elsewhere the settings go on."""
    await home.person("alice")
    async with browsing(limited) as browser:
        await browser.sign_in("alice", PASSWORD)
        page = await browser.get("/settings/preferences")
        [guard, *_same] = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)
        guess = {
            "csrf_token": guard,
            "current": "a wrong guess",
            "new": "another password",
            "again": "another password",
        }

        statuses = [
            (await browser.post("/settings/password", data=guess)).status_code
            for _try in range(SIGN_INS_PER_NAME.hits + 1)
        ]
        after = await browser.get("/settings/preferences")

    assert statuses == [422] * SIGN_INS_PER_NAME.hits + [429]
    assert after.status_code == 200
