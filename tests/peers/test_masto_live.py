"""masto again: streams and the newer half of the API. The journeys stand in `masto/live.mjs`, what they must see stands here."""

import pytest

from tests.peers.javascript import Library, ids
from tests.support.processes import ServedNode, ServedPerson


@pytest.fixture
def masto(local: ServedNode, people: tuple[ServedPerson, ServedPerson]) -> Library:
    return Library("masto", local, *people)


def test_three_streams_over_one_socket(masto: Library) -> None:
    """Home, a tag and notifications; the token is the subprotocol, which must come back (client API, section 8)."""
    seen = masto.journey("streams", tag=f"live{masto.alice.id}")

    assert seen["update"]["stream"] == ["user"]
    assert seen["underTag"]["stream"] == ["hashtag", f"live{masto.alice.id}"]
    assert seen["notification"]["payload"]["type"] == "mention"
    assert seen["removed"]["payload"] == seen["post"]["id"]


def test_a_poll_with_several_choices(masto: Library) -> None:
    """Two of three chosen: one voter, two votes."""
    seen = masto.journey("polls")

    assert seen["voted"]["ownVotes"] == [0, 2]
    assert [option["votesCount"] for option in seen["seen"]["options"]] == [1, 0, 1]
    assert (seen["seen"]["votersCount"], seen["seen"]["votesCount"]) == (1, 2)


def test_an_exclusive_list(masto: Library) -> None:
    """What stands in it does not stand at home."""
    seen = masto.journey("lists")

    assert ids(seen["timeline"]) == [seen["post"]["id"]]
    assert seen["post"]["id"] not in ids(seen["home"])
    assert (seen["list"]["exclusive"], seen["list"]["repliesPolicy"]) == (True, "none")
    assert seen["left"] == []


def test_filters_of_the_second_version(masto: Library) -> None:
    """The post is answered, with the filter that it meets and by which word."""
    seen = masto.journey("filters")

    assert [match["filter"]["title"] for match in seen["shown"]["filtered"]] == ["Money"]
    assert seen["shown"]["filtered"][0]["keywordMatches"] == ["budget"]
    assert (seen["changed"]["title"], seen["changed"]["filterAction"]) == ("Gold", "hide")
    assert seen["left"] == []


def test_grouped_notifications(masto: Library) -> None:
    """One group, whose accounts and posts are all there; its number is a number (client API, section 9)."""
    seen = masto.journey("grouped")

    group = seen["page"]["notificationGroups"][0]
    assert (group["type"], group["notificationsCount"]) == ("favourite", 1)
    assert isinstance(group["mostRecentNotificationId"], int)
    assert set(group["sampleAccountIds"]) <= set(ids(seen["page"]["accounts"]))
    assert group["statusId"] in ids(seen["page"]["statuses"])
    assert seen["count"]["count"] == 1
    assert seen["policy"]["forNotFollowing"] == "filter"
    assert seen["left"]["notificationGroups"] == []


def test_a_scheduled_post(masto: Library) -> None:
    """The moment comes back as the very text that was sent."""
    seen = masto.journey("scheduled", at="2099-11-24T09:00:00.000Z")

    assert seen["planned"]["scheduledAt"] == "2099-11-24T09:00:00.000Z"
    assert ids(seen["listed"]) == [seen["planned"]["id"]]
    assert seen["left"] == []


def test_a_quote(masto: Library) -> None:
    """Allowed by its author's policy: shown within the post, and listed under what it quotes."""
    seen = masto.journey("quotes")

    assert seen["shown"]["quote"]["state"] == "accepted"
    assert seen["shown"]["quote"]["quotedStatus"]["id"] == seen["post"]["id"]
    assert ids(seen["quotes"]) == [seen["quoting"]["id"]]
