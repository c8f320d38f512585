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
    """*account_id* reported *target_id* and these posts; *forward*: the other node is to hear of it."""

    target_id: int
    post_ids: list[int]
    comment: str
    forward: bool


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
