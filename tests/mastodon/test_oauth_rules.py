"""The rules that clients rely on when they sign in, one by one (reference: client API, section 4; the numbers are its own)."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import pytest

from fediverse.actions import retention
from fediverse.actions.access import issue_token
from tests.support.browsers import Browser, browsing
from tests.support.clients import CHALLENGE, REDIRECT_URI, VERIFIER
from tests.support.nodes import PASSWORD, Person, RunningNode

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
JSON = dict[str, Any]


@pytest.fixture
async def browser(home: RunningNode, alice: Person) -> AsyncIterator[Browser]:
    """Alice's, where she is signed in."""
    async with browsing(home.node) as browser:
        await browser.sign_in("alice", PASSWORD)
        yield browser


async def register(home: RunningNode, **changes: Any) -> httpx2.Response:
    values = {"client_name": "App", "redirect_uris": REDIRECT_URI, "scopes": "read write follow push", **changes}
    return await home.client.post("/api/v1/apps", json=values)


def address(app: JSON, path: str = "/oauth/authorize", **more: str) -> str:
    asked = {
        "client_id": app["client_id"],
        "redirect_uri": app["redirect_uris"][0],
        "response_type": "code",
        "scope": "read",
        **more,
    }
    return f"{path}?{urlencode(asked)}"


async def allowed(browser: Browser, app: JSON, **more: str) -> httpx2.Response:
    return await browser.send_form(await browser.get(address(app, **more)), decision="allow")


def told(answer: httpx2.Response) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def exchange(app: JSON, code: str, **more: str) -> JSON:
    return {
        "grant_type": "authorization_code",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": app["redirect_uris"][0],
        "code": code,
        **more,
    }


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    "uri",
    [
        "mastodon-android-auth://callback",
        "com.tapbots.Ivory.10217:/request_token",
        "tuba://auth_code",
        "icecubesapp://",
        OUT_OF_BAND,
        "https://elk.zone/api/localhost%3A3000/oauth/https%3A%2F%2Felk.zone",
        "http://localhost:4004/",
    ],
)
async def test_rule_1_any_app_registers_in_three_kinds_of_body(home: RunningNode, uri: str) -> None:
    """Form, JSON, multipart; a text or a list of addresses, with schemes of their own; one that runs a script, and unknown scopes, are refused."""
    values = {"client_name": "App", "redirect_uris": uri, "scopes": "read write"}
    bodies: list[JSON] = [
        {"data": values},
        {"json": values | {"redirect_uris": [uri]}},
        {"files": {name: (None, value) for name, value in values.items()}},
    ]

    answers = [await home.client.post("/api/v1/apps", **body) for body in bodies]
    script = await register(home, redirect_uris="javascript:alert(1)")
    unknown = await register(home, scopes="read everything")

    assert [answer.status_code for answer in answers] == [200] * 3
    for app in (answer.json() for answer in answers):
        assert (app["redirect_uris"], app["redirect_uri"], app["scopes"]) == ([uri], uri, ["read", "write"])
        assert isinstance(app["vapid_key"], str)
    assert (script.status_code, unknown.status_code) == (422, 422)


async def test_rule_2_the_address_is_compared_and_answered_byte_for_byte(home: RunningNode, browser: Browser) -> None:
    """Elk's percent signs survive; the same address spelled in another way is another."""
    app = (await register(home)).json()

    answer = await allowed(browser, app)
    other = await browser.get(address(app, redirect_uri=REDIRECT_URI.replace("%2F", "%2f")))

    assert answer.headers["location"].startswith(f"{REDIRECT_URI}?code=")
    assert (other.status_code, "location" in other.headers) == (400, False)


async def test_rule_3_state_comes_back_when_it_was_sent_and_only_then(home: RunningNode, browser: Browser) -> None:
    """Phanpy's address is its page; the code stands in the query."""
    app = (await register(home, redirect_uris="http://localhost:4004/")).json()

    without, given = await allowed(browser, app), await allowed(browser, app, state="a b&c")

    assert set(told(without)) == {"code"}
    assert told(given)["state"] == "a b&c"


async def test_rule_4_a_proof_key_is_kept_to_and_never_demanded(home: RunningNode, browser: Browser) -> None:
    """S256 with Phanpy's verifier of 56 digits; none at all; `plain` is refused, and so is the wrong verifier."""
    app = (await register(home)).json()
    proof = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}

    plain = await browser.get(address(app, code_challenge=VERIFIER, code_challenge_method="plain"))
    codes = [told(await allowed(browser, app, **proof))["code"] for _ in range(2)]
    bare = told(await allowed(browser, app))["code"]
    answers = [
        await home.client.post("/oauth/token", data=exchange(app, codes[0], code_verifier=VERIFIER)),
        await home.client.post("/oauth/token", data=exchange(app, bare)),
        await home.client.post("/oauth/token", data=exchange(app, codes[1], code_verifier="x" * 43)),
    ]

    assert told(plain)["error"] == "invalid_request"
    assert [answer.status_code for answer in answers] == [200, 200, 400]


@pytest.mark.parametrize("kind", ["data", "json", "files"])
async def test_rule_5_tokens_and_errors_of_the_token_endpoint(home: RunningNode, browser: Browser, kind: str) -> None:
    """Any body; `scope` of the exchange is ignored; phones send an empty code with client credentials; Elk registers anew on 401 `invalid_client`."""
    app = (await register(home)).json()
    code = told(await allowed(browser, app))["code"]
    own = {"grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"]}

    async def sent(values: JSON) -> httpx2.Response:
        body: JSON = {kind: {name: (None, value) for name, value in values.items()} if kind == "files" else values}
        return await home.client.post("/oauth/token", **body)

    issued = await sent(exchange(app, code, scope="admin:write everything"))
    of_app = await sent(own | {"redirect_uri": REDIRECT_URI, "scope": "read", "code": ""})
    refused = [
        await sent(exchange(app, "unknown")),
        await sent(exchange(app, code) | {"client_id": "wiped"}),
        await sent(own | {"scope": "admin:read"}),
        await sent(own | {"grant_type": "password", "username": "alice", "password": PASSWORD}),
    ]

    assert (issued.status_code, issued.json()["scope"], issued.json()["token_type"]) == (200, "read", "Bearer")
    assert isinstance(issued.json()["created_at"], int)
    assert (of_app.status_code, of_app.json()["scope"]) == (200, "read")
    assert [(answer.status_code, answer.json()["error"]) for answer in refused] == [
        (400, "invalid_grant"),
        (401, "invalid_client"),
        (400, "invalid_scope"),
        (400, "unsupported_grant_type"),
    ]


async def test_rule_6_scopes_cover_what_lies_below_them(home: RunningNode, alice: Person, carol: Person) -> None:
    """`read` covers `read:statuses`, `follow` both sides of follows; what is missing is 403 in these words, a bad token 401 in those."""
    tokens = {
        scopes: await issue_token(home.node, alice.id, scopes.split())
        for scopes in ("read", "read:statuses", "follow", "write:follows")
    }
    follow = f"/api/v1/accounts/{carol.id}/follow"

    async def status(scopes: str, method: str, path: str) -> int:
        return (await home.client.request(method, path, headers=bearer(tokens[scopes]))).status_code

    found = [
        await status("read", "GET", "/api/v1/timelines/home"),
        await status("read:statuses", "GET", "/api/v1/timelines/home"),
        await status("follow", "GET", "/api/v1/timelines/home"),
        await status("follow", "POST", follow),
        await status("write:follows", "POST", follow),
        await status("read", "POST", follow),
    ]
    missing = await home.client.post(follow, headers=bearer(tokens["read"]))
    bad = await home.client.post(follow, headers=bearer("bad"))

    assert found == [200, 200, 403, 200, 200, 403]
    assert missing.json() == {"error": "This action is outside the authorized scopes"}
    assert (bad.status_code, bad.json()) == (401, {"error": "The access token is invalid"})


async def test_rule_7_the_profile_scope_says_who_somebody_is_and_no_more(home: RunningNode, alice: Person) -> None:
    """A short verify_credentials and the user info; nothing else, and without it no user info."""
    profile = bearer(await issue_token(home.node, alice.id, ["profile"]))
    read = bearer(await issue_token(home.node, alice.id, ["read"]))

    mine = await home.client.get("/api/v1/accounts/verify_credentials", headers=profile)
    info = await home.client.get("/oauth/userinfo", headers=profile)
    others = [
        await home.client.get("/api/v1/timelines/home", headers=profile),
        await home.client.get("/oauth/userinfo", headers=read),
    ]

    assert (mine.status_code, mine.json()["username"], "source" in mine.json()) == (200, "alice", False)
    assert set(info.json()) == {"iss", "sub", "name", "preferred_username", "profile", "picture"}
    assert info.json()["sub"] == alice.uri
    assert [answer.status_code for answer in others] == [403, 403]


async def test_rule_8_a_code_without_an_address_is_shown(home: RunningNode, browser: Browser) -> None:
    """For toot and Mastodon.py, in an input and in code; it works, once."""
    app = (await register(home, redirect_uris=OUT_OF_BAND)).json()

    page = await allowed(browser, app)

    code = page.text.partition("<code>")[2].partition("</code>")[0]
    tries = [await home.client.post("/oauth/token", data=exchange(app, code)) for _ in range(2)]
    assert f'value="{code}"' in page.text
    assert [answer.status_code for answer in tries] == [200, 400]


async def test_rule_9_a_second_account_and_a_language_can_be_asked_for(home: RunningNode, browser: Browser) -> None:
    """`force_login` shows the sign-in form in spite of a session; without it the session gives a code; `lang` chooses the words."""
    app = (await register(home)).json()

    forced = await browser.get(address(app, force_login="true"))
    live = await allowed(browser, app)
    french = await browser.get(address(app, lang="fr"))

    assert urlsplit(forced.headers["location"]).path == "/auth/sign_in"
    assert "code" in told(live)
    assert 'lang="fr"' in french.text


async def test_rule_10_the_way_through_the_sign_in_page_loses_nothing(home: RunningNode, alice: Person) -> None:
    """The elements that Pinafore's tests look for; afterwards the very same question, with every parameter."""
    app = (await register(home)).json()
    asked = address(app, state="a b", code_challenge=CHALLENGE, code_challenge_method="S256", extra="kept")
    async with browsing(home.node) as stranger:
        sent = await stranger.get(asked)
        form = await stranger.get(sent.headers["location"])
        back = await stranger.send_form(form, email="alice", password=PASSWORD)
        question = await stranger.get(back.headers["location"])

    assert urlsplit(sent.headers["location"]).path == "/auth/sign_in"
    assert all(part in form.text for part in ('id="user_email"', 'id="user_password"', 'type="submit"'))
    assert dict(parse_qsl(urlsplit(back.headers["location"]).query)) == dict(parse_qsl(urlsplit(asked).query))
    assert 'value="allow"' in question.text


@pytest.mark.parametrize("rule", ["11: no form-action", "12: no opener policy"])
async def test_rules_11_and_12_pages_stand_in_the_way_of_no_redirect_and_no_popup(
    home: RunningNode, browser: Browser, rule: str
) -> None:
    """Chromium applies `form-action` to redirects; Phanpy's popup must keep its opener. Other pages do have the directive."""
    app = (await register(home)).json()
    pages = [await browser.get(address(app)), await browser.get("/auth/sign_in"), await browser.get("/")]

    if rule.startswith("11"):
        found = ["form-action" in page.headers["content-security-policy"] for page in pages]
        assert found == [False, False, True]
    else:
        assert all("cross-origin-opener-policy" not in page.headers for page in pages)


async def test_rule_13_the_metadata_says_what_is_there(home: RunningNode) -> None:
    """S256 alone, so that Phanpy uses it; readable from other origins; each scope that it names can be registered."""
    answer = await home.client.get("/.well-known/oauth-authorization-server")

    said = answer.json()
    registered = await register(home, scopes=" ".join(said["scopes_supported"]))
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (said["code_challenge_methods_supported"], said["response_types_supported"]) == (["S256"], ["code"])
    assert {"issuer", "authorization_endpoint", "token_endpoint", "revocation_endpoint", "userinfo_endpoint"} <= set(
        said
    )
    assert said["app_registration_endpoint"].endswith("/api/v1/apps")
    assert registered.status_code == 200


async def test_rule_14_a_token_is_ended_by_its_application_alone(home: RunningNode, browser: Browser) -> None:
    """200 `{}`, again too, and for what never was; 403 `unauthorized_client` for another's, which goes on working."""
    mine, theirs = (await register(home)).json(), (await register(home)).json()
    code = told(await allowed(browser, mine))["code"]
    token = (await home.client.post("/oauth/token", json=exchange(mine, code))).json()["access_token"]

    async def revoked(app: JSON, what: str) -> tuple[int, JSON]:
        sent = {"client_id": app["client_id"], "client_secret": app["client_secret"], "token": what}
        answer = await home.client.post("/oauth/revoke", json=sent)
        return answer.status_code, answer.json()

    async def works() -> bool:
        return (await home.client.get("/api/v1/timelines/home", headers=bearer(token))).status_code == 200

    status, said = await revoked(theirs, token)
    assert (status, said["error"], await works()) == (403, "unauthorized_client", True)
    assert [await revoked(mine, token), await revoked(mine, token), await revoked(mine, "never")] == [(200, {})] * 3
    assert not await works()


async def test_rule_15_a_token_of_a_given_value_works_and_is_kept_as_a_hash(home: RunningNode, alice: Person) -> None:
    """Test rigs of clients bring theirs, 64 hexadecimal digits or words; who reads the database has nothing in hand."""
    given = ["__MASTODON_PY_TEST_ACCESS_TOKEN", "0123456789abcdef" * 4]

    for token in given:
        await issue_token(home.node, alice.id, ["read"], token=token)

    statuses = [(await home.client.get("/api/v1/timelines/home", headers=bearer(token))).status_code for token in given]
    stored = await home.node.database.rows("SELECT * FROM oauth_token")
    assert statuses == [200, 200]
    assert not any(token in str(row) for token in given for row in stored)


async def test_a_consent_from_a_page_without_a_referrer_counts(home: RunningNode, browser: Browser) -> None:
    """§10: the form arrives with `Origin: null`; its token is what protects it, and without that it is refused."""
    app = (await register(home)).json()
    browser.headers["origin"] = "null"

    answer = await allowed(browser, app)
    forged = await browser.post(address(app), data={"decision": "allow", "csrf_token": "guess"})

    assert "code" in told(answer)
    assert forged.status_code == 403


async def test_applications_that_nobody_let_in_are_forgotten_after_some_weeks(
    home: RunningNode, browser: Browser, alice: Person
) -> None:
    """Elk keeps its own for a week and heals itself on `invalid_client`; one that was used stays, though its token is gone."""
    unused, used, fresh = [(await register(home)).json() for _ in range(3)]
    code = told(await allowed(browser, used))["code"]
    token = (await home.client.post("/oauth/token", data=exchange(used, code))).json()["access_token"]
    database = home.node.database
    await database.execute("DELETE FROM oauth_token WHERE app_id = ?", int(used["id"]))
    await database.execute("DELETE FROM oauth_grant")
    long_ago = int((home.node.clock.now() - retention.UNUSED_APPLICATIONS_KEPT - timedelta(days=1)).timestamp() * 1000)
    ids = int(unused["id"]), int(used["id"])
    await database.execute("UPDATE oauth_app SET created_at = ? WHERE id IN (?, ?)", long_ago, *ids)

    await retention.forget_expired(home.node)

    answers = [await home.client.post("/oauth/token", data=exchange(app, "x")) for app in (unused, used, fresh)]
    assert token
    assert [answer.json()["error"] for answer in answers] == ["invalid_client", "invalid_grant", "invalid_grant"]


async def test_a_person_sees_and_ends_what_was_let_in(home: RunningNode, browser: Browser) -> None:
    """The page in the settings; the token stops at once."""
    app = (await register(home, client_name="Remarkable client")).json()
    code = told(await allowed(browser, app))["code"]
    token = (await home.client.post("/oauth/token", data=exchange(app, code))).json()["access_token"]

    page = await browser.get("/settings/apps")
    [path] = re.findall(r"/settings/apps/\d+/revoke", page.text)
    [guard, *_same] = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)
    before = await home.client.get("/api/v1/timelines/home", headers=bearer(token))
    await browser.post(path, data={"csrf_token": guard})

    after = await home.client.get("/api/v1/timelines/home", headers=bearer(token))
    assert "Remarkable client" in page.text
    assert (before.status_code, after.status_code) == (200, 401)
