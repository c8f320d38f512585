"""What is left of a suspended account: it goes thirty days later, or when an administrator asks, here and elsewhere; and not when the suspension ended."""

from datetime import timedelta

import pytest
from tortoise.models import Model

from fediverse import models
from fediverse.actions import account_removal, moderation
from fediverse.actions.moderation import Measure
from fediverse.errors import NotFound, Refused
from fediverse.queries import accounts
from tests.support.clocks import StoppedClock
from tests.support.journeys import (
    account_of,
    asked,
    at_work,
    copy_of,
    everything_in,
    follows,
    posted,
    relationship,
    seen,
    uploaded,
)
from tests.support.nodes import MakeNode, Person, RunningNode, settle_all
from tests.support.staff import staff

ACCOUNTS = "/api/v1/admin/accounts"


@pytest.fixture
async def root(home: RunningNode) -> Person:
    return await staff(home, "root")


async def suspended(by: Person, account_id: int | str) -> None:
    await asked(by, "POST", f"{ACCOUNTS}/{account_id}/action", json={"type": "suspend"})


async def test_everything_of_a_person_goes_and_other_nodes_are_told(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, carol: Person, root: Person
) -> None:
    """Posts, pictures, ties, the sign-in; here, and by one Delete there. The name stays taken, and what others wrote stays."""
    await follows(bob, alice, home, away)
    await follows(alice, carol, home)
    status = await posted(alice, "Canary words", media_ids=[await uploaded(alice, "A canary")])
    await asked(carol, "POST", f"/api/v1/statuses/{status['id']}/favourite")
    of_carol = await posted(carol, "I stay")
    await settle_all(home, away)
    copy = await copy_of(bob, status)
    file = home.node.storage.path(await home.node.database.value("SELECT file FROM media"))

    await suspended(root, alice.id)
    await asked(root, "DELETE", f"{ACCOUNTS}/{alice.id}")
    await settle_all(home, away)

    left = await everything_in(home)
    assert "anary" not in left
    assert "alice@" not in left
    assert not file.exists()
    assert (await asked(carol, "GET", f"/api/v1/accounts/{carol.id}"))["followers_count"] == 0
    assert (await asked(carol, "GET", f"/api/v1/statuses/{of_carol['id']}"))["id"] == of_carol["id"]
    await asked(bob, "GET", f"/api/v1/statuses/{copy['id']}", 404)
    assert "anary words" not in "\n".join(
        line for line in (await everything_in(away)).splitlines() if line.startswith("post")
    )
    gone = await home.node.database.value("SELECT body FROM outbound_activity WHERE type = 'Delete'")
    assert gone.count(alice.uri) > 1
    with pytest.raises(Exception, match="taken"):
        await home.person("alice")


async def test_a_deleted_person_does_not_come_back(home: RunningNode, alice: Person, root: Person) -> None:
    """There is nothing to come back; one who is only suspended does."""
    dora = await home.person("dora")
    for person in (alice, dora):
        await suspended(root, person.id)
    await asked(root, "DELETE", f"{ACCOUNTS}/{alice.id}")
    await home.settle()

    await asked(root, "POST", f"{ACCOUNTS}/{alice.id}/unsuspend", 403)
    await asked(root, "POST", f"{ACCOUNTS}/{dora.id}/unsuspend")

    assert (await asked(dora, "GET", "/api/v1/accounts/verify_credentials"))["username"] == "dora"


async def test_data_go_thirty_days_after_the_suspension(nodes: MakeNode) -> None:
    """Not a day before; and not at all for somebody whose suspension was ended."""
    clock = StoppedClock()
    home = await nodes("acme", clock)
    root = await staff(home, "root")
    alice, dora = await home.person("alice"), await home.person("dora")
    kept = await posted(dora, "I stay")
    await posted(alice, "I go")
    for person in (alice, dora):
        await suspended(root, person.id)

    clock.advance(timedelta(days=29))
    await home.settle()
    before = await everything_in(home)
    await asked(root, "POST", f"{ACCOUNTS}/{dora.id}/unsuspend")
    clock.advance(timedelta(days=2))
    await home.settle()

    assert "I go" in before
    assert "I go" not in await everything_in(home)
    assert (await asked(dora, "GET", f"/api/v1/statuses/{kept['id']}"))["id"] == kept["id"]


async def test_the_job_may_run_twice_and_late(home: RunningNode, alice: Person, root: Person) -> None:
    """The job of an earlier suspension does nothing to a later one."""
    await suspended(root, alice.id)
    first = await home.node.database.value("SELECT suspended_at FROM account WHERE id = ?", alice.id)
    await asked(root, "POST", f"{ACCOUNTS}/{alice.id}/unsuspend")
    await home.node.database.execute("UPDATE account SET suspended_at = ? WHERE id = ?", first + 1, alice.id)

    async with at_work(home):
        await account_removal.remove(home.node, alice.id, first)
        spared = await accounts.account(home.node, None, alice.id)
        await account_removal.remove(home.node, alice.id, first + 1)
        await account_removal.remove(home.node, alice.id, first + 1)
        gone = await accounts.account(home.node, None, alice.id)

    assert (spared.deleted, gone.deleted) == (False, True)
    assert await home.node.database.value("SELECT count(*) FROM event WHERE kind = 'AccountDeleted'") == 1


async def test_copies_of_somebody_elsewhere_go_and_may_come_anew(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person, root: Person
) -> None:
    """What was deleted stays so; after the suspension's end new posts arrive."""
    await follows(alice, bob, home, away)
    old = await posted(bob, "Old words")
    await settle_all(home, away)
    there = await account_of(alice, bob)
    await suspended(root, there)
    await asked(root, "DELETE", f"{ACCOUNTS}/{there}")
    await settle_all(home, away)
    during = await everything_in(home)

    await asked(root, "POST", f"{ACCOUNTS}/{there}/unsuspend")
    await follows(alice, bob, home, away)
    new = await posted(bob, "New words")
    await settle_all(home, away)

    assert "Old words" not in "\n".join(line for line in during.splitlines() if line.startswith("post"))
    assert await seen(alice, old) is None
    assert await seen(alice, new) is not None
    assert (await relationship(alice, bob))["following"]


async def test_only_administrators_delete(home: RunningNode, alice: Person, root: Person) -> None:
    """A moderator suspends and does not delete; nobody deletes who is not suspended."""
    mona = await staff(home, "mona", "moderator")

    await asked(root, "DELETE", f"{ACCOUNTS}/{alice.id}", 403)
    await suspended(mona, alice.id)
    await asked(mona, "DELETE", f"{ACCOUNTS}/{alice.id}", 403)
    await asked(root, "DELETE", f"{ACCOUNTS}/{alice.id}")


async def test_the_last_administrator_is_nobody_to_act_on(home: RunningNode, root: Person) -> None:
    """Nor is the node, nor somebody who does not exist; a second administrator is."""
    other = await staff(home, "other")
    async with at_work(home):
        await home.node.database.execute("UPDATE local_user SET disabled_at = 1 WHERE account_id = ?", root.id)
        with pytest.raises(Refused):
            await moderation.moderate(home.node, root.id, other.id, Measure("suspend"))
        await home.node.database.execute("UPDATE local_user SET disabled_at = NULL WHERE account_id = ?", root.id)
        with pytest.raises(NotFound):
            await moderation.moderate(home.node, root.id, 12345, Measure("suspend"))
        await moderation.moderate(home.node, root.id, other.id, Measure("suspend"))


STAY = {
    "account_key": "signs the Delete",
    "account_warning": "the audit",
    "egress": "the audit",
    "group_profile": "a group's, which ends by its owner's word",
    "event": "the audit",
    "inbound_activity": "goes after thirty days by itself",
    "mention": "stands in posts, of others too",
    "report": "the audit",
}


def test_no_table_about_people_is_forgotten() -> None:
    """Whoever adds a table with an account in it says here, or in the verb, what becomes of it."""
    columns = {"account_id", "target_id", "follower_id", "from_account_id"}
    emptied = {table for table, _columns in account_removal.ITS_ROWS} | {
        "delivery",
        "media",
        "local_user",
        "outbound_activity",
    }
    about_people = {
        model._meta.db_table
        for name in models.__all__
        if isinstance(model := getattr(models, name), type)
        and issubclass(model, Model)
        and columns & set(model._meta.fields_map)
    }

    assert about_people - emptied - set(STAY) == set()
    assert emptied - about_people == set()
