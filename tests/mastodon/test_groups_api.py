"""Groups through the client API: made, found, changed, joined, read (the entities and paths of pl-api and Soapbox)."""

from typing import Any

import pytest

from fediverse.actions import access
from tests.support.group_api import PATH, joined, let_in, made, named, standing
from tests.support.journeys import asked, picture, plain, posted
from tests.support.nodes import Person, RunningNode


async def names(person: Person, path: str, **query: object) -> list[str]:
    """Which groups a list shows."""
    return [group["slug"] for group in await asked(person, "GET", f"{PATH}{path}", params=query)]


async def read(person: Person, number: str, **query: object) -> list[str]:
    """What the group's timeline says, newest first."""
    statuses: list[dict[str, Any]] = await asked(person, "GET", f"/api/v1/timelines/group/{number}", params=query)
    return [plain(status["content"]) for status in statuses]


async def test_a_group_is_made_as_its_maker_says(alice: Person) -> None:
    """In the entity that clients know, with the maker's standing in it."""
    made_ = await asked(
        alice,
        "POST",
        PATH,
        json={"name": "painters", "display_name": "Painters", "note": "About paint", "access": "open"},
    )

    assert made_ == await asked(alice, "GET", f"{PATH}/{made_['id']}")
    assert made_ | {"relationship": None} | made_["source"] == {
        **made_,
        "slug": "painters", "display_name": "Painters", "domain": "acme.localhost:8001", "access": "open", "locked": False,
        "members_count": 1, "membership_required": True, "posting": "members", "allowed_domains": [], "note": "About paint",
        "group_visibility": "everyone", "statuses_visibility": "public", "relationship": None, "paused": None, "requests_count": 0,
    }  # fmt: skip
    assert made_["relationship"] == await standing(alice, made_["id"])
    assert made_["relationship"] | {"muting": None} == {
        "id": made_["id"], "member": True, "role": "owner", "requested": False, "invited": False, "blocked_by": False,
        "pending_requests": False, "muting": None, "notifying": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "name", "access_"),
    [
        ({"display_name": "Projet Été 2027"}, "projet_ete_2027", "closed"),
        ({"display_name": "Lunch", "group_visibility": "everyone"}, "lunch", "open"),
        ({"display_name": "Lunch", "group_visibility": "members_only"}, "lunch", "closed"),
        ({"display_name": "Lunch", "group_visibility": "everyone", "access": "secret"}, "lunch", "secret"),
    ],
)
async def test_a_client_that_knows_fewer_words_makes_a_group(
    sent: dict[str, str], name: str, access_: str, alice: Person
) -> None:
    """A title becomes the name; nothing said of access is closed; Soapbox's words are understood, ours come first."""
    made_ = await asked(alice, "POST", PATH, data=sent)

    assert (made_["slug"], made_["access"], made_["locked"]) == (name, access_, access_ != "open")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"name": "two words"},
        {"name": "carol"},
        {"name": "painters", "access": "public"},
        {"name": "painters", "group_visibility": "unlisted"},
        {"name": "painters", "posting": "nobody"},
        {"name": "painters", "domains": ["not a domain!"]},
    ],
)
async def test_a_group_that_cannot_be_is_refused(wrong: dict[str, object], alice: Person, carol: Person) -> None:
    """A name that is none or taken, and words that are not in the list; the same with right ones is made."""
    refused = await alice.client.post(PATH, json=wrong)

    assert refused.status_code in {409, 422}
    assert await names(alice, "") == []
    await made(alice, "painters")
    assert await names(alice, "") == ["painters"]


async def test_its_owner_changes_a_group(away: RunningNode, alice: Person) -> None:
    """By PUT or PATCH, in JSON, as a form or with pictures; what is not sent stays."""
    path = f"{PATH}/{await made(alice, access='closed', note='Before')}"

    titled = await asked(alice, "PUT", path, json={"display_name": "Varnish"})
    quieter = await asked(
        alice, "PATCH", path, data={"posting": "moderators", "domains[]": away.host, "access": "secret"}
    )
    seen = await asked(alice, "PUT", path, files={"avatar": ("a.png", picture(), "image/png")}, data={"note": "After"})
    plain_ = await asked(alice, "PUT", path, data={"avatar": "", "domains": ""})

    assert (titled["display_name"], titled["source"]["note"]) == ("Varnish", "Before")
    assert (quieter["posting"], quieter["allowed_domains"], quieter["access"]) == ("moderators", [away.host], "secret")
    assert (seen["display_name"], seen["source"]["note"], seen["posting"]) == ("Varnish", "After", "moderators")
    assert "missing" not in seen["avatar"]
    assert "missing" in plain_["avatar"]
    assert plain_["allowed_domains"] == []


@pytest.mark.parametrize(("before", "after"), [("open", "closed"), ("open", "secret"), ("closed", "open")])
async def test_an_open_group_stays_open_and_a_closed_one_closed(before: str, after: str, alice: Person) -> None:
    """What was written for all does not become what was written for few, nor the reverse: a sentence says to make a new one."""
    path = f"{PATH}/{await made(alice, access=before)}"

    refused = await asked(alice, "PUT", path, 422, json={"access": after})

    assert "new group" in refused["error"]
    assert (await asked(alice, "GET", path))["access"] == before


@pytest.mark.parametrize("kind", ["stranger", "member", "moderator"])
async def test_nobody_but_an_owner_changes_or_ends_a_group(kind: str, alice: Person, carol: Person) -> None:
    """Neither text nor picture nor domains; its owner does all of it."""
    number = await made(alice)
    path = f"{PATH}/{number}"
    if kind != "stranger":
        await let_in(alice, number, carol)
    if kind == "moderator":
        await named(alice, f"{path}/promote", carol, role="admin")
    before = await asked(alice, "GET", path)

    for sent in (
        {"json": {"display_name": "Mine"}},
        {"json": {"domains": ["*"]}},
        {"json": {"posting": "moderators"}},
        {"files": {"avatar": ("a.png", picture(), "image/png")}},
        {"data": {"header": ""}},
    ):
        assert (await carol.client.put(path, **sent)).status_code in {403, 404}
    assert (await carol.client.delete(path)).status_code in {403, 404}

    after = await asked(alice, "GET", path)
    assert after | {"avatar": "", "header": ""} == before | {"avatar": "", "header": ""}
    assert "missing" in after["avatar"]
    assert (await asked(alice, "PUT", path, json={"display_name": "Ours"}))["display_name"] == "Ours"


async def test_an_owner_ends_a_group(alice: Person, carol: Person) -> None:
    """For everybody, with what stood in it."""
    number = await made(alice)
    await let_in(alice, number, carol)
    await posted(carol, "Hello", group_id=number)

    assert await asked(alice, "DELETE", f"{PATH}/{number}") == {}

    assert (await names(alice, ""), await names(carol, "")) == ([], [])
    for person in (alice, carol):
        await asked(person, "GET", f"{PATH}/{number}", 404)
        await asked(person, "GET", f"/api/v1/timelines/group/{number}", 404)


# ── found ─────────────────────────────────────────────────────────────────────────────────────────


async def test_groups_are_found_by_those_who_may_know_of_them(alice: Person, carol: Person) -> None:
    """In the directory, by word, by name and in the list of relationships; a secret one by its members alone."""
    known, secret = await made(alice, "painters", "closed"), await made(alice, "plotters", "secret")

    for person, seen in ((alice, ["painters", "plotters"]), (carol, ["painters"])):
        assert await names(person, "/directory") == seen
        assert await names(person, "/search", q="p") == seen
        assert await names(person, "/search", q="PLOT") == seen[1:]
        related = await asked(person, "GET", f"{PATH}/relationships", params={"id[]": [secret, "7", known]})
        assert [one["id"] for one in related] == ([secret] if len(seen) == 2 else []) + [known]
    assert (await asked(carol, "GET", f"{PATH}/lookup", params={"name": "painters"}))["id"] == known
    assert (await asked(alice, "GET", f"{PATH}/lookup", params={"name": "@plotters"}))["id"] == secret
    await asked(carol, "GET", f"{PATH}/lookup", 404, params={"name": "plotters"})
    await asked(carol, "GET", f"{PATH}/lookup", 404, params={"name": "carol"})


async def test_lists_of_groups_are_paged_by_offset(alice: Person) -> None:
    """Directory and search, by name."""
    for name in ("abc", "abd", "abe"):
        await made(alice, name)

    assert await names(alice, "/directory", limit=2) == ["abc", "abd"]
    assert await names(alice, "/directory", limit=2, offset=2) == ["abe"]
    assert await names(alice, "/search", q="ab", limit=1, offset=1) == ["abd"]
    assert await names(alice, "/search", q="") == []


async def test_words_of_a_search_mean_themselves(alice: Person) -> None:
    """`%` and `_` are no patterns; a later word of the title is found by its beginning."""
    await made(alice, "painters", display_name="Oil 100% natural")

    assert await names(alice, "/search", q="100%") == ["painters"]
    assert await names(alice, "/search", q="p_inters") == []
    assert await names(alice, "/search", q="%") == []


async def test_ones_own_groups_are_those_of_any_standing(alice: Person, carol: Person, dave: Person) -> None:
    """Members, those who ask and those who are invited find them; nobody else's list has them."""
    number = await made(alice)

    await joined(carol, number)
    await named(alice, f"{PATH}/{number}/invitations", dave)

    for person, word in ((alice, "member"), (carol, "requested"), (dave, "invited")):
        [group] = await asked(person, "GET", PATH)
        assert [name for name in ("member", "requested", "invited") if group["relationship"][name]] == [word]
    assert (await asked(alice, "GET", f"{PATH}/{number}"))["requests_count"] == 1
    assert (await asked(carol, "GET", f"{PATH}/{number}"))["requests_count"] == 0


# ── joined and read ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("access_", ["open", "closed"])
async def test_joining_is_at_once_or_a_request(access_: str, alice: Person, carol: Person) -> None:
    """As the group says. Leaving undoes both."""
    number = await made(alice, access=access_)
    member = access_ == "open"

    asked_ = await joined(carol, number)
    again = await joined(carol, number)
    left = await asked(carol, "POST", f"{PATH}/{number}/leave")

    assert (asked_["member"], asked_["requested"], asked_["role"]) == (member, not member, "user" if member else None)
    assert again == asked_
    assert (left["member"], left["requested"], left["role"]) == (False, False, None)


async def test_an_account_that_is_no_group_is_not_joined(alice: Person, carol: Person) -> None:
    """A person's id is none of a group, whatever is asked of it."""
    for method, path in (
        ("GET", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("POST", "/join"),
        ("POST", "/leave"),
        ("GET", "/memberships"),
    ):
        await asked(alice, method, f"{PATH}/{carol.id}{path}", 404)

    assert not (await asked(alice, "GET", "/api/v1/accounts/relationships", params={"id[]": carol.id}))[0]["following"]


async def test_members_write_and_read_in_a_closed_group(alice: Person, carol: Person, dave: Person) -> None:
    """Nobody else does either, and whoever leaves reads no more. To clients the posts are for followers, with the group beside them."""
    number = await made(alice)
    await let_in(alice, number, carol)

    status = await posted(carol, "Varnish", group_id=number)
    await asked(dave, "POST", "/api/v1/statuses", 422, json={"status": "Me too", "group_id": number})

    assert (status["visibility"], status["group"]["id"]) == ("private", number)
    assert (await read(alice, number), await read(carol, number), await read(dave, number)) == (
        ["Varnish"],
        ["Varnish"],
        [],
    )
    await asked(dave, "GET", f"/api/v1/statuses/{status['id']}", 404)
    await asked(carol, "POST", f"{PATH}/{number}/leave")
    assert await read(carol, number) in (["Varnish"], [])
    assert await read(alice, number) == ["Varnish"]


async def test_a_client_may_call_the_visibility_group(alice: Person) -> None:
    """pl-fe and Soapbox do, beside the group's id. Without a group such a post would have no audience: it is refused."""
    number = await made(alice)

    status = await posted(alice, "Varnish", "group", group_id=number)
    await asked(alice, "POST", "/api/v1/statuses", 422, json={"status": "Lost", "visibility": "group"})

    assert (status["group"]["slug"], status["group"]["locked"], status["visibility"]) == ("painters", True, "private")
    assert await read(alice, number) == ["Varnish"]


async def test_everybody_here_reads_an_open_group(alice: Person, carol: Person) -> None:
    """Without being in it; writing takes a member."""
    number = await made(alice, access="open")
    await posted(alice, "Varnish", group_id=number)

    assert await read(carol, number) == ["Varnish"]
    refused = await carol.client.post("/api/v1/statuses", json={"status": "Me too", "group_id": number})
    assert refused.status_code in {403, 404, 422}
    await joined(carol, number)
    await posted(carol, "Me too", group_id=number)
    assert await read(alice, number) == ["Me too", "Varnish"]


async def test_a_group_where_moderators_post_takes_no_other_post(alice: Person, carol: Person) -> None:
    """Until the member moderates, and not any more once demoted."""
    number = await made(alice, posting="moderators")
    await let_in(alice, number, carol)
    body = {"status": "News", "group_id": number}

    before = (await carol.client.post("/api/v1/statuses", json=body)).status_code
    await named(alice, f"{PATH}/{number}/promote", carol)
    during = (await carol.client.post("/api/v1/statuses", json=body)).status_code
    await named(alice, f"{PATH}/{number}/demote", carol)
    after = (await carol.client.post("/api/v1/statuses", json=body)).status_code

    assert (before in {403, 422}, during, after in {403, 422}) == (True, 200, True)
    assert await read(alice, number) == ["News"]


async def test_a_groups_timeline_is_paged(alice: Person) -> None:
    """By posts, as others are; pictures alone when a client asks for them."""
    number = await made(alice)
    for text in ("one", "two", "three"):
        await posted(alice, text, group_id=number)

    first = await alice.client.get(f"/api/v1/timelines/group/{number}?limit=2")
    second = await alice.client.get(first.links["next"]["url"])

    assert [plain(status["content"]) for status in first.json() + second.json()] == ["three", "two", "one"]
    assert await read(alice, number, only_media="true") == []


async def test_groups_need_their_scopes(home: RunningNode, alice: Person) -> None:
    """`read:groups` reads and does not write; a token for something else does neither; `write` covers it."""
    number = await made(alice)
    with home.node.database.active():
        tokens = [
            await access.issue_token(home.node, alice.id, [scope])
            for scope in ("read:groups", "read:statuses", "write:groups", "write")
        ]
    readers = [home.browser({"authorization": f"Bearer {token}"}) for token in tokens]

    answers = [
        (
            (await reader.get(f"{PATH}/{number}")).status_code,
            (await reader.put(f"{PATH}/{number}", json={"display_name": "x"})).status_code,
        )
        for reader in readers
    ]

    assert answers == [(200, 403), (403, 403), (403, 200), (403, 200)]
    assert (await home.client.get(f"{PATH}/{number}")).status_code == 401


async def test_the_node_says_that_it_has_groups(home: RunningNode) -> None:
    """In the word that pl-api looks for."""
    node = (await home.client.get("/api/v2/instance")).json()

    assert node["api_versions"]["groups.pleroma.pl-api"] == 1
