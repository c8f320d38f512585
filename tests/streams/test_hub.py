"""The hub in one process, and the outlets of single connections: nothing is out of order, nobody waits, memory is bounded."""

import asyncio

import pytest

from fediverse.mastodon.streaming.told import KEPT, Told
from fediverse.node import Node
from fediverse.streams.hub import MAX_WAITING, Streams
from fediverse.streams.outlets import MAX_CHARACTERS, MAX_FRAMES, End, Outlet
from fediverse.streams.signals import Signal, tell
from tests.support.nodes import RunningNode


async def test_each_reader_takes_every_signal_in_order() -> None:
    """One that reads late finds all that waited."""
    streams = Streams()

    with streams.reading() as early, streams.reading() as late:
        streams.publish(Signal("post", 1))
        first = await early.take()
        streams.publish(Signal("edit", 1))
        second, both = await early.take(), await late.take()

    assert (first, second) == (([Signal("post", 1)], False), ([Signal("edit", 1)], False))
    assert both == ([Signal("post", 1), Signal("edit", 1)], False)


async def test_a_reader_that_falls_far_behind_is_told_of_a_gap() -> None:
    """It loses what it did not take, and takes what came after; one that kept up has no gap."""
    streams = Streams()

    with streams.reading() as slow, streams.reading() as quick:
        for number in range(MAX_WAITING):
            streams.publish(Signal("post", number))
        kept, gap = await quick.take()
        streams.publish(Signal("post", MAX_WAITING))
        streams.publish(Signal("post", MAX_WAITING + 1))
        after = await slow.take()

    assert (len(kept), gap) == (MAX_WAITING, False)
    assert after == ([Signal("post", MAX_WAITING + 1)], True)


async def test_a_signal_for_very_many_comes_in_parts() -> None:
    """What passes between processes has a largest size; nobody is left out and nobody is in two."""
    streams, people = Streams(), tuple(range(1000))

    with streams.reading() as reader:
        streams.publish(Signal("filters", accounts=people))
        taken, _gap = await reader.take()

    assert len(taken) > 1
    assert tuple(number for signal in taken for number in signal.accounts) == people


async def fail_after_telling(node: Node, signal: Signal) -> None:
    async with node.database.transaction():
        tell(node, signal)
        raise ZeroDivisionError


async def test_signals_wait_for_the_commit_and_die_with_the_transaction(home: RunningNode) -> None:
    """What was told inside a transaction is heard after it; of one that failed nothing is heard."""
    node = home.node

    with node.streams.reading() as reader:
        async with node.database.transaction():
            tell(node, Signal("post", 1))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.take(), 0.05)
        with pytest.raises(ZeroDivisionError):
            await fail_after_telling(node, Signal("post", 2))
        tell(node, Signal("post", 3))
        heard, _gap = await reader.take()

    assert heard == [Signal("post", 1), Signal("post", 3)]


async def test_frames_leave_an_outlet_in_order_until_it_is_closed() -> None:
    """A closed one gives nothing more, takes nothing more, and keeps its first reason."""
    outlet = Outlet()
    outlet.put("one")
    outlet.put("two")

    first = await outlet.next()
    outlet.close(End.REVOKED)
    outlet.close(End.SLOW)
    outlet.put("three")

    assert (first, await outlet.next(), outlet.end) == ("one", None, End.REVOKED)


@pytest.mark.parametrize(("frame", "number"), [("x", MAX_FRAMES), ("x" * (MAX_CHARACTERS // 4), 4)])
def test_an_outlet_that_is_not_emptied_is_closed(frame: str, number: int) -> None:
    """By the number of frames and by their size: as many as fit are kept, one more closes it."""
    outlet = Outlet()

    for _number in range(number):
        outlet.put(frame)
    before = outlet.end
    outlet.put(frame)

    assert (before, outlet.end) == (None, End.SLOW)


def test_a_notification_is_told_once_however_late_its_id_is_seen() -> None:
    """Transactions that run side by side commit ids out of order; what was there before the stream was opened is not new."""
    told = Told(1000, {990})

    answers = [told.is_new(number) for number in (990, 1002, 1001, 1002, 999, 1000 - KEPT)]

    assert answers == [False, True, True, False, True, False]


def test_what_is_kept_of_notifications_stays_small() -> None:
    """However long the stream is open; the newest are still told apart."""
    told = Told(0, set())

    news = [told.is_new(number) for number in range(1, 5000)]

    assert all(news)
    assert told.floor > 4000
    assert not told.is_new(4999)
