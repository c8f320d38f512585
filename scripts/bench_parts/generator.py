"""The senders: signs all requests beforehand, then sends them over kept connections as fast as they are answered.

A process of its own (`python -m scripts.bench_parts.generator PLAN`). It reads the plan, says `ready`, begins when a line comes in, and writes one line of JSON:
when it began and ended, how many were answered with what, and how long the answers took.
"""

import asyncio
import json
import pickle
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fediverse.crypto.keypairs import PrivateKey
from fediverse.crypto.signatures import Dialect, sign
from scripts.bench_parts.wire import whole_message


@dataclass(frozen=True)
class Plan:
    """*activities*: sender's key id, and the body; *keys*: PEM by key id."""

    port: int
    inbox: str
    connections: int
    keys: dict[str, bytes]
    activities: list[tuple[str, bytes]]


def main() -> None:
    plan: Plan = pickle.loads(Path(sys.argv[1]).read_bytes())
    requests = _signed(plan)
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(asyncio.run(_send(plan, requests))), flush=True)


def _signed(plan: Plan) -> list[bytes]:
    now = datetime.now(UTC)
    host = plan.inbox.split("/")[2]
    path = "/" + plan.inbox.split("/", 3)[3]
    keys = {key_id: PrivateKey.from_pem(key_id, key_id.partition("#")[0], pem) for key_id, pem in plan.keys.items()}
    requests = []
    for key_id, body in plan.activities:
        given = {"content-type": "application/activity+json", "user-agent": "bench", "accept": "*/*"}
        headers = sign("POST", plan.inbox, given, body, keys[key_id], Dialect.CAVAGE, now)
        headers |= {"host": host, "content-length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        requests.append(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body)
    return requests


class _Sender(asyncio.Protocol):
    """One connection: writes a request, waits for its answer, takes the next."""

    def __init__(self, requests: list[bytes], answers: Counter[int], taken_s: list[float]) -> None:
        self._requests = requests
        self._answers = answers
        self._taken_s = taken_s
        self._buffer = bytearray()
        self._sent_at = 0.0
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while size := whole_message(self._buffer):
            self._answers[int(self._buffer[9:12])] += 1
            self._taken_s.append(time.monotonic() - self._sent_at)
            del self._buffer[:size]
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(exc or ConnectionError("the node closed the connection"))

    def _next(self) -> None:
        if not self._requests:
            if not self.ended.done():
                self.ended.set_result(None)
            self._transport.close()
            return
        self._sent_at = time.monotonic()
        self._transport.write(self._requests.pop())


async def _send(plan: Plan, requests: list[bytes]) -> dict[str, object]:
    waiting = requests[::-1]
    answers: Counter[int] = Counter()
    taken_s: list[float] = []
    loop = asyncio.get_running_loop()
    began = time.monotonic()
    senders = [
        (await loop.create_connection(lambda: _Sender(waiting, answers, taken_s), "127.0.0.1", plan.port))[1]
        for _ in range(plan.connections)
    ]
    await asyncio.gather(*(sender.ended for sender in senders))
    taken_s.sort()
    return {
        "began": began,
        "ended": time.monotonic(),
        "answers": {str(status): count for status, count in answers.items()},
        "p50_ms": taken_s[len(taken_s) // 2] * 1000,
        "p99_ms": taken_s[int(len(taken_s) * 0.99)] * 1000,
    }


if __name__ == "__main__":
    main()
