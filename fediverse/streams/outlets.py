"""What waits to be written to one open connection. Whoever fills it never waits: a reader that is too slow is cut off, and its memory given back at once."""

import asyncio
from collections import deque
from enum import Enum

MAX_FRAMES = 1_000
MAX_CHARACTERS = 1_000_000


class End(Enum):
    """Why an outlet was closed, by us. The client comes again and loads anew what it shows."""

    SLOW = "slow"
    MISSED = "missed"
    REVOKED = "revoked"
    STOPPING = "stopping"
    TOO_MUCH = "too much"


class Outlet:
    """Frames in the order in which they were put. Once it is closed nothing is in it and nothing comes in."""

    __slots__ = ("_arrived", "_characters", "_frames", "closed", "end")

    def __init__(self) -> None:
        self.closed = asyncio.Event()
        self.end: End | None = None
        self._frames: deque[str] = deque()
        self._characters = 0
        self._arrived = asyncio.Event()

    def put(self, frame: str) -> None:
        if self.end is not None:
            return
        if len(self._frames) >= MAX_FRAMES or self._characters + len(frame) > MAX_CHARACTERS:
            self.close(End.SLOW)
            return
        self._frames.append(frame)
        self._characters += len(frame)
        self._arrived.set()

    def close(self, end: End) -> None:
        if self.end is None:
            self.end = end
            self._frames.clear()
            self._characters = 0
            self._arrived.set()
            self.closed.set()

    async def next(self) -> str | None:
        """The frame that has waited longest, as soon as there is one; None when the outlet is closed."""
        while not self._frames:
            if self.end is not None:
                return None
            self._arrived.clear()
            await self._arrived.wait()
        frame = self._frames.popleft()
        self._characters -= len(frame)
        return frame
