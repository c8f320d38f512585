"""Ids: ordered by time, and only ever growing, whatever the clock does."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from fediverse.ids import IdGenerator, moment_of
from tests.support.clocks import NOON, StoppedClock


@given(st.lists(st.integers(min_value=-5, max_value=5), max_size=50))
def test_ids_grow_whatever_the_clock_does(steps: list[int]) -> None:
    """T-416: also when it stands still or is set back."""
    clock = StoppedClock()
    ids = IdGenerator(clock)

    made = []
    for step in steps:
        clock.advance(timedelta(milliseconds=step))
        made.append(ids.next())

    assert made == sorted(set(made))


def test_an_id_tells_its_moment() -> None:
    """To the millisecond, as clients that page by date expect."""
    ids = IdGenerator(StoppedClock())

    assert moment_of(ids.next()) == NOON
    assert moment_of(ids.at(NOON - timedelta(days=3))) == NOON - timedelta(days=3)
    assert ids.floor(NOON) <= ids.next() < ids.floor(NOON + timedelta(milliseconds=1))


def test_two_of_one_past_moment_keep_their_order() -> None:
    """Posts that come together, written in the same millisecond."""
    ids = IdGenerator(StoppedClock())

    made = [ids.at(NOON) for _number in range(100)]

    assert made == sorted(set(made))
