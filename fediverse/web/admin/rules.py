"""A rule of the allowlist between its form and the verb: reading what an administrator typed, and grouping rules as a person thinks of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from fediverse.actions.domains import NewRule
from fediverse.errors import Invalid
from fediverse.policy.domains import Direction, Effect, Reach, Rule
from fediverse.web.translations import sentence
from fediverse.web.visits import Submission

DIRECTIONS: Final = (
    (Direction.IN_POST, sentence("They send to us")),
    (Direction.OUT_DELIVER, sentence("We send to them")),
    (Direction.IN_GET, sentence("They read from us")),
    (Direction.OUT_FETCH, sentence("We read from them")),
    (Direction.MEDIA, sentence("Pictures and files")),
    (Direction.DISCOVERY, sentence("Looking people up")),
)
EFFECTS: Final = {
    Effect.ALLOW: sentence("allowed"),
    Effect.DENY: sentence("refused"),
    Effect.HOLD: sentence("on hold"),
}
_TYPED: Final = (
    "pattern",
    "effect",
    "reach",
    "addresses",
    "ports",
    "ca_pem",
    "valid_from",
    "valid_to",
    "reason",
)


@dataclass(frozen=True, slots=True)
class Domain:
    """A pattern with its rules, as one entry of the page. *effect* is what the first of them that counts now says."""

    pattern: str
    effect: Effect | None
    rules: tuple[Rule, ...]

    @property
    def held(self) -> bool:
        return self.effect is Effect.HOLD


def by_domain(rules: Sequence[Rule], now: datetime) -> list[Domain]:
    """The rules grouped by pattern, in the order of the alphabet; rules whose time is over are left out."""
    groups: dict[str, list[Rule]] = {}
    for rule in sorted(rules, key=lambda one: one.pattern.removeprefix("*.")):
        if rule.valid_to is None or rule.valid_to > now:
            groups.setdefault(rule.pattern, []).append(rule)
    return [Domain(pattern, _effect(group, now), tuple(group)) for pattern, group in groups.items()]


def typed(submission: Submission) -> dict[str, str]:
    """What stands in the form, to show it again."""
    return {name: submission.text(name) for name in _TYPED}


def blank() -> dict[str, str]:
    return {**dict.fromkeys(_TYPED, ""), "effect": Effect.ALLOW.value, "reach": Reach.NETWORK.value}


def new_rule(submission: Submission) -> NewRule:
    """The rule that an administrator wrote. Raises Invalid with the field that cannot be read."""
    upload = submission.uploads.get("ca_file")
    return NewRule(
        pattern=submission.text("pattern").strip(),
        effect=_effect_named(submission.text("effect")),
        subdomains=submission.checked("subdomains"),
        directions=tuple(
            direction for direction, _ in DIRECTIONS if direction.value in submission.texts.get("direction", ())
        ),
        addresses=tuple(_words(submission.text("addresses"))),
        ports=_ports(submission.text("ports")),
        ca_pem=upload.data.decode("ascii", "replace") if upload else submission.text("ca_pem").strip(),
        reach=Reach.ADDRESSED if submission.text("reach") == Reach.ADDRESSED.value else Reach.NETWORK,
        valid_from=_moment(submission.text("valid_from")),
        valid_to=_moment(submission.text("valid_to")),
        reason=submission.text("reason").strip(),
        draft=submission.text("standing") == "draft",
    )


def _effect(rules: Sequence[Rule], now: datetime) -> Effect | None:
    counting = [rule.effect for rule in rules if rule.valid_from is None or rule.valid_from <= now]
    return next((effect for effect in (Effect.DENY, Effect.HOLD, Effect.ALLOW) if effect in counting), None)


def _effect_named(text: str) -> Effect:
    try:
        return Effect(text)
    except ValueError as unknown:
        raise Invalid(sentence("Choose whether the domain is allowed, refused or on hold.")) from unknown


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _ports(text: str) -> tuple[int, ...]:
    words = _words(text)
    if not all(word.isascii() and word.isdigit() and len(word) < 6 for word in words):
        raise Invalid(sentence("A port is a number from 1 to 65535"))
    return tuple(int(word) for word in words)


def _moment(text: str) -> datetime | None:
    """The moment of a date field, read as UTC."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=UTC)
    except ValueError as unreadable:
        raise Invalid(sentence("Write a date as year-month-day.")) from unreadable
