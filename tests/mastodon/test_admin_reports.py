"""Reports: made by people here, received from other nodes, passed on, and what moderators do with them."""

from typing import Any

import pytest

from fediverse.actions import house_rules, reports
from tests.support.journeys import account_of, asked, at_work, copy_of, everything_in, follows, notifications_of, posted
from tests.support.nodes import Person, RunningNode, settle_all
from tests.support.staff import staff

REPORTS = "/api/v1/admin/reports"


@pytest.fixture
async def mona(home: RunningNode) -> Person:
    """A moderator."""
    return await staff(home, "mona", "moderator")


async def reported(by: Person, target: str | int, **more: object) -> dict[str, Any]:
    made: dict[str, Any] = await asked(by, "POST", "/api/v1/reports", json={"account_id": str(target), **more})
    return made


async def open_reports(moderator: Person, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await asked(moderator, "GET", f"{REPORTS}?{query}")
    return found


# ── made here ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_report_reaches_the_moderators(alice: Person, carol: Person, mona: Person) -> None:
    """With its posts and reasons; the one who is reported is told nothing."""
    status = await posted(alice, "Something bad", "unlisted")

    made = await reported(carol, alice.id, status_ids=[status["id"]], comment="Look at this", category="spam")

    assert (made["status_ids"], made["category"], made["action_taken"]) == ([status["id"]], "spam", False)
    [listed] = await open_reports(mona)
    assert (listed["id"], listed["comment"]) == (made["id"], "Look at this")
    assert [one["id"] for one in listed["statuses"]] == [status["id"]]
    [told] = await notifications_of(mona, "admin.report")
    assert told["report"]["id"] == made["id"]
    assert await asked(alice, "GET", "/api/v1/notifications") == []


async def test_nobody_else_reads_reports(home: RunningNode, alice: Person, carol: Person) -> None:
    """Neither the reporter nor the reported, by id or in the list, nor a client with the scope alone."""
    made = await reported(carol, alice.id)
    eve = await staff(home, "eve", "user")

    for person in (alice, carol, eve):
        await asked(person, "GET", REPORTS, 403)
        await asked(person, "GET", f"{REPORTS}/{made['id']}", 403)
        await asked(person, "POST", f"{REPORTS}/{made['id']}/resolve", 403)


async def test_a_report_is_no_way_to_read_what_one_may_not(
    alice: Person, carol: Person, dave: Person, mona: Person
) -> None:
    """T-355: a post that the reporter does not see, or that is somebody else's, is left out; one that the reporter was sent is shown."""
    hidden = await posted(alice, "For nobody but me", "direct")
    sent = await posted(alice, "Pay me @carol", "direct")
    of_dave = await posted(dave, "I am somebody else")

    made = await reported(carol, alice.id, status_ids=[hidden["id"], sent["id"], of_dave["id"]])

    assert made["status_ids"] == [sent["id"]]
    shown = await asked(mona, "GET", f"{REPORTS}/{made['id']}")
    assert [status["id"] for status in shown["statuses"]] == [sent["id"]]


@pytest.mark.parametrize(
    ("asked_for", "rules", "category"),
    [("", 1, "violation"), ("", 0, "other"), ("legal", 0, "legal"), ("nonsense", 0, "other")],
)
async def test_a_report_has_a_category(
    home: RunningNode, alice: Person, carol: Person, asked_for: str, rules: int, category: str
) -> None:
    """As asked; naming a rule means a violation. Rules that do not exist are left out."""
    async with at_work(home) as running:
        from_rules = await _rule(running)

    made = await reported(carol, alice.id, category=asked_for, rule_ids=[str(from_rules), "12345"][: 2 * rules])

    assert (made["category"], made["rule_ids"]) == (category, [str(from_rules)][:rules])


async def _rule(running: RunningNode) -> int:
    return await house_rules.add(running.node, "No shouting", "", "tests")


@pytest.mark.parametrize(("account", "comment", "status"), [("12345", "", 404), ("me", "x" * 1001, 422), ("", "", 404)])
async def test_a_report_that_cannot_be_is_refused(
    alice: Person, carol: Person, account: str, comment: str, status: int
) -> None:
    """Nobody to report, or too many words."""
    target = str(alice.id) if account == "me" else account

    await asked(carol, "POST", "/api/v1/reports", status, json={"account_id": target, "comment": comment})


# ── between nodes ─────────────────────────────────────────────────────────────────────────────────


async def test_a_report_is_passed_on_without_a_name(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """The other node's moderators read what was said, by our node; who said it stands nowhere there."""
    beth = await staff(away, "beth", "moderator")
    await follows(alice, bob, home, away)
    status = await posted(bob, "Something bad")
    await settle_all(home, away)
    before = (await everything_in(away)).count(alice.uri)

    copy = await copy_of(alice, status)
    await reported(
        alice, copy["account"]["id"], status_ids=[copy["id"]], comment="Look at this", forward=True, category="spam"
    )
    await settle_all(home, away)

    [there] = await open_reports(beth)
    assert there["comment"] == "Look at this"
    assert there["account"]["account"]["uri"] == f"http://{home.host}/actor"
    assert [one["id"] for one in there["statuses"]] == [status["id"]]
    assert (await everything_in(away)).count(alice.uri) == before


async def test_a_report_stays_here_unless_asked(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, mona: Person
) -> None:
    """And one about our own people never leaves."""
    beth = await staff(away, "beth", "moderator")

    made = await reported(alice, await account_of(alice, bob), comment="For us alone")
    own = await reported(alice, mona.id, forward=True)
    await settle_all(home, away)

    assert (made["forwarded"], own["forwarded"]) == (False, False)
    assert await open_reports(beth) == []
    assert len(await open_reports(mona)) == 2


async def test_a_repeated_report_is_one(home: RunningNode, alice: Person, bob: Person, mona: Person) -> None:
    """The same Flag twice, and one whose words are too many."""
    async with at_work(home) as running:
        sender = int(await account_of(alice, bob))
        for uri in ("x:1", "x:1", "x:2"):
            await reports.receive(running.node, sender, alice.id, [], "y" * 9000, uri)

    found = await open_reports(mona)

    assert [len(str(one["comment"])) for one in found] == [5000, 5000]


# ── what moderators do ────────────────────────────────────────────────────────────────────────────


async def test_a_report_is_looked_after_resolved_and_reopened(alice: Person, carol: Person, mona: Person) -> None:
    """Each step answers the report as it stands then."""
    made = await reported(carol, alice.id)

    async def step(verb: str) -> dict[str, Any]:
        answered: dict[str, Any] = await asked(mona, "POST", f"{REPORTS}/{made['id']}/{verb}")
        return answered

    assert (await step("assign_to_self"))["assigned_account"]["id"] == str(mona.id)
    assert (await step("unassign"))["assigned_account"] is None
    resolved = await step("resolve")
    assert resolved["action_taken"] is True
    assert resolved["action_taken_by_account"]["id"] == str(mona.id)
    assert await open_reports(mona) == []
    assert len(await open_reports(mona, "resolved=true")) == 1
    assert (await step("reopen"))["action_taken"] is False
    assert len(await open_reports(mona)) == 1
    await asked(mona, "POST", f"{REPORTS}/12345/resolve", 404)


async def test_a_report_is_changed(home: RunningNode, alice: Person, carol: Person, mona: Person) -> None:
    """Its category and rules; rules go with a violation only."""
    async with at_work(home) as running:
        rule = await _rule(running)
    made = await reported(carol, alice.id)

    violation = await asked(
        mona, "PUT", f"{REPORTS}/{made['id']}", json={"category": "violation", "rule_ids": [str(rule)]}
    )
    spam = await asked(mona, "PUT", f"{REPORTS}/{made['id']}", json={"category": "spam"})
    await asked(mona, "PUT", f"{REPORTS}/{made['id']}", 422, json={"category": "nonsense"})

    assert (violation["category"], [one["text"] for one in violation["rules"]]) == ("violation", ["No shouting"])
    assert (spam["category"], spam["rules"]) == ("spam", [])


async def test_a_measure_resolves_its_report(alice: Person, carol: Person, mona: Person) -> None:
    """And no other."""
    first, second = await reported(carol, alice.id), await reported(carol, alice.id)

    await asked(
        mona, "POST", f"/api/v1/admin/accounts/{alice.id}/action", json={"type": "silence", "report_id": first["id"]}
    )

    assert [one["id"] for one in await open_reports(mona)] == [second["id"]]


async def test_reports_are_listed_by_who_and_whom(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, carol: Person, mona: Person
) -> None:
    """By reporter, by reported, by domain, in pages."""
    there = await account_of(carol, bob)
    one = await reported(carol, alice.id)
    two = await reported(alice, there)

    async def ids(query: str) -> list[Any]:
        return [report["id"] for report in await open_reports(mona, query)]

    assert await ids("") == [two["id"], one["id"]]
    assert await ids(f"account_id={carol.id}") == [one["id"]]
    assert await ids(f"target_account_id={there}") == [two["id"]]
    assert await ids(f"by_target_domain={away.host}") == [two["id"]]
    assert await ids(f"max_id={two['id']}") == [one["id"]]
