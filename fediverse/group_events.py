"""What happens in groups, as facts (see `events`). *account_id* is who did it: a moderator, the group itself where nobody in person did, 0 for the operator."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from fediverse.events import Event

MembershipChange = Literal["added", "removed", "role"]


@dataclass(frozen=True, slots=True)
class GroupCreated(Event):
    spreads: ClassVar[bool] = False

    group_id: int
    access: str


@dataclass(frozen=True, slots=True)
class GroupPolicyChanged(Event):
    """*domains* as they are now, *removed* the hosts that lose the group by it."""

    spreads: ClassVar[bool] = False

    group_id: int
    domains: list[str]
    removed: list[str]


@dataclass(frozen=True, slots=True)
class GroupNodeAdmitted(Event):
    """The group is disclosed to *host* from now on; with what was written before when *history*."""

    spreads: ClassVar[bool] = False

    group_id: int
    host: str
    history: bool


@dataclass(frozen=True, slots=True)
class GroupNodeRemoved(Event):
    """The group is disclosed to *host* no longer, which is told by a Remove from the group of *member_id*, the last of its people there."""

    group_id: int
    host: str
    member_id: int


@dataclass(frozen=True, slots=True)
class GroupMembershipChanged(Event):
    """*member_id* came (`added`), went (`removed`), or is a *role* now. Members hear of it through the group."""

    group_id: int
    member_id: int
    what: MembershipChange
    role: str


@dataclass(frozen=True, slots=True)
class GroupInvited(Event):
    group_id: int
    member_id: int
    uri: str


@dataclass(frozen=True, slots=True)
class GroupRelayed(Event):
    """*account_id* is the group; the entry *entry_id* of what it sends goes to its members."""

    entry_id: int


@dataclass(frozen=True, slots=True)
class GroupPostTakenOut(Event):
    """A moderator took somebody's post out of the group: the post *post_uri*, by the Delete *uri*."""

    group_id: int
    post_id: int
    post_uri: str
    former_type: str
    uri: str


@dataclass(frozen=True, slots=True)
class GroupShared(Event):
    """The same of a new post in an open group, for software that knows no more than boosts."""

    entry_id: int


@dataclass(frozen=True, slots=True)
class GroupPaused(Event):
    spreads: ClassVar[bool] = False

    why: str


@dataclass(frozen=True, slots=True)
class GroupResumed(Event):
    spreads: ClassVar[bool] = False
