"""Markdown → HTML, in the small set of tags that every client shows.

Called by `markup.render` and, for what may name people, by `mentions`. Raw HTML is text here, images are links, headings are strong
paragraphs, and what this file does not know is shown as text. The result is sanitised again by the caller.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from fediverse.text.sanitise import safe_link
from fediverse.text.scanning import url_at

TextFormat: TypeAlias = Literal["plain", "markdown"]

_FIXED: Final = {
    "paragraph_open": "<p>",
    "paragraph_close": "</p>",
    "heading_open": "<p><strong>",
    "heading_close": "</strong></p>",
    "blockquote_open": "<blockquote>",
    "blockquote_close": "</blockquote>",
    "bullet_list_open": "<ul>",
    "bullet_list_close": "</ul>",
    "ordered_list_close": "</ol>",
    "list_item_open": "<li>",
    "list_item_close": "</li>",
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "s_open": "<del>",
    "s_close": "</del>",
    "softbreak": "<br>",
    "hardbreak": "<br>",
    "link_close": "</a>",
}
_SCHEME_BEFORE_COLON = re.compile(r"https?$", re.IGNORECASE)


def markdown_html(source: str, linked: Callable[[str], str]) -> str:
    """*source* as HTML. *linked* turns plain text into HTML with its links, mentions and tags; it is not asked inside links and code."""
    return "".join(_block_html(token, linked) for token in _PARSER.parse(source))


def linkable_texts(source: str, text_format: TextFormat) -> Iterator[str]:
    """The parts of *source* in which a mention or hashtag counts: all of a plain text, Markdown without its code and links."""
    if text_format == "plain":
        yield source
        return
    for block in _PARSER.parse(source):
        yield from (
            token.content
            for token, inside_link in _inline(block.children or ())
            if token.type == "text" and not inside_link
        )


def html_text(text: str) -> str:
    """*text* as HTML, escaped exactly as the sanitiser writes it, so that sanitising changes nothing."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")


def html_value(text: str) -> str:
    """*text* as the value of an attribute between double quotes."""
    return html_text(text).replace('"', "&quot;")


def link_open(url: str) -> str:
    return f'<a href="{html_value(url)}" rel="nofollow noopener noreferrer">'


def _block_html(token: Token, linked: Callable[[str], str]) -> str:
    match token.type:
        case "inline":
            return "".join(
                _inline_html(child, linked, inside_link=inside) for child, inside in _inline(token.children or ())
            )
        case "fence" | "code_block":
            return f"<pre><code>{html_text(token.content.rstrip())}</code></pre>"
        case "ordered_list_open":
            start = token.attrGet("start")
            return f'<ol start="{int(start)}">' if start is not None else "<ol>"
        case _ if token.hidden:  # the paragraphs of a tight list
            return ""
        case _:
            return _FIXED.get(token.type) or html_text(token.content)


def _inline(tokens: Sequence[Token]) -> Iterator[tuple[Token, bool]]:
    """Each token, and whether it stands inside a link."""
    inside_link = False
    for token in tokens:
        if token.type == "link_open":
            inside_link = safe_link(str(token.attrGet("href"))) is not None
        yield token, inside_link
        if token.type == "link_close":
            inside_link = False


def _inline_html(token: Token, linked: Callable[[str], str], *, inside_link: bool) -> str:
    match token.type:
        case "text" | "bare_url":
            return html_text(token.content) if inside_link else linked(token.content)
        case "code_inline":
            return f"<code>{html_text(token.content)}</code>"
        case "link_open" | "link_close" if not inside_link:  # it would lead somewhere harmful
            return ""
        case "link_open":
            return link_open(str(token.attrGet("href")))
        case "image":
            return _image_html(str(token.attrGet("src")), token.content, inside_link=inside_link)
        case _:
            return _FIXED.get(token.type) or html_text(token.content)


def _image_html(url: str, description: str, *, inside_link: bool) -> str:
    label = html_text(description or url)
    return label if inside_link or safe_link(url) is None else f"{link_open(url)}{label}</a>"


def _bare_url(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # the parser calls its rules so
    """A rule of the parser: an address in running text, found by the same scanner as in plain text, so that `_` inside it is no emphasis."""
    scheme = (
        _SCHEME_BEFORE_COLON.search(state.pending[-5:]) if state.src[state.pos] == ":" and not state.linkLevel else None
    )
    found = url_at(state.src, state.pos - len(scheme[0])) if scheme else None
    if scheme is None or found is None or found.end > state.posMax:
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[0])]
        state.push("bare_url", "", 0).content = found.name
    state.pos = found.end
    return True


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.enable("strikethrough")
    parser.disable(
        ["code", "hr", "lheading", "html_block", "html_inline"]
    )  # surprises for people who only wanted to write
    parser.inline.ruler.before("link", "bare_url", _bare_url)
    return parser


_PARSER: Final = _parser()
