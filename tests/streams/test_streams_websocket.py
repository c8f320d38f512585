"""Streams over WebSocket, as clients use them: what arrives where, in which form and order."""

import pytest

from tests.streams.listening import asked, follow, listening, posted, uploaded
from tests.support.processes import ServedNode

EVERYWHERE = ["public", "public:local", "public:remote", "public:media", "public:local:media", "public:remote:media"]


def test_a_post_of_somebody_followed_arrives_at_home(acme: ServedNode) -> None:
    """The frame names the stream as a list and carries the status as JSON in a string; nobody else's post comes with it."""
    reader, author, other = acme.newcomer("reader"), acme.newcomer("author"), acme.newcomer("other")
    follow(reader, author)

    with listening(acme, reader.token, "user") as client:
        posted(other, "Not for the reader")
        posted(author, "Hello")
        frame = client.next()

    assert (frame.stream, frame.event, frame.text) == (["user"], "update", "Hello")


def test_a_public_post_comes_once_for_each_public_stream(acme: ServedNode) -> None:
    """An update on public and public:local is two frames; a post from here is not remote, one without a picture is no media."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")

    with listening(acme, reader.token, *EVERYWHERE) as client:
        posted(author, "Plain")
        plain = client.take(2)
        posted(author, "Pictured", media_ids=[uploaded(author)])
        pictured = client.take(4)

    assert {tuple(frame.stream) for frame in plain} == {("public",), ("public:local",)}
    assert {tuple(frame.stream) for frame in pictured} == {(name,) for name in EVERYWHERE if "remote" not in name}


@pytest.mark.parametrize("visibility", ["unlisted", "private", "direct"])
def test_what_is_not_public_stays_off_public_streams(acme: ServedNode, visibility: str) -> None:
    """The public post that follows is the first thing that arrives."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")

    with listening(acme, reader.token, "public", "public:local") as client:
        posted(author, f"Hidden @{reader.username} #hidden", visibility)
        posted(author, "Shown")
        frames = client.take(2)

    assert {frame.text for frame in frames} == {"Shown"}


def test_a_tag_is_told_as_the_client_wrote_it(acme: ServedNode) -> None:
    """masto.js compares what stands in `stream` with what it asked for, whatever the case of the post's own tag."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")

    with listening(acme, reader.token) as client:
        client.say("subscribe", "hashtag", tag="Été")
        client.say("subscribe", "hashtag:local", tag="été")
        client.settle()
        posted(author, "About #winter")
        posted(author, "About #ÉTÉ")
        frames = client.take(2)

    assert {tuple(frame.stream) for frame in frames} == {("hashtag", "Été"), ("hashtag:local", "été")}
    assert all("winter" not in frame.payload["content"] for frame in frames)


def test_a_list_brings_its_members_posts(acme: ServedNode) -> None:
    """The id of the list stands in the frame, as text; who is not in the list is not in the stream."""
    reader, member, other = acme.newcomer("reader"), acme.newcomer("member"), acme.newcomer("other")
    follow(reader, member)
    follow(reader, other)
    created = asked(reader, "POST", "/api/v1/lists", json={"title": "Close"})
    asked(reader, "POST", f"/api/v1/lists/{created['id']}/accounts", json={"account_ids": [str(member.id)]})

    with listening(acme, reader.token) as client:
        client.say("subscribe", "list", list=created["id"])
        client.settle()
        posted(other, "Not in the list")
        posted(member, "In the list")
        frame = client.next()

    assert (frame.stream, frame.text) == (["list", created["id"]], "In the list")


def test_an_edit_and_a_deletion_follow_their_post(acme: ServedNode) -> None:
    """The edit is a status, the deletion the bare id."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")
    follow(reader, author)

    with listening(acme, reader.token, "user") as client:
        status = posted(author, "First")
        asked(author, "PUT", f"/api/v1/statuses/{status['id']}", json={"status": "Second"})
        asked(author, "DELETE", f"/api/v1/statuses/{status['id']}")
        frames = client.take(3)

    assert [frame.event for frame in frames] == ["update", "status.update", "delete"]
    assert frames[1].text == "Second"
    assert frames[2].payload == status["id"]


def test_a_boost_arrives_and_goes_again(acme: ServedNode) -> None:
    """It is a status of its own with the original in it; taking it back deletes that one and not the original."""
    reader, booster, author = acme.newcomer("reader"), acme.newcomer("booster"), acme.newcomer("author")
    follow(reader, booster)
    status = posted(author, "Worth reading")

    with listening(acme, reader.token, "user") as client:
        boost = asked(booster, "POST", f"/api/v1/statuses/{status['id']}/reblog")
        asked(booster, "POST", f"/api/v1/statuses/{status['id']}/unreblog")
        update, gone = client.take(2)

    assert (update.payload["id"], update.payload["reblog"]["id"]) == (boost["id"], status["id"])
    assert (gone.event, gone.payload) == ("delete", boost["id"])


def test_notifications_come_on_both_of_their_streams(acme: ServedNode) -> None:
    """On `user` and on `user:notification`, each with its own name; somebody else hears nothing of it."""
    author, fan = acme.newcomer("author"), acme.newcomer("fan")
    status = posted(author, "Like me")

    with (
        listening(acme, author.token, "user", "user:notification") as client,
        listening(acme, fan.token, "user", "user:notification") as other,
    ):
        asked(fan, "POST", f"/api/v1/statuses/{status['id']}/favourite")
        frames = client.take(2)
        posted(fan, "Mine")
        first_of_fan = other.next()

    assert {tuple(frame.stream) for frame in frames} == {("user",), ("user:notification",)}
    assert {(frame.event, frame.payload["type"], frame.payload["account"]["username"]) for frame in frames} == {
        ("notification", "favourite", fan.username)
    }
    assert first_of_fan.event == "update"


def test_who_asked_to_be_told_of_each_post_is_told(acme: ServedNode) -> None:
    """The notification of a post comes without a mention, to those who rang the bell."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")
    asked(reader, "POST", f"/api/v1/accounts/{author.id}/follow", json={"notify": True})

    with listening(acme, reader.token, "user:notification") as client:
        posted(author, "Ring")
        frame = client.next()

    assert (frame.payload["type"], frame.text) == ("status", "Ring")


def test_a_direct_post_is_a_conversation_for_those_in_it(acme: ServedNode) -> None:
    """Only the named person's stream `direct` brings it; a colleague's brings the colleague's own."""
    author, named, colleague = acme.newcomer("author"), acme.newcomer("named"), acme.newcomer("colleague")

    with (
        listening(acme, named.token, "direct") as client,
        listening(acme, colleague.token, "direct") as other,
    ):
        posted(author, f"@{named.username} between us", "direct")
        posted(author, f"@{colleague.username} another thing", "direct")
        frame, others = client.next(), other.next()

    assert (frame.stream, frame.event) == (["direct"], "conversation")
    assert "between us" in frame.payload["last_status"]["content"]
    assert "another thing" in others.payload["last_status"]["content"]


def test_changed_filters_are_told_without_a_payload(acme: ServedNode) -> None:
    """The frame has no payload at all: clients that read one would fail."""
    reader = acme.newcomer("reader")

    with listening(acme, reader.token, "user") as client:
        asked(
            reader,
            "POST",
            "/api/v2/filters",
            json={"title": "Noise", "context": ["home"], "keywords_attributes": [{"keyword": "noise"}]},
        )
        frame = client.raw()

    assert frame == {"stream": ["user"], "event": "filters_changed"}


def test_posts_arrive_in_the_order_in_which_they_were_written(acme: ServedNode) -> None:
    """Of one author and of two, and none is missing."""
    reader, author, other = acme.newcomer("reader"), acme.newcomer("author"), acme.newcomer("other")
    follow(reader, author)
    follow(reader, other)

    with listening(acme, reader.token, "user") as client:
        written = [posted(author if number % 2 else other, f"Number {number}")["id"] for number in range(20)]
        arrived = [frame.payload["id"] for frame in client.take(20)]

    assert arrived == written


def test_streams_come_and_go_on_one_socket(acme: ServedNode) -> None:
    """After an unsubscribe nothing of that stream arrives, and the others go on."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")
    follow(reader, author)

    with listening(acme, reader.token, "user", "public:local") as client:
        posted(author, "Twice")
        both = client.take(2)
        client.say("unsubscribe", "public:local")
        client.settle()
        posted(author, "Once")
        posted(author, "And once")
        alone = client.take(2)

    assert {tuple(frame.stream) for frame in both} == {("user",), ("public:local",)}
    assert [(frame.stream, frame.text) for frame in alone] == [(["user"], "Once"), (["user"], "And once")]


def test_one_socket_for_one_stream_as_pinafore_opens_it(acme: ServedNode) -> None:
    """The stream and its tag stand in the address, with the token, and behind a slash as well."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")

    with listening(
        acme, reader.token, query="stream=hashtag&tag=cats", place="query", path="/api/v1/streaming/"
    ) as client:
        posted(author, "About #cats")
        frame = client.next()

    assert frame.stream == ["hashtag", "cats"]


def test_only_a_subscribe_that_cannot_be_read_is_answered(acme: ServedNode) -> None:
    """masto.js throws an error frame in every subscription of the socket: so what is merely not allowed, or no message at all, is passed over."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")

    with listening(acme, reader.token) as client:
        client.socket.send("no JSON")
        client.socket.send("[1]")
        client.socket.send('{"type": "dance"}')
        client.say("subscribe", "list", list="999")
        client.say("subscribe", "hashtag", tag="")
        empty_tag = client.raw()
        client.say("subscribe", "list", list="x")
        bad_list = client.raw()
        client.subscribe("public:local")
        posted(author, "Still here")
        frame = client.next()

    assert (empty_tag["status"], bad_list["status"]) == (400, 400)
    assert frame.text == "Still here"
