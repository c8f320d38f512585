"""Lists: timelines of chosen people, which are their owner's alone (reference: client API, sections 2.3 and 3)."""

from typing import Any

import pytest

from fediverse.actions import access
from tests.support.journeys import asked, follows, home_of, plain, posted, texts_of
from tests.support.nodes import Person, RunningNode, settle_all


async def made(person: Person, title: str = "Paint", **more: object) -> str:
    """The id of a new list."""
    return str((await asked(person, "POST", "/api/v1/lists", json={"title": title, **more}))["id"])


async def add(person: Person, number: str, *members: Person, status: int = 200) -> None:
    body = {"account_ids": [str(member.id) for member in members]}
    await asked(person, "POST", f"/api/v1/lists/{number}/accounts", status, json=body)


async def on(person: Person, number: str) -> list[str]:
    statuses: list[dict[str, Any]] = await asked(person, "GET", f"/api/v1/timelines/list/{number}")
    return [plain(status["content"]) for status in statuses]


async def test_a_list_is_made_changed_and_deleted(alice: Person) -> None:
    """In JSON and as a form; what is not sent stays as it is."""
    first = await asked(alice, "POST", "/api/v1/lists", json={"title": "Paint", "replies_policy": "none"})
    path = f"/api/v1/lists/{first['id']}"

    changed = await asked(alice, "PUT", path, data={"title": "Varnish", "exclusive": "true"})
    listed = await asked(alice, "GET", "/api/v1/lists")
    gone = await asked(alice, "DELETE", path)

    assert first == {"id": first["id"], "title": "Paint", "replies_policy": "none", "exclusive": False}
    assert changed == {"id": first["id"], "title": "Varnish", "replies_policy": "none", "exclusive": True}
    assert (listed, gone) == ([changed], {})
    await asked(alice, "GET", path, 404)


@pytest.mark.parametrize("wrong", [{}, {"title": "  "}, {"title": "Paint", "replies_policy": "everybody"}])
async def test_a_list_that_cannot_be_is_refused(wrong: dict[str, object], alice: Person) -> None:
    """A title is needed, and a policy that exists."""
    await asked(alice, "POST", "/api/v1/lists", 422, json=wrong)

    assert await asked(alice, "GET", "/api/v1/lists") == []


async def test_a_list_is_nobody_elses(alice: Person, carol: Person) -> None:
    """Another person's list is as unknown as one that does not exist, whatever is asked of it."""
    number = await made(alice)
    await asked(carol, "POST", f"/api/v1/accounts/{alice.id}/follow")

    for method, path in (
        ("GET", f"/api/v1/lists/{number}"),
        ("PUT", f"/api/v1/lists/{number}"),
        ("DELETE", f"/api/v1/lists/{number}"),
        ("GET", f"/api/v1/lists/{number}/accounts"),
        ("POST", f"/api/v1/lists/{number}/accounts"),
        ("DELETE", f"/api/v1/lists/{number}/accounts"),
        ("GET", f"/api/v1/timelines/list/{number}"),
    ):
        await asked(
            carol,
            method,
            path,
            404,
            **({} if method == "GET" else {"json": {"title": "Mine", "account_ids": [str(alice.id)]}}),
        )

    assert await asked(carol, "GET", "/api/v1/lists") == []
    assert (await asked(alice, "GET", f"/api/v1/lists/{number}"))["title"] == "Paint"


async def test_only_the_followed_are_put_into_a_list(alice: Person, carol: Person, dave: Person) -> None:
    """All or none: one stranger among them is a 404. Oneself may be in it."""
    number = await made(alice)
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow")

    await add(alice, number, carol, dave, status=404)
    before = await asked(alice, "GET", f"/api/v1/lists/{number}/accounts")
    await add(alice, number, carol, alice)
    await add(alice, number, carol)

    members = await asked(alice, "GET", f"/api/v1/lists/{number}/accounts?limit=0")
    assert before == []
    assert {account["id"] for account in members} == {str(carol.id), str(alice.id)}
    assert [one["id"] for one in await asked(alice, "GET", f"/api/v1/accounts/{carol.id}/lists")] == [number]
    assert await asked(alice, "GET", f"/api/v1/accounts/{dave.id}/lists") == []


@pytest.mark.parametrize("how", ["body", "query"])
async def test_members_are_removed_by_body_or_query(how: str, alice: Person, carol: Person) -> None:
    """masto.js sends a DELETE with a body, others put it into the address."""
    number = await made(alice)
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow")
    await add(alice, number, carol)
    sent = {"json": {"account_ids": [str(carol.id)]}} if how == "body" else {"params": {"account_ids[]": carol.id}}

    await asked(alice, "DELETE", f"/api/v1/lists/{number}/accounts", **sent)

    assert await asked(alice, "GET", f"/api/v1/lists/{number}/accounts") == []


async def test_members_are_paged_by_their_membership(alice: Person, carol: Person, dave: Person) -> None:
    """The Link header leads to the next page, and the last page is empty."""
    number = await made(alice)
    for other in (carol, dave):
        await asked(alice, "POST", f"/api/v1/accounts/{other.id}/follow")
        await add(alice, number, other)

    first = await alice.client.get(f"/api/v1/lists/{number}/accounts?limit=1")
    second = await alice.client.get(first.links["next"]["url"])
    last = await alice.client.get(second.links["next"]["url"])

    assert [account["id"] for account in first.json() + second.json()] == [str(dave.id), str(carol.id)]
    assert last.json() == []


async def test_an_unfollow_takes_a_person_off_the_lists(alice: Person, carol: Person) -> None:
    """Theirs alone: the follow is what they were in it for."""
    number = await made(alice)
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow")
    await add(alice, number, carol)
    await posted(carol, "Varnish")

    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/unfollow")

    assert await asked(alice, "GET", f"/api/v1/lists/{number}/accounts") == []
    assert await on(alice, number) == []


async def test_a_list_shows_what_its_members_say_here_and_elsewhere(
    home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person, dave: Person
) -> None:
    """And nobody else; followers' posts too, and none that the reader may not see."""
    await follows(alice, bob, home, away)
    for other in (carol, dave):
        await asked(alice, "POST", f"/api/v1/accounts/{other.id}/follow")
    number = await made(alice)
    bobs = (await asked(alice, "GET", f"/api/v1/accounts/lookup?acct={bob.handle}"))["id"]
    await asked(alice, "POST", f"/api/v1/lists/{number}/accounts", json={"account_ids": [bobs, str(carol.id)]})

    await posted(bob, "From afar", "private")
    await posted(carol, "From here")
    await posted(carol, "@dave Not for you", "direct")
    await posted(dave, "Not listed")
    await settle_all(home, away)

    assert sorted(await on(alice, number)) == ["From afar", "From here"]


@pytest.mark.parametrize(
    ("policy", "shown"),
    [
        ("none", ["@alice to you", "to myself", "a post"]),
        ("list", ["@erin to a member", "@alice to you", "to myself", "a post"]),
        ("followed", ["@dave to a friend", "@erin to a member", "@alice to you", "to myself", "a post"]),
    ],
)
async def test_answers_stand_on_a_list_as_it_says(
    policy: str, shown: list[str], home: RunningNode, alice: Person, carol: Person, dave: Person
) -> None:
    """`replies_policy`: answers to the reader and to oneself always, to members or the followed when it says so, to strangers never."""
    erin, frank = await home.person("erin"), await home.person("frank")
    for other in (carol, dave, erin):
        await asked(alice, "POST", f"/api/v1/accounts/{other.id}/follow")
    number = await made(alice, replies_policy=policy)
    await add(alice, number, carol, erin)
    first = await posted(carol, "a post")
    await posted(carol, "to myself", in_reply_to_id=first["id"])
    for reader, text in (
        (alice, "@alice to you"),
        (erin, "@erin to a member"),
        (dave, "@dave to a friend"),
        (frank, "@frank to a stranger"),
    ):
        parent = await posted(reader, "ask", "unlisted")
        await posted(carol, text, in_reply_to_id=parent["id"])

    statuses = await asked(alice, "GET", f"/api/v1/timelines/list/{number}")

    sources = [
        (await asked(carol, "GET", f"/api/v1/statuses/{one['id']}/source"))["text"]
        for one in statuses
        if one["account"]["id"] == str(carol.id)
    ]
    assert sources == shown


async def test_boosts_stand_on_a_list_as_the_follow_says(alice: Person, carol: Person, dave: Person) -> None:
    """`reblogs: false` keeps them out, as out of the home timeline."""
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow")
    number = await made(alice)
    await add(alice, number, carol)
    status = await posted(dave, "Look")
    await asked(carol, "POST", f"/api/v1/statuses/{status['id']}/reblog")

    with_boosts = await asked(alice, "GET", f"/api/v1/timelines/list/{number}")
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow", json={"reblogs": False})
    without = await asked(alice, "GET", f"/api/v1/timelines/list/{number}")

    assert [one["reblog"]["id"] for one in with_boosts] == [status["id"]]
    assert without == []


async def test_an_exclusive_list_keeps_its_members_out_of_home(alice: Person, carol: Person, dave: Person) -> None:
    """What they say stands on the list alone, until it is exclusive no more. The others stay, and one's own posts."""
    for other in (carol, dave):
        await asked(alice, "POST", f"/api/v1/accounts/{other.id}/follow")
    number = await made(alice, exclusive=True)
    await add(alice, number, carol, alice)
    for person, text in ((carol, "Listed"), (dave, "Free"), (alice, "Mine")):
        await posted(person, text)

    apart = await texts_of(alice)
    await asked(alice, "PUT", f"/api/v1/lists/{number}", json={"exclusive": False})

    assert apart == ["Mine", "Free"]
    assert await texts_of(alice) == ["Mine", "Free", "Listed"]
    assert "Listed" in await on(alice, number)


async def test_an_exclusive_list_is_nothing_to_others(alice: Person, carol: Person, dave: Person) -> None:
    """It moves posts out of its owner's home only."""
    for reader in (alice, dave):
        await asked(reader, "POST", f"/api/v1/accounts/{carol.id}/follow")
    await add(alice, await made(alice, exclusive=True), carol)

    await posted(carol, "Listed")

    assert (len(await home_of(alice)), await texts_of(dave)) == (0, ["Listed"])


async def test_a_muted_member_is_silent_on_the_list_too(alice: Person, carol: Person) -> None:
    """A mute counts everywhere."""
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow")
    number = await made(alice)
    await add(alice, number, carol)
    await posted(carol, "Varnish")

    before = await on(alice, number)
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/mute")

    assert (before, await on(alice, number)) == (["Varnish"], [])


async def test_lists_need_their_scopes(home: RunningNode, alice: Person) -> None:
    """`read:lists` reads and does not write; a token for something else does neither."""
    with home.node.database.active():
        tokens = [await access.issue_token(home.node, alice.id, [scope]) for scope in ("read:lists", "read:statuses")]
    readers = [home.browser({"authorization": f"Bearer {token}"}) for token in tokens]

    answers = [
        (await reader.request(method, "/api/v1/lists", json={"title": "x"})).status_code
        for reader in readers
        for method in ("GET", "POST")
    ]

    assert answers == [200, 403, 403, 403]
