"""What all pages share: who is let in, in which language, under which headers, and what a mistake looks like."""

from collections.abc import AsyncIterator

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from fediverse.web.errors import render_failure, render_http_error
from fediverse.web.translations import locale_of
from tests.support.nodes import Person, RunningNode
from tests.support.visitors import Visitor, visiting

PAGES = (
    "/",
    "/company",
    "/network",
    "/bookmarks",
    "/likes",
    "/people",
    "/requests",
    "/notifications",
    "/search",
    "/compose",
    "/tags/news",
    "/@alice",
    "/@alice/followers",
    "/@alice/following",
    "/settings/profile",
    "/settings/preferences",
    "/settings/apps",
    "/silenced",
)
ADMIN_PAGES = (
    "/admin/domains",
    "/admin/domains/add",
    "/admin/domains/check",
    "/admin/domains/export/csv",
    "/admin/deliveries",
    "/admin/people",
    "/admin/push",
)


@pytest.fixture
async def visitor(home: RunningNode, alice: Person) -> AsyncIterator[Visitor]:
    """Alice at her browser."""
    async with visiting(home, alice) as visitor:
        yield visitor


@pytest.fixture
async def stranger(home: RunningNode) -> AsyncIterator[Visitor]:
    async with visiting(home) as visitor:
        yield visitor


@pytest.mark.parametrize("path", PAGES)
async def test_page_opens_for_a_signed_in_person(visitor: Visitor, path: str) -> None:
    """Every page answers with its own frame around it."""
    page = await visitor.open(path)

    assert page.status_code == 200
    assert 'aria-label="Main"' in page.text


@pytest.mark.parametrize("path", [*PAGES, *ADMIN_PAGES])
async def test_page_leads_a_stranger_to_the_sign_in(stranger: Visitor, alice: Person, path: str) -> None:
    """Nothing is world-readable; after signing in the person lands where they wanted to go."""
    answer = await stranger.open(f"{path}?max_id=5")

    assert answer.status_code == 303
    assert (
        answer.headers["location"] == f"/auth/sign_in?next={path.replace('/', '%2F').replace('@', '%40')}%3Fmax_id%3D5"
    )


@pytest.mark.parametrize("path", ADMIN_PAGES)
async def test_page_of_administrators_does_not_exist_for_others(visitor: Visitor, path: str) -> None:
    """404, as for an address that was never there."""
    page = await visitor.open(path)

    assert page.status_code == 404


@pytest.mark.parametrize("path", ADMIN_PAGES)
async def test_page_of_administrators_opens_for_them(home: RunningNode, path: str) -> None:
    """The twin of the refusal above."""
    root = await home.person("root", "admin")
    async with visiting(home, root) as visitor:
        page = await visitor.open(path)

    assert page.status_code == 200


async def test_page_loads_nothing_from_elsewhere_and_is_not_kept(visitor: Visitor) -> None:
    """No inline script or style is allowed, no frame, no other site; a shared machine keeps nothing."""
    page = await visitor.open("/")

    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["cache-control"] == "private, no-store"
    assert " style=" not in page.text
    assert "<script>" not in page.text


async def test_form_without_the_token_of_the_session_is_refused(visitor: Visitor) -> None:
    """Another site may make a browser send a form; it cannot know the token."""
    page = await visitor.open("/compose")

    refused = await visitor.press(page, "/compose", text="hello", csrf_token="wrong")
    accepted = await visitor.press(page, "/compose", text="hello")

    assert refused.status_code == 403
    assert "did not come from a page of this node" in refused.text
    assert accepted.status_code == 303


async def test_form_of_somebody_signed_out_says_that_the_text_is_not_lost(stranger: Visitor) -> None:
    """A redirect would throw away what was written."""
    answer = await stranger.client.post("/compose", data={"text": "long text"})

    assert answer.status_code == 401
    assert "go back to copy it" in answer.text
    assert 'href="/auth/sign_in"' in answer.text


async def test_unknown_page_says_what_to_do_next(visitor: Visitor) -> None:
    """The same page for what is not there and for what is hidden."""
    page = await visitor.open("/@nobody")

    assert page.status_code == 404
    assert "This page does not exist, or is not for you" in page.text
    assert 'href="/search"' in page.text


async def test_language_of_the_browser_is_used(visitor: Visitor) -> None:
    """French for a browser that asks for it, English for one that asks for something we have not."""
    french = await visitor.open("/", **{"accept-language": "fr-CA,fr;q=0.9,en;q=0.5"})
    other = await visitor.open("/", **{"accept-language": "de, fr;q=0"})

    assert '<html lang="fr">' in french.text
    assert "Votre réseau" in french.text
    assert '<html lang="en">' in other.text


async def test_language_chosen_by_a_link_stays(stranger: Visitor) -> None:
    """The link on the sign-in page sets a cookie; the next page follows it."""
    await stranger.open("/auth/sign_in?lang=fr")
    page = await stranger.open("/auth/sign_in", **{"accept-language": "en"})

    assert '<html lang="fr">' in page.text


async def test_language_chosen_by_the_person_wins(visitor: Visitor) -> None:
    """What is set in the preferences counts more than the browser and links."""
    page = await visitor.open("/settings/preferences")
    await visitor.press(page, "/settings/preferences", locale="fr")

    page = await visitor.open("/?lang=en", **{"accept-language": "en"})

    assert '<html lang="fr">' in page.text


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("fr", "fr"),
        ("en;q=0.1, fr;q=0.2", "fr"),
        ("de, en-GB;q=0.8", "en"),
        ("fr;q=0, en;q=0.1", "en"),
        ("fr;q=nonsense, en", "en"),
        ("", "en"),
        ("*", "en"),
        (";;;,,,", "en"),
    ],
)
def test_accept_language_is_read_by_weight(header: str, locale: str) -> None:
    """Garbage counts as nothing said."""
    request = Request({"type": "http", "headers": [(b"accept-language", header.encode())], "query_string": b""})

    assert locale_of(request, "", "en") == locale


async def test_static_files_are_kept_by_their_content(stranger: Visitor) -> None:
    """The address with the right digest may be kept for good; another must be asked again; what is not listed is not there."""
    page = await stranger.open("/auth/sign_in")
    address = page.text.split('rel="stylesheet" href="')[1].split('"')[0]

    style = await stranger.open(address)
    again = await stranger.open("/static/style.css", **{"if-none-match": style.headers["etag"]})
    missing = await stranger.open("/static/layout.html")

    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in style.headers["cache-control"]
    assert again.status_code == 304
    assert "no-cache" in again.headers["cache-control"]
    assert missing.status_code == 404


async def test_name_with_markup_is_shown_as_text(home: RunningNode, visitor: Visitor) -> None:
    """A display name cannot bring markup into a page."""
    page = await visitor.open("/settings/profile")
    await visitor.press(page, "/settings/profile", display_name="<b onclick=x>Alice</b>")

    page = await visitor.open("/@alice")

    assert "<b onclick" not in page.text
    assert "&lt;b onclick=x&gt;Alice&lt;/b&gt;" in page.text


async def test_notice_is_shown_once(visitor: Visitor) -> None:
    """After a form the next page says what was done; a reload does not say it again."""
    page = await visitor.open("/compose")
    answer = await visitor.press(page, "/compose", text="hello")

    first = await visitor.follow(answer)
    second = await visitor.open("/")

    assert "Your post is out." in first.text
    assert "Your post is out." not in second.text


async def test_notice_holds_no_words_of_others(visitor: Visitor) -> None:
    """A cookie of that name can only name one of our sentences."""
    visitor.client.cookies.set("notice", "You won! Call 555")

    page = await visitor.open("/")

    assert "You won" not in page.text


@pytest.mark.parametrize(
    ("accept", "kind"), [("text/html", "text/html; charset=utf-8"), ("application/json", "application/json")]
)
async def test_address_that_nobody_serves_is_a_page_for_browsers(home: RunningNode, accept: str, kind: str) -> None:
    """And one line of JSON for programs; a fault of ours shows nothing of itself."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/x",
        "query_string": b"",
        "headers": [(b"accept", accept.encode())],
    }
    request = Request({**scope, "node": home.node, "server": ("acme.localhost", 8001), "scheme": "http"})

    missing = render_http_error(request, HTTPException(404))
    failed = render_failure(request, ValueError("secret detail"))

    assert (missing.status_code, failed.status_code) == (404, 500)
    assert missing.headers["content-type"] == kind
    assert b"secret detail" not in bytes(failed.body)
