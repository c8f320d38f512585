"""Numbers for who administers: each is what really happened, and only moderators see them."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.journeys import account_of, asked, follows, posted, uploaded
from tests.support.nodes import Person, RunningNode, settle_all
from tests.support.staff import staff

ADMIN = "/api/v1/admin"


@pytest.fixture
async def mona(home: RunningNode) -> Person:
    """A moderator."""
    return await staff(home, "mona", "moderator")


def span() -> dict[str, str]:
    now = datetime.now(UTC)
    return {"start_at": (now - timedelta(days=2)).isoformat(), "end_at": now.isoformat()}


async def totals(person: Person, **keys: dict[str, str] | None) -> dict[str, str]:
    """Each measure of *keys*; the value says what it is about."""
    asked_for = {"keys": list(keys), **span(), **{key: about for key, about in keys.items() if about}}
    found = await asked(person, "POST", f"{ADMIN}/measures", json=asked_for)
    return {one["key"]: one["total"] for one in found}


async def test_what_happened_here_is_counted(alice: Person, carol: Person, mona: Person) -> None:
    """People, what they do with each other's posts, reports; by day, and against the days before."""
    status = await posted(alice, "Hello #launch")
    await posted(alice, "I answer myself #launch", in_reply_to_id=status["id"])
    await asked(carol, "POST", f"/api/v1/statuses/{status['id']}/favourite")
    await asked(carol, "POST", f"/api/v1/statuses/{status['id']}/reblog")
    report = await asked(carol, "POST", "/api/v1/reports", json={"account_id": str(alice.id)})
    await asked(mona, "POST", f"{ADMIN}/reports/{report['id']}/resolve")

    found = await totals(
        mona, new_users=None, active_users=None, interactions=None, opened_reports=None, resolved_reports=None
    )

    assert found == {
        "new_users": "3",
        "active_users": "3",
        "interactions": "3",
        "opened_reports": "1",
        "resolved_reports": "1",
    }
    [measure] = await asked(mona, "POST", f"{ADMIN}/measures", json={"keys": ["interactions"], **span()})
    assert [day["value"] for day in measure["data"]] == ["0", "0", "3"]
    assert measure["previous_total"] == "0"


async def test_tags_are_counted(home: RunningNode, alice: Person, carol: Person, mona: Person) -> None:
    """Uses, people and servers of one tag."""
    for person in (alice, alice, carol):
        await posted(person, "Hello #launch")
    tag = str(await home.node.database.value("SELECT id FROM tag WHERE name = 'launch'"))

    found = await totals(mona, tag_uses={"id": tag}, tag_accounts={"id": tag}, tag_servers={"id": tag})

    assert found == {"tag_uses": "3", "tag_accounts": "2", "tag_servers": "0"}


async def test_another_node_is_counted(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, mona: Person
) -> None:
    """People, posts, ties and space; of a node that nobody knows there is nothing."""
    await follows(alice, bob, home, away)
    await posted(bob, "Look", media_ids=[await uploaded(bob, "A tin of paint")])
    await settle_all(home, away)
    await asked(alice, "POST", "/api/v1/reports", json={"account_id": await account_of(alice, bob)})
    keys = ("accounts", "statuses", "follows", "followers", "reports")

    def about(domain: str) -> dict[str, dict[str, str] | None]:
        return {f"instance_{key}": {"domain": domain} for key in keys}

    known, unknown = await totals(mona, **about(away.host)), await totals(mona, **about("nobody.example"))

    assert list(known.values()) == ["1", "1", "1", "0", "1"]
    assert list(unknown.values()) == ["0"] * 5


async def test_what_there_is_most_of(home: RunningNode, alice: Person, mona: Person) -> None:
    """Servers by posts, versions and space of this one."""
    await posted(alice, "Hello")
    keys = ["servers", "sources", "languages", "space_usage", "software_versions"]

    found = await asked(mona, "POST", f"{ADMIN}/dimensions", json={"keys": keys, "limit": 5, **span()})

    by_key = {one["key"]: one["data"] for one in found}
    assert list(by_key) == keys
    assert [(one["key"], one["value"]) for one in by_key["servers"]] == [(home.host, "1")]
    assert by_key["sources"] == []
    assert [one["key"] for one in by_key["space_usage"]] == ["database", "media"]
    assert int(by_key["space_usage"][0]["value"]) > 0
    assert "fediverse" in [one["key"] for one in by_key["software_versions"]]


async def test_who_comes_back_is_counted_by_day_and_month(alice: Person, carol: Person, mona: Person) -> None:
    """Those who began in a period, and how many of them were still here later."""
    days = await asked(mona, "POST", f"{ADMIN}/retention", json={"frequency": "day", **span()})
    months = await asked(mona, "POST", f"{ADMIN}/retention", json={"frequency": "month", **span()})

    assert [len(cohort["data"]) for cohort in days] == [3, 2, 1]
    [today] = days[-1]["data"]
    assert (today["value"], today["rate"]) == ("3", 1.0)
    assert {cohort["frequency"] for cohort in months} == {"month"}
    assert sum(int(cohort["data"][0]["value"]) for cohort in months) == 3


async def test_keys_that_do_not_exist_or_say_too_little_are_left_out(mona: Person) -> None:
    """A dashboard of a later version still gets the rest."""
    asked_for = {"keys": ["nonsense", "tag_uses", "instance_accounts", "new_users"], **span()}

    found = await asked(mona, "POST", f"{ADMIN}/measures", json=asked_for)
    ranked = await asked(mona, "POST", f"{ADMIN}/dimensions", json=asked_for | {"keys": ["nonsense", "tag_servers"]})

    assert [one["key"] for one in found] == ["new_users"]
    assert ranked == []


@pytest.mark.parametrize("moment", ["nonsense", "0001-01-01", "9999-12-31T23:59:59-23:00"])
async def test_a_time_that_cannot_be_is_refused(mona: Person, moment: str) -> None:
    """One that cannot be read, and one that no calendar reckons with."""
    for path in ("measures", "dimensions", "retention"):
        await asked(mona, "POST", f"{ADMIN}/{path}", 422, json={"keys": ["new_users"], "end_at": moment})


async def test_nobody_else_sees_numbers(home: RunningNode, alice: Person, mona: Person) -> None:
    """Nor what trends; a moderator with the scope does."""
    narrow = await staff(home, "narrow", "admin", ("admin:read:accounts",))

    for person in (alice, narrow):
        for path in ("measures", "dimensions", "retention"):
            await asked(person, "POST", f"{ADMIN}/{path}", 403, json={"keys": ["new_users"]})
        await asked(person, "GET", f"{ADMIN}/trends/tags", 403)
    for path in ("tags", "statuses", "links", "links/publishers"):
        assert await asked(mona, "GET", f"{ADMIN}/trends/{path}") == []
