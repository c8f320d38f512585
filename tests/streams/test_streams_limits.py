"""What one client may take: who does not read is cut off and holds up nobody; how many streams there may be."""

import itertools
from contextlib import ExitStack, suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from fediverse.mastodon.streaming.desk import MAX_STREAMS
from fediverse.mastodon.streaming.endpoints import MAX_SUBSCRIPTIONS
from tests.streams.listening import PATIENCE_S, Listening, listening, posted
from tests.support.processes import ServedNode

POSTS = 14


def spellings(tag: str, number: int) -> list[str]:
    """One tag, written in *number* ways."""
    ways = itertools.product(*((letter.lower(), letter.upper()) for letter in tag))
    return ["".join(way) for way in itertools.islice(ways, number)]


def frames_until_closed(client: Listening) -> int:
    arrived = 0
    with suppress(ConnectionClosed):
        while client.socket.recv(timeout=PATIENCE_S):
            arrived += 1
    return arrived


def test_whoever_does_not_read_is_cut_off_and_holds_up_nobody(acme: ServedNode) -> None:
    """Each post is many frames for the one who does not read; the other gets every post meanwhile, and the slow one does not get all."""
    slow, quick, author = acme.newcomer("slow"), acme.newcomer("quick"), acme.newcomer("author")
    long = "word " * 900

    with listening(acme, slow.token, max_queue=1) as stuck, listening(acme, quick.token, "public:local") as client:
        for tag in spellings("overflow", 95):
            stuck.say("subscribe", "hashtag", tag=tag)
        stuck.settle()
        for number in range(POSTS):
            posted(author, f"{number} {long} #overflow")
        read = [frame.payload["content"].partition(" ")[0] for frame in client.take(POSTS)]
        arrived = frames_until_closed(stuck)

    assert read == [f"<p>{number}" for number in range(POSTS)]
    assert arrived < POSTS * 95


def test_one_socket_has_a_largest_number_of_streams(acme: ServedNode) -> None:
    """As many as there may be are served; one more ends the socket."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")

    with listening(acme, reader.token) as client:
        for number in range(MAX_SUBSCRIPTIONS - 1):
            client.say("subscribe", "hashtag", tag=f"t{number}")
        client.subscribe("public:local")
        posted(author, "Within the limit")
        frame = client.next()
        client.say("subscribe", "hashtag", tag="onemore")
        with pytest.raises(ConnectionClosed) as closed:
            client.socket.recv(timeout=PATIENCE_S)

    assert frame.text == "Within the limit"
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1008


def test_one_person_has_a_largest_number_of_open_streams(acme: ServedNode) -> None:
    """One more is refused in the handshake; somebody else's still opens, and so does the person's own once another is closed."""
    reader, other = acme.newcomer("reader"), acme.newcomer("other")

    with ExitStack() as opened:
        first = opened.enter_context(listening(acme, reader.token, "user"))
        for _number in range(MAX_STREAMS - 1):
            opened.enter_context(listening(acme, reader.token))
        with pytest.raises(InvalidStatus) as refusal, listening(acme, reader.token):
            pass
        with listening(acme, other.token, "user"):
            first.socket.close()
        with listening(acme, reader.token, "user"):
            pass

    assert refusal.value.response.status_code == 429


def test_a_message_that_is_too_long_ends_the_socket(acme: ServedNode) -> None:
    """Clients say what they subscribe to, which is short."""
    reader = acme.newcomer("reader")

    with listening(acme, reader.token, "user") as client:
        client.socket.send("x" * 100_000)
        with pytest.raises(ConnectionClosed) as closed:
            client.socket.recv(timeout=PATIENCE_S)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009
