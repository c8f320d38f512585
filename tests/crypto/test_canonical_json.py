"""Canonical JSON: the quick way writes what the reference library writes, byte for byte, and refuses what it refuses."""

import math

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from fediverse.crypto.canonical_json import canonical

NAMES = st.text(max_size=8) | st.sampled_from(
    ["a", "A", "@context", "b\u20ac", "\ufb33", "\U0001f600", "1", "10", "\x7f"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@given(VALUES)
def test_both_ways_write_the_same(value: object) -> None:
    """Whatever JSON can hold: control characters, names that sort otherwise as bytes, floats, empty things."""
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # any JSON


@given(st.text(alphabet=st.characters(max_codepoint=0x2100)))
def test_every_character_is_written_as_the_standard_says(text: str) -> None:
    r"""RFC 8785 §3.2.2.2: the two-letter escapes, `\u00xx` for the other controls, and all else as itself."""
    assert canonical({"text": text}) == rfc8785.dumps({"text": text})


def test_names_are_sorted_by_code_units_of_utf16() -> None:
    """RFC 8785 §3.2.3: a pair of surrogates comes before U+FB33, which bytes would sort after it."""
    assert canonical({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize("value", [2**53, -(2**53), math.nan, math.inf, "\ud800", {"a": object()}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    """As `proofs` counts on: ValueError, from whichever way it went."""
    with pytest.raises(ValueError, match=r"."):
        canonical(value)
