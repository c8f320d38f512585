"""Who may quote a post, and what a viewer is shown of a quote (FEP-044f; Mastodon 4.5). Rules that answer; verbs raise.
How far a quoting post may reach is the rule for replies (`content.reply_audience`).

A direct post is quoted by nobody, a closed or secret group's only in that group and by its members (an open group's is a public post), one for followers by its author alone; beyond that the author's policy speaks. Approval is about the quoting post, and
never opens the quoted one: whoever may not see a post does not see it in a quote either.
"""

from dataclasses import dataclass
from typing import Literal

from fediverse.policy.visibility import VisibilityName

QuotePolicyName = Literal["public", "followers", "nobody"]
Approval = Literal["automatic", "manual", "denied"]

POLICIES: tuple[QuotePolicyName, ...] = ("public", "followers", "nobody")
ASK = "ask"
ASK_FOLLOWERS = "ask_followers"
"""What only other nodes' posts may say: their author answers by hand, everybody or followers."""

_WIDE = frozenset({"public", "unlisted"})


@dataclass(frozen=True, slots=True)
class QuoterFacts:
    """How the person who would quote stands to the author. *blocked*: by either of the two."""

    is_author: bool = False
    follows_author: bool = False
    blocked: bool = False


def approval(visibility: VisibilityName, policy: str, quoter: QuoterFacts) -> Approval:
    """How a quote would be approved, of a post that the quoter sees. A policy that nobody knows denies."""
    if visibility == "direct":
        return "denied"
    in_group = visibility == "group" and not quoter.blocked  # where the verb lets it be quoted in that group alone
    if quoter.is_author or in_group:
        return "automatic"
    if quoter.blocked or visibility not in _WIDE:
        return "denied"
    if policy == "public" or (policy == "followers" and quoter.follows_author):
        return "automatic"
    if policy == ASK or (policy == ASK_FOLLOWERS and quoter.follows_author):
        return "manual"
    return "denied"


def kept_policy(wanted: str, visibility: VisibilityName) -> str:
    """The policy that a post of ours is kept with: what not everybody sees is nobody's to quote."""
    return wanted if wanted in POLICIES and visibility in _WIDE else "nobody"


def policy_of(automatic: tuple[str, ...], manual: tuple[str, ...], public: str, followers: str) -> str:
    """The policy of another node's post from those whom it names: *public* and *followers* are how everybody and its followers are called."""
    if public in automatic:
        return "public"
    if followers and followers in automatic:
        return "followers"
    if public in manual:
        return ASK
    return ASK_FOLLOWERS if followers and followers in manual else "nobody"


@dataclass(frozen=True, slots=True)
class ReaderFacts:
    """How somebody who reads a quoting post stands to the quoted one."""

    sees: bool
    gone: bool = False
    blocks_author: bool = False
    hides_domain: bool = False
    mutes_author: bool = False


SHOWN = frozenset({"accepted", "blocked_account", "blocked_domain", "muted_account"})
"""States in which the quoted post is handed to the reader's client, which folds what its reader does not want."""


def shown_state(state: str, reader: ReaderFacts) -> str:
    """The state of a quote, in the words of the client API, for one reader."""
    if state != "accepted":
        return state
    if reader.gone:
        return "deleted"
    if not reader.sees:
        return "unauthorized"
    if reader.blocks_author:
        return "blocked_account"
    if reader.hides_domain:
        return "blocked_domain"
    return "muted_account" if reader.mutes_author else "accepted"
