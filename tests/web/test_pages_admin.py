"""The administrators' pages: each act, and that nobody else can do it."""

import json
from collections.abc import AsyncIterator

import pytest

from fediverse.actions.accounts import check_password
from fediverse.errors import NotSignedIn
from fediverse.policy.domains import BETWEEN_NODES, Direction, Effect, Reach, Rule
from fediverse.queries import accounts, domains
from fediverse.queries.views import Page
from tests.support.nodes import Person, RunningNode, settle_all
from tests.support.visitors import Visitor, fields_of, targets_of, visiting


@pytest.fixture
async def root(home: RunningNode) -> AsyncIterator[Visitor]:
    """An administrator at their browser."""
    async with visiting(home, await home.person("root", "admin")) as visitor:
        yield visitor


async def rules_of(home: RunningNode) -> list[Rule]:
    with home.node.database.active():
        return await domains.rules(home.node)


async def drafts_of(home: RunningNode) -> list[Rule]:
    with home.node.database.active():
        return await domains.drafts(home.node)


async def allowed(home: RunningNode, host: str, direction: Direction = Direction.OUT_DELIVER) -> bool:
    with home.node.database.active():
        return (await home.node.rules.decide(direction, "test", host)).allowed


async def test_domain_is_added_with_every_option(home: RunningNode, root: Visitor) -> None:
    """What `fediverse domain allow` can say, the form can say."""
    form = await root.open("/admin/domains/add")

    answer = await root.press(
        form,
        "/admin/domains/add",
        {"ca_file": ("ca.pem", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n", "text/plain")},
        pattern="Beta.example",
        subdomains="1",
        effect="allow",
        reach="addressed",
        addresses="10.20.0.0/16, fd00::/8",
        ports="443 8443",
        direction=["in-post", "out-deliver"],
        valid_to="2099-12-31",
        reason="joint project",
        standing="rule",
    )

    assert answer.status_code == 303
    exact, below = await rules_of(home)
    assert (exact.pattern, below.pattern) == ("beta.example", "*.beta.example")
    assert (exact.effect, exact.reach, exact.reason, exact.author) == (
        Effect.ALLOW,
        Reach.ADDRESSED,
        "joint project",
        "root",
    )
    assert [str(network) for network in exact.addresses] == ["10.20.0.0/16", "fd00::/8"]
    assert exact.ports == (443, 8443)
    assert exact.directions == {Direction.IN_POST, Direction.OUT_DELIVER}
    assert exact.ca_pem.startswith("-----BEGIN")
    assert exact.valid_to is not None
    assert exact.valid_to.year == 2099


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pattern", "10.0.0.1"),
        ("pattern", "acme.localhost:8001"),
        ("effect", "perhaps"),
        ("ports", "https"),
        ("ports", "99999"),
        ("addresses", "10.20.0.0/99"),
        ("valid_to", "tomorrow"),
    ],
)
async def test_rule_that_cannot_be_is_refused_with_its_form(
    home: RunningNode, root: Visitor, field: str, value: str
) -> None:
    """The reason stands on the page, what was typed stays, and nothing is in force."""
    form = await root.open("/admin/domains/add")
    values = {"pattern": "beta.example", "effect": "allow", "reason": "kept", "standing": "rule", field: value}

    answer = await root.press(form, "/admin/domains/add", **values)

    assert answer.status_code == 422
    assert 'class="problem"' in answer.text
    assert 'value="kept"' in answer.text
    assert await rules_of(home) == []


async def test_draft_has_no_effect_until_it_is_published(home: RunningNode, root: Visitor) -> None:
    """Saved, looked at, then put in force."""
    form = await root.open("/admin/domains/add")
    await root.press(form, "/admin/domains/add", pattern="beta.example", effect="allow", standing="draft")
    before = await allowed(home, "beta.example")

    page = await root.open("/admin/domains")
    await root.press(page, "/admin/domains/publish")

    assert not before
    assert await allowed(home, "beta.example")


async def test_draft_can_be_discarded(home: RunningNode, root: Visitor) -> None:
    """The other way out."""
    form = await root.open("/admin/domains/add")
    await root.press(form, "/admin/domains/add", pattern="beta.example", effect="allow", standing="draft")

    page = await root.open("/admin/domains")
    await root.press(page, "/admin/domains/discard")

    assert await drafts_of(home) == []
    assert not await allowed(home, "beta.example")


async def test_domain_is_held_and_resumed(home: RunningNode, root: Visitor) -> None:
    """Nothing passes while it is held; resuming gives back the rule as it was."""
    await home.allow("beta.example", reach=Reach.ADDRESSED)
    page = await root.open("/admin/domains")

    held_page = await root.follow(await root.press(page, "/admin/domains/hold"))
    held = await allowed(home, "beta.example")
    await root.press(held_page, "/admin/domains/lift")

    assert "on hold" in held_page.text
    assert not held
    assert await allowed(home, "beta.example")
    assert {rule.reach for rule in await rules_of(home) if rule.effect is Effect.ALLOW} == {Reach.ADDRESSED}


async def test_removal_says_what_it_cuts_before_it_is_done(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, root: Visitor
) -> None:
    """Counted first, removed by a second act; nothing is deleted."""
    found = (await alice.client.get("/api/v2/search", params={"q": f"@{bob.handle}", "resolve": "true"})).json()
    await alice.client.post(f"/api/v1/accounts/{found['accounts'][0]['id']}/follow")
    await settle_all(home, away)

    question = await root.open(f"/admin/domains/remove?pattern={away.host}")
    still = await allowed(home, away.host)
    page = await root.follow(await root.press(question, "/admin/domains/remove"))

    assert ">1</b><span>follow of ours that rests" in question.text
    assert still
    assert not await allowed(home, away.host)
    assert f"/admin/domains/purge?host={away.host.replace(':', '%3A')}" in page.text


async def test_deletion_is_a_separate_act_after_removal(
    home: RunningNode, away: RunningNode, bob: Person, root: Visitor
) -> None:
    """While the domain is allowed there is no such page; afterwards it counts, asks and deletes."""
    early = await root.open(f"/admin/domains/purge?host={away.host}")
    await home.remove(away.host)

    question = await root.open(f"/admin/domains/purge?host={away.host}")
    answer = await root.press(question, "/admin/domains/purge")

    assert early.status_code == 404
    assert "cannot be undone" in question.text
    assert answer.status_code == 303


async def test_check_names_the_rule_in_each_direction(home: RunningNode, root: Visitor) -> None:
    """Allowed by which rule, or by none; the reading of a wrong host is refused."""
    await home.allow("beta.example", reason="joint project")

    yes = await root.open("/admin/domains/check?host=beta.example")
    no = await root.open("/admin/domains/check?host=gamma.example")
    wrong = await root.open("/admin/domains/check?host=10.0.0.1")

    assert yes.text.count("by the rule for beta.example · joint project") == len(BETWEEN_NODES)
    assert no.text.count("no rule allows it") == len(BETWEEN_NODES)
    assert wrong.status_code == 422


async def test_list_is_exported_and_imported_as_drafts(home: RunningNode, root: Visitor) -> None:
    """Out as JSON or CSV; in as drafts only."""
    await home.allow("beta.example")
    exported = await root.open("/admin/domains/export/json")
    listed = await root.open("/admin/domains/export/csv")
    page = await root.open("/admin/domains")
    files = {"file": ("allowed.csv", b"#domain\nzeta.example\n", "text/csv")}

    answer = await root.press(page, "/admin/domains/import", files)

    assert [rule["pattern"] for rule in json.loads(exported.text)["rules"]] == ["beta.example"]
    assert listed.text == "#domain\nbeta.example\n"
    assert "attachment" in listed.headers["content-disposition"]
    assert answer.status_code == 303
    assert [rule.pattern for rule in await drafts_of(home)] == ["zeta.example"]
    assert not await allowed(home, "zeta.example")


@pytest.mark.parametrize("content", [b"", b"#domain\n", b"\xff\xfe\x00", b"beta.example\n"])
async def test_import_of_an_unreadable_list_changes_nothing(home: RunningNode, root: Visitor, content: bytes) -> None:
    """An empty file is never taken for a wish."""
    await home.allow("beta.example")
    page = await root.open("/admin/domains")

    answer = await root.press(page, "/admin/domains/import", {"file": ("list.csv", content, "text/csv")})

    assert answer.status_code in {400, 422}
    assert 'class="problem"' in answer.text
    assert [rule.pattern for rule in await rules_of(home)] == ["beta.example"]


async def test_refused_contact_is_listed_without_content(
    home: RunningNode, outsider: RunningNode, mallory: Person, alice: Person, root: Visitor
) -> None:
    """Host, direction and number; a link to allow it."""
    async with visiting(home, alice) as visitor:
        await visitor.open(f"/search?q=@{mallory.handle}")

    page = await root.open("/admin/domains")

    assert outsider.host in page.text
    assert f"/admin/domains/add?host={outsider.host.replace(':', '%3A')}" in page.text


async def test_waiting_deliveries_are_shown_retried_and_dropped(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, root: Visitor
) -> None:
    """Per host; dropping asks first."""
    await alice.client.post("/api/v1/statuses", data={"status": f"@{bob.handle} hello", "visibility": "direct"})
    await home.remove(away.host)
    await home.settle()

    page = await root.open("/admin/deliveries")
    retried = await root.press(page, "/admin/deliveries/retry")
    question = await root.open(f"/admin/deliveries/drop?host={away.host}")
    after = await root.follow(await root.press(question, "/admin/deliveries/drop"))

    assert away.host in page.text
    assert retried.status_code == 303
    assert "will never arrive there" in question.text
    assert "Nothing waits" in after.text


async def test_account_is_made_with_a_password_that_is_shown_once(home: RunningNode, root: Visitor) -> None:
    """The new person signs in with it; no later page has it."""
    page = await root.open("/admin/people")

    created = await root.press(
        page, "/admin/people/create", username="newcomer", email="new@acme.example", display_name="New", role="user"
    )
    password = created.text.split('class="secret" tabindex="0">')[1].split("<")[0]
    later = await root.open("/admin/people")

    with home.node.database.active():
        assert await check_password(home.node, "newcomer", password) > 0
        with pytest.raises(NotSignedIn):
            await check_password(home.node, "newcomer", password + "x")
    assert created.headers["cache-control"] == "private, no-store"
    assert "newcomer" in later.text
    assert password not in later.text


@pytest.mark.parametrize(
    ("field", "value"), [("username", "not a name"), ("email", "nowhere"), ("role", "owner"), ("username", "root")]
)
async def test_account_that_cannot_be_made_is_refused_with_its_form(
    home: RunningNode, root: Visitor, field: str, value: str
) -> None:
    """The reason stands on the page and what was typed stays."""
    page = await root.open("/admin/people")
    values = {"username": "newcomer", "email": "new@acme.example", "display_name": "Kept", "role": "user", field: value}

    answer = await root.press(page, "/admin/people/create", **values)

    assert answer.status_code in {409, 422}
    assert 'value="Kept"' in answer.text
    with home.node.database.active():
        assert len(await accounts.users(home.node, Page())) == 1


async def test_account_is_disabled_and_enabled(home: RunningNode, alice: Person, root: Visitor) -> None:
    """The token stops working at once, and works again."""
    page = await root.open("/admin/people")

    after = await root.follow(await root.press(page, f"/admin/people/{alice.id}/disable"))
    disabled = await alice.client.get("/api/v1/accounts/verify_credentials")
    await root.press(after, f"/admin/people/{alice.id}/enable")
    enabled = await alice.client.get("/api/v1/accounts/verify_credentials")

    assert (disabled.status_code, enabled.status_code) == (401, 200)


async def test_administrator_cannot_disable_themselves(home: RunningNode, root: Visitor, alice: Person) -> None:
    """The page has no such button, and the address refuses."""
    page = await root.open("/admin/people")
    token = fields_of(page, f"/admin/people/{alice.id}/disable")["csrf_token"]
    with home.node.database.active():
        own = (await accounts.user_by_username(home.node, "root")).account_id

    answer = await root.client.post(f"/admin/people/{own}/disable", data={"csrf_token": token})

    assert f"/admin/people/{own}/disable" not in targets_of(page, "/disable")
    assert answer.status_code == 403


ACTS = (
    "/admin/domains/add",
    "/admin/domains/hold",
    "/admin/domains/lift",
    "/admin/domains/remove",
    "/admin/domains/purge",
    "/admin/domains/publish",
    "/admin/domains/discard",
    "/admin/domains/import",
    "/admin/deliveries/retry",
    "/admin/deliveries/drop",
    "/admin/people/create",
    "/admin/people/1/disable",
    "/admin/people/1/enable",
)


@pytest.mark.parametrize("path", ACTS)
async def test_act_of_administrators_does_not_exist_for_others(home: RunningNode, alice: Person, path: str) -> None:
    """A member with a token of their own session gets the page of what does not exist, and nothing happens."""
    await home.allow("beta.example")
    async with visiting(home, alice) as visitor:
        token = fields_of(await visitor.open("/compose"), "/compose")["csrf_token"]
        values = {
            "csrf_token": token,
            "pattern": "beta.example",
            "host": "beta.example",
            "effect": "allow",
            "standing": "rule",
        }

        answer = await visitor.client.post(path, data=values)

    assert answer.status_code == 404
    assert [rule.pattern for rule in await rules_of(home)] == ["beta.example"]
    assert await allowed(home, "beta.example")
