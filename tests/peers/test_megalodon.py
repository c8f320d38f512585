"""megalodon, the library of Whalebird and Fedistar, against a node of ours: the journeys stand in `megalodon/journeys.mjs`, what they must see here."""

import pytest

from tests.peers.javascript import Library, ids
from tests.support.processes import ServedNode, ServedPerson


@pytest.fixture
def megalodon(local: ServedNode, people: tuple[ServedPerson, ServedPerson]) -> Library:
    return Library("megalodon", local, *people)


def test_it_takes_the_node_for_one_that_it_knows(megalodon: Library) -> None:
    """Its detector throws on software that it does not know, unless NodeInfo names what it descends from (client API, section 1)."""
    seen = megalodon.journey("whoAmI")

    assert seen["software"] == "mastodon"
    assert seen["me"]["id"] == str(megalodon.alice.id)
    assert seen["instance"]["uri"] == megalodon.node.host
    assert seen["preferences"]["posting:default:visibility"] == "public"


def test_a_day_of_posts(megalodon: Library) -> None:
    """Posted, edited, answered, liked, boosted, kept, and told."""
    seen = megalodon.journey("posts")

    assert seen["edited"]["content"] == "<p>Hello again</p>"
    assert seen["source"]["text"] == "Hello again"
    assert ids(seen["context"]["descendants"]) == [seen["reply"]["id"]]
    assert (seen["favourited"]["favourited"], seen["bookmarked"]["bookmarked"]) == (True, True)
    assert seen["boosted"]["reblog"]["id"] == seen["post"]["id"]
    assert {note["type"] for note in seen["notifications"]} >= {"favourite", "reblog"}
    assert seen["post"]["id"] in ids(seen["home"])


def test_a_poll(megalodon: Library) -> None:
    """Asked by one, answered by the other, counted for both."""
    seen = megalodon.journey("poll")

    assert [option["title"] for option in seen["post"]["poll"]["options"]] == ["Tea", "Coffee"]
    assert seen["voted"]["voted"] is True
    assert [option["votes_count"] for option in seen["seen"]["options"]] == [0, 1]


def test_a_list_and_its_timeline(megalodon: Library) -> None:
    """Made, filled, read, renamed, emptied and removed."""
    seen = megalodon.journey("lists")

    assert ids(seen["timeline"]) == [seen["post"]["id"]]
    assert ids(seen["members"]) == [str(megalodon.carol.id)]
    assert seen["renamed"]["title"] == "Friends"
    assert (seen["after"], seen["left"]) == ([], [])


def test_filters_of_the_first_version(megalodon: Library) -> None:
    """It knows version 1 only; the filter is the keyword of version 2."""
    seen = megalodon.journey("filters")

    assert (seen["filter"]["phrase"], seen["filter"]["whole_word"]) == ("quarterly", True)
    assert ids(seen["listed"]) == [seen["filter"]["id"]]
    assert (seen["changed"]["phrase"], seen["changed"]["context"]) == ("figures", ["public"])
    assert seen["left"] == []


def test_a_post_for_later(megalodon: Library) -> None:
    """The moment comes back exactly as it was sent."""
    seen = megalodon.journey("later", at="2099-11-24T09:00:00.000Z")

    assert seen["scheduled"]["scheduled_at"] == "2099-11-24T09:00:00.000Z"
    assert ids(seen["listed"]) == [seen["scheduled"]["id"]]
    assert seen["left"] == []


def test_a_conversation(megalodon: Library) -> None:
    """Unread until it is read."""
    seen = megalodon.journey("conversations", address=megalodon.alice.username)

    assert seen["conversation"]["last_status"]["id"] == seen["post"]["id"]
    assert (seen["conversation"]["unread"], seen["read"]["unread"]) == (True, False)


def test_a_tag_that_is_followed(megalodon: Library) -> None:
    """What others say under it stands at home."""
    seen = megalodon.journey("tags")

    assert seen["post"]["id"] in ids(seen["home"])
    assert [tag["name"] for tag in seen["listed"]] == ["megalodon"]
    assert seen["featured"]["name"] == "megalodon"


def test_a_live_post(megalodon: Library) -> None:
    """Its WebSocket hears of a post as it is written."""
    seen = megalodon.journey("stream")

    assert seen["update"]["id"] in seen["written"]
