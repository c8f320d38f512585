"""What our documents are built from: plain values, gathered by `federation/` from rows and handed to `building`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

RFC_9421: Final = "https://datatracker.ietf.org/doc/html/rfc9421"

ActorKind: TypeAlias = Literal["Person", "Service", "Application", "Group", "Organization"]


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """One file. *focus* is (x, y), each from -1 to 1."""

    url: str
    media_type: str
    alt: str | None = None
    blurhash: str | None = None
    focus: tuple[float, float] | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """One public key by its id: *pem* (RSA, `publicKey`) or *multibase* (Ed25519, `assertionMethod`)."""

    id: str
    pem: str | None = None
    multibase: str | None = None


@dataclass(frozen=True, slots=True)
class ActorFacts:
    """What an actor says about itself. *fields* are (name, clean HTML), *emojis* (shortcode, url); *capabilities* are (address, name)."""

    uri: str
    kind: ActorKind
    username: str
    inbox: str
    outbox: str
    name: str = ""
    summary_html: str = ""
    url: str | None = None
    shared_inbox: str | None = None
    followers: str | None = None
    following: str | None = None
    featured: str | None = None
    featured_tags: str | None = None
    icon: MediaFacts | None = None
    image: MediaFacts | None = None
    locked: bool = False
    discoverable: bool = False
    indexable: bool = False
    fields: tuple[tuple[str, str], ...] = ()
    also_known_as: tuple[str, ...] = ()
    moved_to: str | None = None
    keys: tuple[KeyFacts, ...] = ()
    published: datetime | None = None
    emojis: tuple[tuple[str, str], ...] = ()
    suspended: bool = False
    webfinger: str | None = None
    members: str | None = None
    access: str | None = None
    log: str | None = None
    posting_restricted: bool | None = None
    moderators: str | None = None
    openness: Literal["open", "moderated", "invite_only"] | None = None
    capabilities: tuple[tuple[str, str], ...] = ((RFC_9421, "RFC-9421: HTTP Message Signatures"),)


@dataclass(frozen=True, slots=True)
class PollFacts:
    """*options* are (text, votes), None where the numbers are nobody's to see yet."""

    options: tuple[tuple[str, int | None], ...]
    multiple: bool
    ends_at: datetime | None = None
    closed_at: datetime | None = None
    voters_count: int | None = None


@dataclass(frozen=True, slots=True)
class PostFacts:
    """A post to tell others of. *mentions* are (actor id, "@name@host"), *hashtags* (page, name without #), *emojis* (shortcode, url).

    *source* is (text, media type) as written, for editors elsewhere.
    """

    uri: str
    author_uri: str
    content_html: str
    published: datetime
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    audience: str | None = None
    title: str | None = None
    summary: str | None = None
    sensitive: bool = False
    language: str | None = None
    updated: datetime | None = None
    in_reply_to: str | None = None
    url: str | None = None
    context: str | None = None
    conversation: str | None = None
    replies_uri: str | None = None
    mentions: tuple[tuple[str, str], ...] = ()
    hashtags: tuple[tuple[str, str], ...] = ()
    emojis: tuple[tuple[str, str], ...] = ()
    attachments: tuple[MediaFacts, ...] = ()
    poll: PollFacts | None = None
    quote_uri: str | None = None
    quote_authorization_uri: str | None = None
    quotable_by: tuple[str, ...] = ()
    source: tuple[str, str] | None = None
