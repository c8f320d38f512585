"""The sign-in page: who gets in, who does not, and what cookies and headers say."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from fediverse.actions import accounts
from fediverse.app import create_app
from fediverse.node import Node
from fediverse.policy.limits import SIGN_INS_PER_ADDRESS, SIGN_INS_PER_NAME
from fediverse.queries.access import signed_in_by_session
from tests.support.browsers import Browser, browsing
from tests.support.clocks import StoppedClock
from tests.support.nodes import RunningNode

PASSWORD = "correct horse battery"
WRONG = "This name and password do not belong together."


@pytest.fixture
def node(home: RunningNode) -> Node:
    return home.node


@pytest.fixture
async def alice(node: Node) -> int:
    return await accounts.register(node, username="alice", email="alice@acme.example", password=PASSWORD)


@pytest.fixture
async def browser(node: Node) -> AsyncIterator[Browser]:
    async with browsing(node) as browser:
        yield browser


async def test_right_password_signs_in_and_leads_back(node: Node, alice: int, browser: Browser) -> None:
    """The session is the person's, and the page is the one that was wanted."""
    answer = await browser.sign_in("alice", PASSWORD, "/auth/sign_in?next=%2Fnotifications%3Fkind%3Dmention")

    assert (answer.status_code, answer.headers["location"]) == (303, "/notifications?kind=mention")
    person = await signed_in_by_session(node, browser.cookies["session"])
    assert person.account_id == alice


async def test_wrong_password_is_told_in_one_sentence(node: Node, alice: int, browser: Browser) -> None:
    """The same for an unknown name; the name stays in the form, the password does not; nobody is signed in."""
    for name, password in (("alice", "wrong horse"), ("nobody", PASSWORD), ("alice", ""), ("", "")):
        answer = await browser.sign_in(name, password)
        assert answer.status_code == 401
        assert WRONG in answer.text
        assert f'value="{name}"' in answer.text
        assert PASSWORD not in answer.text
        assert "session" not in browser.cookies


async def test_client_test_rigs_find_their_elements(browser: Browser) -> None:
    """Path and elements are Mastodon's; the only form on the page is this one."""
    page = await browser.get("/auth/sign_in")

    assert page.status_code == 200
    assert 'id="user_email"' in page.text
    assert 'id="user_password"' in page.text
    assert page.text.count('type="submit"') == 1


async def test_sign_in_leads_to_no_other_site(node: Node, alice: int, browser: Browser) -> None:
    """A link to our own sign-in page must not end on somebody else's."""
    for wanted in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a%0d%0ab",
        "",
    ):
        answer = await browser.sign_in("alice", PASSWORD, f"/auth/sign_in?next={wanted}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/"), wanted


async def test_form_of_another_site_signs_nobody_in(node: Node, alice: int, browser: Browser) -> None:
    """Name and password are right, but the form is not from our page in this browser; then it is."""
    page = await browser.get("/auth/sign_in")

    for forged in ({}, {"csrf_token": ""}, {"csrf_token": "x" * 43}):
        answer = await browser.post("/auth/sign_in", data={"email": "alice", "password": PASSWORD, **forged})
        assert answer.status_code == 403
        assert "session" not in browser.cookies

    assert (await browser.send_form(page, email="alice", password=PASSWORD)).status_code == 303


async def test_form_without_the_page_in_this_browser_signs_nobody_in(node: Node, alice: int, browser: Browser) -> None:
    """No cookie and no token are not equal to each other; and a token that another browser got from the page is worth nothing here."""
    empty = await browser.post("/auth/sign_in", data={"email": "alice", "password": PASSWORD, "csrf_token": ""})
    assert empty.status_code == 403
    browser.cookies.clear()

    async with browsing(node) as other:
        page = await other.get("/auth/sign_in")

    assert (await browser.send_form(page, email="alice", password=PASSWORD)).status_code == 403


async def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(node: Node, alice: int) -> None:
    """Over https they are bound to this very host; plain http is for development."""
    secure = replace(node, settings=node.settings.model_copy(update={"base_url": "https://acme.localhost:8001"}))
    async with browsing(secure) as browser, browsing(node) as plain:
        over_https = await browser.sign_in("alice", PASSWORD)
        over_http = await plain.sign_in("alice", PASSWORD)

    assert over_https.status_code == 303
    for cookie in (over_https.headers["set-cookie"], over_http.headers["set-cookie"]):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie
    assert over_https.headers["set-cookie"].startswith("__Host-session=")
    assert "Secure" in over_https.headers["set-cookie"]
    assert "Domain" not in over_https.headers["set-cookie"]


async def test_pages_of_sign_in_do_not_stand_in_the_way_of_popups_and_redirects(browser: Browser) -> None:
    """No `form-action` (it stops the redirect to the application), no COOP (it cuts off the popup's opener); and no frames."""
    page = await browser.get("/auth/sign_in")

    policy = page.headers["content-security-policy"]
    assert "form-action" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "cross-origin-opener-policy" not in page.headers


async def test_page_speaks_the_language_that_was_asked_for(browser: Browser) -> None:
    """`lang=` beats what the browser wishes."""
    english = await browser.get("/auth/sign_in", headers={"Accept-Language": "en"})
    french = await browser.get("/auth/sign_in?lang=fr", headers={"Accept-Language": "en"})

    assert "Password" in english.text
    assert "Mot de passe" in french.text


async def test_signing_in_again_ends_the_session_before(node: Node, alice: int, browser: Browser) -> None:
    """Another account in the same browser: the first session is not left behind."""
    await browser.sign_in("alice", PASSWORD)
    first = browser.cookies["session"]

    await browser.sign_in("alice", PASSWORD)

    assert browser.cookies["session"] != first
    assert await node.database.value("SELECT count(*) FROM web_session") == 1


async def test_signing_out_ends_the_session_and_needs_our_form(node: Node, alice: int, browser: Browser) -> None:
    """Another site cannot sign somebody out; the person can, and twice is no error."""
    await browser.sign_in("alice", PASSWORD)
    cookie = browser.cookies["session"]
    person = await signed_in_by_session(node, cookie)

    forged = await browser.post("/auth/sign_out", data={"csrf_token": "x"})
    assert forged.status_code == 403
    assert (await signed_in_by_session(node, cookie)).account_id == alice

    for _again in range(2):
        answer = await browser.post("/auth/sign_out", data={"csrf_token": person.csrf_token})
        assert (answer.status_code, answer.headers["location"]) == (303, "/auth/sign_in")
        assert "session" not in browser.cookies
    assert await node.database.value("SELECT count(*) FROM web_session") == 0


def limited(node: Node, clock: StoppedClock) -> Node:
    """The same node with limits, which tests have switched off."""
    return replace(node, clock=clock, settings=node.settings.model_copy(update={"rate_limits": True}))


async def test_guesses_at_one_name_end_whatever_address_they_come_from(node: Node, alice: int) -> None:
    """The last guess allowed is told that it is wrong, the next one to wait, the right password too; an hour later it works."""
    clock = StoppedClock()
    node = limited(node, clock)
    app = create_app(node)

    async with browsing(node, app=app) as browser:
        page = await browser.get("/auth/sign_in")
        for number in range(SIGN_INS_PER_NAME.hits):
            async with browsing(node, f"198.51.100.{number}", app) as guesser:
                assert (await guesser.sign_in("ALICE", f"guess {number}")).status_code == 401
        barred = await browser.send_form(page, email="alice", password=PASSWORD)
        assert (barred.status_code, barred.headers["retry-after"]) == (429, "3600")
        assert "session" not in browser.cookies

        clock.advance(timedelta(hours=1))
        assert (await browser.send_form(page, email="alice", password=PASSWORD)).status_code == 303


async def test_guesses_from_one_address_end_whatever_name_they_try(node: Node, alice: int) -> None:
    """One password tried on everybody; another address is not touched."""
    node = limited(node, StoppedClock())
    app = create_app(node)
    async with browsing(node, app=app) as guesser, browsing(node, "198.51.100.1", app) as elsewhere:
        page = await guesser.get("/auth/sign_in")
        for number in range(SIGN_INS_PER_ADDRESS.hits):
            assert (await guesser.send_form(page, email=f"person{number}", password="Summer2026")).status_code == 401

        assert (await guesser.send_form(page, email="alice", password=PASSWORD)).status_code == 429
        assert (await elsewhere.sign_in("alice", PASSWORD)).status_code == 303


async def test_people_of_one_address_who_know_their_passwords_are_not_counted(node: Node, alice: int) -> None:
    """A company behind one address in the morning: more sign-ins than the limit, none of them wrong."""
    node = limited(node, StoppedClock())
    async with browsing(node) as browser:
        page = await browser.get("/auth/sign_in")
        for _person in range(SIGN_INS_PER_ADDRESS.hits + 1):
            assert (await browser.send_form(page, email="alice", password=PASSWORD)).status_code == 303
