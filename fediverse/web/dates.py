"""Moments as people write them, in English and French. Times are UTC on the page; the small script shows the reader's own zone where it runs."""

from datetime import datetime, timedelta
from typing import Final

from fediverse.web.translations import Translate

_RECENT: Final = timedelta(days=7)
_MONTHS: Final = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "fr": (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
}
_SHORT_MONTHS: Final = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
}


def ago(moment: datetime, now: datetime, t: Translate) -> str:
    """How long ago: `5 min`, `3 h`, `2 d`; after a week the date, with its year when that is not the current one."""
    passed = max(now - moment, timedelta())
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return t("now")
    if minutes < 60:
        return t("{count} min", count=minutes)
    if minutes < 24 * 60:
        return t("{count} h", count=minutes // 60)
    if passed < _RECENT:
        return t("{count} d", count=passed.days)
    short = f"{_day_number(moment, t.locale)} {_SHORT_MONTHS[t.locale][moment.month - 1]}"
    return short if moment.year == now.year else f"{short} {moment.year}"


def day(moment: datetime, locale: str) -> str:
    """`3 March 2026`, `1er mars 2026`."""
    return f"{_day_number(moment, locale)} {_MONTHS[locale][moment.month - 1]} {moment.year}"


def full(moment: datetime, t: Translate) -> str:
    """`3 March 2026, 14:05 UTC`."""
    return t("{day}, {time} UTC", day=day(moment, t.locale), time=f"{moment:%H:%M}")


def _day_number(moment: datetime, locale: str) -> str:
    return "1er" if locale == "fr" and moment.day == 1 else str(moment.day)
