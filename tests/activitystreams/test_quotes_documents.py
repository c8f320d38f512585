"""Quotes as documents: policies and stamps, ours and others'."""

import pytest

from fediverse.activitystreams.building import note_document
from fediverse.activitystreams.facts import PostFacts
from fediverse.activitystreams.objects import parse_post
from fediverse.activitystreams.quotes import Approvers, Stamp, approvers_of, parse_stamp, stamp_document, with_link
from fediverse.activitystreams.reading import needs_expansion, read_document
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import PUBLIC
from fediverse.clock import SystemClock
from fediverse.errors import Malformed

BOB = "https://beta.example/users/bob"
STAMP = Stamp(f"{BOB}/quote_authorizations/7", BOB, "https://acme.example/users/alice/posts/2", f"{BOB}/posts/1")

MASTODON_STAMP: JSON = {
    "@context": [
        "https://www.w3.org/ns/activitystreams",
        {
            "QuoteAuthorization": "https://w3id.org/fep/044f#QuoteAuthorization",
            "gts": "https://gotosocial.org/ns#",
            "interactingObject": {"@id": "gts:interactingObject"},
            "interactionTarget": {"@id": "gts:interactionTarget"},
        },
    ],
    "id": STAMP.uri,
    "type": "QuoteAuthorization",
    "attributedTo": STAMP.author_uri,
    "interactingObject": STAMP.quoting_uri,
    "interactionTarget": STAMP.quoted_uri,
}


def test_a_stamp_of_mastodon_is_read_as_it_is_meant() -> None:
    """The document that Mastodon 4.5 serves at `approval_uri`."""
    assert parse_stamp(read_document(MASTODON_STAMP)) == STAMP


def test_our_own_stamp_reads_as_it_was_written_and_only_adds_words() -> None:
    """Plain JSON and JSON-LD agree on it, so nobody has to expand it."""
    document = stamp_document(STAMP)

    assert parse_stamp(document) == STAMP
    assert not needs_expansion(document)


@pytest.mark.parametrize("missing", ["id", "type", "attributedTo", "interactingObject", "interactionTarget"])
def test_a_stamp_that_leaves_something_out_is_none(missing: str) -> None:
    """Whose it is, and both posts: without any of them it approves nothing."""
    document = {name: value for name, value in MASTODON_STAMP.items() if name != missing}

    with pytest.raises(Malformed):
        parse_stamp(document)


@pytest.mark.parametrize("type_", ["Note", ["QuoteAuthorization", "Note"], "LikeAuthorization"])
def test_a_document_of_another_type_is_no_stamp(type_: object) -> None:
    """A post that somebody wrote could hold the same words."""
    with pytest.raises(Malformed):
        parse_stamp({**MASTODON_STAMP, "type": type_})


def test_a_stamp_about_several_posts_is_refused() -> None:
    """One of them would have to be chosen, and whoever made it could choose otherwise."""
    with pytest.raises(Malformed):
        parse_stamp({**MASTODON_STAMP, "interactingObject": [STAMP.quoting_uri, "https://evil.example/1"]})


@pytest.mark.parametrize(
    ("policy", "approvers"),
    [
        ({"canQuote": {"automaticApproval": ["as:Public"]}}, Approvers((PUBLIC,), ())),
        ({"canQuote": {"automaticApproval": f"{BOB}/followers", "manualApproval": [PUBLIC]}}, Approvers((f"{BOB}/followers",), (PUBLIC,))),
        ({"canQuote": {}}, Approvers()),
        ({"canQuote": "https://beta.example/policy"}, Approvers()),
        ("https://beta.example/policy", Approvers()),
        (None, Approvers()),
    ],
)  # fmt: skip
def test_a_policy_is_read_in_each_shape(policy: object, approvers: Approvers) -> None:
    """One name or a list; what is only pointed at, or absent, approves nobody."""
    assert approvers_of({"interactionPolicy": policy}) == approvers


def test_a_post_says_what_it_quotes_in_all_words_that_others_know() -> None:
    """FEP-044f, Misskey, Fedibird and the old `quoteUrl`; and it reads back as the same quote."""
    facts = PostFacts(
        uri="https://acme.example/users/alice/posts/2",
        author_uri="https://acme.example/users/alice",
        content_html=with_link("<p>Look</p>", STAMP.quoted_uri),
        published=SystemClock().now(),
        to=(PUBLIC,),
        quote_uri=STAMP.quoted_uri,
        quote_authorization_uri=STAMP.uri,
        quotable_by=(PUBLIC,),
    )

    document = note_document(facts)
    post = parse_post(document)

    assert {document[name] for name in ("quote", "quoteUri", "quoteUrl", "_misskey_quote")} == {STAMP.quoted_uri}
    assert document["interactionPolicy"] == {"canQuote": {"automaticApproval": [PUBLIC]}}
    assert (post.quote_uri, post.quote_authorization_uri) == (STAMP.quoted_uri, STAMP.uri)
    assert post.quote_approvers == Approvers((PUBLIC,))
    assert not needs_expansion(document)


def test_the_link_for_others_cannot_carry_markup() -> None:
    """An address is text there, whatever it holds."""
    assert '"><script>' not in with_link("<p>Look</p>", 'https://beta.example/"><script>')
