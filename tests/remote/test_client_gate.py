"""The domain policy stands before every request, whatever connects beneath it."""

from contextvars import ContextVar

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from fediverse import errors
from fediverse.policy.domains import Direction, Effect, Rule
from fediverse.remote.client import RemoteClient, RemoteResponse
from fediverse.remote.media_types import ACTIVITY_ACCEPT, ACTIVITY_JSON
from fediverse.remote.transport import PinnedNetwork, Switchboard
from tests.remote.conftest import Connect, Listen, Names, RuleGate, allowing, answer


async def fetch(client: RemoteClient, url: str) -> RemoteResponse:
    return await client.fetch(url, direction=Direction.OUT_FETCH, kind="actor", accept=ACTIVITY_ACCEPT)


async def deliver(client: RemoteClient, url: str) -> RemoteResponse:
    return await client.post(url, b"{}", kind="Create", content_type=ACTIVITY_JSON)


async def test_refused_host_is_neither_looked_up_nor_connected_to(listen: Listen, connect: Connect) -> None:
    """T-018, T-200, T-333: without an allow nothing reaches the host or the name server; with one, the same calls do."""
    beta = await listen(answer(200))
    names = Names({"beta.test": [["127.0.0.1"]]})
    outsider = connect(allowing("gamma.test"), PinnedNetwork(development=True, resolver=names))

    for call in (fetch, deliver):
        with pytest.raises(errors.DomainRefused) as refused:
            await call(outsider, f"http://beta.test:{beta.port}/inbox")
        assert refused.value.host == f"beta.test:{beta.port}"

    assert (beta.connections, names.asked) == (0, [])
    friend = connect(allowing(f"beta.test:{beta.port}"), PinnedNetwork(development=True, resolver=names))
    for call in (fetch, deliver):
        assert (await call(friend, f"http://beta.test:{beta.port}/inbox")).status == 200
    assert len(beta.requests) == 2


async def test_gate_hears_direction_kind_and_canonical_host(listen: Listen, connect: Connect) -> None:
    """What is asked about is what will be connected to, in its canonical spelling."""
    beta = await listen()
    gate = allowing(f"beta.localhost:{beta.port}")
    client = connect(gate)

    await deliver(client, f"http://BETA.localhost:{beta.port}/inbox")
    await client.fetch(
        f"http://beta.localhost:{beta.port}/a.png", direction=Direction.MEDIA, kind="image", accept="image/*"
    )

    host = f"beta.localhost:{beta.port}"
    assert gate.asked == [(Direction.OUT_DELIVER, "Create", host), (Direction.MEDIA, "image", host)]


async def test_removed_rule_counts_from_the_next_request_on(listen: Listen, connect: Connect) -> None:
    """T-200, T-216: an open connection to a host that is no longer allowed is not used again."""
    beta = await listen()
    gate = allowing(f"beta.localhost:{beta.port}")
    client = connect(gate)
    await deliver(client, f"http://beta.localhost:{beta.port}/inbox")

    gate.rules.clear()
    with pytest.raises(errors.DomainRefused):
        await deliver(client, f"http://beta.localhost:{beta.port}/inbox")

    assert len(beta.requests) == 1


@pytest.mark.parametrize("effect", [Effect.HOLD, Effect.DENY])
async def test_held_or_denied_host_is_refused_with_its_rule(listen: Listen, connect: Connect, effect: Effect) -> None:
    """T-200: a hold sends as little as a deny; the error names the rule and tells strangers nothing about it."""
    beta = await listen()
    pattern = f"beta.localhost:{beta.port}"
    client = connect(RuleGate([Rule("7", pattern, effect, reason="contract ended"), Rule("8", pattern, Effect.ALLOW)]))

    with pytest.raises(errors.DomainRefused) as refused:
        await deliver(client, f"http://{pattern}/inbox")

    assert refused.value.rule == "7"
    assert "contract" not in refused.value.safe
    assert beta.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/inbox",
        "https:///x",
        "https://user@beta.test/",
        "https://beta.test\\@evil.test/",
        "https://beta.test./",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://beta.test/a/../b",
        "https://beta.test/%2E%2e/b",
        "https://beta.test/./b",
        "ftp://beta.test/",
        "file:///etc/passwd",
        "data:,x",
    ],
)
async def test_addresses_that_read_in_two_ways_reach_nobody(connect: Connect, url: str) -> None:
    """T-201, T-207, T-046: what cannot be requested exactly as it is written is refused before the gate is asked."""
    gate = allowing("beta.test", "evil.test")
    client = connect(gate, PinnedNetwork(resolver=Names({})), development=False)

    for call in (fetch, deliver):
        with pytest.raises(errors.Invalid):
            await call(client, url)

    assert gate.asked == []


async def test_http_is_for_development(connect: Connect) -> None:
    """Outside development plain http is refused, even to an allowed host."""
    gate = allowing("beta.test")
    client = connect(gate, PinnedNetwork(resolver=Names({})), development=False)

    with pytest.raises(errors.Invalid):
        await deliver(client, "http://beta.test/inbox")
    with pytest.raises(errors.Unreachable):
        await deliver(client, "https://beta.test/inbox")

    assert len(gate.asked) == 1


async def test_switchboard_joins_servers_under_the_same_gate(connect: Connect) -> None:
    """Servers in one process see each other only as far as policy allows; a host that is not there cannot be reached."""
    seen: list[str] = []

    async def inbox(request: Request) -> Response:
        seen.append(
            f"{request.scope['raw_path'].decode()}?{request.url.query} {request.headers['host']} {await request.body()!r}"
        )
        return JSONResponse({"accepted": True}, 202)

    app = Starlette(routes=[Route("/inbox", inbox, methods=["POST"])])
    network = Switchboard({"beta.example": app, "gamma.example": app})
    client = connect(allowing("beta.example", "delta.example"), network, development=False)

    accepted = await deliver(client, "https://beta.example/inbox?x=%2F")

    assert (accepted.status, accepted.body) == (202, b'{"accepted":true}')
    with pytest.raises(errors.DomainRefused):
        await deliver(client, "https://gamma.example/inbox")
    with pytest.raises(errors.Unreachable):
        await deliver(client, "https://delta.example/inbox")
    assert seen == ["/inbox?x=%2F beta.example b'{}'"]


async def test_failing_application_is_an_answer_like_on_a_wire(connect: Connect) -> None:
    """An exception in another server is its 500, not our exception."""

    async def broken(_request: Request) -> Response:
        raise RuntimeError("a bug of theirs")

    app = Starlette(routes=[Route("/inbox", broken, methods=["POST"])])
    client = connect(allowing("beta.example"), Switchboard({"beta.example": app}), development=False)

    assert (await deliver(client, "https://beta.example/inbox")).status == 500


async def test_nothing_of_the_sender_is_there_on_the_other_side(connect: Connect) -> None:
    """Servers in one process share no context: what the sender set in its own is not what the receiver works with."""
    whose: ContextVar[str] = ContextVar("whose", default="nobody's")

    async def inbox(_request: Request) -> Response:
        return Response(whose.get())

    app = Starlette(routes=[Route("/inbox", inbox, methods=["POST"])])
    client = connect(allowing("beta.example"), Switchboard({"beta.example": app}), development=False)
    whose.set("the sender's")

    response = await deliver(client, "https://beta.example/inbox")

    assert response.body == b"nobody's"
