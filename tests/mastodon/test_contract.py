"""The contract: answers of the client API as the published schema has them. Every test's client checks each answer; here the check itself is tested."""

import re
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fediverse.mastodon.routes import MASTODON, SOCKETS, STREAMING
from fediverse.routes import ROUTES
from tests.support.contract import SCHEMA_FILE, Contract, contract, require_contract
from tests.support.nodes import Person


@pytest.fixture
def published() -> Contract:
    known = contract()
    if known is None:
        pytest.fail(f"this test needs the client API's schema at {SCHEMA_FILE}, beside the checkout")
    return known


async def account_of(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = (await person.client.get(f"/api/v1/accounts/{person.id}")).json()
    return found


async def test_the_check_sees_what_is_missing_null_or_of_another_kind(alice: Person, published: Contract) -> None:
    """A check that accepts everything would prove nothing."""
    entity = await account_of(alice)
    spoilt = entity | {"id": 1, "note": None, "created_at": "2026-11-23T10:05:06+00:00", "avatar": "/a.png", "bot": 0}
    del spoilt["username"]

    found = published.problems("GET", f"/api/v1/accounts/{alice.id}", 200, spoilt)

    assert published.problems("GET", f"/api/v1/accounts/{alice.id}", 200, entity) == []
    assert {problem.partition(":")[0] for problem in found} == {
        "id", "note", "created_at", "avatar", "bot", "answer",
    }  # fmt: skip


async def test_an_answer_that_breaks_the_contract_fails_the_test_that_asked(published: Contract) -> None:
    """Of another type, without the headers that browsers need, an error in another form; and the twin that is right."""
    good = {"access-control-allow-origin": "*", "content-type": "application/json"}
    request = httpx2.Request("GET", "http://acme.localhost/api/v1/accounts/1")
    refused = [
        httpx2.Response(404, headers=good, json={"message": "no"}, request=request),
        httpx2.Response(404, headers={"content-type": "application/json"}, json={"error": "no"}, request=request),
        httpx2.Response(404, headers={**good, "content-type": "text/html"}, text="no", request=request),
    ]

    for response in refused:
        with pytest.raises(AssertionError):
            await require_contract(response)
    await require_contract(httpx2.Response(404, headers=good, json={"error": "no"}, request=request))


# ── every row, on the page, in the schema and in the routes ───────────────────────────────────────

PAGE = Path(__file__).parents[2] / "docs" / "client-api.md"


def rows() -> set[tuple[str, str]]:
    """Method and path of each request that the page lists."""
    return set(re.findall(r"^\| `([A-Z]+) (/\S+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))


def not_here() -> dict[str, str]:
    """Paths that the page says are not here, each with its reason."""
    return dict(re.findall(r"^\| `(/\S+)` \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_page_and_the_routes_list_the_same() -> None:
    """A route that the page forgets, or a row that nobody answers, fails."""
    routes = {(method, path) for methods, path, _end in (*MASTODON, *STREAMING) for method in methods.split()}
    routes |= {("WS", path) for path, _endpoint in SOCKETS}

    assert rows() == routes


def test_every_operation_of_the_schema_has_a_route_or_a_reason(published: Contract) -> None:
    """A row of the API that nobody answers is written down, with why."""
    every = {(method, _shape(path)) for method, path in rows()}
    every |= {(method, _shape(route.path)) for route in ROUTES for method in getattr(route, "methods", None) or ()}
    reasons = not_here()

    missing = {
        path
        for method, path in published.operations
        if (method, _shape(path)) not in every and not path.startswith(tuple(reasons))
    }

    assert missing == set()
    assert all(len(reason) > 5 for reason in reasons.values())


def _shape(path: str) -> str:
    """The path with every parameter as {}."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))
