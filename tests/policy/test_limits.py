"""Rate limits: what counts against which, windows, and what is one address."""

from datetime import UTC, datetime

import pytest

from fediverse.policy.limits import (
    DELETIONS,
    REGISTRATIONS,
    REQUESTS,
    UPLOADS,
    Limit,
    address_group,
    limits_of,
    standing,
)

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/api/v1/timelines/home", (REQUESTS,)),
        ("POST", "/api/v1/apps", (REGISTRATIONS, REQUESTS)),
        ("POST", "/api/v2/media", (UPLOADS, REQUESTS)),
        ("DELETE", "/api/v1/statuses/12", (DELETIONS, REQUESTS)),
        ("POST", "/api/v1/statuses/12/unreblog", (DELETIONS, REQUESTS)),
        ("POST", "/oauth/token", (REQUESTS,)),
        ("OPTIONS", "/api/v1/statuses", ()),
        ("GET", "/home", ()),
        ("POST", "/inbox", ()),
        ("GET", "/oauth/authorize", ()),
    ],
)
def test_requests_of_clients_are_counted(method: str, path: str, expected: tuple[Limit, ...]) -> None:
    """Everything below /api and what applications ask of /oauth; neither preflights nor pages nor other servers."""
    assert limits_of(method, path) == expected


def test_last_of_a_window_is_allowed_and_the_next_is_not() -> None:
    """Exactly as many as the limit says."""
    limit = Limit("test", 3, 60)

    last = standing(limit, 3, NOON)
    next_one = standing(limit, 4, NOON)

    assert (last.allowed, last.remaining) == (True, 0)
    assert (next_one.allowed, next_one.remaining) == (False, 0)


def test_window_ends_at_a_round_time() -> None:
    """Everybody is told the same moment, which lies within the window's length."""
    at = standing(Limit("test", 3, 300), 1, NOON.replace(minute=3, second=20))

    assert at.reset_at == NOON.replace(minute=5)
    assert at.retry_after_s(NOON.replace(minute=3, second=20)) == 100


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("testclient", "testclient", True),
    ],
)
def test_one_customer_is_one_address(one: str, other: str, *, same: bool) -> None:
    """An IPv6 customer has 2^64 addresses, and must not have as many attempts."""
    assert (address_group(one) == address_group(other)) is same
