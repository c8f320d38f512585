"""Bodies of other servers are read strictly: what two readers could read differently is refused."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fediverse.activitystreams.strict_json import MAX_DEPTH, MAX_INTEGER, MAX_NODES, parse
from fediverse.errors import Malformed


def nested(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


def wide(values: int) -> bytes:
    """A document of exactly *values* values: itself, its list, and what stands in it."""
    return b'{"a":[' + b",".join([b"1"] * (values - 2)) + b"]}"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{}", {}),
        (b' {"a": [1, -2.5, true, null, "x"]}\n', {"a": [1, -2.5, True, None, "x"]}),
        ('{"é": "😀"}'.encode(), {"é": "😀"}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
        (b'{"a": "\\u0000"}', {"a": "\x00"}),
        (b'{"a": %d}' % MAX_INTEGER, {"a": MAX_INTEGER}),
        (b'{"a": 1e3}', {"a": 1000.0}),
        (b'{"a": {"b": 1}, "c": {"b": 2}}', {"a": {"b": 1}, "c": {"b": 2}}),
    ],
)
def test_plain_documents_are_read(body: bytes, expected: dict[str, Any]) -> None:
    """What every reader reads alike is accepted."""
    assert parse(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[1]",
        b'"text"',
        b"1",
        b"null",
        b"{",
        b"{} {}",
        b'{"a": 1,}',
        b"{'a': 1}",
        b"\xef\xbb\xbf{}",
        b'{"a": "\xff"}',
        b'{"a": "\xed\xa0\x80"}',
        "{}".encode("utf-16"),
        b'{"a": 1, "a": 1}',
        b'{"b": {"a": 1, "\\u0061": 2}}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": -1e999}',
        b'{"a": %d}' % (MAX_INTEGER + 1),
        b'{"a": %d}' % (-MAX_INTEGER - 1),
        b'{"a": ' + b"9" * 1_000_000 + b"}",
        b'{"a": 1.' + b"9" * 1_000_000 + b"}",
        b'{"a": "\\ud800"}',
        b'{"a": "\\ude00\\ud83d"}',
        b'{"\\udfff": 1}',
        b'{"a": "line\nbreak"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_could_be_read_in_two_ways_is_malformed(body: bytes) -> None:
    """T-346: duplicate keys, numbers beyond their type, half characters, a byte order mark, other encodings, endless nesting."""
    with pytest.raises(Malformed):
        parse(body)


def test_depth_is_bounded() -> None:
    """T-047b: 32 levels are read, 33 are not, whether of objects or of lists."""
    assert parse(nested(MAX_DEPTH))

    for body in (nested(MAX_DEPTH + 1), b'{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}"):
        with pytest.raises(Malformed):
            parse(body)


def test_the_number_of_values_is_bounded() -> None:
    """T-047b: 10,000 values are read, one more is not, and those at the deepest level count too."""
    assert parse(wide(MAX_NODES))

    deepest = b'{"a":' * (MAX_DEPTH - 1) + b"[" + b",".join([b"1"] * MAX_NODES) + b"]" + b"}" * (MAX_DEPTH - 1)
    for body in (wide(MAX_NODES + 1), deepest):
        with pytest.raises(Malformed):
            parse(body)


@given(
    st.binary(max_size=60)
    | st.text(alphabet=st.sampled_from(list('{}[]",:\\ud80019eE.-+ antf')), max_size=60).map(str.encode)
)
@settings(max_examples=500)
def test_only_our_error_escapes(body: bytes) -> None:
    """Any bytes give an object or Malformed."""
    try:
        document = parse(body)
    except Malformed:
        return

    assert document == json.loads(body)


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-MAX_INTEGER, MAX_INTEGER)
            | st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
            max_leaves=10,
        ),
        max_size=5,
    )
)
def test_ordinary_documents_come_through_unchanged(document: dict[str, Any]) -> None:
    """What an honest server writes is what we read, escaped or not."""
    assert parse(json.dumps(document).encode()) == document
    assert parse(json.dumps(document, ensure_ascii=False).encode()) == document
