"""An Undo that overtakes what it undoes: the later one has no effect, and whatever else its actor says has."""

from datetime import timedelta

import pytest

from fediverse.actions import retention
from tests.federation.deliveries import heard
from tests.federation.scripted import Actor, count
from tests.support.clocks import StoppedClock
from tests.support.nodes import Person, RunningNode


async def published(person: Person) -> str:
    uri: str = (await person.client.post("/api/v1/statuses", json={"status": "Ours"})).json()["uri"]
    return uri


async def test_a_like_that_comes_after_its_undo_does_not_count(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """T-118: nobody is told of it either."""
    like = erin.says("Like", await published(dana), 1)

    undone = await heard(acme, erin.says("Undo", like, 2), erin)
    late = await heard(acme, like, erin)

    assert (undone, late) == ("", "This was taken back before it came")
    assert await count(acme, "reaction") == 0
    assert await count(acme, "notification") == 0


async def test_a_new_like_after_such_an_undo_counts(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """The twin: under another id it is another Like, and its own Undo takes it back."""
    uri = await published(dana)
    first, second = erin.says("Like", uri, 1), erin.says("Like", uri, 3)
    await heard(acme, erin.says("Undo", first, 2), erin)
    await heard(acme, first, erin)

    assert await heard(acme, second, erin) == ""
    assert await count(acme, "reaction") == 1
    assert await heard(acme, erin.says("Undo", second, 4), erin) == ""
    assert await count(acme, "reaction") == 0


async def test_a_follow_that_comes_after_its_undo_adds_nobody(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """T-118: and is not accepted."""
    follow = erin.says("Follow", dana.uri, 1)

    await heard(acme, erin.says("Undo", follow, 2), erin)
    late = await heard(acme, follow, erin)

    assert late == "This was taken back before it came"
    assert await count(acme, "follow") == 0
    assert await count(acme, "outbound_activity", "type = 'Accept'") == 0


async def test_a_new_follow_after_such_an_undo_adds_its_follower(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """The twin, with another id."""
    first = erin.says("Follow", dana.uri, 1)
    await heard(acme, erin.says("Undo", first, 2), erin)
    await heard(acme, first, erin)

    assert await heard(acme, erin.says("Follow", dana.uri, 3), erin) == ""
    assert await count(acme, "follow", "state = 'accepted'") == 1


@pytest.mark.parametrize("type_", ["Like", "Follow"])
async def test_nobody_takes_back_what_somebody_else_will_say(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor, type_: str
) -> None:
    """Frank, of the same server, names the id of what Erin says a moment later: hers counts."""
    said = erin.says(type_, dana.uri if type_ == "Follow" else await published(dana), 1)

    await heard(acme, frank.says("Undo", {**said, "actor": frank.uri}, 2), frank)

    assert await heard(acme, said, erin) == ""
    assert await count(acme, "reaction" if type_ == "Like" else "follow") == 1


async def test_an_undo_in_order_leaves_no_mark(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """A server that follows anew under the same address of its Follow is heard: nothing says that it was early."""
    follow = erin.says("Follow", dana.uri, 1)
    await heard(acme, follow, erin)

    await heard(acme, erin.says("Undo", follow, 2), erin)

    assert await count(acme, "follow") == 0
    assert await count(acme, "early_undo") == 0


async def test_a_mark_is_forgotten_after_a_day(
    acme: RunningNode, dana: Person, erin: Actor, clock: StoppedClock
) -> None:
    """The order of what a server sends is not lost for longer, and some use the same id for the next Follow."""
    follow = erin.says("Follow", dana.uri, 1)
    await heard(acme, erin.says("Undo", follow, 2), erin)

    clock.advance(timedelta(hours=25))
    applied = await heard(acme, follow, erin)
    with acme.node.database.active():
        await retention.forget_expired(acme.node)

    assert applied == ""
    assert await count(acme, "follow", "state = 'accepted'") == 1
    assert await count(acme, "early_undo") == 0
