"""Who may listen, and who hears nothing more: tokens, scopes, and what changes while a stream is open."""

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from fediverse.mastodon.routes import SOCKETS, STREAMING
from tests.streams.listening import PATIENCE_S, asked, events, follow, listening, posted, token_for
from tests.support.processes import ServedNode

PATHS = [path for _method, path, _endpoint in STREAMING]


@pytest.mark.parametrize("place", ["header", "query", "subprotocol"])
def test_the_token_opens_a_socket_wherever_it_stands(acme: ServedNode, place: str) -> None:
    """In each of its places; as the subprotocol it is echoed, or browsers would drop the socket."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")

    with listening(acme, reader.token, "public:local", place=place) as client:
        posted(author, "Hello")
        frame = client.next()
        spoken = client.socket.subprotocol

    assert frame.text == "Hello"
    assert spoken == (reader.token if place == "subprotocol" else None)


@pytest.mark.parametrize("place", ["header", "query", "subprotocol"])
def test_a_wrong_token_is_refused_in_the_handshake(acme: ServedNode, place: str) -> None:
    """The twin: 401 before anything is opened, in each of the places."""
    with pytest.raises(InvalidStatus) as refusal, listening(acme, "x" * 43, place=place):
        pass

    assert refusal.value.response.status_code == 401


def test_without_a_token_nothing_opens(acme: ServedNode) -> None:
    """Neither the socket nor any of the paths of events; only whether the server is there is told to anybody."""
    with pytest.raises(InvalidStatus) as refusal, listening(acme, "", place="query", query="stream=public"):
        pass
    stranger = acme.client()
    answers = {path: stranger.get(path, params={"tag": "x", "list": "1"}).status_code for path in PATHS}

    assert refusal.value.response.status_code == 401
    assert answers == dict.fromkeys(PATHS, 401)
    assert [path for path, _endpoint in SOCKETS] == ["/api/v1/streaming"]
    assert stranger.get("/api/v1/streaming/health").text == "OK"


def test_what_was_offered_is_echoed_beside_a_token_in_the_query(acme: ServedNode) -> None:
    """Some clients send the token twice, and drop the socket when the offer is not answered."""
    reader = acme.newcomer("reader")

    with listening(acme, reader.token, place="subprotocol", query=f"access_token={reader.token}&stream=user") as client:
        spoken = client.socket.subprotocol

    assert spoken == reader.token


def status_of(node: ServedNode, token: str, stream: str) -> int:
    """How the node answers the handshake."""
    try:
        with listening(node, token, query=f"stream={stream}"):
            return 101
    except InvalidStatus as refusal:
        return refusal.response.status_code


@pytest.mark.parametrize(
    ("scope", "allowed"),
    [
        ("read:statuses", {"user", "public", "direct"}),
        ("read:notifications", {"user:notification"}),
        ("read:lists", set()),
    ],
)
def test_each_stream_asks_for_its_scope(acme: ServedNode, scope: str, allowed: set[str]) -> None:
    """A token with one scope opens the streams of that scope, and is refused the others with 403."""
    token = token_for(acme, acme.newcomer("reader"), [scope])
    statuses = {stream: status_of(acme, token, stream) for stream in ("user", "user:notification", "public", "direct")}

    assert {stream for stream, status in statuses.items() if status == 101} == allowed
    assert {status for stream, status in statuses.items() if stream not in allowed} <= {403}


def test_a_token_that_may_not_read_notifications_gets_posts_only(acme: ServedNode) -> None:
    """The stream `user` carries both; the notification is kept back, the post is not."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")
    follow(reader, author)

    with listening(acme, token_for(acme, reader, ["read:statuses"]), "user") as client:
        posted(author, f"@{reader.username} hello")
        posted(author, "Again")
        frames = client.take(2)

    assert [frame.event for frame in frames] == ["update", "update"]


def test_a_list_is_its_owners_alone(acme: ServedNode) -> None:
    """The same list opens for its owner, and does not exist for anybody else."""
    owner, other = acme.newcomer("owner"), acme.newcomer("other")
    created = asked(owner, "POST", "/api/v1/lists", json={"title": "Mine"})

    with listening(acme, owner.token, query=f"stream=list&list={created['id']}"):
        pass
    with (
        pytest.raises(InvalidStatus) as refusal,
        listening(acme, other.token, query=f"stream=list&list={created['id']}"),
    ):
        pass

    assert refusal.value.response.status_code == 404


@pytest.mark.parametrize(
    "query", ["stream=nothing", "stream=hashtag", "stream=hashtag&tag=", "stream=list&list=x", "stream="]
)
def test_a_stream_that_cannot_be_read_is_refused_in_the_handshake(acme: ServedNode, query: str) -> None:
    """400, for each way of being wrong."""
    reader = acme.newcomer("reader")

    with pytest.raises(InvalidStatus) as refusal, listening(acme, reader.token, query=query):
        pass

    assert refusal.value.response.status_code == 400


def test_a_token_that_is_revoked_hears_nothing_more(acme: ServedNode) -> None:
    """The socket is closed at once; another token of the same person goes on."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")
    follow(reader, author)
    doomed = token_for(acme, reader, ["read"])

    with listening(acme, doomed, "user") as client, listening(acme, reader.token, "user") as other:
        answer = acme.client().post("/oauth/revoke", data={"token": doomed})
        with pytest.raises(ConnectionClosed) as closed:
            client.socket.recv(timeout=PATIENCE_S)
        posted(author, "After")
        frame = other.next()

    assert answer.status_code == 200
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008
    assert frame.text == "After"


def test_events_end_too_when_their_token_is_revoked(acme: ServedNode) -> None:
    """The answer comes to its end."""
    reader = acme.newcomer("reader")
    doomed = token_for(acme, reader, ["read"])

    with events(acme, doomed, "user") as stream:
        acme.client().post("/oauth/revoke", data={"token": doomed})
        rest = list(stream.answer.iter_lines())

    assert [line for line in rest if line.startswith("event")] == []


def test_after_an_unfollow_nothing_more_arrives(acme: ServedNode) -> None:
    """The post for followers before it arrives, the one after it does not."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")
    follow(reader, author)

    with listening(acme, reader.token, "user") as client:
        posted(author, "Before", "private")
        before = client.next()
        asked(reader, "POST", f"/api/v1/accounts/{author.id}/unfollow")
        posted(author, "After", "private")
        posted(reader, "Mine")
        after = client.next()

    assert (before.text, after.text) == ("Before", "Mine")


@pytest.mark.parametrize("who", ["author removes the follower", "author blocks", "reader blocks", "reader mutes"])
def test_whoever_is_shut_out_or_shuts_out_hears_nothing_more(acme: ServedNode, who: str) -> None:
    """At the very next post, on the home stream and on the public one."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")
    follow(reader, author)
    steps = {
        "author removes the follower": (author, f"/api/v1/accounts/{reader.id}/remove_from_followers"),
        "author blocks": (author, f"/api/v1/accounts/{reader.id}/block"),
        "reader blocks": (reader, f"/api/v1/accounts/{author.id}/block"),
        "reader mutes": (reader, f"/api/v1/accounts/{author.id}/mute"),
    }
    person, path = steps[who]

    with listening(acme, reader.token, "user") as client:
        posted(author, "Before", "private")
        before = client.next()
        asked(person, "POST", path)
        posted(author, "After", "private")
        posted(reader, "Mine")
        after = client.next()

    assert (before.text, after.text) == ("Before", "Mine")


@pytest.mark.parametrize("step", ["mute", "block"])
def test_public_streams_leave_out_whom_the_reader_does_not_want(acme: ServedNode, step: str) -> None:
    """The post of the one is left out on the public stream and on the tag's; somebody else's arrives, and the one's arrives at somebody else."""
    reader, other, author = acme.newcomer("reader"), acme.newcomer("other"), acme.newcomer("author")
    asked(reader, "POST", f"/api/v1/accounts/{author.id}/{step}")

    with listening(acme, reader.token, "public:local") as client, listening(acme, other.token, "public:local") as twin:
        client.say("subscribe", "hashtag", tag="news")
        client.settle()
        posted(author, "Unwanted #news")
        posted(other, "Wanted #news")
        frames, first_of_twin = client.take(2), twin.next()

    assert all("Wanted" in frame.payload["content"] for frame in frames)
    assert "Unwanted" in first_of_twin.payload["content"]


def test_a_disabled_person_hears_nothing_more(acme: ServedNode) -> None:
    """The administrator's page tells the streams at once; a colleague goes on."""
    reader, colleague, admin = acme.newcomer("reader"), acme.newcomer("colleague"), acme.person("overseer", "admin")
    admin_client = acme.client(token_for(acme, admin, ["admin:write"]))

    with listening(acme, reader.token, "user") as client, listening(acme, colleague.token, "user") as other:
        answer = admin_client.post(f"/api/v1/admin/accounts/{reader.id}/action", json={"type": "disable"})
        with pytest.raises(ConnectionClosed):
            client.take(10)  # the warning that says why may come first
        posted(colleague, "Still here")
        frame = other.next()

    assert answer.status_code == 200
    assert frame.text == "Still here"


def test_a_post_for_others_never_arrives(acme: ServedNode) -> None:
    """What the reader may not see comes on no stream, as a post, as an edit or as a deletion; the twin who is named gets all three."""
    reader, named, author = acme.newcomer("reader"), acme.newcomer("named"), acme.newcomer("author")
    follow(reader, author)
    streams = ("user", "user:notification", "public", "public:local", "direct")

    with listening(acme, reader.token, *streams) as client, listening(acme, named.token, "user") as twin:
        hidden = posted(author, f"@{named.username} secret", "direct")
        asked(author, "PUT", f"/api/v1/statuses/{hidden['id']}", json={"status": f"@{named.username} more"})
        asked(author, "DELETE", f"/api/v1/statuses/{hidden['id']}")
        posted(author, "Shown", "private")
        first = client.next()
        told = [twin.next().event, twin.next().event]

    assert (first.event, first.text) == ("update", "Shown")
    assert told == ["notification", "delete"]


def test_no_token_stands_in_the_log(acme: ServedNode) -> None:
    """Neither of the query nor of the subprotocol, for a handshake that is accepted and one that is refused."""
    reader = acme.newcomer("reader")

    for place in ("query", "subprotocol"):
        with listening(acme, reader.token, "user", place=place):
            pass
        with pytest.raises(InvalidStatus), listening(acme, "refusedtoken", place=place):
            pass
    log = acme.log.read_text(encoding="utf-8")

    assert "/api/v1/streaming" in log
    assert reader.token not in log
    assert "refusedtoken" not in log
