"""The administration API for accounts: who may call, the lists, what is done to an account and undone."""

import httpx2
import pytest

from fediverse.actions.peers import fetch
from fediverse.errors import NotFound
from tests.support.journeys import account_of, asked, follows, home_of, notifications_of, posted, seen, uploaded
from tests.support.nodes import PASSWORD, Person, RunningNode, settle_all
from tests.support.staff import SCOPES, staff, with_scopes

ACCOUNTS = "/api/v1/admin/accounts"


@pytest.fixture
async def root(home: RunningNode) -> Person:
    return await staff(home, "root")


@pytest.fixture
async def mona(home: RunningNode) -> Person:
    """A moderator."""
    return await staff(home, "mona", "moderator")


async def done(by: Person, target: str | int, action: str, status: int = 200, **more: object) -> None:
    await asked(by, "POST", f"{ACCOUNTS}/{target}/action", status, json={"type": action, **more})


# ── who may call ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("role", "scopes", "reading", "writing"),
    [
        ("admin", ("admin:read", "admin:write"), 200, 200),
        ("moderator", ("admin:read:accounts",), 200, 403),
        ("moderator", ("admin:write:accounts",), 403, 200),
        ("moderator", ("admin:read:reports", "admin:write:reports"), 403, 403),
        ("admin", ("read", "write"), 403, 403),
        ("user", SCOPES, 403, 403),
    ],
)
async def test_role_and_scope_are_both_needed(
    home: RunningNode, alice: Person, role: str, scopes: tuple[str, ...], reading: int, writing: int
) -> None:
    """A person without a role has no use for the scope, nor a moderator without it."""
    caller = await staff(home, "caller", role, scopes)  # type: ignore[arg-type]

    read = await caller.client.get(f"{ACCOUNTS}/{alice.id}")
    written = await caller.client.post(f"{ACCOUNTS}/{alice.id}/action", json={"type": "none"})

    assert (read.status_code, written.status_code) == (reading, writing)


async def test_a_moderator_acts_on_people_only(home: RunningNode, alice: Person, root: Person, mona: Person) -> None:
    """Not on other moderators or administrators; an administrator acts on everybody but on themselves."""
    max_ = await staff(home, "max", "moderator")

    await done(mona, alice.id, "silence")
    await done(mona, max_.id, "silence", 403)
    await done(mona, root.id, "silence", 403)
    await done(mona, mona.id, "silence", 403)
    await done(root, root.id, "disable", 403)
    await done(root, mona.id, "silence")

    assert (await asked(root, "GET", f"{ACCOUNTS}/{alice.id}"))["silenced"]
    assert not (await asked(root, "GET", f"{ACCOUNTS}/{max_.id}"))["silenced"]


async def test_somebody_demoted_moderates_no_more(home: RunningNode, alice: Person, mona: Person) -> None:
    """The role is asked at each call, whatever the token once could."""
    await home.node.database.execute("UPDATE local_user SET role = 'user' WHERE account_id = ?", mona.id)

    await done(mona, alice.id, "silence", 403)
    await asked(mona, "GET", ACCOUNTS, 403)


# ── lists ─────────────────────────────────────────────────────────────────────────────────────────


async def test_accounts_are_listed_by_what_is_asked(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, root: Person, mona: Person
) -> None:
    """Both versions of the list; the first begins with active people of this node."""
    there = await account_of(alice, bob)
    await done(root, alice.id, "silence")

    async def names(path: str, query: str = "") -> set[str]:
        return {one["account"]["acct"] for one in await asked(root, "GET", f"{path}?{query}")}

    two = "/api/v2/admin/accounts"
    assert await names(ACCOUNTS) == {"alice", "root", "mona"}
    assert await names(ACCOUNTS, "remote=true") == {bob.handle}
    assert await names(ACCOUNTS, "silenced=true") == {"alice"}
    assert await names(ACCOUNTS, "staff=true") == {"root", "mona"}
    assert await names(two) == {"alice", "root", "mona", bob.handle}
    assert await names(two, "origin=remote") == {bob.handle}
    assert await names(two, f"by_domain={away.host}") == {bob.handle}
    assert await names(two, "role_ids[]=1") == {"mona"}
    assert await names(two, "permissions=staff") == {"root", "mona"}
    assert await names(two, "username=LIC") == {"alice"}
    assert await names(two, "email=alice@") == {"alice"}
    assert await names(two, "ip=203.0.113.9") == set()
    assert await names(two, "status=pending") == set()
    assert await names(two, "status=nonsense") == set()
    assert await names(two, f"invited_by={alice.id}") == set()
    assert (await asked(root, "GET", f"{ACCOUNTS}/{there}"))["email"] == ""


async def test_accounts_are_paged(home: RunningNode, alice: Person, carol: Person, root: Person) -> None:
    """With links, like every list."""
    first = await root.client.get(ACCOUNTS, params={"limit": "2"})
    second = await root.client.get(first.links["next"]["url"])

    assert [one["username"] for one in (*first.json(), *second.json())] == ["root", "carol", "alice"]


async def test_where_somebody_was_last_is_shown_to_moderators(home: RunningNode, alice: Person, mona: Person) -> None:
    """And found by; the person's own account says nothing of it."""
    transport = httpx2.ASGITransport(home.app, client=("203.0.113.9", 4711))
    headers = {"authorization": f"Bearer {alice.token}"}
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://{home.host}", headers=headers) as client:
        own = await client.get("/api/v1/accounts/verify_credentials")

    found = await asked(mona, "GET", "/api/v2/admin/accounts?ip=203.0.113.9")

    assert [(one["username"], one["ip"], one["ips"][0]["ip"]) for one in found] == [
        ("alice", "203.0.113.9", "203.0.113.9")
    ]
    assert "203.0.113.9" not in own.text
    assert await asked(mona, "GET", "/api/v2/admin/accounts?ip=203.0.113.10") == []


async def test_the_node_itself_is_nobody_to_act_on(home: RunningNode, root: Person) -> None:
    """Its actor is no account here."""
    await asked(root, "GET", f"{ACCOUNTS}/{home.node.instance_id}", 404)
    await done(root, home.node.instance_id, "suspend", 404)


async def test_nobody_waits_for_approval(alice: Person, root: Person) -> None:
    """Nobody signs up by themselves."""
    for verb in ("approve", "reject"):
        await asked(root, "POST", f"{ACCOUNTS}/{alice.id}/{verb}", 403)


# ── what is done ──────────────────────────────────────────────────────────────────────────────────


async def test_somebody_disabled_is_out_at_once(home: RunningNode, alice: Person, mona: Person) -> None:
    """Token and sign-in; enabled again, the application works again as clients expect."""
    await done(mona, alice.id, "disable")
    refused = await alice.client.get("/api/v1/accounts/verify_credentials")
    page = await home.client.get("/auth/sign_in")

    assert refused.status_code == 401
    assert page.status_code == 200
    assert (await asked(mona, "GET", f"{ACCOUNTS}/{alice.id}"))["disabled"]

    enabled = await asked(mona, "POST", f"{ACCOUNTS}/{alice.id}/enable")

    assert not enabled["disabled"]
    assert (await asked(alice, "GET", "/api/v1/accounts/verify_credentials"))["username"] == "alice"


async def test_somebody_limited_is_out_of_sight_for_who_does_not_follow(
    alice: Person, carol: Person, dave: Person, mona: Person
) -> None:
    """Public timeline, tags, search and directory; who follows sees everything, and everybody sees the profile."""
    await asked(carol, "POST", f"/api/v1/accounts/{alice.id}/follow")
    status = await posted(alice, "Quarrelsome #words")
    await done(mona, alice.id, "silence")

    async def offered(person: Person) -> list[bool]:
        found = await asked(person, "GET", "/api/v2/search", params={"q": "quarrelsome", "type": "statuses"})
        return [
            bool(await asked(person, "GET", "/api/v1/timelines/public")),
            bool(await asked(person, "GET", "/api/v1/timelines/tag/words")),
            bool(found["statuses"]),
            "alice" in [one["acct"] for one in await asked(person, "GET", "/api/v1/directory?local=true")],
            bool(await asked(person, "GET", "/api/v1/accounts/search?q=ali")),
        ]

    assert await offered(carol) == [True] * 5
    assert await offered(dave) == [False] * 5
    assert (await asked(dave, "GET", f"/api/v1/statuses/{status['id']}"))["id"] == status["id"]
    assert (await asked(dave, "GET", "/api/v1/accounts/search?q=alice"))[0]["limited"] is True

    await asked(mona, "POST", f"{ACCOUNTS}/{alice.id}/unsilence")

    assert await offered(dave) == [True] * 5


async def test_media_of_somebody_sensitive_are_sensitive(alice: Person, carol: Person, mona: Person) -> None:
    """Those posted before, too; words alone are not."""
    from_alice = await posted(alice, "Look", media_ids=[await uploaded(alice, "A tin of paint")])
    words = await posted(alice, "Only words")
    await done(mona, alice.id, "sensitive")

    async def sensitive(status: dict[str, object]) -> bool:
        return bool((await asked(carol, "GET", f"/api/v1/statuses/{status['id']}"))["sensitive"])

    assert await sensitive(from_alice)
    assert not await sensitive(words)
    assert not (await asked(mona, "POST", f"{ACCOUNTS}/{alice.id}/unsensitive"))["sensitized"]
    assert not await sensitive(from_alice)


async def test_somebody_suspended_is_gone_and_comes_back(alice: Person, carol: Person, mona: Person) -> None:
    """Posts hidden, profile empty, token refused; all of it reversed."""
    status = await posted(alice, "Something bad")
    await done(mona, alice.id, "suspend")

    assert (await alice.client.get("/api/v1/timelines/home")).status_code == 401
    assert (await carol.client.get(f"/api/v1/statuses/{status['id']}")).status_code == 404
    assert (await asked(carol, "GET", f"/api/v1/accounts/{alice.id}"))["suspended"] is True

    assert not (await asked(mona, "POST", f"{ACCOUNTS}/{alice.id}/unsuspend"))["suspended"]

    assert (await asked(carol, "GET", f"/api/v1/statuses/{status['id']}"))["id"] == status["id"]
    assert (await asked(alice, "GET", "/api/v1/timelines/home"))[0]["id"] == status["id"]


async def test_each_measure_is_written_down_with_who_took_it(home: RunningNode, alice: Person, mona: Person) -> None:
    """For the audit; the person's own warning names nobody."""
    await done(mona, alice.id, "none", text="Please be kind")

    [event] = await home.node.database.rows("SELECT * FROM event WHERE kind = 'AccountModerated'")
    assert event["account_id"] == alice.id
    assert str(mona.id) in str(event["data"])
    warning = await home.node.database.row("SELECT * FROM account_warning")
    assert warning is not None
    assert (warning["text"], warning["by_account_id"]) == ("Please be kind", mona.id)
    rows = await home.node.database.rows("SELECT * FROM notification WHERE kind = 'moderation_warning'")
    assert [(row["account_id"], row["from_account_id"], row["post_id"]) for row in rows] == [
        (alice.id, alice.id, warning["id"])
    ]


async def test_only_what_exists_is_done(alice: Person, mona: Person) -> None:
    """A word that is none, somebody who is nobody, a sign-in that is not here."""
    await done(mona, alice.id, "banish", 422)
    await done(mona, 12345, "silence", 404)
    await asked(mona, "DELETE", f"{ACCOUNTS}/{alice.id}", 403)


# ── accounts of other nodes ───────────────────────────────────────────────────────────────────────


async def test_suspending_somebody_elsewhere_hides_them_and_cuts_the_ties(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, mona: Person
) -> None:
    """Both follows end on both nodes, whoever had one is told, and nothing more comes in; others there are not touched."""
    barbara = await away.person("barbara")
    await follows(alice, bob, home, away)
    await follows(bob, alice, home, away)
    await follows(alice, barbara, home, away)
    before = await posted(bob, "From far away")
    await settle_all(home, away)
    there = await account_of(alice, bob)

    await done(mona, there, "suspend")
    await settle_all(home, away)
    await posted(bob, "Still here?")
    beside = await posted(barbara, "I did nothing")
    await settle_all(home, away)

    assert await seen(alice, before) is None
    assert [status["uri"] for status in await home_of(alice)] == [beside["uri"]]
    [standing] = await asked(alice, "GET", "/api/v1/accounts/relationships", params={"id[]": there})
    assert (standing["following"], standing["followed_by"]) == (False, False)
    [far] = await asked(bob, "GET", "/api/v1/accounts/relationships", params={"id[]": await account_of(bob, alice)})
    assert (far["following"], far["followed_by"]) == (False, False)
    [cut] = await home.node.database.rows("SELECT * FROM severance")
    assert (cut["account_id"], cut["followers_count"], cut["following_count"]) == (alice.id, 1, 1)
    assert (await asked(alice, "GET", "/api/v1/notifications?types[]=follow")) is not None
    await done(mona, there, "disable", 403)


async def test_somebody_elsewhere_comes_back_without_their_ties(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, mona: Person
) -> None:
    """What was hidden is seen again, and a new follow is possible."""
    await follows(alice, bob, home, away)
    status = await posted(bob, "From far away")
    await settle_all(home, away)
    there = await account_of(alice, bob)
    await done(mona, there, "suspend")
    await asked(alice, "POST", f"/api/v1/accounts/{there}/follow", 404)

    await asked(mona, "POST", f"{ACCOUNTS}/{there}/unsuspend")

    assert await seen(alice, status) is not None
    await follows(alice, bob, home, away)


async def test_other_nodes_hear_of_a_suspension(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, mona: Person
) -> None:
    """The actor's document says so and shows nothing else, and so does the Update; posts are answered as if they were not."""
    await follows(bob, alice, home, away)
    status = await posted(alice, "Something bad")
    await settle_all(home, away)

    await done(mona, alice.id, "suspend")
    await settle_all(home, away)

    sent = await home.node.database.value("SELECT body FROM outbound_activity WHERE type = 'Update'")
    assert '"suspended":true' in sent
    assert '"name":"alice"' in sent
    with away.node.database.active():
        actor = await fetch(away.node, alice.uri, kind="actor")
        with pytest.raises(NotFound):
            await fetch(away.node, status["uri"], kind="post")
    assert '"suspended":true' in actor.body.decode()


async def test_scopes_of_another_application_do_not_help(home: RunningNode, alice: Person, mona: Person) -> None:
    """What one was granted the other was not."""
    other = await with_scopes(home, mona, ("read", "write"))

    await done(other, alice.id, "silence", 403)
    await done(mona, alice.id, "silence")


async def test_a_warning_is_told(alice: Person, carol: Person, mona: Person) -> None:
    """To the person alone."""
    await done(mona, alice.id, "none", text="Please be kind")

    [told] = await notifications_of(alice, "moderation_warning")
    assert told["moderation_warning"]["text"] == "Please be kind"
    assert await notifications_of(carol, "moderation_warning") == []
    assert PASSWORD not in str(told)
