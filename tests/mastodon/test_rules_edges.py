"""Notifications, filters, media, search and push where clients cut themselves (reference: client API, section 9)."""

import re

import pytest

from fediverse.queries.notifications import KINDS
from tests.support.journeys import JSON, asked, picture, plain, posted
from tests.support.nodes import Person, RunningNode

UPSTREAMS_KINDS = {
    *("mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update", "admin.sign_up"),
    *("admin.report", "severed_relationships", "moderation_warning", "quote", "quoted_update"),
}


def test_no_kind_of_notification_is_invented() -> None:
    """Client API 9: clients crash on a kind that they do not know; and each that they do know of 4.5 there is."""
    assert set(KINDS) == UPSTREAMS_KINDS


async def test_a_group_is_made_of_the_types_that_clients_decode(alice: Person, carol: Person) -> None:
    """Client API 9: `most_recent_notification_id` is a number below 2^53, every other id a text, and all that is named stands beside the groups."""
    status = await posted(alice, "Hello")
    await asked(carol, "POST", f"/api/v1/statuses/{status['id']}/favourite")
    await asked(carol, "POST", f"/api/v1/statuses/{status['id']}/reblog")
    await asked(carol, "POST", f"/api/v1/accounts/{alice.id}/follow")
    mention = await posted(carol, "@alice hello")

    found = await asked(alice, "GET", "/api/v2/notifications")

    groups = {group["type"]: group for group in found["notification_groups"]}
    assert set(groups) == {"favourite", "reblog", "follow", "mention"}
    for group in groups.values():
        newest = group["most_recent_notification_id"]
        assert isinstance(newest, int)
        assert 0 < newest < 2**53
        assert all(isinstance(group[name], str) for name in ("group_key", "page_min_id", "page_max_id"))
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", group["latest_page_notification_at"])
        assert set(group["sample_account_ids"]) == {str(carol.id)} <= {account["id"] for account in found["accounts"]}
    assert {group.get("status_id") for group in groups.values()} == {status["id"], mention["id"], None}
    assert {one["id"] for one in found["statuses"]} == {status["id"], mention["id"]}
    assert groups["mention"]["group_key"].startswith("ungrouped-")
    single = await asked(alice, "GET", f"/api/v2/notifications/{groups['mention']['group_key']}")
    assert [one["id"] for one in single["statuses"]] == [mention["id"]]


async def test_mentions_and_quotes_are_asked_for_together(alice: Person, carol: Person) -> None:
    """Client API 9: Phanpy asks `types[]=mention&types[]=quote`; a name that nobody knows among them changes nothing."""
    status = await posted(alice, "Hello")
    await asked(carol, "POST", f"/api/v1/statuses/{status['id']}/favourite")
    await posted(carol, "@alice hello")
    await posted(carol, "A quote", quoted_status_id=status["id"])

    wanted = await asked(alice, "GET", "/api/v1/notifications?types[]=mention&types[]=quote&types[]=unheard_of")
    others = await asked(alice, "GET", "/api/v1/notifications?exclude_types[]=mention&exclude_types[]=unheard_of")

    assert [one["type"] for one in wanted] == ["quote", "mention"]
    assert [one["type"] for one in others] == ["quote", "favourite"]


async def test_the_policy_names_each_sort_and_what_waits(alice: Person) -> None:
    """Client API 9: accept, filter or drop for each; the summary counts in numbers."""
    policy = await asked(alice, "GET", "/api/v2/notifications/policy")
    changed = await asked(
        alice,
        "PATCH",
        "/api/v2/notifications/policy",
        json={"for_limited_accounts": "drop", "for_new_accounts": "filter"},
    )

    sorts = {
        "for_not_following",
        "for_not_followers",
        "for_new_accounts",
        "for_private_mentions",
        "for_limited_accounts",
    }
    assert sorts <= set(policy)
    assert {policy[sort] for sort in sorts} <= {"accept", "filter", "drop"}
    assert (changed["for_limited_accounts"], changed["for_new_accounts"]) == ("drop", "filter")
    assert changed["summary"] == {"pending_requests_count": 0, "pending_notifications_count": 0}


async def test_markers_come_in_both_dialects(alice: Person) -> None:
    """Client API 9: none at first; `home[last_read_id]` as a form and as JSON; Phanpy reads `timeline=notifications` without brackets."""
    none = await asked(alice, "GET", "/api/v1/markers?timeline[]=home&timeline[]=notifications")
    await asked(alice, "POST", "/api/v1/markers", data={"home[last_read_id]": "117"})
    await asked(alice, "POST", "/api/v1/markers", json={"notifications": {"last_read_id": "7"}})

    both = await asked(alice, "GET", "/api/v1/markers?timeline[]=home&timeline[]=notifications")
    one = await asked(alice, "GET", "/api/v1/markers?timeline=notifications")

    assert none == {}
    assert {name: (marker["last_read_id"], type(marker["version"])) for name, marker in both.items()} == {
        "home": ("117", int),
        "notifications": ("7", int),
    }
    assert set(one) == {"notifications"}


@pytest.mark.parametrize("action", ["warn", "hide", "blur"])
async def test_filtered_statuses_are_returned_and_marked(alice: Person, carol: Person, action: str) -> None:
    """Client API 9: what meets a filter is the client's to hide, also with `hide`; in another context nothing is marked."""
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow")
    await asked(
        alice,
        "POST",
        "/api/v2/filters",
        json={
            "title": "Noise",
            "context": ["home"],
            "filter_action": action,
            "expires_in": 3600,
            "keywords_attributes": [{"keyword": "noise", "whole_word": True}],
        },
    )
    await posted(carol, "So much noise")

    [at_home] = await asked(alice, "GET", "/api/v1/timelines/home")
    [in_public] = await asked(alice, "GET", "/api/v1/timelines/public")

    [match] = at_home["filtered"]
    assert (match["filter"]["title"], match["filter"]["filter_action"], match["keyword_matches"]) == (
        "Noise",
        action,
        ["noise"],
    )
    assert match["filter"]["expires_at"].endswith("Z")
    assert in_public["filtered"] == []


async def test_a_picture_is_ready_whichever_version_it_came_by(alice: Person) -> None:
    """Client API 9: Elk attaches what v1 answers at once; `focus` and `description` come back, and what is no attachment of one's own is a 422."""
    files = {"file": ("a.png", picture(), "image/png")}
    more = {"description": "A tin", "focus": "-0.5,0.3"}

    made = [await asked(alice, "POST", f"/api/{version}/media", files=files, data=more) for version in ("v1", "v2")]
    status = await posted(alice, "Tins", media_ids=[media["id"] for media in made])
    await asked(alice, "POST", "/api/v1/statuses", 422, json={"status": "x", "media_ids": [made[0]["id"]]})

    assert all(media["url"] and media["preview_url"] for media in made)
    for media in (*made, *status["media_attachments"]):
        assert (media["description"], media["meta"]["focus"]) == ("A tin", {"x": -0.5, "y": 0.3})


async def test_elks_own_paths_find_a_status(home: RunningNode, alice: Person) -> None:
    """Client API 9: `https:/host/@name/1`, with one slash, as Elk makes them of its own addresses; Phanpy asks with `type` and `limit`."""
    status = await posted(alice, "Hello")
    one_slash = status["url"].replace("://", ":/")

    for address in (status["url"], one_slash, status["uri"]):
        query = {"q": address, "type": "statuses", "resolve": "true", "limit": "1"}
        found = await asked(alice, "GET", "/api/v2/search", params=query)

        assert [one["id"] for one in found["statuses"]] == [status["id"]]


async def test_an_address_that_led_nowhere_is_left_alone_for_a_while(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Client API 9: Phanpy asks for each link in view, one a second: the other node hears of it once a minute. What we refused counts from the next try on."""
    one, two = [await posted(bob, text) for text in ("One", "Two")]

    async def found(status: JSON) -> list[str]:
        query = {"q": status["uri"], "type": "statuses", "resolve": "true"}
        body: JSON = await asked(alice, "GET", "/api/v2/search", params=query)
        return [plain(copy["content"]) for copy in body["statuses"]]

    await home.remove(away.host)
    refused_here = await found(one)
    await home.allow(away.host)
    allowed = await found(one)
    await away.remove(home.host)
    refused_there = await found(two)
    await away.allow(home.host)
    at_once = await found(two)
    home.node.caches.failed_lookups.clear()
    a_minute_later = await found(two)

    assert (refused_here, allowed) == ([], ["One"])
    assert (refused_there, at_once, a_minute_later) == ([], [], ["Two"])


async def test_from_me_finds_ones_own_words(alice: Person, carol: Person) -> None:
    """Client API 9: Phanpy offers the search of posts where `from:me` finds any; with words it narrows them, and from:carol is hers."""
    mine = [(await posted(alice, text))["id"] for text in ("Wet paint", "Dry paint", "Nothing of the kind")]
    hers = (await posted(carol, "Paint of Carol's"))["id"]
    secret = (await posted(carol, "Paint in secret", "direct"))["id"]

    async def found(query: str, **more: str) -> list[str]:
        body: JSON = await asked(alice, "GET", "/api/v2/search", params={"q": query, "type": "statuses", **more})
        return [status["id"] for status in body["statuses"]]

    assert await found("from:me", limit="1") == [mine[2]]
    assert await found("from:me", limit="1", offset="1") == [mine[1]]
    assert await found("paint from:me") == [mine[1], mine[0]]
    assert await found("from:@carol paint") == await found("from:carol") == [hers]
    assert secret not in await found("from:carol")
    assert await found("from:nobody") == await found("from:me elephants") == []
    assert set(await found("paint")) == {*mine[:2], hers}


async def test_without_push_the_answer_says_not_found(alice: Person) -> None:
    """Client API 9, 2.4: a 404 in the words by which Phanpy knows that there is no subscription yet."""
    missing = await asked(alice, "GET", "/api/v1/push/subscription", 404)

    assert re.search("not found|unknown", missing["error"], re.IGNORECASE)


async def test_a_deleted_post_can_be_written_anew(alice: Person) -> None:
    """Client API 9: the answer to the deletion has the text as it was typed, the poll, the warning and the media."""
    poll = {"options": ["a", "b"], "expires_in": 3600}
    status = await posted(alice, "**Which** <one>?", poll=poll, spoiler_text="Choose")
    media = await asked(alice, "POST", "/api/v2/media", files={"file": ("a.png", picture(), "image/png")})
    pictured = await posted(alice, "Look", media_ids=[media["id"]])

    gone = await asked(alice, "DELETE", f"/api/v1/statuses/{status['id']}")
    gone_picture = await asked(alice, "DELETE", f"/api/v1/statuses/{pictured['id']}")
    again = await posted(alice, gone_picture["text"], media_ids=[media["id"]])

    assert (gone["text"], gone["spoiler_text"]) == ("**Which** <one>?", "Choose")
    assert [option["title"] for option in gone["poll"]["options"]] == ["a", "b"]
    assert [one["id"] for one in gone_picture["media_attachments"]] == [media["id"]]
    assert [one["id"] for one in again["media_attachments"]] == [media["id"]]


async def test_strangers_read_the_instance_and_are_told_to_sign_in_for_the_rest(
    home: RunningNode, alice: Person
) -> None:
    """Client API 9: 401 in upstream's words of a closed node; a token that is none is told apart. Trends, emojis and the directory are for people here."""
    rest = ("timelines/public", "trends/tags", "custom_emojis", "directory", f"accounts/{alice.id}")

    instance = [(await home.client.get(f"/api/{version}/instance")).status_code for version in ("v1", "v2")]
    without = [await home.client.get(f"/api/v1/{path}") for path in rest]
    wrong = await home.client.get("/api/v1/timelines/public", headers={"Authorization": "Bearer wrong"})

    assert instance == [200, 200]
    for answer in without:
        assert (answer.status_code, answer.json()) == (401, {"error": "This method requires an authenticated user"})
    assert (wrong.status_code, wrong.json()) == (401, {"error": "The access token is invalid"})
