"""What questions answer with: frozen plain values, enough for a client's JSON, a page or a document on the wire. No rows leave this room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from fediverse.policy.groups import Access
from fediverse.policy.visibility import ChosenVisibility, VisibilityName
from fediverse.queries.filter_views import FilterMatchView

if TYPE_CHECKING:
    from fediverse.queries.moderation import SeveranceView, WarningView
    from fediverse.queries.reports import ReportView

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
    """An actor as this node knows it. `acct` is `alice` for our own, `alice@beta.example` for others.

    `limited`: a moderator wants it out of the public's way. `sensitized`: one holds all its media to be sensitive.
    `field_sources`, `fields_verified`: for each of `fields`, what was typed, and since when its page is known to be the account's.
    """

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
    limited: bool = False
    sensitized: bool = False
    memorial: bool = False
    avatar_alt: str = ""
    header_alt: str = ""
    field_sources: tuple[str, ...] = ()
    fields_verified: tuple[datetime | None, ...] = ()
    show_media: bool = True
    show_media_replies: bool = True
    show_featured: bool = True

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
    default_visibility: ChosenVisibility
    default_sensitive: bool
    default_language: str
    disabled: bool
    created_at: datetime
    default_quote_policy: str = "public"
    attribution_domains: tuple[str, ...] = ()
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class MediaView:
    """An attachment. `url` is where this node serves it; empty while it is processed. `remote_url` is where it came from. `problem`: why it failed."""

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
    file_name: str = ""
    duration_s: float | None = None
    frame_rate: str = ""
    bitrate: int | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class MentionView:
    account_id: int
    username: str
    acct: str
    url: str
    uri: str
    silent: bool


@dataclass(frozen=True, slots=True)
class PollOptionView:
    """`votes_count` is None while the totals are hidden."""

    title: str
    votes_count: int | None


@dataclass(frozen=True, slots=True)
class PollView:
    """A poll as its viewer may see it: `voted` (true for the author, too) and `own_votes` (positions) are the viewer's.

    `votes_count` is known even while it is hidden who chose what. `voters_count` is None where its node does not tell.
    """

    id: int
    post_id: int
    multiple: bool
    hide_totals: bool
    expires_at: datetime | None
    expired: bool
    votes_count: int
    voters_count: int | None
    options: tuple[PollOptionView, ...]
    voted: bool = False
    own_votes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class QuoteView:
    """What a post quotes. `state` is a word of the API, for the viewer; `quoted` is None unless it is one of `policy.quotes.SHOWN`, so never what the viewer
    may not see, and inside a quoted post.
    """

    state: str
    quoted_id: int | None
    quoted_uri: str
    approval_uri: str
    quoted: "PostView | None" = None


@dataclass(frozen=True, slots=True)
class PostGroup:
    """The group that a post stands in. `members_url` is the collection that its posts are addressed to."""

    account: AccountView
    access: Access
    members_url: str


@dataclass(frozen=True, slots=True)
class PostView:
    """A post as *viewer* may see it. A boost has `boost_of` and no content of its own. The marks at the end are false without a viewer.

    `quote_policy`: who may quote it (`policy.quotes`), `quotable` how a quote by the viewer would be approved. `filtered` is filled where a context asks (`queries.filters`).
    """

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
    thread_muted: bool = False
    poll: PollView | None = None
    quote: QuoteView | None = None
    quote_policy: str = "public"
    quotes_count: int = 0
    quotable: Literal["automatic", "manual", "denied"] = "denied"
    filtered: tuple[FilterMatchView, ...] = ()
    group: PostGroup | None = None

    @property
    def group_id(self) -> int | None:
        return None if self.group is None else self.group.account.id


@dataclass(frozen=True, slots=True)
class EditView:
    """A state of a post. *poll*: what could be chosen then."""

    content: str
    source: str
    summary: str
    sensitive: bool
    created_at: datetime
    media: tuple[MediaView, ...]
    poll: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScheduledView:
    """A post for later. `params` is its draft, by the names of `actions.posts.Draft`; `problem`: why it was not published when it was due."""

    id: int
    account_id: int
    due_at: datetime
    params: Mapping[str, Any]
    media: tuple[MediaView, ...]
    application_id: int | None
    problem: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ContextView:
    """A thread around a post: what it answers, oldest first, and what answers it, in thread order."""

    ancestors: tuple[PostView, ...]
    descendants: tuple[PostView, ...]


@dataclass(frozen=True, slots=True)
class ConversationView:
    """What a few people say to each other in direct posts. *accounts* are the others, or the viewer alone where there is nobody else."""

    id: int
    accounts: tuple[AccountView, ...]
    unread: bool
    last_post: PostView


@dataclass(frozen=True, slots=True)
class NotificationView:
    """What a person was told. `group_key` is empty where nothing is grouped; `filtered`: put aside by the person's policy.

    One of the last four is there where the kind tells of such a thing.
    """

    id: int
    kind: str
    created_at: datetime
    account: AccountView
    post: PostView | None
    group_key: str = ""
    filtered: bool = False
    report: "ReportView | None" = None
    warning: "WarningView | None" = None
    severance: "SeveranceView | None" = None


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
    domain_blocking: bool = False
    endorsed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class TagView:
    """A tag with its public use of the last seven days. *history*: (uses, accounts) a day, today first; empty where nobody asked for it."""

    name: str
    uses: int
    accounts: int
    history: tuple[tuple[int, int], ...] = ()
    following: bool = False
    featuring: bool = False


@dataclass(frozen=True, slots=True)
class FeaturedTagView:
    """A tag that *account* shows on its profile, with what it posted under it for everybody here."""

    id: int
    name: str
    account_acct: str
    posts_count: int
    last_posted_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListView:
    """`replies_policy`: followed, list or none."""

    id: int
    title: str
    replies_policy: str
    exclusive: bool


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
