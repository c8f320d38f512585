"""Many who each have a little to write wait for one commit, and each hears how it went."""

import asyncio
from collections.abc import Sequence

import pytest

from fediverse.queue.groups import Groups


class Book:
    """Writes down what it is given, a group at a time, when it is let."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.open = asyncio.Event()

    async def write(self, group: Sequence[int]) -> list[int]:
        self.groups.append(list(group))
        await self.open.wait()
        if 13 in group:
            raise OSError("the disk is full")
        return [number * 10 for number in group]


async def test_what_arrives_while_a_group_is_written_is_the_next_group() -> None:
    """One commit for the first, one for all who came meanwhile; each hears its own answer."""
    book = Book()
    groups: Groups[int, int] = Groups(book.write, most=10)

    waiting = [asyncio.create_task(groups.written(1))]
    while not book.groups:
        await asyncio.sleep(0)
    waiting += [asyncio.create_task(groups.written(number)) for number in (2, 3, 4)]
    await asyncio.sleep(0)
    book.open.set()

    assert await asyncio.gather(*waiting) == [10, 20, 30, 40]
    assert book.groups == [[1], [2, 3, 4]]


async def test_a_group_is_never_larger_than_the_most() -> None:
    """The rest makes the group after it."""
    book = Book()
    book.open.set()
    groups: Groups[int, int] = Groups(book.write, most=2)

    answers = await asyncio.gather(*(groups.written(number) for number in range(5)))

    assert answers == [0, 10, 20, 30, 40]
    assert book.groups == [[0, 1], [2, 3], [4]]


async def test_a_group_that_cannot_be_written_fails_for_each_of_it_and_for_nobody_else() -> None:
    """Nobody is told that something is on disk when it is not; the next group is written all the same."""
    book = Book()
    book.open.set()
    groups: Groups[int, int] = Groups(book.write, most=2)

    answers = await asyncio.gather(*(groups.written(number) for number in (12, 13, 14)), return_exceptions=True)

    assert [type(answer) for answer in answers] == [OSError, OSError, int]
    with pytest.raises(OSError, match="disk"):
        await groups.written(13)


async def test_one_who_stops_waiting_takes_nothing_from_the_others() -> None:
    """A sender hangs up: what it sent is written with the rest, and the rest hear of it."""
    book = Book()
    groups: Groups[int, int] = Groups(book.write, most=10)
    waiting = [asyncio.create_task(groups.written(number)) for number in (1, 2)]
    while not book.groups:
        await asyncio.sleep(0)

    waiting[0].cancel()
    book.open.set()
    answers = await asyncio.gather(*waiting, return_exceptions=True)

    assert isinstance(answers[0], asyncio.CancelledError)
    assert answers[1] == 20
    assert book.groups == [[1, 2]]
