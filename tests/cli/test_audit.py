"""`fediverse audit`: where a post went, for the operator."""

import asyncio
import json

import pytest

from fediverse.actions.posts import Draft, publish
from fediverse.queries import accounts, posts
from fediverse.queue import egress
from fediverse.queue.egress import Departure, EgressKind, Fate, ReceiptState
from tests.cli.conftest import node_of
from tests.support.command_line import CommandLine


@pytest.fixture
def post(fediverse: CommandLine, alice: str) -> tuple[int, str]:
    """Id and URI of a post of alice's that went to beta, and not to gamma."""

    async def write() -> tuple[int, str]:
        async with node_of(fediverse) as node:
            author = await accounts.local_by_username(node, alice)
            assert author is not None
            number = await publish(node, author.id, Draft(text="Paint is dry"))
            uri = (await posts.of_our_own(node, number)).uri
            async with node.database.transaction():
                await egress.write(
                    node,
                    [
                        Departure(
                            EgressKind.DELIVERY,
                            f"{uri}/activity",
                            "beta.example",
                            Fate.SENT,
                            number,
                            type="Create",
                            status=202,
                            rule="11",
                            receipt_state=ReceiptState.MISSING,
                        ),
                        Departure(
                            EgressKind.DELIVERY,
                            f"{uri}/activity",
                            "gamma.example",
                            Fate.REFUSED,
                            number,
                            type="Create",
                            rule="12",
                            reason="refused by rule 12",
                        ),
                    ],
                )
            return number, uri

    return asyncio.run(write())


def test_egress_lists_the_nodes_with_answers_and_rules(fediverse: CommandLine, post: tuple[int, str]) -> None:
    """By id, by URI and by page: the same; lines for people, with --json everything."""
    number, uri = post

    lines = fediverse.done("audit", "egress", str(number))
    found = [
        json.loads(fediverse.done("audit", "egress", name, "--json"))
        for name in (str(number), uri, f"http://acme.localhost:8001/@alice/{number}")
    ]

    assert found[0] == found[1] == found[2]
    assert {(row["host"], row["outcome"], row["status"], row["rule"], row["receipt_state"]) for row in found[0]} == {
        ("beta.example", "sent", 202, "11", "missing"),
        ("gamma.example", "refused", None, "12", ""),
    }
    assert "beta.example" in lines
    assert "refused by rule 12" in lines


def test_a_post_that_never_left_says_so(fediverse: CommandLine, alice: str) -> None:
    """A sentence for people, an empty list for programs."""

    async def write() -> int:
        async with node_of(fediverse) as node:
            author = await accounts.local_by_username(node, alice)
            assert author is not None
            return await publish(node, author.id, Draft(text="Stays"))

    number = asyncio.run(write())

    assert "never left" in fediverse.done("audit", "egress", str(number))
    assert json.loads(fediverse.done("audit", "egress", str(number), "--json")) == []


@pytest.mark.parametrize("name", ["12345", "nothing", "https://beta.example/notes/1", "99999999999999999999999"])
def test_an_unknown_post_is_refused(fediverse: CommandLine, name: str) -> None:
    """With how to name one."""
    assert "there is no such post" in fediverse.refused("audit", "egress", name)
