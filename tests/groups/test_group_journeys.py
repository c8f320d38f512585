"""A group across companies: asked for, let in, written in, read, answered, edited, deleted, left. Two or three real nodes."""

import pytest

from fediverse.actions import group_members
from fediverse.errors import Refused
from fediverse.queries import groups as questions
from tests.support.groups import allied, ask, group_at, let_in
from tests.support.journeys import asked, home_of, looked_up, posted
from tests.support.nodes import MakeNode, settle_all


async def test_a_closed_group_across_two_companies(nodes: MakeNode) -> None:
    """Beta's first member is let in by a word that names beta; what either writes both read, and nobody else."""
    acme, beta = await allied(nodes, "acme", "beta")
    alice, carl = await acme.person("alice"), await acme.person("carl")
    bob, ben = await beta.person("bob"), await beta.person("ben")
    group_id = await group_at(acme, alice, domains=(beta.host,))

    await ask(bob, f"projet@{acme.host}")
    await settle_all(acme, beta)
    with pytest.raises(Refused, match=beta.host):
        await let_in(acme, alice, group_id, bob)
    await let_in(acme, alice, group_id, bob, admit_domain=beta.host)
    await settle_all(acme, beta)
    post = await posted(alice, "Minutes of @projet", visibility="public")
    await settle_all(acme, beta)

    assert post["visibility"] == "private"
    assert [one["content"] for one in await home_of(bob)] == [post["content"]] or len(await home_of(bob)) == 1
    assert await home_of(ben) == []
    assert await home_of(carl) == []

    [seen] = await home_of(bob)
    answer = await posted(bob, "Thank you", in_reply_to_id=seen["id"])
    await settle_all(acme, beta)
    thread = await asked(alice, "GET", f"/api/v1/statuses/{post['id']}/context")
    assert [one["content"] for one in thread["descendants"]] == [answer["content"]]
    await asked(carl, "GET", f"/api/v1/statuses/{post['id']}", status=404)


async def test_an_open_group_takes_whoever_comes(nodes: MakeNode) -> None:
    """People of its domains join at once, its posts are public there, and a node that is not of its domains gets nothing."""
    acme, beta, gamma = await allied(nodes, "acme", "beta", "gamma")
    alice, bob, gina = await acme.person("alice"), await beta.person("bob"), await gamma.person("gina")
    await group_at(acme, alice, "forum", access="open", domains=(beta.host,))

    await ask(bob, f"forum@{acme.host}")
    await ask(gina, f"forum@{acme.host}")
    await settle_all(acme, beta, gamma)
    post = await posted(bob, f"Hello @forum@{acme.host}")
    await settle_all(acme, beta, gamma)

    assert post["visibility"] == "public"
    wall = await looked_up(alice, "forum")
    assert wall is not None
    [seen] = await asked(alice, "GET", f"/api/v1/accounts/{wall['id']}/statuses")
    assert seen["account"]["acct"] == bob.handle
    assert await home_of(gina) == []


async def test_a_secret_group_is_nothing_to_who_was_not_invited(nodes: MakeNode) -> None:
    """Its name leads nowhere for a colleague and for another company; whoever is invited joins and reads."""
    acme, beta = await allied(nodes, "acme", "beta")
    alice, carl, bob, ben = (
        await acme.person("alice"),
        await acme.person("carl"),
        await beta.person("bob"),
        await beta.person("ben"),
    )
    group_id = await group_at(acme, alice, "vault", access="secret", domains=(beta.host,))
    handle = f"vault@{acme.host}"
    assert await looked_up(carl, handle) is None
    assert await looked_up(bob, handle) is None

    found = await looked_up(alice, bob.handle)
    assert found is not None
    with acme.node.database.active():
        await group_members.invite(acme.node, alice.id, group_id, int(found["id"]), admit_domain=beta.host)
    await settle_all(acme, beta)
    await ask(bob, handle)
    await settle_all(acme, beta)
    post = await posted(alice, "For few: @vault")
    await settle_all(acme, beta)

    [seen] = await home_of(bob)
    assert seen["account"]["acct"] == alice.handle
    assert await looked_up(ben, handle) is None
    await asked(ben, "GET", f"/api/v1/statuses/{seen['id']}", status=404)
    await asked(carl, "GET", f"/api/v1/statuses/{post['id']}", status=404)


async def test_a_member_who_is_removed_reads_no_more(nodes: MakeNode) -> None:
    """The last member of beta goes: nothing more is sent there, and the node's own records say so."""
    acme, beta = await allied(nodes, "acme", "beta")
    alice, bob = await acme.person("alice"), await beta.person("bob")
    group_id = await group_at(acme, alice, domains=(beta.host,))
    await ask(bob, f"projet@{acme.host}")
    await settle_all(acme, beta)
    await let_in(acme, alice, group_id, bob, admit_domain=beta.host)
    await settle_all(acme, beta)
    await posted(alice, "Before @projet")
    await settle_all(acme, beta)
    assert len(await home_of(bob)) == 1

    found = await looked_up(alice, bob.handle)
    assert found is not None
    with acme.node.database.active():
        await group_members.remove(acme.node, alice.id, group_id, int(found["id"]))
        states = [one.state for one in await questions.nodes(acme.node, alice.id, group_id)]
    await settle_all(acme, beta)
    await posted(alice, "After @projet")
    await settle_all(acme, beta)

    assert states == ["removed"]
    assert await home_of(bob) == []
