"""What a client reads before it signs in, what it may not without, and what it asks for although this node has none of it."""

from fediverse.actions.access import client_token, issue_token
from tests.support.clients import registered
from tests.support.nodes import Person, RunningNode

EMPTY_LISTS = [
    "/api/v1/instance/domain_blocks",
    "/api/v1/instance/activity",
    "/api/v1/custom_emojis",
    "/api/v1/lists",
    "/api/v1/filters",
    "/api/v2/filters",
    "/api/v1/announcements",
    "/api/v1/trends",
    "/api/v1/trends/tags",
    "/api/v1/trends/statuses",
    "/api/v1/trends/links",
    "/api/v1/scheduled_statuses",
    "/api/v1/conversations",
    "/api/v1/timelines/link?url=https://acme.test",
    "/api/v1/followed_tags",
    "/api/v1/featured_tags",
    "/api/v1/suggestions",
    "/api/v2/suggestions",
    "/api/v1/endorsements",
    "/api/v1/domain_blocks",
    "/api/v1/notifications/requests",
]
PRIVATE = [
    "/api/v1/accounts/verify_credentials",
    "/api/v1/preferences",
    "/api/v1/timelines/home",
    "/api/v1/timelines/public",
    "/api/v1/timelines/tag/paint",
    "/api/v1/notifications",
    "/api/v2/search?q=a",
    "/api/v1/directory",
    "/api/v1/instance/peers",
    *EMPTY_LISTS,
]
WRITES = [
    ("POST", "/api/v1/statuses"),
    ("PATCH", "/api/v1/accounts/update_credentials"),
    ("POST", "/api/v1/accounts/1/follow"),
    ("POST", "/api/v1/accounts/1/block"),
    ("POST", "/api/v1/accounts/1/mute"),
    ("POST", "/api/v1/statuses/1/favourite"),
    ("POST", "/api/v1/statuses/1/reblog"),
    ("POST", "/api/v1/statuses/1/bookmark"),
    ("POST", "/api/v1/statuses/1/pin"),
    ("DELETE", "/api/v1/statuses/1"),
    ("PUT", "/api/v1/statuses/1"),
    ("POST", "/api/v1/notifications/clear"),
    ("POST", "/api/v1/follow_requests/1/authorize"),
    ("POST", "/api/v1/markers"),
    ("POST", "/api/v2/media"),
]
UNREADABLE = [
    (b"{", "application/json", 400),
    (b"[]", "application/json", 400),
    (b"--x", "multipart/form-data", 400),
    (b"--x\r\n\0: broken\r\n\r\n", "multipart/form-data; boundary=x", 400),
    (b"status=a&status[b]=c", "application/x-www-form-urlencoded", 400),
    (b"a=1" + b"&a=1" * 2000, "application/x-www-form-urlencoded", 400),
    (b"Hello", "text/plain", 415),
    (b"{" + b" " * 1_100_000 + b"}", "application/json", 413),
]


async def test_the_node_says_who_it_is_to_anybody(home: RunningNode) -> None:
    """Clients need it before there is a token; the slash is Mastodon.py's."""
    paths = ("/api/v1/instance", "/api/v2/instance", "/api/v1/instance/", "/api/v2/instance/")

    answers = [await home.client.get(path) for path in paths]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert all(answer.json()["version"].startswith("4.5.0 (compatible") for answer in answers)


async def test_health_is_exactly_ok(home: RunningNode) -> None:
    """Mastodon.py compares the body."""
    assert (await home.client.get("/health")).text == "OK"


async def test_nothing_else_is_told_to_the_anonymous(home: RunningNode, alice: Person) -> None:
    """DESIGN section 4: the same requests with a token are answered."""
    refused = {path: await home.client.get(path) for path in PRIVATE}
    answered = {path: await alice.client.get(path) for path in PRIVATE}

    assert {path: (answer.status_code, answer.json()) for path, answer in refused.items()} == dict.fromkeys(
        PRIVATE, (401, {"error": "This method requires an authenticated user"})
    )
    assert {path: answer.status_code for path, answer in answered.items()} == dict.fromkeys(PRIVATE, 200)


async def test_a_token_that_is_none_is_refused(alice: Person) -> None:
    """In whatever form it comes; and a client learns how to ask for one."""
    headers = ("", "Bearer", "Bearer ", "Bearer wrong", "Basic YTpi", f"Token {alice.token}", f"Bearer {alice.token}x")

    answers = [
        await alice.client.get("/api/v1/timelines/home", headers={"Authorization": header}) for header in headers
    ]

    assert [answer.status_code for answer in answers] == [401] * len(headers)
    assert all(answer.headers["www-authenticate"].startswith("Bearer") for answer in answers)


async def test_a_token_in_the_address_does_not_count(home: RunningNode, alice: Person) -> None:
    """Addresses end in logs. The same token in its header counts, in any case of the scheme."""
    in_address = await home.client.get(f"/api/v1/timelines/home?access_token={alice.token}")
    in_header = await home.client.get("/api/v1/timelines/home", headers={"Authorization": f"bearer {alice.token}"})

    assert (in_address.status_code, in_header.status_code) == (401, 200)


async def test_a_token_of_an_application_alone_reads_nothing(home: RunningNode) -> None:
    """Anybody may register an application: only a person's token opens anything."""
    with home.node.database.active():
        client = await registered(home.node)
        token = (await client_token(home.node, client.client_id, client.secret, ["read", "write"])).token

    answers = [await home.client.get(path, headers={"Authorization": f"Bearer {token}"}) for path in PRIVATE]

    assert {answer.status_code for answer in answers} == {401}
    assert {answer.json()["error"] for answer in answers} == {"This method requires an authenticated user"}


async def test_a_token_that_only_reads_changes_nothing(home: RunningNode, alice: Person) -> None:
    """The same requests with the scope are not refused for want of it."""
    with home.node.database.active():
        token = await issue_token(home.node, alice.id, ["read"])

    refused = [
        await home.client.request(method, path, json={}, headers={"Authorization": f"Bearer {token}"})
        for method, path in WRITES
    ]
    allowed = [await alice.client.request(method, path, json={}) for method, path in WRITES]

    assert {answer.status_code for answer in refused} == {403}
    assert {answer.json()["error"] for answer in refused} == {"This action is outside the authorized scopes"}
    assert {answer.status_code for answer in allowed} <= {200, 404, 422}


async def test_what_this_node_has_not_is_an_empty_list(alice: Person) -> None:
    """Never a 404 that breaks a client's start."""
    answers = {path: (await alice.client.get(path)).json() for path in EMPTY_LISTS}

    assert answers == {path: [] for path in EMPTY_LISTS}


async def test_what_does_not_exist_is_not_found_in_json(alice: Person) -> None:
    """Phanpy reads "not found" in the message to learn that there is no push."""
    paths = ("/api/v1/push/subscription", "/api/v1/timelines/list/1", "/api/v1/lists/1", "/api/v1/no/such/thing")

    answers = [await alice.client.get(path) for path in paths]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(404, {"error": "Record not found"})] * 4
    assert {answer.headers["content-type"] for answer in answers} == {"application/json"}


async def test_accounts_are_not_made_by_applications(home: RunningNode) -> None:
    """Section 2.2: 403, not 404, so that a client shows the sentence."""
    answer = await home.client.post(
        "/api/v1/accounts", data={"username": "eve", "email": "eve@acme.example", "password": "x"}
    )

    assert answer.status_code == 403


async def test_a_body_that_cannot_be_read_is_refused_in_json(alice: Person) -> None:
    """Never a 500, and never half a post."""
    answers = [
        await alice.client.post("/api/v1/statuses", content=body, headers={"Content-Type": content_type})
        for body, content_type, _status in UNREADABLE
    ]

    assert [answer.status_code for answer in answers] == [status for _body, _type, status in UNREADABLE]
    assert all(list(answer.json()) == ["error"] for answer in answers)
    assert (await alice.client.get("/api/v1/timelines/home")).json() == []


async def test_familiar_followers_name_each_account_asked(alice: Person, carol: Person) -> None:
    """One entry an account, without names."""
    answer = await alice.client.get(f"/api/v1/accounts/familiar_followers?id[]={carol.id}")

    assert answer.json() == [{"id": str(carol.id), "accounts": []}]
