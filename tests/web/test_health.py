"""Health and figures: anybody learns that the node lives, and only its operator more."""

import httpx2
from starlette.types import Receive, Scope, Send

from tests.support.nodes import MakeNode, RunningNode


def _from(running: RunningNode, address: str) -> httpx2.AsyncClient:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await running.app({**scope, "client": (address, 4711)}, receive, send)

    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=f"http://{running.host}")


async def test_the_node_says_that_it_lives_and_is_ready(home: RunningNode) -> None:
    """Without a credential, and without anything else."""
    alive, ready = await home.client.get("/healthz"), await home.client.get("/readyz")

    assert (alive.status_code, alive.text) == (200, "ok\n")
    assert (ready.status_code, ready.text) == (200, "ready\n")


async def test_figures_are_for_this_machine_only(home: RunningNode) -> None:
    """Loopback reads them; elsewhere, or through a proxy, they are not there."""
    async with _from(home, "127.0.0.1") as local, _from(home, "198.51.100.7") as stranger:
        here = await local.get("/metrics")
        proxied = await local.get("/metrics", headers={"x-forwarded-for": "198.51.100.7"})
        there = await stranger.get("/metrics")

    assert here.status_code == 200
    assert "fediverse_inbound_waiting 0.0" in here.text
    assert [proxied.status_code, there.status_code] == [404, 404]


async def test_figures_are_for_whoever_holds_the_token(nodes: MakeNode) -> None:
    """From anywhere; with another token they are not there."""
    running = await nodes("acme", metrics_token="a long and secret word")

    async with _from(running, "198.51.100.7") as client:
        right = await client.get("/metrics", headers={"authorization": "Bearer a long and secret word"})
        wrong = await client.get("/metrics", headers={"authorization": "Bearer a long and secret wor"})

    assert [right.status_code, wrong.status_code] == [200, 404]
