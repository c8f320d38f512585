"""HTML and names from other servers become harmless, and stay readable."""

import re
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fediverse.text import sanitise
from fediverse.text.sanitise import MAX_HTML_CHARS, clean_html, clean_text, keep_allowed, plain_text, safe_link

SAFE_REL = 'rel="nofollow noopener noreferrer"'


class Seen(HTMLParser):
    """Everything that a browser would find in a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Hello</p>", "<p>Hello</p>"),
        ("<script>alert(1)</script>after", "after"),
        ("<style>p{}</style><iframe src='https://x.example'>in</iframe>after", "after"),
        ("<img src='https://x.example/a.png' onerror='alert(1)'>text", "text"),
        ("<p onclick='alert(1)' style='color:red' id='x'>text</p>", "<p>text</p>"),
        ("<svg><a xlink:href='javascript:alert(1)'>x</a></svg>after", "after"),
        ("<b>bold</b> <i>it</i> <u>u</u> <del>d</del> <s>s</s> <code>c</code>", None),
        ("<pre>one\ntwo</pre><blockquote>quote</blockquote>", None),
        ('<ol start="3" reversed=""><li value="7">x</li></ol><ul><li>y</li></ul>', None),
        ('<ol start="x" class="y"><li>x</li></ol>', "<ol><li>x</li></ol>"),
        ("<h1>Title</h1>text", "<p><strong>Title</strong></p>text"),
        ("<div>one</div><div>two</div>", "<p>one</p><p>two</p>"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "<p> a  b </p>"),
        ('<span class="h-card evil">x</span>', '<span class="h-card">x</span>'),
        ('<p class="quote-inline">RE: x</p>', None),
        ("a < b & c > d \u00a0 \"q\" 'q'", "a &lt; b &amp; c &gt; d &nbsp; \"q\" 'q'"),
        ("nul\x00 bell\x07 half\ud800 &#7; &#xd800;", "nul bell half  �"),
        ("<!-- secret -->text", "text"),
    ],
)
def test_html_keeps_what_reads_well_and_loses_what_acts(html: str, expected: str | None) -> None:
    """T-323: markup that could run, load or restyle goes; text, lists, quotes and code stay as they were."""
    cleaned = clean_html(html)

    assert cleaned == (html if expected is None else expected)


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (
            '<a href="https://x.example/?a=1&amp;b=2">x</a>',
            f'<a href="https://x.example/?a=1&amp;b=2" {SAFE_REL}>x</a>',
        ),
        ('<a href="mailto:a@x.example">x</a>', f'<a href="mailto:a@x.example" {SAFE_REL}>x</a>'),
        ('<a href="https://x.example" rel="opener ugc">x</a>', f'<a href="https://x.example" {SAFE_REL}>x</a>'),
        (
            '<a class="u-url mention evil" href="https://x.example">x</a>',
            f'<a class="u-url mention" href="https://x.example" {SAFE_REL}>x</a>',
        ),
        (
            '<a href="https://x.example" class="mention hashtag" rel="tag">x</a>',
            '<a href="https://x.example" class="mention hashtag" rel="nofollow noopener noreferrer tag">x</a>',
        ),
        (
            '<a href="https://x.example" rel="me">x</a>',
            '<a href="https://x.example" rel="nofollow noopener noreferrer me">x</a>',
        ),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href=" java&#9;script:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="data:text/html,x">x</a>', "<a>x</a>"),
        ('<a href="vbscript:x">x</a>', "<a>x</a>"),
        ('<a href="/relative">x</a>', "<a>x</a>"),
        ('<a href="//x.example">x</a>', "<a>x</a>"),
        ('<a href="https://good.example\\@evil.example/">x</a>', "<a>x</a>"),
        ('<a href="https:///x">x</a>', "<a>x</a>"),
    ],
)
def test_links_lead_to_harmless_schemes_only(link: str, expected: str) -> None:
    """T-324, T-326: each link says nofollow, noopener and noreferrer; a scheme outside the list leaves text."""
    assert clean_html(link) == expected


def test_deep_html_is_cut_before_it_is_parsed() -> None:
    """T-342: the parser's work grows with the square of the depth, so it never sees more than its limit."""
    fed: list[int] = []

    class Counting:
        def clean(self, html: str) -> str:
            fed.append(len(html))
            return html

    sanitise._sanitised(Counting(), "<b>" * 10 * MAX_HTML_CHARS)  # type: ignore[arg-type]

    assert fed == [MAX_HTML_CHARS]


@pytest.mark.parametrize(
    "unit", ["<b>", "<div>", "<a><b>", "<h1", "<", "&amp", "<table><td>", "<!--", "<a href='", "<li><ul>", "<p></p>"]
)  # fmt: skip
def test_hostile_repetition_yields_a_text(unit: str) -> None:
    """T-325, T-342: no repetition of markup raises or grows without bound."""
    cleaned = clean_html(unit * 100_000)

    assert len(cleaned) <= 8 * MAX_HTML_CHARS


def test_a_panic_of_the_parser_yields_an_empty_text() -> None:
    """T-325: a post that breaks the parser is an empty post, not a broken timeline."""
    panicking = nh3.Cleaner(tags={"a"}, attributes={"a": {"class"}}, allowed_classes={"a": {"x"}})

    assert sanitise._sanitised(panicking, "<a class='x'>text</a>") == ""


@given(
    st.text(alphabet=st.sampled_from(list("<>/=\"'&;#ahpbrsci 1\x00\ud800\u202e:\\\n")), max_size=80)
    | st.text(max_size=200)
)
@example("<a href='x' href='javascript:1'>")
@example("<a/href=//x><p/class=mention>")
@example("<<script>script>alert(1)<</script>/script>")
@settings(max_examples=400, deadline=None)
def test_whatever_arrives_only_allowed_markup_leaves(html: str) -> None:
    """T-323, T-325: for any input, tags, attributes and schemes are from the lists, and cleaning never raises."""
    cleaned = clean_html(html)

    seen = Seen(cleaned)
    assert seen.tags <= sanitise._TAGS
    assert {name for name, _ in seen.attributes} <= {"href", "class", "rel", "start", "reversed", "value"}
    assert all(value is not None and safe_link(value) for name, value in seen.attributes if name == "href")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", cleaned)


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<b>",
                "</b>",
                "<a href='https://x.example'>",
                "</a>",
                "text ",
                "<li>",
                "<ul>",
                "</ul>",
                "<br>",
            ]
        )
    )
)
@settings(max_examples=200, deadline=None)
def test_clean_html_stays_safe_when_cleaned_again(parts: list[str]) -> None:
    """What is stored clean holds nothing that a second cleaning would find."""
    cleaned = clean_html("".join(parts))

    assert Seen(clean_html(cleaned)).tags == Seen(cleaned).tags
    assert plain_text(clean_html(cleaned)) == plain_text(cleaned)


def test_our_own_markup_keeps_its_rel() -> None:
    """Mentions and hashtags are addresses inside the network; only what strangers send gets the full `rel`."""
    tag = '<a href="https://a.example/tags/x" class="mention hashtag" rel="tag">#<span>x</span></a>'

    assert keep_allowed(tag) == tag
    assert clean_html(tag) != tag


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Hello</p>", "Hello"),
        ("<p>one<br>two</p><p>three</p>", "one\ntwo\n\nthree"),
        (
            '<p><a href="https://x"><span class="invisible">https://</span><span>x.example</span></a></p>',
            "https://x.example",
        ),
        ("<p>a &lt;b&gt; &amp; c&nbsp;d</p>", "a <b> & c d"),
        ("<ul><li>one</li><li>two</li></ul>end", "one\ntwo\n\nend"),
        ("", ""),
    ],
)
def test_plain_text_is_what_a_person_reads(html: str, expected: str) -> None:
    """Notifications and the search index get words and line breaks, no markup and no entities."""
    assert plain_text(html) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Alice Example", "Alice Example"),
        ("  Alice\n\tExample\x00 ", "Alice Example"),
        ("Alice\u202eelpmaxE", "AliceelpmaxE"),
        ("\u2067Alice", "\u2067Alice\u2069"),
        ("Alice\u2069\u2069", "Alice"),
        ("half\ud83d", "half"),
        ("👩\u200d🚀 Zoé", "👩\u200d🚀 Zoé"),
        ("x" * 50, "x" * 20),
        ("\u2067" * 20, ""),
    ],
)
def test_names_cannot_break_out_of_their_line(text: str, expected: str) -> None:
    """A name has no control characters and cannot turn the reading direction of what stands beside it."""
    assert clean_text(text, 20) == expected


@given(st.text(max_size=60), st.integers(min_value=0, max_value=30))
def test_names_are_never_longer_than_allowed(text: str, max_chars: int) -> None:
    """The limit of a column holds for every text."""
    assert len(clean_text(text, max_chars)) <= max_chars
