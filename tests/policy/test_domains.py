"""Who may speak with us: the decision's truth table, and that it depends on nothing but the set of rules."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fediverse import errors
from fediverse.policy.domains import BETWEEN_NODES, Direction, Effect, Reach, Rule, RuleSet, decide, parse_pattern
from fediverse.policy.hosts import canonical_host, split_port

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def allow(pattern: str, *, ports: tuple[int, ...] = (), directions: frozenset[Direction] = frozenset()) -> Rule:
    return Rule(f"allow {pattern}", pattern, Effect.ALLOW, directions, ports=ports)


def deny(pattern: str, *, ports: tuple[int, ...] = (), directions: frozenset[Direction] = frozenset()) -> Rule:
    return Rule(f"deny {pattern}", pattern, Effect.DENY, directions, ports=ports)


def effect(host: str, *rules: Rule, direction: Direction = Direction.OUT_DELIVER) -> Effect:
    return decide(direction, "Create", host, NOW, rules).effect


@pytest.mark.parametrize("direction", BETWEEN_NODES)
def test_empty_rule_set_allows_nobody(direction: Direction) -> None:
    """T-220: no rules means no contact, in each direction, and one allow opens each of them."""
    assert not decide(direction, "Create", "beta.example", NOW, RuleSet()).allowed
    assert not decide(direction, "Create", "beta.example", NOW, []).allowed

    assert decide(direction, "Create", "beta.example", NOW, [allow("beta.example")]).allowed


@pytest.mark.parametrize(
    "host",
    ["", " ", ".", "beta.example.", "a..b", "127.0.0.1", "[::1]", "user@beta.example", "beta.example/x", "*.example"],
)
def test_what_is_no_host_is_denied_whatever_the_rules_say(host: str) -> None:
    """T-201, T-222: blank and malformed hosts match no rule, however wide."""
    wide = [allow("*.example"), allow("beta.example"), allow("*.localhost")]

    verdict = decide(Direction.IN_POST, "Create", host, NOW, wide)

    assert verdict.effect is Effect.DENY
    assert verdict.rule is None
    assert decide(Direction.IN_POST, "Create", "beta.example", NOW, wide).allowed


def test_spelling_of_the_host_does_not_matter() -> None:
    """T-207: the decision is about the canonical host."""
    assert effect("BETA.Example:443", allow("beta.example")) is Effect.ALLOW
    assert effect("bücher.example", allow("xn--bcher-kva.example")) is Effect.ALLOW


@pytest.mark.parametrize(
    "host", ["users.beta.example", "evil.users.beta.example", "beta.example.evil.test", "xbeta.example", "example"]
)
def test_exact_rule_covers_only_its_host(host: str) -> None:
    """T-206: neither subdomains nor look-alikes of an allowed host are allowed."""
    assert effect(host, allow("beta.example")) is Effect.DENY
    assert effect("beta.example", allow("beta.example")) is Effect.ALLOW


def test_wildcard_covers_all_names_below_and_not_itself() -> None:
    """T-206: `*.suffix` is explicit about subdomains, of any depth, and says nothing of the suffix."""
    rule = allow("*.beta.example")

    assert effect("users.beta.example", rule) is Effect.ALLOW
    assert effect("deep.users.beta.example", rule) is Effect.ALLOW
    assert effect("beta.example", rule) is Effect.DENY
    assert effect("evilbeta.example", rule) is Effect.DENY


def test_more_specific_pattern_decides() -> None:
    """An exact host before a wildcard, and a longer wildcard before a shorter one, for allow and deny alike."""
    rules = [deny("*.example"), allow("*.beta.example"), deny("*.x.beta.example"), allow("good.x.beta.example")]

    assert effect("gamma.example", *rules) is Effect.DENY
    assert effect("a.beta.example", *rules) is Effect.ALLOW
    assert effect("a.x.beta.example", *rules) is Effect.DENY
    assert effect("good.x.beta.example", *rules) is Effect.ALLOW


def test_deny_beats_hold_and_hold_beats_allow_at_one_pattern() -> None:
    """The stricter effect wins between equals, and only between equals."""
    hold = Rule("hold", "beta.example", Effect.HOLD)

    assert effect("beta.example", allow("beta.example"), hold) is Effect.HOLD
    assert effect("beta.example", allow("beta.example"), hold, deny("beta.example")) is Effect.DENY
    assert effect("beta.example", allow("beta.example"), Rule("wide hold", "*.example", Effect.HOLD)) is Effect.ALLOW


def test_held_contact_is_not_allowed() -> None:
    """T-200: a hold refuses like a deny does; only the verdict tells them apart."""
    verdict = decide(
        Direction.OUT_DELIVER, "Create", "beta.example", NOW, [Rule("7", "beta.example", Effect.HOLD, reason="removed")]
    )

    assert not verdict.allowed
    assert verdict.effect is Effect.HOLD
    assert (
        verdict.sentence == "out-deliver of Create with beta.example is held by rule 7 (beta.example), because: removed"
    )


def test_drafts_never_count() -> None:
    """A draft neither opens nor closes anything."""
    assert effect("beta.example", Rule("1", "beta.example", Effect.ALLOW, draft=True)) is Effect.DENY
    assert (
        effect("beta.example", allow("beta.example"), Rule("2", "beta.example", Effect.DENY, draft=True))
        is Effect.ALLOW
    )


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "expected"),
    [
        (NOW, None, Effect.ALLOW),
        (NOW + HOUR, None, Effect.DENY),
        (None, NOW + HOUR, Effect.ALLOW),
        (None, NOW, Effect.DENY),
        (NOW - HOUR, NOW + HOUR, Effect.ALLOW),
        (NOW - 2 * HOUR, NOW - HOUR, Effect.DENY),
    ],
)
def test_rule_counts_only_in_its_time(valid_from: datetime | None, valid_to: datetime | None, expected: Effect) -> None:
    """A rule counts from its first moment up to, and not at, its last."""
    assert (
        effect("beta.example", Rule("1", "beta.example", Effect.ALLOW, valid_from=valid_from, valid_to=valid_to))
        is expected
    )


@pytest.mark.parametrize("direction", BETWEEN_NODES)
def test_rule_counts_only_in_its_directions(direction: Direction) -> None:
    """A one-way allow opens one way; a one-way deny closes one way of an open host."""
    one_way = allow("beta.example", directions=frozenset({Direction.IN_POST}))
    closed = deny("beta.example", directions=frozenset({Direction.IN_POST}))

    assert (effect("beta.example", one_way, direction=direction) is Effect.ALLOW) == (direction is Direction.IN_POST)
    assert (effect("beta.example", allow("beta.example"), closed, direction=direction) is Effect.DENY) == (
        direction is Direction.IN_POST
    )


def test_allow_without_ports_opens_the_port_of_https_only() -> None:
    """T-207: another port is another program, and needs to be named, beside the rule or in its pattern."""
    assert effect("beta.example:8443", allow("beta.example")) is Effect.DENY
    assert effect("beta.example:8443", allow("beta.example", ports=(8443,))) is Effect.ALLOW
    assert effect("beta.example", allow("beta.example", ports=(8443,))) is Effect.DENY
    assert effect("beta.example", allow("beta.example", ports=(443, 8443))) is Effect.ALLOW


def test_pattern_with_a_port_is_exactly_that_host_and_port() -> None:
    """In development a peer is a name with its port."""
    rule = allow("beta.localhost:8002")

    assert effect("beta.localhost:8002", rule) is Effect.ALLOW
    assert effect("beta.localhost:8001", rule) is Effect.DENY
    assert effect("beta.localhost", rule) is Effect.DENY
    assert effect("x.beta.localhost:8002", rule) is Effect.DENY
    assert effect("beta.localhost:8002", allow("*.localhost:8002")) is Effect.ALLOW


def test_deny_without_ports_closes_every_port() -> None:
    """A wide allow with ports does not reopen a denied host on one of them; naming the port on purpose does."""
    wide = allow("*.example", ports=(443, 8443))

    assert effect("beta.example:8443", wide) is Effect.ALLOW
    assert effect("beta.example:8443", wide, deny("beta.example")) is Effect.DENY
    assert effect("beta.example:8443", wide, deny("beta.example", ports=(443,))) is Effect.ALLOW
    assert effect("beta.example:8443", wide, deny("beta.example"), allow("beta.example:8443")) is Effect.ALLOW


def test_verdict_names_the_rule_and_what_it_pins() -> None:
    """The caller gets the very rule that decided, with its pins; the narrower reach wins between two allows."""
    pinned = Rule("9", "beta.example", Effect.ALLOW, addresses=(ip_network("10.20.0.0/16"),), reach=Reach.ADDRESSED)

    verdict = decide(Direction.OUT_FETCH, "actor", "beta.example", NOW, [allow("beta.example"), pinned])

    assert verdict.rule is pinned
    assert verdict.rule_id == "9"
    assert "rule 9 (beta.example)" in verdict.sentence


def test_refusal_without_a_rule_says_so() -> None:
    """T-222: the log reads who was refused, in which direction, and that no rule was the reason."""
    verdict = decide(Direction.IN_POST, "Follow", "gamma.example", NOW, [allow("beta.example")])

    assert verdict.rule_id is None
    assert verdict.sentence == "in-post of Follow with gamma.example is refused: no rule allows it"


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("Beta.Example", "beta.example"),
        ("beta.example:443", "beta.example"),
        ("*.Bücher.example", "*.xn--bcher-kva.example"),
        ("*.localhost:8001", "*.localhost:8001"),
    ],
)
def test_patterns_have_one_spelling(text: str, pattern: str) -> None:
    """What an administrator types becomes the canonical pattern, and stays it."""
    assert parse_pattern(text) == pattern
    assert parse_pattern(pattern) == pattern


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "*.",
        "**.example",
        "*.*.example",
        "*example",
        "a.*.example",
        ".example",
        "*.10.0.0.1",
        "https://beta.example",
    ],
)
def test_what_is_no_pattern_is_refused(text: str) -> None:
    """There is no pattern for everybody, and none with a star elsewhere than in front."""
    with pytest.raises(errors.Invalid):
        parse_pattern(text)


def test_rules_that_could_mean_something_else_cannot_exist() -> None:
    """A rule is refused when it is made, not when it is asked."""
    with pytest.raises(errors.Invalid):
        Rule("1", "Beta.example", Effect.DENY)
    with pytest.raises(errors.Invalid):
        Rule("1", "beta.example", Effect.ALLOW, ports=(0,))
    with pytest.raises(errors.Invalid):
        Rule("1", "beta.example:8443", Effect.ALLOW, ports=(8444,))
    with pytest.raises(errors.Invalid):
        Rule("1", "beta.example", Effect.ALLOW, valid_to=datetime(2030, 1, 1))  # noqa: DTZ001 - the missing zone is the point


PATTERNS = ["a.test", "b.a.test", "c.b.a.test", "*.a.test", "*.b.a.test", "*.test", "a.test:8443", "*.a.test:8443"]
HOSTS = ["a.test", "b.a.test", "c.b.a.test", "d.c.b.a.test", "a.test:8443", "b.a.test:8443", "test", "other.example"]
MOMENTS = [None, NOW - HOUR, NOW, NOW + HOUR]


@st.composite
def rule_lists(draw: st.DrawFn) -> list[Rule]:
    count = draw(st.integers(0, 8))
    rules = []
    for number in range(count):
        pattern = draw(st.sampled_from(PATTERNS))
        rules.append(
            Rule(
                id=str(number),
                pattern=pattern,
                effect=draw(st.sampled_from(list(Effect))),
                directions=draw(st.frozensets(st.sampled_from(list(Direction)), max_size=2)),
                valid_from=draw(st.sampled_from(MOMENTS)),
                valid_to=draw(st.sampled_from(MOMENTS)),
                ports=() if ":" in pattern else draw(st.sampled_from([(), (443,), (8443,), (443, 8443)])),
                reach=draw(st.sampled_from(list(Reach))),
                draft=draw(st.booleans()),
            )
        )
    return rules


def reference(direction: Direction, host: str, rules: Sequence[Rule]) -> tuple[Effect, str | None]:
    """The decision as one would write it down first: look at every rule, rank those that match."""
    name, port = split_port(canonical_host(host))
    ranked = []
    for rule in rules:
        pattern_name, pattern_port = (*rule.pattern.split(":"), "")[:2]
        exact = name == pattern_name
        below = pattern_name.startswith("*.") and name.endswith(pattern_name[1:])
        if pattern_port:
            right_port = str(port) == pattern_port
        else:
            right_port = port in (rule.ports or ((443,) if rule.effect is Effect.ALLOW else (port,)))
        in_time = (rule.valid_from is None or rule.valid_from <= NOW) and (rule.valid_to is None or rule.valid_to > NOW)
        in_direction = not rule.directions or direction in rule.directions
        if (exact or below) and right_port and in_time and in_direction and not rule.draft:
            strictness = [Effect.DENY, Effect.HOLD, Effect.ALLOW].index(rule.effect)
            narrowness = [Reach.ADDRESSED, Reach.NETWORK].index(rule.reach)
            ranked.append(((not exact, -len(pattern_name), not pattern_port, strictness, narrowness, rule.id), rule))
    if not ranked:
        return Effect.DENY, None
    winner = min(ranked, key=lambda entry: entry[0])[1]
    return winner.effect, winner.id


@given(rules=rule_lists(), host=st.sampled_from(HOSTS), direction=st.sampled_from(BETWEEN_NODES), data=st.data())
def test_decision_is_a_function_of_the_set_of_rules(
    rules: list[Rule], host: str, direction: Direction, data: st.DataObject
) -> None:
    """T-221: any order of the rules gives the verdict of the plain reference, indexed or not."""
    shuffled = data.draw(st.permutations(rules))

    verdict = decide(direction, "Create", host, NOW, RuleSet(rules))

    assert decide(direction, "Create", host, NOW, shuffled) == verdict
    assert (verdict.effect, verdict.rule_id) == reference(direction, host, rules)


@given(rules=rule_lists(), host=st.sampled_from(HOSTS), direction=st.sampled_from(BETWEEN_NODES))
def test_nothing_is_allowed_without_an_allow_of_this_moment(rules: list[Rule], host: str, direction: Direction) -> None:
    """An allowed contact always has a live rule that allows it, and taking the allows away closes everything."""
    verdict = decide(direction, "Create", host, NOW, rules)

    assert not verdict.allowed or (verdict.rule in rules and verdict.rule is not None and not verdict.rule.draft)
    assert not decide(
        direction, "Create", host, NOW, [rule for rule in rules if rule.effect is not Effect.ALLOW]
    ).allowed


def test_large_rule_sets_are_indexed() -> None:
    """A set of rules can be asked about one pattern without looking at the others."""
    rules = RuleSet(allow(f"node{number}.example") for number in range(1000))

    assert [rule.pattern for rule in rules.under("node7.example")] == ["node7.example"]
    assert rules.under("*.example") == ()
    assert len(rules.rules) == 1000
