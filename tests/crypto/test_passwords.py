"""Password hashes."""

import pytest
from argon2 import extract_parameters

from fediverse.crypto.passwords import DECOY_HASH, MAX_PASSWORD_CHARACTERS, hash_password, needs_new_hash, password_fits
from fediverse.errors import Invalid

PASSWORD = "correct horse battery staple"


def test_right_password_fits_and_a_wrong_one_does_not() -> None:
    """The hash tells them apart, and does not hold the password."""
    stored = hash_password(PASSWORD)

    assert password_fits(PASSWORD, stored)
    assert not password_fits(PASSWORD + " ", stored)
    assert PASSWORD not in stored


def test_same_password_is_stored_differently_each_time() -> None:
    """Two people with one password are not seen to have it."""
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


def test_accent_fits_however_the_keyboard_composes_it() -> None:
    """One device sends "é" as one character, another as "e" and an accent."""
    assert password_fits("de\u0301ja\u0300 vu 2026", hash_password("d\u00e9j\u00e0 vu 2026"))


@pytest.mark.parametrize("stored", ["", "nonsense", "$argon2id$v=19$m=1$broken", DECOY_HASH])
def test_nothing_fits_an_account_without_a_password(stored: str) -> None:
    """An empty or unreadable hash is no open door, nor is the decoy."""
    assert not password_fits("", stored)
    assert not password_fits(PASSWORD, stored)


def test_decoy_costs_what_a_real_hash_costs() -> None:
    """Or the time of an answer would tell which accounts exist."""
    assert extract_parameters(DECOY_HASH) == extract_parameters(hash_password(PASSWORD))


@pytest.mark.parametrize("password", ["", "short", "x" * (MAX_PASSWORD_CHARACTERS + 1), "broken \ud800 text"])
def test_unusable_password_is_refused(password: str) -> None:
    """Too short, too long, or no text at all; and it never fits."""
    with pytest.raises(Invalid):
        hash_password(password)
    assert not password_fits(password, hash_password(PASSWORD))


def test_hash_with_older_parameters_is_to_be_made_anew() -> None:
    """So that stored hashes grow stronger as people sign in."""
    older = "$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$R6s1SJq6y2yYYmCMQ3mhHQ"

    assert needs_new_hash(older)
    assert not needs_new_hash(hash_password(PASSWORD))
