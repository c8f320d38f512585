"""What we build for other servers is what we would accept from them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from fediverse.activitystreams import building
from fediverse.activitystreams.activities import parse_activity
from fediverse.activitystreams.actors import parse_actor
from fediverse.activitystreams.building import CONTEXT, ActorFacts, KeyFacts, MediaFacts, PollFacts, PostFacts
from fediverse.activitystreams.objects import parse_post, visibility_of
from fediverse.activitystreams.reading import needs_expansion, read_document
from fediverse.activitystreams.strict_json import parse
from fediverse.activitystreams.values import PUBLIC

ANA = "https://a.example/users/ana"
MOMENT = datetime(2026, 11, 23, 18, 0, 0, 123_000, tzinfo=UTC)

ACTOR = ActorFacts(
    uri=ANA,
    kind="Person",
    username="ana",
    inbox=f"{ANA}/inbox",
    outbox=f"{ANA}/outbox",
    name="Ana",
    summary_html="<p>Hi</p>",
    url="https://a.example/@ana",
    shared_inbox="https://a.example/inbox",
    followers=f"{ANA}/followers",
    icon=MediaFacts("https://a.example/i.png", "image/png"),
    locked=True,
    fields=(("Site", "x"),),
    also_known_as=("https://old.example/ana",),
    keys=(KeyFacts(f"{ANA}#main-key", pem="PEM"), KeyFacts(f"{ANA}#ed25519-key", multibase="z6Mk")),
    published=MOMENT,
    emojis=(("hat", "https://a.example/hat.png"),),
    webfinger="ana@a.example",
)
POST = PostFacts(
    uri="https://a.example/posts/1",
    author_uri=ANA,
    content_html="<p>Bonjour</p>",
    published=MOMENT,
    to=(PUBLIC,),
    cc=(f"{ANA}/followers",),
    audience="https://a.example/groups/g",
    summary="Attention",
    sensitive=True,
    language="fr",
    updated=MOMENT,
    in_reply_to="https://b.example/1",
    mentions=(("https://b.example/bob", "@bob@b.example"),),
    hashtags=(("https://a.example/tags/x", "x"),),
    emojis=(("hat", "https://a.example/hat.png"),),
    attachments=(MediaFacts("https://a.example/f.png", "image/png", alt="F", focus=(0.5, -0.5), width=1, height=2),),
    quote_uri="https://b.example/2",
    source=("Bonjour", "text/markdown"),
)


def through_the_wire(document: dict[str, Any]) -> dict[str, Any]:
    """*document* as a server like ours receives it."""
    return read_document(parse(json.dumps(document).encode()))


def test_our_context_only_adds_words() -> None:
    """T-371: what we send is read the fast way, by us and by anybody who reads plain JSON."""
    assert not needs_expansion(building.note_document(POST))
    assert not needs_expansion(building.actor_document(ACTOR))


def test_json_ld_reads_our_documents_as_plain_json_does() -> None:
    """A reader that expands and compacts finds the same post and the same keys."""
    unusual = {"x:y": 1}

    post = parse_post(read_document(building.note_document(POST) | unusual))
    actor = parse_actor(read_document(building.actor_document(ACTOR) | unusual))

    assert post == parse_post(building.note_document(POST))
    assert actor == parse_actor(building.actor_document(ACTOR))


def test_an_actor_comes_back_as_it_was_built() -> None:
    """Names, collections, keys of both kinds, fields and flags survive the journey."""
    actor = parse_actor(through_the_wire(building.actor_document(ACTOR)))

    assert (actor.uri, actor.username, actor.name, actor.summary_html) == (ANA, "ana", "Ana", "<p>Hi</p>")
    assert [(key.id, key.pem, key.multibase) for key in actor.keys] == [
        (f"{ANA}#main-key", "PEM", None),
        (f"{ANA}#ed25519-key", None, "z6Mk"),
    ]
    assert (actor.shared_inbox, actor.followers, actor.icon_url) == (
        "https://a.example/inbox",
        f"{ANA}/followers",
        "https://a.example/i.png",
    )
    assert (actor.locked, actor.discoverable, actor.published) == (True, False, MOMENT)
    assert (actor.fields, actor.emojis, actor.webfinger) == (
        (("Site", "x"),),
        (("hat", "https://a.example/hat.png", None),),
        "ana@a.example",
    )
    assert actor.implements == ("https://datatracker.ietf.org/doc/html/rfc9421",)


def test_a_group_says_how_it_is_joined() -> None:
    """Members, moderators and openness, in Mobilizon's words."""
    facts = ActorFacts(
        "https://a.example/groups/g", "Group", "g", "https://a.example/groups/g/inbox", "https://a.example/groups/g/outbox",
        members="https://a.example/groups/g/members", moderators="https://a.example/groups/g/moderators", openness="invite_only",
    )  # fmt: skip

    group = parse_actor(through_the_wire(building.actor_document(facts)))

    assert (group.kind, group.members, group.moderators, group.openness) == (
        "Group",
        facts.members,
        facts.moderators,
        "invite_only",
    )


def test_a_post_comes_back_as_it_was_built() -> None:
    """Text, language, addressing, tags, files and quote survive the journey."""
    post = parse_post(through_the_wire(building.note_document(POST)))

    assert (post.uri, post.author_uri, post.content_html, post.language) == (POST.uri, ANA, "<p>Bonjour</p>", "fr")
    assert (post.published, post.updated, post.in_reply_to) == (MOMENT, MOMENT, "https://b.example/1")
    assert (post.to, post.cc, post.audience) == (POST.to, POST.cc, ("https://a.example/groups/g",))
    assert (post.summary, post.sensitive) == ("Attention", True)
    assert (post.mentions, post.hashtags, post.emojis) == (
        POST.mentions,
        ("x",),
        (("hat", "https://a.example/hat.png", None),),
    )
    assert [(media.url, media.alt, media.focus, media.width) for media in post.attachments] == [
        ("https://a.example/f.png", "F", (0.5, -0.5), 1)
    ]
    assert post.quote_uri == "https://b.example/2"
    assert visibility_of(post.to, post.cc, f"{ANA}/followers") == "public"


@pytest.mark.parametrize("multiple", [True, False])
def test_a_poll_comes_back_as_it_was_built(*, multiple: bool) -> None:
    """A post with a poll is a Question with its counts and its end."""
    facts = PostFacts(
        "https://a.example/posts/2",
        ANA,
        "<p>?</p>",
        MOMENT,
        (PUBLIC,),
        poll=PollFacts((("A", 3), ("B", 0)), multiple, ends_at=MOMENT, voters_count=3),
    )

    poll = parse_post(through_the_wire(building.note_document(facts))).poll

    assert poll is not None
    assert (poll.options, poll.multiple, poll.ends_at, poll.voters_count, poll.closed) == (
        (("A", 3), ("B", 0)),
        multiple,
        MOMENT,
        3,
        False,
    )


def test_an_embedded_document_goes_without_our_context() -> None:
    """The context stands once, at the top."""
    create = building.activity(
        "Create",
        "https://a.example/1",
        ANA,
        building.note_document(POST),
        [PUBLIC],
        [f"{ANA}/followers"],
        published=MOMENT,
    )

    assert create["@context"] == CONTEXT
    assert "@context" not in create["object"]
    assert parse_activity(through_the_wire(create)).object_id == POST.uri


def test_an_activity_with_a_proof_is_embedded_unchanged() -> None:
    """T-113: a proof covers the context too, so the group that passes an activity on takes nothing away."""
    inner = building.activity("Create", "https://a.example/1", ANA, POST.uri) | {
        "proof": {"type": "DataIntegrityProof"}
    }
    foreign = {"@context": "https://www.w3.org/ns/activitystreams", "id": "https://b.example/1", "type": "Like"}

    assert building.activity("Announce", "https://a.example/2", ANA, inner)["object"] is inner
    assert building.activity("Announce", "https://a.example/3", ANA, foreign)["object"] is foreign


def test_a_tombstone_says_what_it_was() -> None:
    """FEP-4f05: id, former type and time, and nothing of the text."""
    assert building.tombstone("https://a.example/posts/1", "Note", MOMENT) == {
        "@context": CONTEXT,
        "id": "https://a.example/posts/1",
        "type": "Tombstone",
        "formerType": "Note",
        "deleted": "2026-11-23T18:00:00.123Z",
    }


def test_collections_show_their_pages_or_only_their_size() -> None:
    """A hidden collection has an id, a type and a number."""
    hidden = building.ordered_collection(f"{ANA}/followers", 12)
    page = building.collection_page(
        f"{ANA}/outbox?page=1",
        f"{ANA}/outbox",
        [building.note_document(POST), "https://a.example/2"],
        following=f"{ANA}/outbox?page=2",
    )

    assert hidden == {"@context": CONTEXT, "id": f"{ANA}/followers", "type": "OrderedCollection", "totalItems": 12}
    assert page["next"] == f"{ANA}/outbox?page=2"
    assert "@context" not in page["orderedItems"][0]
    assert building.ordered_collection(f"{ANA}/pins", 0, items=[])["orderedItems"] == []
