"""`GET /api/v1/statuses/:id/egress`: where a post went, for its author and for administrators, and for nobody else."""

import pytest

from fediverse.actions import domains
from fediverse.policy.domains import Effect
from tests.support.journeys import JSON, asked, copy_of, follows, posted
from tests.support.nodes import Person, RunningNode


@pytest.fixture
async def sent(home: RunningNode, away: RunningNode, alice: Person, bob: Person) -> JSON:
    """A post of alice's that the other node got, and gave a receipt for."""
    await follows(bob, alice, away, home)
    status = await posted(alice, "Paint is dry")
    await home.settle()
    await away.settle()
    return status


def path_of(status: JSON) -> str:
    return f"/api/v1/statuses/{status['id']}/egress"


async def test_its_author_sees_where_a_post_went(away: RunningNode, alice: Person, sent: JSON) -> None:
    """Host, time, answer, rule, and the whole receipt."""
    rows = await asked(alice, "GET", path_of(sent))

    [row] = [one for one in rows if one["kind"] == "delivery"]
    assert (row["host"], row["activity_type"], row["outcome"], row["status"]) == (away.host, "Create", "sent", 202)
    assert row["receipt"]["state"] == "valid"
    assert (row["receipt"]["document"]["activity"], row["receipt"]["document"]["digest"]) == (row["uri"], row["digest"])
    assert row["rule"]
    assert row["attempts"] == 1


async def test_an_administrator_sees_it_too(home: RunningNode, alice: Person, sent: JSON) -> None:
    """Of every post of the node, also of one that is not for the administrator's eyes: it says nothing of what stands in it."""
    root = await home.person("root", "admin")
    direct = await posted(alice, "Between us", "direct")

    rows = await asked(root, "GET", path_of(sent))

    assert [row["outcome"] for row in rows if row["kind"] == "delivery"] == ["sent"]
    assert "Paint is dry" not in str(rows)
    assert await asked(root, "GET", path_of(direct)) == []
    await asked(root, "GET", f"/api/v1/statuses/{direct['id']}", 404)


async def test_everybody_else_is_told_that_there_is_no_such_thing(
    home: RunningNode, alice: Person, carol: Person, sent: JSON
) -> None:
    """A colleague who reads the post, a moderator, and of a post that does not exist: one answer."""
    moderator = await home.person("mona", "moderator")
    unknown = {"id": "123456789"}

    answers = [
        await person.client.get(path_of(status))
        for person, status in ((carol, sent), (moderator, sent), (alice, unknown), (carol, unknown))
    ]

    assert (await carol.client.get(f"/api/v1/statuses/{sent['id']}")).status_code == 200
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert (await home.client.get(path_of(sent))).status_code == 401


async def test_a_post_of_another_node_has_no_such_list_here(bob: Person, away: RunningNode, sent: JSON) -> None:
    """Not even for the administrators of the node that has a copy."""
    root = await away.person("root", "admin")
    copy = await copy_of(bob, sent)

    for person in (bob, root):
        await asked(person, "GET", path_of(copy), 404)


async def test_a_refused_host_stands_there_with_the_rule(
    home: RunningNode, away: RunningNode, alice: Person, sent: JSON
) -> None:
    """The next post goes nowhere, and says why."""
    with home.node.database.active():
        rule = await domains.add_rule(home.node, domains.NewRule(away.host, Effect.DENY), by="tests")
    status = await posted(alice, "Another")
    await home.settle()

    [row] = await asked(alice, "GET", path_of(status))

    assert (row["host"], row["outcome"], row["status"], row["rule"]) == (away.host, "refused", None, rule)
    assert f"refused by rule {rule}" in row["reason"]
    assert row["receipt"] is None


async def test_the_list_is_paged(home: RunningNode, away: RunningNode, alice: Person, sent: JSON) -> None:
    """An edit makes a second row; each page has one."""
    await asked(alice, "PUT", f"/api/v1/statuses/{sent['id']}", json={"status": "Paint is wet"})
    await home.settle()
    whole = await asked(alice, "GET", path_of(sent))

    first = await alice.client.get(path_of(sent), params={"limit": "1"})
    second = await alice.client.get(path_of(sent), params={"limit": "1", "max_id": first.json()[0]["id"]})

    assert 'rel="next"' in first.headers["link"]
    assert [*first.json(), *second.json()] == whole[:2]
