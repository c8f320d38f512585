"""OAuth scopes: what covers what, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fediverse.errors import Invalid
from fediverse.policy.scopes import KNOWN, covers, covers_all, parse, without_admin


@pytest.mark.parametrize(
    ("granted", "wanted"),
    [
        ("read", "read"),
        ("read", "read:statuses"),
        ("read:statuses", "read:statuses"),
        ("write", "write:media"),
        ("follow", "write:follows"),
        ("follow", "read:blocks"),
        ("read write", "follow"),
        ("admin:read", "admin:read:accounts"),
        ("push", "push"),
        ("profile", "profile"),
    ],
)
def test_scope_that_was_granted_covers_its_parts(granted: str, wanted: str) -> None:
    """A scope covers itself and all below it; `follow` is reading and writing of follows, blocks and mutes."""
    assert covers(granted.split(), wanted)


@pytest.mark.parametrize(
    ("granted", "wanted"),
    [
        ("", "read"),
        ("read", "write"),
        ("read", "write:statuses"),
        ("read:statuses", "read"),
        ("read:statuses", "read:accounts"),
        ("read", "follow"),
        ("follow", "read"),
        ("follow", "write:statuses"),
        ("read", "profile"),
        ("profile", "read:accounts"),
        ("read write follow push", "admin:read"),
        ("admin:read", "read"),
        ("admin:read", "admin:write:accounts"),
        ("read write", "push"),
        ("read", "read:nonsense"),
        ("nonsense", "nonsense"),
    ],
)
def test_scope_that_was_not_granted_is_not_covered(granted: str, wanted: str) -> None:
    """The same question for what lies beside or above, and for scopes that do not exist."""
    assert not covers(granted.split(), wanted)


def test_all_parts_together_are_less_than_their_family() -> None:
    """A token for every part of `read` that exists today is not one for what `read` may cover tomorrow."""
    parts = [scope for scope in KNOWN if scope.startswith("read:")]

    assert covers_all(parts, parts)
    assert not covers(parts, "read")


@given(st.lists(st.sampled_from(KNOWN), min_size=1), st.lists(st.sampled_from(KNOWN), min_size=1))
def test_requested_is_covered_exactly_when_each_of_it_is(registered: list[str], requested: list[str]) -> None:
    """Requested ⊆ registered is compared as a set: order and repetition do not matter, one that is missing does."""
    expected = all(covers(registered, scope) for scope in requested)

    assert covers_all(registered, requested) == expected
    assert covers_all(reversed(registered), set(requested)) == expected
    assert covers_all([*registered, *requested], requested)


def test_nothing_requested_is_not_covered() -> None:
    """An empty request is no request that was granted."""
    assert not covers_all(["read"], [])


def test_scopes_are_read_once_each_in_their_order() -> None:
    """What clients send: one text, separated by blanks; nothing at all means `read`."""
    assert parse("read write  follow push read") == ("read", "write", "follow", "push")
    assert parse("") == ("read",)


@pytest.mark.parametrize("text", ["read everything", "READ", "read,write", "write:bites", "admin", "admin:"])
def test_unknown_scope_is_refused(text: str) -> None:
    """One unknown scope spoils the request: leaving it out would give an application less than it believes."""
    with pytest.raises(Invalid):
        parse(text)


def test_administration_is_taken_away_and_nothing_else() -> None:
    """What a token is worth in the hands of somebody who does not administer."""
    assert without_admin(["read", "admin:read", "admin:write:accounts", "push"]) == {"read", "push"}
