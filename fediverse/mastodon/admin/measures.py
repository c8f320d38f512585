"""Measures, dimensions and retention: numbers for a dashboard. Keys that do not exist, or that lack what they are about, are left out."""

from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from fediverse.errors import Invalid
from fediverse.mastodon.admin.access import moderator
from fediverse.mastodon.answers import answer
from fediverse.mastodon.entities import admin_measures as entities
from fediverse.mastodon.paging import limit_of
from fediverse.mastodon.parameters import Parameters
from fediverse.mastodon.request_body import parameters
from fediverse.queries import dimensions as dimension_questions
from fediverse.queries import measures as measure_questions
from fediverse.queries.measures import Span, span_of

_READ = "admin:read"
_USUAL_DAYS = 30
_FIRST_YEAR, _LAST_YEAR = 2000, 2999
_FREQUENCIES = ("day", "month")


async def measures(request: Request) -> Response:
    me = await moderator(request, _READ)
    asked = await parameters(request)
    span = _span(asked, me.node.clock.now())
    found = []
    for key in dict.fromkeys(asked.texts("keys")):
        about = measure_questions.about(key)
        subject = _subject(asked, key, about or "")
        if about is not None and (not about or subject is not None):
            found.append(entities.measure(await measure_questions.measure(me.node, key, span, subject)))
    return answer(found)


async def dimensions(request: Request) -> Response:
    me = await moderator(request, _READ)
    asked = await parameters(request)
    span, limit = _span(asked, me.node.clock.now()), limit_of(asked, usual=10, most=100)
    found = []
    for key in dict.fromkeys(asked.texts("keys")):
        about = dimension_questions.about(key)
        subject = _subject(asked, key, about or "")
        if about is not None and (not about or subject is not None):
            items = await dimension_questions.dimension(me.node, key, span, limit, subject)
            found.append(entities.dimension(key, items))
    return answer(found)


async def retention(request: Request) -> Response:
    me = await moderator(request, _READ)
    asked = await parameters(request)
    frequency = asked.word("frequency") or "day"
    if frequency not in _FREQUENCIES:
        raise Invalid("Validation failed: Frequency is day or month")
    span = _span(asked, me.node.clock.now())
    found = await measure_questions.retention(me.node, span, monthly=frequency == "month")
    return answer([entities.cohort(view, frequency) for view in found])


def _span(asked: Parameters, now: datetime) -> Span:
    end = _moment(asked, "end_at") or now
    return span_of(_moment(asked, "start_at") or end - timedelta(days=_USUAL_DAYS), end)


def _moment(asked: Parameters, name: str) -> datetime | None:
    text = asked.word(name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise Invalid(f"Validation failed: {name} must be a date") from problem
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise Invalid(f"Validation failed: {name} must be a date")
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _subject(asked: Parameters, key: str, about: str) -> int | str | None:
    """What stands under the key's own name: `{"id": …}` of a tag, `{"domain": …}`."""
    inner = asked.inner(key)
    if about == "tag":
        return inner.cursor("id")
    return inner.word("domain").lower() or None
