"""Handles, mentions and hashtags are found where people see them, and nowhere else."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fediverse.errors import Invalid
from fediverse.text.mentions import Handle, count_characters, find_hashtags, find_mentions, parse_handle
from fediverse.text.scanning import found_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alice", Handle("alice")),
        ("@alice", Handle("alice")),
        ("@alice@Acme.Example", Handle("alice", "acme.example")),
        ("alice@acme.example", Handle("alice", "acme.example")),
        ("acct:alice@acme.example", Handle("alice", "acme.example")),
        (" @alice@acme.localhost:8001 ", Handle("alice", "acme.localhost:8001")),
        ("zoé@acme.example", None),
        ("a.b-c_d@acme.example", Handle("a.b-c_d", "acme.example")),
        ("alice@bücher.example", Handle("alice", "xn--bcher-kva.example")),
        ("alice@localhost", Handle("alice", "localhost")),
        ("alice@127.0.0.1:8001", None),
        ("alice@2130706433", None),
        ("alice@acme.example@evil.example", None),
        ("alice@acme.example/path", None),
        ("alice@acme..example", None),
        ("alice@acme.example.", None),
        ("alice@-acme.example", None),
        ("alice@acme.example:99999999", None),
        ("@", None),
        ("", None),
        ("two words", None),
        ("alice@" + "a" * 500, None),
    ],
)
def test_a_handle_is_read_whole_or_not_at_all(text: str, expected: Handle | None) -> None:
    """All the ways to write a handle give one value; what two programs could read differently is Invalid."""
    if expected is None:
        with pytest.raises(Invalid):
            parse_handle(text)
    else:
        assert parse_handle(text) == expected


def test_handles_that_differ_by_case_share_a_key() -> None:
    """Names are looked up without regard to case and shown as written."""
    assert Handle("Alice", "acme.example").key == Handle("alice", "acme.example").key
    assert str(Handle("Alice", "acme.example")) == "@Alice@acme.example"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello @bob!", ["bob"]),
        ("@bob@b.example, @eve@c.localhost:8003.", ["bob@b.example", "eve@c.localhost:8003"]),
        ("(@bob) l'@eve .@dan", ["bob", "eve", "dan"]),
        ("@bob @BOB @bob@b.example @Bob@B.example", ["bob", "bob@b.example"]),
        ("mail bob@b.example", []),
        ("https://b.example/@bob and https://b.example/?u=@eve", []),
        ("b.example/@bob ?u=@eve @@dan _@joe", []),
        ("@bob@ @bob@b.example@c.example", []),
        ("@bob: see", ["bob"]),
        ("@bob.", ["bob"]),
        ("@bob@b.example:8001x", ["bob@b.example"]),
        ("#@bob @ @@", ["bob"]),
    ],
)
def test_mentions_are_found_as_people_write_them(text: str, expected: list[str]) -> None:
    """Each person once, in order; addresses, links and half-written handles name nobody."""
    assert [handle.acct for handle in find_mentions(text)] == expected


def test_markdown_code_and_link_words_name_nobody() -> None:
    """A post goes to those whom its reader sees named: not to names inside code or link texts."""
    source = "@bob `@eve` [@dan](https://d.example) \n\n```\n@joe #no\n```\n#yes"

    assert [handle.acct for handle in find_mentions(source, "markdown")] == ["bob"]
    assert find_hashtags(source, "markdown") == ["yes"]
    assert [handle.acct for handle in find_mentions(source)] == ["bob", "eve", "dan", "joe"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#Été #ÉTÉ #été", ["Été"]),
        ("#e\u0301te\u0301", ["été"]),
        ("#हिन्दी #牛 #ümläütß", ["हिन्दी", "牛", "ümläütß"]),
        ("#2026 #a2026 #2026a", ["a2026", "2026a"]),
        ("#_ #__", []),
        ("#snake_case #col·laborar #end·", ["snake_case", "col·laborar", "end"]),
        ("#x-y", ["x"]),
        ("a#b &#39; https://x.example/#frag /#no", []),
        ("(#in), #end.", ["in", "end"]),
    ],
)
def test_hashtags_are_words_of_any_script(text: str, expected: list[str]) -> None:
    """French accents, combining signs and other scripts count; numbers alone, anchors and entities do not."""
    assert find_hashtags(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello", 5),
        ("https://example.com/" + "x" * 200, 23),
        ("http://a.b", 23),
        ("see https://a.b, ok", 4 + 23 + 4),
        ("@bob@very-long-company.example hi", len("@bob hi")),
        ("@bob hi", 7),
        ("e\u0301", 1),
        ("", 0),
    ],
)
def test_addresses_count_23_and_hosts_of_mentions_nothing(text: str, expected: int) -> None:
    """The limit counts as clients do, so that what a client accepted is not refused."""
    assert count_characters(text) == expected


@given(st.text(alphabet=st.sampled_from(list("@#:/.htpsab1é -_~)(\u0301\n")), max_size=200))
@settings(max_examples=300)
def test_finds_stand_in_order_and_never_overlap(text: str) -> None:
    """Whatever is written, the scanner ends, and each find is a piece of the text after the one before."""
    found = list(found_in(text))

    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(one.start < one.end <= len(text) for one in found)
