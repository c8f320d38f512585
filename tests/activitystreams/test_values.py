"""Values of ActivityStreams come in many shapes; ids are read strictly and the rest leniently."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fediverse.activitystreams import values
from fediverse.activitystreams.shapes import shape_of
from fediverse.activitystreams.values import PUBLIC
from fediverse.errors import Malformed

A, B = "https://a.example/1", "https://b.example/2"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", None),
        (A, A),
        ({"id": A}, A),
        ({}, None),
        ({"id": None, "name": "x"}, None),
        ("as:Public", "as:Public"),
    ],
)
def test_an_id_is_a_string_or_stands_in_an_object(value: Any, expected: str | None) -> None:
    """T-051: absent, null, a string and an object with an id are all usual."""
    assert values.id_of(value) == expected


@pytest.mark.parametrize(
    "value", [1, 0, True, False, 1.5, [A], [], {"id": 1}, {"id": [A]}, {"id": {"id": A}}, {"id": True}]
)
def test_an_id_of_another_type_is_malformed(value: Any) -> None:
    """T-314: a number that is cast to somebody's key, a list that slips past a check, a nested object."""
    with pytest.raises(Malformed):
        values.id_of(value)


@pytest.mark.parametrize(
    "value", ["https://a.example/ x", "https://a.example/\n", "\x00", "https://a.example/\ud800", A + "x" * 2_048]
)
def test_an_id_with_unusable_characters_is_malformed(value: str) -> None:
    """Two programs would cut such an address differently."""
    with pytest.raises(Malformed):
        values.id_of(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ()),
        ([], ()),
        (A, (A,)),
        ([A, B, A], (A, B)),
        ([{"id": A}, None, "", B], (A, B)),
        ({"id": A}, (A,)),
        ({"name": "x"}, ()),
    ],
)
def test_ids_are_none_one_or_many(value: Any, expected: tuple[str, ...]) -> None:
    """T-051: a list of one is one, and each id counts once."""
    assert values.ids_of(value) == expected


@pytest.mark.parametrize("value", [[A, 1], [[A]], 1, [True], [{"id": 1}]])
def test_one_bad_id_spoils_the_list(value: Any) -> None:
    """T-314: nothing is left out silently."""
    with pytest.raises(Malformed):
        values.ids_of(value)


def test_two_where_one_belongs_is_malformed() -> None:
    """A single id may stand in a list; two would leave us to choose."""
    assert values.only_id_of([A]) == A

    with pytest.raises(Malformed):
        values.only_id_of([A, B])


@pytest.mark.parametrize("spelling", [PUBLIC, "as:Public", "Public"])
def test_public_has_three_spellings(spelling: str) -> None:
    """T-050: they are the same everybody."""
    assert values.is_public(spelling)
    assert values.audience_of([spelling, PUBLIC]) == (PUBLIC,)


@pytest.mark.parametrize(
    "other", ["public", "as:public", f"{PUBLIC}/", "http://www.w3.org/ns/activitystreams#Public", A, ""]
)
def test_nothing_else_is_public(other: str) -> None:
    """T-050: an address that only looks like it is an address."""
    assert not values.is_public(other)


@pytest.mark.parametrize(
    ("given_type", "expected"),
    [
        ("Note", ("Note",)),
        (["Note", "Article"], ("Note", "Article")),
        ("as:Note", ("Note",)),
        ("https://www.w3.org/ns/activitystreams#Note", ("Note",)),
        (None, ()),
        ([], ()),
    ],
)
def test_types_are_read_without_their_prefix(given_type: Any, expected: tuple[str, ...]) -> None:
    """T-051: a type may be a list, and may be spelled in full."""
    assert values.types_of({"type": given_type}) == expected
    assert values.type_of({"type": given_type}) == (expected[0] if expected else None)


@pytest.mark.parametrize("given_type", [1, True, {"id": "Note"}, ["Note", 1], [None, "Note"]])
def test_a_type_that_is_no_string_is_malformed(given_type: Any) -> None:
    """The type decides what is done, so it is read as strictly as an id."""
    with pytest.raises(Malformed):
        values.types_of({"type": given_type})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23T18:00:00Z", datetime(2026, 11, 23, 18, tzinfo=UTC)),
        ("2026-11-23T18:00:00.123456789Z", datetime(2026, 11, 23, 18, microsecond=123_000, tzinfo=UTC)),
        ("2026-11-23T19:30:00+01:30", datetime(2026, 11, 23, 18, tzinfo=UTC)),
        ("2026-11-23T18:00:00", datetime(2026, 11, 23, 18, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("yesterday", None),
        ("2026-13-01T00:00:00Z", None),
        ("", None),
        (None, None),
        (1_700_000_000, None),
        (["2026-11-23T18:00:00Z"], None),
    ],
)
def test_dates_are_utc_milliseconds_or_absent(text: Any, expected: datetime | None) -> None:
    """A date that cannot be read is no reason to lose a post."""
    assert values.datetime_of(text) == expected


@pytest.mark.parametrize(
    ("document", "text", "language"),
    [
        ({"content": "x"}, "x", None),
        ({"content": "x", "contentMap": {"fr": "x"}}, "x", "fr"),
        ({"content": "y", "contentMap": {"fr": "x", "en": "y"}}, "y", "en"),
        ({"contentMap": {"fr": "x", "en": "y"}}, "x", "fr"),
        ({"contentMap": {"und": "x"}}, "x", None),
        ({"contentMap": {"not a language!": "x", "de-AT": "z"}}, "z", "de-AT"),
        ({"contentMap": {"fr": 1}}, "", None),
        ({"contentMap": ["fr"]}, "", None),
        ({"content": ["x", "y"]}, "x", None),
        ({"content": {"fr": "x"}}, "", None),
        ({}, "", None),
    ],
)
def test_text_and_its_language_are_read_together(document: dict[str, Any], text: str, language: str | None) -> None:
    """The language is that of the text which is shown."""
    assert values.text_of(document, "content") == text
    assert values.language_of(document, "content") == language


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (A, A),
        (
            [
                {"type": "Link", "mediaType": "video/mp4", "href": B},
                {"type": "Link", "mediaType": "text/html", "href": A},
            ],
            A,
        ),
        ([{"href": B, "mediaType": "video/mp4"}, A], A),
        ({"type": "Image", "url": {"type": "Link", "href": A}}, A),
        ({"type": "Image", "url": [{"href": A}]}, A),
        ("javascript:alert(1)", None),
        ("data:image/png;base64,AAAA", None),
        ("https://good.example@evil.example/", None),
        ("https:///x", None),
        (["ftp://a.example", A], A),
        ({"href": 1}, None),
        (None, None),
    ],
)
def test_links_are_web_addresses(value: Any, expected: str | None) -> None:
    """T-326: of strings, Links and lists, the page for people comes first, and only http and https count."""
    assert values.page_link(value) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x", "https://A.example:443/y#z", True),
        ("https://a.example/x", "http://a.example/x", False),
        ("https://a.example/x", "https://a.example:8443/x", False),
        ("https://a.example/x", "https://a.example.evil.example/x", False),
    ],
)
def test_origins_are_scheme_host_and_port(one: str, other: str, *, same: bool) -> None:
    """FEP-fe34: nothing else makes two addresses one authority."""
    assert (values.origin_of(one) == values.origin_of(other)) is same


@pytest.mark.parametrize(
    ("document", "shape"),
    [
        ({"type": "Person", "inbox": A, "outbox": B}, "actor"),
        ({"type": "Create", "actor": A}, "activity"),
        ({"type": "OrderedCollection", "first": A}, "collection"),
        ({"type": "Collection", "items": []}, "collection"),
        ({"publicKeyPem": "x", "owner": A}, "key"),
        ({"type": "Mention", "href": A}, "link"),
        ({"type": "Note", "content": "x"}, "object"),
        ({"type": "Event", "actor": A, "attributedTo": B}, "object"),
        ({"type": "Note", "inbox": None}, "object"),
    ],
)
def test_a_document_is_what_its_shape_says(document: dict[str, Any], shape: str) -> None:
    """FEP-2277: types are many, shapes are six."""
    assert shape_of(document) == shape


@pytest.mark.parametrize(
    "document",
    [
        {"inbox": A, "actor": B},
        {"inbox": A, "publicKeyPem": "x"},
        {"actor": A, "items": []},
        {"href": A, "inbox": B},
        {"type": "Create", "actor": A, "attributedTo": B, "inbox": A},
        {"type": "Note", "attributedTo": A, "actor": A, "orderedItems": [], "href": A},
    ],
)
def test_a_document_of_two_shapes_is_malformed(document: dict[str, Any]) -> None:
    """T-360: it would be one thing for the check and another for the act."""
    with pytest.raises(Malformed):
        shape_of(document)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from(["id", "href", "url", "name"]), x),
    )
)
def test_only_malformed_escapes_from_any_value(value: Any) -> None:
    """No reader of a value raises anything but our own error."""
    for read in (values.id_of, values.ids_of, values.only_id_of, values.audience_of, values.web_id_of):
        try:
            read(value)
        except Malformed:
            continue
    for lenient in (
        values.string_of,
        values.flag_of,
        values.number_of,
        values.datetime_of,
        values.first_link,
        values.page_link,
        values.items_of,
    ):
        lenient(value)
