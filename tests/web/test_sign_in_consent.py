"""`/oauth/authorize`: an application asks, a person decides, and the application hears of it at its own address and nowhere else."""

from collections.abc import AsyncIterator
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import httpx2
import pytest

from fediverse.actions import accounts
from fediverse.actions.access import exchange_code
from fediverse.node import Node
from fediverse.queries.access import signed_in_by_token
from tests.support.browsers import Browser, browsing
from tests.support.clients import CHALLENGE, REDIRECT_URI, VERIFIER, Client, registered
from tests.support.nodes import RunningNode

PASSWORD = "correct horse battery"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


@pytest.fixture
def node(home: RunningNode) -> Node:
    return home.node


@pytest.fixture
async def alice(node: Node) -> int:
    return await accounts.register(node, username="alice", email="alice@acme.example", password=PASSWORD)


@pytest.fixture
async def elk(node: Node) -> Client:
    return await registered(node)


@pytest.fixture
async def browser(node: Node) -> AsyncIterator[Browser]:
    async with browsing(node) as browser:
        yield browser


@pytest.fixture
async def signed_in(alice: int, browser: Browser) -> Browser:
    await browser.sign_in("alice", PASSWORD)
    return browser


def address(client: Client, **changes: str | None) -> str:
    """The authorization request of *client*; a change to None leaves the parameter out."""
    values = {
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uri,
        "response_type": "code",
        "scope": "read write",
    }
    values |= {name: value for name, value in changes.items() if value is not None}
    for name in (name for name, value in changes.items() if value is None):
        values.pop(name, None)
    return "/oauth/authorize?" + urlencode(values)


def told(answer: httpx2.Response, redirect_uri: str = REDIRECT_URI) -> dict[str, str]:
    """What the application reads at its own address, which must be untouched."""
    location = answer.headers["location"]
    assert answer.status_code == 303
    assert location.startswith(f"{redirect_uri}?")
    return dict(parse_qsl(location.removeprefix(f"{redirect_uri}?"), keep_blank_values=True))


async def test_person_without_a_session_signs_in_and_comes_back_to_the_same_question(
    node: Node, alice: int, elk: Client, browser: Browser
) -> None:
    """Elk's way, from the first visit to the token: its address with percent signs in the path is the same at both ends."""
    state = "a b&c=d%é"
    asked = await browser.get(address(elk, state=state, lang="fr", unknown="kept"))
    assert asked.status_code == 303
    assert urlsplit(asked.headers["location"]).path == "/auth/sign_in"

    back = await browser.sign_in("alice", PASSWORD, asked.headers["location"])
    assert back.headers["location"] == address(elk, state=state, lang="fr", unknown="kept")
    page = await browser.get(back.headers["location"])
    answer = told(await browser.send_form(page, decision="allow"))

    assert answer.keys() == {"code", "state"}
    assert answer["state"] == state
    issued = await exchange_code(node, elk.client_id, elk.secret, code=answer["code"], redirect_uri=REDIRECT_URI)
    assert issued.scopes == ("read", "write")
    assert (await signed_in_by_token(node, issued.token)).account_id == alice


async def test_page_says_who_asks_for_what(elk: Client, signed_in: Browser) -> None:
    """The application, the account, what it will be able to do, and where it leads; a click-through rig finds its button."""
    page = await signed_in.get(address(elk, scope="read:statuses push"))

    assert page.status_code == 200
    for part in ("Elk", "@alice", "read:statuses", "Send you notifications", "elk.example"):
        assert part in page.text
    assert "Act for you" not in page.text
    assert page.text.count('type="submit"') == 2
    assert page.text.count("negative") == 1


async def test_page_lets_popups_and_redirects_work_and_cannot_be_framed(elk: Client, signed_in: Browser) -> None:
    """Phanpy signs in through a popup; Chromium obeys `form-action` on redirects; a frame could be clicked through."""
    page = await signed_in.get(address(elk))

    policy = page.headers["content-security-policy"]
    assert "form-action" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "cross-origin-opener-policy" not in page.headers
    assert page.headers["x-frame-options"] == "DENY"


async def test_refusal_is_told_to_the_application(node: Node, elk: Client, signed_in: Browser) -> None:
    """It learns that it was refused, gets its state back, and no code exists."""
    page = await signed_in.get(address(elk, state="s"))

    answer = told(await signed_in.send_form(page, decision="deny"))

    assert answer == {"error": "access_denied", "state": "s"}
    assert await node.database.value("SELECT count(*) FROM oauth_grant") == 0


async def test_state_comes_back_only_when_it_was_sent(elk: Client, signed_in: Browser) -> None:
    """Phanpy sends none and must not be told one; an empty one is one."""
    without = told(await signed_in.send_form(await signed_in.get(address(elk)), decision="allow"))
    empty = told(await signed_in.send_form(await signed_in.get(address(elk, state="")), decision="allow"))

    assert without.keys() == {"code"}
    assert empty["state"] == ""


async def test_anything_but_allow_lets_nobody_in(node: Node, elk: Client, signed_in: Browser) -> None:
    """No default that accepts; the very same form with `allow` does."""
    page = await signed_in.get(address(elk))

    for decision in ("", "yes", "Allow"):
        assert (await signed_in.send_form(page, decision=decision)).status_code == 400
    assert await node.database.value("SELECT count(*) FROM oauth_grant") == 0
    assert "code" in told(await signed_in.send_form(page, decision="allow"))


async def test_forged_click_lets_nobody_in(node: Node, alice: int, elk: Client, signed_in: Browser) -> None:
    """Another site sends the form with the person's cookie but cannot know the token; `Origin: null` alone is no reason to refuse."""
    page = await signed_in.get(address(elk))
    forged: list[dict[str, str]] = [{}, {"csrf_token": ""}, {"csrf_token": "x" * 43}]

    for token in forged:
        answer = await signed_in.post(address(elk), data={"decision": "allow", **token})
        assert answer.status_code == 403
    assert await node.database.value("SELECT count(*) FROM oauth_grant") == 0

    signed_in.headers["Origin"] = "null"
    assert "code" in told(await signed_in.send_form(page, decision="allow"))


async def test_token_of_another_session_does_not_count(node: Node, alice: int, elk: Client, signed_in: Browser) -> None:
    """Two people, each with a token of their own: one person's does not click for the other."""
    await accounts.register(node, username="bob", email="bob@acme.example", password=PASSWORD)
    async with browsing(node) as other:
        await other.sign_in("bob", PASSWORD)
        page = await other.get(address(elk))

    assert (await signed_in.send_form(page, decision="allow")).status_code == 403


async def test_click_after_the_session_ended_leads_to_the_sign_in_page(
    alice: int, elk: Client, signed_in: Browser
) -> None:
    """The question is still there afterwards."""
    page = await signed_in.get(address(elk, state="s"))
    signed_in.cookies.delete("session")

    answer = await signed_in.send_form(page, decision="allow")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/auth/sign_in?next=" + quote(address(elk, state="s"), safe="")


async def test_second_account_is_asked_for_although_somebody_is_signed_in(
    node: Node, elk: Client, signed_in: Browser
) -> None:
    """`force_login=true`: the sign-in form first, once; then the code is the second person's."""
    bob = await accounts.register(node, username="bob", email="bob@acme.example", password=PASSWORD)
    asked = await signed_in.get(address(elk, force_login="true", state="s"))
    assert urlsplit(asked.headers["location"]).path == "/auth/sign_in"

    back = await signed_in.sign_in("bob", PASSWORD, asked.headers["location"])
    assert back.headers["location"] == address(elk, state="s")
    answer = told(await signed_in.send_form(await signed_in.get(back.headers["location"]), decision="allow"))

    issued = await exchange_code(node, elk.client_id, elk.secret, code=answer["code"], redirect_uri=REDIRECT_URI)
    assert (await signed_in_by_token(node, issued.token)).account_id == bob


async def test_live_session_gets_a_code_without_signing_in_again(elk: Client, signed_in: Browser) -> None:
    """Without `force_login`, or with a false one: the question at once, and a code."""
    for changes in ({}, {"force_login": "false"}):
        page = await signed_in.get(address(elk, **changes))
        assert page.status_code == 200
        assert "code" in told(await signed_in.send_form(page, decision="allow"))


async def test_language_is_the_one_that_the_application_asks_for(
    elk: Client, browser: Browser, signed_in: Browser
) -> None:
    """`lang=` on the way through the sign-in page and on the question itself."""
    page = await signed_in.get(address(elk, lang="fr"))
    asked = await browser.get(address(elk, lang="fr", force_login="true"))

    assert "Autoriser" in page.text
    assert asked.headers["location"].endswith("&lang=fr")


async def test_code_is_shown_to_be_copied_when_the_application_has_no_address(
    node: Node, alice: int, signed_in: Browser
) -> None:
    """Toot and Mastodon.py: the code stands in an input, as Mastodon shows it, and in a `<code>`, as GoToSocial does."""
    toot = await registered(node, redirect_uri=OUT_OF_BAND, name="toot")

    shown = await signed_in.send_form(await signed_in.get(address(toot)), decision="allow")

    assert shown.status_code == 200
    code = shown.text.partition("<code>")[2].partition("</code>")[0]
    assert f'value="{code}"' in shown.text
    assert (await exchange_code(node, toot.client_id, toot.secret, code=code, redirect_uri=OUT_OF_BAND)).token


async def test_refusal_without_an_address_is_a_page(node: Node, alice: int, signed_in: Browser) -> None:
    """There is nowhere to send the browser."""
    toot = await registered(node, redirect_uri=OUT_OF_BAND, name="toot")

    refused = await signed_in.send_form(await signed_in.get(address(toot)), decision="deny")

    assert refused.status_code == 400
    assert "location" not in refused.headers


async def test_app_with_a_scheme_of_its_own_is_called_back(node: Node, alice: int, signed_in: Browser) -> None:
    """The official Android app; its scheme is no web address."""
    uri = "mastodon-android-auth://callback"
    android = await registered(node, redirect_uri=uri, name="Mastodon for Android")

    page = await signed_in.get(address(android))

    assert "code" in told(await signed_in.send_form(page, decision="allow"), uri)


UNKNOWN: list[dict[str, str | None]] = [
    {"client_id": "unknown"},
    {"client_id": "nul\0"},
    {"client_id": None},
    {"redirect_uri": "https://evil.example/"},
    {"redirect_uri": REDIRECT_URI + "/"},
    {"redirect_uri": REDIRECT_URI.replace("%3A", ":")},
    {"redirect_uri": None},
]


async def test_nobody_is_led_to_an_address_that_was_not_registered(elk: Client, signed_in: Browser) -> None:
    """Errors about the application or its address are a page of ours: no redirect, no question; also on the click."""
    for changes in UNKNOWN:
        asked = await signed_in.get(address(elk, **changes))
        clicked = await signed_in.post(address(elk, **changes), data={"decision": "allow"})
        assert (asked.status_code, clicked.status_code) == (400, 400), changes
        assert "location" not in asked.headers.keys() | clicked.headers.keys()
        assert "decision" not in asked.text


async def test_parameter_that_comes_twice_is_refused(elk: Client, signed_in: Browser) -> None:
    """The page and the application must not read different ones."""
    answer = await signed_in.get(address(elk) + "&redirect_uri=" + quote("https://evil.example/", safe=""))

    assert answer.status_code == 400
    assert "location" not in answer.headers


WRONG: list[tuple[dict[str, str | None], str]] = [
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": None}, "invalid_request"),
    ({"scope": "read admin:write"}, "invalid_scope"),
    ({"scope": "everything"}, "invalid_scope"),
    ({"code_challenge": CHALLENGE}, "invalid_request"),
    ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
    ({"code_challenge_method": "S256"}, "invalid_request"),
]


async def test_wrong_request_of_a_known_application_is_told_to_it(elk: Client, signed_in: Browser) -> None:
    """RFC 6749 §4.1.2.1, RFC 7636 §4.4.1: also on the click, should the address have been changed; `plain` is no proof."""
    for changes, error in WRONG:
        asked = await signed_in.get(address(elk, state="s", **changes))
        clicked = await signed_in.post(address(elk, state="s", **changes), data={"decision": "allow"})
        assert told(asked) == told(clicked) == {"error": error, "state": "s"}, changes


async def test_proof_key_is_kept_from_the_question_to_the_exchange(node: Node, alice: int, signed_in: Browser) -> None:
    """Phanpy's way: S256 where it can, and its own page as address."""
    uri = "http://localhost:5173/"
    phanpy = await registered(node, redirect_uri=uri, name="Phanpy")
    page = await signed_in.get(address(phanpy, code_challenge=CHALLENGE, code_challenge_method="S256"))
    code = told(await signed_in.send_form(page, decision="allow"), uri)["code"]

    issued = await exchange_code(
        node, phanpy.client_id, phanpy.secret, code=code, redirect_uri=uri, code_verifier=VERIFIER
    )

    assert (await signed_in_by_token(node, issued.token)).account_id == alice


async def test_trailing_slash_is_served(elk: Client, signed_in: Browser) -> None:
    """Toot writes `/oauth/authorize/?…`."""
    page = await signed_in.get(address(elk).replace("/authorize?", "/authorize/?"))

    assert page.status_code == 200


async def test_markup_in_a_name_stays_text(node: Node, alice: int, signed_in: Browser) -> None:
    """Anybody may register an application, under any name."""
    app = await registered(node, name="<script>alert(1)</script>")

    page = await signed_in.get(address(app))

    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert" in page.text
