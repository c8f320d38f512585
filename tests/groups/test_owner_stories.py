"""What the owner of a group across companies relies on: who can find it, who is let in first, what a narrower list of domains means, and who comes next."""

from datetime import timedelta

import pytest

from fediverse.actions import accounts as registering
from fediverse.actions import group_members, groups
from fediverse.errors import Refused
from fediverse.queries import groups as questions
from fediverse.queries.views import Page
from tests.support.clocks import StoppedClock
from tests.support.groups import allied, ask, circle, group_at, heard, id_at, let_in, roster_at, wall_of, working
from tests.support.journeys import asked, copy_of, everything_in, fetched, home_of, looked_up, posted, seen, waiting_for
from tests.support.nodes import MakeNode, settle_all


async def test_a_closed_group_is_nothing_to_a_company_that_it_is_not_for(nodes: MakeNode) -> None:
    """O1: gamma finds neither handle nor address nor collections of a group for acme and beta, exactly as of a name that does not exist; beta finds it."""
    acme, beta, gamma = await allied(nodes, "acme", "beta", "gamma")
    alice, bob, gina = await acme.person("alice"), await beta.person("bob"), await gamma.person("gina")
    await group_at(acme, alice, domains=(beta.host,))

    found_by_beta = await looked_up(bob, f"projet@{acme.host}")
    found_by_gamma = await looked_up(gina, f"projet@{acme.host}")

    assert found_by_beta is not None
    assert found_by_gamma is None
    for path in ("", "/members", "/moderators", "/log", "/log/1", "/followers", "/outbox", "/posts/1"):
        base = f"http://{acme.host}/users"
        assert await fetched(gamma, f"{base}/projet{path}") == await fetched(gamma, f"{base}/nobody{path}"), path
    resource = f"http://{acme.host}/.well-known/webfinger?resource=acct:"
    assert await fetched(gamma, f"{resource}projet@{acme.host}") == await fetched(
        gamma, f"{resource}nobody@{acme.host}"
    )
    assert await looked_up(gina, f"http://{acme.host}/users/projet") is None


async def test_a_follow_by_a_company_that_a_group_is_not_for_is_not_answered(nodes: MakeNode) -> None:
    """O1: who guesses the address and asks to join by it learns no more than of nobody at all."""
    made = await circle(nodes, domains=())
    followed = {"type": "Follow", "actor": made.gina.uri, "@context": "https://www.w3.org/ns/activitystreams"}

    real = await heard(made.gina, made.gamma, made.acme, {**followed, "id": f"{made.gina.uri}/f/1", "object": made.uri})
    guessed = await heard(
        made.gina,
        made.gamma,
        made.acme,
        {**followed, "id": f"{made.gina.uri}/f/2", "object": f"http://{made.acme.host}/users/nobody"},
    )

    assert real == guessed != ""
    assert await roster_at(made.acme, made.uri) == {made.alice.uri: "owner"}


async def test_the_first_of_a_domain_is_let_in_by_a_word_that_names_it(nodes: MakeNode) -> None:
    """O2, G2: the request says that gamma would be new; without that word, or with another, nobody is let in; what was before stays unsent."""
    made = await circle(nodes)
    before = await posted(made.alice, "Before anybody came @projet")
    await ask(made.gina, made.handle)
    await made.settle()

    async with working(made.acme):
        [request] = await questions.requests(made.acme.node, made.alice.id, made.group_id, Page())
    assert request.item.new_domain == made.gamma.host
    for word in ("", made.beta.host):
        with pytest.raises(Refused, match="administrators can technically read everything") as refused:
            await let_in(made.acme, made.alice, made.group_id, made.gina, admit_domain=word)
        assert made.gamma.host in refused.value.safe
    assert made.gina.uri not in await roster_at(made.acme, made.uri)

    await let_in(made.acme, made.alice, made.group_id, made.gina, admit_domain=made.gamma.host)
    await made.settle()
    after = await posted(made.alice, "From today @projet")
    await made.settle()

    assert await seen(made.gina, before) is None
    assert "Before anybody came" not in await everything_in(made.gamma)
    await copy_of(made.gina, after)
    assert await fetched(made.gamma, before["uri"]) == "NotFound"


async def test_history_is_sent_to_a_new_domain_when_that_was_said(nodes: MakeNode) -> None:
    """O2: with history, gamma reads what was written before; beta's second member needs no word any more."""
    made = await circle(nodes, "bob")
    before = await posted(made.alice, "Before anybody came @projet")
    await made.settle()

    await made.join(made.gina, history=True)
    await ask(made.ben, made.handle)
    await made.settle()
    await let_in(made.acme, made.alice, made.group_id, made.ben)
    await made.settle()

    await copy_of(made.gina, before)
    await copy_of(made.ben, before)


async def test_a_narrower_list_of_domains_ends_what_is_sent_there(nodes: MakeNode) -> None:
    """O3: for acme alone: what waits for beta is dropped, nothing later is sent, beta's people are members no longer and keep what they had."""
    clock = StoppedClock()
    made = await circle(nodes, "bob", "gina", clock=clock)
    kept = await posted(made.alice, "Of the good times @projet")
    await made.settle()
    await made.beta.remove(made.acme.host)
    waiting = await posted(made.alice, "Waiting for beta @projet")
    await settle_all(made.acme, made.gamma)
    await made.beta.allow(made.acme.host)

    async with working(made.acme):
        effect = await groups.effect_of_domains(made.acme.node, made.alice.id, made.group_id, [made.gamma.host])
        await groups.set_domains(made.acme.node, made.alice.id, made.group_id, [made.gamma.host])
        standing = {one.host: one.state for one in await questions.nodes(made.acme.node, made.alice.id, made.group_id)}
    clock.advance(timedelta(hours=2))
    await made.settle()
    later = await posted(made.alice, "Not for beta @projet")
    await made.settle()

    assert effect == {made.beta.host: 1}
    assert standing == {made.beta.host: "removed", made.gamma.host: "admitted"}
    assert await waiting_for(made.acme, made.beta.host) == 0
    assert "Waiting for beta" not in await everything_in(made.beta)
    assert "Not for beta" not in await everything_in(made.beta)
    assert "Of the good times" in await everything_in(made.beta)
    assert made.bob.uri not in await roster_at(made.beta, made.uri)
    assert await seen(made.bob, kept) is None
    for post in (waiting, later):
        await copy_of(made.gina, post)


async def test_an_owner_who_goes_leaves_the_group_to_somebody(nodes: MakeNode) -> None:
    """O5: the moderator is owner after her; where nobody else is in it, an administrator of the node; and a group is never without one."""
    acme = await nodes("acme")
    ines, karim, ada = await acme.person("ines"), await acme.person("karim"), await acme.person("ada", "admin")
    tom = await acme.person("tom")
    shared, lonely = await group_at(acme, ines, "shared"), await group_at(acme, ines, "lonely")
    for person in (tom, karim):
        await ask(person, f"shared@{acme.host}")
        await let_in(acme, ines, shared, person)
    async with working(acme):
        await group_members.set_role(acme.node, ines.id, shared, karim.id, "moderator")
        await registering.disable(acme.node, ines.id, by="tests")
    await acme.settle()

    async with working(acme):
        roles = {
            name: await questions.role_of(acme.node, group, person.id)
            for name, group, person in (
                ("karim", shared, karim), ("tom", shared, tom), ("ada", lonely, ada), ("ada elsewhere", shared, ada),
            )
        }  # fmt: skip
    assert roles == {"karim": "owner", "tom": "member", "ada": "owner", "ada elsewhere": None}


async def test_the_last_owner_cannot_step_down(nodes: MakeNode) -> None:
    """O5: leaving hands the group over; giving the role up without an heir is refused with a sentence."""
    made = await circle(nodes, "bob")
    async with working(made.acme):
        with pytest.raises(Refused, match="needs an owner"):
            await group_members.set_role(made.acme.node, made.alice.id, made.group_id, made.alice.id, "member")

    await ask(made.carl, made.handle)
    await let_in(made.acme, made.alice, made.group_id, made.carl)
    await asked(made.alice, "POST", f"/api/v1/accounts/{made.group_id}/unfollow")
    await made.settle()

    roster = await roster_at(made.acme, made.uri)
    assert roster == {made.carl.uri: "owner", made.bob.uri: "member"}
    assert await roster_at(made.beta, made.uri) == roster
    assert await id_at(made.acme, made.bob)
    assert await home_of(made.alice) == []
    assert await wall_of(made.bob, made.handle) == []
