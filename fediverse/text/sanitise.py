"""HTML and names of strangers, made harmless once, at the border.

`clean_html` keeps what reads well in any client and drops the rest; it never raises, because one bad post must not take a timeline down.
`plain_text` and `clean_text` are for what is shown as text: notifications, the search index, names. Nothing here looks at who wrote it.
"""

import html as entities
import re
from typing import Final

import nh3

MAX_HTML_CHARS: Final = 50_000  # the parser is quadratic in depth: 50 kB of open tags take 0.2 s, 500 kB took 18 s
MAX_URL_CHARS: Final = 2_048

LINK_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel", "xmpp"})
SAFE_REL: Final = ("nofollow", "noopener", "noreferrer")

_MEANINGFUL_REL = ("tag", "me")
_CLASSES = frozenset({"mention", "hashtag", "u-url", "h-card", "ellipsis", "invisible", "quote-inline"})
_TAGS = frozenset({
    *("p", "br", "span", "a", "blockquote", "pre", "code", "ul", "ol", "li"),
    *("em", "strong", "b", "i", "u", "del", "s"),
})  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "class", "rel"},
    "span": {"class"},
    "p": {"class"},
    "ol": {"start", "reversed"},
    "li": {"value"},
}
_DROPPED_WITH_CONTENT = frozenset({
    *("script", "style", "template", "noscript", "title", "textarea", "select"),
    *("iframe", "object", "embed", "svg", "math"),
})  # fmt: skip

# Written as code points, since half of them cannot be seen: C0 and DEL without tab, line feed and carriage return; lone surrogates.
_UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_BLOCK_TAG = re.compile(
    r"<(/?)(h[1-6]|div|section|article|header|footer|main|aside|figure|figcaption|table|tr|dl|dt|dd|td|th)(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_LINK_TAG = re.compile(r"<a((?: [a-z]+=\"[^\"]*\")*)>")
_ATTRIBUTE = re.compile(r" ([a-z]+)=\"([^\"]*)\"")
_EMPTY_PARAGRAPH = re.compile(r"<p></p>")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"https?://[^/?#@:\s]", re.IGNORECASE)
_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
_SMALL_NUMBER = re.compile(r"-?\d{1,6}")


def clean_html(html: str) -> str:
    """*html* from another server, safe to show to anybody: our tags and classes, links to harmless schemes, no images, no attributes that act.

    Longer input is cut at 50,000 characters first. Headings become strong paragraphs. Every link says `nofollow noopener noreferrer`
    and keeps `tag` and `me`. Never raises: what cannot be read is an empty text.
    """
    return _LINK_TAG.sub(_with_safe_rel, keep_allowed(html))


def keep_allowed(html: str) -> str:
    """As `clean_html`, with the `rel` of links left as it is: for markup that this node wrote itself."""
    return _sanitised(_CLEANER, html)


def safe_link(url: str) -> str | None:
    """*url* when a person may follow it from a page, else None: absolute, one of the allowed schemes, and read alike by browsers and servers."""
    url = url.strip()
    if len(url) > MAX_URL_CHARS or _NOT_IN_URLS.search(url):
        return None
    scheme = _SCHEME.match(url)
    if scheme is None or scheme[1].lower() not in LINK_SCHEMES:
        return None
    if scheme[1].lower() in {"http", "https"} and not _WEB_ADDRESS.match(url):
        return None
    return url


def plain_text(html: str) -> str:
    """What a person reads in clean *html*, with line breaks and without markup. The result is text and must be escaped where it is shown."""
    text = re.sub(r"<br ?/?>", "\n", html)
    text = re.sub(r"</(?:p|blockquote|pre|ul|ol)>", "\n\n", text)
    text = re.sub(r"</li>", "\n", text)
    text = re.sub(r"<[^<>]*>", "", text)
    text = without_unusable(entities.unescape(text)).replace("\xa0", " ")
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def clean_text(text: str, max_chars: int) -> str:
    """*text* on one line, for names and titles: no control characters, no overrides of the reading direction, at most *max_chars* long."""
    text = re.sub(r"\s+", " ", without_unusable(text))
    text = re.sub(
        "[\u202a-\u202e\x80-\x9f\ufeff\ufff9-\ufffb]", "", text
    )  # embeddings and overrides turn a name's surroundings round
    text = text.strip()[:max_chars].strip()
    closed = _isolates_closed(text)
    return closed if len(closed) <= max_chars else re.sub("[\u2066-\u2069]", "", text)


def without_unusable(text: str) -> str:
    """*text* without characters that no database or reader wants: NUL, control characters, lone surrogates; lines end in one line feed."""
    return _UNUSABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _sanitised(cleaner: nh3.Cleaner, html: str) -> str:
    bounded = without_unusable(html)[:MAX_HTML_CHARS]
    try:
        cleaned = cleaner.clean(_BLOCK_TAG.sub(_replaced_block, bounded))
    except BaseException as failure:
        if (
            type(failure).__name__ != "PanicException"
        ):  # a panic of the Rust parser is no Exception and cannot be imported
            raise
        return ""
    return _EMPTY_PARAGRAPH.sub(
        "", without_unusable(cleaned)
    )  # character references may have brought control characters back


def _replaced_block(tag: re.Match[str]) -> str:
    """Before sanitising, so cosmetic only: tags that would be dropped would glue the words of two blocks together."""
    closing, name = tag[1], tag[2].lower()
    if name in {"td", "th"}:
        return " "
    if name in {"h1", "h2", "h3", "h4", "h5", "h6"}:
        return "</strong></p>" if closing else "<p><strong>"
    return f"<{closing}p>"


def _kept_attribute(_tag: str, attribute: str, value: str) -> str | None:
    """The value that *attribute* may keep, or None. Called by the parser, which reports what is raised here on stderr only: so nothing may."""
    match attribute:
        case "href":
            return safe_link(value)
        case "class":
            return " ".join(name for name in value.split() if name in _CLASSES) or None
        case "rel":
            return " ".join(word for word in value.split() if word in {*_MEANINGFUL_REL, *SAFE_REL}) or None
        case "start" | "value":
            return value if _SMALL_NUMBER.fullmatch(value) else None
        case "reversed":
            return ""
        case _:
            return None


def _with_safe_rel(tag: re.Match[str]) -> str:
    """A link as the parser wrote it (so quotes and angle brackets inside values are escaped), with its `rel` made safe."""
    attributes = dict(_ATTRIBUTE.findall(tag[1]))
    if "href" not in attributes:
        return "<a>"
    given = attributes.get("rel", "").split()
    attributes["rel"] = " ".join([*SAFE_REL, *(word for word in _MEANINGFUL_REL if word in given)])
    return "<a" + "".join(f' {name}="{value}"' for name, value in attributes.items()) + ">"


def _isolates_closed(text: str) -> str:
    """*text* with every directional isolate closed again, so that it cannot reach beyond itself."""
    if not re.search("[\u2066-\u2069]", text):
        return text
    depth = 0
    kept = []
    for character in text:
        if character in "\u2066\u2067\u2068":
            depth += 1
        elif character == "\u2069":
            if depth == 0:
                continue
            depth -= 1
        kept.append(character)
    return "".join(kept) + "\u2069" * depth


_CLEANER: Final = nh3.Cleaner(
    tags=set(_TAGS),
    clean_content_tags=set(_DROPPED_WITH_CONTENT),
    attributes=_ATTRIBUTES,
    attribute_filter=_kept_attribute,
    link_rel=None,
    url_schemes=set(LINK_SCHEMES),
    url_relative="deny",
)
