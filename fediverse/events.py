"""Facts, in the past tense. A verb records what happened in the transaction in which it happened: one row that is the audit's entry and, for what
our own people did, the work of telling others (`workers/spread`).

Events carry ids and URIs, never content: whoever acts on one asks for the present state and the present rules.
"""

from dataclasses import asdict, dataclass, field
from typing import ClassVar

from fediverse.clock import to_ms
from fediverse.database.database import Row, json_of, json_text
from fediverse.node import Node


@dataclass(frozen=True, slots=True)
class Event:
    """Something that *account_id* did. `spreads`: other nodes must hear of it."""

    spreads: ClassVar[bool] = True

    account_id: int


@dataclass(frozen=True, slots=True)
class PostPublished(Event):
    post_id: int


@dataclass(frozen=True, slots=True)
class PostEdited(Event):
    post_id: int


@dataclass(frozen=True, slots=True)
class PostDeleted(Event):
    """*mentioned*: accounts that the post named, known no other way once it is gone."""

    post_id: int
    uri: str
    former_type: str
    visibility: str
    mentioned: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PostRefreshed(Event):
    """Nobody edited the post, and its document says something else: who may quote it, or that a quote in it is approved."""

    post_id: int


@dataclass(frozen=True, slots=True)
class QuoteRequested(Event):
    """The post *post_id* quotes *quoted_uri* of *quoted_account_id*, who is asked with the QuoteRequest *uri*."""

    post_id: int
    quoted_account_id: int
    quoted_uri: str
    uri: str


@dataclass(frozen=True, slots=True)
class QuoteAccepted(Event):
    """*account_id* approves that *quoter_id*'s post *quoting_uri* quotes *quoted_uri*, asked with *uri*, and shows it by *stamp_uri*."""

    quoter_id: int
    quoted_uri: str
    quoting_uri: str
    uri: str
    stamp_uri: str


@dataclass(frozen=True, slots=True)
class QuoteRejected(Event):
    """The same, refused."""

    quoter_id: int
    quoted_uri: str
    quoting_uri: str
    uri: str


@dataclass(frozen=True, slots=True)
class QuoteRevoked(Event):
    """*account_id* takes *stamp_uri* back: *quoter_id*'s post *post_id* does not show *quoted_id* any more."""

    post_id: int
    quoted_id: int
    quoter_id: int
    stamp_uri: str


@dataclass(frozen=True, slots=True)
class PostBoosted(Event):
    """*post_id* is the boost itself."""

    post_id: int


@dataclass(frozen=True, slots=True)
class BoostUndone(Event):
    post_id: int
    uri: str
    boosted_uri: str
    boosted_author_id: int


@dataclass(frozen=True, slots=True)
class PostLiked(Event):
    post_id: int
    uri: str


@dataclass(frozen=True, slots=True)
class LikeUndone(Event):
    post_id: int
    uri: str


@dataclass(frozen=True, slots=True)
class PollVoted(Event):
    """*account_id* voted in the poll of another node's post."""

    post_id: int
    vote_id: int


@dataclass(frozen=True, slots=True)
class PollCounted(Event):
    """The counts of the poll of *account_id*'s post changed, or it ended; its words did not."""

    post_id: int


@dataclass(frozen=True, slots=True)
class FollowRequested(Event):
    target_id: int
    uri: str


@dataclass(frozen=True, slots=True)
class FollowUndone(Event):
    target_id: int
    uri: str


@dataclass(frozen=True, slots=True)
class FollowAccepted(Event):
    """*account_id* accepted the Follow *uri* of *follower_id*."""

    follower_id: int
    uri: str


@dataclass(frozen=True, slots=True)
class FollowRejected(Event):
    """*account_id* rejected, or ended, the Follow *uri* of *follower_id*."""

    follower_id: int
    uri: str


@dataclass(frozen=True, slots=True)
class AccountBlocked(Event):
    spreads: ClassVar[bool] = False  # a personal block is nobody else's business inside a company

    target_id: int


@dataclass(frozen=True, slots=True)
class AccountUnblocked(Event):
    spreads: ClassVar[bool] = False

    target_id: int


@dataclass(frozen=True, slots=True)
class ProfileUpdated(Event):
    pass


@dataclass(frozen=True, slots=True)
class PostPinned(Event):
    post_id: int
    post_uri: str


@dataclass(frozen=True, slots=True)
class PostUnpinned(Event):
    post_id: int
    post_uri: str


@dataclass(frozen=True, slots=True)
class AccountMoved(Event):
    target_id: int


@dataclass(frozen=True, slots=True)
class ContentReported(Event):
    """*account_id* reported *target_id*; *forward*: the other node is to hear of it."""

    target_id: int
    report_id: int
    forward: bool


@dataclass(frozen=True, slots=True)
class ReportReceived(Event):
    """Another node's *account_id* reported *target_id* to us."""

    spreads: ClassVar[bool] = False

    target_id: int
    report_id: int


@dataclass(frozen=True, slots=True)
class ReportHandled(Event):
    """The moderator *account_id* did *what* with a report: assigned, unassigned, changed, resolved or reopened it."""

    spreads: ClassVar[bool] = False

    report_id: int
    what: str


@dataclass(frozen=True, slots=True)
class AccountModerated(Event):
    """The moderator *by_account_id* did *action* to *account_id*: a word of the API, or its reverse (`unsuspend` …), or `delete`."""

    spreads: ClassVar[bool] = False

    action: str
    by_account_id: int
    warning_id: int | None = None
    report_id: int | None = None


@dataclass(frozen=True, slots=True)
class AccountDeleted(Event):
    """One of our own accounts is gone for good. *known_to*: an account of each inbox that followed it or was followed by it, known no other way by now."""

    uri: str
    known_to: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AccessBlockChanged(Event):
    """An administrator (*account_id*) changed who may come in: *what* is of the kind *kind* (ip, email_domain, email)."""

    spreads: ClassVar[bool] = False

    kind: str
    block_id: int
    what: str


@dataclass(frozen=True, slots=True)
class AnnouncementChanged(Event):
    """*what*: published or removed. *account_id* is 0 where the command line did it, and *by* says who."""

    spreads: ClassVar[bool] = False

    announcement_id: int
    what: str
    by: str


@dataclass(frozen=True, slots=True)
class HouseRuleChanged(Event):
    """*what*: added or removed; the rest as above."""

    spreads: ClassVar[bool] = False

    rule_id: int
    what: str
    by: str


@dataclass(frozen=True, slots=True)
class AccountCreated(Event):
    spreads: ClassVar[bool] = False

    username: str
    role: str


@dataclass(frozen=True, slots=True)
class AccountDisabled(Event):
    """*account_id* is whose account it is; *by* who did it."""

    spreads: ClassVar[bool] = False

    by: str


@dataclass(frozen=True, slots=True)
class AccountEnabled(Event):
    spreads: ClassVar[bool] = False

    by: str


@dataclass(frozen=True, slots=True)
class KeysRotated(Event):
    """The account's keys are new; its document tells others, so its Update must reach them."""


@dataclass(frozen=True, slots=True)
class DomainRuleAdded(Event):
    """Done by an administrator: *account_id* is 0 where the command line did it, and *by* says who."""

    spreads: ClassVar[bool] = False

    rule_id: str
    pattern: str
    effect: str
    draft: bool
    by: str


@dataclass(frozen=True, slots=True)
class DomainRuleRemoved(Event):
    spreads: ClassVar[bool] = False

    rule_id: str
    pattern: str
    by: str


@dataclass(frozen=True, slots=True)
class DomainPurged(Event):
    spreads: ClassVar[bool] = False

    host: str
    accounts: int
    posts: int
    by: str


@dataclass(frozen=True, slots=True)
class PushServiceAdded(Event):
    """What people are told may leave for *host*, encrypted to their devices."""

    spreads: ClassVar[bool] = False

    host: str
    by: str


@dataclass(frozen=True, slots=True)
class PushServiceRemoved(Event):
    spreads: ClassVar[bool] = False

    host: str
    subscriptions: int
    by: str


def _kinds() -> dict[str, type[Event]]:
    return {kind.__name__: kind for kind in Event.__subclasses__()}


async def record(node: Node, event: Event) -> None:
    """Write *event* down, inside the transaction of what it tells. Raises RuntimeError outside one."""
    if not node.database.in_transaction:
        raise RuntimeError("an event is recorded in the transaction in which it happened")
    now = to_ms(node.clock.now())
    values = asdict(event)
    account_id = values.pop("account_id")
    await node.database.execute(
        "INSERT INTO event (id, kind, account_id, data, created_at, spread_at, attempts) VALUES (?, ?, ?, ?, ?, ?, 0)",
        node.ids.next(), type(event).__name__, account_id, json_text(values), now, None if event.spreads else now,
    )  # fmt: skip
    if event.spreads:
        node.database.after_commit(node.wakeups.spread.set)


def event_of(row: Row) -> Event:
    """The event that a row of the table tells."""
    return _kinds()[row["kind"]](account_id=row["account_id"], **json_of(row["data"]))
