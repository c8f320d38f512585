"""Counting hits against rate limits. One `Limiter` serves one node in one process; the middleware in `mastodon/rate_limits.py` holds it and hands it to
the doors in the request's scope.

In memory: with several processes each counts for itself, so that N of them allow N times as much. A table of counters would make every request write;
what would change our mind is an installation with so many processes that guessing passwords becomes practical.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from fediverse.policy.limits import Limit, Standing, standing, window

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

_SWEPT_EVERY = 10_000


class Limiter:
    """Counters per limit and key. With *enabled* false nothing is counted and everything is allowed."""

    def __init__(self, *, enabled: bool) -> None:
        self._enabled = enabled
        self._counts: dict[tuple[Limit, str, int], int] = {}
        self._until_sweep = _SWEPT_EVERY

    def hit(self, limit: Limit, key: str, now: datetime) -> Standing:
        """Count one more for *key*. Counting goes on beyond the limit, and never past the end of the window."""
        if not self._enabled:
            return standing(limit, 0, now)
        place = (limit, key, window(limit, now))
        self._counts[place] = self._counts.get(place, 0) + 1
        self._sweep(now)
        return standing(limit, self._counts[place], now)

    def strictest(self, hits: Iterable[tuple[Limit, str]], now: datetime) -> Standing | None:
        """Count one for each and answer the one that refuses, else the one with the least left, else None."""
        found = [self.hit(limit, key, now) for limit, key in hits]
        return min(found, key=lambda each: (each.allowed, each.remaining), default=None)

    def give_back(self, limit: Limit, key: str, now: datetime) -> None:
        """Undo one hit: what was tried turned out well. A guess counts before it is tried, or many at once would slip through."""
        place = (limit, key, window(limit, now))
        if self._counts.get(place, 0) > 0:
            self._counts[place] -= 1

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
