"""Streams where client libraries are strict (reference: client API, section 8), as far as no other file of this folder proves it."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from starlette.types import Message
from websockets.exceptions import InvalidStatus

from fediverse.mastodon.streaming.desk import Desk
from fediverse.mastodon.streaming.endpoints import EventStream
from fediverse.queries.access import signed_in_by_token
from tests.streams.listening import asked, follow, listening, posted
from tests.support.nodes import Person, RunningNode
from tests.support.processes import ServedNode


def test_the_announced_address_is_where_sockets_open(acme: ServedNode) -> None:
    """Client API 8: `ws` on a site without TLS; clients append the path, with a slash or without, and offer the token as the subprotocol."""
    reader = acme.newcomer("reader")
    v2 = acme.client().get("/api/v2/instance").json()["configuration"]["urls"]["streaming"]
    v1 = acme.client().get("/api/v1/instance").json()["urls"]["streaming_api"]

    spoken = []
    for path in ("/api/v1/streaming", "/api/v1/streaming/"):
        with listening(acme, reader.token, path=path, place="subprotocol") as client:
            spoken.append(client.socket.subprotocol)

    assert v1 == v2 == f"ws://{acme.host}"
    assert spoken == [reader.token] * 2


def test_the_token_of_an_application_alone_opens_nothing(acme: ServedNode) -> None:
    """Client API 8: refused in the handshake with 401, as a wrong one is; a person's opens it."""
    stranger = acme.client()
    app = stranger.post(
        "/api/v1/apps", data={"client_name": "App", "redirect_uris": "app://x", "scopes": "read"}
    ).json()
    credentials = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    token = stranger.post(
        "/oauth/token", data={"grant_type": "client_credentials", "scope": "read", **credentials}
    ).json()

    with pytest.raises(InvalidStatus) as refusal, listening(acme, token["access_token"], place="subprotocol"):
        pass
    with listening(acme, acme.newcomer("reader").token, place="subprotocol"):
        pass

    assert refusal.value.response.status_code == 401


def test_a_frame_names_everything_that_was_subscribed_to(acme: ServedNode) -> None:
    """Client API 8: masto.js hands a frame to a subscription when the name and every parameter of it stand in `stream`; two of them are two frames."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")
    follow(reader, author)
    made = asked(reader, "POST", "/api/v1/lists", json={"title": "Close"})
    asked(reader, "POST", f"/api/v1/lists/{made['id']}/accounts", json={"account_ids": [str(author.id)]})

    with listening(acme, reader.token, "user", "public", "public:local") as client:
        client.say("subscribe", "hashtag", tag="Cats")
        client.say("subscribe", "hashtag:local", tag="cats")
        client.say("subscribe", "list", list=made["id"])
        client.settle()
        status = posted(author, "About #cats")
        frames = [client.raw() for _frame in range(6)]

    assert sorted(frame["stream"] for frame in frames) == sorted(
        [["user"], ["public"], ["public:local"], ["hashtag", "Cats"], ["hashtag:local", "cats"], ["list", made["id"]]]
    )
    assert all(isinstance(frame["payload"], str) and status["id"] in frame["payload"] for frame in frames)


def test_a_stream_with_a_parameter_ends_by_the_same_words(acme: ServedNode) -> None:
    """Client API 8: unsubscribing from one tag and from a list leaves the other tag."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")
    follow(reader, author)
    made = asked(reader, "POST", "/api/v1/lists", json={"title": "Close"})
    asked(reader, "POST", f"/api/v1/lists/{made['id']}/accounts", json={"account_ids": [str(author.id)]})

    with listening(acme, reader.token) as client:
        for kind in ("subscribe", "unsubscribe"):
            client.say(kind, "hashtag", tag="cats")
            client.say(kind, "list", list=made["id"])
        client.say("subscribe", "hashtag", tag="dogs")
        client.settle()
        posted(author, "About #cats")
        posted(author, "About #dogs")
        frame = client.next()

    assert (frame.stream, "dogs" in frame.payload["content"]) == (["hashtag", "dogs"], True)


async def test_a_silent_stream_of_events_thumps(home: RunningNode, alice: Person) -> None:
    """Client API 8: a comment now and then, which no client takes for an event, so that proxies do not end what is merely quiet."""
    desk, opened = Desk(home.node), AsyncExitStack()
    access = await signed_in_by_token(home.node, alice.token)
    connection = await opened.enter_async_context(desk.opened(access, alice.id, alice.token, "events"))
    sent: asyncio.Queue[Message] = asyncio.Queue()
    client_goes = asyncio.Event()

    async def receive() -> Message:
        await client_goes.wait()
        return {"type": "http.disconnect"}

    serving = asyncio.create_task(EventStream(connection, opened, thump_s=0.01)({"type": "http"}, receive, sent.put))
    said = [await asyncio.wait_for(sent.get(), 20) for _message in range(4)]
    client_goes.set()
    await serving

    assert said[0]["type"] == "http.response.start"
    assert [message["body"] for message in said[1:]] == [b":)\n", b":thump\n", b":thump\n"]
