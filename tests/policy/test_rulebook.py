"""The rules of this moment: many who ask together share one look at the database, and nobody is answered by a look that began before."""

import asyncio

from fediverse.policy.domains import Direction, Verdict
from tests.support.nodes import RunningNode


def asked(home: RunningNode, host: str) -> "asyncio.Task[Verdict]":
    return asyncio.create_task(home.node.rules.decide(Direction.IN_POST, "Create", host))


async def test_everybody_who_asks_at_once_is_answered(home: RunningNode) -> None:
    """A hundred at the same moment, for hosts that are allowed and hosts that are not."""
    await home.allow("beta.localhost:8002")
    with home.node.database.active():
        verdicts = await asyncio.gather(*(asked(home, f"{name}.localhost:8002") for name in ["beta", "gamma"] * 50))

    assert [verdict.allowed for verdict in verdicts] == [True, False] * 50


async def test_who_asks_after_a_rule_ended_hears_of_it_while_others_still_wait(home: RunningNode) -> None:
    """Looks are under way as the rule goes; who asks afterwards is not given what they found."""
    await home.allow("beta.localhost:8002")
    with home.node.database.active():
        before = [asked(home, "beta.localhost:8002") for _ in range(20)]
        await asyncio.sleep(0)
        await home.remove("beta.localhost:8002")
        after = [asked(home, "beta.localhost:8002") for _ in range(20)]
        await asyncio.gather(*before)

        assert [(await verdict).allowed for verdict in after] == [False] * 20


async def test_one_who_stops_waiting_leaves_the_others_their_answer(home: RunningNode) -> None:
    """A request is cut off while it shares a look with others."""
    await home.allow("beta.localhost:8002")
    with home.node.database.active():
        waiting = [asked(home, "beta.localhost:8002") for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        answers = await asyncio.gather(*waiting, return_exceptions=True)

    assert isinstance(answers[0], asyncio.CancelledError)
    assert [isinstance(answer, Verdict) and answer.allowed for answer in answers[1:]] == [True, True]


async def test_held_rules_stay_as_they_were_and_only_for_who_holds_them(home: RunningNode) -> None:
    """A transaction decides by one moment's rules; the next one by the next moment's."""
    await home.allow("beta.localhost:8002")
    with home.node.database.active():
        held = await home.node.rules.held()
        await home.remove("beta.localhost:8002")

        assert (await held.decide(Direction.IN_POST, "Create", "beta.localhost:8002")).allowed
        assert not (await asked(home, "beta.localhost:8002")).allowed
        assert not (
            await (await home.node.rules.held()).decide(Direction.IN_POST, "Create", "beta.localhost:8002")
        ).allowed
