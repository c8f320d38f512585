"""What questions about groups answer with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from fediverse.policy.groups import Access, Posting, Role, may_moderate_group, may_own, may_post
from fediverse.queries.views import AccountView

Standing = Literal["", "requested", "invited", "member", "moderator", "owner", "banned"]
NodeState = Literal["admitted", "suspended", "removed"]


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as *viewer* may know it. `standing` is the viewer's. `requests_count` counts who waits, for those who let people in; 0 for others.

    `paused`: why nothing is sent to its members for now. `sequence`: the number of what it sent, or what came from it, last.
    """

    account: AccountView
    access: Access
    posting: Posting
    domains: tuple[str, ...]
    standing: Standing
    members_count: int
    requests_count: int
    paused: str
    sequence: int
    members_url: str

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def local(self) -> bool:
        return self.account.local

    @property
    def role(self) -> Role | None:
        match self.standing:
            case "member" | "moderator" | "owner":
                return self.standing
            case _:
                return None

    @property
    def is_member(self) -> bool:
        return self.role is not None

    @property
    def moderates(self) -> bool:
        return may_moderate_group(self.role)

    @property
    def owns(self) -> bool:
        return may_own(self.role)

    @property
    def posts(self) -> bool:
        """Whether the viewer may write in it."""
        return may_post(self.role, self.posting)


@dataclass(frozen=True, slots=True)
class MemberView:
    account: AccountView
    role: Role
    since: datetime


@dataclass(frozen=True, slots=True)
class RequestView:
    """Somebody who wants in. `new_domain` is not empty when letting them in discloses the group to that domain for the first time."""

    account: AccountView
    new_domain: str
    since: datetime


@dataclass(frozen=True, slots=True)
class InvitationView:
    account: AccountView
    inviter: AccountView | None
    since: datetime


@dataclass(frozen=True, slots=True)
class GroupNodeView:
    """A node to which the group is disclosed, or was. `suspended`: the node's rules do not allow it at the moment, as `reason` says."""

    host: str
    state: NodeState
    members: int
    admitted_by: AccountView | None
    admitted_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NodeStanding:
    """Of a group elsewhere: whether a node has it too, and when the group's own node was asked about that."""

    admitted: bool
    asked_at_ms: int | None


@dataclass(frozen=True, slots=True)
class GroupEntryView:
    """One of the activities that went to a group's members: *body* is what a member said, as it was proved."""

    sequence: int
    type: str
    post_id: int | None
    body: str
    created_at_ms: int


@dataclass(frozen=True, slots=True)
class WhoReads:
    """People who read what is written in a group: *here*, and on each other node. *possible*: patterns of domains whose people could be let in."""

    here: int
    elsewhere: tuple[tuple[str, int], ...]
    possible: tuple[str, ...]
