"""What questions answer with: frozen plain values, enough for a client's JSON, a page or a document on the wire. No rows leave this room."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, TypeVar

VisibilityName = Literal["public", "unlisted", "private", "direct"]
MediaKind = Literal["image", "gifv", "video", "audio", "unknown"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list: ids strictly below *max_id*, above *since_id* (newest of them), or just above *min_id* (nearest of them).

    However it was asked, the answer is newest first.
    """

    limit: int = 20
    max_id: int | None = None
    since_id: int | None = None
    min_id: int | None = None


@dataclass(frozen=True, slots=True)
class Edge(Generic[T]):
    """An item of a list that is paged by the id of the connection (a follow, a like), not of the item."""

    cursor: int
    item: T


@dataclass(frozen=True, slots=True)
class CustomEmoji:
    shortcode: str
    url: str
    static_url: str
    category: str = ""
    visible: bool = True


@dataclass(frozen=True, slots=True)
class AccountView:
    """An actor as this node knows it. `acct` is `alice` for our own, `alice@beta.example` for others."""

    id: int
    username: str
    domain: str
    host: str
    kind: str
    uri: str
    url: str
    display_name: str
    note: str
    note_source: str
    fields: tuple[tuple[str, str], ...]
    emojis: tuple[CustomEmoji, ...]
    avatar_url: str
    header_url: str
    has_avatar: bool
    has_header: bool
    locked: bool
    bot: bool
    discoverable: bool
    indexable: bool
    hide_collections: bool
    moved_to_uri: str
    also_known_as: tuple[str, ...]
    followers_count: int
    following_count: int
    posts_count: int
    last_posted_at: datetime | None
    created_at: datetime
    suspended: bool
    deleted: bool
    inbox_url: str
    shared_inbox_url: str
    followers_url: str
    outbox_url: str
    following_url: str
    featured_url: str

    @property
    def local(self) -> bool:
        return not self.host

    @property
    def acct(self) -> str:
        return f"{self.username}@{self.domain}" if self.domain else self.username

    @property
    def group(self) -> bool:
        return self.kind == "group"

    @property
    def name(self) -> str:
        return self.display_name or self.username


@dataclass(frozen=True, slots=True)
class UserView:
    """A person who signs in here: the private side of a local account."""

    account_id: int
    username: str
    email: str
    role: str
    locale: str
    default_visibility: VisibilityName
    default_sensitive: bool
    default_language: str
    disabled: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MediaView:
    """An attachment. `url` is where this node serves it; empty while it is processed. `remote_url` is where it came from."""

    id: int
    kind: MediaKind
    media_type: str
    url: str
    preview_url: str
    remote_url: str
    width: int | None
    height: int | None
    preview_width: int | None
    preview_height: int | None
    focus: tuple[float, float]
    alt: str
    blurhash: str
    state: str
    account_id: int
    post_id: int | None
    size_bytes: int


@dataclass(frozen=True, slots=True)
class MentionView:
    account_id: int
    username: str
    acct: str
    url: str
    uri: str
    silent: bool


@dataclass(frozen=True, slots=True)
class PostView:
    """A post as *viewer* may see it. A boost has `boost_of` and no content of its own. The last five are false without a viewer."""

    id: int
    uri: str
    url: str
    author: AccountView
    kind: str
    title: str
    content: str
    source: str
    source_format: Literal["plain", "markdown"]
    summary: str
    sensitive: bool
    language: str
    visibility: VisibilityName
    local_only: bool
    boost_of: "PostView | None"
    reply_to_id: int | None
    reply_to_uri: str
    reply_to_account_id: int | None
    root_id: int
    application_name: str
    application_website: str
    emojis: tuple[CustomEmoji, ...]
    replies_count: int
    boosts_count: int
    likes_count: int
    created_at: datetime
    edited_at: datetime | None
    media: tuple[MediaView, ...]
    mentions: tuple[MentionView, ...]
    tags: tuple[str, ...]
    liked: bool = False
    boosted: bool = False
    bookmarked: bool = False
    pinned: bool = False
    author_muted: bool = False


@dataclass(frozen=True, slots=True)
class EditView:
    content: str
    source: str
    summary: str
    sensitive: bool
    created_at: datetime
    media: tuple[MediaView, ...]


@dataclass(frozen=True, slots=True)
class ContextView:
    """A thread around a post: what it answers, oldest first, and what answers it, in thread order."""

    ancestors: tuple[PostView, ...]
    descendants: tuple[PostView, ...]


@dataclass(frozen=True, slots=True)
class NotificationView:
    id: int
    kind: str
    created_at: datetime
    account: AccountView
    post: PostView | None


@dataclass(frozen=True, slots=True)
class RelationshipView:
    account_id: int
    following: bool = False
    showing_boosts: bool = False
    notifying: bool = False
    languages: tuple[str, ...] = ()
    requested: bool = False
    requested_by: bool = False
    followed_by: bool = False
    blocking: bool = False
    blocked_by: bool = False
    muting: bool = False
    muting_notifications: bool = False
    muting_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TagView:
    name: str
    uses: int
    accounts: int


@dataclass(frozen=True, slots=True)
class MarkerView:
    timeline: str
    last_read_id: str
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class SearchResults:
    accounts: tuple[AccountView, ...] = ()
    posts: tuple[PostView, ...] = ()
    tags: tuple[TagView, ...] = ()


@dataclass(frozen=True, slots=True)
class NodeCounts:
    users: int
    posts: int
    hosts: int
    active_month: int
    active_half_year: int = 0


@dataclass(frozen=True, slots=True)
class AppView:
    id: int
    client_id: str
    name: str
    website: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class GrantedApp:
    """An application that a person let in, and since when."""

    token_id: int
    app: AppView
    scopes: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None = field(default=None)
