"""HTTP/1.1 with as little work as possible: the machine's two cores are the node's to use, and what measures must not be what limits."""

import re
import socket

LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
HOST = re.compile(rb"\r\nhost:\s*([^\r]+)", re.IGNORECASE)
END_OF_HEAD = b"\r\n\r\n"


def whole_message(buffer: bytes | bytearray) -> int:
    """How many bytes of *buffer* are its first message; 0 while that is not all there. Every message here says its length."""
    end = buffer.find(END_OF_HEAD)
    if end < 0:
        return 0
    length = LENGTH.search(buffer, 0, end)
    total = end + len(END_OF_HEAD) + (int(length[1]) if length else 0)
    return total if len(buffer) >= total else 0


class Connection:
    """One kept connection, one request at a time."""

    def __init__(self, address: str, port: int) -> None:
        self._socket = socket.create_connection((address, port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer. Raises OSError when the other side is gone."""
        self._socket.sendall(request)
        buffer = bytearray()
        while not (size := whole_message(buffer)):
            part = self._socket.recv(1 << 18)
            if not part:
                raise ConnectionError("the node closed the connection")
            buffer += part
        return int(buffer[9:12]), bytes(buffer[buffer.find(END_OF_HEAD) + 4 : size])

    def close(self) -> None:
        self._socket.close()
