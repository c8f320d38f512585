"""Counting hits against rate limits. One `Limiter` serves one node in one process; the middleware in `mastodon/rate_limits.py` holds it and hands it to
the doors in the request's scope.

On SQLite there is one process and the counters are its memory. On PostgreSQL all processes share the table `rate_window`, without a statement for each request:
a process counts by itself and hands in what it counted after a tenth of what a limit allows, which tells it what the others counted; limits of few hits, such as
those on guessing passwords, are handed in hit by hit. So each further process may let through a tenth more at most, and who is over the limit costs
no statement at all.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from fediverse.clock import to_ms
from fediverse.policy.limits import Limit, Standing, standing, window

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from fediverse.database.database import Database
    from fediverse.node import Node

KEPT = timedelta(hours=2)
"""How long a window stays in the table: longer than any of them lasts."""

_SWEPT_EVERY = 10_000
_SHARES_OF_A_LIMIT = 10
_FEW = 60

Place = tuple[Limit, str, int]


@dataclass(slots=True)
class _Count:
    """*known*: what all processes handed in, as far as we heard; *own*: what we counted since."""

    known: int = 0
    own: int = 0


class Limiter:
    """Counters per limit and key. With *enabled* false nothing is counted and everything is allowed."""

    def __init__(self, *, enabled: bool) -> None:
        self._enabled = enabled
        self._counts: dict[Place, _Count] = {}
        self._until_sweep = _SWEPT_EVERY

    async def hit(self, node: "Node", limit: Limit, key: str) -> Standing:
        """Count one more for *key*. Counting goes on beyond the limit, and never past the end of the window."""
        now = node.clock.now()
        if not self._enabled:
            return standing(limit, 0, now)
        place = (limit, key, window(limit, now))
        count = self._counts.setdefault(place, _Count())
        count.own += 1
        self._sweep(now)
        if _is_shared(node.database) and count.known <= limit.hits and count.own >= _batch(limit):
            await self._hand_in(node.database, place, count)
        return standing(limit, count.known + count.own, now)

    async def strictest(self, node: "Node", hits: Iterable[tuple[Limit, str]]) -> Standing | None:
        """Count one for each and answer the one that refuses, else the one with the least left, else None."""
        found = [await self.hit(node, limit, key) for limit, key in hits]
        return min(found, key=lambda each: (each.allowed, each.remaining), default=None)

    async def give_back(self, node: "Node", limit: Limit, key: str) -> None:
        """Undo one hit: what was tried turned out well. A guess counts before it is tried, or many at once would slip through."""
        place = (limit, key, window(limit, node.clock.now()))
        count = self._counts.get(place)
        if not self._enabled or count is None or count.known + count.own <= 0:
            return
        count.own -= 1
        if _is_shared(node.database) and count.own < -_batch(limit):
            await self._hand_in(node.database, place, count)

    async def _hand_in(self, database: "Database", place: Place, count: _Count) -> None:
        handed, count.own = count.own, 0
        count.known = max(0, await _add(database, place, handed))

    def _sweep(self, now: datetime) -> None:
        """Forget windows that are over, once in a while, so that strangers cannot fill the memory."""
        self._until_sweep -= 1
        if self._until_sweep <= 0:
            self._until_sweep = _SWEPT_EVERY
            self._counts = {place: count for place, count in self._counts.items() if place[2] >= window(place[0], now)}


def limiter_of(connection: "HTTPConnection") -> Limiter:
    """The limiter of the node that a request came to; a request that did not pass the middleware has none, and fails."""
    limiter: Limiter = connection.scope["limiter"]
    return limiter


async def forget_old_windows(node: "Node") -> None:
    """Rows of windows that are over; called by the clock."""
    await node.database.execute("DELETE FROM rate_window WHERE started_at < ?", to_ms(node.clock.now() - KEPT))


def _is_shared(database: "Database") -> bool:
    return database.dialect != "sqlite"


def _batch(limit: Limit) -> int:
    """How many hits a process keeps to itself."""
    return 1 if limit.hits <= _FEW else limit.hits // _SHARES_OF_A_LIMIT


async def _add(database: "Database", place: Place, hits: int) -> int:
    """Add to the shared counter; what it says then, of all processes. Keys are hashed: they hold names and addresses of people."""
    limit, key, number = place
    started_at = datetime.fromtimestamp(number * limit.per_s, UTC)
    hashed = hashlib.sha256(f"{limit.name} {key}".encode()).hexdigest()
    total: int = await database.value(
        "INSERT INTO rate_window (key, started_at, count) VALUES (?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET count = rate_window.count + EXCLUDED.count RETURNING count",
        f"{hashed} {number}", to_ms(started_at), hits,
    )  # fmt: skip
    return total
