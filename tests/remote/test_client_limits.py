"""Every call ends: by its deadline, after its number of bytes, and with nothing that was not given."""

import asyncio
import gzip

import pytest

from fediverse import errors
from fediverse.policy.domains import Direction
from fediverse.remote.client import MAX_ANSWER_BYTES, RemoteClient, RemoteResponse
from fediverse.remote.media_types import ACTIVITY_ACCEPT, ACTIVITY_JSON
from tests.remote.conftest import Connect, Listen, Seal, allowing, answer

SHORT_S = 0.1


async def fetch(client: RemoteClient, url: str, *, max_bytes: int = 1000, deadline_s: float = 5.0) -> RemoteResponse:
    return await client.fetch(
        url,
        direction=Direction.OUT_FETCH,
        kind="actor",
        accept=ACTIVITY_ACCEPT,
        max_bytes=max_bytes,
        deadline_s=deadline_s,
    )


def chunked(body: bytes) -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
        + f"{len(body):x}\r\n".encode()
        + body
        + b"\r\n0\r\n\r\n"
    )


@pytest.mark.parametrize("whole", [chunked, lambda body: answer(200, body)], ids=["chunked", "with length"])
async def test_document_is_read_up_to_its_limit_and_not_a_byte_further(
    listen: Listen, connect: Connect, whole: object
) -> None:
    """T-047: the bytes that come are counted, whatever length was announced."""
    assert callable(whole)
    server = await listen(whole(b"x" * 1000), whole(b"x" * 1001))
    client = connect(allowing(f"beta.localhost:{server.port}"))

    response = await fetch(client, f"http://beta.localhost:{server.port}/")
    with pytest.raises(errors.Unreachable) as refused:
        await fetch(client, f"http://beta.localhost:{server.port}/")

    assert response.body == b"x" * 1000
    assert refused.value.answer == 200


async def test_endless_document_is_left_at_its_limit(listen: Listen, connect: Connect) -> None:
    """T-047: a server that never stops is cut off."""
    cut_off = asyncio.Event()

    async def flood(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()
        except ConnectionError:
            cut_off.set()

    server = await listen(play=flood)
    client = connect(allowing(f"beta.localhost:{server.port}"))

    with pytest.raises(errors.Unreachable) as refused:
        await fetch(client, f"http://beta.localhost:{server.port}/", max_bytes=1_000_000)

    assert refused.value.answer == 200
    await asyncio.wait_for(cut_off.wait(), 5)


async def test_compressed_document_is_refused(listen: Listen, connect: Connect) -> None:
    """T-047: plain bytes are asked for; a body that could grow behind the count is not taken, and the same body plain is."""
    bomb = gzip.compress(b"x" * 100_000)
    server = await listen(answer(200, bomb, content_encoding="gzip"), answer(200, bomb, content_encoding="identity"))
    client = connect(allowing(f"beta.localhost:{server.port}"))

    with pytest.raises(errors.Unreachable) as refused:
        await fetch(client, f"http://beta.localhost:{server.port}/")

    assert refused.value.answer == 200
    assert server.header("accept-encoding") == "identity"
    assert (await fetch(client, f"http://beta.localhost:{server.port}/")).body == bomb


async def test_error_pages_are_answers_and_are_cut(listen: Listen, connect: Connect) -> None:
    """A 404 with a long page, or a compressed one, is still a 404; a delivery keeps the first 64 KiB of what it was told."""
    page = b"x" * (MAX_ANSWER_BYTES + 1)
    server = await listen(answer(404, page), answer(410, b"gone", content_encoding="gzip"), answer(202, page))
    client = connect(allowing(f"beta.localhost:{server.port}"))
    url = f"http://beta.localhost:{server.port}/"

    missing = await fetch(client, url)
    gone = await fetch(client, url)
    accepted = await client.post(url, b"{}", kind="Create", content_type=ACTIVITY_JSON)

    assert [missing.status, gone.status, accepted.status] == [404, 410, 202]
    assert [len(missing.body), len(accepted.body)] == [MAX_ANSWER_BYTES, MAX_ANSWER_BYTES]
    assert [missing.ok, accepted.ok] == [False, True]


async def drip_body(_request: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0)


async def drip_head(_request: bytes, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 102 Processing\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0)


async def say_nothing(_request: bytes, _writer: asyncio.StreamWriter) -> None:
    """The connection stays open."""


@pytest.mark.parametrize("play", [drip_body, drip_head, say_nothing])
async def test_slow_server_is_left_at_the_deadline(listen: Listen, connect: Connect, play: object) -> None:
    """T-341: the deadline is for the whole call, so that a byte now and then does not keep it alive."""
    slow = await listen(play=play)
    quick = await listen(answer(200))
    client = connect(allowing(f"slow.localhost:{slow.port}", f"quick.localhost:{quick.port}"))

    with pytest.raises(errors.Unreachable):
        await fetch(client, f"http://slow.localhost:{slow.port}/", max_bytes=10**9, deadline_s=SHORT_S)
    with pytest.raises(errors.Unreachable):
        await client.post(
            f"http://slow.localhost:{slow.port}/", b"{}", kind="Create", content_type=ACTIVITY_JSON, deadline_s=SHORT_S
        )

    assert (await fetch(client, f"http://quick.localhost:{quick.port}/", deadline_s=5)).status == 200
    assert len(slow.requests) == 2


async def test_calls_that_ran_out_of_time_leave_room_for_the_next(listen: Listen, connect: Connect) -> None:
    """Calls that gave up while they waited for a connection hold none of them."""
    answering = asyncio.Event()

    async def play(_request: bytes, writer: asyncio.StreamWriter) -> None:
        await answering.wait()
        writer.write(answer(202))

    server = await listen(play=play)
    client = connect(allowing(f"beta.localhost:{server.port}"))
    url = f"http://beta.localhost:{server.port}/inbox"

    given_up = await asyncio.gather(
        *(client.post(url, b"{}", kind="Create", content_type=ACTIVITY_JSON, deadline_s=SHORT_S) for _ in range(20)),
        return_exceptions=True,
    )
    answering.set()
    done = await asyncio.gather(
        *(client.post(url, b"{}", kind="Create", content_type=ACTIVITY_JSON) for _ in range(20))
    )

    assert all(isinstance(outcome, errors.Unreachable) for outcome in given_up)
    assert [response.status for response in done] == [202] * 20


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"x" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nxxx",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_broken_answer_is_no_answer(listen: Listen, connect: Connect, said: bytes) -> None:
    """A connection that is cut anywhere, or does not speak HTTP, makes the host unreachable, not successful."""

    async def play(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        writer.close()

    server = await listen(play=play)
    client = connect(allowing(f"beta.localhost:{server.port}"))

    with pytest.raises(errors.Unreachable) as failed:
        await fetch(client, f"http://beta.localhost:{server.port}/")

    assert failed.value.answer is None


async def test_host_that_does_not_listen_is_unreachable(listen: Listen, connect: Connect) -> None:
    """Nobody there is an error of the other side, not of ours."""
    client = connect(allowing("beta.localhost:1"))

    with pytest.raises(errors.Unreachable) as failed:
        await fetch(client, "http://beta.localhost:1/")

    assert failed.value.answer is None
    assert "beta.localhost" in failed.value.safe


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
async def test_proxies_of_the_environment_are_not_used(
    listen: Listen, connect: Connect, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """T-052, T-214: a proxy would connect on our behalf, behind every check."""
    server, proxy = await listen(answer(200)), await listen(answer(200))
    monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.port}")
    client = connect(allowing(f"beta.localhost:{server.port}"))

    await fetch(client, f"http://beta.localhost:{server.port}/")

    assert (len(server.requests), proxy.connections) == (1, 0)


async def test_cookies_are_not_kept(listen: Listen, connect: Connect) -> None:
    """What a host wants us to remember is forgotten."""
    server = await listen(answer(200, set_cookie="session=1; Path=/"))
    client = connect(allowing(f"beta.localhost:{server.port}"))

    await fetch(client, f"http://beta.localhost:{server.port}/")
    await fetch(client, f"http://beta.localhost:{server.port}/")

    assert server.header("cookie") is None


async def test_what_is_signed_is_what_goes_over_the_wire(listen: Listen, connect: Connect) -> None:
    """T-011, T-046: signature and request name the same target, encoded once, without the fragment."""
    server = await listen(answer(200))
    client = connect(allowing(f"beta.localhost:{server.port}"))
    seal = Seal()

    response = await client.fetch(
        f"HTTP://Beta.localhost:{server.port}/%7Eann/é%2Fx?q=a/../b&r=ü#key",
        direction=Direction.OUT_FETCH,
        kind="key",
        accept=ACTIVITY_ACCEPT,
        signer=seal,
    )

    wire = f"http://beta.localhost:{server.port}/%7Eann/%C3%A9%2Fx?q=a/../b&r=%C3%BC"
    assert seal.signed[0][1] == response.url == wire
    assert server.requests[0].startswith(
        f"GET {wire.removeprefix(f'http://beta.localhost:{server.port}')} HTTP/1.1\r\n".encode()
    )


async def test_delivery_carries_its_body_its_type_and_its_signature(listen: Listen, connect: Connect) -> None:
    """A delivery is what was signed: method, headers and bytes; nobody but the signer adds to it."""
    server = await listen(answer(202))
    client = connect(allowing(f"beta.localhost:{server.port}"))
    seal = Seal()

    await client.post(
        f"http://beta.localhost:{server.port}",
        b'{"type":"Create"}',
        kind="Create",
        content_type=ACTIVITY_JSON,
        signer=seal,
    )

    method, url, headers, body = seal.signed[0]
    head, _, sent = server.requests[0].partition(b"\r\n\r\n")
    assert (method, url, body, sent) == (
        "POST",
        f"http://beta.localhost:{server.port}/",
        b'{"type":"Create"}',
        b'{"type":"Create"}',
    )
    assert headers["content-type"] == server.header("content-type") == ACTIVITY_JSON
    assert headers["host"] == server.header("host") == f"beta.localhost:{server.port}"
    names = {line.partition(":")[0].lower() for line in head.decode().split("\r\n")[1:]}
    assert names == {"host", "user-agent", "accept-encoding", "content-type", "content-length", "signature"}
