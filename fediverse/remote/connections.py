"""Opens connections to one origin: resolves its name once, checks every address that came back, connects to one that was checked.

Used by the transport alone, below httpcore, where no second look at the name can come between the check and the connection. It reads from and writes to
asyncio's own streams, which takes a third less CPU for each request than the general backend of httpcore.
"""

import asyncio
import select
import ssl
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import httpcore2

from fediverse import errors
from fediverse.remote.addresses import IPAddress, IPNetwork, Resolver, may_connect

MAX_ADDRESSES_TRIED = 4


class CheckedBackend(httpcore2.AsyncNetworkBackend):
    """*pinned* are the networks that the origin's rule opens; none means public addresses, and in *development* the loopback."""

    def __init__(self, resolver: Resolver, pinned: Sequence[IPNetwork], *, development: bool) -> None:
        self._resolver = resolver
        self._pinned = pinned
        self._development = development

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's name, seconds for looking up and connecting together
        local_address: str | None = None,  # noqa: ARG002 - never given
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,  # noqa: ARG002 - never given
    ) -> httpcore2.AsyncNetworkStream:
        """A connection to a checked address of *host*. Raises Unreachable when one of its addresses is refused, httpcore's errors for the rest."""
        try:
            async with asyncio.timeout(timeout):
                addresses = (await self._checked_addresses(host))[:MAX_ADDRESSES_TRIED]
                return await _connect_to_one_of(addresses, port, timeout)
        except TimeoutError as late:
            raise httpcore2.ConnectTimeout from late
        except OSError as failed:
            raise httpcore2.ConnectError from failed

    async def _checked_addresses(self, host: str) -> Sequence[IPAddress]:
        """Every address of *host*, unless one of them is refused: a name that leads inside and outside is a trick, not a choice."""
        addresses = await self._resolver.addresses_of(host)
        for address in addresses:
            if not may_connect(address, self._pinned, development=self._development):
                raise errors.Unreachable(f"{host} leads to an address that its rule does not open")
        return addresses


class _Reader(asyncio.StreamReader):
    """Remembers that the other side is gone even while some of what it said is still unread."""

    ended = False

    def feed_eof(self) -> None:
        self.ended = True
        super().feed_eof()

    def set_exception(self, exc: Exception) -> None:
        self.ended = True
        super().set_exception(exc)


class _Stream(httpcore2.AsyncNetworkStream):
    """What is written leaves when the answer is read: head and body of a request are one packet and one call of the system, not two."""

    def __init__(self, reader: _Reader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._unsent = bytearray()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's name
        try:
            async with asyncio.timeout(timeout):
                await self._send()
                return await self._reader.read(max_bytes)
        except TimeoutError as late:
            raise httpcore2.ReadTimeout from late
        except OSError as failed:
            raise httpcore2.ReadError from failed

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109 - httpcore's name; nothing waits here
        self._unsent += buffer

    async def _send(self) -> None:
        if not self._unsent:
            return
        unsent, self._unsent = bytes(self._unsent), bytearray()
        self._writer.write(unsent)
        # Who closes the connection before it has read a whole body may have answered, and the answer says why.
        with suppress(ConnectionError):
            await self._writer.drain()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's name
    ) -> httpcore2.AsyncNetworkStream:
        secured = False
        try:
            async with asyncio.timeout(timeout):
                await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
            secured = True
        except TimeoutError as late:
            raise httpcore2.ConnectTimeout from late
        except OSError as failed:  # a certificate that does not hold is one, too
            raise httpcore2.ConnectError from failed
        finally:
            if not secured:
                self._writer.transport.abort()
        return self

    async def aclose(self) -> None:
        """Cuts the connection: whatever the other side still had to say, nobody waits for it."""
        self._writer.transport.abort()
        await asyncio.sleep(0)

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks: the TLS state, and whether there is something to read on an idle connection, which can only be its end."""
        if info == "ssl_object":
            return self._writer.get_extra_info("ssl_object")
        if info == "is_readable":
            return self._reader.ended or _is_readable(self._writer.get_extra_info("socket").fileno())
        return None


def _is_readable(descriptor: int) -> bool:
    """Whether the system holds something that the event loop has not come round to; a closed socket counts as such."""
    if descriptor < 0:
        return True
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(0))


async def _connect_to_one_of(addresses: Sequence[IPAddress], port: int, seconds: float | None) -> _Stream:
    """Tries *addresses* in turn, each for its share of the time. Raises OSError when none answers."""
    failure = OSError("the name has no address")
    for address in addresses:
        try:
            async with asyncio.timeout(seconds and seconds / len(addresses)):
                return await _connect(address, port)
        except OSError as failed:
            failure = failed
    raise failure


async def _connect(address: IPAddress, port: int) -> _Stream:
    loop = asyncio.get_running_loop()
    reader = _Reader()
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await loop.create_connection(lambda: protocol, str(address), port)
    return _Stream(reader, asyncio.StreamWriter(transport, protocol, reader, loop))
