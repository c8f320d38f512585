"""`fediverse queue`: what waits to be sent."""

import asyncio
import json

import pytest

from fediverse.queue import outbox
from fediverse.queue.outbox import Inbox, OutgoingActivity
from tests.cli.conftest import node_of
from tests.support.command_line import CommandLine


@pytest.fixture
def waiting(fediverse: CommandLine) -> CommandLine:
    """Two deliveries wait for beta, one for gamma, which was given up on."""

    async def fill() -> None:
        async with node_of(fediverse) as node:
            async with node.database.transaction():
                for number, hosts in enumerate((("beta.example", "gamma.example"), ("beta.example",))):
                    activity = OutgoingActivity(f"http://acme.localhost:8001/activities/{number}", "Create", 1, "{}")
                    await outbox.enqueue(node, activity, [Inbox(host, f"https://{host}/inbox") for host in hosts])
            await outbox.park(node, "gamma.example", "no answer")

    asyncio.run(fill())
    return fediverse


def counts(command_line: CommandLine) -> dict[str, tuple[int, int]]:
    lanes = json.loads(command_line.done("queue", "status", "--json"))
    return {lane["host"]: (lane["waiting"], lane["parked"]) for lane in lanes}


def test_status_shows_what_waits_and_what_is_parked(waiting: CommandLine) -> None:
    """By host, with the problem."""
    assert counts(waiting) == {"beta.example": (2, 0), "gamma.example": (0, 1)}
    assert "no answer" in waiting.done("queue", "status")


def test_status_of_an_empty_queue(fediverse: CommandLine) -> None:
    """People read a sentence, programs an empty list."""
    assert "Nothing waits" in fediverse.done("queue", "status")
    assert json.loads(fediverse.done("queue", "status", "--json")) == []


def test_parked_deliveries_are_retried_by_host(waiting: CommandLine) -> None:
    """In any spelling of the host; the others are left alone."""
    said = waiting.done("queue", "retry", "Gamma.Example")

    assert said == "1 deliveries wait to be sent now\n"
    assert counts(waiting) == {"beta.example": (2, 0), "gamma.example": (1, 0)}


def test_everything_is_retried_when_asked_for(waiting: CommandLine) -> None:
    """Every host at once."""
    assert waiting.done("queue", "retry", "--all").startswith("3 ")


def test_dropped_deliveries_are_forgotten(waiting: CommandLine) -> None:
    """Those of that host only."""
    assert waiting.done("queue", "drop", "beta.example").startswith("2 ")

    assert counts(waiting) == {"gamma.example": (0, 1)}


@pytest.mark.parametrize("verb", ["retry", "drop"])
def test_host_that_nothing_waits_for_is_refused(waiting: CommandLine, verb: str) -> None:
    """And nothing is touched."""
    assert "nothing waits" in waiting.refused("queue", verb, "delta.example")
    assert waiting("queue", verb, "beta.example", "--all").status == 2

    assert counts(waiting) == {"beta.example": (2, 0), "gamma.example": (0, 1)}
