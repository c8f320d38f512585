"""The caller's own profile (reference: client API, sections 2.2 and 3; upstream 4.6)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from tests.support.databases import Databases
from tests.support.journeys import asked, picture
from tests.support.nodes import Person, RunningNode, running_node

_SITE = "site.localhost:8009"


async def changed(person: Person, **sent: Any) -> dict[str, Any]:
    profile: dict[str, Any] = await asked(person, "PATCH", "/api/v1/profile", json=sent)
    return profile


async def test_a_profile_is_read_as_its_owner_typed_it(alice: Person) -> None:
    """Texts without markup; no pictures where none were given."""
    await changed(
        alice, note="Paint & #varnish", fields_attributes=[{"name": "Site", "value": "https://paint.example/a"}]
    )

    profile = await asked(alice, "GET", "/api/v1/profile")

    assert (profile["id"], profile["note"]) == (str(alice.id), "Paint & #varnish")
    assert profile["fields"] == [{"name": "Site", "value": "https://paint.example/a", "verified_at": None}]
    assert (profile["avatar"], profile["header"], profile["avatar_description"]) == (None, None, "")


@pytest.mark.parametrize(
    ("name", "value", "before"),
    [
        ("display_name", "Al", ""),
        ("locked", True, False),
        ("bot", True, False),
        ("discoverable", False, True),
        ("indexable", False, True),
        ("hide_collections", True, False),
        ("show_media", False, True),
        ("show_media_replies", False, True),
        ("show_featured", False, True),
        ("avatar_description", "A tin", ""),
        ("header_description", "A wall", ""),
        ("attribution_domains", ["paint.example"], []),
    ],
)
async def test_each_part_of_a_profile_is_changed_alone(name: str, value: object, before: object, alice: Person) -> None:
    """And kept; everything else stays as it was."""
    first = await asked(alice, "GET", "/api/v1/profile")

    second = await changed(alice, **{name: value})

    assert first[name] == before
    assert second == {**first, name: value} == await asked(alice, "GET", "/api/v1/profile")


async def test_what_others_see_of_a_profile(alice: Person, carol: Person) -> None:
    """The account tells the words for its pictures and what it hides; `source` is its owner's alone."""
    await changed(
        alice, avatar_description="A tin", hide_collections=True, indexable=False, attribution_domains=["Paint.example"]
    )

    seen = await asked(carol, "GET", f"/api/v1/accounts/{alice.id}")
    own = await asked(alice, "GET", "/api/v1/accounts/verify_credentials")

    assert (seen["avatar_description"], seen["hide_collections"], seen["indexable"], seen["noindex"]) == (
        "A tin",
        True,
        False,
        True,
    )
    assert "source" not in seen
    assert own["source"]["attribution_domains"] == ["paint.example"]


async def test_a_picture_goes_with_its_words(alice: Person) -> None:
    """`DELETE profile/avatar`: the description would speak of nothing."""
    await asked(
        alice,
        "PATCH",
        "/api/v1/profile",
        data={"avatar_description": "A tin"},
        files={"avatar": ("a.png", picture(), "image/png")},
    )
    before = await asked(alice, "GET", "/api/v1/profile")

    await asked(alice, "DELETE", "/api/v1/profile/avatar")

    after = await asked(alice, "GET", "/api/v1/profile")
    assert before["avatar"] is not None
    assert before["avatar_description"] == "A tin"
    assert (after["avatar"], after["avatar_description"]) == (None, "")


@pytest.mark.parametrize(
    "wrong", [{"display_name": "x" * 500}, {"attribution_domains": ["not a domain"]}, {"locked": "maybe"}]
)
async def test_a_profile_that_cannot_be_changes_nothing(wrong: dict[str, object], alice: Person) -> None:
    """Not even the part that could be."""
    before = await asked(alice, "GET", "/api/v1/profile")

    await asked(alice, "PATCH", "/api/v1/profile", 422, json={"note": "Paint", **wrong})

    assert await asked(alice, "GET", "/api/v1/profile") == before


async def test_the_preferences_are_complete(alice: Person) -> None:
    """Ivory does not start without them; the keys have colons."""
    await asked(alice, "PATCH", "/api/v1/accounts/update_credentials", json={"source": {"quote_policy": "followers"}})

    preferences = await asked(alice, "GET", "/api/v1/preferences")

    assert preferences == {
        "posting:default:visibility": "public",
        "posting:default:sensitive": False,
        "posting:default:language": None,
        "posting:default:quote_policy": "followers",
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }


# ── links that are verified ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Site:
    """A node, one of its people, and somebody's web site of one page; what the page says, and how often it was asked for."""

    node: RunningNode
    alice: Person
    says: list[str]
    asked_for: list[str]

    async def named(self, markup: str) -> str | None:
        """Since when the page is known to be Alice's, once her profile names it and it says *markup*."""
        self.says[:] = [markup]
        await changed(self.alice, fields_attributes=[{"name": "Site", "value": f"http://{_SITE}/me"}])
        await self.node.settle()
        [field] = (await asked(self.alice, "GET", f"/api/v1/accounts/{self.alice.id}"))["fields"]
        verified: str | None = field["verified_at"]
        return verified


@pytest.fixture
async def site(database_server: Databases, tmp_path: Path) -> AsyncIterator[Site]:
    says: list[str] = []
    asked_for: list[str] = []

    async def show(request: Request) -> Response:
        asked_for.append(request.url.path)
        return HTMLResponse(says[0])

    url = await asyncio.to_thread(database_server.migrated)
    apps: dict[str, ASGIApp] = {_SITE: Starlette(routes=[Route("/me", show)])}
    async with running_node("acme.localhost:8001", tmp_path / "acme", url, apps) as node:
        yield Site(node, await node.person("alice"), says, asked_for)
    database_server.drop(url)


@pytest.mark.parametrize("tag", ["a", "link"])
async def test_a_page_that_links_back_is_verified(tag: str, site: Site) -> None:
    """`rel="me"` on a page of an allowed host; it stays verified while the value stays, and no longer."""
    await site.node.allow(_SITE)

    verified = await site.named(f'<{tag} rel="nofollow me" href="http://acme.localhost:8001/@alice">me</{tag}>')

    kept = await changed(site.alice, fields_attributes=[{"name": "Mine", "value": f"http://{_SITE}/me"}])
    other = await changed(site.alice, fields_attributes=[{"name": "Mine", "value": f"http://{_SITE}/other"}])
    assert verified is not None
    assert (kept["fields"][0]["verified_at"], other["fields"][0]["verified_at"]) == (verified, None)


@pytest.mark.parametrize(
    "markup",
    [
        '<a href="http://acme.localhost:8001/@alice">me</a>',
        '<a rel="me" href="http://acme.localhost:8001/@carol">me</a>',
        '<!-- <a rel="me" href="http://acme.localhost:8001/@alice">me</a> -->',
        "",
    ],
    ids=["no rel", "somebody else", "a comment", "nothing"],
)
async def test_a_page_that_does_not_link_back_is_not_verified(markup: str, site: Site) -> None:
    """The page was asked, and did not say so."""
    await site.node.allow(_SITE)

    verified = await site.named(markup)

    assert (verified, site.asked_for) == (None, ["/me"])


async def test_a_page_on_a_host_that_is_not_allowed_is_not_asked(site: Site) -> None:
    """It would say so, and nobody asks it."""
    verified = await site.named('<a rel="me" href="http://acme.localhost:8001/@alice">me</a>')

    assert (verified, site.asked_for) == (None, [])
