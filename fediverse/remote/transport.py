"""The one wire out: asks the domain policy about every single request, then connects to an address that was checked.

Called by `client.py` alone. The policy is asked in `GatedTransport`, above whatever connects: the real `PinnedNetwork`, or the `Switchboard` that joins
nodes in one process. A redirect or a second try is another request and is asked about again.

`PinnedNetwork` connects to addresses that were checked (`connections.py`); TLS still verifies the name. What a rule pins (networks, ports, a certificate
authority) holds for connections to its host alone. Each origin has a small pool of its own, because one large pool looks at every connection for every
request; pools are also told apart by what was pinned, so that a changed rule never speaks over a connection of the old one. No proxy, cookie,
credential or setting of the environment is ever used.
"""

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from typing import Protocol, cast

import httpcore2
import httpx2
from starlette.types import ASGIApp

from fediverse import errors
from fediverse.policy.domains import Direction, Rule, Verdict
from fediverse.policy.hosts import HTTP_PORT, HTTPS_PORT, host_of
from fediverse.remote.addresses import DevelopmentResolver, IPNetwork, Resolver, SystemResolver
from fediverse.remote.connections import CheckedBackend
from fediverse.remote.pools import Pools

KEEP_ALIVE_S = 30.0
RULE = "fediverse.rule"  # among an answer's extensions: the rule that let the request out
MAX_CERTIFICATE_AUTHORITIES = 64
DEFAULT_PORTS = {"http": HTTP_PORT, "https": HTTPS_PORT}


class Gate(Protocol):
    """Where the domain policy is asked: reads the rules as they are at this moment, decides, and notes what it refused."""

    async def ask(self, direction: Direction, kind: str, host: str) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class Pinning:
    """What the rule that allowed a host says about connections to it."""

    addresses: tuple[IPNetwork, ...] = ()
    ports: tuple[int, ...] = (HTTPS_PORT,)
    ca_pem: str = ""

    @classmethod
    def of(cls, rule: Rule | None) -> "Pinning":
        return cls(rule.addresses, rule.granted_ports, rule.ca_pem) if rule is not None else cls()


class Network(Protocol):
    """What connects. `send` returns a response whose body is still to be read and which must be closed; it raises Unreachable."""

    async def send(self, request: httpx2.Request, pinning: Pinning) -> httpx2.Response: ...

    async def aclose(self) -> None: ...


class GatedTransport:
    """Asks before each request; a refused host is not even looked up."""

    def __init__(self, gate: Gate, network: Network) -> None:
        self._gate = gate
        self._network = network

    async def send(self, request: httpx2.Request, *, direction: Direction, kind: str) -> httpx2.Response:
        """The answer to *request*, its body unread. Raises DomainRefused unless policy allows the host at this moment, Unreachable."""
        host = host_of(str(request.url), allow_http=True)
        verdict = await self._gate.ask(direction, kind, host)
        if not verdict.allowed:
            raise errors.DomainRefused(f"This server does not speak with {host}", host=host, rule=verdict.rule_id)
        response = await self._network.send(request, Pinning.of(verdict.rule))
        response.extensions[RULE] = verdict.rule_id or ""
        return response

    async def aclose(self) -> None:
        await self._network.aclose()


class Switchboard:
    """A network inside one process: canonical host → ASGI application. Hosts that are not on it cannot be reached, so nothing leaves by accident."""

    def __init__(self, apps: Mapping[str, ASGIApp]) -> None:
        self._apps = apps

    async def send(self, request: httpx2.Request, pinning: Pinning) -> httpx2.Response:  # noqa: ARG002 - no address to pin
        host = host_of(str(request.url), allow_http=True)
        app = self._apps.get(host)
        if app is None:
            raise errors.Unreachable(f"{host} cannot be reached")
        exchange = httpx2.ASGITransport(app, raise_app_exceptions=False).handle_async_request(request)
        # A context of its own: over a wire, nothing of the sender's (its database, its transaction, its log) is there on the other side either.
        return await asyncio.create_task(exchange, context=Context())

    async def aclose(self) -> None:
        """Nothing to close: the applications belong to whoever started them."""


@dataclass(frozen=True, slots=True)
class _Origin:
    scheme: str
    host: str
    port: int
    pinning: Pinning


class PinnedNetwork:
    """The real network. In *development* it also speaks http, to any port and to the loopback, and knows `*.localhost`."""

    def __init__(
        self,
        *,
        development: bool = False,
        resolver: Resolver | None = None,
        connections_per_origin: int = 4,
        max_idle_origins: int = 512,
    ) -> None:
        beyond = resolver or SystemResolver()
        self._resolver = DevelopmentResolver(beyond) if development else beyond
        self._development = development
        self._connections_per_origin = connections_per_origin
        self._authorities: OrderedDict[str, ssl.SSLContext] = OrderedDict()
        self._pools = Pools(self._open, idle_s=KEEP_ALIVE_S, max_idle=max_idle_origins)

    @property
    def open_origins(self) -> int:
        """How many origins have a connection or a request in flight."""
        return len(self._pools)

    async def send(self, request: httpx2.Request, pinning: Pinning) -> httpx2.Response:
        origin = self._origin_of(request.url, pinning)
        pool = self._pools.take(origin)
        release = partial(self._pools.give_back, pool)
        try:
            with _wire_errors_as_unreachable(origin.host):
                answer = await pool.held.handle_async_request(_core_request(request, origin))
        except BaseException:
            await release()
            raise
        return httpx2.Response(answer.status, headers=answer.headers, stream=_Body(origin.host, answer, release))

    async def aclose(self) -> None:
        await self._pools.aclose()
        self._resolver.close()

    def _origin_of(self, url: httpx2.URL, pinning: Pinning) -> _Origin:
        """Where *url* leads, unless scheme or port are not open to us."""
        origin = _Origin(url.scheme, url.raw_host.decode("ascii"), url.port or DEFAULT_PORTS[url.scheme], pinning)
        if not self._development and origin.scheme != "https":
            raise errors.Unreachable(f"{origin.host} is spoken to over https only")
        if not self._development and origin.port not in pinning.ports:
            raise errors.Unreachable(f"Port {origin.port} of {origin.host} is not one that its rule opens")
        return origin

    def _open(self, origin: _Origin) -> httpcore2.AsyncConnectionPool:
        return httpcore2.AsyncConnectionPool(
            ssl_context=self._tls_for(origin.pinning.ca_pem) if origin.scheme == "https" else None,
            max_connections=self._connections_per_origin,
            max_keepalive_connections=self._connections_per_origin,
            keepalive_expiry=KEEP_ALIVE_S,
            network_backend=CheckedBackend(self._resolver, origin.pinning.addresses, development=self._development),
        )

    def _tls_for(self, ca_pem: str) -> ssl.SSLContext:
        """The system's authorities, or the pinned one *instead* of them. Reading them takes 20 ms, hence once each."""
        context = self._authorities.pop(ca_pem, None) or _tls_context(ca_pem)
        self._authorities[ca_pem] = context
        if len(self._authorities) > MAX_CERTIFICATE_AUTHORITIES:
            self._authorities.popitem(last=False)
        return context


class _Body(httpx2.AsyncByteStream):
    """The body of an answer. Its origin counts as busy until this is closed."""

    def __init__(self, host: str, answer: httpcore2.Response, release: Callable[[], Awaitable[None]]) -> None:
        self._host = host
        self._answer = answer
        self._release = release
        self._closed = False

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        with _wire_errors_as_unreachable(self._host):
            async with aclosing(self._answer.aiter_stream()) as parts:
                async for part in parts:
                    yield part

    async def aclose(self) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            await self._answer.aclose()
        finally:
            await self._release()


@contextmanager
def _wire_errors_as_unreachable(host: str) -> Iterator[None]:
    try:
        yield
    except httpcore2.TimeoutException as late:
        raise errors.Unreachable(f"{host} did not answer in time") from late
    except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as failed:
        raise errors.Unreachable(f"{host} cannot be reached") from failed


def _core_request(request: httpx2.Request, origin: _Origin) -> httpcore2.Request:
    url = httpcore2.URL(scheme=origin.scheme, host=origin.host, port=origin.port, target=request.url.raw_path)
    return httpcore2.Request(
        request.method,
        url,
        headers=request.headers.raw,
        content=cast("AsyncIterable[bytes]", request.stream),
        extensions=request.extensions,
    )


def _tls_context(ca_pem: str) -> ssl.SSLContext:
    if not ca_pem:
        return httpx2.create_ssl_context(trust_env=False)
    try:
        return ssl.create_default_context(cadata=ca_pem)
    except (ssl.SSLError, TypeError, ValueError) as unreadable:
        raise errors.Unreachable("The certificate authority of the rule cannot be read") from unreadable
