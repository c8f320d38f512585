"""First contact between two nodes, and the sentence that names what is wrong with it."""

from collections.abc import Awaitable, Callable

import orjson
import pytest
from starlette.types import Message, Receive, Scope, Send

from fediverse.federation.handshake import Step, check_domain
from fediverse.policy.domains import Direction
from tests.federation.scripted import ACTIVITY_JSON, Actor, Apps, ScriptedServer, join
from tests.support.nodes import RunningNode


async def checked(node: RunningNode, host: str) -> list[Step]:
    with node.node.database.active():
        return await check_domain(node.node, host)


def last(steps: list[Step]) -> tuple[str, bool]:
    return steps[-1].name, steps[-1].ok


async def test_two_closed_nodes_that_allow_each_other_pass_every_step(home: RunningNode, away: RunningNode) -> None:
    """T-041, annex D: neither knew a key of the other before."""
    steps = await checked(home, away.host)

    assert [step.name for step in steps] == [
        "policy",
        "connection",
        "clock",
        "node actor",
        "key",
        "signed request",
        "WebFinger",
    ]
    assert all(step.ok for step in steps), steps


async def test_a_node_that_we_do_not_allow_is_not_asked_anything(
    home: RunningNode, away: RunningNode, outsider: RunningNode
) -> None:
    """The first step says how to allow it."""
    steps = await checked(home, outsider.host)

    assert last(steps) == ("policy", False)
    assert f"fediverse domain allow {outsider.host}" in steps[-1].sentence
    assert len(steps) == 1


async def test_a_node_that_does_not_allow_us_says_by_which_rule(
    home: RunningNode, outsider: RunningNode, away: RunningNode
) -> None:
    """Gamma allows home and is not allowed: its check of home ends where home refuses it."""
    steps = await checked(outsider, home.host)

    assert last(steps) == ("signed request", False)
    assert "no rule allows it" in steps[-1].sentence
    assert home.node.settings.domain in steps[-1].sentence


async def test_one_way_rules_name_the_direction_that_is_closed(
    home: RunningNode, nodes: Callable[[str], Awaitable[RunningNode]]
) -> None:
    """Policy is told for each direction."""
    beta = await nodes("beta")
    await home.allow(beta.host, directions=(Direction.OUT_FETCH, Direction.DISCOVERY, Direction.OUT_DELIVER))

    steps = await checked(home, beta.host)

    assert last(steps) == ("policy", False)
    assert "in-post" in steps[-1].sentence


async def test_a_host_that_is_not_there_is_a_failed_connection(acme: RunningNode) -> None:
    """Name, address or TLS: the step is named, nothing hangs."""
    await acme.allow("nowhere.localhost:9009")

    assert last(await checked(acme, "nowhere.localhost:9009")) == ("connection", False)


@pytest.mark.parametrize("host", ["", "not a host", "127.0.0.1", "https://beta.example"])
async def test_what_is_no_host_name_is_said_at_once(acme: RunningNode, host: str) -> None:
    """T-201."""
    assert last(await checked(acme, host)) == ("name", False)


class Peculiar(ScriptedServer):
    """An allowed server with a time of its own."""

    date = "Mon, 23 Nov 2026 12:00:00 GMT"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"date", self.date.encode()))
            await send(message)

        await super().__call__(scope, receive, dated)


async def test_a_clock_that_is_hours_off_is_named(acme: RunningNode, friendly: ScriptedServer, apps: Apps) -> None:
    """Annex D: two hours off, and what to do about it."""
    server = Peculiar(friendly.host, friendly.keys)
    server.date = "Mon, 23 Nov 2026 14:00:00 GMT"
    join(apps, server)

    steps = await checked(acme, friendly.host)

    assert last(steps) == ("clock", False)
    assert "7200 seconds" in steps[-1].sentence


async def test_a_closed_instance_actor_is_reported_and_not_waited_for(
    acme: RunningNode, friendly: ScriptedServer
) -> None:
    """Annex D: both in secure mode with instance actors closed is a deadlock."""
    friendly.shown["/actor"] = (401, ACTIVITY_JSON, b"{}")

    steps = await checked(acme, friendly.host)

    assert last(steps) == ("node actor", False)
    assert "closed without a signature" in steps[-1].sentence


async def test_an_actor_that_claims_to_be_another_is_not_believed(
    acme: RunningNode, friendly: ScriptedServer, mallet: Actor
) -> None:
    """T-300."""
    friendly.shown["/actor"] = mallet.document()

    assert last(await checked(acme, friendly.host)) == ("node actor", False)


async def test_a_server_that_believes_neither_dialect_is_named(acme: RunningNode, friendly: ScriptedServer) -> None:
    """What they said is shown, so that both administrators can look at the same words."""
    actor = friendly.actor("node")
    friendly.shown["/actor"] = {
        **actor.document(),
        "id": f"{friendly.origin}/actor",
        "publicKey": {**actor.document()["publicKey"], "owner": f"{friendly.origin}/actor"},
    }
    friendly.shown["/users/node/outbox"] = (401, "application/json", orjson.dumps({"error": "Verification failed"}))

    steps = await checked(acme, friendly.host)

    assert last(steps) == ("signed request", False)
    assert "Verification failed" in steps[-1].sentence
    assert friendly.asked.count("GET /users/node/outbox") == 2
