"""Who may quote a post, and what a reader is shown of a quote."""

import pytest

from fediverse.policy.quotes import QuoterFacts, ReaderFacts, approval, kept_policy, policy_of, shown_state
from fediverse.policy.visibility import VisibilityName

ANYBODY = QuoterFacts()
AUTHOR = QuoterFacts(is_author=True)
FOLLOWER = QuoterFacts(follows_author=True)
BLOCKED = QuoterFacts(follows_author=True, blocked=True)
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
FOLLOWERS = "https://beta.example/users/bob/followers"


@pytest.mark.parametrize(
    ("visibility", "policy", "quoter", "expected"),
    [
        ("public", "public", ANYBODY, "automatic"),
        ("unlisted", "public", ANYBODY, "automatic"),
        ("public", "public", BLOCKED, "denied"),
        ("public", "followers", FOLLOWER, "automatic"),
        ("public", "followers", ANYBODY, "denied"),
        ("public", "nobody", FOLLOWER, "denied"),
        ("public", "nobody", AUTHOR, "automatic"),
        ("public", "ask", ANYBODY, "manual"),
        ("public", "ask_followers", FOLLOWER, "manual"),
        ("public", "ask_followers", ANYBODY, "denied"),
        ("public", "whatever", FOLLOWER, "denied"),
        ("private", "public", AUTHOR, "automatic"),
        ("private", "public", FOLLOWER, "denied"),
        ("direct", "public", AUTHOR, "denied"),
        ("direct", "public", ANYBODY, "denied"),
    ],
)
def test_a_quote_is_approved_by_audience_and_policy(
    visibility: VisibilityName, policy: str, quoter: QuoterFacts, expected: str
) -> None:
    """What not everybody sees is its author's alone to quote, a direct post nobody's; beyond that the policy speaks, and an unknown one denies."""
    assert approval(visibility, policy, quoter) == expected


@pytest.mark.parametrize(
    ("wanted", "visibility", "kept"),
    [
        ("public", "public", "public"),
        ("followers", "unlisted", "followers"),
        ("public", "private", "nobody"),
        ("public", "direct", "nobody"),
        ("ask", "public", "nobody"),
    ],
)
def test_a_policy_is_kept_as_far_as_the_audience_allows(wanted: str, visibility: VisibilityName, kept: str) -> None:
    """A post for followers, or for a few, is nobody's to quote; our people's policies are the three of the client API."""
    assert kept_policy(wanted, visibility) == kept


@pytest.mark.parametrize(
    ("automatic", "manual", "policy"),
    [
        ((PUBLIC,), (), "public"),
        ((FOLLOWERS,), (PUBLIC,), "followers"),
        ((), (PUBLIC,), "ask"),
        ((), (FOLLOWERS,), "ask_followers"),
        (("https://beta.example/users/bob",), (), "nobody"),
        (("https://gamma.example/users/eve/followers",), (), "nobody"),
        ((), (), "nobody"),
    ],
)
def test_a_policy_from_elsewhere_counts_only_what_it_names(
    automatic: tuple[str, ...], manual: tuple[str, ...], policy: str
) -> None:
    """Everybody and the author's own followers are known names; anything else, and silence, lets nobody quote."""
    assert policy_of(automatic, manual, PUBLIC, FOLLOWERS) == policy


def test_an_author_without_a_followers_collection_lets_no_followers_quote() -> None:
    """An empty name never matches an empty name."""
    assert policy_of(("",), (), PUBLIC, "") == "nobody"


@pytest.mark.parametrize(
    ("state", "reader", "shown"),
    [
        ("accepted", ReaderFacts(sees=True), "accepted"),
        ("accepted", ReaderFacts(sees=False), "unauthorized"),
        ("accepted", ReaderFacts(sees=False, gone=True), "deleted"),
        ("accepted", ReaderFacts(sees=True, blocks_author=True, mutes_author=True), "blocked_account"),
        ("accepted", ReaderFacts(sees=True, hides_domain=True), "blocked_domain"),
        ("accepted", ReaderFacts(sees=True, mutes_author=True), "muted_account"),
        ("accepted", ReaderFacts(sees=False, blocks_author=True), "unauthorized"),
        ("pending", ReaderFacts(sees=True), "pending"),
        ("revoked", ReaderFacts(sees=True, mutes_author=True), "revoked"),
        ("rejected", ReaderFacts(sees=True), "rejected"),
    ],
)
def test_a_quote_has_the_state_of_its_reader(state: str, reader: ReaderFacts, shown: str) -> None:
    """Approval comes first, then whether the post is there, then whether the reader may see it, and last what the reader does not want."""
    assert shown_state(state, reader) == shown
