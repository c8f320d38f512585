"""Posts of any kind as HTML that reads well in a client that knows only Notes.

Called by `objects`. An article, page, event or video shows its title, its text (else its summary) and where to open it. The result is clean.
"""

from datetime import datetime
from typing import Final

from fediverse.activitystreams.attachments import linked_pages_of
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import datetime_of, items_of, page_link, string_of, text_of, types_of
from fediverse.text.markdown import TextFormat, html_text
from fediverse.text.markup import render, url_link
from fediverse.text.sanitise import clean_html, clean_text

MAX_PLACE_CHARS: Final = 500

_SOURCE_FORMATS: dict[str, TextFormat] = {"text/plain": "plain", "text/markdown": "markdown"}


def own_text_html(document: JSON, title: str, *, is_reply: bool) -> str:
    """The text of a Note, under its title if it has one (NodeBB, discussions). A title without a text stays out: it may be a vote."""
    content = _content(document)
    return f"{_title(title)}{content}" if title and content and not is_reply else content


def readable_html(document: JSON, title: str) -> str:
    """Title, for an event its time and place, text and links."""
    body = _content(document) or clean_html(text_of(document, "summary")) or _preview(document)
    pages = [
        url
        for url in (*linked_pages_of(document), page_link(document.get("url")))
        if url is not None and html_text(url) not in body
    ]
    links = "".join(f"<p>{url_link(url)}</p>" for url in dict.fromkeys(pages))
    return f"{_title(title)}{_when_and_where(document)}{body}{links}"


def place_of(document: JSON) -> str:
    """The name of the place in `location`, or ""."""
    place = next(iter(items_of(document.get("location"))), None)
    name = text_of(place, "name") if isinstance(place, dict) else string_of(place)
    return clean_text(name or "", MAX_PLACE_CHARS)


def _content(document: JSON) -> str:
    """`content`, which is HTML unless its media type says otherwise (PeerTube sends Markdown)."""
    text = text_of(document, "content")
    media_type = (string_of(document.get("mediaType")) or "").lower().partition(";")[0].strip()
    source_format = _SOURCE_FORMATS.get(media_type)
    return clean_html(text) if source_format is None else clean_html(render(text, source_format, {}, lambda _tag: None))


def _preview(document: JSON) -> str:
    preview = document.get("preview")
    return _content(preview) if isinstance(preview, dict) else ""


def _title(title: str) -> str:
    return f"<p><strong>{html_text(title)}</strong></p>" if title else ""


def _when_and_where(document: JSON) -> str:
    if "Event" not in types_of(document):
        return ""
    times = [_moment(moment) for key in ("startTime", "endTime") if (moment := datetime_of(document.get(key)))]
    parts = [part for part in (" – ".join(times), html_text(place_of(document))) if part]
    return f"<p>{' · '.join(parts)}</p>" if parts else ""


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
