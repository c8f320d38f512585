"""Which domains may speak with us: one pure decision, asked at the two gates that no path goes round (the HTTP client's transport, `receive.admit()`).

A decision depends on its arguments alone: never on the order of the rules, on a clock, a database or the network. What no rule allows is denied, so an
empty set allows nobody. The rules of the most specific pattern that speak for a contact decide: an exact host before `*.suffix`, a longer suffix before
a shorter one, a pattern with a port before the same without. At one pattern deny beats hold and hold beats allow. Drafts, rules whose time has not come
or is over, and rules for other directions do not count at all.

Refused: a first-match list, as the effect of a rule would hang on where it stands; patterns that cover their subdomains silently, as anybody who may
create `evil.users.example.com` would be let in. An allow without ports grants the port of https only; a deny or hold without ports holds for every
port, so that a wider allow cannot reopen a closed host on another one.

Push services are hosts of another sort, in a list of their own: what is pushed goes to them and nowhere else, and nothing else goes to them, whatever the
rules say. A rule that denies or holds such a host stops pushing, too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from types import MappingProxyType
from typing import Final

from fediverse import errors
from fediverse.policy.hosts import canonical_host, split_port

WILDCARD = "*."


class Direction(StrEnum):
    """What is about to happen between the other host and us."""

    IN_POST = "in-post"
    IN_GET = "in-get"
    OUT_FETCH = "out-fetch"
    OUT_DELIVER = "out-deliver"
    MEDIA = "media"
    DISCOVERY = "discovery"
    PUSH = "push"


BETWEEN_NODES: Final = tuple(direction for direction in Direction if direction is not Direction.PUSH)
"""What the rules of the allowlist may open. A push service is no node: it stands in a list of its own, gets what is pushed, and nothing else."""


class Effect(StrEnum):
    """ALLOW lets the contact happen; DENY refuses it; HOLD refuses it for now, and what waits to be sent keeps waiting."""

    ALLOW = "allow"
    DENY = "deny"
    HOLD = "hold"


class Reach(StrEnum):
    """What an allowed domain gets: all that its people may see, or only what is addressed to them."""

    NETWORK = "network"
    ADDRESSED = "addressed"


_STRENGTH = {Effect.DENY: 0, Effect.HOLD: 1, Effect.ALLOW: 2}
_NARROWNESS = {Reach.ADDRESSED: 0, Reach.NETWORK: 1}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the allowlist. No *directions* means all of them; `valid_from <= now < valid_to`, both aware UTC.

    *addresses* and *ca_pem* pin the connection to the host: where it must live, and whose certificate it must show. *ports* are the ports that the rule
    speaks for; a *pattern* that names its port speaks for that one. Raises Invalid when a value is not what it should be: such a rule cannot exist.
    """

    id: str
    pattern: str
    effect: Effect
    directions: frozenset[Direction] = frozenset()
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    reason: str = ""
    author: str = ""
    addresses: tuple[IPv4Network | IPv6Network, ...] = ()
    ports: tuple[int, ...] = ()
    ca_pem: str = ""
    reach: Reach = Reach.NETWORK
    draft: bool = False

    def __post_init__(self) -> None:
        if self.pattern != parse_pattern(self.pattern):
            raise errors.Invalid(f"{self.pattern} is not the canonical spelling of a pattern")
        if any(not 0 < port <= 65535 for port in self.ports):
            raise errors.Invalid("A port is a number from 1 to 65535")
        if self.ports and ":" in self.pattern:
            raise errors.Invalid("A pattern that names its port takes no other ports")
        if any(moment is not None and moment.tzinfo is None for moment in (self.valid_from, self.valid_to)):
            raise errors.Invalid("The times of a rule need their time zone")

    @property
    def granted_ports(self) -> tuple[int, ...]:
        """The ports that an allow opens."""
        return self.ports or (split_port(self.pattern)[1],)

    def speaks_for(self, direction: Direction, port: int, now: datetime) -> bool:
        """Whether the rule counts for a contact with a host that its pattern already matched."""
        if self.draft or (self.directions and direction not in self.directions):
            return False
        if direction is Direction.PUSH and self.effect is Effect.ALLOW:
            return False
        if self.valid_from is not None and now < self.valid_from:
            return False
        if self.valid_to is not None and now >= self.valid_to:
            return False
        every_port = self.effect is not Effect.ALLOW and not self.ports and ":" not in self.pattern
        return every_port or port in self.granted_ports


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, the rule that gave it (None when no rule spoke), and a sentence for the log and the administrator."""

    effect: Effect
    rule_id: str | None
    rule: Rule | None
    sentence: str

    @property
    def allowed(self) -> bool:
        return self.effect is Effect.ALLOW


@dataclass(init=False, frozen=True, slots=True)
class RuleSet:
    """Rules, indexed once by pattern, so that a decision looks at a handful however many there are. *push_services* are canonical hosts."""

    rules: tuple[Rule, ...]
    push_services: frozenset[str]
    _by_pattern: Mapping[str, tuple[Rule, ...]] = field(repr=False, compare=False)

    def __init__(self, rules: Iterable[Rule] = (), push_services: Iterable[str] = ()) -> None:
        kept = tuple(rules)
        by_pattern: dict[str, tuple[Rule, ...]] = {}
        for rule in kept:
            by_pattern[rule.pattern] = (*by_pattern.get(rule.pattern, ()), rule)
        object.__setattr__(self, "rules", kept)
        object.__setattr__(self, "push_services", frozenset(push_services))
        object.__setattr__(self, "_by_pattern", MappingProxyType(by_pattern))

    def under(self, pattern: str) -> tuple[Rule, ...]:
        """The rules with exactly this canonical *pattern*."""
        return self._by_pattern.get(pattern, ())


def parse_pattern(text: str) -> str:
    """The canonical spelling of a rule's pattern: a host, or `*.` and a host for all names below it (and not that host itself). Raises Invalid."""
    if text.startswith(WILDCARD):
        return WILDCARD + canonical_host(text.removeprefix(WILDCARD))
    return canonical_host(text)


def decide(direction: Direction, kind: str, host: str, now: datetime, rules: RuleSet | Sequence[Rule]) -> Verdict:
    """Whether *direction* may happen with *host* at *now* (aware UTC).

    *kind* is the type of the activity (`Create`) or the sort of resource (`actor`, `key`, `webfinger`, `image`). No rule looks at it yet; it tells the
    log what was refused.
    """
    contact = f"{direction} of {kind} with {host}"
    try:
        canonical = canonical_host(host)
    except errors.Invalid:
        return Verdict(Effect.DENY, None, None, f"{direction} of {kind} is refused: the host is no host name")
    ruleset = rules if isinstance(rules, RuleSet) else RuleSet(rules)
    if (direction is Direction.PUSH) is not (canonical in ruleset.push_services):
        why = "it is no push service of this node" if direction is Direction.PUSH else "it is a push service"
        return Verdict(Effect.DENY, None, None, f"{contact} is refused: {why}")
    port = split_port(canonical)[1]
    for pattern in _patterns_matching(canonical):
        speaking = [rule for rule in ruleset.under(pattern) if rule.speaks_for(direction, port, now)]
        if speaking:
            return _verdict(contact, min(speaking, key=_precedence))
    if direction is Direction.PUSH:
        own = Rule(id="push", pattern=canonical, effect=Effect.ALLOW, directions=frozenset({Direction.PUSH}))
        return Verdict(Effect.ALLOW, own.id, own, f"{contact} is allowed: it is a push service of this node")
    return Verdict(Effect.DENY, None, None, f"{contact} is refused: no rule allows it")


def matches(pattern: str, host: str) -> bool:
    """Whether a rule with the canonical *pattern* may speak for the canonical *host*."""
    return pattern in _patterns_matching(host)


def _patterns_matching(host: str) -> Iterator[str]:
    """Every pattern that matches the canonical *host*, the most specific first."""
    name, colon, port = host.partition(":")
    suffixes = name.split(".")[1:]
    for names in (name, *(WILDCARD + ".".join(suffixes[start:]) for start in range(len(suffixes)))):
        if colon:
            yield f"{names}:{port}"
        yield names


def _precedence(rule: Rule) -> tuple[int, int, str]:
    """Among rules of one pattern: the stricter effect, then the narrower reach, then the id, so that the choice never hangs on their order."""
    return _STRENGTH[rule.effect], _NARROWNESS[rule.reach], rule.id


def _verdict(contact: str, rule: Rule) -> Verdict:
    outcome = {Effect.ALLOW: "allowed", Effect.DENY: "refused", Effect.HOLD: "held"}[rule.effect]
    because = f", because: {rule.reason}" if rule.reason else ""
    return Verdict(rule.effect, rule.id, rule, f"{contact} is {outcome} by rule {rule.id} ({rule.pattern}){because}")
