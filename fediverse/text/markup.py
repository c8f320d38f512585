"""What our own people write → HTML, in the shape that Mastodon's clients know.

Called by the verbs that publish and edit, and by `activitystreams/` for posts that arrive as plain text or Markdown. Who is mentioned and
where a tag leads is given by the caller; a mention that the caller could not resolve stays text. Sanitising the result changes nothing
but the `rel` of mentions and hashtags, which are addresses inside the network.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import assert_never

from fediverse.text.markdown import TextFormat, html_text, html_value, link_open, markdown_html
from fediverse.text.mentions import Handle
from fediverse.text.sanitise import MAX_HTML_CHARS, keep_allowed, safe_link, without_unusable
from fediverse.text.scanning import Found, found_in

SHOWN_OF_A_LINK = 30

_HIDDEN_START_OF_LINK = re.compile(r"https?://(?:www\.)?", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class MentionLink:
    """Where a mention leads (*href*, a page for people) and the *name* that it shows behind its `@`."""

    href: str
    name: str


def render(
    source: str,
    format: TextFormat,  # noqa: A002  # the name that people use for it
    mentions: Mapping[str, MentionLink],
    tag_url: Callable[[str], str | None],
) -> str:
    """*source* as HTML. *mentions* maps `Handle.key` to its link; *tag_url* gives the page of a tag
    without its `#`, or None for a tag that leads nowhere. Empty text is "".
    """
    text = without_unusable(source)[:MAX_HTML_CHARS].strip("\n")
    linked = partial(_linked, mentions=mentions, tag_url=tag_url)
    if not text.strip():
        return ""
    match format:
        case "plain":
            return "".join(
                f"<p>{linked(paragraph).replace(chr(10), '<br>')}</p>" for paragraph in _BLANK_LINES.split(text)
            )
        case "markdown":
            return keep_allowed(markdown_html(text, linked))
        case _:
            assert_never(format)


def url_link(url: str) -> str:
    """A link that shows the start of its address; the rest is there for who copies it."""
    start = _HIDDEN_START_OF_LINK.match(url)
    hidden = start[0] if start else ""
    shown, rest = url[len(hidden) :][:SHOWN_OF_A_LINK], url[len(hidden) :][SHOWN_OF_A_LINK:]
    middle = f'<span class="ellipsis">{html_text(shown)}</span>' if rest else f"<span>{html_text(shown)}</span>"
    return (
        f'{link_open(url)}<span class="invisible">{html_text(hidden)}</span>'
        f'{middle}<span class="invisible">{html_text(rest)}</span></a>'
    )  # fmt: skip


def _linked(text: str, mentions: Mapping[str, MentionLink], tag_url: Callable[[str], str | None]) -> str:
    parts = []
    end = 0
    for found in found_in(text):
        parts.append(html_text(text[end : found.start]))
        parts.append(_html_of(found, text[found.start : found.end], mentions, tag_url))
        end = found.end
    parts.append(html_text(text[end:]))
    return "".join(parts)


def _html_of(
    found: Found, written: str, mentions: Mapping[str, MentionLink], tag_url: Callable[[str], str | None]
) -> str:
    match found.kind:
        case "url":
            return url_link(found.name)
        case "hashtag":
            page = tag_url(found.name)
            return html_text(written) if page is None or safe_link(page) is None else _hashtag_html(page, found.name)
        case "mention":
            link = mentions.get(Handle.found(found).key)
            return html_text(written) if link is None or safe_link(link.href) is None else _mention_html(link)


def _hashtag_html(page: str, name: str) -> str:
    return f'<a href="{html_value(page)}" class="mention hashtag" rel="tag">#<span>{html_text(name)}</span></a>'


def _mention_html(link: MentionLink) -> str:
    return f'<span class="h-card"><a class="u-url mention" href="{html_value(link.href)}">@<span>{html_text(link.name)}</span></a></span>'
