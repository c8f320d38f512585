"""A secret group, asked for by everybody who is not in it: each request of the client API answers as for an id that does not exist, to the byte."""

from collections.abc import AsyncIterator

import pytest

from fediverse.mastodon.routes import MASTODON
from tests.support.group_api import PATH, made, named
from tests.support.journeys import asked, looked_up, posted
from tests.support.nodes import Person, RunningNode, settle_all

NOTHING = "117668894709847850"
"""An id that nothing has."""

OF_A_GROUP = [
    (method, path)
    for methods, path, _endpoint in MASTODON
    for method in methods.split()
    if path.startswith(("/api/v1/groups/{id}", "/api/v1/timelines/group/{id}"))
]
OF_AN_ACCOUNT = [
    (method, path)
    for methods, path, _endpoint in MASTODON
    for method in methods.split()
    if path.startswith(("/api/v1/accounts/{id}", "/api/v1/follow_requests/{id}"))
]
SENT: dict[str, object] = {"account_ids": [NOTHING], "comment": "x", "display_name": "Mine", "role": "admin"}


@pytest.fixture
async def secret(alice: Person) -> AsyncIterator[str]:
    """The id of a secret group of alice's, in which something was said."""
    number = await made(alice, "plotters", "secret", note="Nobody knows")
    await posted(alice, "We meet at noon", group_id=number)
    yield number
    members = await asked(alice, "GET", f"{PATH}/{number}/memberships")
    assert (await asked(alice, "GET", f"{PATH}/{number}"))["note"] == "<p>Nobody knows</p>"
    assert [member["role"] for member in members if member["account"]["acct"] == "alice"] == ["owner"]


async def answer_of(person: Person, method: str, path: str, number: str, other: int) -> tuple[int, str]:
    """Status and body, with the id that was asked for taken out."""
    target = path.replace("{id}", number).replace("{account_id}", str(other)).replace("{post_id}", str(other))
    body = None if method == "GET" else SENT
    answer = await person.client.request(method, target, json=body)
    return answer.status_code, answer.text.replace(number, "ID")


async def test_a_secret_group_is_no_group(secret: str, alice: Person, carol: Person) -> None:
    """T-160, T-163: for a colleague who is not in it, by every request for groups."""
    hidden = {way: await answer_of(carol, *way, secret, alice.id) for way in OF_A_GROUP}
    unknown = {way: await answer_of(carol, *way, NOTHING, alice.id) for way in OF_A_GROUP}

    assert hidden == unknown
    assert {status for status, _body in hidden.values()} == {404}
    assert len(hidden) > 20


async def test_a_secret_groups_account_is_no_account(secret: str, alice: Person, carol: Person) -> None:
    """By every request for accounts as well: whatever a client without groups may do with one."""
    hidden = {way: await answer_of(carol, *way, secret, alice.id) for way in OF_AN_ACCOUNT}
    unknown = {way: await answer_of(carol, *way, NOTHING, alice.id) for way in OF_AN_ACCOUNT}

    assert hidden == unknown


async def test_nobody_writes_into_a_secret_group_from_outside(secret: str, carol: Person) -> None:
    """The answer is that of an id that nothing has; a mention of its name is text."""
    refused = [
        await carol.client.post("/api/v1/statuses", json={"status": "Hello", "group_id": number})
        for number in (secret, NOTHING)
    ]
    mentioned = [await posted(carol, f"@{name} hello") for name in ("plotters", "nobody")]

    assert refused[0].status_code == refused[1].status_code == 404
    assert refused[0].text == refused[1].text
    assert [(status["mentions"], status["group"], status["visibility"]) for status in mentioned] == [
        ([], None, "public")
    ] * 2


@pytest.mark.parametrize("kind", ["removed", "uninvited", "banned", "left"])
async def test_whoever_is_out_knows_no_more(kind: str, secret: str, alice: Person, carol: Person) -> None:
    """However they went out. The twin who is still in sees all of it."""
    await named(alice, f"{PATH}/{secret}/invitations", carol)
    if kind != "uninvited":
        await asked(carol, "POST", f"{PATH}/{secret}/join")
        assert (await asked(carol, "GET", f"{PATH}/{secret}"))["slug"] == "plotters"
        assert len(await asked(carol, "GET", f"/api/v1/timelines/group/{secret}")) == 1

    match kind:
        case "removed":
            await named(alice, f"{PATH}/{secret}/kick", carol)
        case "uninvited":
            await named(alice, f"{PATH}/{secret}/invitations", carol, method="DELETE")
        case "banned":
            await named(alice, f"{PATH}/{secret}/blocks", carol)
        case _:
            await asked(carol, "POST", f"{PATH}/{secret}/leave")

    for method, path in (
        ("GET", "/api/v1/groups/{id}"),
        ("GET", "/api/v1/timelines/group/{id}"),
        ("POST", "/api/v1/groups/{id}/join"),
    ):
        assert await answer_of(carol, method, path, secret, alice.id) == await answer_of(
            carol, method, path, NOTHING, alice.id
        )
    assert await asked(carol, "GET", PATH) == []


@pytest.mark.parametrize(
    "query",
    [
        "plotters",
        "@plotters",
        "http://acme.localhost:8001/users/plotters",
        "http://acme.localhost:8001/@plotters",
        "noon",
    ],
)
async def test_no_list_or_search_names_a_secret_group(query: str, secret: str, alice: Person, carol: Person) -> None:
    """T-173, T-179: to whoever is not in it; its owner finds it."""
    shown: dict[str, list[str]] = {}
    for person in (carol, alice):
        for path, params in lists(secret, query, alice):
            text = (await person.client.get(path, params=params)).text.replace(query, "")
            if any(word in text for word in (secret, "Plotters", "noon")):
                shown.setdefault(person.username, []).append(path)

    assert "carol" not in shown
    assert len(shown["alice"]) > 3


def lists(secret: str, query: str, alice: Person) -> list[tuple[str, dict[str, str]]]:
    """What anybody here may ask to see who and what there is."""
    return [
        ("/api/v2/search", {"q": query, "resolve": "true"}),
        ("/api/v1/accounts/search", {"q": query, "resolve": "true"}),
        ("/api/v1/accounts/lookup", {"acct": query}),
        ("/api/v1/accounts", {"id[]": secret}),
        ("/api/v1/accounts/relationships", {"id[]": secret}),
        ("/api/v1/directory", {"local": "true", "order": "new"}),
        ("/api/v2/suggestions", {}),
        (f"/api/v1/accounts/{alice.id}/followers", {}),
        (f"/api/v1/accounts/{alice.id}/following", {}),
        (f"/api/v1/accounts/{alice.id}/statuses", {}),
        ("/api/v1/groups", {}),
        ("/api/v1/groups/directory", {}),
        ("/api/v1/groups/search", {"q": query}),
        ("/api/v1/groups/lookup", {"name": query}),
        ("/api/v1/groups/relationships", {"id[]": secret}),
        ("/api/v1/timelines/public", {}),
        ("/api/v1/timelines/home", {}),
    ]


async def test_people_of_another_node_do_not_find_a_secret_group(
    home: RunningNode, away: RunningNode, secret: str, alice: Person, bob: Person
) -> None:
    """T-160: neither by its handle nor by its address; a closed one is found, so that it is not the test that is blind."""
    await made(alice, "painters", "closed", domains=[away.host])

    assert await looked_up(bob, f"plotters@{home.host}") is None
    found = await asked(
        bob, "GET", "/api/v2/search", params={"q": f"http://{home.host}/users/plotters", "resolve": "true"}
    )
    await settle_all(home, away)

    assert found["accounts"] == []
    assert await asked(bob, "GET", f"{PATH}/directory") == []
    assert await looked_up(bob, f"painters@{home.host}") is not None
