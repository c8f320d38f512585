"""Numbers for who administers: how much of what happened on which day, and who comes back. Sums and counts alone; nobody is named and no post is shown.

Of people it is known when they were here last, and no more (`local_user.last_seen_at`): a person counts as active on that one day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from fediverse.clock import from_ms, to_ms
from fediverse.node import Node

_DAY_MS: Final = 24 * 3600 * 1000
_MOST_DAYS: Final = 366
_MOST_COHORTS: Final = 100


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days, from midnight to midnight: *start* counts, *end* no more."""

    start: datetime
    end: datetime

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def before(self) -> "Span":
        """The span of the same length that ends where this one begins."""
        return Span(self.start - (self.end - self.start), self.start)


def span_of(start: datetime, end: datetime) -> Span:
    """The days that both moments lie in and all between, a year of them at most: the last."""
    first, last = _midnight(start), _midnight(max(start, end)) + timedelta(days=1)
    return Span(max(first, last - timedelta(days=_MOST_DAYS)), last)


@dataclass(frozen=True, slots=True)
class MeasureView:
    """*previous* is None where the total is of all times."""

    key: str
    unit: str
    total: int
    previous: int | None
    by_day: tuple[tuple[datetime, int], ...]


@dataclass(frozen=True, slots=True)
class CohortView:
    """Who began in the period, and for each period from then on how many of them were still here in it or later."""

    period: datetime
    size: int
    still_here: tuple[tuple[datetime, int], ...]


@dataclass(frozen=True, slots=True)
class _Counted:
    """What is counted: rows of *source* (the alias m, with a WHERE) by the moment in *moment*. *about* says what the one value stands for."""

    source: str
    moment: str
    count: str = "count(*)"
    about: str = ""
    unit: str = ""


_OUR_POSTS = "JOIN post o ON o.id = {} JOIN account oa ON oa.id = o.author_id AND oa.host = ''"
_INTERACTIONS = (
    f"(SELECT r.created_at AS at FROM reaction r {_OUR_POSTS.format('r.post_id')}"
    f" UNION ALL SELECT b.created_at FROM post b {_OUR_POSTS.format('b.boost_of_id')} WHERE b.deleted_at IS NULL"
    f" UNION ALL SELECT c.created_at FROM post c {_OUR_POSTS.format('c.reply_to_id')} WHERE c.deleted_at IS NULL) m WHERE 1 = 1"
)
_TAGGED = "post_tag pt JOIN post m ON m.id = pt.post_id JOIN account a ON a.id = m.author_id WHERE pt.tag_id = ? AND m.deleted_at IS NULL"

_COUNTED: Final[Mapping[str, _Counted]] = {
    "active_users": _Counted("local_user m WHERE m.disabled_at IS NULL", "m.last_seen_at"),
    "new_users": _Counted("local_user m WHERE 1 = 1", "m.created_at"),
    "interactions": _Counted(_INTERACTIONS, "m.at"),
    "opened_reports": _Counted("report m WHERE 1 = 1", "m.created_at"),
    "resolved_reports": _Counted("report m WHERE 1 = 1", "m.resolved_at"),
    "tag_accounts": _Counted(_TAGGED, "m.created_at", "count(DISTINCT m.author_id)", "tag"),
    "tag_uses": _Counted(_TAGGED, "m.created_at", about="tag"),
    "tag_servers": _Counted(f"{_TAGGED} AND a.host <> ''", "m.created_at", "count(DISTINCT a.host)", "tag"),
    "instance_accounts": _Counted(
        "account m WHERE m.kind <> 'application' AND m.domain = ?", "m.created_at", about="domain"
    ),
    "instance_media_attachments": _Counted(
        "media m JOIN account a ON a.id = m.account_id WHERE a.domain = ?",
        "m.created_at",
        "COALESCE(sum(m.size_bytes), 0)",
        "domain",
        "bytes",
    ),
    "instance_reports": _Counted(
        "report m JOIN account a ON a.id = m.target_id WHERE a.domain = ?", "m.created_at", about="domain"
    ),
    "instance_statuses": _Counted(
        "post m JOIN account a ON a.id = m.author_id WHERE m.deleted_at IS NULL AND a.domain = ?",
        "m.created_at",
        about="domain",
    ),
    "instance_follows": _Counted(
        "follow m JOIN account a ON a.id = m.target_id WHERE m.state = 'accepted' AND a.domain = ?",
        "m.created_at",
        about="domain",
    ),
    "instance_followers": _Counted(
        "follow m JOIN account a ON a.id = m.follower_id WHERE m.state = 'accepted' AND a.domain = ?",
        "m.created_at",
        about="domain",
    ),
}


def about(key: str) -> str | None:
    """What a measure needs to be told: `tag` (an id), `domain`, or nothing (empty). None for a measure that does not exist."""
    return _COUNTED[key].about if key in _COUNTED else None


async def measure(node: Node, key: str, span: Span, subject: int | str | None = None) -> MeasureView:
    """*subject* is what `about` asks for."""
    counted = _COUNTED[key]
    values: list[object] = [] if not counted.about else [subject]
    rows = await node.database.rows(
        f"SELECT {counted.moment} / {_DAY_MS} AS day, {counted.count} AS number FROM {counted.source}"
        f" AND {counted.moment} >= ? AND {counted.moment} < ? GROUP BY {counted.moment} / {_DAY_MS}",
        *values, to_ms(span.start), to_ms(span.end),
    )  # fmt: skip
    by_day = {from_ms(row["day"] * _DAY_MS): int(row["number"]) for row in rows}
    days = [span.start + timedelta(days=number) for number in range(span.days)]
    of_all_times = counted.about == "domain"
    return MeasureView(
        key=key,
        unit=counted.unit,
        total=await _total(node, counted, values, None if of_all_times else span),
        previous=None if of_all_times else await _total(node, counted, values, span.before),
        by_day=tuple((day, by_day.get(day, 0)) for day in days),
    )


async def _total(node: Node, counted: _Counted, values: Sequence[object], span: Span | None) -> int:
    within = "" if span is None else f" AND {counted.moment} >= ? AND {counted.moment} < ?"
    bounds = [] if span is None else [to_ms(span.start), to_ms(span.end)]
    return int(
        await node.database.value(f"SELECT {counted.count} AS number FROM {counted.source}{within}", *values, *bounds)
    )


async def retention(node: Node, span: Span, *, monthly: bool) -> list[CohortView]:
    """For each day, or month, of *span* those who began in it."""
    periods = _periods(span, monthly=monthly)[-_MOST_COHORTS:]
    if not periods:
        return []
    rows = await node.database.rows(
        "SELECT created_at, last_seen_at FROM local_user WHERE created_at >= ? AND created_at < ?",
        to_ms(periods[0]),
        to_ms(span.end),
    )
    people = [(from_ms(row["created_at"]), from_ms(row["last_seen_at"] or row["created_at"])) for row in rows]
    ends = [*periods[1:], span.end]
    cohorts = []
    for index, (period, end) in enumerate(zip(periods, ends, strict=True)):
        seen = [last for began, last in people if period <= began < end]
        later = tuple((start, sum(1 for last in seen if last >= start)) for start in periods[index:])
        cohorts.append(CohortView(period, len(seen), later))
    return cohorts


def _periods(span: Span, *, monthly: bool) -> list[datetime]:
    days = [span.start + timedelta(days=number) for number in range(span.days)]
    if not monthly:
        return days
    return list(dict.fromkeys(day.replace(day=1) for day in days))


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
