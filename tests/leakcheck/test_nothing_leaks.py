"""Nobody receives what is not theirs, by any way; hosts that must not be contacted are not."""

from tests.leakcheck.check import Found


def test_nobody_outside_receives_a_canary(found: Found) -> None:
    """Each failure names who received it, by what way, and which field of what."""
    leaks = found.leaks()
    assert not leaks, "\n".join(f"LEAK {one}" for one in leaks)


def test_nobody_comes_to_a_host_that_is_held_or_unknown(found: Found) -> None:
    """Not for a delivery, not for a fetch, whoever led there: D since it is held, E never."""
    contacts = sorted(set(found.ledger.contacts))
    assert not contacts, "\n".join(f"LEAK a contact with {one}" for one in contacts)


def test_nothing_fails_on_the_way(found: Found) -> None:
    """An answer of 500 and more, or a member who never got a post, would be a check that saw less than it says."""
    assert sorted(set(found.ledger.faults)) == []
