"""Who is in a group, through the client API: requests, invitations, roles, removals and bans; each with the twin who may not."""

import pytest

from tests.support.group_api import PATH, joined, let_in, made, named, roles, standing
from tests.support.journeys import account_of, asked, looked_up, plain, posted
from tests.support.nodes import Person, RunningNode, settle_all


async def asking(person: Person, number: str) -> list[str]:
    """Who waits to be let in."""
    return [account["acct"] for account in await asked(person, "GET", f"{PATH}/{number}/membership_requests")]


async def test_a_request_is_seen_and_granted(alice: Person, carol: Person) -> None:
    """By who moderates the group; the member list says so then."""
    number = await made(alice)
    path = f"{PATH}/{number}/membership_requests"
    await joined(carol, number)

    [waiting] = await asked(alice, "GET", path)
    granted = await asked(alice, "POST", f"{path}/{carol.id}/authorize")

    assert (waiting["acct"], waiting["request"]["new_domain"], granted) == ("carol", None, {})
    assert await asking(alice, number) == []
    assert await roles(alice, number) == {"alice": "owner", "carol": "user"}
    assert (await standing(carol, number))["role"] == "user"


async def test_a_request_is_refused_or_taken_back(alice: Person, carol: Person, dave: Person) -> None:
    """Who asked is no member; one's own request can be rejected by oneself, and by no other member."""
    number = await made(alice)
    path = f"{PATH}/{number}/membership_requests"
    for person in (carol, dave):
        await joined(person, number)

    await asked(alice, "POST", f"{path}/{carol.id}/reject")
    back = await asked(dave, "POST", f"{path}/{dave.id}/reject")

    assert (back["requested"], await asking(alice, number)) == (False, [])
    assert not (await standing(carol, number))["requested"]
    assert await roles(alice, number) == {"alice": "owner"}
    await asked(dave, "POST", f"{path}/{dave.id}/reject", 404)
    await asked(alice, "POST", f"{path}/{alice.id}/reject", 404)


async def test_nobody_is_let_in_who_did_not_ask(alice: Person, carol: Person) -> None:
    """Nor somebody who does not exist."""
    number = await made(alice)

    for other in (carol.id, number, "7"):
        await asked(alice, "POST", f"{PATH}/{number}/membership_requests/{other}/authorize", 404)

    assert await roles(alice, number) == {"alice": "owner"}


@pytest.mark.parametrize("kind", ["stranger", "member", "demoted"])
async def test_only_moderators_decide(kind: str, home: RunningNode, alice: Person, carol: Person, dave: Person) -> None:
    """T-174: a stranger, a member, and a moderator who is none any more are refused all of it, and nothing changes; a moderator does it."""
    number = await made(alice)
    erin = await home.person("erin")
    await let_in(alice, number, erin, *([] if kind == "stranger" else [carol]))
    if kind == "demoted":
        await named(alice, f"{PATH}/{number}/promote", carol)
        await named(alice, f"{PATH}/{number}/demote", carol)
    await joined(dave, number)
    before = await roles(alice, number)
    ids = {"account_ids": [str(erin.id)]}

    for method, path, body in (
        ("GET", "membership_requests", None),
        ("POST", f"membership_requests/{dave.id}/authorize", {}),
        ("POST", f"membership_requests/{dave.id}/reject", {}),
        ("GET", "blocks", None),
        ("POST", "blocks", ids),
        ("DELETE", "blocks", ids),
        ("POST", "kick", ids),
        ("POST", "promote", ids),
        ("POST", "demote", ids),
        ("GET", "invitations", None),
        ("DELETE", "invitations", ids),
    ):
        answer = await carol.client.request(method, f"{PATH}/{number}/{path}", json=body)
        assert answer.status_code in {403, 404}, f"{method} {path}: {answer.text}"

    assert (await roles(alice, number), await asking(alice, number)) == (before, ["dave"])
    if kind == "stranger":
        await let_in(alice, number, carol)
    await named(alice, f"{PATH}/{number}/promote", carol)
    await asked(carol, "POST", f"{PATH}/{number}/membership_requests/{dave.id}/authorize")
    await named(carol, f"{PATH}/{number}/kick", erin)
    assert await roles(alice, number) == {"alice": "owner", "carol": "admin", "dave": "user"}


async def test_roles_are_given_and_taken_by_owners(alice: Person, carol: Person, dave: Person) -> None:
    """Each answers with the members as they now are; a moderator makes nobody anything."""
    number = await made(alice)
    await let_in(alice, number, carol, dave)

    [raised] = await named(alice, f"{PATH}/{number}/promote", carol, role="admin")
    [owner] = await named(alice, f"{PATH}/{number}/promote", carol, role="owner")
    [lowered] = await named(alice, f"{PATH}/{number}/demote", carol, role="moderator")
    for path in ("promote", "demote"):
        refused = await carol.client.post(f"{PATH}/{number}/{path}", json={"account_ids": [str(dave.id)]})
        assert refused.status_code in {403, 404}

    assert [one["role"] for one in (raised, owner, lowered)] == ["admin", "owner", "admin"]
    assert raised["account"]["acct"] == "carol"
    assert await roles(alice, number) == {"alice": "owner", "carol": "admin", "dave": "user"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("promote", {"role": "user"}),
        ("promote", {"role": "king"}),
        ("promote", {"account_ids": []}),
        ("demote", {"role": "owner"}),
        ("demote", {"role": "admin"}),
        ("kick", {"account_ids": []}),
        ("blocks", {"account_ids": []}),
        ("invitations", {"account_ids": []}),
    ],
)
async def test_what_makes_no_sense_is_refused(path: str, body: dict[str, object], alice: Person, carol: Person) -> None:
    """A promotion down, a demotion up, a role that is none, nobody named."""
    number = await made(alice)
    await let_in(alice, number, carol)

    await asked(alice, "POST", f"{PATH}/{number}/{path}", 422, json={"account_ids": [str(carol.id)], **body})

    assert await roles(alice, number) == {"alice": "owner", "carol": "user"}


async def test_a_promotion_takes_nothing_from_an_owner(alice: Person, carol: Person) -> None:
    """Made a moderator by mistake, an owner stays owner."""
    number = await made(alice)
    await let_in(alice, number, carol)
    await named(alice, f"{PATH}/{number}/promote", carol, role="owner")

    await named(alice, f"{PATH}/{number}/promote", carol, role="admin", status=422)

    assert (await roles(alice, number))["carol"] == "owner"


async def test_members_are_listed_by_role_and_paged(alice: Person, carol: Person, dave: Person) -> None:
    """Roles in the clients' words or ours; the last page is empty. Outside a closed group nobody gets the list."""
    number = await made(alice)
    path = f"{PATH}/{number}/memberships"
    await let_in(alice, number, carol)

    first = await carol.client.get(f"{path}?limit=1")
    second = await carol.client.get(first.links["next"]["url"])
    last = await carol.client.get(second.links["next"]["url"])

    assert [member["account"]["acct"] for member in first.json() + second.json()] == ["carol", "alice"]
    assert last.json() == []
    for role, who in (("owner", ["alice"]), ("user", ["carol"]), ("member", ["carol"]), ("admin", [])):
        assert [one["account"]["acct"] for one in await asked(alice, "GET", f"{path}?role={role}")] == who
    await asked(alice, "GET", f"{path}?role=king", 422)
    await asked(dave, "GET", path, 404)


async def test_whoever_is_removed_may_ask_again_and_whoever_is_banned_may_not(
    alice: Person, carol: Person, dave: Person
) -> None:
    """Until the ban is lifted."""
    number = await made(alice)
    await let_in(alice, number, carol, dave)

    await named(alice, f"{PATH}/{number}/kick", carol)
    await named(alice, f"{PATH}/{number}/blocks", dave)
    removed, banned = await joined(carol, number), (await dave.client.post(f"{PATH}/{number}/join")).status_code
    listed = await asked(alice, "GET", f"{PATH}/{number}/blocks")
    await named(alice, f"{PATH}/{number}/blocks", dave, method="DELETE")

    assert (removed["requested"], banned in {403, 404}) == (True, True)
    assert [account["acct"] for account in listed] == ["dave"]
    assert await roles(alice, number) == {"alice": "owner"}
    assert (await joined(dave, number))["requested"]


# ── invitations ───────────────────────────────────────────────────────────────────────────────────


async def test_an_invited_person_joins_a_secret_group(alice: Person, carol: Person, dave: Person) -> None:
    """At once, and as nobody else can; the invitation is listed with who made it until it is used."""
    number = await made(alice, access="secret")
    path = f"{PATH}/{number}/invitations"

    await named(alice, path, carol)
    [invited] = await asked(alice, "GET", path)
    in_ = await joined(carol, number)

    assert (invited["acct"], invited["invitation"]["inviter"]["acct"]) == ("carol", "alice")
    assert (in_["member"], await asked(alice, "GET", path)) == (True, [])
    await asked(dave, "POST", f"{PATH}/{number}/join", 404)
    await asked(dave, "GET", f"{PATH}/{number}", 404)


async def test_an_invitation_is_withdrawn_or_declined(alice: Person, carol: Person, dave: Person) -> None:
    """By the moderator, or by who was invited: the secret group is unknown to both again."""
    number = await made(alice, access="secret")
    path = f"{PATH}/{number}/invitations"
    await named(alice, path, carol, dave)

    await named(alice, path, carol, method="DELETE")
    declined = await asked(dave, "POST", f"{PATH}/{number}/leave")

    assert (declined["invited"], await asked(alice, "GET", path)) == (False, [])
    for person in (carol, dave):
        await asked(person, "GET", f"{PATH}/{number}", 404)
        await asked(person, "POST", f"{PATH}/{number}/join", 404)


# ── across nodes ──────────────────────────────────────────────────────────────────────────────────


async def ask_from_afar(
    bob: Person, alice: Person, home: RunningNode, away: RunningNode, name: str = "painters"
) -> str:
    """Bob finds the group, and asks to join by following it; the group's id at his node."""
    found = await looked_up(bob, f"{name}@{alice.host}")
    assert found is not None
    await asked(bob, "POST", f"/api/v1/accounts/{found['id']}/follow")
    await settle_all(home, away)
    return str(found["id"])


async def test_the_first_member_of_a_domain_is_let_in_by_its_name(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """The request says that the domain is new; without its name, or with another's, a sentence names it, and nobody is let in."""
    number = await made(alice, domains=[away.host])
    await ask_from_afar(bob, alice, home, away)
    bobs = await account_of(alice, bob)
    path = f"{PATH}/{number}/membership_requests"

    [waiting] = await asked(alice, "GET", path)
    unnamed = await asked(alice, "POST", f"{path}/{bobs}/authorize", 403)
    await asked(alice, "POST", f"{path}/{bobs}/authorize", 403, json={"admit_domain": "gamma.localhost:8003"})
    disclosed = await asked(alice, "GET", f"{PATH}/{number}/nodes")
    await asked(alice, "POST", f"{path}/{bobs}/authorize", data={"admit_domain": away.host})
    await settle_all(home, away)

    assert waiting["request"]["new_domain"] == away.host
    assert (away.host in unnamed["error"], disclosed) == (True, [])
    [node] = await asked(alice, "GET", f"{PATH}/{number}/nodes")
    assert (node["domain"], node["state"], node["members_count"]) == (away.host, "admitted", 1)
    assert node["admitted_by"]["acct"] == "alice"
    assert (await roles(alice, number))[bob.handle] == "user"


async def test_a_member_elsewhere_reads_and_writes_through_the_client_api(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """The group is in the list of both, and its timeline says the same at both nodes; bob's colleague sees nothing of it."""
    number = await made(alice, domains=[away.host])
    away_number = await ask_from_afar(bob, alice, home, away)
    eve = await away.person("eve")
    await asked(
        alice, "POST", f"{PATH}/{number}/membership_requests/{await account_of(alice, bob)}/authorize",
        json={"admit_domain": away.host},
    )  # fmt: skip
    await settle_all(home, away)

    await posted(alice, "From here", group_id=number)
    await settle_all(home, away)
    await posted(bob, "From afar", group_id=away_number)
    await settle_all(home, away)

    [group] = await asked(bob, "GET", PATH)
    assert (group["slug"], group["domain"], group["relationship"]["member"]) == (
        f"painters@{home.host}",
        home.host,
        True,
    )
    for person, where in ((alice, number), (bob, away_number)):
        read = await asked(person, "GET", f"/api/v1/timelines/group/{where}")
        assert [plain(status["content"]) for status in read] == ["From afar", "From here"]
    assert await asked(eve, "GET", f"/api/v1/timelines/group/{away_number}") == []
    await asked(eve, "GET", f"{PATH}/{away_number}/memberships", 404)


async def test_people_of_a_domain_that_the_group_does_not_list_do_not_get_in(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """The node allows them, the group does not: there is nothing to grant."""
    number = await made(alice, domains=[])

    found = await looked_up(bob, f"painters@{home.host}")
    if found is not None:
        await bob.client.post(f"/api/v1/accounts/{found['id']}/follow")
    await settle_all(home, away)

    assert await asking(alice, number) == []
    assert await roles(alice, number) == {"alice": "owner"}
