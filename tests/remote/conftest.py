"""Real servers on the loopback that count who came, rules to be asked about, and names that lead where a test says."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import TypeAlias

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fediverse.policy.domains import Direction, Effect, Rule, RuleSet, Verdict, decide
from fediverse.remote.addresses import IPAddress
from fediverse.remote.client import RemoteClient
from fediverse.remote.transport import Network, PinnedNetwork

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

Play: TypeAlias = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


def answer(status: int = 202, body: bytes = b"", **headers: str) -> bytes:
    """A whole HTTP answer; `_` in the name of a header stands for a hyphen."""
    lines = [f"HTTP/1.1 {status} Answer", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def say(answers: list[bytes], _request: bytes, writer: asyncio.StreamWriter) -> None:
    """Plays *answers* one after the other, and the last one for ever."""
    writer.write(answers.pop(0) if len(answers) > 1 else answers[0])
    await writer.drain()


@dataclass
class Listener:
    """A server on a loopback address. *requests* are heads and bodies as they came."""

    play: Play
    host: str = "127.0.0.1"
    port: int = 0
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b"0"
                )
                request = head + await reader.readexactly(int(length))
                self.requests.append(request)
                await self.play(request, writer)
        writer.close()

    def header(self, name: str, of_request: int = -1) -> str | None:
        """The value of a header in one of the requests."""
        lines = self.requests[of_request].partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
        return next(
            (value.strip() for key, _, value in (line.partition(":") for line in lines) if key.lower() == name), None
        )


Listen: TypeAlias = Callable[..., Awaitable[Listener]]


@pytest.fixture
async def listen() -> AsyncIterator[Listen]:
    """A function that starts a listener playing the given answers, or a *play* of its own, on a loopback address, perhaps behind TLS."""
    servers: list[asyncio.Server] = []
    listeners: list[Listener] = []

    async def start(
        *answers: bytes,
        play: Play | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> Listener:
        listener = Listener(play or partial(say, list(answers or (answer(),))), host)
        server = await asyncio.start_server(listener.serve, host, port, ssl=tls)
        listener.port = server.sockets[0].getsockname()[1]
        servers.append(server)
        listeners.append(listener)
        return listener

    yield start
    for server in servers:
        server.close()
    for listener in listeners:
        for writer in listener.writers:
            writer.transport.abort()
    await asyncio.sleep(0)


@dataclass
class RuleGate:
    """The gate of a server with these rules. *asked* is what it was asked, in order."""

    rules: list[Rule]
    asked: list[tuple[Direction, str, str]] = field(default_factory=list)

    async def ask(self, direction: Direction, kind: str, host: str) -> Verdict:
        self.asked.append((direction, kind, host))
        return decide(direction, kind, host, NOW, RuleSet(self.rules))


def allowing(*patterns: str) -> RuleGate:
    """A gate with one plain allow for each of *patterns*, and nothing else."""
    return RuleGate([Rule(pattern, pattern, Effect.ALLOW) for pattern in patterns])


@dataclass
class Names:
    """A name server: each name has a list of answers, given one after the other, the last one for ever. *asked* are the names looked up."""

    answers: Mapping[str, list[list[str]]]
    asked: list[str] = field(default_factory=list)

    async def addresses_of(self, name: str) -> Sequence[IPAddress]:
        self.asked.append(name)
        if name not in self.answers:
            raise OSError("no such name")
        known = self.answers[name]
        return [ip_address(text) for text in (known.pop(0) if len(known) > 1 else known[0])]

    def close(self) -> None:
        """Nothing is open."""


Connect: TypeAlias = Callable[..., RemoteClient]


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Makes clients that are closed afterwards: `connect(gate)` in development on the real network, or on the network given."""
    clients: list[RemoteClient] = []

    def build(gate: RuleGate, network: Network | None = None, *, development: bool = True) -> RemoteClient:
        network = network or PinnedNetwork(development=development)
        clients.append(RemoteClient(gate, network, user_agent="fediverse/test", development=development))
        return clients[-1]

    yield build
    for client in clients:
        await client.aclose()


@dataclass
class Seal:
    """A signer that shows what it was given, and signs nothing."""

    signed: list[tuple[str, str, Mapping[str, str], bytes]] = field(default_factory=list)

    def sign(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        self.signed.append((method, url, dict(headers), body))
        return {"Signature": f"{method} {url} #{len(self.signed)}"}


@dataclass(frozen=True)
class Authority:
    """A certificate authority of a company's own."""

    pem: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    folder: Path

    def server(self, name: str) -> ssl.SSLContext:
        """What a server called *name* shows."""
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = (
            _certificate(name, key.public_key(), self.certificate.subject)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        file = self.folder / f"{name}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(leaf.public_bytes(serialization.Encoding.PEM) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _certificate(name: str, key: ec.EllipticCurvePublicKey, issuer: x509.Name | None = None) -> x509.CertificateBuilder:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
    )


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that no system trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        _certificate("Acme internal authority", key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    return Authority(pem, key, certificate, tmp_path_factory.mktemp("authority"))
