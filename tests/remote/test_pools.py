"""How many connections are kept, and which are closed first."""

from dataclasses import dataclass, field

from fediverse.remote.pools import Pools


@dataclass
class Held:
    """Connections that only know whether they are open."""

    name: int
    connections: list[str] = field(default_factory=lambda: ["open"])

    async def aclose(self) -> None:
        self.connections.clear()


async def test_hundred_thousand_hosts_leave_a_bounded_number_of_pools() -> None:
    """T-343: state does not grow with the number of names that were ever spoken to."""
    made: list[Held] = []

    def make(name: int) -> Held:
        made.append(Held(name))
        return made[-1]

    pools = Pools(make, idle_s=60, max_idle=512)

    for name in range(100_000):
        await pools.give_back(pools.take(name))

    assert len(pools) == 512
    assert [held.name for held in made if held.connections] == list(range(100_000 - 512, 100_000))


async def test_busy_pool_is_never_closed_for_another() -> None:
    """Only idle pools make room, and a pool is idle when all who took it gave it back."""
    pools = Pools(Held, idle_s=60, max_idle=0)

    busy, again = pools.take(1), pools.take(1)
    await pools.give_back(pools.take(2))
    await pools.give_back(again)
    assert busy is again
    assert (len(pools), busy.held.connections) == (1, ["open"])

    await pools.give_back(busy)
    assert (len(pools), busy.held.connections) == (0, [])


async def test_pool_that_was_idle_too_long_is_closed() -> None:
    """Idle connections to hosts that nobody speaks to any more do not stay open."""
    pools = Pools(Held, idle_s=-1, max_idle=10)
    pool = pools.take(1)

    await pools.give_back(pool)

    assert (len(pools), pool.held.connections) == (0, [])


async def test_recently_used_pools_are_kept() -> None:
    """The pool that was idle longest goes first; the same pool comes back to whoever asks in time."""
    pools = Pools(Held, idle_s=60, max_idle=2)
    first, second = pools.take(1), pools.take(2)
    await pools.give_back(first)
    await pools.give_back(second)

    await pools.give_back(pools.take(1))
    await pools.give_back(pools.take(3))

    assert pools.take(1) is first
    assert second.held.connections == []


async def test_closing_closes_everything() -> None:
    """Busy or idle, nothing stays open."""
    pools = Pools(Held, idle_s=60, max_idle=2)
    busy, idle = pools.take(1), pools.take(2)
    await pools.give_back(idle)

    await pools.aclose()

    assert (len(pools), busy.held.connections, idle.held.connections) == (0, [], [])
