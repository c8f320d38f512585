"""The listeners: one process that plays many clients with open WebSockets, and notes how long each post took to each of them.

A process of its own (`python -m scripts.bench_parts.listener`): obeys one line of JSON after another. `{"port": …, "host": …, "tokens": […], "each": 5}` opens
so many sockets for each token, subscribed to `user`, and prints `ready`; `{"report": …}` prints the delays in milliseconds, once so many frames came or none
came for a while.
"""

import asyncio
import json
import re
import sys
import time

SENT = re.compile(rb"sent(\d+)")
QUIET_S = 5.0


class Clients:
    def __init__(self) -> None:
        self.delays_ms: list[float] = []
        self.open = 0


class _Client(asyncio.Protocol):
    """Reads frames as a server writes them: unmasked, each whole."""

    def __init__(self, clients: Clients, handshake: bytes, opened: asyncio.Event) -> None:
        self._clients = clients
        self._handshake = handshake
        self._opened = opened
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._handshake)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._opened.is_set():
            head, separator, rest = self._buffer.partition(b"\r\n\r\n")
            if not separator:
                return
            if b" 101 " not in head.partition(b"\r\n")[0]:
                raise SystemExit(f"scripts/bench: a stream was answered {bytes(head[:80])!r}")
            self._buffer = rest
            self._opened.set()
        while frame := self._next_frame():
            sent = SENT.search(frame)
            if sent:
                self._clients.delays_ms.append((time.monotonic_ns() - int(sent[1])) / 1e6)

    def _next_frame(self) -> bytes:
        buffer = self._buffer
        if len(buffer) < 2:
            return b""
        size, start = buffer[1], 2
        if size >= 126:
            start = 4 if size == 126 else 10
            size = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + size:
            return b""
        frame = bytes(buffer[start : start + size])
        del buffer[: start + size]
        return frame or b" "


async def _open(clients: Clients, port: int, host: str, token: str) -> None:
    handshake = (
        f"GET /api/v1/streaming?stream=user HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n"
    )
    opened = asyncio.Event()
    loop = asyncio.get_running_loop()
    await loop.create_connection(lambda: _Client(clients, handshake.encode("ascii"), opened), "127.0.0.1", port)
    await opened.wait()
    clients.open += 1


async def _report(clients: Clients, expected: int) -> None:
    before, since = -1, time.monotonic()
    while len(clients.delays_ms) < expected and time.monotonic() - since < QUIET_S:
        if len(clients.delays_ms) != before:
            before, since = len(clients.delays_ms), time.monotonic()
        await asyncio.sleep(0.05)
    print(json.dumps(clients.delays_ms), flush=True)


async def main() -> None:
    clients = Clients()
    orders = asyncio.StreamReader(limit=1 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        order = json.loads(line)
        if "tokens" in order:
            for token in order["tokens"]:
                for _number in range(order["each"]):
                    await _open(clients, order["port"], order["host"], token)
            print("ready", flush=True)
        else:
            await _report(clients, order["report"])


if __name__ == "__main__":
    asyncio.run(main())
