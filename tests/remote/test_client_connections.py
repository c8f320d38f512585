"""Where connections go: to checked addresses, as the host's own rule pins them, over few and separate connections."""

import asyncio
from ipaddress import ip_network

import pytest

from fediverse import errors
from fediverse.policy.domains import Direction, Effect, Rule, Verdict
from fediverse.remote.client import RemoteClient, RemoteResponse
from fediverse.remote.media_types import ACTIVITY_JSON
from fediverse.remote.transport import PinnedNetwork
from tests.remote.conftest import Authority, Connect, Listen, Names, RuleGate, allowing, answer

LOOPBACK = (ip_network("127.0.0.0/8"),)
CLOSING = answer(202, connection="close")


async def deliver(client: RemoteClient, url: str) -> RemoteResponse:
    return await client.post(url, b"{}", kind="Create", content_type=ACTIVITY_JSON)


class OpenGate:
    """A gate that allows everything and names no rule, as no real one does."""

    async def ask(self, direction: Direction, kind: str, host: str) -> Verdict:
        return Verdict(Effect.ALLOW, None, None, f"{direction} of {kind} with {host}")


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["1.1.1.1", "127.0.0.1"],
    ],
)
async def test_allowed_name_is_no_way_inside(connect: Connect, answers: list[str]) -> None:
    """T-331, T-332: one inner address among those of a name refuses the name, before anything is connected to."""
    names = Names({"beta.example": [answers]})
    client = connect(allowing("beta.example"), PinnedNetwork(resolver=names), development=False)

    with pytest.raises(errors.Unreachable) as refused:
        await deliver(client, "https://beta.example/inbox")

    assert "does not open" in refused.value.safe
    assert answers[0] not in refused.value.safe


async def test_pinned_network_is_open_to_its_own_host_only(
    listen: Listen, connect: Connect, authority: Authority
) -> None:
    """T-225: a host with a rule that pins the intranet is reached there; another allowed host that leads to the same network is not."""
    beta = await listen(tls=authority.server("beta.example"))
    gamma = await listen(host="127.0.0.2", port=beta.port)
    names = Names({"beta.example": [["127.0.0.1"]], "gamma.example": [["127.0.0.2"]]})
    rules = [
        Rule("beta", "beta.example", Effect.ALLOW, addresses=LOOPBACK, ports=(beta.port,), ca_pem=authority.pem),
        Rule("gamma", "gamma.example", Effect.ALLOW, ports=(beta.port,), ca_pem=authority.pem),
    ]
    client = connect(RuleGate(rules), PinnedNetwork(resolver=names), development=False)

    assert (await deliver(client, f"https://beta.example:{beta.port}/inbox")).status == 202
    with pytest.raises(errors.Unreachable):
        await deliver(client, f"https://gamma.example:{beta.port}/inbox")

    assert gamma.connections == 0


async def test_connection_goes_to_the_address_that_was_checked(listen: Listen, connect: Connect) -> None:
    """T-226: a name that answers differently the second time is connected to where it first led, and looked up once."""
    checked = await listen()
    rebound = await listen(host="127.0.0.2", port=checked.port)
    names = Names({"beta.test": [["127.0.0.1"], ["127.0.0.2"]]})
    client = connect(allowing(f"beta.test:{checked.port}"), PinnedNetwork(development=True, resolver=names))

    await deliver(client, f"http://beta.test:{checked.port}/inbox")
    await deliver(client, f"http://beta.test:{checked.port}/inbox")

    assert (len(checked.requests), rebound.connections, names.asked) == (2, 0, ["beta.test"])


@pytest.mark.parametrize(("pinned", "visits"), [("127.0.0.1/32", 0), ("127.0.0.0/8", 1)])
async def test_every_new_connection_is_checked_again(
    listen: Listen, connect: Connect, pinned: str, visits: int
) -> None:
    """T-226: a name that moves out of its pinned network between two connections is refused; one that moves within is followed."""
    first = await listen(CLOSING)
    second = await listen(CLOSING, host="127.0.0.2", port=first.port)
    names = Names({"beta.test": [["127.0.0.1"], ["127.0.0.2"]]})
    rule = Rule("1", f"beta.test:{first.port}", Effect.ALLOW, addresses=(ip_network(pinned),))
    client = connect(RuleGate([rule]), PinnedNetwork(development=True, resolver=names))

    outcomes = await asyncio.gather(*[deliver(client, f"http://beta.test:{first.port}/inbox")], return_exceptions=True)
    outcomes += await asyncio.gather(*[deliver(client, f"http://beta.test:{first.port}/inbox")], return_exceptions=True)

    assert [isinstance(outcome, errors.Unreachable) for outcome in outcomes] == [False, not visits]
    assert (first.connections, second.connections) == (1, visits)


async def test_second_address_is_tried_when_the_first_does_not_answer(listen: Listen, connect: Connect) -> None:
    """A host with one dead address is still reached."""
    server = await listen()
    names = Names({"beta.test": [["127.0.0.3", "127.0.0.1"]], "gamma.test": [["127.0.0.3"]]})
    client = connect(
        allowing(f"beta.test:{server.port}", f"gamma.test:{server.port}"),
        PinnedNetwork(development=True, resolver=names),
    )

    assert (await deliver(client, f"http://beta.test:{server.port}/inbox")).status == 202
    with pytest.raises(errors.Unreachable):
        await deliver(client, f"http://gamma.test:{server.port}/inbox")


async def test_name_without_addresses_is_unreachable(connect: Connect) -> None:
    """An unknown name and a name without addresses are both nobody."""
    client = connect(
        allowing("beta.test", "gamma.test"), PinnedNetwork(development=True, resolver=Names({"beta.test": [[]]}))
    )

    for name in ("beta.test", "gamma.test"):
        with pytest.raises(errors.Unreachable):
            await deliver(client, f"http://{name}/inbox")


async def test_changed_rule_never_speaks_over_an_old_connection(listen: Listen, connect: Connect) -> None:
    """T-225: while the rule stays, the connection does; a rule with other pins opens its own, and closes the host when they do not fit."""
    server = await listen()
    url = f"http://beta.localhost:{server.port}/inbox"
    pattern = f"beta.localhost:{server.port}"
    gate = allowing(pattern)
    client = connect(gate)
    await deliver(client, url)
    await deliver(client, url)
    assert server.connections == 1

    gate.rules[:] = [Rule("2", pattern, Effect.ALLOW, addresses=(*LOOPBACK, ip_network("::1/128")))]
    await deliver(client, url)
    assert server.connections == 2

    gate.rules[:] = [Rule("3", pattern, Effect.ALLOW, addresses=(ip_network("10.20.0.0/16"),))]
    with pytest.raises(errors.Unreachable):
        await deliver(client, url)
    assert (server.connections, len(server.requests)) == (2, 3)


@pytest.mark.parametrize(
    "url", ["https://beta.example:8443/inbox", "https://beta.example:80/inbox", "http://beta.example/inbox"]
)
async def test_network_itself_opens_only_the_port_of_https(url: str) -> None:
    """A gate that says yes to everything, without a rule, opens port 443 over https and nothing else."""
    names = Names({"beta.example": [["127.0.0.1"]]})

    async with RemoteClient(
        OpenGate(), PinnedNetwork(resolver=names), user_agent="fediverse/test", development=True
    ) as client:
        with pytest.raises(errors.Unreachable):
            await deliver(client, url)

    assert names.asked == []


async def test_network_itself_speaks_no_http(connect: Connect) -> None:
    """A rule that opens port 80 opens it for https: without development on the network, too, nothing goes out in the clear."""
    names = Names({"beta.example": [["127.0.0.1"]]})
    gate = RuleGate([Rule("1", "beta.example", Effect.ALLOW, ports=(80, 443))])
    client = connect(gate, PinnedNetwork(resolver=names), development=True)

    with pytest.raises(errors.Unreachable):
        await deliver(client, "http://beta.example/inbox")

    assert (len(gate.asked), names.asked) == (1, [])


async def test_certificate_authority_is_believed_for_its_host_only(
    listen: Listen, connect: Connect, authority: Authority
) -> None:
    """T-225: a company's own authority vouches for the host of the rule that pins it, and for no other allowed host."""
    beta = await listen(tls=authority.server("beta.localhost"))
    gamma = await listen(tls=authority.server("gamma.localhost"))
    rules = [
        Rule("beta", f"beta.localhost:{beta.port}", Effect.ALLOW, ca_pem=authority.pem),
        Rule("gamma", f"gamma.localhost:{gamma.port}", Effect.ALLOW),
    ]
    client = connect(RuleGate(rules))

    assert (await deliver(client, f"https://beta.localhost:{beta.port}/inbox")).status == 202
    with pytest.raises(errors.Unreachable):
        await deliver(client, f"https://gamma.localhost:{gamma.port}/inbox")

    assert gamma.requests == []


async def test_certificate_must_name_the_host(listen: Listen, connect: Connect, authority: Authority) -> None:
    """T-226: the address is pinned, and the name is still what TLS verifies."""
    server = await listen(tls=authority.server("beta.localhost"))
    gate = RuleGate(
        [
            Rule(name, f"{name}.localhost:{server.port}", Effect.ALLOW, ca_pem=authority.pem)
            for name in ("beta", "gamma")
        ]
    )
    client = connect(gate)

    assert (await deliver(client, f"https://beta.localhost:{server.port}/inbox")).status == 202
    with pytest.raises(errors.Unreachable):
        await deliver(client, f"https://gamma.localhost:{server.port}/inbox")

    assert len(server.requests) == 1


@pytest.mark.parametrize("pem", ["nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "é"])
async def test_authority_that_cannot_be_read_closes_the_host(listen: Listen, connect: Connect, pem: str) -> None:
    """A broken certificate in a rule never falls back to the system's authorities."""
    server = await listen()
    client = connect(RuleGate([Rule("1", f"beta.localhost:{server.port}", Effect.ALLOW, ca_pem=pem)]))

    with pytest.raises(errors.Unreachable):
        await deliver(client, f"https://beta.localhost:{server.port}/inbox")

    assert server.connections == 0


async def test_server_that_does_not_speak_tls_is_unreachable(listen: Listen, connect: Connect) -> None:
    """What is asked for over TLS is never said in the clear."""
    server = await listen()
    client = connect(allowing(f"beta.localhost:{server.port}"))

    with pytest.raises(errors.Unreachable):
        await client.post(
            f"https://beta.localhost:{server.port}/inbox",
            b"{}",
            kind="Create",
            content_type=ACTIVITY_JSON,
            deadline_s=0.2,
        )

    assert server.requests == []


async def test_tls_settings_are_made_once_for_each_authority(
    listen: Listen, connect: Connect, authority: Authority
) -> None:
    """Reading certificates is slow, so connections to many hosts share it."""
    servers = [await listen(tls=authority.server(f"n{number}.localhost")) for number in range(3)]
    rules = [
        Rule(f"{number}", f"n{number}.localhost:{server.port}", Effect.ALLOW, ca_pem=authority.pem)
        for number, server in enumerate(servers)
    ]
    network = PinnedNetwork(development=True)
    client = connect(RuleGate(rules), network)

    for number, server in enumerate(servers):
        await deliver(client, f"https://n{number}.localhost:{server.port}/inbox")

    assert list(network._authorities) == [authority.pem]


async def test_few_connections_serve_many_deliveries_to_one_host(listen: Listen, connect: Connect) -> None:
    """Deliveries to one host share its connections, and wait for them."""
    server = await listen()
    client = connect(
        allowing(f"beta.localhost:{server.port}"), PinnedNetwork(development=True, connections_per_origin=2)
    )

    await asyncio.gather(*(deliver(client, f"http://beta.localhost:{server.port}/inbox") for _ in range(20)))

    assert (len(server.requests), server.connections) == (20, 2)


async def test_dead_hosts_leave_nothing_behind_and_live_ones_little(listen: Listen, connect: Connect) -> None:
    """T-343: what could not connect is forgotten at once, and only so many idle hosts are kept."""
    server = await listen()
    network = PinnedNetwork(development=True, max_idle_origins=5)
    client = connect(allowing("*.localhost:1", f"*.localhost:{server.port}"), network)

    for number in range(100):
        with pytest.raises(errors.Unreachable):
            await deliver(client, f"http://n{number}.localhost:1/inbox")
    assert network.open_origins == 0

    for number in range(50):
        await deliver(client, f"http://n{number}.localhost:{server.port}/inbox")
    assert network.open_origins == 5


async def test_host_counts_as_busy_until_its_answer_was_read(listen: Listen, connect: Connect) -> None:
    """A connection is not closed while the body of an answer still comes over it, however many others want its place."""
    half_way, rest = asyncio.Event(), asyncio.Event()

    async def play(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\nx")
        await writer.drain()
        half_way.set()
        await rest.wait()
        writer.write(b"y")

    slow, quick = await listen(play=play), await listen()
    network = PinnedNetwork(development=True, max_idle_origins=0)
    client = connect(allowing(f"slow.localhost:{slow.port}", f"quick.localhost:{quick.port}"), network)

    reading = asyncio.create_task(deliver(client, f"http://slow.localhost:{slow.port}/inbox"))
    await half_way.wait()
    await deliver(client, f"http://quick.localhost:{quick.port}/inbox")
    assert network.open_origins == 1
    rest.set()

    assert (await reading).body == b"xy"
    assert network.open_origins == 0


async def test_closed_connection_is_noticed_before_it_is_used(listen: Listen, connect: Connect) -> None:
    """A connection that the other side closed while it was idle is replaced, and no delivery is lost on it."""
    closed = asyncio.Event()

    async def play(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(202))
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        closed.set()

    server = await listen(play=play)
    client = connect(allowing(f"beta.localhost:{server.port}"))

    for _ in range(3):
        closed.clear()
        assert (await deliver(client, f"http://beta.localhost:{server.port}/inbox")).status == 202
        await closed.wait()

    assert server.connections == 3
