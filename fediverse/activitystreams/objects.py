"""A post's document → `RemotePost`; and who may see a post, as Mastodon reads its addressing.

Called by `federation/` and the workers that fetch, on a document that `reading` has read. Texts are made harmless here, once. What is
not a Note becomes a post that reads well anywhere: title, text, link. Who wrote it is what the document claims; the caller compares that
with who sent it and with the host it came from. `bto` and `bcc` are never read.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from fediverse.activitystreams.attachments import RemoteAttachment, attachments_of
from fediverse.activitystreams.polls import RemotePoll, poll_of
from fediverse.activitystreams.quotes import Approvers, approvers_of
from fediverse.activitystreams.readable import own_text_html, place_of, readable_html
from fediverse.activitystreams.shapes import require_shape
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.tags import Emoji, Mention, emojis_of, hashtags_of, mentions_of, quote_link_of
from fediverse.activitystreams.values import (
    PUBLIC,
    audience_of,
    canonical_audience,
    datetime_of,
    flag_of,
    id_of,
    ids_of,
    items_of,
    language_of,
    origin_of,
    page_link,
    required_web_id,
    text_of,
    types_of,
    web_id_of,
)
from fediverse.errors import Malformed
from fediverse.text.sanitise import clean_html, clean_text, plain_text

Visibility: TypeAlias = Literal["public", "unlisted", "private", "direct"]

MAX_TITLE_CHARS: Final = 500
MAX_SUMMARY_CHARS: Final = 5_000

NOTES: Final = frozenset({"Note", "Question", "ChatMessage"})
WORKS: Final = frozenset({"Article", "Page", "Event", "Video", "Audio", "Image", "Document", "Place", "Profile"})

_QUOTES = ("quote", "quoteUri", "quoteUrl", "_misskey_quote")


@dataclass(frozen=True, slots=True)
class RemotePost:
    """A post as its document says. *content_html* is clean and holds the title of what is not a Note; *summary* is the content warning.

    *to*, *cc* and *audience* spell Public one way. *mentions* are (actor id, name as written), *emojis* (shortcode, url, still url).
    """

    uri: str
    kind: str
    author_uri: str
    content_html: str
    title: str
    summary: str
    sensitive: bool
    language: str | None
    published: datetime | None
    updated: datetime | None
    in_reply_to: str | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    audience: tuple[str, ...]
    mentions: tuple[Mention, ...]
    hashtags: tuple[str, ...]
    emojis: tuple[Emoji, ...]
    attachments: tuple[RemoteAttachment, ...]
    url: str
    context: str | None
    conversation: str | None
    replies_uri: str | None
    poll: RemotePoll | None
    quote_uri: str | None
    quote_authorization_uri: str | None = None
    quote_approvers: Approvers = field(default_factory=Approvers)
    start_time: datetime | None = None
    end_time: datetime | None = None
    location: str | None = None

    @property
    def looks_like_vote(self) -> bool:
        """A Note with a name, no text and something that it answers: a vote, if that something is a poll."""
        return self.kind == "Note" and bool(self.title) and not self.content_html and self.in_reply_to is not None


def parse_post(document: JSON) -> RemotePost:
    """The post that *document* describes. Raises Malformed when it is none: no usable id or author, or a kind that nobody could read."""
    require_shape(document, "object")
    kind = _kind(document)
    is_note = kind in NOTES
    title = clean_text(text_of(document, "name"), MAX_TITLE_CHARS)
    in_reply_to = _reference(document.get("inReplyTo"))
    sensitive = flag_of(document.get("sensitive"))
    summary = _summary(document) if is_note or sensitive else ""
    return RemotePost(
        uri=required_web_id(document),
        kind=kind,
        author_uri=_author(document),
        content_html=own_text_html(document, title, is_reply=in_reply_to is not None)
        if is_note
        else readable_html(document, title),
        title=title,
        summary=summary,
        sensitive=sensitive or bool(summary),
        language=language_of(document, "content", "summary", "name"),
        published=datetime_of(document.get("published")),
        updated=datetime_of(document.get("updated")),
        in_reply_to=in_reply_to,
        to=audience_of(document.get("to")),
        cc=audience_of(document.get("cc")),
        audience=audience_of(document.get("audience")),
        mentions=mentions_of(document),
        hashtags=hashtags_of(document),
        emojis=emojis_of(document),
        attachments=attachments_of(document),
        url=page_link(document.get("url")) or required_web_id(document),
        context=_reference(document.get("context")),
        conversation=_reference(document.get("conversation")),
        replies_uri=web_id_of(document.get("replies")),
        poll=poll_of(document),
        quote_uri=quoted_in(document),
        quote_authorization_uri=_reference(document.get("quoteAuthorization")),
        quote_approvers=approvers_of(document),
        start_time=datetime_of(document.get("startTime")),
        end_time=datetime_of(document.get("endTime")),
        location=place_of(document) or None,
    )


def visibility_of(to: Collection[str], cc: Collection[str], followers_uri: str | None) -> Visibility:
    """Who may see a post with this addressing, the narrowest reading where it is unclear. *followers_uri* is its author's collection."""
    if PUBLIC in map(canonical_audience, to):
        return "public"
    if PUBLIC in map(canonical_audience, cc):
        return "unlisted"
    if followers_uri is not None and (followers_uri in to or followers_uri in cc):
        return "private"
    return "direct"


def _kind(document: JSON) -> str:
    types = types_of(document)
    kind = next((name for name in types if name in NOTES | WORKS), None)
    if kind is not None:
        return kind
    if (
        types and "Tombstone" not in types and isinstance(document.get("preview"), dict)
    ):  # FEP-b2b8: something to show for what is not known
        return types[0]
    raise Malformed("This kind of object is no post.")


def _author(document: JSON) -> str:
    """The first author. Several are accepted from one origin only (a person and a channel), since one of them alone will be checked."""
    authors = ids_of(document.get("attributedTo"))
    if not authors or len({origin_of(author) for author in authors}) != 1 or not origin_of(authors[0]):
        raise Malformed("The post has no usable author.")
    return authors[0]


def _summary(document: JSON) -> str:
    return clean_text(plain_text(clean_html(text_of(document, "summary"))), MAX_SUMMARY_CHARS)


def _reference(value: Any) -> str | None:
    """The first id in *value*, or the target of the first Link. Raises Malformed as `id_of` does."""
    for item in items_of(value):
        uri = id_of(item) or (id_of(item.get("href")) if isinstance(item, dict) else None)
        if uri is not None:
            return uri
    return None


def quoted_in(document: JSON) -> str | None:
    """What a post quotes, in any of the words for it (FEP-044f, FEP-e232, Misskey, Fedibird). Raises Malformed as `id_of` does."""
    return next((uri for name in _QUOTES if (uri := web_id_of(document.get(name)))), None) or quote_link_of(document)
