"""`dry_run` in `POST /api/v1/statuses`: who would see it. Each number is held against what happens when the same is published afterwards."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from fediverse.actions import domains, group_members, groups
from fediverse.actions.groups import GroupDraft
from fediverse.policy.domains import Effect, Reach
from tests.support.journeys import account_of, asked, copy_of, follow, follows, posted, rows_of
from tests.support.nodes import MakeNode, Person, RunningNode, settle_all

JSON = dict[str, Any]
STATUSES = "/api/v1/statuses"


@dataclass
class World:
    """alice, carol and dave at acme, bob at beta: bob and carol follow alice, dave does not."""

    home: RunningNode
    away: RunningNode
    alice: Person
    carol: Person
    dave: Person
    bob: Person

    @property
    def colleagues(self) -> list[Person]:
        return [self.carol, self.dave]

    async def settle(self) -> None:
        await settle_all(self.home, self.away)


@pytest.fixture
async def world(home: RunningNode, away: RunningNode, alice: Person, carol: Person, dave: Person, bob: Person) -> World:
    await follows(bob, alice, away, home)
    await follow(carol, alice)
    await settle_all(home, away)
    return World(home, away, alice, carol, dave, bob)


async def tried(world: World, body: JSON, who: Person | None = None, status: int = 200) -> JSON:
    """What a dry run answers; asserts that no row of any table changed."""
    person = who or world.alice
    await asked(person, "GET", "/api/v1/accounts/verify_credentials")  # from now on the token is known to be in use
    before = await stored(world.home)
    answer = await world.home.client.post(
        STATUSES, headers={"authorization": f"Bearer {person.token}"}, json={**body, "dry_run": True}
    )
    assert answer.status_code == status, answer.text
    assert await stored(world.home) ^ before == set()
    told: JSON = answer.json()
    return told


async def stored(node: RunningNode) -> set[str]:
    return {f"{table}: {row}" for table, row in await rows_of(node)}


async def sees(person: Person, status: JSON) -> bool:
    answer: httpx2.Response = await person.client.get(f"{STATUSES}/{status['id']}")
    return answer.status_code == 200


async def went_to(world: World, status: JSON) -> set[str]:
    rows = await asked(world.alice, "GET", f"{STATUSES}/{status['id']}/egress")
    return {row["host"] for row in rows if row["outcome"] == "sent"}


async def group_of_alice(world: World, name: str, access: str = "closed", *members: Person) -> int:
    """A group of alice's, in which *members* are."""
    with world.home.node.database.active():
        draft = GroupDraft(name, display_name="Projet X", access=access, domains=(world.away.host,))  # type: ignore[arg-type]
        number = await groups.create(world.home.node, world.alice.id, draft)
    for member in members:
        known = int(await account_of(world.alice, member))
        with world.home.node.database.active():
            domain = "" if member.host == world.home.host else member.host
            await group_members.invite(world.home.node, world.alice.id, number, known, admit_domain=domain)
        await world.settle()
        handle = name if member.host == world.home.host else f"{name}@{world.home.host}"
        found = await asked(
            member, "GET", "/api/v2/search", params={"q": f"@{handle}", "type": "accounts", "resolve": "true"}
        )
        await asked(member, "POST", f"/api/v1/accounts/{found['accounts'][0]['id']}/follow")
        await world.settle()
    return number


# ── what the table needs before it is asked ───────────────────────────────────────────────────────


async def nothing(_world: World) -> JSON:
    return {}


async def carols_private_post(world: World) -> JSON:
    await follow(world.alice, world.carol)
    status = await posted(world.carol, "For followers", "private")
    return {"in_reply_to_id": status["id"]}


async def closed_group(world: World) -> JSON:
    return {"group_id": str(await group_of_alice(world, "projet", "closed", world.carol, world.bob))}


async def secret_group(world: World) -> JSON:
    return {"group_id": str(await group_of_alice(world, "vault", "secret", world.dave))}


async def open_group(world: World) -> JSON:
    return {"group_id": str(await group_of_alice(world, "forum", "open", world.bob))}


async def denied_domain(world: World) -> JSON:
    with world.home.node.database.active():
        rule = domains.NewRule(world.away.host, Effect.DENY, reason="contract ended")
        await domains.add_rule(world.home.node, rule, by="tests")
    return {}


async def held_domain(world: World) -> JSON:
    with world.home.node.database.active():
        rule = domains.NewRule(world.away.host, Effect.HOLD, reason="under review")
        await domains.add_rule(world.home.node, rule, by="tests")
    return {}


async def addressed_domain(world: World) -> JSON:
    with world.home.node.database.active():
        rule = domains.NewRule(world.away.host, Effect.ALLOW, reach=Reach.ADDRESSED)
        await domains.add_rule(world.home.node, rule, by="tests")
    return {}


async def dave_blocked(world: World) -> JSON:
    await asked(world.alice, "POST", f"/api/v1/accounts/{world.dave.id}/block")
    return {}


@dataclass(frozen=True)
class Case:
    """*here* and *nodes* are what must be told and what must happen; *nodes* with the people there."""

    name: str
    body: JSON
    here: int
    nodes: dict[str, tuple[int, str]] = field(default_factory=dict)
    prepare: Callable[[World], Awaitable[JSON]] = nothing
    refused: tuple[str, ...] = ()


BETA = "beta.localhost:8002"
CASES = [
    Case("public", {"visibility": "public"}, 2, {BETA: (0, "network")}),
    Case("company", {"visibility": "public", "local_only": True}, 2),
    Case("company word", {"visibility": "local"}, 2),
    Case("unlisted", {"visibility": "unlisted"}, 2, {BETA: (0, "network")}),
    Case("private", {"visibility": "private"}, 1, {BETA: (1, "followers")}),
    Case("direct to nobody", {"visibility": "direct"}, 0),
    Case("direct here", {"visibility": "direct", "status": "@dave hello"}, 1),
    Case("direct there", {"visibility": "direct", "status": f"@bob@{BETA} hello"}, 0, {BETA: (1, "named")}),
    Case("private and named", {"visibility": "private", "status": f"@dave @bob@{BETA}"}, 2, {BETA: (1, "followers")}),
    Case("reply narrower", {"visibility": "public"}, 1, {BETA: (1, "followers")}, carols_private_post),
    Case("closed group", {}, 1, {BETA: (1, "members")}, closed_group),
    Case("secret group", {}, 1, {}, secret_group),
    Case("open group", {}, 2, {BETA: (1, "members")}, open_group),
    Case("denied", {"visibility": "private"}, 1, {}, denied_domain, (BETA,)),
    Case("held", {"visibility": "private"}, 1, {}, held_domain, (BETA,)),
    Case("addressed", {"visibility": "public"}, 2, {}, addressed_domain, (BETA,)),
    Case(
        "addressed and named",
        {"visibility": "public", "status": f"@bob@{BETA} look"},
        2,
        {BETA: (0, "followers")},
        addressed_domain,
    ),
    Case(
        "company names another company",
        {"visibility": "local", "status": f"@bob@{BETA}"},
        2,
        refused=(f"bob@{BETA}",),
    ),
    Case("blocked", {"visibility": "public", "status": "@dave"}, 1, {BETA: (0, "network")}, dave_blocked, ("dave",)),
    Case("nobody", {"visibility": "public", "status": "@nobody"}, 2, {BETA: (0, "network")}, refused=("nobody",)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_what_is_told_is_what_happens(case: Case, world: World) -> None:
    """The people here, the nodes and who gets nothing: told, then published, then looked up with each person and in the ledger of what left."""
    body = {"status": "Paint is dry", **case.body, **await case.prepare(world)}

    told = await tried(world, body)
    status = await posted(world.alice, **{"text": body.pop("status"), **body})
    await world.settle()

    assert told["problem"] is None
    assert told["audience"]
    assert told["here"]["people"] == case.here == sum([await sees(one, status) for one in world.colleagues])
    assert {one["domain"]: (one["people"], one["reason"]) for one in told["nodes"]} == case.nodes
    assert await went_to(world, status) == set(case.nodes)
    assert tuple(one.get("domain") or one["account"] for one in told["refused"]) == case.refused
    assert all(one["why"] for one in told["refused"])
    assert told["people"] == case.here + sum(people for people, _reason in case.nodes.values())
    assert (told["visibility"], told["local_only"]) == (status["visibility"], status["local_only"])
    if case.nodes:
        await copy_of(world.bob, status)


# ── what the author is told besides ───────────────────────────────────────────────────────────────


async def test_the_first_post_for_a_company_is_marked(world: World) -> None:
    """Beta sees the group for the first time; after that post it does no more."""
    number = await group_of_alice(world, "projet", "closed", world.bob)
    body = {"status": "Minutes", "group_id": str(number)}

    first = await tried(world, body)
    await posted(world.alice, "Minutes", group_id=str(number))
    await world.settle()
    second = await tried(world, body)

    assert [(one["domain"], one["first_time"]) for one in first["nodes"]] == [(BETA, True)]
    assert [(one["domain"], one["first_time"]) for one in second["nodes"]] == [(BETA, False)]
    assert first["audience"] == f"Members of Projet X: you, 1 at {BETA}."
    assert first["group"]["slug"] == "projet"


async def test_naming_a_stranger_in_a_closed_group_is_the_problem_that_publishing_has(world: World) -> None:
    """The sentence of the 422, with an answer of 200; the same text that names a member has none."""
    number = await group_of_alice(world, "projet", "closed", world.carol)
    wrong = {"status": "@dave look", "group_id": str(number)}

    told = await tried(world, wrong)
    refused = await asked(world.alice, "POST", STATUSES, 422, json=wrong)
    right = await tried(world, {**wrong, "status": "@carol look"})

    assert told["problem"] == refused["error"].removeprefix("Validation failed: ")
    assert (told["audience"], told["visibility"], told["people"]) == ("", None, 0)
    assert (right["problem"], right["here"]) == (None, {"people": 1})


@pytest.mark.parametrize(
    ("body", "is_wrong"),
    [
        ({"status": ""}, True),
        ({"status": "x" * 6000}, True),
        ({"status": "x", "visibility": "all"}, True),
        ({"status": "x"}, False),
    ],
)
async def test_a_problem_is_told_and_no_error(body: JSON, is_wrong: object, world: World) -> None:
    """Publishing answers 422 exactly where a problem was told."""
    told = await tried(world, body)

    await asked(world.alice, "POST", STATUSES, 422 if is_wrong else 200, json=body)

    assert bool(told["problem"]) is is_wrong


async def test_a_reply_to_what_is_hidden_is_not_found(world: World) -> None:
    """404, as for publishing; it must not tell that the post exists."""
    status = await posted(world.carol, "@dave", "direct")

    told = await tried(world, {"status": "x", "in_reply_to_id": status["id"]}, status=404)

    assert set(told) == {"error"}


async def test_a_narrower_audience_is_told_with_its_reason(world: World) -> None:
    """What was chosen, what it will be, and why; nothing where it is what was chosen."""
    reply = await carols_private_post(world)

    narrowed = await tried(world, {"status": "x", "visibility": "public", **reply})
    as_chosen = await tried(world, {"status": "x", "visibility": "direct", **reply})

    assert narrowed["narrowed"] == (
        "You chose “Network”. Your answer will be “Followers”, since what it answers is for no more people."
    )
    assert (narrowed["visibility"], as_chosen["visibility"], as_chosen["narrowed"]) == ("private", "direct", None)


async def test_a_group_narrows_and_says_so(world: World) -> None:
    """Who chose the network and names a group reads that it is for the group."""
    await group_of_alice(world, "projet", "closed")

    told = await tried(world, {"status": "@projet minutes", "visibility": "public"})

    assert told["narrowed"] == "You chose “Network”. It will be for the group Projet X, where it stands."
    assert told["visibility"] == "private"


async def test_no_key_is_used_up(world: World) -> None:
    """The same Idempotency-Key publishes afterwards, once."""
    headers = {"authorization": f"Bearer {world.alice.token}", "idempotency-key": "k1"}
    body = {"status": "Once"}

    await world.home.client.post(STATUSES, headers=headers, json={**body, "dry_run": True})
    first = await world.home.client.post(STATUSES, headers=headers, json=body)
    second = await world.home.client.post(STATUSES, headers=headers, json=body)

    assert first.json()["id"] == second.json()["id"]
    assert len(await asked(world.alice, "GET", f"/api/v1/accounts/{world.alice.id}/statuses")) == 1


async def test_nobody_is_looked_up_elsewhere(world: World) -> None:
    """Somebody at an allowed node whom nobody knows yet: told as not known; publishing finds them, and they get it."""
    zoe = await world.away.person("zoe")
    body = {"status": f"@{zoe.handle} hello", "visibility": "direct"}

    told = await tried(world, body)
    status = await posted(world.alice, body["status"], "direct")
    await world.settle()

    assert [(one["account"], "not known here yet" in one["why"].lower()) for one in told["refused"]] == [
        (zoe.handle, True)
    ]
    assert (told["people"], told["nodes"]) == (0, [])
    await copy_of(zoe, status)


async def test_it_is_said_in_the_language_of_the_person(world: World) -> None:
    """French for who reads the pages in French."""
    with world.home.node.database.active():
        await world.home.node.database.execute(
            "UPDATE local_user SET locale = 'fr' WHERE account_id = ?", world.alice.id
        )

    told = await tried(world, {"status": "Salut", "visibility": "private"})

    assert told["audience"] == f"Abonnés : 1 personne ici, 1 chez {BETA}."


async def test_what_public_means_at_a_company_is_told(nodes: MakeNode) -> None:
    """Where public means the company, a client that says public reads so; one that says nothing chose nothing."""
    company = await nodes("acme", public_means="company")
    eve = await company.person("eve")
    headers = {"authorization": f"Bearer {eve.token}"}

    said = await company.client.post(
        STATUSES, headers=headers, json={"status": "x", "visibility": "public", "dry_run": True}
    )
    silent = await company.client.post(STATUSES, headers=headers, json={"status": "x", "dry_run": True})

    assert "At this company that means “Company”" in said.json()["narrowed"]
    assert (silent.json()["narrowed"], silent.json()["local_only"]) == (None, True)
