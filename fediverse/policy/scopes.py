"""OAuth scopes: what an application may ask for and what a token is good for. Pure; asked when an application registers, when a person
consents, and at every request of a client.

Scopes form a hierarchy, as in Mastodon's API: `read` covers `read:statuses`, `admin:write` covers `admin:write:accounts`, and the old `follow` is
another name for reading and writing follows, blocks and mutes. `profile` stands alone: nothing else covers it, and it covers nothing else.
"""

from collections.abc import Iterable

from fediverse.errors import Invalid

DEFAULT = ("read",)

_SUBJECTS = {
    "read": (
        "accounts", "blocks", "bookmarks", "collections", "favourites", "filters", "follows", "groups", "lists", "mutes", "notifications",
        "search", "statuses",
    ),
    "write": (
        "accounts", "blocks", "bookmarks", "collections", "conversations", "favourites", "filters", "follows", "groups", "lists", "media",
        "mutes", "notifications", "reports", "statuses",
    ),
    "admin:read": (
        "accounts", "canonical_email_blocks", "domain_allows", "domain_blocks", "email_domain_blocks", "ip_blocks", "reports",
    ),
    "admin:write": (
        "accounts", "canonical_email_blocks", "domain_allows", "domain_blocks", "email_domain_blocks", "ip_blocks", "reports",
    ),
}  # fmt: skip
_FAMILIES = {family: frozenset(f"{family}:{subject}" for subject in subjects) for family, subjects in _SUBJECTS.items()}
_FOLLOW = frozenset(f"{verb}:{subject}" for verb in ("read", "write") for subject in ("blocks", "follows", "mutes"))

KNOWN = (
    "profile",
    "read",
    "write",
    "follow",
    "push",
    "admin:read",
    "admin:write",
    *sorted(frozenset().union(*_FAMILIES.values())),
)
"""Every scope that there is, in the order in which it is announced."""

EVERYTHING = frozenset({"profile", "read", "write", "follow", "push", "admin:read", "admin:write"})
"""What a person may do who is here in person, in a browser; the role still decides about `admin:`."""


def parse(text: str) -> tuple[str, ...]:
    """The scopes in *text*, separated by blanks, each once and in their order; the default when there are none. Raises Invalid for an unknown one."""
    found = tuple(dict.fromkeys(text.split())) or DEFAULT
    unknown = [scope for scope in found if scope not in KNOWN]
    if unknown:
        raise Invalid("Validation failed: Scopes doesn't match configured on the server.")
    return found


def covers(granted: Iterable[str], wanted: str) -> bool:
    """Whether somebody who was granted *granted* has *wanted*. Never for a scope that does not exist."""
    return wanted in KNOWN and _reach(wanted) <= frozenset().union(*map(_reach, granted))


def covers_all(granted: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether all of *wanted*, which must not be empty, is covered: requested ⊆ registered, as sets of what they allow."""
    names = tuple(wanted)
    held = tuple(granted)
    return bool(names) and all(covers(held, name) for name in names)


def without_admin(granted: Iterable[str]) -> frozenset[str]:
    """What is left of *granted* for somebody whose role is not to administer."""
    return frozenset(scope for scope in granted if not scope.startswith("admin:"))


def _reach(scope: str) -> frozenset[str]:
    """All that *scope* allows. A family holds its own name too, so that all its parts together are still less than the family."""
    if scope == "follow":
        return _FOLLOW
    return _FAMILIES.get(scope, frozenset()) | {scope}
