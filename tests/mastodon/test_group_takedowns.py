"""A moderator takes a post out of a group through the client API; here, and for the nodes that have it."""

import pytest

from tests.support.group_api import PATH, let_in, made, named
from tests.support.journeys import account_of, asked, looked_up, plain, posted, seen
from tests.support.nodes import Person, RunningNode, settle_all


async def read(person: Person, number: str) -> list[str]:
    return [plain(one["content"]) for one in await asked(person, "GET", f"/api/v1/timelines/group/{number}")]


async def test_a_moderator_takes_a_post_out(alice: Person, carol: Person, dave: Person) -> None:
    """It is gone for everybody, its author too; the answer is what it was."""
    number = await made(alice)
    await let_in(alice, number, carol, dave)
    await named(alice, f"{PATH}/{number}/promote", carol)
    status = await posted(dave, "Advertising", group_id=number)

    gone = await asked(carol, "DELETE", f"{PATH}/{number}/statuses/{status['id']}")

    assert (gone["id"], plain(gone["content"])) == (status["id"], "Advertising")
    for person in (alice, carol, dave):
        await asked(person, "GET", f"/api/v1/statuses/{status['id']}", 404)
        assert await read(person, number) == []
    await asked(carol, "DELETE", f"{PATH}/{number}/statuses/{status['id']}", 404)


@pytest.mark.parametrize("kind", ["stranger", "member", "demoted"])
async def test_nobody_else_takes_a_post_out(kind: str, alice: Person, carol: Person, dave: Person) -> None:
    """T-174: the same without the role, or without it any more. One's own goes."""
    number = await made(alice)
    await let_in(alice, number, dave, *([] if kind == "stranger" else [carol]))
    if kind == "demoted":
        await named(alice, f"{PATH}/{number}/promote", carol)
        await named(alice, f"{PATH}/{number}/demote", carol)
    status = await posted(dave, "Varnish", group_id=number)

    refused = await carol.client.delete(f"{PATH}/{number}/statuses/{status['id']}")

    assert refused.status_code == (404 if kind == "stranger" else 403)
    assert await read(alice, number) == ["Varnish"]
    await asked(dave, "DELETE", f"{PATH}/{number}/statuses/{status['id']}")
    assert await read(alice, number) == []


async def test_a_moderator_of_one_group_takes_nothing_out_of_another(alice: Person, carol: Person) -> None:
    """Nor out of no group at all."""
    own, other = await made(alice, "painters"), await made(carol, "sculptors", "open")
    statuses = [await posted(carol, "Clay", group_id=other), await posted(carol, "For all")]

    for status in statuses:
        await asked(alice, "DELETE", f"{PATH}/{own}/statuses/{status['id']}", 404)
    refused = await alice.client.delete(f"{PATH}/{other}/statuses/{statuses[0]['id']}")

    assert refused.status_code == 403
    assert await read(carol, other) == ["Clay"]


async def member_elsewhere(alice: Person, bob: Person, home: RunningNode, away: RunningNode) -> tuple[str, str]:
    """A group of alice's with bob in it: its id here, and at his node."""
    number = await made(alice, domains=[away.host])
    found = await looked_up(bob, f"painters@{home.host}")
    assert found is not None
    await asked(bob, "POST", f"/api/v1/accounts/{found['id']}/follow")
    await settle_all(home, away)
    await asked(
        alice, "POST", f"{PATH}/{number}/membership_requests/{await account_of(alice, bob)}/authorize",
        json={"admit_domain": away.host},
    )  # fmt: skip
    await settle_all(home, away)
    return number, str(found["id"])


async def test_what_is_taken_out_goes_from_the_members_nodes(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """T-178: the post of a member elsewhere goes from his own node too, and one of the group's node from his."""
    number, at_away = await member_elsewhere(alice, bob, home, away)
    bobs = await posted(bob, "From afar", group_id=at_away)
    alices = await posted(alice, "From here", group_id=number)
    await settle_all(home, away)
    assert sorted(await read(bob, at_away)) == ["From afar", "From here"]
    copy = await seen(alice, bobs)
    assert copy is not None

    await asked(alice, "DELETE", f"{PATH}/{number}/statuses/{copy['id']}")
    await settle_all(home, away)

    assert (await read(alice, number), await read(bob, at_away)) == (["From here"], ["From here"])
    await asked(bob, "GET", f"/api/v1/statuses/{bobs['id']}", 404)
    await asked(alice, "DELETE", f"/api/v1/statuses/{alices['id']}")
    await settle_all(home, away)
    assert await read(bob, at_away) == []


async def test_a_moderator_elsewhere_takes_a_post_out_until_demoted(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """T-174: made a moderator, bob takes alice's post out of the group on both nodes; made a member again, he does not."""
    number, at_away = await member_elsewhere(alice, bob, home, away)
    bobs = int(await account_of(alice, bob))
    first = await posted(alice, "First", group_id=number)
    await named(alice, f"{PATH}/{number}/promote", bobs)
    await settle_all(home, away)

    copy = await seen(bob, first)
    assert copy is not None
    await asked(bob, "DELETE", f"{PATH}/{at_away}/statuses/{copy['id']}")
    await settle_all(home, away)
    between = (await read(alice, number), await read(bob, at_away))
    second = await posted(alice, "Second", group_id=number)
    await named(alice, f"{PATH}/{number}/demote", bobs)
    await settle_all(home, away)
    copy = await seen(bob, second)
    assert copy is not None
    refused = await bob.client.delete(f"{PATH}/{at_away}/statuses/{copy['id']}")
    await settle_all(home, away)

    assert between == ([], [])
    assert refused.status_code == 403
    assert (await read(alice, number), await read(bob, at_away)) == (["Second"], ["Second"])
