"""A small client of the demo's nodes on this machine, with the standard library alone: what a person's app does, and nothing else."""

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

TIMEOUT_S = 30.0
PATIENCE_S = 30.0
PAUSE_S = 0.1


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    content_type: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Api:
    """Speaks to the node *host*, which listens on loopback, with *token*."""

    host: str
    port: int
    token: str

    def get(self, path: str, **query: str) -> Reply:
        return self._send("GET", f"{path}?{urlencode(query)}" if query else path, b"", {})

    def document(self, path: str) -> Reply:
        """What another server would ask for, without a signature."""
        return self._send("GET", path, b"", {"Accept": "application/activity+json"})

    def post(self, path: str, **values: object) -> Reply:
        return self._send("POST", path, json.dumps(values).encode(), {"Content-Type": "application/json"})

    def put(self, path: str, **values: object) -> Reply:
        return self._send("PUT", path, json.dumps(values).encode(), {"Content-Type": "application/json"})

    def delete(self, path: str) -> Reply:
        return self._send("DELETE", path, b"", {})

    def upload(self, path: str, file_name: str, content: bytes, **values: str) -> Reply:
        """A multipart form with the file under `file`."""
        boundary = "fediverse-demo-boundary"
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in values.items()
        ]
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        body = b"".join(parts) + head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        return self._send("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        if self.token:
            headers = {**headers, "Authorization": f"Bearer {self.token}"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        try:
            connection.request(method, path, body or None, {"Host": self.host, **headers})
            answer = connection.getresponse()
            return Reply(answer.status, answer.read(), answer.headers.get_content_type())
        except OSError as problem:
            return Reply(0, str(problem).encode(), "")
        finally:
            connection.close()


def until(question: Callable[[], Any]) -> Any:
    """The first true answer of *question*, asked again and again for half a minute; else its last answer. Nodes work in their own time."""
    deadline = time.monotonic() + PATIENCE_S
    answer = question()
    while not answer and time.monotonic() < deadline:
        time.sleep(PAUSE_S)
        answer = question()
    return answer
