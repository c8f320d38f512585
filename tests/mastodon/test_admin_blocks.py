"""The administration API for domains and for who may not come in: the same rules as the command line's, and a door that nobody shuts on themselves."""

import httpx2
import pytest

from fediverse.actions import accounts, domains
from fediverse.actions.domains import NewRule
from fediverse.errors import Invalid
from fediverse.policy.domains import Direction, Effect
from tests.support.journeys import asked, at_work
from tests.support.nodes import Person, RunningNode
from tests.support.staff import staff

ADMIN = "/api/v1/admin"


@pytest.fixture
async def root(home: RunningNode) -> Person:
    return await staff(home, "root")


@pytest.fixture
async def mona(home: RunningNode) -> Person:
    """A moderator."""
    return await staff(home, "mona", "moderator")


async def allowed(home: RunningNode, host: str) -> bool:
    async with at_work(home) as running:
        return (await running.node.rules.decide(Direction.OUT_DELIVER, "test", host)).allowed


SUBJECTS = ("domain_allows", "domain_blocks", "ip_blocks", "email_domain_blocks", "canonical_email_blocks")


@pytest.mark.parametrize("subject", SUBJECTS)
async def test_only_administrators_say_who_comes_in(
    home: RunningNode, alice: Person, root: Person, mona: Person, subject: str
) -> None:
    """A moderator sees none of it; nor does an administrator without the scope for just this."""
    scoped = await staff(home, "scoped", "admin", (f"admin:read:{subject}",))
    other = await staff(home, "other", "admin", ("admin:read:accounts", "admin:write:accounts"))

    assert await asked(root, "GET", f"{ADMIN}/{subject}") == []
    assert await asked(scoped, "GET", f"{ADMIN}/{subject}/") == []
    for person in (mona, alice, other):
        await asked(person, "GET", f"{ADMIN}/{subject}", 403)
        await asked(person, "POST", f"{ADMIN}/{subject}", 403, json={"domain": "x.example"})
        await asked(person, "DELETE", f"{ADMIN}/{subject}/1", 403)
    await asked(scoped, "POST", f"{ADMIN}/{subject}", 403, json={"domain": "x.example"})
    await asked(root, "GET", f"{ADMIN}/{subject}/12345", 404)
    await asked(root, "DELETE", f"{ADMIN}/{subject}/12345", 404)


# ── domains ───────────────────────────────────────────────────────────────────────────────────────


async def test_a_domain_is_allowed_and_not_any_more(home: RunningNode, root: Person) -> None:
    """The rule is in force at once, and its end too."""
    made = await asked(root, "POST", f"{ADMIN}/domain_allows", json={"domain": "Beta.example"})
    shown = await asked(root, "GET", f"{ADMIN}/domain_allows/{made['id']}")
    during = await allowed(home, "beta.example")

    await asked(root, "DELETE", f"{ADMIN}/domain_allows/{made['id']}")

    assert (shown["domain"], during) == ("beta.example", True)
    assert not await allowed(home, "beta.example")
    assert await asked(root, "GET", f"{ADMIN}/domain_allows") == []


async def test_allowing_again_changes_nothing(home: RunningNode, root: Person) -> None:
    """What a rule pins to a domain, its addresses and certificates, is not lost by a client that knows nothing of them."""
    await home.allow("beta.example", addresses=("10.20.0.0/16",), ca_pem="x")
    [before] = await asked(root, "GET", f"{ADMIN}/domain_allows")

    made = await asked(root, "POST", f"{ADMIN}/domain_allows", json={"domain": "beta.example"})

    assert made["id"] == before["id"]
    async with at_work(home) as running:
        [rule] = (await running.node.rules.current()).rules
    assert rule.ca_pem == "x"


async def test_a_blocked_domain_is_denied_below_as_well(home: RunningNode, root: Person) -> None:
    """Whatever severity was asked for; what allowed it stands, and counts again once the block is gone."""
    await home.allow("beta.example", subdomains=True)
    made = await asked(root, "POST", f"{ADMIN}/domain_blocks/", json={"domain": "beta.example", "reject_media": True})
    blocked = [await allowed(home, host) for host in ("beta.example", "shop.beta.example")]
    listed = await asked(root, "GET", f"{ADMIN}/domain_blocks/")

    await asked(root, "DELETE", f"{ADMIN}/domain_blocks/{made['id']}")

    assert (made["severity"], made["reject_media"], made["reject_reports"]) == ("silence", True, False)
    assert blocked == [False, False]
    assert [one["id"] for one in listed] == [made["id"]]
    assert [await allowed(home, host) for host in ("beta.example", "shop.beta.example")] == [True, True]
    assert await asked(root, "GET", f"{ADMIN}/domain_blocks") == []


async def test_words_of_a_block_are_kept(home: RunningNode, root: Person) -> None:
    """Those that a change does not name stay; it denies as before."""
    made = await asked(
        root,
        "POST",
        f"{ADMIN}/domain_blocks",
        json={"domain": "b.example", "severity": "suspend", "public_comment": "a"},
    )

    changed = await asked(
        root, "PUT", f"{ADMIN}/domain_blocks/{made['id']}", json={"severity": "silence", "private_comment": "b"}
    )

    assert (changed["severity"], changed["public_comment"], changed["private_comment"]) == ("silence", "a", "b")
    assert not await allowed(home, "b.example")
    await asked(root, "PUT", f"{ADMIN}/domain_blocks/{made['id']}", 422, json={"severity": "nonsense"})
    await asked(root, "POST", f"{ADMIN}/domain_blocks", 422, json={"domain": "b.example"})


@pytest.mark.parametrize("domain", ["", "10.0.0.1", "no spaces", "acme.localhost:8001", "https://beta.example"])
async def test_what_is_no_other_domain_is_refused(root: Person, domain: str) -> None:
    """Neither allowed nor blocked."""
    for subject in ("domain_allows", "domain_blocks"):
        await asked(root, "POST", f"{ADMIN}/{subject}", 422, json={"domain": domain})


async def test_rules_of_the_command_line_are_shown(home: RunningNode, root: Person) -> None:
    """A denial without a client's words refuses everything, and says so."""
    async with at_work(home) as running:
        await domains.add_rule(running.node, NewRule("b.example", Effect.DENY, reason="spam"), by="tests")
        await domains.add_rule(running.node, NewRule("c.example", Effect.HOLD), by="tests")

    [block] = await asked(root, "GET", f"{ADMIN}/domain_blocks")

    assert (block["domain"], block["severity"], block["reject_media"], block["private_comment"]) == (
        "b.example",
        "suspend",
        True,
        "spam",
    )


# ── addresses of the network ──────────────────────────────────────────────────────────────────────


def visitor_from(home: RunningNode, address: str) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(home.app, client=(address, 4711))
    return httpx2.AsyncClient(transport=transport, base_url=f"http://{home.host}")


async def status_from(home: RunningNode, address: str, path: str = "/api/v1/instance") -> int:
    async with visitor_from(home, address) as client:
        return (await client.get(path)).status_code


async def test_nobody_is_answered_from_a_blocked_network(home: RunningNode, root: Person) -> None:
    """Whatever they ask; the neighbour is, and the machine itself always."""
    made = await asked(
        root, "POST", f"{ADMIN}/ip_blocks", json={"ip": "203.0.113.0/28", "severity": "no_access", "comment": "scans"}
    )

    for path in ("/api/v1/instance", "/auth/sign_in", "/actor", "/static/style.css", "/nothing"):
        assert await status_from(home, "203.0.113.7", path) == 403
    assert await status_from(home, "::ffff:203.0.113.7") == 403
    assert await status_from(home, "203.0.113.16") == 200
    assert await status_from(home, "127.0.0.1") == 200

    await asked(root, "DELETE", f"{ADMIN}/ip_blocks/{made['id']}")

    assert await status_from(home, "203.0.113.7") == 200


async def test_a_network_is_written_with_its_length(root: Person) -> None:
    """As clients compare it."""
    made = await asked(root, "POST", f"{ADMIN}/ip_blocks", json={"ip": "65.10.51.60", "severity": "no_access"})
    changed = await asked(
        root, "PUT", f"{ADMIN}/ip_blocks/{made['id']}", json={"severity": "sign_up_requires_approval"}
    )

    assert made["ip"] == "65.10.51.60/32"
    assert (changed["ip"], changed["severity"]) == ("65.10.51.60/32", "sign_up_requires_approval")


async def test_a_severity_that_speaks_of_signing_up_shuts_nobody_out(home: RunningNode, root: Person) -> None:
    """And a block is over when it expires."""
    await asked(root, "POST", f"{ADMIN}/ip_blocks", json={"ip": "203.0.113.7", "severity": "sign_up_block"})
    await asked(
        root, "POST", f"{ADMIN}/ip_blocks", json={"ip": "203.0.113.8", "severity": "no_access", "expires_in": 3600}
    )
    await home.node.database.execute("UPDATE ip_block SET expires_at = 1 WHERE expires_at IS NOT NULL")
    home.node.caches.shut_out.clear()

    assert await status_from(home, "203.0.113.7") == 200
    assert await status_from(home, "203.0.113.8") == 200


async def test_an_administrator_cannot_shut_themselves_out(home: RunningNode, root: Person) -> None:
    """Neither by a new block nor by a change of one; another network can be blocked."""
    headers = {"authorization": f"Bearer {root.token}"}
    async with visitor_from(home, "198.51.100.7") as client:
        everybody = await client.post(
            f"{ADMIN}/ip_blocks", json={"ip": "0.0.0.0/0", "severity": "no_access"}, headers=headers
        )
        later = await client.post(
            f"{ADMIN}/ip_blocks", json={"ip": "198.51.100.0/24", "severity": "sign_up_block"}, headers=headers
        )
        changed = await client.put(
            f"{ADMIN}/ip_blocks/{later.json()['id']}", json={"severity": "no_access"}, headers=headers
        )
        others = await client.post(
            f"{ADMIN}/ip_blocks", json={"ip": "203.0.113.0/24", "severity": "no_access"}, headers=headers
        )

    assert [answer.status_code for answer in (everybody, later, changed, others)] == [422, 200, 422, 200]


@pytest.mark.parametrize(("ip", "severity"), [("nonsense", "no_access"), ("10.0.0.1", "nonsense"), ("", "no_access")])
async def test_a_block_that_cannot_be_is_refused(root: Person, ip: str, severity: str) -> None:
    """And one that stands already."""
    await asked(root, "POST", f"{ADMIN}/ip_blocks", json={"ip": "10.0.0.9", "severity": "no_access"})

    await asked(root, "POST", f"{ADMIN}/ip_blocks", 422, json={"ip": ip, "severity": severity})
    await asked(root, "POST", f"{ADMIN}/ip_blocks", 422, json={"ip": "10.0.0.9/32", "severity": "no_access"})


# ── e-mail ────────────────────────────────────────────────────────────────────────────────────────


async def register(home: RunningNode, name: str, email: str) -> None:
    async with at_work(home) as running:
        await accounts.register(running.node, username=name, email=email)


async def test_nobody_has_an_account_at_a_blocked_domain(home: RunningNode, root: Person) -> None:
    """Nor below it; its neighbour is free, and so is everybody once the block is gone."""
    made = await asked(root, "POST", f"{ADMIN}/email_domain_blocks", json={"domain": "Trash.example"})

    for email in ("a@trash.example", "a@TRASH.example", "a@mail.trash.example"):
        with pytest.raises(Invalid):
            await register(home, "newcomer", email)
    await register(home, "neighbour", "a@nottrash.example")
    await asked(root, "DELETE", f"{ADMIN}/email_domain_blocks/{made['id']}")
    await register(home, "newcomer", "a@trash.example")

    assert (made["domain"], len(made["history"])) == ("trash.example", 7)


async def test_a_blocked_address_is_blocked_however_it_is_written(home: RunningNode, root: Person) -> None:
    """Dots and what follows a plus do not matter, nor does case."""
    made = await asked(root, "POST", f"{ADMIN}/canonical_email_blocks", json={"email": "te.st+x@EXAMPLE.com"})

    found = await asked(root, "POST", f"{ADMIN}/canonical_email_blocks/test", json={"email": "test@example.com"})
    other = await asked(root, "POST", f"{ADMIN}/canonical_email_blocks/test", json={"email": "tester@example.com"})
    with pytest.raises(Invalid):
        await register(home, "newcomer", "t.e.s.t+again@example.com")
    await register(home, "tester", "tester@example.com")

    assert found == [made]
    assert other == []
    # The hash that the API's own documentation shows for this address.
    assert made["canonical_email_hash"] == "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"
    rows = await home.node.database.rows("SELECT * FROM email_block")
    assert "example" not in str(rows)


async def test_an_address_is_blocked_by_its_hash(root: Person) -> None:
    """What is no hash is refused."""
    digest = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"

    made = await asked(root, "POST", f"{ADMIN}/canonical_email_blocks", json={"canonical_email_hash": digest})
    await asked(root, "POST", f"{ADMIN}/canonical_email_blocks", 422, json={"canonical_email_hash": "abc"})
    await asked(root, "POST", f"{ADMIN}/canonical_email_blocks", 422, json={"email": "nonsense"})
    await asked(root, "POST", f"{ADMIN}/canonical_email_blocks", 422, json={})

    assert (await asked(root, "GET", f"{ADMIN}/canonical_email_blocks/{made['id']}")) == made


async def test_each_change_is_written_down(home: RunningNode, root: Person) -> None:
    """Who did it, and to which block."""
    made = await asked(root, "POST", f"{ADMIN}/email_domain_blocks", json={"domain": "trash.example"})
    await asked(root, "DELETE", f"{ADMIN}/email_domain_blocks/{made['id']}")

    rows = await home.node.database.rows("SELECT * FROM event WHERE kind = 'AccessBlockChanged' ORDER BY id")

    assert [row["account_id"] for row in rows] == [root.id, root.id]
    assert all(made["id"] in str(row["data"]) for row in rows)
