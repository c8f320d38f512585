"""Pages and their Link headers, as client libraries take them apart."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fediverse.mastodon.paging import limit_of, links, page_of
from fediverse.mastodon.parameters import Parameters, Value
from fediverse.queries.views import Page

HERE = "https://acme.example/api/v1/timelines/home"


def targets(header: str) -> dict[str, str]:
    """As masto.js reads a Link header: split at commas, then at semicolons."""
    parts = [re.fullmatch(r'<([^<>]*)>; rel="(\w+)"', part.strip()) for part in header.split(",")]
    return {found[2]: found[1] for found in parts if found is not None}


def test_next_stands_first_and_both_are_absolute() -> None:
    """§7: toot matches `next` at the start; masto.js builds a URL without a base."""
    header = links(HERE, "limit=2", [9, 5])["Link"]

    assert header == f'<{HERE}?limit=2&max_id=5>; rel="next", <{HERE}?limit=2&min_id=9>; rel="prev"'


def test_an_empty_page_has_no_link() -> None:
    """§7: a `next` on an empty page would loop clients for ever."""
    assert links(HERE, "max_id=3", []) == {}


def test_the_old_cursors_and_the_token_are_not_repeated() -> None:
    """Two `max_id` would contradict each other, and a token does not belong into a URL of ours."""
    header = links(HERE, "max_id=7&since_id=1&min_id=2&access_token=secret&only_media=true", [6])["Link"]

    assert targets(header) == {"next": f"{HERE}?only_media=true&max_id=6", "prev": f"{HERE}?only_media=true&min_id=6"}


@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8"))), max_size=4
    )
)
def test_nothing_in_a_query_breaks_the_header_apart(pairs: list[tuple[str, str]]) -> None:
    """§7: no comma, semicolon or quote inside the URLs, whatever stood in the query; and nothing of it is lost."""
    header = links(HERE, urlencode(pairs), [3])["Link"]

    assert set(targets(header)) == {"next", "prev"}
    kept = [pair for pair in pairs if pair[0] not in {"max_id", "min_id", "since_id", "access_token"}]
    assert parse_qsl(urlsplit(targets(header)["next"]).query, keep_blank_values=True) == [*kept, ("max_id", "3")]


@pytest.mark.parametrize(
    ("sent", "limit"), [("5", 5), (5, 5), ("1000", 40), ("0", 20), ("-3", 20), ("many", 20), ("", 20), ("9" * 99, 20)]
)
def test_a_limit_is_clamped_and_garbage_is_ignored(sent: Value, limit: int) -> None:
    """§6: `limit` above the maximum is clamped, garbage is ignored, not 422."""
    assert limit_of(Parameters({"limit": sent}), usual=20, most=40) == limit


def test_cursors_are_read_together() -> None:
    """§7: `since_id` and `max_id` may combine; an empty one is none."""
    page = page_of(Parameters({"max_id": "9", "since_id": "3", "min_id": ""}), usual=20, most=40)

    assert page == Page(limit=20, max_id=9, since_id=3, min_id=None)
