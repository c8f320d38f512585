"""Push services and the decision: a list of its own, apart from the allowlist of nodes in both directions."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fediverse.policy.domains import BETWEEN_NODES, Direction, Effect, Rule, RuleSet, decide

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SERVICE = "push.example"
WIDE = Rule("wide", "*.example", Effect.ALLOW)
NAMED = Rule("named", SERVICE, Effect.ALLOW)
TO_PUSH = Rule("to push", SERVICE, Effect.ALLOW, frozenset({Direction.PUSH}))


def allowed(direction: Direction, host: str, *rules: Rule, services: tuple[str, ...] = (SERVICE,)) -> bool:
    return decide(direction, "mention", host, NOW, RuleSet(rules, services)).allowed


def test_only_what_is_pushed_goes_to_a_push_service() -> None:
    """Whatever rules allow around it or by its very name; the same rules open the host once it is no push service."""
    for direction in BETWEEN_NODES:
        assert not allowed(direction, SERVICE, WIDE, NAMED)
        assert allowed(direction, SERVICE, WIDE, NAMED, services=())

    assert allowed(Direction.PUSH, SERVICE)


def test_what_is_pushed_goes_to_push_services_alone() -> None:
    """No rule makes a host a push service, not even one that says so; another port is another host."""
    assert not allowed(Direction.PUSH, "beta.example", WIDE)
    assert not allowed(Direction.PUSH, SERVICE, WIDE, NAMED, TO_PUSH, services=())
    assert not allowed(Direction.PUSH, "push.example:8443")
    assert not allowed(Direction.PUSH, "a.push.example")

    assert allowed(Direction.PUSH, "push.example:8443", services=("push.example:8443",))


@pytest.mark.parametrize("effect", [Effect.DENY, Effect.HOLD])
def test_a_rule_against_the_host_stops_pushing(effect: Effect) -> None:
    """A no of the administrators counts everywhere; one for another direction leaves it alone."""
    assert not allowed(Direction.PUSH, SERVICE, Rule("no", SERVICE, effect))
    assert not allowed(Direction.PUSH, SERVICE, Rule("no", "*.example", effect))

    assert allowed(Direction.PUSH, SERVICE, Rule("no", SERVICE, effect, frozenset({Direction.IN_POST})))


def test_the_connection_is_bound_to_the_service_s_own_port() -> None:
    """What the transport pins: the port that the list names, and no other."""
    for host, port in ((SERVICE, 443), ("push.example:8443", 8443)):
        verdict = decide(Direction.PUSH, "mention", host, NOW, RuleSet((), (host,)))

        assert verdict.rule is not None
        assert verdict.rule.granted_ports == (port,)


@given(
    services=st.frozensets(st.sampled_from([SERVICE, "beta.example", "gamma.example:81"])),
    rules=st.lists(st.sampled_from([WIDE, NAMED, TO_PUSH, Rule("no", "beta.example", Effect.DENY)])),
    host=st.sampled_from([SERVICE, "beta.example", "gamma.example:81", "delta.example"]),
    direction=st.sampled_from(list(Direction)),
)
def test_no_host_is_both(services: frozenset[str], rules: list[Rule], host: str, direction: Direction) -> None:
    """Whatever lists there are: an allowed push means a push service, and anything else allowed means none."""
    if decide(direction, "mention", host, NOW, RuleSet(rules, services)).allowed:
        assert (host in services) is (direction is Direction.PUSH)
