"""Mastodon.py against a node of ours: a day with the client library that most bots use."""

from io import BytesIO
from itertools import islice

import pytest
from mastodon import Mastodon, MastodonNotFoundError

from fediverse.demo.picture import postcard
from tests.peers.sign_in import OpenClient
from tests.support.processes import ServedNode, ServedPerson, until

ENOUGH = 50  # a list of pages without an end would be walked for ever


@pytest.fixture
def alice(people: tuple[ServedPerson, ServedPerson], client_of: OpenClient) -> Mastodon:
    return client_of(access_token=people[0].token)


@pytest.fixture
def carol(people: tuple[ServedPerson, ServedPerson], client_of: OpenClient) -> Mastodon:
    return client_of(access_token=people[1].token)


# ── posts ─────────────────────────────────────────────────────────────────────────────────────────


def test_posts_and_replies_make_a_thread(alice: Mastodon, carol: Mastodon) -> None:
    """Ancestors, descendants, mentions, tags and the warning are where the library looks for them."""
    post = alice.status_post("Good *morning*, all #acme", spoiler_text="Hello", visibility="public", language="en")
    reply = carol.status_reply(alice.status(post), "And to you")

    thread = alice.status_context(post)
    seen = carol.status(post)

    assert [status.id for status in thread.descendants] == [reply.id]
    assert [status.id for status in carol.status_context(reply).ancestors] == [post.id]
    assert reply.in_reply_to_id == post.id
    assert [mention.username for mention in reply.mentions] == [alice.me().username]
    assert (seen.spoiler_text, seen.visibility, seen.language) == ("Hello", "public", "en")
    assert [tag.name for tag in seen.tags] == ["acme"]
    assert seen.replies_count == 1


def test_the_same_key_posts_once(alice: Mastodon) -> None:
    """`Idempotency-Key`: a repeated request answers the first post."""
    first = alice.status_post("Once only", idempotency_key="a key")
    second = alice.status_post("Once only", idempotency_key="a key")

    assert first.id == second.id
    assert len(alice.timeline_home()) == 1


def test_picture_travels_with_its_focus_and_description(alice: Mastodon, carol: Mastodon) -> None:
    """Both can be changed before posting, and a colleague sees the last of them."""
    media = alice.media_post(
        BytesIO(postcard()),
        mime_type="image/png",
        file_name="harbour.png",
        description="The harbour",
        focus=(-0.5, 0.3),
    )
    changed = alice.media_update(media, description="The harbour at dawn", focus=(0.25, -0.25))
    post = alice.status_post("Look", media_ids=[media], sensitive=True)

    seen = carol.status(post).media_attachments[0]

    assert (media.meta.focus.x, media.meta.focus.y) == (-0.5, 0.3)
    assert (changed.meta.focus.x, changed.meta.focus.y) == (0.25, -0.25)
    assert (seen.type, seen.description) == ("image", "The harbour at dawn")
    assert seen.meta.original.width > 0
    assert carol.status(post).sensitive is True


def test_edit_changes_text_and_description_and_shows_what_was_there(alice: Mastodon) -> None:
    """History oldest first, the source as typed, and the attachment stays attached."""
    media = alice.media_post(BytesIO(postcard()), mime_type="image/png", file_name="a.png", description="Before")
    post = alice.status_post("The first words", media_ids=[media])

    edited = alice.status_update(
        post,
        "The second words",
        spoiler_text="Changed",
        media_attributes=[alice.generate_media_edit_attributes(media, description="After")],
    )

    history = alice.status_history(post)
    assert edited.edited_at is not None
    assert [entry.content for entry in history] == ["<p>The first words</p>", "<p>The second words</p>"]
    assert history[1].spoiler_text == "Changed"
    assert edited.media_attachments[0].description == "After"
    assert alice.status_source(post).text == "The second words"


def test_deleted_post_comes_back_as_text_to_write_it_again(alice: Mastodon, carol: Mastodon) -> None:
    """Delete and redraft: the answer holds the source, and the post is gone."""
    post = alice.status_post("With a tpyo")

    deleted = alice.status_delete(post)

    assert deleted.text == "With a tpyo"
    with pytest.raises(MastodonNotFoundError):
        carol.status(post)


def test_nobody_deletes_or_edits_what_is_not_theirs(alice: Mastodon, carol: Mastodon) -> None:
    """The twin: the same calls by a colleague are refused and change nothing."""
    post = alice.status_post("Mine")

    with pytest.raises(MastodonNotFoundError):
        carol.status_delete(post)
    with pytest.raises(MastodonNotFoundError):
        carol.status_update(post, "Yours")

    assert alice.status(post).content == "<p>Mine</p>"


def test_post_for_followers_is_hidden_from_others(alice: Mastodon, carol: Mastodon) -> None:
    """404 before following, and shown after it."""
    post = alice.status_post("For followers", visibility="private")
    with pytest.raises(MastodonNotFoundError):
        carol.status(post)

    carol.account_follow(alice.me())

    assert carol.status(post).visibility == "private"


# ── likes, boosts, bookmarks, pins ────────────────────────────────────────────────────────────────


def test_favourite_and_back(alice: Mastodon, carol: Mastodon) -> None:
    """Counted, listed on both sides, and taken back."""
    post = alice.status_post("Like me")

    liked = carol.status_favourite(post)
    listed = carol.favourites()
    by = alice.status_favourited_by(post)
    taken_back = carol.status_unfavourite(post)

    assert (liked.favourited, liked.favourites_count) == (True, 1)
    assert [status.id for status in listed] == [post.id]
    assert [account.id for account in by] == [carol.me().id]
    assert (taken_back.favourited, taken_back.favourites_count) == (False, 0)


def test_boost_and_back(alice: Mastodon, carol: Mastodon) -> None:
    """The boost is a post of its own around the original; taking it back answers the original."""
    post = alice.status_post("Boost me")

    boost = carol.status_reblog(post)
    by = alice.status_reblogged_by(post)
    original = carol.status_unreblog(post)

    assert boost.id != post.id
    assert (boost.reblog.id, boost.reblog.reblogged, boost.reblog.reblogs_count) == (post.id, True, 1)
    assert [account.id for account in by] == [carol.me().id]
    assert (original.id, original.reblogged, original.reblogs_count) == (post.id, False, 0)


def test_bookmarks_and_pins(alice: Mastodon, carol: Mastodon) -> None:
    """Kept for oneself, shown on one's page, and both undone."""
    post = alice.status_post("Keep me")
    alice.status_post("Not me")

    carol.status_bookmark(post)
    alice.status_pin(post)

    assert [status.id for status in carol.bookmarks()] == [post.id]
    assert [status.id for status in carol.account_statuses(alice.me(), pinned=True)] == [post.id]
    assert carol.status_unbookmark(post).bookmarked is False
    assert alice.status_unpin(post).pinned is False
    assert carol.account_statuses(alice.me(), pinned=True) == []


# ── people ────────────────────────────────────────────────────────────────────────────────────────


def test_follow_mute_block_and_back(alice: Mastodon, carol: Mastodon) -> None:
    """Each answers the relationship as it now is; blocking ends the following."""
    me, her = carol.me(), alice.me()

    followed = carol.account_follow(her, reblogs=False, notify=True)
    muted = carol.account_mute(her, notifications=False)
    unmuted = carol.account_unmute(her)
    followers = alice.account_followers(her)
    blocked = carol.account_block(her)
    unblocked = carol.account_unblock(her)

    assert (followed.following, followed.showing_reblogs, followed.notifying) == (True, False, True)
    assert (muted.muting, muted.muting_notifications, unmuted.muting) == (True, False, False)
    assert [account.id for account in followers] == [me.id]
    assert (blocked.blocking, blocked.following, unblocked.blocking) == (True, False, False)
    assert [relationship.id for relationship in carol.account_relationships([her.id, me.id])] == [her.id, me.id]


def test_locked_person_decides_about_followers(local: ServedNode, alice: Mastodon, client_of: OpenClient) -> None:
    """A request waits until it is authorised."""
    dora = client_of(access_token=local.newcomer("dora", locked=True).token)

    asked = alice.account_follow(dora.me())
    waiting = dora.follow_requests()
    dora.follow_request_authorize(waiting[0])

    assert (asked.following, asked.requested) == (False, True)
    assert [account.id for account in waiting] == [alice.me().id]
    assert alice.account_relationships(dora.me())[0].following is True


def test_profile_shows_what_was_set(alice: Mastodon, carol: Mastodon) -> None:
    """Name, fields, picture and approval, as a colleague sees them."""
    alice.account_update_credentials(
        display_name="Alice of acme",
        note="I *build* boats",
        fields=[("Desk", "4.12"), ("Team", "Hulls")],
        avatar=BytesIO(postcard()),
        avatar_mime_type="image/png",
        locked=True,
        discoverable=True,
    )

    seen = carol.account(alice.me())

    assert (seen.display_name, seen.locked) == ("Alice of acme", True)
    assert [(field.name, field.value) for field in seen.fields] == [("Desk", "4.12"), ("Team", "Hulls")]
    assert seen.avatar != carol.me().avatar
    assert carol.account_lookup(seen.acct).id == seen.id


# ── notifications, search, timelines ──────────────────────────────────────────────────────────────


def test_notifications_tell_what_others_did(alice: Mastodon, carol: Mastodon) -> None:
    """One for each of follow, favourite, boost and mention; they are filtered, dismissed and cleared."""
    post = alice.status_post("Do something")
    carol.account_follow(alice.me())
    carol.status_favourite(post)
    carol.status_reblog(post)
    carol.status_reply(alice.status(post), "Done")

    notes = until(lambda: (found := alice.notifications()) and len(found) == 4 and found)
    mentions = alice.notifications(types=["mention"])
    alice.notifications_dismiss(mentions[0])
    left = alice.notifications()
    alice.notifications_clear()

    assert {note.type for note in notes} == {"follow", "favourite", "reblog", "mention"}
    assert [note.type for note in mentions] == ["mention"]
    assert len(left) == 3
    assert alice.notifications() == []


def test_search_finds_people_posts_and_tags(alice: Mastodon, carol: Mastodon) -> None:
    """By a word, a name, a tag and an address."""
    word = f"kumquat{alice.me().id}"
    post = alice.status_post(f"We had {word} for lunch #{word}")

    by_text = carol.search(word, result_type="statuses").statuses
    by_name = carol.search(alice.me().username, result_type="accounts").accounts
    by_tag = carol.search(f"#{word}", result_type="hashtags").hashtags
    by_address = carol.search(post.url, resolve=True).statuses

    assert [status.id for status in by_text] == [post.id]
    assert alice.me().id in {account.id for account in by_name}
    assert [tag.name for tag in by_tag] == [word]
    assert [status.id for status in by_address] == [post.id]
    assert alice.account_search(carol.me().username)[0].id == carol.me().id


def test_pages_lead_back_and_forth(alice: Mastodon) -> None:
    """`fetch_next` and `fetch_previous` follow the Link header, and it ends."""
    posts = [alice.status_post(f"Number {number}").id for number in range(7)]
    newest_first = list(reversed(posts))

    first = alice.timeline_home(limit=3)
    second = alice.fetch_next(first)
    third = alice.fetch_next(second)
    back = alice.fetch_previous(second)
    everything = list(islice(alice.pagination_iterator(alice.timeline_home(limit=2)), ENOUGH))

    assert [status.id for status in first] == newest_first[:3]
    assert [status.id for status in second or []] == newest_first[3:6]
    assert [status.id for status in third or []] == newest_first[6:]
    assert [status.id for status in back or []] == newest_first[:3]
    assert [status.id for status in everything] == newest_first
    assert not alice.fetch_next(third)


def test_pages_of_edges_are_paged_too(alice: Mastodon, carol: Mastodon) -> None:
    """Followers, favourites and bookmarks page by when they were made, not by what they lead to."""
    posts = [alice.status_post(f"Number {number}") for number in range(5)]
    for post in posts:
        carol.status_favourite(post)

    everything = list(islice(carol.pagination_iterator(carol.favourites(limit=2)), ENOUGH))

    assert [status.id for status in everything] == [post.id for post in reversed(posts)]


def test_timelines_hold_what_belongs_there(alice: Mastodon, carol: Mastodon) -> None:
    """Public, local and tag timelines hold public posts only; home holds those of whom one follows."""
    word = f"quince{alice.me().id}"
    shown = alice.status_post(f"For all #{word}", visibility="public")
    quiet = alice.status_post(f"Quietly #{word}", visibility="unlisted")

    public = {status.id for status in carol.timeline_public(limit=40)}
    tagged = [status.id for status in carol.timeline_hashtag(word)]
    before = carol.timeline_home()
    carol.account_follow(alice.me())
    after = {status.id for status in carol.timeline_home()}

    assert shown.id in public
    assert quiet.id not in public
    assert tagged == [shown.id]
    assert shown.id in {status.id for status in carol.timeline_local(limit=40)}
    assert before == []
    assert {shown.id, quiet.id} <= after


def test_markers_and_preferences_are_kept(alice: Mastodon) -> None:
    """What was read up to where is answered as it was set."""
    post = alice.status_post("Read up to here")

    alice.markers_set(["home", "notifications"], [post.id, "17"])
    markers = alice.markers_get(["home", "notifications"])

    assert str(markers["home"].last_read_id) == str(post.id)
    assert str(markers["notifications"].last_read_id) == "17"
    assert alice.preferences()["posting:default:visibility"] == "public"
