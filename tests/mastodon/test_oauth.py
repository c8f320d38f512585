"""The OAuth endpoints that applications call: registration, token, revocation, user info, metadata."""

import base64
import json
from collections.abc import AsyncIterator

import pytest

from fediverse.actions import accounts
from fediverse.actions.access import issue_token
from fediverse.node import Node
from fediverse.queries.access import signed_in_by_token
from tests.support.browsers import Browser, browsing
from tests.support.clients import CHALLENGE, REDIRECT_URI, VERIFIER, Client, registered
from tests.support.nodes import RunningNode

SEVERAL = "https://client.example/one\nhttps://client.example/two"


@pytest.fixture
def node(home: RunningNode) -> Node:
    return home.node


@pytest.fixture
async def alice(node: Node) -> int:
    return await accounts.register(node, username="alice", email="alice@acme.example", display_name="Alice A.")


@pytest.fixture
async def elk(node: Node) -> Client:
    return await registered(node)


@pytest.fixture
async def http(node: Node) -> AsyncIterator[Browser]:
    async with browsing(node) as http:
        yield http


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def basic(name: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()}


# ── registration ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", ["json", "data", "files"])
async def test_anybody_registers_an_application_in_any_kind_of_body(http: Browser, form: str) -> None:
    """JSON as Elk, a form as Phanpy, multipart as some phone clients; no token is needed."""
    values = {
        "client_name": "Elk",
        "redirect_uris": REDIRECT_URI,
        "scopes": "read write follow push",
        "website": "https://elk.zone",
    }
    match form:
        case "json":
            answer = await http.post("/api/v1/apps", json=values)
        case "data":
            answer = await http.post("/api/v1/apps", data=values)
        case _:
            answer = await http.post("/api/v1/apps", files={name: (None, value) for name, value in values.items()})

    app = answer.json()
    assert answer.status_code == 200
    assert app["redirect_uri"] == REDIRECT_URI
    assert app["redirect_uris"] == [REDIRECT_URI]
    assert app["scopes"] == ["read", "write", "follow", "push"]
    assert (app["name"], app["website"], app["client_secret_expires_at"]) == ("Elk", "https://elk.zone", 0)
    assert all(isinstance(app[name], str) for name in ("id", "client_id", "client_secret", "vapid_key"))


@pytest.mark.parametrize("addresses", [SEVERAL, SEVERAL.split("\n")])
async def test_several_addresses_come_as_lines_or_as_a_list(http: Browser, addresses: str | list[str]) -> None:
    """As older and newer clients send them."""
    app = (await http.post("/api/v1/apps", json={"client_name": "Two", "redirect_uris": addresses})).json()

    assert app["redirect_uris"] == SEVERAL.split("\n")
    assert app["redirect_uri"] == SEVERAL
    assert app["website"] is None


UNUSABLE: list[dict[str, str | None]] = [
    {"client_name": ""},
    {"client_name": None},
    {"redirect_uris": ""},
    {"redirect_uris": None},
    {"redirect_uris": "javascript:alert(1)"},
    {"redirect_uris": f"{REDIRECT_URI} data:text/html,x"},
    {"scopes": "read everything"},
]


async def test_unusable_application_is_refused_with_the_reason(http: Browser) -> None:
    """422 with a sentence, as client libraries show it; with nothing wrong, the same request is answered."""
    usable: dict[str, str | None] = {"client_name": "Elk", "redirect_uris": REDIRECT_URI, "scopes": "read"}

    for wrong in UNUSABLE:
        answer = await http.post("/api/v1/apps", json=usable | wrong)
        assert answer.status_code == 422, wrong
        assert answer.json()["error"].startswith("Validation failed")
    assert (await http.post("/api/v1/apps", json=usable)).status_code == 200


async def test_application_asks_who_it_is(node: Node, alice: int, elk: Client, http: Browser) -> None:
    """With a person's token or its own; its credentials are not told again, and a wrong token is none."""
    of_alice = await issue_token(node, alice, ["profile"], app_id=elk.app_id)
    of_itself = await http.post("/oauth/token", data=own_token_request(elk))

    for token in (of_alice, of_itself.json()["access_token"]):
        answer = await http.get("/api/v1/apps/verify_credentials", headers=bearer(token))
        assert answer.status_code == 200
        assert answer.json()["name"] == "Elk"
        assert not answer.json().keys() & {"client_id", "client_secret"}

    refused = await http.get("/api/v1/apps/verify_credentials", headers=bearer("wrong"))
    assert (refused.status_code, refused.json()) == (401, {"error": "The access token is invalid"})


# ── token ─────────────────────────────────────────────────────────────────────────────────────────


def exchange(client: Client, code: str, **changes: str) -> dict[str, str]:
    values = {"grant_type": "authorization_code", "client_id": client.client_id, "client_secret": client.secret}
    return {**values, "redirect_uri": client.redirect_uri, "code": code, **changes}


def own_token_request(client: Client, **changes: str) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_id": client.client_id,
        "client_secret": client.secret,
        **changes,
    }


@pytest.mark.parametrize("form", ["json", "data", "files", "basic"])
async def test_code_is_exchanged_in_any_kind_of_body(
    node: Node, alice: int, elk: Client, http: Browser, form: str
) -> None:
    """JSON as Elk, a form, multipart, and HTTP Basic; `scope` is what was granted, whatever the exchange says."""
    values = exchange(elk, await elk.code(node, alice, "read write"), scope="read write follow push")
    match form:
        case "json":
            answer = await http.post("/oauth/token", json=values)
        case "data":
            answer = await http.post("/oauth/token", data=values)
        case "files":
            answer = await http.post("/oauth/token", files={name: (None, value) for name, value in values.items()})
        case _:
            del values["client_id"], values["client_secret"]
            answer = await http.post("/oauth/token", data=values, headers=basic(elk.client_id, elk.secret))

    issued = answer.json()
    assert answer.status_code == 200
    assert (issued["token_type"], issued["scope"]) == ("Bearer", "read write")
    assert isinstance(issued["created_at"], int)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (await signed_in_by_token(node, issued["access_token"])).account_id == alice


async def test_proof_key_is_demanded_where_it_was_given_and_of_nobody_else(
    node: Node, alice: int, elk: Client, http: Browser
) -> None:
    """Phanpy sends one; Elk, toot and the rest none."""
    with_proof = await elk.code(node, alice, challenge=CHALLENGE)
    without = await elk.code(node, alice)

    refused = await http.post("/oauth/token", data=exchange(elk, with_proof))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert (await http.post("/oauth/token", data=exchange(elk, with_proof, code_verifier=VERIFIER))).status_code == 200
    assert (await http.post("/oauth/token", data=exchange(elk, without))).status_code == 200


ERRORS: list[tuple[dict[str, str], int, str]] = [
    ({"client_id": "wiped"}, 401, "invalid_client"),
    ({"client_id": ""}, 401, "invalid_client"),
    ({"client_secret": "wrong"}, 401, "invalid_client"),
    ({"client_secret": ""}, 401, "invalid_client"),
    ({"code": "wrong"}, 400, "invalid_grant"),
    ({"code": ""}, 400, "invalid_grant"),
    ({"redirect_uri": "https://evil.example/"}, 400, "invalid_grant"),
    ({"redirect_uri": ""}, 400, "invalid_grant"),
    ({"grant_type": ""}, 400, "invalid_request"),
    ({"grant_type": "password", "username": "alice", "password": "x"}, 400, "unsupported_grant_type"),
    ({"grant_type": "refresh_token"}, 400, "unsupported_grant_type"),
    ({"grant_type": "client_credentials", "scope": "admin:write"}, 400, "invalid_scope"),
    ({"grant_type": "client_credentials", "scope": "everything"}, 400, "invalid_scope"),
    ({"grant_type": "client_credentials", "client_secret": ""}, 401, "invalid_client"),
]


async def test_errors_are_those_that_clients_act_on(node: Node, alice: int, elk: Client, http: Browser) -> None:
    """Elk registers anew on exactly 401 `invalid_client`. With nothing changed, the same request gets a token."""
    code = await elk.code(node, alice)

    for changes, status, error in ERRORS:
        answer = await http.post("/oauth/token", json=exchange(elk, code) | changes)
        assert (answer.status_code, answer.json()["error"]) == (status, error), changes
        assert answer.json()["error_description"]
        assert answer.headers["access-control-allow-origin"] == "*"
    assert (await http.post("/oauth/token", json=exchange(elk, code))).status_code == 200


async def test_wrong_basic_credentials_are_refused_whatever_the_body_says(
    node: Node, alice: int, elk: Client, http: Browser
) -> None:
    """RFC 6749 §5.2: 401 with a challenge of the same scheme. The body by itself is right."""
    code = await elk.code(node, alice)
    no_colon = "Basic " + base64.b64encode(b"no colon").decode()

    for header in ("Basic", "Basic !!!", no_colon, basic("wiped", "x")["Authorization"]):
        answer = await http.post("/oauth/token", data=exchange(elk, code), headers={"Authorization": header})
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), header
        assert answer.headers["www-authenticate"].startswith("Basic")
    assert (await http.post("/oauth/token", data=exchange(elk, code))).status_code == 200


async def test_body_that_cannot_be_read_is_an_invalid_request(http: Browser) -> None:
    """In OAuth's form, as JSON."""
    for body, kind, status in (
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"x", "text/plain", 415),
    ):
        answer = await http.post("/oauth/token", content=body, headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["error"]) == (status, "invalid_request"), body


async def test_application_gets_a_token_of_its_own(node: Node, elk: Client, http: Browser) -> None:
    """Android and iOS send `redirect_uri`, `scope` and an absent `code` with it."""
    values = own_token_request(elk, redirect_uri=REDIRECT_URI, scope="read write follow push")

    answer = await http.post("/oauth/token", json={**values, "code": None})

    assert answer.status_code == 200
    signed_in = await signed_in_by_token(node, answer.json()["access_token"])
    assert (signed_in.account_id, signed_in.app_id) == (None, elk.app_id)


# ── revocation ────────────────────────────────────────────────────────────────────────────────────


async def test_revoked_token_is_invalid_and_revoking_it_again_is_no_error(
    node: Node, alice: int, elk: Client, http: Browser
) -> None:
    """`200 {}` each time, also for a token that never was."""
    token = await issue_token(node, alice, ["read"], app_id=elk.app_id)
    values = {"client_id": elk.client_id, "client_secret": elk.secret, "token": token}

    for sent in (values, values, {**values, "token": "never was"}, {**values, "token": ""}):
        answer = await http.post("/oauth/revoke", data=sent)
        assert (answer.status_code, answer.json()) == (200, {})
    assert (await http.get("/api/v1/apps/verify_credentials", headers=bearer(token))).status_code == 401


async def test_token_of_another_application_is_not_revoked(node: Node, alice: int, elk: Client, http: Browser) -> None:
    """403 `unauthorized_client`, and the token still works."""
    other = await registered(node, name="Other")
    token = await issue_token(node, alice, ["read"], app_id=elk.app_id)

    answer = await http.post(
        "/oauth/revoke", json={"client_id": other.client_id, "client_secret": other.secret, "token": token}
    )

    assert (answer.status_code, answer.json()["error"]) == (403, "unauthorized_client")
    assert (await http.get("/api/v1/apps/verify_credentials", headers=bearer(token))).status_code == 200


# ── user info, metadata ───────────────────────────────────────────────────────────────────────────


async def test_user_info_says_who_the_person_is(node: Node, alice: int, http: Browser) -> None:
    """OpenID Connect's claims, for the scope `profile`; `sub` is the actor."""
    token = await issue_token(node, alice, ["profile"])

    claims = (await http.get("/oauth/userinfo", headers=bearer(token))).json()

    assert claims["iss"] == node.settings.origin
    assert claims["sub"] == node.uri("/users/alice")
    assert (claims["name"], claims["preferred_username"]) == ("Alice A.", "alice")
    assert claims["profile"] == node.uri("/@alice")
    assert claims["picture"].startswith("http")


async def test_user_info_needs_its_scope_and_a_person(node: Node, alice: int, elk: Client, http: Browser) -> None:
    """Another scope is 403; no token, a wrong one, or an application's own is 401."""
    reading = await issue_token(node, alice, ["read", "write"])
    app = await registered(node, scopes="profile", name="Robot")
    own = (await http.post("/oauth/token", data=own_token_request(app, scope="profile"))).json()["access_token"]

    outside = await http.get("/oauth/userinfo", headers=bearer(reading))
    assert (outside.status_code, outside.json()) == (403, {"error": "This action is outside the authorized scopes"})
    for headers in ({}, bearer("wrong"), bearer(own)):
        assert (await http.get("/oauth/userinfo", headers=headers)).status_code == 401


async def test_metadata_names_every_endpoint_and_they_exist(node: Node, http: Browser) -> None:
    """RFC 8414, for everybody and for scripts of other origins; every address in it is one of ours and answers."""
    answer = await http.get("/.well-known/oauth-authorization-server")

    document = answer.json()
    assert answer.headers["access-control-allow-origin"] == "*"
    assert document["issuer"] == node.settings.origin
    assert document["response_types_supported"] == ["code"]
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert document["grant_types_supported"] == ["authorization_code", "client_credentials"]
    assert {"read", "write", "follow", "push", "profile", "admin:read", "read:statuses"} <= set(
        document["scopes_supported"]
    )
    for name in ("authorization", "token", "revocation", "userinfo", "app_registration"):
        assert await _exists(http, document[f"{name}_endpoint"])


async def _exists(http: Browser, url: str) -> bool:
    answers = [
        await http.get(url),
        await http.post(url, content=json.dumps({}), headers={"Content-Type": "application/json"}),
    ]
    return any(answer.status_code not in {404, 405} for answer in answers)
