"""Keywords that a person filters: which of them stand in a text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fediverse.text.keywords import Keyword, keyword_pattern


@pytest.mark.parametrize(
    ("keyword", "text", "stands"),
    [
        (Keyword("paint"), "Wet PAINT here", True),
        (Keyword("paint"), "A painting", False),
        (Keyword("paint", whole_word=False), "A painting", True),
        (Keyword("wet paint"), "the wet paint.", True),
        (Keyword("#launch"), "see #launch", True),
        (Keyword("#launch"), "see #launches", False),
        (Keyword("c++"), "we use C++11", True),
        (Keyword("a.c"), "abc", False),
        (Keyword("été"), "L’ÉTÉ arrive", True),
        (Keyword("été"), "répétés", False),
        (Keyword("strasse"), "Große Straße", True),
        (Keyword("涂料", whole_word=False), "新涂料", True),
    ],
)
def test_a_keyword_is_found_as_it_was_meant(keyword: Keyword, text: str, *, stands: bool) -> None:
    """Whatever the case; a border only where the keyword begins or ends with a word character, as in Mastodon."""
    found = keyword_pattern([keyword]).found_in(text)

    assert found == ({keyword} if stands else set())


def test_no_keyword_is_found_where_there_is_none() -> None:
    """Most people filter nothing."""
    assert keyword_pattern([]).found_in("anything") == set()


@given(st.text(min_size=1, max_size=20), st.text(max_size=30), st.text(max_size=30))
def test_any_keyword_is_found_in_a_text_that_holds_it(keyword: str, before: str, after: str) -> None:
    """Nothing in it is read as an expression."""
    wanted = Keyword(keyword, whole_word=False)

    found = keyword_pattern([wanted]).found_in(before + keyword + after)

    assert found == {wanted}


def test_many_keywords_and_a_long_text_take_a_moment() -> None:
    """Five hundred keywords that look like traps, and as much text as is looked at."""
    pattern = keyword_pattern(Keyword(f"(a+)+$ word{number}") for number in range(500))
    began = time.perf_counter()

    found = pattern.found_in("a" * 100_000)

    assert found == set()
    assert time.perf_counter() - began < 2
