"""The receivers: one process that plays as many inboxes as there are names, and notes when each was reached.

A process of its own (`python -m scripts.bench_parts.receiver`): prints its port, then obeys one line of JSON after another. `{"manners": {"h1": 0.1}}` lets the
hosts whose first label is h1 take so many seconds to answer (null: never), and forgets what came; `{"report": true}` prints what came: [first label, when].
"""

import asyncio
import json
import sys
import time
from functools import partial

from scripts.bench_parts.wire import HOST, whole_message

ANSWER = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n"


class Inboxes:
    def __init__(self) -> None:
        self.manners: dict[str, float | None] = {}
        self.came: list[tuple[str, float]] = []


class _Receiver(asyncio.Protocol):
    def __init__(self, inboxes: Inboxes) -> None:
        self._inboxes = inboxes
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while size := whole_message(self._buffer):
            host = HOST.search(self._buffer)
            name = host[1].decode("ascii").partition(".")[0] if host else ""
            del self._buffer[:size]
            self._inboxes.came.append((name, time.monotonic()))
            takes_s = self._inboxes.manners.get(name, 0.0)
            if takes_s == 0.0:
                self._transport.write(ANSWER)
            elif takes_s is not None:
                asyncio.get_running_loop().call_later(takes_s, partial(self._answer_late))

    def _answer_late(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(ANSWER)


async def main() -> None:
    inboxes = Inboxes()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Receiver(inboxes), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        order = json.loads(line)
        if "manners" in order:
            inboxes.manners, inboxes.came = order["manners"], []
            print("{}", flush=True)
        else:
            print(json.dumps(inboxes.came), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
