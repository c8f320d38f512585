"""Small bounded memories of a node, for what every request on the wire asks. Each may be dropped at any time; the database is the truth."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from fediverse.clock import monotonic_s

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    from fediverse.crypto.keypairs import KeyKind, PrivateKey, PublicKey

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """The *size* values used last, each for *lifetime_s* seconds at most."""

    def __init__(self, size: int, lifetime_s: float, now_s: Callable[[], float] = monotonic_s) -> None:
        self._size = size
        self._lifetime_s = lifetime_s
        self._now_s = now_s
        self._kept: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept[0] < self._now_s():
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return kept[1]

    def put(self, key: K, value: V) -> None:
        self._kept[key] = (self._now_s() + self._lifetime_s, value)
        self._kept.move_to_end(key)
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def drop(self, key: K) -> None:
        self._kept.pop(key, None)

    def clear(self) -> None:
        self._kept.clear()


class Turns:
    """One at a time for the same thing; different things do not wait for each other."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, asyncio.Lock] = {}
        self._wanted: Counter[Hashable] = Counter()

    @asynccontextmanager
    async def __call__(self, key: Hashable) -> AsyncIterator[None]:
        self._wanted[key] += 1
        try:
            async with self._locks.setdefault(key, asyncio.Lock()):
                yield
        finally:
            self._wanted[key] -= 1
            if not self._wanted[key]:
                del self._wanted[key], self._locks[key]


@dataclass(frozen=True, slots=True)
class Caches:
    """Signing keys of ours; public keys by id with their account; key ids that could not be had, and hosts whose keys failed, with the reason;
    networks from which nobody is answered; addresses that somebody looked up and that led nowhere.
    """

    signing_keys: "Cache[tuple[int, KeyKind], PrivateKey]" = field(default_factory=lambda: Cache(10_000, 300))
    public_keys: "Cache[str, tuple[PublicKey, int]]" = field(default_factory=lambda: Cache(20_000, 300))
    failed_keys: "Cache[str, str]" = field(default_factory=lambda: Cache(10_000, 600))
    failed_sources: "Cache[str, str]" = field(default_factory=lambda: Cache(10_000, 300))
    shut_out: "Cache[str, tuple[IPv4Network | IPv6Network, ...]]" = field(default_factory=lambda: Cache(1, 5))
    failed_lookups: "Cache[str, str]" = field(default_factory=lambda: Cache(10_000, 60))
