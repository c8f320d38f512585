"""Which other nodes "the network" is at a moment: the hosts and patterns that posts for everybody go to. Rules only; the pages and `queries.who_will_see` ask."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fediverse.policy.domains import WILDCARD, Direction, Reach, RuleSet, decide


@dataclass(frozen=True, slots=True)
class Network:
    """The other nodes that posts for the network go to; *addressed* get only what names their people."""

    nodes: tuple[str, ...] = ()
    addressed: tuple[str, ...] = ()


def network(rules: RuleSet, now: datetime) -> Network:
    """The hosts and patterns that posts are sent to at *now* by *rules*, in the order of the alphabet."""
    verdicts = {
        pattern: decide(Direction.OUT_DELIVER, "Create", _host_under(pattern), now, rules)
        for pattern in _patterns(rules)
    }
    reached = [
        (pattern, verdict.rule.reach)
        for pattern, verdict in sorted(verdicts.items())
        if verdict.allowed and verdict.rule
    ]
    return Network(
        nodes=tuple(pattern for pattern, reach in reached if reach is Reach.NETWORK),
        addressed=tuple(pattern for pattern, reach in reached if reach is Reach.ADDRESSED),
    )


def _patterns(rules: RuleSet) -> Iterable[str]:
    return {rule.pattern for rule in rules.rules}


def _host_under(pattern: str) -> str:
    """A host that *pattern* speaks for; below `*.suffix` one that no rule names."""
    return "any-name." + pattern.removeprefix(WILDCARD) if pattern.startswith(WILDCARD) else pattern
