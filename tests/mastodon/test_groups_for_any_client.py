"""Groups in an application that knows nothing of them: an account to follow, to mention and to look at (design, section 5)."""

import pytest

from tests.support.group_api import PATH, let_in, made, named, roles
from tests.support.journeys import account_of, asked, notifications_of, plain, posted
from tests.support.nodes import Person, RunningNode, settle_all


@pytest.mark.parametrize(("access", "locked"), [("open", False), ("closed", True)])
async def test_a_group_is_an_account_that_is_marked_as_one(
    access: str, locked: object, alice: Person, carol: Person
) -> None:
    """`group: true`, and locked unless everybody may come in."""
    number = await made(alice, "painters", access)

    account = await asked(carol, "GET", f"/api/v1/accounts/{number}")

    assert (account["acct"], account["group"], account["locked"], account["bot"]) == ("painters", True, locked, False)


async def test_following_a_closed_group_asks_to_join(alice: Person, carol: Person) -> None:
    """Its owner hears of it, finds the request among the follow requests, and grants it there; unfollowing is leaving."""
    number = await made(alice)

    follow = await asked(carol, "POST", f"/api/v1/accounts/{number}/follow")
    [waiting] = await asked(alice, "GET", "/api/v1/follow_requests")
    told = await notifications_of(alice, "follow_request")
    await asked(alice, "POST", f"/api/v1/follow_requests/{carol.id}/authorize")

    assert (follow["requested"], waiting["acct"], len(told)) == (True, "carol", 1)
    assert await roles(alice, number) == {"alice": "owner", "carol": "user"}
    assert await asked(alice, "GET", "/api/v1/follow_requests") == []
    left = await asked(carol, "POST", f"/api/v1/accounts/{number}/unfollow")
    assert (left["following"], await roles(alice, number)) == (False, {"alice": "owner"})


async def test_a_request_is_rejected_among_the_follow_requests(alice: Person, carol: Person) -> None:
    """Who asked is no member, and may ask again."""
    number = await made(alice)
    await asked(carol, "POST", f"/api/v1/accounts/{number}/follow")

    await asked(alice, "POST", f"/api/v1/follow_requests/{carol.id}/reject")

    assert await asked(alice, "GET", "/api/v1/follow_requests") == []
    assert await roles(alice, number) == {"alice": "owner"}
    assert (await asked(carol, "POST", f"/api/v1/accounts/{number}/follow"))["requested"]


@pytest.mark.parametrize("kind", ["stranger", "member", "demoted"])
async def test_only_moderators_see_and_grant_follow_requests_of_a_group(
    kind: str, home: RunningNode, alice: Person, carol: Person, dave: Person
) -> None:
    """T-174: the same set-up, without the role or without it any more: no request is seen, and granting it is a 404."""
    number = await made(alice)
    if kind != "stranger":
        await let_in(alice, number, carol)
    if kind == "demoted":
        await named(alice, f"{PATH}/{number}/promote", carol)
    await asked(dave, "POST", f"/api/v1/accounts/{number}/follow")
    if kind == "demoted":
        assert len(await asked(carol, "GET", "/api/v1/follow_requests")) == 1
        await named(alice, f"{PATH}/{number}/demote", carol)

    seen = await asked(carol, "GET", "/api/v1/follow_requests")
    answers = [
        (await carol.client.post(f"/api/v1/follow_requests/{dave.id}/{verb}")).status_code
        for verb in ("authorize", "reject")
    ]

    assert (seen, answers[0]) == ([], 404)
    assert "dave" not in await roles(alice, number)
    assert [one["acct"] for one in await asked(alice, "GET", "/api/v1/follow_requests")] == ["dave"]


async def test_somebody_who_asks_twice_is_answered_for_both(alice: Person, carol: Person) -> None:
    """To follow alice and to join her group: one name among the requests stands for all that the person asks of her."""
    await asked(alice, "PATCH", "/api/v1/accounts/update_credentials", json={"locked": True})
    number = await made(alice)
    for target in (number, alice.id):
        await asked(carol, "POST", f"/api/v1/accounts/{target}/follow")

    await asked(alice, "POST", f"/api/v1/follow_requests/{carol.id}/authorize")

    assert await asked(alice, "GET", "/api/v1/follow_requests") == []
    standing = await asked(carol, "GET", "/api/v1/accounts/relationships", params={"id[]": [number, str(alice.id)]})
    assert [one["following"] for one in standing] == [True, True]


async def test_the_first_of_a_domain_is_not_let_in_without_a_word(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """A client that cannot name the domain is told why; bob is no member until somebody names it."""
    number = await made(alice, domains=[away.host])
    found = await account_of_group(bob, home)
    await asked(bob, "POST", f"/api/v1/accounts/{found}/follow")
    await settle_all(home, away)
    bobs = await account_of(alice, bob)

    refused = await asked(alice, "POST", f"/api/v1/follow_requests/{bobs}/authorize", 403)

    assert away.host in refused["error"]
    assert await roles(alice, number) == {"alice": "owner"}


@pytest.mark.parametrize(("verb", "member"), [("authorize", True), ("reject", False)])
async def test_an_invitation_is_answered_as_a_follow_request(
    verb: str, member: object, alice: Person, carol: Person
) -> None:
    """The notification names the group as who asks; accepting that is joining, also a secret one."""
    number = await made(alice, access="secret")
    await named(alice, f"{PATH}/{number}/invitations", carol)

    [told] = await notifications_of(carol, "follow_request")
    await asked(carol, "POST", f"/api/v1/follow_requests/{told['account']['id']}/{verb}")

    assert told["account"]["id"] == number
    assert ("carol" in await roles(alice, number)) is member
    await asked(carol, "GET", f"{PATH}/{number}", 200 if member else 404)


async def account_of_group(person: Person, home: RunningNode, name: str = "painters") -> str:
    found = await asked(
        person, "GET", "/api/v2/search", params={"q": f"@{name}@{home.host}", "type": "accounts", "resolve": "true"}
    )
    return str(found["accounts"][0]["id"])


async def test_mentioning_the_group_is_posting_in_it(alice: Person, carol: Person, dave: Person) -> None:
    """Whatever visibility the client says. Who is no member is told how to become one, and nothing is posted."""
    number = await made(alice)
    await let_in(alice, number, carol)

    inside = await posted(carol, "@painters varnish")
    outside = await asked(dave, "POST", "/api/v1/statuses", 422, json={"status": "@painters let me in"})

    assert (inside["visibility"], inside["group"]["id"]) == ("private", number)
    assert "follow @painters" in outside["error"]
    wall = await asked(alice, "GET", f"/api/v1/accounts/{number}/statuses")
    assert [status["id"] for status in wall] == [inside["id"]]
    assert "varnish" in plain(wall[0]["content"])
    assert await asked(dave, "GET", f"/api/v1/accounts/{number}/statuses") == []
    await asked(dave, "GET", f"/api/v1/statuses/{inside['id']}", 404)


async def test_members_find_the_groups_posts_at_home(alice: Person, carol: Person, dave: Person) -> None:
    """As those of an account that they follow; nobody else does."""
    number = await made(alice)
    await let_in(alice, number, carol)

    await posted(alice, "Varnish", group_id=number)

    homes = {
        person.username: [plain(one["content"]) for one in await asked(person, "GET", "/api/v1/timelines/home")]
        for person in (carol, dave)
    }
    assert homes == {"carol": ["Varnish"], "dave": []}


async def test_the_list_of_followers_is_the_list_of_members(alice: Person, carol: Person, dave: Person) -> None:
    """For members of a closed group; empty for others."""
    number = await made(alice)
    await let_in(alice, number, carol)

    seen = {
        person.username: {one["acct"] for one in await asked(person, "GET", f"/api/v1/accounts/{number}/followers")}
        for person in (carol, dave)
    }

    assert seen["dave"] == set()
    assert seen["carol"] in ({"alice", "carol"}, set())
