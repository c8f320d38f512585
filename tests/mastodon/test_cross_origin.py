"""What a browser asks before and after it lets a client of another origin read our answers (reference: client API, section 5)."""

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from fediverse.mastodon.cors import CrossOrigin
from fediverse.mastodon.errors import render_failure
from fediverse.mastodon.trailing_slash import TrailingSlash

PREFLIGHT = {
    "Origin": "https://phanpy.social",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,idempotency-key,x-unheard-of",
}


async def _path(request: Request) -> Response:
    return PlainTextResponse(f"{request.url.path}?{request.url.query}")


async def _fails(request: Request) -> Response:
    raise RuntimeError


@pytest.fixture
def browser() -> httpx2.AsyncClient:
    """A stranger's script before a small application with one endpoint that answers and one that breaks."""
    routes = [Route(path, _path) for path in ("/api/v1/instance", "/oauth/authorize", "/settings", "/media/1/small")]
    app = Starlette(routes=[*routes, Route("/api/v1/broken", _fails)], exception_handlers={Exception: render_failure})
    app.router.redirect_slashes = False
    transport = httpx2.ASGITransport(CrossOrigin(TrailingSlash(app)), raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="https://acme.example")


@pytest.mark.parametrize("path", ["/api/v1/statuses", "/api/v1/no/such/path", "/oauth/token", "/oauth/revoke"])
async def test_a_preflight_is_answered_for_every_path_and_any_header(path: str, browser: httpx2.AsyncClient) -> None:
    """Before any token: a browser sends none with it. A refused header would make Phanpy post twice."""
    answer = await browser.options(path, headers=PREFLIGHT)

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == PREFLIGHT["Access-Control-Request-Headers"]


@pytest.mark.parametrize("path", ["/settings", "/oauth/authorize", "/auth/sign_in"])
async def test_pages_for_people_are_not_opened_to_scripts(path: str, browser: httpx2.AsyncClient) -> None:
    """The same preflight to a page that a session opens is refused, and its answer has no such header."""
    preflight = await browser.options(path, headers=PREFLIGHT)
    answer = await browser.get(path, headers={"Origin": "https://phanpy.social"})

    assert "access-control-allow-origin" not in preflight.headers
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/v1/instance", 200), ("/api/v1/unknown", 404), ("/api/v1/broken", 500), ("/media/1/small", 200)],
)
async def test_answers_and_errors_can_be_read_from_elsewhere(
    path: str, status: int, browser: httpx2.AsyncClient
) -> None:
    """Without these headers a client sees "Failed to fetch" in place of our message, and no paging without `Link`."""
    answer = await browser.get(path, headers={"Origin": "https://phanpy.social"})

    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Link" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in answer.headers


async def test_our_own_fault_is_json_that_says_nothing(browser: httpx2.AsyncClient) -> None:
    """masto.js throws on any other type, and a stack trace is nobody's business."""
    answer = await browser.get("/api/v1/broken")

    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"error": "Something went wrong on our side"}


async def test_a_trailing_slash_is_served_without_a_redirect(browser: httpx2.AsyncClient) -> None:
    """Mastodon.py and toot write it; a redirect would lose the token."""
    by_library = await browser.get("/api/v1/instance/?a=1")
    by_toot = await browser.get("/oauth/authorize/?client_id=x")

    assert (by_library.status_code, by_library.text) == (200, "/api/v1/instance?a=1")
    assert (by_toot.status_code, by_toot.text) == (200, "/oauth/authorize?client_id=x")


async def test_other_paths_keep_their_slash(browser: httpx2.AsyncClient) -> None:
    """Only this door's paths are read so."""
    assert (await browser.get("/settings/")).status_code == 404
