"""The only thing in the program that sends HTTP requests: `fetch` reads a document, `post` delivers one.

The workers and the neighbours in this room call it; the application builds one and closes it. Each request, each redirect and each second try asks the
domain policy in the transport, is signed anew, and carries nothing that was not given: no cookies, no credentials or proxies of the environment. Every
call ends by its deadline and after its number of bytes. It does not judge what came back: any status is an answer, and the caller says what it means.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol, Self, cast
from urllib.parse import urljoin

import httpx2

from fediverse import errors
from fediverse.policy.domains import Direction
from fediverse.policy.hosts import parse_uri
from fediverse.remote.transport import RULE, Gate, GatedTransport, Network

CONNECT_S = 3.0
READ_S = 5.0
DEADLINE_S = 15.0
MAX_BYTES = 1_048_576
MAX_ANSWER_BYTES = 65_536
MAX_REDIRECTS = 3

TIMEOUTS_S = {"connect": CONNECT_S, "read": READ_S, "write": READ_S}
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
BOUND_TO_ORIGIN = frozenset({"authorization", "cookie", "signature", "signature-input"})
DOT_SEGMENTS = frozenset({".", ".."})


class Signer(Protocol):
    """Signs requests with one actor's key. Asked anew for every request, so that date and target are those of this very one."""

    def sign(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Mapping[str, str]:
        """The headers to add (`signature`, `date`, `content-digest` …). *url* is what goes over the wire; *headers* are in lower case, with `host`."""


@dataclass(frozen=True, slots=True)
class RemoteResponse:
    """What another host answered. *url* is the one that answered, after redirects; names of *headers* are in lower case; *rule* let the request out."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    rule: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class RemoteClient:
    """Speaks to other hosts over *network*, as far as *gate* allows. In *development* `http` addresses are as good as `https`."""

    def __init__(self, gate: Gate, network: Network, *, user_agent: str, development: bool = False) -> None:
        self._transport = GatedTransport(gate, network)
        self._user_agent = user_agent
        self._development = development

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def fetch(
        self,
        url: str,
        *,
        direction: Direction,
        kind: str,
        accept: str,
        signer: Signer | None = None,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_BYTES,
        deadline_s: float = DEADLINE_S,
    ) -> RemoteResponse:
        """The document at *url*, after at most three redirects; a fragment is not sent.

        Each hop is asked about and signed anew; credentials in *headers* stay with the first origin. Raises Invalid when *url* cannot be requested as it
        is written, DomainRefused, and Unreachable: no whole answer by the deadline, more than *max_bytes*, a redirect in a circle or from https to http.
        """
        target = self._target(url)
        given = {"accept": accept, **_lower_case(headers)}
        visited: set[httpx2.URL] = set()
        async with _deadline(target, deadline_s):
            while True:
                visited.add(target)
                async with self._sent(
                    "GET", target, given, body=b"", signer=signer, direction=direction, kind=kind
                ) as response:
                    onward = self._redirect(target, response)
                    if onward is None:
                        return await _read(target, response, max_bytes)
                if onward in visited or len(visited) > MAX_REDIRECTS:
                    raise errors.Unreachable(f"{_host(target)} redirects without end", answer=response.status_code)
                if _origin(onward) != _origin(target):
                    given = {name: value for name, value in given.items() if name not in BOUND_TO_ORIGIN}
                target = onward

    async def post(
        self,
        url: str,
        body: bytes,
        *,
        kind: str,
        content_type: str,
        signer: Signer | None = None,
        direction: Direction = Direction.OUT_DELIVER,
        headers: Mapping[str, str] | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> RemoteResponse:
        """What *url* answered to *body*: any status, and a redirect is an answer too, never followed. Of the answer's body the first 64 KiB are kept.

        Raises Invalid when *url* cannot be requested as it is written, DomainRefused, and Unreachable when no whole answer came by the deadline.
        """
        target = self._target(url)
        given = {"content-type": content_type, **_lower_case(headers)}
        async with (
            _deadline(target, deadline_s),
            self._sent("POST", target, given, body=body, signer=signer, direction=direction, kind=kind) as response,
        ):
            return await _read(target, response, max_bytes=None)

    @asynccontextmanager
    async def _sent(
        self,
        method: str,
        target: httpx2.URL,
        given: Mapping[str, str],
        *,
        body: bytes,
        signer: Signer | None,
        direction: Direction,
        kind: str,
    ) -> AsyncIterator[httpx2.Response]:
        """The open answer to one request. The one place where requests are made."""
        headers = {
            "host": target.netloc.decode("ascii"),
            "user-agent": self._user_agent,
            # Bodies are counted as they come over the wire; a compressed one could grow a thousandfold behind the count.
            "accept-encoding": "identity",
            **given,
        }
        if signer is not None:
            # In a thread: an RSA signature takes a third of a millisecond, during which the interpreter is free for others.
            headers |= _lower_case(await asyncio.to_thread(signer.sign, method, str(target), headers, body))
        request = httpx2.Request(method, target, headers=headers, content=body, extensions={"timeout": TIMEOUTS_S})
        response = await self._transport.send(request, direction=direction, kind=kind)
        try:
            yield response
        finally:
            await response.aclose()

    def _target(self, url: str) -> httpx2.URL:
        """*url* as it will go over the wire. Raises Invalid."""
        uri = parse_uri(url, allow_http=self._development)
        path = uri.target.partition("?")[0]
        if any(segment.lower().replace("%2e", ".") in DOT_SEGMENTS for segment in path.split("/")):
            # The library would send `/b` for `/a/../b`: what was signed and compared would not be what was asked for.
            raise errors.Invalid("An address may not hold . or .. as a part of its path")
        slash = "" if uri.target.startswith("/") else "/"
        try:
            return httpx2.URL(f"{uri.origin}{slash}{uri.target}")
        except httpx2.InvalidURL as unreadable:
            raise errors.Invalid("The address cannot be requested") from unreadable

    def _redirect(self, target: httpx2.URL, response: httpx2.Response) -> httpx2.URL | None:
        """Where *response* sends us on to, or None when it is the answer. Raises Unreachable when that is no place to go."""
        location = response.headers.get("location")
        if response.status_code not in REDIRECT_STATUSES or location is None:
            return None
        try:
            onward = self._target(urljoin(str(target), location))
        except (ValueError, errors.Invalid) as unreadable:
            raise errors.Unreachable(
                f"{_host(target)} redirects to no place", answer=response.status_code
            ) from unreadable
        if target.scheme == "https" and onward.scheme != "https":
            raise errors.Unreachable(f"{_host(target)} redirects from https to http", answer=response.status_code)
        return onward


@asynccontextmanager
async def _deadline(target: httpx2.URL, deadline_s: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(deadline_s):
            yield
    except TimeoutError as late:
        raise errors.Unreachable(f"{_host(target)} did not answer in time") from late


async def _read(target: httpx2.URL, response: httpx2.Response, max_bytes: int | None) -> RemoteResponse:
    """The answer with its body. A document that was asked for (*max_bytes*) comes whole or not at all; of anything else the first 64 KiB do."""
    wanted_whole = max_bytes is not None and response.is_success
    limit = max_bytes if max_bytes is not None and wanted_whole else MAX_ANSWER_BYTES
    if wanted_whole and response.headers.get("content-encoding", "identity").lower() != "identity":
        raise errors.Unreachable(
            f"{_host(target)} answered in an encoding that was not asked for", answer=response.status_code
        )
    body = await _read_up_to(response, limit + 1)
    if wanted_whole and len(body) > limit:
        raise errors.Unreachable(f"{_host(target)} answered with more than {limit} bytes", answer=response.status_code)
    rule = str(response.extensions.get(RULE, ""))
    return RemoteResponse(str(target), response.status_code, dict(response.headers.items()), body[:limit], rule)


async def _read_up_to(response: httpx2.Response, limit: int) -> bytes:
    body = bytearray()
    async with aclosing(cast("AsyncGenerator[bytes]", aiter(cast("httpx2.AsyncByteStream", response.stream)))) as parts:
        async for part in parts:
            body += part
            if len(body) >= limit:
                break
    return bytes(body[:limit])


def _lower_case(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {name.lower(): value for name, value in (headers or {}).items()}


def _host(url: httpx2.URL) -> str:
    return url.netloc.decode("ascii")


def _origin(url: httpx2.URL) -> tuple[str, str]:
    return url.scheme, _host(url)
