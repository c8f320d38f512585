"""A client on a page of another origin signs a person in, in a real Chromium: by a popup and by a redirect (reference: client API, section 4).

What stands in the way of this is invisible to any other test: `form-action`, an opener policy, cookies that do not come along, answers that scripts
may not read. The client's page is served on a port of its own and does what Phanpy, Elk and others do.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tests.support.clients import registered
from tests.support.nodes import PASSWORD, Person, RunningNode
from tests.support.served import served

# The three ways, by the names of the buttons: the page that the popup ends on tells its opener; the opener reads where the popup is; no popup at all.
MESSAGE, POLLING, REDIRECT = "message", "polling", "redirect"
WAYS = (MESSAGE, POLLING, REDIRECT)
LANGUAGES = {"en-GB": ("Sign in", "Allow", "Refuse"), "fr-FR": ("Se connecter", "Autoriser", "Refuser")}

CLIENT = """<!doctype html>
<title>A client</title>
<link rel="icon" href="data:,">
<button id="message">Popup that tells</button> <button id="polling">Popup that is read</button> <button id="redirect">Redirect</button>
<output></output>
<script>
const node = "http://NODE";
const here = location.origin + "/";
const show = (told) => { document.querySelector("output").textContent = JSON.stringify(told); };
const encoded = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const answered = async (path, options = {}) => {
  const answer = await fetch(node + path, options);
  return { status: answer.status, body: await answer.json(), link: answer.headers.get("Link"), left: answer.headers.get("X-RateLimit-Remaining") };
};

async function begin(way) {
  const redirect_uri = here + (way === "polling" ? "landed" : "");
  const asked = { client_name: "Other origin", redirect_uris: redirect_uri, scopes: "read write" };
  const { body: app } = await answered("/api/v1/apps", { method: "POST", body: new URLSearchParams(asked) });
  const verifier = encoded(crypto.getRandomValues(new Uint8Array(32)));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  const wish = { app, verifier, redirect_uri, state: encoded(crypto.getRandomValues(new Uint8Array(9))) };
  sessionStorage.setItem("wish", JSON.stringify(wish));
  const query = new URLSearchParams({
    client_id: app.client_id, redirect_uri, response_type: "code", scope: "read write", state: wish.state,
    code_challenge: encoded(hash), code_challenge_method: "S256",
  });
  const address = node + "/oauth/authorize?" + query + location.hash.replace("#", "&");
  if (way === "redirect") location.assign(address);
  else wait(way, window.open(address, "sign-in", "popup,width=390,height=700"));
}

function wait(way, popup) {
  let over = false;
  const end = (told) => { clearInterval(timer); if (!over) { over = true; finish(told); } };
  const timer = setInterval(() => {
    // What the popup said just before it closed may be on its way still.
    if (popup.closed) { clearInterval(timer); setTimeout(() => end({ error: "popup closed" }), 1000); return; }
    if (way !== "polling") return;
    let search = "";
    try { search = popup.location.search; } catch { return; }
    if (search) { popup.close(); end(Object.fromEntries(new URLSearchParams(search))); }
  }, 50);
  addEventListener("message", (event) => {
    if (event.origin === location.origin && event.source === popup) end(event.data);
  }, { once: true });
}

async function finish(told) {
  const { app, verifier, redirect_uri, state } = JSON.parse(sessionStorage.getItem("wish"));
  if (!told.code) return show({ error: told.error, same_state: told.state === state });
  const credentials = { client_id: app.client_id, client_secret: app.client_secret };
  const token = await answered("/oauth/token", {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ grant_type: "authorization_code", code: told.code, redirect_uri, code_verifier: verifier, ...credentials }),
  });
  const headers = { Authorization: "Bearer " + token.body.access_token };
  const me = await answered("/api/v1/accounts/verify_credentials", { headers });
  const post = { method: "POST", headers: { ...headers, "Idempotency-Key": verifier }, body: new URLSearchParams({ status: "From another origin" }) };
  const posted = await answered("/api/v1/statuses", post);
  const home = await answered("/api/v1/timelines/home", { headers });
  const over = await answered("/oauth/revoke", { method: "POST", body: new URLSearchParams({ ...credentials, token: token.body.access_token }) });
  const after = await answered("/api/v1/timelines/home", { headers });
  show({
    same_state: told.state === state, name: me.body.username, posted: posted.body.content, link: home.link, left: home.left !== null,
    over: over.body, after: after.body,
  });
}

const came = Object.fromEntries(new URLSearchParams(location.search));
if (location.pathname === "/" && (came.code || came.error)) {
  if (window.opener) { window.opener.postMessage(came, location.origin); window.close(); }
  else finish(came);
}
for (const button of document.querySelectorAll("button")) button.onclick = () => begin(button.id);
</script>
"""


@dataclass
class Visit:
    """A person's browser, on the client's page. *complaints* is what any of its pages wrote to the console as an error or a warning."""

    context: BrowserContext
    origin: str
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        # The client asks once more after it gave its token back, to be refused.
        if message.type in {"error", "warning"} and "status of 401" not in message.text:
            self.complaints.append(message.text)

    async def open(self, more: str = "") -> Page:
        page = await self.context.new_page()
        await page.goto(f"{self.origin}/#{more}")
        return page

    async def begin(self, page: Page, way: str) -> Page:
        """The page of the node that the client leads to: a window of its own, or the same one."""
        button = page.locator(f"#{way}")
        if way == REDIRECT:
            await button.click()
            await page.wait_for_url("http://acme.localhost:8001/**")
            return page
        async with page.expect_popup() as opened:
            await button.click()
        return await opened.value

    async def told(self, page: Page) -> dict[str, Any]:
        """What the client knows in the end, whichever window that is in."""
        await page.wait_for_url(f"{self.origin}/**")
        output = page.locator("output")
        await expect(output).not_to_be_empty()
        told: dict[str, Any] = json.loads(await output.inner_text())
        return told


@pytest.fixture
async def origin(home: RunningNode) -> AsyncIterator[str]:
    """Where the client's page is: another host and another port."""

    async def page(_request: Request) -> Response:
        return HTMLResponse(CLIENT.replace("NODE", home.host))

    app = Starlette(routes=[Route("/", page), Route("/landed", page)])
    async with served(app) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(params=list(LANGUAGES))
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def visit(home: RunningNode, chromium: Browser, origin: str, locale: str) -> AsyncIterator[Visit]:
    """In a browser of the language *locale*. Anything that a page complains about fails the test at its end: that is how a broken policy shows."""
    context = await chromium.new_context(base_url=f"http://{home.host}", locale=locale)
    visit = Visit(context, origin)
    context.on("console", visit.hear)
    yield visit
    await context.close()
    assert visit.complaints == []


async def sign_in(page: Page, button: str) -> None:
    await page.locator("#user_email").fill("alice")
    await page.locator("#user_password").fill(PASSWORD)
    await page.get_by_role("main").get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize("way", WAYS)
async def test_a_client_of_another_origin_gets_its_token(alice: Person, visit: Visit, locale: str, way: str) -> None:
    """Client API 4.11, 4.12, 5: signed in and allowed by hand; the code and the state come back, and scripts of the other origin may use what follows."""
    sign_in_name, allow, _refuse = LANGUAGES[locale]
    page = await visit.open()

    pages = await visit.begin(page, way)
    await sign_in(pages, sign_in_name)
    await expect(pages.get_by_role("main")).to_contain_text("Other origin")
    assert await pages.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await pages.get_by_role("button", name=allow, exact=True).click()
    told = await visit.told(page)

    assert (told["same_state"], told["name"], told["posted"]) == (True, "alice", "<p>From another origin</p>")
    assert told["link"].startswith("<http://acme.localhost:8001/api/v1/timelines/home?max_id=")
    assert (told["left"], told["over"], told["after"]) == (True, {}, {"error": "The access token is invalid"})
    assert len(visit.context.pages) == 1


@pytest.mark.parametrize("way", WAYS)
async def test_a_refused_client_hears_of_it(alice: Person, visit: Visit, locale: str, way: str) -> None:
    """Client API 4.11, 4.12: the word `access_denied` and the state come back the same way as a code does, and no code."""
    sign_in_name, _allow, refuse = LANGUAGES[locale]
    page = await visit.open()

    pages = await visit.begin(page, way)
    await sign_in(pages, sign_in_name)
    await pages.get_by_role("button", name=refuse, exact=True).click()
    told = await visit.told(page)

    assert told == {"error": "access_denied", "same_state": True}


@pytest.mark.parametrize("locale", ["en-GB"], indirect=True)
@pytest.mark.parametrize("way", WAYS)
async def test_who_is_signed_in_is_asked_for_no_password(alice: Person, visit: Visit, way: str) -> None:
    """Client API 4.9: the session comes along from another origin; with `force_login` the form is shown all the same, and leads to the same end."""
    first = await visit.context.new_page()
    await first.goto("/auth/sign_in")
    await sign_in(first, "Sign in")
    page, again = await visit.open(), await visit.open("force_login=true")

    allowed = await visit.begin(page, way)
    await allowed.get_by_role("button", name="Allow", exact=True).click()
    told = await visit.told(page)
    forced = await visit.begin(again, way)
    await sign_in(forced, "Sign in")
    await forced.get_by_role("button", name="Allow", exact=True).click()
    told_again = await visit.told(again)

    assert (told["name"], told_again["name"]) == ("alice", "alice")


@pytest.mark.parametrize("locale", ["en-GB"], indirect=True)
@pytest.mark.parametrize("way", [MESSAGE, REDIRECT])
async def test_a_wrong_password_and_another_language_lose_nothing(alice: Person, visit: Visit, way: str) -> None:
    """Client API 4.9, 4.10: `lang=fr` speaks French to an English browser; after a mistake the way back to the client is still known."""
    page = await visit.open("lang=fr")

    pages = await visit.begin(page, way)
    await pages.locator("#user_email").fill("alice")
    await pages.locator("#user_password").fill("wrong")
    await pages.get_by_role("main").get_by_role("button", name="Se connecter", exact=True).click()
    await expect(pages.get_by_role("alert")).to_be_visible()
    await sign_in(pages, "Se connecter")
    await pages.get_by_role("button", name="Autoriser", exact=True).click()
    told = await visit.told(page)

    assert (told["same_state"], told["name"]) == (True, "alice")


@pytest.mark.parametrize("locale", ["en-GB"], indirect=True)
async def test_an_app_on_the_device_is_called_by_its_scheme(home: RunningNode, alice: Person, visit: Visit) -> None:
    """Client API 4.1, 4.11: Chromium lets the form lead to a scheme of the app's own, to which nothing on this machine answers."""
    client = await registered(home.node, redirect_uri="mastodon-android-auth://callback")
    asked = {
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uri,
        "response_type": "code",
        "scope": "read",
    }
    page = await visit.context.new_page()
    await page.goto(f"/oauth/authorize?{urlencode(asked)}")
    await sign_in(page, "Sign in")

    async with page.expect_request(lambda request: request.url.startswith("mastodon-android-auth:")) as called:
        await page.get_by_role("button", name="Allow", exact=True).click()
    request = await called.value

    assert request.url.startswith("mastodon-android-auth://callback?code=")
