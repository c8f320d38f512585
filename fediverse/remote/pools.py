"""Which connections stay open: a small pool for each origin, kept while it is useful, closed when it was idle too long or too many are.

Used by the transport alone. A pool is busy from the moment a request asks for it until the body of the answer is closed; only idle pools are ever closed
behind somebody's back. What could not connect leaves nothing behind, so a flood of names costs no memory once their requests are over.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from fediverse.clock import monotonic_s


class Connections(Protocol):
    @property
    def connections(self) -> Sequence[object]: ...

    async def aclose(self) -> None: ...


Key = TypeVar("Key")
Held = TypeVar("Held", bound=Connections)


@dataclass(slots=True)
class Pool(Generic[Key, Held]):
    key: Key
    held: Held
    in_flight: int = 0
    idle_since_s: float = 0.0


class Pools(Generic[Key, Held]):
    """Pools by key, made on demand. *idle_s* and *max_idle* bound those that nobody uses; the busy ones are as many as there are requests at most."""

    def __init__(self, make: Callable[[Key], Held], *, idle_s: float, max_idle: int) -> None:
        self._make = make
        self._idle_s = idle_s
        self._max_idle = max_idle
        self._busy: dict[Key, Pool[Key, Held]] = {}
        self._idle: OrderedDict[Key, Pool[Key, Held]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._busy) + len(self._idle)

    def take(self, key: Key) -> Pool[Key, Held]:
        """The pool of *key*, busy until it is given back as often as it was taken."""
        pool = self._busy.get(key) or self._idle.pop(key, None) or Pool(key, self._make(key))
        self._busy[key] = pool
        pool.in_flight += 1
        return pool

    async def give_back(self, pool: Pool[Key, Held]) -> None:
        pool.in_flight -= 1
        if pool.in_flight:
            return
        self._busy.pop(pool.key, None)
        if pool.held.connections:
            pool.idle_since_s = monotonic_s()
            self._idle[pool.key] = pool
        await self._close_surplus()

    async def aclose(self) -> None:
        pools = [*self._busy.values(), *self._idle.values()]
        self._busy.clear()
        self._idle.clear()
        for pool in pools:
            await pool.held.aclose()

    async def _close_surplus(self) -> None:
        """Idle pools stand in the order in which they became idle, so the first is always the one to look at."""
        stale_before_s = monotonic_s() - self._idle_s
        while self._idle:
            oldest = next(iter(self._idle.values()))
            if len(self._idle) <= self._max_idle and oldest.idle_since_s >= stale_before_s:
                return
            del self._idle[oldest.key]
            await oldest.held.aclose()
