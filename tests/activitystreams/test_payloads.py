"""Documents in the shapes of other servers, made for these tests, and what we understand of them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fediverse.activitystreams.activities import parse_activity
from fediverse.activitystreams.actors import parse_actor
from fediverse.activitystreams.keys import key_owner
from fediverse.activitystreams.objects import parse_post, visibility_of
from fediverse.activitystreams.reading import needs_expansion, read_document
from fediverse.activitystreams.strict_json import parse
from fediverse.activitystreams.values import PUBLIC
from fediverse.text.sanitise import clean_html

PAYLOADS = Path(__file__).parent / "payloads"
ALL = sorted(path.relative_to(PAYLOADS).as_posix() for path in PAYLOADS.rglob("*.json"))


def payload(name: str) -> dict[str, Any]:
    return read_document(parse((PAYLOADS / name).read_bytes()))


@pytest.mark.parametrize("name", ALL)
def test_contexts_of_live_servers_are_read_the_fast_way(name: str) -> None:
    """T-371: none of the servers we know pays for JSON-LD, and none is refused for its context."""
    raw = json.loads((PAYLOADS / name).read_text("utf-8"))

    assert not needs_expansion(raw)
    assert payload(name) == raw


def test_mastodon_create_holds_a_complete_note() -> None:
    """Warning, mention, tag, emoji, file, language and conversation of a public post."""
    activity = parse_activity(payload("mastodon/create_note.json"))
    assert activity.object is not None
    post = parse_post(activity.object)

    assert (activity.type, activity.actor, activity.object_id) == ("Create", "https://m.example/users/ana", post.uri)
    assert visibility_of(post.to, post.cc, "https://m.example/users/ana/followers") == "public"
    assert (post.summary, post.sensitive, post.language) == ("Lunch", True, "en")
    assert post.mentions == (("https://acme.example/users/bob", "@bob@acme.example"),)
    assert (post.hashtags, post.emojis) == (("lunch",), (("soup", "https://files.m.example/emoji/soup.png", None),))
    assert [(media.media_type, media.alt, media.focus) for media in post.attachments] == [
        ("image/jpeg", "A bowl of pumpkin soup", (0.1, -0.5))
    ]
    assert post.conversation == "tag:m.example,2026-11-20:objectId=77:objectType=Conversation"
    assert post.replies_uri == "https://m.example/users/ana/statuses/1001/replies"
    assert (
        '<a href="https://acme.example/@bob" class="u-url mention" rel="nofollow noopener noreferrer">'
        in post.content_html
    )


def test_mastodon_person_is_locked_and_signs_with_rsa() -> None:
    """Flags, alias, field, shared inbox and key of a person."""
    actor = parse_actor(payload("mastodon/person.json"))

    assert (actor.username, actor.name, actor.locked, actor.discoverable) == ("ana", "Ana Durand 🌱", True, True)
    assert actor.summary_html == "<p>Plants &amp; people. </p>"
    assert actor.also_known_as == ("https://old.example/users/ana",)
    assert [(key.id, key.kind) for key in actor.keys] == [("https://m.example/users/ana#main-key", "pem")]
    assert actor.fields == (
        ("Site", '<a href="https://ana.example" rel="nofollow noopener noreferrer me">ana.example</a>'),
    )
    assert actor.webfinger == "ana@m.example"


def test_mastodon_question_is_a_closed_poll_for_followers() -> None:
    """Options with counts, end and number of voters."""
    post = parse_post(payload("mastodon/question.json"))

    assert post.poll is not None
    assert (post.poll.options, post.poll.multiple, post.poll.voters_count) == ((("Here", 5), ("There", 2)), False, 7)
    assert (post.poll.closed, post.poll.closed_at) == (True, datetime(2026, 11, 21, 10, tzinfo=UTC))
    assert visibility_of(post.to, post.cc, "https://m.example/users/ana/followers") == "private"


def test_mastodon_flag_names_several_objects() -> None:
    """A report names a person and posts, and none of them is the one object."""
    flag = parse_activity(payload("mastodon/flag.json"))

    assert flag.object_id is None
    assert flag.object_ids == ("https://acme.example/users/bob", "https://acme.example/posts/1")


def test_gotosocial_keys_live_in_documents_of_their_own() -> None:
    """The key id is no fragment; the actor lists it all the same, and the stub at the key's address names the actor."""
    person = payload("gotosocial/person_with_stub_key.json")

    assert [key.id for key in parse_actor(person).keys] == ["https://g.example/users/gus/main-key"]
    assert key_owner(person, "https://g.example/users/gus/main-key") == "https://g.example/users/gus"


def test_gotosocial_votes_come_several_to_one_create() -> None:
    """Each embedded Note is a vote."""
    activity = parse_activity(payload("gotosocial/create_votes.json"))

    assert activity.object is None
    assert [parse_post(vote).looks_like_vote for vote in activity.embedded] == [True, True]


def test_lemmy_page_shows_title_text_and_link() -> None:
    """A shared page reads well, and belongs to its community."""
    post = parse_post(payload("lemmy/page.json"))

    assert post.content_html.startswith(
        "<p><strong>Which &lt;soil&gt; for tomatoes?</strong></p><p>I tried <em>two</em> kinds.</p>"
    )
    assert '<a href="https://tomatoes.example/soil" rel="nofollow noopener noreferrer">' in post.content_html
    assert post.audience == ("https://l.example/c/garden",)
    assert post.published == datetime(2026, 11, 19, 8, microsecond=123_000, tzinfo=UTC)


def test_lemmy_group_names_its_moderators() -> None:
    """A private community: requests are approved, and only moderators start topics."""
    group = parse_actor(payload("lemmy/group.json"))

    assert (group.kind, group.locked, group.posting_restricted) == ("Group", True, True)
    assert group.moderators == "https://l.example/c/garden/moderators"


def test_piefed_announces_an_activity_with_its_page() -> None:
    """The group is the actor outside, the author inside."""
    outer = parse_activity(payload("piefed/announce_create_page.json"))
    assert outer.object is not None
    inner = parse_activity(outer.object)
    assert inner.object is not None

    assert (outer.type, outer.actor) == ("Announce", "https://p.example/c/news")
    assert (inner.type, inner.actor) == ("Create", "https://p.example/u/pia")
    assert parse_post(inner.object).content_html == "<p><strong>Opening hours</strong></p><p>Nine to five.</p>"


def test_nodebb_article_keeps_its_text_and_loses_its_pictures() -> None:
    """Pictures are attachments; headings are strong."""
    post = parse_post(payload("nodebb/article.json"))

    assert post.content_html.startswith(
        "<p><strong>How to brew</strong></p><p>Start with water.</p><p><strong>Then</strong></p><p>Wait.</p>"
    )
    assert "https://n.example/topic/9/how-to-brew/1" in post.content_html
    assert [media.url for media in post.attachments] == ["https://n.example/a.png"]
    assert (post.summary, post.context) == ("", "https://n.example/topic/9")


def test_misskey_note_quotes_and_is_unlisted() -> None:
    """The quote stands in its own words, Public in `cc`."""
    post = parse_post(payload("misskey/note.json"))

    assert post.quote_uri == "https://acme.example/posts/1"
    assert visibility_of(post.to, post.cc, "https://k.example/users/8b/followers") == "unlisted"


def test_peertube_video_is_a_post_with_a_film() -> None:
    """Markdown text, the page to watch it, the film itself, a person and a channel as authors."""
    post = parse_post(payload("peertube/video.json"))

    assert post.content_html.startswith(
        "<p><strong>Safety drill</strong></p><p>Leave by the <strong>stairs</strong>.</p><p>&lt;b&gt;Not&lt;/b&gt; the lift.</p>"
    )
    assert (post.url, post.author_uri) == ("https://t.example/w/u1", "https://t.example/accounts/tom")
    assert [(media.url, media.media_type, media.width) for media in post.attachments] == [
        ("https://t.example/static/u1-720.mp4", "video/mp4", 1280)
    ]
    assert post.hashtags == ("safety",)


def test_mobilizon_event_says_when_and_where() -> None:
    """An event has an actor beside its author, and is an event all the same."""
    post = parse_post(payload("mobilizon/event.json"))

    assert post.author_uri == "https://z.example/@club"
    assert "<p>2026-12-18 17:30 UTC – 2026-12-18 22:00 UTC · Canteen</p>" in post.content_html
    assert (post.start_time, post.location) == (datetime(2026, 12, 18, 17, 30, tzinfo=UTC), "Canteen")


def test_pleroma_chat_message_is_direct() -> None:
    """A message to one person, in the shape that Lemmy sends too."""
    post = parse_post(payload("pleroma/chat_message.json"))

    assert (post.kind, post.content_html) == ("ChatMessage", "psst")
    assert visibility_of(post.to, post.cc, "https://r.example/users/rae/followers") == "direct"
    assert PUBLIC not in post.to


@pytest.mark.parametrize("name", ALL)
def test_what_we_understood_is_clean(name: str) -> None:
    """Whatever the server, the HTML that we keep is what our sanitiser would keep."""
    document = payload(name)
    nested = [
        document,
        document.get("object"),
        *(document["object"].values() if isinstance(document.get("object"), dict) else []),
    ]
    posts = [
        parse_post(item) for item in nested if isinstance(item, dict) and item.get("content") and "actor" not in item
    ]

    assert all(clean_html(post.content_html) == post.content_html for post in posts)
