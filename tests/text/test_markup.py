"""What our people write becomes the HTML that Mastodon's clients know."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fediverse.text.markdown import TextFormat
from fediverse.text.markup import MentionLink, render
from fediverse.text.sanitise import clean_html, keep_allowed, plain_text

BOB = '<span class="h-card"><a class="u-url mention" href="https://a.example/@bob">@<span>bob</span></a></span>'
EVE = '<span class="h-card"><a class="u-url mention" href="http://b.localhost:8002/@eve">@<span>eve</span></a></span>'
MENTIONS = {
    "bob": MentionLink("https://a.example/@bob", "bob"),
    "eve@b.localhost:8002": MentionLink("http://b.localhost:8002/@eve", "eve"),
    "mallory": MentionLink("javascript:alert(1)", "mallory"),
}


def rendered(source: str, text_format: TextFormat = "plain") -> str:
    return render(source, text_format, MENTIONS, lambda tag: f"https://a.example/tags/{tag}")


def link(url: str, start: str, shown: str, rest: str = "") -> str:
    style = ' class="ellipsis"' if rest else ""
    return (
        f'<a href="{url}" rel="nofollow noopener noreferrer"><span class="invisible">{start}</span>'
        f'<span{style}>{shown}</span><span class="invisible">{rest}</span></a>'
    )


@pytest.mark.parametrize("text_format", ["plain", "markdown"])
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Hello", "<p>Hello</p>"),
        ("", ""),
        (" \n\n ", ""),
        ("one\ntwo\r\n\r\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("Hi @bob, @EVE@b.localhost:8002!", f"<p>Hi {BOB}, {EVE}!</p>"),
        ("@nobody and @bob@elsewhere.example", "<p>@nobody and @bob@elsewhere.example</p>"),
        (
            "#Été!",
            '<p><a href="https://a.example/tags/Été" class="mention hashtag" rel="tag">#<span>Été</span></a>!</p>',
        ),
        ("(https://x.example/a_(b))", f"<p>({link('https://x.example/a_(b)', 'https://', 'x.example/a_(b)')})</p>"),
        (
            "http://www.x.example/?a=1&b=2.",
            f"<p>{link('http://www.x.example/?a=1&amp;b=2', 'http://www.', 'x.example/?a=1&amp;b=2')}.</p>",
        ),
        (
            "https://x.example/" + "y" * 40,
            f"<p>{link('https://x.example/' + 'y' * 40, 'https://', 'x.example/' + 'y' * 20, 'y' * 20)}</p>",
        ),
        ("https://x.example/_a_b @bob", f"<p>{link('https://x.example/_a_b', 'https://', 'x.example/_a_b')} {BOB}</p>"),
        ("<script>alert('1')</script> & \"x\"", "<p>&lt;script&gt;alert('1')&lt;/script&gt; &amp; \"x\"</p>"),
        ("nul\x00 half\ud800", "<p>nul half</p>"),
        ("@mallory", "<p>@mallory</p>"),
    ],
)
def test_text_becomes_the_same_html_in_both_formats(source: str, expected: str, text_format: TextFormat) -> None:
    """Paragraphs, line breaks, mentions, tags and links have exactly the shape that clients recognise; the rest is escaped."""
    assert rendered(source, text_format) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("**b** _i_ ~~d~~ `c <b>`", "<p><strong>b</strong> <em>i</em> <del>d</del> <code>c &lt;b&gt;</code></p>"),
        ("# Title\ntext", "<p><strong>Title</strong></p><p>text</p>"),
        ("- one\n- two @bob", f"<ul><li>one</li><li>two {BOB}</li></ul>"),
        ("3. x", '<ol start="3"><li>x</li></ol>'),
        ("> quote", "<blockquote><p>quote</p></blockquote>"),
        ("```\n<b> @bob\n\nx\n```", "<pre><code>&lt;b&gt; @bob\n\nx</code></pre>"),
        (
            "[a @bob](https://x.example)",
            '<p><a href="https://x.example" rel="nofollow noopener noreferrer">a @bob</a></p>',
        ),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](/relative) @bob", f"<p>x {BOB}</p>"),
        (
            "![alt](https://x.example/i.png)",
            '<p><a href="https://x.example/i.png" rel="nofollow noopener noreferrer">alt</a></p>',
        ),
        ("<b>x</b>\n\n<div onclick=x>", "<p>&lt;b&gt;x&lt;/b&gt;</p><p>&lt;div onclick=x&gt;</p>"),
        ("a\n---\nb", "<p>a<br>---<br>b</p>"),
        ("    indented", "<p>indented</p>"),
    ],
)
def test_markdown_keeps_to_the_tags_that_clients_show(source: str, expected: str) -> None:
    """Headings are strong paragraphs, images are links, HTML is text, and nothing harmful can be linked."""
    assert rendered(source, "markdown") == expected


@given(
    st.text(alphabet=st.sampled_from(list("*_`~#>-[]()!<&\"'@.:/\\ \n1abhtpsé\xa0|")), max_size=120)
    | st.text(max_size=200),
    st.sampled_from(["plain", "markdown"]),
)
@example("https://x.example/'\"<>", "plain")
@example("[https://x.example](https://y.example)", "markdown")
@example("**https://x.example**", "markdown")
@example("```\n\n x", "markdown")
@settings(max_examples=500, deadline=None)
def test_the_sanitiser_finds_nothing_to_change(source: str, text_format: TextFormat) -> None:
    """Our own markup is clean by itself: sanitising it again changes nothing, and for strangers only the `rel` of mentions and tags."""
    html = rendered(source, text_format)

    assert keep_allowed(html) == html
    assert plain_text(clean_html(html)) == plain_text(html)


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1, max_size=100))
@settings(max_examples=200, deadline=None)
def test_no_word_of_a_plain_text_is_lost(source: str) -> None:
    """What people read in the result is what was written."""
    assert plain_text(rendered(source)) == plain_text(source.replace("&", "&amp;").replace("<", "&lt;"))


@pytest.mark.parametrize(
    "unit",
    ["[", "*a **a ", "`", "> ", "- ", "@a@b:1", "https://x/", "http:", "#1", "\n \n", "<", "![", "((", "_a", "@a@a."],
)
@pytest.mark.parametrize("text_format", ["plain", "markdown"])
def test_hostile_repetition_is_rendered(unit: str, text_format: TextFormat) -> None:
    """T-342: no repetition of signs raises, and the output stays in proportion to what was written."""
    source = unit * (20_000 // len(unit))

    assert len(rendered(source, text_format)) <= 60 * len(source)
