"""Who may do what with a post, and to whom. Rules that answer; verbs raise. Whether the person sees the post at all was asked before (`visibility`)."""

from typing import Protocol

from fediverse.policy.visibility import VisibilityName


class Author(Protocol):
    @property
    def id(self) -> int: ...


class PostFacts(Protocol):
    """What these rules look at; a `PostView` has it."""

    @property
    def author(self) -> Author: ...
    @property
    def visibility(self) -> VisibilityName: ...
    @property
    def local_only(self) -> bool: ...


def may_boost(account_id: int, post: PostFacts) -> bool:
    """Anybody may boost what everybody in the network sees; only its author what followers see; nobody what is direct, or a closed or secret group's."""
    if post.visibility in {"public", "unlisted"}:
        return True
    return post.visibility == "private" and post.author.id == account_id


def boost_audience(wanted: VisibilityName | None, post: PostFacts) -> VisibilityName:
    """A boost is never wider than what it boosts."""
    if post.visibility == "private":
        return "private"
    return wanted if wanted in {"public", "unlisted", "private"} else "public"


def may_change(account_id: int, post: PostFacts) -> bool:
    """Edit, delete, pin: the author alone."""
    return post.author.id == account_id


def may_pin(account_id: int, post: PostFacts) -> bool:
    return may_change(account_id, post) and post.visibility != "direct"


def may_see_egress(role: str, account_id: int, author_id: int) -> bool:
    """Where a post went: its author, and administrators for every post of the node, as it says nothing of what stands in it. Not moderators."""
    return account_id == author_id or role == "admin"


STAFF = frozenset({"moderator", "admin"})
"""Roles that see reports and act on them."""


def may_moderate(role: str, account_id: int, target_role: str, target_id: int, other_admins: int) -> bool:
    """A moderator acts on people without a role, an administrator on everybody; nobody on oneself, and nobody on the last administrator.

    *target_role* is empty for an account of another node. *other_admins*: administrators who would be left, not counting the target.
    """
    if role not in STAFF or account_id == target_id:
        return False
    if target_role == "admin" and other_admins < 1:
        return False
    return role == "admin" or target_role in {"", "user"}
