"""A push service and the devices behind it: a port that notes what is sent to each device, and user agents that decrypt with keys of their own.

Decryption is written by hand from RFC 8291, RFC 8188 and the draft before them, with HMAC and AES alone: nothing of it is shared with the sender.
"""

import asyncio
import base64
import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LOOPBACK = "127.0.0.1"


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Push:
    """A request as the service saw it."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class PushServer:
    """`answers`: a status and headers by path, 201 for the rest."""

    name: str
    port: int = 0
    answers: dict[str, tuple[int, Mapping[str, str]]] = field(default_factory=dict)
    received: list[Push] = field(default_factory=list)
    connections: int = 0

    @property
    def host(self) -> str:
        return f"{self.name}:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while line := (await reader.readline()).decode("latin-1").strip():
                path = line.split(" ")[1]
                headers: dict[str, str] = {}
                while header := (await reader.readline()).decode("latin-1").strip():
                    name, _colon, value = header.partition(":")
                    headers[name.lower()] = value.strip()
                self.received.append(Push(path, headers, await reader.readexactly(int(headers["content-length"]))))
                status, more = self.answers.get(path, (201, {}))
                said = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in more.items())]
                writer.write("\r\n".join([*said, "content-length: 0", "", ""]).encode())
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def push_server(name: str) -> AsyncIterator[PushServer]:
    """A push service called *name*, on a free port of the loopback."""
    service = PushServer(name)
    server = await asyncio.start_server(service.serve, LOOPBACK, 0)
    service.port = server.sockets[0].getsockname()[1]
    try:
        yield service
    finally:
        server.close()


@dataclass(frozen=True)
class Device:
    """A browser that asked a push service for an address."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"sixteen bytes it"

    @property
    def public(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def subscription(self, *, standard: bool = True) -> dict[str, Any]:
        """As a client sends it."""
        keys = {"p256dh": b64(self.public), "auth": b64(self.auth)}
        return {"endpoint": self.endpoint, "keys": keys, "standard": standard}

    def read(self, push: Push) -> dict[str, Any]:
        """The message, in whichever of the two encodings it came."""
        plain = self._standard(push) if push.headers["content-encoding"] == "aes128gcm" else self._before(push)
        message: dict[str, Any] = orjson.loads(plain)
        return message

    def _standard(self, push: Push) -> bytes:
        salt, size, length = push.body[:16], int.from_bytes(push.body[16:20], "big"), push.body[20]
        sender, record = push.body[21 : 21 + length], push.body[21 + length :]
        assert size >= len(record)
        shared = _hmac(_hmac(self.auth, self._shared(sender)), b"WebPush: info\0" + self.public + sender + b"\1")
        secret = _hmac(salt, shared)
        key = _hmac(secret, b"Content-Encoding: aes128gcm\0\1")[:16]
        nonce = _hmac(secret, b"Content-Encoding: nonce\0\1")[:12]
        padded = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert padded[-1:] == b"\2"
        return padded[:-1]

    def _before(self, push: Push) -> bytes:
        parts = dict(part.strip().split("=", 1) for part in push.headers["crypto-key"].split(";"))
        salt, sender = unb64(push.headers["encryption"].removeprefix("salt=")), unb64(parts["dh"])
        secret = _hmac(salt, _hmac(_hmac(self.auth, self._shared(sender)), b"Content-Encoding: auth\0\1"))
        context = b"P-256\0" + b"\0\x41" + self.public + b"\0\x41" + sender
        key = _hmac(secret, b"Content-Encoding: aesgcm\0" + context + b"\1")[:16]
        nonce = _hmac(secret, b"Content-Encoding: nonce\0" + context + b"\1")[:12]
        padded = AESGCM(key).decrypt(nonce, push.body, None)
        return padded[2 + int.from_bytes(padded[:2], "big") :]

    def _shared(self, sender: bytes) -> bytes:
        return self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))


def claims_of(push: Push, server_key: str) -> dict[str, Any]:
    """Who says to be the sender; fails unless the announced key signed it (RFC 8292, and the draft before)."""
    scheme, _blank, rest = push.headers["authorization"].partition(" ")
    if scheme == "vapid":
        parts = dict(part.strip().split("=", 1) for part in rest.split(","))
        token = parts["t"]
        assert parts["k"] == server_key
    else:
        assert scheme == "WebPush"
        token = rest
        assert f"p256ecdsa={server_key}" in push.headers["crypto-key"]
    head, body, signature = token.split(".")
    raw = unb64(signature)
    one, other = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(server_key))
    public.verify(encode_dss_signature(one, other), f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    assert orjson.loads(unb64(head)) == {"typ": "JWT", "alg": "ES256"}
    claims: dict[str, Any] = orjson.loads(unb64(body))
    return claims


def _hmac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")
