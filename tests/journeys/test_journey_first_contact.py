"""Two closed nodes that never met: the handshake works from nothing, and where it does not, it says at which step (annex D of the reference)."""

from datetime import timedelta

from fediverse.federation.handshake import Step, check_domain
from tests.support.clocks import NOON, StoppedClock
from tests.support.journeys import follows, looked_up, posted, texts_of
from tests.support.nodes import MakeNode, RunningNode, settle_all


async def steps_to(node: RunningNode, host: str) -> list[Step]:
    with node.node.database.active():
        return await check_domain(node.node, host)


async def test_two_closed_nodes_meet_for_the_first_time(home: RunningNode, away: RunningNode) -> None:
    """T-041: neither knows a key of the other, both ask for signatures, and both get through every step."""
    there, back = await steps_to(home, away.host), await steps_to(away, home.host)

    assert [step.name for step in there if not step.ok] == []
    assert [step.name for step in back if not step.ok] == []
    assert [step.name for step in there] == [step.name for step in back]
    assert there[-1].name == "WebFinger"


async def test_the_first_thing_said_between_two_nodes_may_be_a_follow(nodes: MakeNode) -> None:
    """T-041: no check, no visit before: a handle, a follow, an answer, a post."""
    home, away = await nodes("acme"), await nodes("beta")
    await home.allow(away.host)
    await away.allow(home.host)
    alice, bob = await home.person("alice"), await away.person("bob")

    await follows(bob, alice, home, away)
    await posted(alice, "Hello beta", "private")
    await settle_all(home, away)

    assert await texts_of(bob) == ["Hello beta"]


async def test_a_node_that_does_not_allow_us_yet_is_named_as_the_reason(nodes: MakeNode) -> None:
    """The twin: only one side has allowed the other. The step fails with their own words, once, and no storm of retries follows."""
    home, away = await nodes("acme"), await nodes("beta")
    await home.allow(away.host)
    alice, bob = await home.person("alice"), await away.person("bob")

    steps = await steps_to(home, away.host)

    assert (steps[-1].name, steps[-1].ok) == ("signed request", False)
    assert f"{away.host} refuses us" in steps[-1].sentence
    assert await looked_up(alice, bob.handle) is None


async def test_our_own_rules_are_the_first_step(nodes: MakeNode) -> None:
    """The other twin: we do not allow them, so nothing at all is asked of them."""
    home, away = await nodes("acme"), await nodes("beta")
    await away.allow(home.host)

    steps = await steps_to(home, away.host)

    assert [(step.name, step.ok) for step in steps] == [("policy", False)]
    with away.node.database.active():
        assert await away.node.database.value("SELECT count(*) FROM refused_contact") == 0


async def test_clocks_that_are_hours_apart_are_found_out(nodes: MakeNode) -> None:
    """Annex D: a clock two hours off is named, with what to do."""
    home = await nodes("acme", clock=StoppedClock())
    away = await nodes("beta", clock=StoppedClock(NOON + timedelta(hours=2)))
    await home.allow(away.host)
    await away.allow(home.host)

    steps = await steps_to(home, away.host)

    assert not steps[-1].ok
    assert steps[-1].name in {"clock", "signed request"}
