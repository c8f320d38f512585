"""masto, the library of Elk and Phanpy, against a node of ours: the journeys stand in `masto/journeys.mjs`, what they must see stands here."""

import base64

import pytest

from fediverse.demo.picture import postcard
from tests.peers.javascript import Library, ids
from tests.support.processes import ServedNode, ServedPerson


@pytest.fixture
def masto(local: ServedNode, people: tuple[ServedPerson, ServedPerson]) -> Library:
    return Library("masto", local, *people)


def test_client_knows_the_node_and_who_signed_in(masto: Library) -> None:
    """What Elk and Phanpy ask first: the instance, and one's own account with its `source`."""
    seen = masto.journey("whoAmI")

    assert seen["domain"] == masto.node.host
    assert seen["version"][0].isdigit()
    assert seen["me"]["username"] == masto.alice.username
    assert seen["me"]["id"] == str(masto.alice.id)
    assert seen["me"]["source"]["privacy"] == "public"


def test_app_gets_a_token_of_its_own_and_gives_it_back(masto: Library) -> None:
    """Registration, a client's own token and its revocation, each answer as the library reads it."""
    seen = masto.journey("app")

    assert seen["registered"]["clientId"]
    assert seen["token"]["tokenType"] == "Bearer"
    assert seen["token"]["scope"] == "read"


def test_post_is_written_edited_answered_and_removed(masto: Library) -> None:
    """The life of a post, with its history and source, until it is a 404."""
    seen = masto.journey("posts")

    assert seen["post"]["content"] == "<p>Hello</p>"
    assert seen["edited"]["content"] == "<p>Hello again</p>"
    assert seen["edited"]["editedAt"] is not None
    assert [entry["content"] for entry in seen["history"]] == ["<p>Hello</p>", "<p>Hello again</p>"]
    assert seen["source"]["text"] == "Hello again"
    assert ids(seen["context"]["descendants"]) == [seen["reply"]["id"]]
    assert seen["removed"]["text"] == "Hello again"
    assert seen["after"]["status"] == 404


def test_reactions_are_counted_and_taken_back(masto: Library) -> None:
    """Favourite, boost and bookmark answer the post in the state that they made."""
    seen = masto.journey("reactions")

    assert (seen["favourited"]["favourited"], seen["favourited"]["favouritesCount"]) == (True, 1)
    assert seen["boost"]["reblog"]["id"] == seen["post"]["id"]
    assert seen["boost"]["reblog"]["reblogged"] is True
    assert seen["bookmarked"]["bookmarked"] is True
    assert ids(seen["favouritedBy"]) == [str(masto.carol.id)]
    assert ids(seen["bookmarks"]) == [seen["post"]["id"]]
    assert (seen["unfavourited"]["favouritesCount"], seen["unboosted"]["reblogsCount"]) == (0, 0)


def test_pages_are_walked_until_they_end(masto: Library) -> None:
    """The library follows `next` as long as there is one: it must end, and bring everything once. `prev` leads forward the same way."""
    seen = masto.journey("paging", count=7, limit=3)

    newest_first = list(reversed(seen["written"]))
    assert [post for page in seen["pages"] for post in page] == newest_first
    assert max(len(page) for page in seen["pages"]) == 3
    assert [post for page in reversed(seen["forth"]) for post in page] == newest_first[:-1]


def test_pictures_are_uploaded_by_both_versions(masto: Library) -> None:
    """Version 1 answers when the picture is ready, as Elk attaches it at once; version 2 is asked again until it is."""
    seen = masto.journey("media", picture=base64.b64encode(postcard()).decode())

    assert seen["first"]["url"]
    assert seen["first"]["meta"]["focus"] == {"x": -0.5, "y": 0.3}
    assert seen["second"]["url"]
    assert seen["changed"]["description"] == "Described anew"
    assert [media["description"] for media in seen["post"]["mediaAttachments"]] == [
        "By the first version",
        "Described anew",
    ]
    assert seen["picked"]["status"] == 200
    assert seen["picked"]["type"].startswith("image/")


def test_people_are_followed_and_found(masto: Library) -> None:
    """Relationships come in the order asked for, and a profile change is answered as it was sent."""
    seen = masto.journey("people")

    assert seen["followed"]["following"] is True
    assert ids(seen["relationships"]) == [seen["her"]["id"], seen["me"]["id"]]
    assert ids(seen["followers"]) == [seen["me"]["id"]]
    assert seen["updated"]["displayName"] == "Alice of acme"
    assert seen["updated"]["fields"][0]["value"] == "4.12"
    assert seen["found"]["id"] == seen["her"]["id"]


def test_search_finds_posts_people_and_addresses(masto: Library) -> None:
    """By a word, by a name, and by the address of a post."""
    seen = masto.journey("search", word=f"medlar{masto.alice.id}")

    assert ids(seen["byText"]["statuses"]) == [seen["post"]["id"]]
    assert len(seen["byText"]["hashtags"]) == 1
    assert seen["me"]["id"] in ids(seen["byName"]["accounts"])
    assert ids(seen["byAddress"]["statuses"]) == [seen["post"]["id"]]


def test_notifications_come_and_go(masto: Library) -> None:
    """They are listed, filtered by type, marked as read, dismissed and cleared."""
    seen = masto.journey("notifications")

    assert {note["type"] for note in seen["list"]} == {"favourite", "mention"}
    assert [note["type"] for note in seen["mentions"]] == ["mention"]
    assert seen["marker"]["notifications"]["lastReadId"] == seen["list"][0]["id"]
    assert [note["type"] for note in seen["left"]] == ["favourite"]
    assert seen["cleared"] == []


def test_refusals_are_read_as_such(masto: Library) -> None:
    """Each has the status and the `error` that the library shows to people; none is an answer that it cannot read."""
    seen = masto.journey("refusals")

    assert {name: one["status"] for name, one in seen.items()} == {
        "unknown": 404,
        "notMine": 404,
        "nobody": 401,
        "empty": 422,
        "long": 422,
        "noSuchPath": 404,
        "badApp": 401,
    }
    assert all(one["message"] for one in seen.values())
    assert "character limit" in seen["long"]["message"]
