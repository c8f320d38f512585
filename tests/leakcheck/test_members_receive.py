"""What each way may carry, and to whom: a table, and the twin of the check. A check in which nobody receives anything would find no leak either."""

import pytest

from fediverse.federation.activities import HEARD
from fediverse.mastodon.routes import SOCKETS, STREAMING
from fediverse.routes import ROUTES, STREAMS
from tests.leakcheck.check import Found
from tests.leakcheck.spoken import NAMED_BY_GROUPS, SAYINGS
from tests.leakcheck.verdicts import CARRIES, NOT_TOLD
from tests.leakcheck.verdicts_of_nothing import CARRIES_NOTHING
from tests.leakcheck.walk import FIXED, NOT_DRIVEN, kind_of, parameters, ways


def _lines() -> set[str]:
    """Every way by which anything can be received: the lines of the URL map, the streams, deliveries of every kind that is spoken, pushes and fetches."""
    streams = {f"GET {path}" for _method, path, _endpoint in STREAMING} | {f"WS {path}" for path, _endpoint in SOCKETS}
    return {
        *(f"{method} {path}" for method, path in ways()),
        *streams,
        *(f"delivery {kind}" for kind in HEARD),
        "push",
        "fetch",
    }


def test_every_way_has_a_verdict() -> None:
    """Whoever adds a route, a stream or a kind of activity says in `tests/leakcheck/verdicts.py` or beside it who may receive a secret by it; what is gone leaves the table."""
    judged = [*CARRIES, *CARRIES_NOTHING]

    assert sorted(_lines() - set(judged)) == []
    assert sorted(set(judged) - _lines()) == []
    assert len(judged) == len(set(judged))
    assert len(STREAMS) == len(STREAMING) + len(SOCKETS)
    assert len(ROUTES) > 100


def test_every_kind_of_activity_is_said_by_everybody() -> None:
    """Whoever adds a kind says in `spoken.SAYINGS` what somebody might say with it about what is secret."""
    assert sorted(set(HEARD) ^ set(SAYINGS)) == []
    assert set(HEARD) >= NAMED_BY_GROUPS


def test_every_parameter_is_filled_on_purpose() -> None:
    """Whoever adds a parameter to a path says in `walk` what it names: otherwise the route would be asked for nothing."""
    unknown = sorted(
        {
            f"{path}: {name}"
            for _method, path in ways()
            for name in parameters(path)
            if name not in FIXED and not kind_of(path, name)
        }
    )

    assert unknown == []


def test_what_is_not_driven_exists() -> None:
    """Routes that end the session or token that asks; each with its reason."""
    assert sorted(set(NOT_DRIVEN) - _lines()) == []


def test_every_way_carries_what_it_is_for(found: Found) -> None:
    """The positive twin: authors, audiences and moderators received secrets by just the ways that are for them."""
    if found.quick:
        pytest.skip("a quick run tries some ways only")
    seen: dict[str, set[str]] = {}
    for receipt in found.ledger.receipts:
        if receipt.relation != "outsider":
            seen.setdefault(receipt.way, set()).add(receipt.relation)

    wrong = {
        way: f"said: {CARRIES.get(way, 'nothing')}, seen: {' '.join(sorted(seen.get(way, ()))) or 'nothing'}"
        for way in _lines()
        if set(CARRIES.get(way, "").split()) != seen.get(way, set())
    }

    assert wrong == {}


def test_every_field_is_received_by_somebody(found: Found) -> None:
    """Each secret reached one who may have it, save those that are told to nobody: a word that stands nowhere would prove nothing.

    What is written last is there for outsiders alone: its readers have read by then.
    """
    if found.quick:
        pytest.skip("a quick run tries some ways only")
    received = {receipt.canary for receipt in found.ledger.receipts}

    told = {canary.name for canary in found.canaries if not canary.thing.startswith("later ")}
    silent = sorted(told - received - NOT_TOLD)

    assert silent == []
