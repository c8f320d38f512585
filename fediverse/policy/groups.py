"""Who may do what in a group, and which domains it may be disclosed to. Who sees its posts is in `visibility`.

    access     who gets in                                     who may know that it exists      who reads
    open       anybody of its domains, at once                 everybody                        everybody here, and on the nodes that it is disclosed to
    closed     who asks and is let in                          everybody of its domains         its members
    secret     who was invited                                 its members and the invited      its members

Its domains are a list of the group's own: patterns as in the allowlist (`beta.example`, `*.beta.example`), or `*` for every domain that this node allows.
`beta.example` is that host alone, `*.beta.example` the names below it and not itself.
The node's own people always may; no list means: nobody else, and an invitation does not go past the list. The allowlist of the node is asked besides, each time, so the list is always a subset of it.

The unit of disclosure is the node: once somebody of a node is a member, its administrators can read what is sent from then on. So the first member from
a domain needs a moderator's word that names that domain (`needs_admission`), be the person asking or invited; in an open group, whose posts are no secret, the list itself is that word.

An open group never becomes a closed or secret one, nor the reverse (between closed and secret it may change, as its readers stay the same): what was written for all would look as if it had always been for few, and what was written for
few would be shown to all.
"""

from collections.abc import Sequence
from typing import Literal

from fediverse.errors import Invalid
from fediverse.policy.domains import matches, parse_pattern

Access = Literal["open", "closed", "secret"]
Posting = Literal["members", "moderators"]
Role = Literal["member", "moderator", "owner"]
Joining = Literal["accept", "ask", "refuse", "hidden"]

EVERY_DOMAIN = "*"
ACCESSES: tuple[Access, ...] = ("open", "closed", "secret")
POSTINGS: tuple[Posting, ...] = ("members", "moderators")
ROLES: tuple[Role, ...] = ("member", "moderator", "owner")


def parse_domains(texts: Sequence[str]) -> tuple[str, ...]:
    """The canonical patterns of a group's list, each once. Raises Invalid for what is none."""
    found = (EVERY_DOMAIN if text.strip() == EVERY_DOMAIN else parse_pattern(text.strip().lower()) for text in texts)
    return tuple(dict.fromkeys(found))


def allows_host(domains: Sequence[str], host: str) -> bool:
    """Whether people of *host* may be members. The empty host is this node."""
    return host == "" or any(pattern == EVERY_DOMAIN or matches(pattern, host) for pattern in domains)


def joining(access: Access, domains: Sequence[str], host: str, *, invited: bool) -> Joining:
    """What becomes of a wish to join by somebody of *host*."""
    if access == "secret" and not invited:
        return "hidden"
    if not allows_host(domains, host):
        return "refuse"
    return "accept" if access == "open" or invited else "ask"


def needs_admission(access: Access, host: str, admitted: Sequence[str]) -> bool:
    """Whether letting somebody of *host* in discloses the group to a node that has nothing of it yet, so that a moderator must say so."""
    return access != "open" and host != "" and host not in admitted


def may_know(access: Access, *, is_member: bool, is_invited: bool) -> bool:
    """Whether the group exists for somebody: its name, its page, its place in lists and searches."""
    return access != "secret" or is_member or is_invited


def may_be_known_at(
    access: Access, domains: Sequence[str], host: str, *, disclosed: bool, was_disclosed: bool, invited: bool
) -> bool:
    """The same for a node. Where somebody is a member (*disclosed*) or invited it knows of the group; else of an open one, of a closed one that its people
    could be in, and of a closed one that it had once: what it was told cannot be unknown there.
    """
    if disclosed or invited or access == "open":
        return True
    return access == "closed" and (was_disclosed or allows_host(domains, host))


def known_to_person(viewer: int, account: str = "a.id") -> tuple[str, list[object]]:
    """`may_know` as a condition on the column *account*, the id of any account: what is no secret group is known to everybody."""
    member = f"EXISTS (SELECT 1 FROM follow kf WHERE kf.target_id = {account} AND kf.follower_id = ? AND kf.state = 'accepted')"
    invited = f"EXISTS (SELECT 1 FROM group_invitation ki WHERE ki.group_id = {account} AND ki.account_id = ?)"
    secret = f"EXISTS (SELECT 1 FROM group_profile kp WHERE kp.account_id = {account} AND kp.access = 'secret')"
    return f"(NOT {secret} OR {member} OR {invited})", [viewer, viewer]


def may_post(role: Role | None, posting: Posting) -> bool:
    return role is not None and (posting == "members" or may_moderate_group(role))


def may_moderate_group(role: Role | None) -> bool:
    """Let in, invite, remove, ban, take posts out."""
    return role in {"moderator", "owner"}


def may_own(role: Role | None) -> bool:
    """Change what the group is: its text, its domains, its moderators; end it."""
    return role == "owner"


def check_change_of_access(before: Access, after: Access) -> None:
    """Raises Invalid for a step between open and not open."""
    if (before == "open") is not (after == "open"):
        raise Invalid(
            "An open group stays open, and a closed one closed: make a new group and invite its members, so that nothing written so far changes its readers"
        )
