"""The gate that the HTTP client asks before every request: the rules as they are now, and a note of every refusal."""

from fediverse.clock import Clock, to_ms
from fediverse.database.database import Database
from fediverse.policy.domains import Direction, Verdict
from fediverse.policy.rulebook import RuleBook

MAX_REMEMBERED_HOSTS = 10_000


class RecordingGate:
    def __init__(self, rules: RuleBook, database: Database, clock: Clock) -> None:
        self._rules = rules
        self._database = database
        self._clock = clock

    async def ask(self, direction: Direction, kind: str, host: str) -> Verdict:
        verdict = await self._rules.decide(direction, kind, host)
        if not verdict.allowed:
            await count_refused(self._database, self._clock, host, direction, verdict.rule_id)
        return verdict


async def count_refused(database: Database, clock: Clock, host: str, direction: Direction, rule: str | None) -> None:
    """Count a refused contact: who, in which direction, by which rule; never what."""
    now = to_ms(clock.now())
    await database.execute(
        "INSERT INTO refused_contact (host, direction, rule, count, first_at, last_at) VALUES (?, ?, ?, 1, ?, ?)"
        " ON CONFLICT (host, direction) DO UPDATE SET count = refused_contact.count + 1, last_at = EXCLUDED.last_at, rule = EXCLUDED.rule",
        host[:300], direction.value, rule or "", now, now,
    )  # fmt: skip


async def forget_oldest_refusals(database: Database) -> None:
    """Anybody can make up host names: only the latest are remembered. Run by the clock."""
    await database.execute(
        "DELETE FROM refused_contact WHERE id NOT IN (SELECT id FROM refused_contact ORDER BY last_at DESC, id DESC LIMIT ?)",
        MAX_REMEMBERED_HOSTS,
    )
