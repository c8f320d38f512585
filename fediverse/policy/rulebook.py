"""The domain rules of this moment, read from the database and kept until they change.

Every decision asks the stored version first, so that a rule changed by another process counts from the next request on. This is the `Gate` that
the HTTP client asks, and what `receive.admit()` asks.
"""

import asyncio
from datetime import datetime
from ipaddress import ip_network

from fediverse.clock import Clock, from_ms
from fediverse.database.database import Database, Row, json_of
from fediverse.policy.domains import Direction, Effect, Reach, Rule, RuleSet, Verdict, decide

VERSION_KEY = "domain_rules_version"


class RuleBook:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._version = ""
        self._rules = RuleSet(())
        self._now: asyncio.Task[RuleSet] | None = None
        self._next: asyncio.Task[RuleSet] | None = None

    async def current(self) -> RuleSet:
        """The rules as the database has them now. Who asks while somebody's question is under way shares the next one, which begins after both asked."""
        if self._database.in_transaction:
            return await self._look()
        if self._next is None:
            # Not left alone: whoever asked awaits it.
            self._next = asyncio.create_task(self._look_after(self._now))
        return await asyncio.shield(self._next)

    async def _look_after(self, before: "asyncio.Task[RuleSet] | None") -> RuleSet:
        if before is not None:
            await asyncio.wait([before])
        self._now, self._next = self._next, None
        return await self._look()

    async def _look(self) -> RuleSet:
        version = await self._database.value("SELECT value FROM node_state WHERE key = ?", VERSION_KEY) or "0"
        if version != self._version:
            rows = await self._database.rows("SELECT * FROM domain_rule WHERE removed_at IS NULL ORDER BY id")
            services = await self._database.rows("SELECT host FROM push_service")
            self._rules = RuleSet((rule_of(row) for row in rows), (row["host"] for row in services))
            self._version = version
        return self._rules

    async def held(self) -> "RuleBook":
        """The rules as they are now, for the rest of a transaction: what is decided by them and written with it belongs to one moment."""
        return _HeldRules(self._database, self._clock, await self.current())

    async def decide(self, direction: Direction, kind: str, host: str) -> Verdict:
        return decide(direction, kind, host, self._clock.now(), await self.current())

    def decide_cached(self, direction: Direction, kind: str, host: str) -> Verdict:
        """By the rules last read. Only to refuse early: what this allows is asked again with `decide` before anything is kept or sent."""
        return decide(direction, kind, host, self._clock.now(), self._rules)


class _HeldRules(RuleBook):
    def __init__(self, database: Database, clock: Clock, rules: RuleSet) -> None:
        super().__init__(database, clock)
        self._rules = rules

    async def current(self) -> RuleSet:
        return self._rules


def rule_of(row: Row) -> Rule:
    """A row of domain_rule as the policy reads it."""
    return Rule(
        id=str(row["id"]),
        pattern=row["pattern"],
        effect=Effect(row["effect"]),
        directions=frozenset(Direction(name) for name in json_of(row["directions"])),
        valid_from=_moment(row["valid_from"]),
        valid_to=_moment(row["valid_to"]),
        reason=row["reason"],
        author=row["author"],
        addresses=tuple(ip_network(text) for text in json_of(row["addresses"])),
        ports=tuple(int(port) for port in json_of(row["ports"])),
        ca_pem=row["ca_pem"],
        reach=Reach(row["reach"]),
        draft=bool(row["draft"]),
    )


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_ms(milliseconds)
