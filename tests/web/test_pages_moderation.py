"""Reports, moderation and announcements on the pages: each act, and that nobody else can do it."""

from collections.abc import AsyncIterator

import pytest

from fediverse.actions import announcements, house_rules, reports
from fediverse.actions.reports import Complaint
from tests.support.journeys import account_of, asked, at_work, posted
from tests.support.nodes import Person, RunningNode
from tests.support.visitors import Visitor, visiting


@pytest.fixture
async def mona(home: RunningNode) -> AsyncIterator[Visitor]:
    """A moderator at their browser."""
    async with visiting(home, await home.person("mona", "moderator")) as visitor:
        yield visitor


@pytest.fixture
async def root(home: RunningNode) -> AsyncIterator[Visitor]:
    async with visiting(home, await home.person("root", "admin")) as visitor:
        yield visitor


async def reported(home: RunningNode, by: Person, target: Person, *post_ids: int) -> int:
    async with at_work(home):
        return await reports.report(home.node, by.id, Complaint(target.id, post_ids, "Look at this", "spam"))


async def standing(home: RunningNode, table: str, columns: str, account_id: int) -> dict[str, object]:
    key = "account_id" if table == "local_user" else "id"
    found = await home.node.database.row(f"SELECT {columns} FROM {table} WHERE {key} = ?", account_id)
    assert found is not None
    return found


# ── reporting ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_post_is_reported_from_its_page(home: RunningNode, alice: Person, carol: Person) -> None:
    """With its rule and words; what the form shows is what arrives."""
    async with at_work(home):
        rule = await house_rules.add(home.node, "No shouting", "", "tests")
    status = await posted(alice, "HELLO")
    async with visiting(home, carol) as visitor:
        page = await visitor.open(f"/@alice/{status['id']}")
        form = await visitor.open(f"/report?post={status['id']}")
        answer = await visitor.press(form, "/report", comment="Too loud", rule=str(rule), category="other")
        after = await visitor.follow(answer)

    assert f"/report?post={status['id']}" in page.text
    assert "HELLO" in form.text
    assert "moderators" in after.text
    row = await home.node.database.row("SELECT * FROM report")
    assert row is not None
    assert (row["account_id"], row["target_id"], row["category"], row["comment"]) == (
        carol.id,
        alice.id,
        "violation",
        "Too loud",
    )


async def test_what_one_does_not_see_cannot_be_reported(home: RunningNode, alice: Person, carol: Person) -> None:
    """Nor oneself, nor nothing; a colleague can."""
    hidden = await posted(alice, "For nobody", "direct")
    async with visiting(home, carol) as visitor:
        tried = [f"post={hidden['id']}", f"account={carol.id}", "account=12345", "account=x", ""]
        refused = [(await visitor.open(f"/report?{query}")).status_code for query in tried]
        allowed = await visitor.open(f"/report?account={alice.id}")

    assert refused == [404] * 5
    assert allowed.status_code == 200


async def test_too_many_words_are_kept_in_the_form(home: RunningNode, alice: Person, carol: Person) -> None:
    """Nothing is lost, and nothing is sent."""
    async with visiting(home, carol) as visitor:
        form = await visitor.open(f"/report?account={alice.id}")
        answer = await visitor.press(form, "/report", comment="x" * 1001)

    assert answer.status_code == 422
    assert "x" * 1001 in answer.text
    assert await home.node.database.value("SELECT count(*) FROM report") == 0


# ── moderators ────────────────────────────────────────────────────────────────────────────────────

PAGES = ("/admin/reports", "/admin/reports/{report}", "/admin/people/{account}")


async def test_only_moderators_see_reports_and_measures(
    home: RunningNode, alice: Person, carol: Person, mona: Visitor
) -> None:
    """For everybody else there are no such pages, and no entry that leads there."""
    number = await reported(home, carol, alice)
    async with visiting(home, carol) as visitor:
        for path in PAGES:
            target = path.format(report=number, account=alice.id)
            assert (await visitor.open(target)).status_code == 404
            assert (await mona.open(target)).status_code == 200
        frame = (await visitor.open("/")).text

    assert "/admin/reports" not in frame
    moderators = (await mona.open("/")).text
    assert "/admin/reports" in moderators
    assert "/admin/domains" not in moderators
    assert (await mona.open("/admin/announcements")).status_code == 404


async def test_a_report_is_read_and_answered_with_a_measure(
    home: RunningNode, alice: Person, carol: Person, mona: Visitor
) -> None:
    """The person is limited and warned, the report resolved; the warning stands in the account's history."""
    status = await posted(alice, "Something bad")
    number = await reported(home, carol, alice, int(status["id"]))
    listed = await mona.open("/admin/reports")
    page = await mona.open(f"/admin/reports/{number}")

    answer = await mona.press(page, f"/admin/people/{alice.id}/act", action="silence", text="Please be kind")
    after = await mona.follow(answer)

    assert "Look at this" in listed.text
    assert "Something bad" in page.text
    assert (await standing(home, "account", "silenced_at", alice.id))["silenced_at"] is not None
    assert await home.node.database.value("SELECT resolved_at FROM report") is not None
    assert "Please be kind" in after.text
    assert "No reports" in (await mona.open("/admin/reports")).text
    assert "Look at this" in (await mona.open("/admin/reports?show=resolved")).text


async def test_a_report_is_taken_resolved_and_opened_again(
    home: RunningNode, alice: Person, carol: Person, mona: Visitor
) -> None:
    """Without any measure."""
    number = await reported(home, carol, alice)
    here = f"/admin/reports/{number}"

    for verb in ("assign", "resolve", "reopen"):
        page = await mona.open(here)
        await mona.follow(await mona.press(page, f"{here}/{verb}"))

    row = await home.node.database.row("SELECT * FROM report")
    assert row is not None
    assert row["assigned_to_id"] is not None
    assert row["resolved_at"] is None


@pytest.mark.parametrize(
    ("action", "undo", "table", "column"),
    [
        ("sensitive", "unsensitive", "account", "sensitized_at"),
        ("silence", "unsilence", "account", "silenced_at"),
        ("suspend", "unsuspend", "account", "suspended_at"),
        ("disable", "reinstate", "local_user", "disabled_at"),
    ],
)
async def test_each_measure_can_be_undone(
    home: RunningNode, alice: Person, mona: Visitor, action: str, undo: str, table: str, column: str
) -> None:
    """From the account's own page."""
    here = f"/admin/people/{alice.id}"
    taken = await mona.follow(await mona.press(await mona.open(here), f"{here}/act", action=action))
    during = await standing(home, table, column, alice.id)

    await mona.follow(await mona.press(taken, f"{here}/{undo}"))

    assert during[column] is not None
    assert (await standing(home, table, column, alice.id))[column] is None


async def test_a_moderator_cannot_act_on_an_administrator(home: RunningNode, alice: Person, mona: Visitor) -> None:
    """The page is shown; the measure is refused. On Alice it is not."""
    root = await home.person("root", "admin")

    answers = []
    for person in (root, alice):
        here = f"/admin/people/{person.id}"
        answers.append(await mona.press(await mona.open(here), f"{here}/act", action="suspend"))

    assert [answer.status_code for answer in answers] == [403, 303]


async def test_deleting_for_good_needs_a_tick(home: RunningNode, alice: Person, root: Visitor) -> None:
    """And an administrator, and a suspension."""
    here = f"/admin/people/{alice.id}"
    assert f"{here}/delete" not in (await root.open(here)).text
    page = await root.follow(await root.press(await root.open(here), f"{here}/act", action="suspend"))

    unsure = await root.follow(await root.press(page, f"{here}/delete"))
    await home.settle()
    kept = (await standing(home, "account", "deleted_at", alice.id))["deleted_at"]
    await root.follow(await root.press(unsure, f"{here}/delete", sure="1"))
    await home.settle()

    assert kept is None
    assert (await standing(home, "account", "deleted_at", alice.id))["deleted_at"] is not None


async def test_somebody_elsewhere_is_moderated_from_their_profile(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, mona: Visitor
) -> None:
    """A link that only moderators see; there is no sign-in of theirs to disable."""
    there = await account_of(alice, bob)
    profile = await mona.open(f"/@{bob.handle}")
    page = await mona.open(f"/admin/people/{there}")
    async with visiting(home, alice) as visitor:
        plain = await visitor.open(f"/@{bob.handle}")

    assert f"/admin/people/{there}" in profile.text
    assert f"/admin/people/{there}" not in plain.text
    assert 'value="suspend"' in page.text
    assert 'value="disable"' not in page.text


# ── announcements ─────────────────────────────────────────────────────────────────────────────────


async def test_an_announcement_is_shown_at_home_until_it_is_read(
    home: RunningNode, alice: Person, carol: Person, root: Visitor
) -> None:
    """Written on the administrators' page; dismissed by each for themselves; taken back."""
    form = await root.open("/admin/announcements")
    page = await root.follow(await root.press(form, "/admin/announcements/publish", text="We move <b>on Monday"))
    number = await home.node.database.value("SELECT id FROM announcement")

    async with visiting(home, alice) as visitor, visiting(home, carol) as other:
        first = await visitor.open("/")
        again = await visitor.follow(await visitor.press(first, f"/announcements/{number}/dismiss"))
        still = await other.open("/")
        await root.follow(await root.press(page, f"/admin/announcements/{number}/remove"))
        gone = await other.open("/")

    assert "We move &lt;b&gt;on Monday" in first.text
    assert ["We move" in answer.text for answer in (again, still, gone)] == [False, True, False]


@pytest.mark.parametrize("change", [{"text": " "}, {"ends_at": "2001-01-01T00:00"}, {"ends_at": "tomorrow"}])
async def test_an_announcement_that_cannot_be_is_refused_with_its_form(
    home: RunningNode, root: Visitor, change: dict[str, str]
) -> None:
    """The reason stands on the page; nothing is announced."""
    form = await root.open("/admin/announcements")

    answer = await root.press(form, "/admin/announcements/publish", **{"text": "We move", **change})

    assert answer.status_code == 422
    assert 'class="problem"' in answer.text
    assert await home.node.database.value("SELECT count(*) FROM announcement") == 0


async def test_only_administrators_announce(home: RunningNode, mona: Visitor, root: Visitor) -> None:
    """A moderator with the administrator's own form is refused."""
    form = await root.open("/admin/announcements")
    token = await home.node.database.value("SELECT csrf_token FROM web_session ORDER BY id LIMIT 1")

    answer = await mona.client.post("/admin/announcements/publish", data={"text": "x", "csrf_token": token})

    assert form.status_code == 200
    assert answer.status_code in {403, 404}
    async with at_work(home):
        await announcements.publish(home.node, "By the command line", "tests")
    assert "By the command line" in (await mona.open("/")).text


async def test_moderation_speaks_french(home: RunningNode, alice: Person, carol: Person, mona: Visitor) -> None:
    """Each page of it."""
    number = await reported(home, carol, alice)

    for path, said in (
        ("/admin/reports", "Signalements"),
        (f"/admin/reports/{number}", "Prendre une mesure"),
        (f"/admin/people/{alice.id}", "Modérer"),
        (f"/report?account={alice.id}", "Envoyer le signalement"),
    ):
        assert said in (await mona.open(path, **{"accept-language": "fr"})).text
    assert await asked(alice, "GET", "/api/v1/notifications") == []
