"""What clients cannot live without in what we render, one sharp edge a test (reference: client API, sections 1, 3 and 10)."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from fediverse.mastodon import entities
from fediverse.mastodon.entities.notifications import can_be_shown
from fediverse.mastodon.entities.values import moment
from fediverse.queries.views import (
    AccountView,
    EditView,
    MediaView,
    NodeCounts,
    NotificationView,
    PostView,
    RelationshipView,
    TagView,
    UserView,
)
from fediverse.settings import Settings

NOW = datetime(2026, 11, 23, 10, 5, 6, 7999, tzinfo=UTC)
BOB = 42


def uri(path: str) -> str:
    return f"https://acme.example{path}"


@pytest.fixture
def boost(post_view: PostView, alice_view: AccountView) -> PostView:
    booster = replace(alice_view, id=BOB, username="bob")
    own = f"{post_view.uri}-boost"
    return replace(
        post_view,
        id=1_000_000,
        uri=own,
        url=own,
        author=booster,
        boost_of=replace(post_view, boosted=True),
        content="",
        media=(),
        mentions=(),
    )


def test_a_date_has_milliseconds_and_a_z() -> None:
    """Swift's and Kotlin's parsers take neither an offset nor microseconds; the rest is cut off, never rounded into the future."""
    paris = NOW.astimezone(timezone(timedelta(hours=1)))

    assert moment(NOW) == moment(paris) == "2026-11-23T10:05:06.007Z"


def test_an_account_says_the_day_of_its_last_post_and_midnight_of_its_first(alice_view: AccountView) -> None:
    """`last_status_at` is a date only; `created_at` is clamped to midnight, as upstream."""
    entity = entities.account(alice_view)

    assert (entity["last_status_at"], entity["created_at"]) == ("2026-11-23", "2026-11-23T00:00:00.000Z")


def test_an_own_account_has_no_domain_in_its_acct_and_a_remote_one_has(alice_view: AccountView) -> None:
    """Elk finds "me" by it."""
    remote = replace(alice_view, domain="beta.example", host="beta.example")

    assert entities.account(alice_view)["acct"] == "alice"
    assert entities.account(remote)["acct"] == "alice@beta.example"


def test_a_suspended_account_shows_nothing_that_it_wrote(alice_view: AccountView) -> None:
    """The name stays, so that it does not come free; the same account, not suspended, shows its text."""
    suspended = entities.account(replace(alice_view, suspended=True))

    assert (suspended["suspended"], suspended["note"], suspended["display_name"], suspended["fields"]) == (
        True,
        "",
        "",
        [],
    )
    assert "suspended" not in entities.account(alice_view)
    assert entities.account(alice_view)["note"] == "<p>Paint &amp; varnish</p>"


def test_the_owner_edits_what_was_typed(alice_view: AccountView, alice_user: UserView) -> None:
    """`source` holds text, the public side HTML."""
    entity = entities.credential_account(alice_view, alice_user, 2)

    assert entity["source"]["note"] == "Paint & varnish"
    assert entity["source"]["fields"][0]["value"] == "B <12>"
    assert entity["source"]["follow_requests_count"] == 2


def test_counts_are_never_negative(alice_view: AccountView, post_view: PostView) -> None:
    """A count that ran below zero crashes a client that reads it as unsigned."""
    account = entities.account(replace(alice_view, followers_count=-1))
    status = entities.status(replace(post_view, likes_count=-1), BOB, uri)

    assert (account["followers_count"], status["favourites_count"]) == (0, 0)


def test_plain_text_becomes_exactly_one_paragraph(post_view: PostView) -> None:
    """masto.js asserts it."""
    assert entities.status(post_view, BOB, uri)["content"] == "<p>Hello</p>"


def test_a_boost_wraps_the_whole_original(boost: PostView) -> None:
    """The wrapper has its own id and author, repeats the content, and is marked as boosted like the original."""
    entity = entities.status(boost, BOB, uri)

    assert (entity["id"], entity["account"]["username"], entity["reblogged"]) == ("1000000", "bob", True)
    assert entity["reblog"]["id"] == "999888777"
    assert entity["content"] == entity["reblog"]["content"] == "<p>Hello</p>"
    assert entity["reblog"]["reblog"] is None


def test_what_a_post_has_not_is_null_and_not_missing(post_view: PostView) -> None:
    """Elk asks `item.reblog !== null`."""
    entity = entities.status(post_view, BOB, uri)

    assert {name: entity[name] for name in ("reblog", "card", "poll", "in_reply_to_id", "edited_at")} == dict.fromkeys(
        ("reblog", "card", "poll", "in_reply_to_id", "edited_at")
    )


def test_only_the_author_is_told_whether_a_post_is_pinned(post_view: PostView) -> None:
    """Clients offer to pin where `pinned` stands."""
    assert entities.status(post_view, post_view.author.id, uri)["pinned"] is False
    assert "pinned" not in entities.status(post_view, BOB, uri)


def test_a_company_post_is_public_and_marked(post_view: PostView) -> None:
    """No client stumbles over a visibility it does not know."""
    company = entities.status(replace(post_view, local_only=True), BOB, uri)
    network = entities.status(post_view, BOB, uri)

    assert (company["visibility"], company["local_only"]) == ("public", True)
    assert (network["visibility"], network["local_only"]) == ("public", False)


def test_who_is_addressed_in_silence_is_not_named(post_view: PostView) -> None:
    """Bob is named in the text; Eve is only addressed."""
    assert [mention["acct"] for mention in entities.status(post_view, BOB, uri)["mentions"]] == ["bob"]


def test_an_article_reads_as_title_and_text(post_view: PostView) -> None:
    """A title from elsewhere is text and must not become markup."""
    entity = entities.status(replace(post_view, kind="Article", title="Paint <b>"), BOB, uri)

    assert entity["content"] == "<p><strong>Paint &lt;b&gt;</strong></p><p>Hello</p>"


def test_a_deleted_status_brings_its_source(post_view: PostView) -> None:
    """Delete and redraft; other answers hold no `text`."""
    assert entities.deleted_status(post_view, BOB, uri)["text"] == "Hello"
    assert "text" not in entities.status(post_view, BOB, uri)


def test_media_has_no_address_while_it_is_processed(picture: MediaView) -> None:
    """`url: null` is how clients know that they must ask again."""
    waiting = entities.media_attachment(replace(picture, url="", preview_url="", state="processing"))
    ready = entities.media_attachment(picture)

    assert (waiting["url"], waiting["preview_url"]) == (None, None)
    assert ready["meta"]["original"] == {"width": 1280, "height": 640, "size": "1280x640", "aspect": 2.0}
    assert ready["meta"]["focus"] == {"x": -0.5, "y": 0.3}


@pytest.mark.parametrize(
    "kind", ["mention", "status", "reblog", "favourite", "update", "poll", "quote", "quoted_update"]
)
def test_a_notification_about_a_status_that_is_gone_is_left_out(
    kind: str, alice_view: AccountView, post_view: PostView
) -> None:
    """Tusky crashed on a null status; the same notification with its status is shown."""
    gone = NotificationView(1, kind, NOW, alice_view, None)

    assert not can_be_shown(gone)
    assert can_be_shown(replace(gone, post=post_view))


@pytest.mark.parametrize("kind", ["admin.report", "ours.question"])
def test_a_notification_of_a_kind_that_clients_do_not_know_is_left_out(kind: str, alice_view: AccountView) -> None:
    """Never invent a type; a follow, with the same set-up, is shown."""
    assert not can_be_shown(NotificationView(1, kind, NOW, alice_view, None))
    assert can_be_shown(NotificationView(1, "follow", NOW, alice_view, None))


def test_the_version_passes_for_one_that_clients_know() -> None:
    """§1: digits first, no name that clients treat in their own way, and no feature that is missing."""
    node = entities.instance(Settings(domain="acme.example"), NodeCounts(1, 2, 3, 1), uri)

    assert re.match(r"\d+\.\d+(\.\d+)? \(compatible; fediverse ", node["version"])
    assert not re.search(r"pixelfed|\+glitch", node["version"])
    assert node["api_versions"] == {"mastodon": 7, "groups.pleroma.pl-api": 1}


@pytest.mark.parametrize(
    ("origin", "announced"),
    [("https://acme.example", "wss://acme.example"), ("http://acme.localhost:8001", "ws://acme.localhost:8001")],
)
def test_the_instance_says_where_sockets_open(origin: str, announced: str) -> None:
    """§8, §11: an absolute address, to which clients append the path; without TLS where the node itself has none."""
    settings = Settings(domain=origin.partition("//")[2], base_url=origin, development=origin.startswith("http:"))
    counts = NodeCounts(1, 2, 3, 1)

    newer = entities.instance(settings, counts, lambda path: f"{origin}{path}")
    older = entities.instance_v1(settings, counts, lambda path: f"{origin}{path}")

    assert newer["configuration"]["urls"]["streaming"] == announced
    assert older["urls"]["streaming_api"] == announced


def test_the_instance_names_the_host_with_its_port() -> None:
    """§1: clients build addresses from it."""
    settings = Settings(domain="acme.localhost:8001", base_url="http://acme.localhost:8001", development=True)

    assert entities.instance(settings, NodeCounts(1, 2, 3, 1), uri)["domain"] == "acme.localhost:8001"
    assert entities.instance_v1(settings, NodeCounts(1, 2, 3, 1), uri)["uri"] == "acme.localhost:8001"


def test_the_thumbnail_is_an_object_in_v2_and_a_text_in_v1() -> None:
    """§1: the two versions differ, and clients crash on the other one's."""
    settings = Settings(domain="acme.example")

    assert isinstance(entities.instance(settings, NodeCounts(1, 2, 3, 1), uri)["thumbnail"], dict)
    assert isinstance(entities.instance_v1(settings, NodeCounts(1, 2, 3, 1), uri)["thumbnail"], str)


def test_a_tag_counts_in_texts_over_seven_days() -> None:
    """`history` is seven days of texts, the newest first."""
    history = entities.tag(TagView("paint", 3, 2), NOW, uri)["history"]

    assert len(history) == 7
    assert history[0] == {
        "day": str(int(NOW.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())),
        "uses": "3",
        "accounts": "2",
    }


def test_a_tag_with_accents_has_an_address_of_plain_letters(post_view: PostView) -> None:
    """masto.js makes a URL of it."""
    assert entities.status(post_view, BOB, uri)["tags"] == [
        {"name": "été", "url": "https://acme.example/tags/%C3%A9t%C3%A9"}
    ]


def test_a_relationship_without_languages_says_null() -> None:
    """An empty list would mean: no language at all."""
    assert entities.relationship(RelationshipView(7))["languages"] is None
    assert entities.relationship(RelationshipView(7, languages=("fr",)))["languages"] == ["fr"]


def test_the_history_names_the_author_in_each_state(post_view: PostView) -> None:
    """Clients show who edited."""
    state = EditView("<p>Helo</p>", "Helo", "", False, NOW, ())

    assert entities.edit(state, post_view)["account"]["acct"] == "alice"
