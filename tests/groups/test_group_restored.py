"""A node that reads an old backup again: its groups rest until its members' nodes were asked what had been sent since, and nobody gets what is not for them."""

import asyncio
from pathlib import Path

import pytest

from fediverse.actions import access, backup, group_state
from fediverse.errors import Refused
from fediverse.federation import group_reconcile
from fediverse.queries import groups as questions
from tests.support.databases import Databases
from tests.support.groups import Circle, circle, position_at, roster_at, wall_of, working
from tests.support.journeys import everything_in, fetched, posted
from tests.support.nodes import MakeNode, Person, RunningNode, settle_all


async def _backup(running: RunningNode, tmp_path: Path) -> Path:
    kept = tmp_path / "kept"
    await backup.dump(running.node.settings.database_url.get_secret_value(), kept)
    return kept


async def _restored(nodes: MakeNode, server: Databases, kept: Path) -> RunningNode:
    """Acme as it was, resting as `fediverse restore` leaves it."""
    url = await asyncio.to_thread(server.empty)
    await backup.restore(url, kept)
    acme = await nodes("acme", database_url=url)
    async with working(acme):
        assert await group_state.pause_all(acme.node, "a backup was read again") == 1
    return acme


async def _person(acme: RunningNode, person: Person) -> Person:
    """Somebody of acme at the restored node: who they are came back, a new token with it."""
    async with working(acme):
        token = await access.issue_token(acme.node, person.id, ["read", "write", "follow"])
    return Person(person.id, person.username, token, acme.browser({"authorization": f"Bearer {token}"}), person.host)


async def test_a_restored_group_learns_again_what_it_had_sent(
    nodes: MakeNode, database_server: Databases, tmp_path: Path
) -> None:
    """F7: since the backup ben came, gina's company went, bob wrote: nothing is sent before `reconcile`, then roster, numbers and bob's post are back."""
    made = await circle(nodes, "bob", "gina")
    await posted(made.alice, "Before @projet")
    await made.settle()
    kept = await _backup(made.acme, tmp_path)
    await made.join(made.ben)
    await made.remove(made.gina)
    await posted(made.bob, f"Zebra @{made.handle}")
    await made.settle()
    roster, position = await roster_at(made.acme, made.uri), await position_at(made.acme, made.uri)

    acme = await _restored(nodes, database_server, kept)
    alice = await _person(acme, made.alice)
    assert await roster_at(acme, made.uri) != roster
    await posted(alice, "Quagga @projet")
    await settle_all(acme, made.beta, made.gamma)
    assert "Quagga" not in await everything_in(made.beta)
    async with working(acme):
        result = await group_reconcile.reconcile(acme.node, made.group_id)
    await settle_all(acme, made.beta, made.gamma)

    assert result.silent == {}
    assert await roster_at(acme, made.uri) == roster
    assert await position_at(acme, made.uri) > position
    assert any("Zebra" in text for text in await wall_of(alice, made.handle))
    assert await roster_at(made.beta, made.uri) == roster
    await posted(alice, "Okapi @projet")
    await settle_all(acme, made.beta, made.gamma)
    beta = str(await wall_of(made.bob, made.handle))
    assert beta.count("Okapi") == beta.count("Quagga") == beta.count("Zebra") == 1
    for word in ("Okapi", "Quagga"):
        assert word not in await everything_in(made.gamma)
    assert await position_at(made.beta, made.uri) == await position_at(acme, made.uri)


async def test_a_domain_that_was_the_only_one_and_went_since_gets_nothing(
    nodes: MakeNode, database_server: Databases, tmp_path: Path
) -> None:
    """F7: gamma's gina was the only member elsewhere and was removed after the backup: gamma itself says so, and gets nothing of what comes."""
    made = await circle(nodes, "gina")
    await posted(made.alice, "Before @projet")
    await made.settle()
    kept = await _backup(made.acme, tmp_path)
    await made.remove(made.gina)
    await made.settle()
    assert made.gina.uri not in await roster_at(made.gamma, made.uri)

    acme = await _restored(nodes, database_server, kept)
    alice = await _person(acme, made.alice)
    async with working(acme):
        await group_reconcile.reconcile(acme.node, made.group_id)
        states = [one.state for one in await questions.nodes(acme.node, made.alice.id, made.group_id)]
    await posted(alice, "Quagga @projet")
    await settle_all(acme, made.gamma)

    assert states == ["removed"]
    assert set(await roster_at(acme, made.uri)) == {made.alice.uri}
    assert "Quagga" not in await everything_in(made.gamma)


async def test_a_group_whose_members_nodes_are_silent_goes_on_resting(
    nodes: MakeNode, database_server: Databases, tmp_path: Path
) -> None:
    """F7: nobody who could tell is reached: `reconcile` is refused, says who was silent, and the group rests on."""
    made = await circle(nodes, "bob")
    kept = await _backup(made.acme, tmp_path)
    acme = await _restored(nodes, database_server, kept)
    await acme.remove(made.beta.host)

    async with working(acme):
        with pytest.raises(Refused) as refused:
            await group_reconcile.reconcile(acme.node, made.group_id)
        view = await questions.group(acme.node, made.alice.id, made.group_id)

    assert made.beta.host in refused.value.safe
    assert view.paused != ""
    assert await _is_heard_by_its_own_host_alone(made)


async def _is_heard_by_its_own_host_alone(made: Circle) -> bool:
    """Beta tells gamma nothing of what acme's group sent to beta."""
    return not isinstance(
        await fetched(made.gamma, f"http://{made.beta.host}/actor/heard?from={made.uri}&after=0"), bytes
    )
