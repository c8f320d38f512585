"""The one decoder of the three dialects: the same values come out of JSON, a form with brackets, and a query."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fediverse.errors import Malformed
from fediverse.mastodon.parameters import Parameters, Value
from fediverse.mastodon.request_body import MAX_DEPTH, from_json, nested

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="[]\0"), min_size=1, max_size=8)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
LEAVES = TEXTS | st.lists(TEXTS, min_size=1, max_size=4)
OBJECTS = st.dictionaries(NAMES, LEAVES | st.dictionaries(NAMES, LEAVES, min_size=1, max_size=3), max_size=5)


def form_of(values: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """How client libraries write nested values as form fields."""
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        field = f"{prefix}[{name}]" if prefix else name
        if isinstance(value, dict):
            pairs += form_of(value, field)
        elif isinstance(value, list):
            pairs += [(f"{field}[]", item) for item in value]
        else:
            pairs.append((field, value))
    return pairs


@given(OBJECTS)
def test_a_form_and_json_say_the_same(values: dict[str, Any]) -> None:
    """Whatever a client writes as JSON, it may write as a form with brackets."""
    by_form = nested(form_of(values))
    by_json = from_json(json.dumps(values).encode())

    assert by_form == by_json == values


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=5)), max_size=8))
def test_any_form_is_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    """No name, however odd, ends in anything but values or Malformed."""
    try:
        values = nested(pairs)
    except Malformed:
        return

    assert isinstance(values, dict)


@given(st.binary(max_size=60))
def test_any_json_body_is_read_or_refused(body: bytes) -> None:
    """No body ends in anything but values or Malformed."""
    try:
        values = from_json(body)
    except Malformed:
        return

    assert isinstance(values, dict)


def test_profile_fields_by_index_are_a_list_in_order() -> None:
    """`fields_attributes[0][name]`, as Mastodon.py and masto.js send it, and a JSON list are the same."""
    form = nested([
        ("fields_attributes[10][name]", "Desk"), ("fields_attributes[10][value]", "B 12"),
        ("fields_attributes[9][name]", "Team"), ("fields_attributes[9][value]", "Paint"),
    ])  # fmt: skip
    listed = from_json(
        b'{"fields_attributes": [{"name": "Team", "value": "Paint"}, {"name": "Desk", "value": "B 12"}]}'
    )

    names = [[item.word("name") for item in Parameters(values).items("fields_attributes")] for values in (form, listed)]

    assert names == [["Team", "Desk"], ["Team", "Desk"]]


def test_objects_without_an_index_begin_anew_when_a_name_comes_again() -> None:
    """`fields_attributes[][name]`: Rails' own way to write a list of objects."""
    values = nested([("f[][name]", "a"), ("f[][value]", "1"), ("f[][name]", "b"), ("f[][value]", "2")])

    assert values == {"f": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]}


@pytest.mark.parametrize(
    "query", [[("id[]", "1"), ("id[]", "2")], [("id", "1"), ("id", "2")], [("id[0]", "1"), ("id[1]", "2")]]
)
def test_ids_come_in_three_spellings(query: list[tuple[str, str]]) -> None:
    """`id[]=1&id[]=2`, `id=1&id=2` and `id[0]=1&id[1]=2` are one list."""
    values = nested(query)

    assert Parameters(values).records("id") == [1, 2]


def test_null_in_json_is_absent() -> None:
    """A client that sends null for what it does not set has not set it."""
    asked = Parameters(from_json(b'{"status": "Hello", "in_reply_to_id": null, "media_ids": [null, "7"]}'))

    assert "in_reply_to_id" not in asked
    assert asked.texts("media_ids") == ["7"]


@pytest.mark.parametrize(
    "pairs",
    [
        [("a", "1"), ("a[b]", "2")],
        [("a[b]", "1"), ("a", "2")],
        [("a[b]", "1"), ("a[]", "2")],
        [("a[", "1")],
        [("[a]", "1")],
        [("", "1")],
        [("a[][]", "1")],
        [("a\0", "1")],
        [("a", "1\0")],
        [("a" + "[b]" * MAX_DEPTH, "1")],
    ],
)
def test_names_that_contradict_or_cannot_be_read_are_refused(pairs: list[tuple[str, str]]) -> None:
    """A guess at what was meant could publish to the wrong people."""
    with pytest.raises(Malformed):
        nested(pairs)


@pytest.mark.parametrize(
    "body",
    [b"[]", b"1", b"{", b'{"a": NaN}', b'{"a": "\\u0000"}', b'{"a": "\\ud800"}', b'{"a":' * 10 + b"1" + b"}" * 10],
)
def test_json_that_is_no_plain_object_is_refused(body: bytes) -> None:
    """Lists, broken text, NUL, lone surrogates and deep nesting never reach a verb."""
    with pytest.raises(Malformed):
        from_json(body)


@pytest.mark.parametrize(("sent", "meant"), [
    (True, True), ("true", True), (1, True), ("1", True), ("on", True), (False, False), ("false", False), (0, False), ("0", False), ("off", False),
    ("", None),
])  # fmt: skip
def test_booleans_come_in_many_spellings(sent: Value, meant: bool | None) -> None:  # noqa: FBT001
    """§6: `true "true" 1 "1" "on"`; an empty value says nothing."""
    assert Parameters({"sensitive": sent}).flag("sensitive") is meant


def test_a_garbled_boolean_is_refused() -> None:
    """`local_only=maybe` must not be taken for "no"."""
    with pytest.raises(Exception, match="local_only must be true or false"):
        Parameters({"local_only": "maybe"}).flag("local_only")


@pytest.mark.parametrize(
    ("sent", "meant"),
    [("12", 12), (12, 12), ("", None), ("x", None), ("-1", None), ("9" * 400, 2**63 - 1), ("１２", None)],
)
def test_a_cursor_is_any_number_and_nothing_else(sent: Value, meant: int | None) -> None:
    """§7: an unknown cursor never fails, since ids are only compared; one too large for the database is the largest."""
    assert Parameters({"max_id": sent}).cursor("max_id") == meant


@given(OBJECTS)
def test_a_query_survives_its_encoding(values: dict[str, Any]) -> None:
    """What a browser encodes is what we decode."""
    encoded = urlencode(form_of(values), encoding="utf-8", errors="strict")

    assert nested(parse_qsl(encoded, keep_blank_values=True)) == values
