"""Ids of everything that a client can page through: 63-bit, ordered by time, unique in a node.

Milliseconds, then 16 bits: the layout of Mastodon's own ids, so that clients which turn a date into an id (`milliseconds << 16`) find the right place.
Sent as strings.
"""

import secrets
import threading
from datetime import datetime

from fediverse.clock import Clock, SystemClock, from_ms, to_ms

SEQUENCE_BITS = 16
LARGEST_ID = 2**63 - 1
"""What a column holds. Greater numbers come from strangers only, and name nothing."""


class IdGenerator:
    """Makes ids that only grow within a process. The running number starts at a random place each millisecond,
    so that two processes on one database meet with a chance of 1 in 65,536 per shared millisecond; the primary key refuses the rest.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._last = 0
        self._last_past = 0

    def next(self) -> int:
        with self._lock:
            candidate = (to_ms(self._clock.now()) << SEQUENCE_BITS) | secrets.randbits(SEQUENCE_BITS - 2)
            self._last = max(candidate, self._last + 1)
            return self._last

    def at(self, moment: datetime) -> int:
        """An id for something that happened at *moment* (a remote post's date), unlikely to meet another; of two for one moment the later is greater."""
        with self._lock:
            base = to_ms(moment) << SEQUENCE_BITS
            follows = self._last_past >> SEQUENCE_BITS == base >> SEQUENCE_BITS
            self._last_past = self._last_past + 1 if follows else base | secrets.randbits(SEQUENCE_BITS - 2)
            return self._last_past

    @staticmethod
    def floor(moment: datetime) -> int:
        """The least id that anything at *moment* could have."""
        return to_ms(moment) << SEQUENCE_BITS


def moment_of(identifier: int) -> datetime:
    return from_ms(identifier >> SEQUENCE_BITS)
