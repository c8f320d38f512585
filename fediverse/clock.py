"""The time, asked in one place, so that a test can hold it. All times are aware UTC; tables store whole milliseconds."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware *moment*, rounded down."""
    return int(moment.timestamp() * 1000)


def from_ms(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def monotonic_s() -> float:
    """Seconds for measuring how long something took; never for a date."""
    return time.monotonic()
