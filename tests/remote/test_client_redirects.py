"""Redirects: few, asked about and signed one by one, and never with a delivery."""

from contextlib import nullcontext
from ipaddress import ip_network

import pytest

from fediverse import errors
from fediverse.policy.domains import Direction, Effect, Rule
from fediverse.remote.client import RemoteClient, RemoteResponse, Signer
from fediverse.remote.media_types import ACTIVITY_ACCEPT, ACTIVITY_JSON
from fediverse.remote.transport import PinnedNetwork
from tests.remote.conftest import Authority, Connect, Listen, Names, RuleGate, Seal, allowing, answer


async def fetch(client: RemoteClient, url: str, signer: Signer | None = None, **headers: str) -> RemoteResponse:
    return await client.fetch(
        url, direction=Direction.OUT_FETCH, kind="actor", accept=ACTIVITY_ACCEPT, signer=signer, headers=headers
    )


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_fetch_follows_a_redirect_to_an_allowed_host_only(listen: Listen, connect: Connect, status: int) -> None:
    """T-205: each hop is asked about; a refused host sees nothing, and the same host allowed is followed to."""
    end = await listen(answer(200, b"{}"))
    start = await listen(answer(status, location=f"http://end.localhost:{end.port}/actor"))
    gate = allowing(f"start.localhost:{start.port}")
    client = connect(gate)

    with pytest.raises(errors.DomainRefused) as refused:
        await fetch(client, f"http://start.localhost:{start.port}/actor")

    assert refused.value.host == f"end.localhost:{end.port}"
    assert (len(start.requests), end.connections) == (1, 0)
    gate.rules += allowing(f"end.localhost:{end.port}").rules
    followed = await fetch(client, f"http://start.localhost:{start.port}/actor")
    assert (followed.status, followed.url) == (200, f"http://end.localhost:{end.port}/actor")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_delivery_never_follows_a_redirect(listen: Listen, connect: Connect, status: int) -> None:
    """T-048: a redirect is the answer to a POST, even when the other host is allowed."""
    end = await listen()
    start = await listen(answer(status, location=f"http://end.localhost:{end.port}/inbox"))
    client = connect(allowing(f"start.localhost:{start.port}", f"end.localhost:{end.port}"))

    response = await client.post(
        f"http://start.localhost:{start.port}/inbox", b"{}", kind="Create", content_type=ACTIVITY_JSON
    )

    assert (response.status, response.headers["location"]) == (status, f"http://end.localhost:{end.port}/inbox")
    assert (len(start.requests), end.connections) == (1, 0)


async def test_each_hop_is_signed_anew(listen: Listen, connect: Connect) -> None:
    """T-048: no signature travels: each hop carries the one made for its own target and host."""
    end = await listen(answer(200))
    start = await listen(answer(302, location="/moved?x=1"), answer(302, location=f"http://end.localhost:{end.port}/b"))
    client = connect(allowing(f"start.localhost:{start.port}", f"end.localhost:{end.port}"))
    seal = Seal()

    await fetch(client, f"http://start.localhost:{start.port}/a", seal)

    urls = [
        f"http://start.localhost:{start.port}/a",
        f"http://start.localhost:{start.port}/moved?x=1",
        f"http://end.localhost:{end.port}/b",
    ]
    assert [url for _, url, _, _ in seal.signed] == urls
    assert [headers["host"] for _, _, headers, _ in seal.signed] == [
        f"start.localhost:{start.port}",
        f"start.localhost:{start.port}",
        f"end.localhost:{end.port}",
    ]
    assert [start.header("signature", 0), start.header("signature", 1), end.header("signature")] == [
        f"GET {url} #{number}" for number, url in enumerate(urls, start=1)
    ]


async def test_credentials_stay_with_the_first_origin(listen: Listen, connect: Connect) -> None:
    """T-048: what was given for one origin is not shown to another, and does not come back."""
    end = await listen(answer(302, location="/again"), answer(200))
    start = await listen(answer(302, location="/again"), answer(302, location=f"http://end.localhost:{end.port}/a"))
    client = connect(allowing(f"start.localhost:{start.port}", f"end.localhost:{end.port}"))

    await fetch(
        client, f"http://start.localhost:{start.port}/a", Authorization="Bearer secret", Signature="static", Prefer="x"
    )

    assert [start.header("authorization", number) for number in (0, 1)] == ["Bearer secret", "Bearer secret"]
    assert [end.header(name, number) for name in ("authorization", "signature") for number in (0, 1)] == [None] * 4
    assert end.header("prefer") == "x"


async def test_three_redirects_are_followed_and_a_fourth_is_not(listen: Listen, connect: Connect) -> None:
    """T-048, T-340: a chain ends."""
    hops = [answer(302, location=f"/{number}") for number in range(1, 4)]
    patient = await listen(*hops, answer(200))
    endless = await listen(*hops, answer(302, location="/4"), answer(200))
    client = connect(allowing(f"a.localhost:{patient.port}", f"a.localhost:{endless.port}"))

    assert (await fetch(client, f"http://a.localhost:{patient.port}/0")).url.endswith("/3")
    with pytest.raises(errors.Unreachable) as lost:
        await fetch(client, f"http://a.localhost:{endless.port}/0")

    assert lost.value.answer == 302
    assert len(endless.requests) == 4


async def test_redirect_in_a_circle_is_seen_at_once(listen: Listen, connect: Connect) -> None:
    """T-340: an address that was already asked is not asked again, whatever its fragment."""
    server = await listen(answer(302, location="/b"), answer(302, location="/a#again"))
    client = connect(allowing(f"a.localhost:{server.port}"))

    with pytest.raises(errors.Unreachable):
        await fetch(client, f"http://a.localhost:{server.port}/a")

    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "location",
    [
        "data:application/activity+json,{}",
        "file:///etc/passwd",
        "ftp://start.localhost/",
        "javascript:alert(1)",
        "https://",
        "http://user@start.localhost:{port}/",
        "http://start.localhost:{port}\\@evil.example/",
        "http://127.0.0.1:{port}/",
        "http://2130706433:{port}/",
        "http://[::1]:{port}/",
        "http://[::1:{port}/",
        "http://start.localhost.:{port}/",
        "//127.0.0.1:{port}/",
    ],
)
async def test_redirect_to_no_place_is_not_followed(listen: Listen, connect: Connect, location: str) -> None:
    """T-068: other schemes, addresses in any spelling and unreadable hosts end the chain; the address of a name does not."""
    server = await listen()
    server.play = (await listen(answer(302, location=location.replace("{port}", str(server.port))))).play
    client = connect(allowing(f"start.localhost:{server.port}", "start.localhost", "*.example"))

    with pytest.raises(errors.Unreachable) as lost:
        await fetch(client, f"http://start.localhost:{server.port}/a")

    assert lost.value.answer == 302
    assert len(server.requests) == 1


async def test_redirect_without_a_place_is_an_answer(listen: Listen, connect: Connect) -> None:
    """A 301 without Location and a 304 are for the caller to judge."""
    server = await listen(answer(301), answer(304, location="/elsewhere"))
    client = connect(allowing(f"a.localhost:{server.port}"))

    assert (await fetch(client, f"http://a.localhost:{server.port}/a")).status == 301
    assert (await fetch(client, f"http://a.localhost:{server.port}/a")).status == 304


async def test_https_never_redirects_to_http(listen: Listen, connect: Connect, authority: Authority) -> None:
    """T-048: not even in development, and not even to the same host; from https to https is followed."""
    plain = await listen(answer(200))
    secure = await listen(
        answer(302, location=f"http://beta.localhost:{plain.port}/a"),
        answer(302, location="/b"),
        answer(200),
        tls=authority.server("beta.localhost"),
    )
    rules = [Rule("1", "beta.localhost", Effect.ALLOW, ports=(secure.port, plain.port), ca_pem=authority.pem)]
    client = connect(RuleGate(rules))

    with pytest.raises(errors.Unreachable):
        await fetch(client, f"https://beta.localhost:{secure.port}/a")
    followed = await fetch(client, f"https://beta.localhost:{secure.port}/a")

    assert followed.url == f"https://beta.localhost:{secure.port}/b"
    assert plain.connections == 0


@pytest.mark.parametrize(("pinned", "visits"), [("127.0.0.1/32", 0), ("127.0.0.2/32", 1)])
async def test_address_is_checked_at_each_hop(listen: Listen, connect: Connect, pinned: str, visits: int) -> None:
    """T-068, T-205: an allowed name that leads where its rule does not say is no way in by a redirect; where its rule says, it is."""
    inside = await listen(answer(200), host="127.0.0.2")
    start = await listen(answer(302, location=f"http://inside.test:{inside.port}/"))
    names = Names({"start.test": [["127.0.0.1"]], "inside.test": [["127.0.0.2"]]})
    gate = allowing(f"start.test:{start.port}")
    gate.rules.append(Rule("inside", f"inside.test:{inside.port}", Effect.ALLOW, addresses=(ip_network(pinned),)))
    client = connect(gate, PinnedNetwork(development=True, resolver=names))

    with nullcontext() if visits else pytest.raises(errors.Unreachable):
        await fetch(client, f"http://start.test:{start.port}/")

    assert (inside.connections, names.asked) == (visits, ["start.test", "inside.test"])
