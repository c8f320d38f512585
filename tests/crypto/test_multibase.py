"""Multibase: base58btc in both directions."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fediverse.crypto import multibase
from fediverse.errors import Malformed


def test_published_examples_of_base58btc_are_matched() -> None:
    """The three examples of the base58 Internet-Draft, leading zeros among them."""
    examples = {
        b"Hello World!": "z2NEpo7TZRRrLZSi2U",
        b"The quick brown fox jumps over the lazy dog.": "zUSm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
        bytes.fromhex("0000287fb4cd"): "z11233QC4",
    }

    encoded = {data: multibase.encode(data) for data in examples}

    assert encoded == examples
    assert {data: multibase.decode(text) for data, text in examples.items()} == {data: data for data in examples}


@given(st.binary(max_size=80))
def test_every_value_survives_the_way_there_and_back(data: bytes) -> None:
    """Any bytes, leading zeros and emptiness included."""
    assert multibase.decode(multibase.encode(data)) == data


@pytest.mark.parametrize("text", ["", "2NEpo7TZRRrLZSi2U", "uSGVsbG8", "z0OIl", "z2NE po7", "zé", "z" + "2" * 256])
def test_what_is_not_base58btc_is_refused(text: str) -> None:
    """No base, another base, foreign characters, and more than anything of ours can need."""
    with pytest.raises(Malformed):
        multibase.decode(text)


@given(st.text())
def test_decoding_never_fails_in_another_way(text: str) -> None:
    """Whatever a stranger sends is decoded or refused as malformed."""
    with contextlib.suppress(Malformed):
        multibase.decode("z" + text)


def test_a_megabyte_is_refused_without_work() -> None:
    """Base58 costs the square of the length: the length is looked at first."""
    text = "z" + "2" * 1_000_000
    started = time.perf_counter()

    with pytest.raises(Malformed):
        multibase.decode(text)

    assert time.perf_counter() - started < 0.5
