"""Server-sent events: the same streams for clients that ask by plain HTTP."""

import pytest

from tests.streams.listening import asked, events, follow, posted
from tests.support.processes import ServedNode


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("user", {}),
        ("public", {}),
        ("public/local", {}),
        ("hashtag", {"tag": "cats"}),
        ("hashtag/local", {"tag": "cats"}),
    ],
)
def test_a_post_arrives_on_each_stream_that_shows_it(acme: ServedNode, path: str, query: dict[str, str]) -> None:
    """The event has the same name and payload as in a frame; what came before is not what does not belong there."""
    reader, author, other = acme.newcomer("reader"), acme.newcomer("author"), acme.newcomer("other")
    follow(reader, author)

    with events(acme, reader.token, path, **query) as stream:
        posted(other, "Not public, not followed", "unlisted")
        status = posted(author, "About #cats")
        event = stream.next()

    assert (event.event, event.payload["id"]) == ("update", status["id"])


def test_a_post_from_here_is_not_remote(acme: ServedNode) -> None:
    """public/remote stays silent where public/local speaks: the next event is that of the reader's own home."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")

    with events(acme, reader.token, "public/remote") as remote, events(acme, reader.token, "public/local") as local:
        status = posted(author, "From here")
        event = local.next()
        reader.client.post("/oauth/revoke", data={"token": reader.token})
        rest = list(remote.answer.iter_lines())

    assert event.payload["id"] == status["id"]
    assert [line for line in rest if line.startswith("event: ")] == []


def test_only_media_is_a_stream_of_its_own(acme: ServedNode) -> None:
    """`only_media` leaves out what has no picture."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")

    with events(acme, reader.token, "public", only_media="true") as stream:
        posted(author, "No picture")
        reader.client.post("/oauth/revoke", data={"token": reader.token})
        rest = list(stream.answer.iter_lines())

    assert [line for line in rest if line.startswith("event: ")] == []


def test_notifications_lists_and_conversations_come_too(acme: ServedNode) -> None:
    """Each on its own path."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")
    follow(reader, author)
    created = asked(reader, "POST", "/api/v1/lists", json={"title": "Close"})
    asked(reader, "POST", f"/api/v1/lists/{created['id']}/accounts", json={"account_ids": [str(author.id)]})

    with (
        events(acme, reader.token, "user/notification") as told,
        events(acme, reader.token, "list", list=created["id"]) as listed,
        events(acme, reader.token, "direct") as direct,
    ):
        status = posted(author, f"@{reader.username} hello")
        posted(author, f"@{reader.username} between us", "direct")
        notification, update, conversation = told.next(), listed.next(), direct.next()

    assert (notification.event, notification.payload["status"]["id"]) == ("notification", status["id"])
    assert (update.event, update.payload["id"]) == ("update", status["id"])
    assert conversation.event == "conversation"


def test_a_deletion_is_a_bare_id(acme: ServedNode) -> None:
    """No quotation marks around it."""
    reader, author = acme.newcomer("reader"), acme.newcomer("author")
    follow(reader, author)
    status = posted(author, "Soon gone")

    with events(acme, reader.token, "user") as stream:
        asked(author, "DELETE", f"/api/v1/statuses/{status['id']}")
        event = stream.next()

    assert (event.event, event.payload) == ("delete", status["id"])


def test_a_stream_begins_at_once_and_is_kept_by_nobody(acme: ServedNode) -> None:
    """The first line comes before anything happens; no cache and no proxy may hold back what follows."""
    reader = acme.newcomer("reader")

    with events(acme, reader.token, "user") as stream:
        first = next(stream.answer.iter_lines())
        headers = stream.answer.headers

    assert first == ":)"
    assert headers["content-type"].startswith("text/event-stream")
    assert "no-store" in headers["cache-control"]
    assert headers["x-accel-buffering"] == "no"
    assert headers["access-control-allow-origin"] == "*"
    assert "content-length" not in headers


@pytest.mark.parametrize(
    ("path", "query", "status"), [("hashtag", {}, 400), ("list", {"list": "x"}, 400), ("list", {"list": "7"}, 404)]
)
def test_what_cannot_be_listened_to_is_refused(acme: ServedNode, path: str, query: dict[str, str], status: int) -> None:
    """With an error that a client can read."""
    reader = acme.newcomer("reader")

    answer = reader.client.get(f"/api/v1/streaming/{path}", params=query)

    assert answer.status_code == status
    assert "error" in answer.json()
