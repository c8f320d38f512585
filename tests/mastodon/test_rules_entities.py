"""What must never be null or of another kind, of everything that a client is shown (reference: client API, section 3).

The published schema is asked of every answer in every test (`tests/support/contract.py`); it is weaker than what clients decode. The table here unites the
required fields of the Android app (a null drops the page), the iOS app (a null fails the whole list) and toot.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from fediverse.actions.media import add_emoji
from tests.support.clients import registered
from tests.support.journeys import JSON, asked, copy_of, follows, picture, posted
from tests.support.nodes import Person, RunningNode, settle_all

NEVER_NULL = {
    "Account": "id username acct display_name note url uri avatar avatar_static header header_static locked bot group created_at emojis fields "
    "followers_count following_count statuses_count indexable",
    "Status": "id uri url created_at account content visibility sensitive spoiler_text media_attachments mentions tags emojis reblogs_count "
    "favourites_count replies_count favourited reblogged muted bookmarked filtered quotes_count quote_approval",
    "MediaAttachment": "id type url preview_url meta",
    "Poll": "id expired multiple votes_count options emojis voted own_votes expires_at",
    "Relationship": "id following showing_reblogs notifying followed_by blocking blocked_by muting muting_notifications requested requested_by "
    "domain_blocking endorsed note",
    "Notification": "id type created_at account group_key",
    "Tag": "id name url history",
    "Conversation": "id unread accounts last_status",
    "CustomEmoji": "shortcode url static_url visible_in_picker",
    "Filter": "id title context filter_action",
    "List": "id title replies_policy exclusive",
    "Marker": "last_read_id version updated_at",
    "ScheduledStatus": "id scheduled_at params media_attachments",
    "StatusSource": "id text spoiler_text",
    "StatusEdit": "content spoiler_text sensitive created_at account media_attachments emojis",
    "QuoteApproval": "automatic manual current_user",
}
# Null or something, and always there: clients test for null, and find `undefined` where the name is missing.
THERE = {
    "Account": "discoverable last_status_at",
    "Status": "in_reply_to_id in_reply_to_account_id reblog application card poll language edited_at quote",
    "MediaAttachment": "remote_url description blurhash",
    "Poll": "voters_count",
    "Relationship": "languages",
    "CustomEmoji": "category",
}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def missing(kind: str, entity: JSON) -> list[str]:
    """The names that *entity* ought to have and has not."""
    null = [name for name in NEVER_NULL[kind].split() if entity.get(name) is None]
    return null + [name for name in THERE.get(kind, "").split() if name not in entity]


def values(at: str, entity: Any) -> Iterator[tuple[str, Any]]:
    """Every name in *entity*, however deep, with its value."""
    for name, value in entity.items() if isinstance(entity, dict) else ():
        yield name, value
        yield from values(name, value)
    for item in entity if isinstance(entity, list) else ():
        yield from values(at, item)


def is_sound(name: str, value: Any) -> bool:
    """Ids are texts, dates end in Z, counts are whole numbers from 0 on."""
    if name.endswith("_count") and name not in {"options_count", "votes_count", "voters_count"}:
        return type(value) is int and value >= 0
    if name in {"created_at", "edited_at", "expires_at", "updated_at", "scheduled_at", "verified_at"}:
        return value is None or DATE.fullmatch(value) is not None
    if name == "last_status_at":
        return value is None or re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None
    if name == "id" or name.endswith("_id"):
        return value is None or isinstance(value, str) or name == "application_id"
    return True


@dataclass(frozen=True)
class Town:
    """Alice, her colleague, somebody elsewhere whom she follows, and a status of each sort."""

    alice: Person
    carol: Person
    statuses: dict[str, JSON]


@pytest.fixture
async def town(home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person) -> Town:
    with home.node.database.active():
        await add_emoji(home.node, "smile", picture(), category="faces")
    await follows(alice, bob, home, away)
    far = await posted(bob, "From elsewhere #paint", media_ids=[await pictured(bob)])
    await settle_all(home, away)
    plain = await posted(alice, "Hello @carol, about #paint :smile:", media_ids=[await pictured(alice)])
    statuses = {
        "plain": plain,
        "far": await copy_of(alice, far),
        "poll": await posted(alice, "Which?", poll={"options": ["a", "b"], "expires_in": 3600}),
        "answer": await posted(carol, "An answer", in_reply_to_id=plain["id"]),
        "quote": await posted(carol, "A quote", quoted_status_id=plain["id"]),
        "direct": await posted(carol, "@alice between us", "direct"),
        "boost": await asked(carol, "POST", f"/api/v1/statuses/{plain['id']}/reblog"),
        "edited": await asked(alice, "PUT", f"/api/v1/statuses/{plain['id']}", json={"status": "Hello @carol :smile:"}),
    }
    await asked(carol, "POST", f"/api/v1/statuses/{plain['id']}/favourite")
    await asked(carol, "POST", f"/api/v1/accounts/{alice.id}/follow")
    return Town(alice, carol, statuses)


async def pictured(person: Person) -> str:
    media = await asked(person, "POST", "/api/v2/media", files={"file": ("a.png", picture(), "image/png")})
    return str(media["id"])


async def test_statuses_and_all_that_stands_in_them(town: Town) -> None:
    """Client API 3: of every sort, own and others', from here and from elsewhere, as the author and as a reader see them."""
    for name, status in town.statuses.items():
        for person in (town.alice, town.carol) if name != "far" else (town.alice,):
            shown = await asked(person, "GET", f"/api/v1/statuses/{status['id']}")

            assert missing("Status", shown) == [], name
            assert missing("Account", shown["account"]) == [], name
            assert missing("QuoteApproval", shown["quote_approval"]) == [], name
            assert [missing("MediaAttachment", one) for one in shown["media_attachments"]] in ([], [[]]), name
            assert shown["card"] is None, name
            # A boost is no page: upstream, too, gives the address of its activity.
            page = shown["reblog"] or shown
            assert re.search(r"/@[\w.]+/\d+$", page["url"]), page["url"]
            assert [pair for pair in values("", shown) if not is_sound(*pair)] == [], name


async def test_a_boost_is_whole_outside_and_inside(town: Town) -> None:
    """Client API 3: `reblog` is a full status; the wrapper has its own id and the words of the original; others say null, not nothing."""
    boost = town.statuses["boost"]

    assert missing("Status", boost) == missing("Status", boost["reblog"]) == []
    assert boost["id"] != boost["reblog"]["id"] == town.statuses["plain"]["id"]
    assert boost["content"] == boost["reblog"]["content"]
    assert town.statuses["plain"]["reblog"] is town.statuses["plain"]["in_reply_to_id"] is None


async def test_attachments_say_how_large_they_are(town: Town) -> None:
    """Client API 3: `meta` with both sizes and the focus; whoever lays out a timeline needs them before the picture is there."""
    [media] = town.statuses["plain"]["media_attachments"]

    assert set(media["meta"]["original"]) == {"width", "height", "size", "aspect"}
    assert set(media["meta"]["small"]) == {"width", "height", "size", "aspect"}
    assert media["meta"]["focus"] == {"x": 0.0, "y": 0.0}
    assert media["blurhash"]


async def test_a_poll_says_what_its_reader_did(town: Town) -> None:
    """Client API 3: `voted` and `own_votes` for who reads; a number for each choice, or null while it is nobody's to see."""
    poll = (await asked(town.carol, "GET", f"/api/v1/statuses/{town.statuses['poll']['id']}"))["poll"]
    voted = await asked(town.carol, "POST", f"/api/v1/polls/{poll['id']}/votes", json={"choices": ["1"]})
    hidden = await posted(town.alice, "Which?", poll={"options": ["a", "b"], "expires_in": 3600, "hide_totals": True})

    assert missing("Poll", poll) == missing("Poll", voted) == missing("Poll", hidden["poll"]) == []
    assert (poll["voted"], poll["own_votes"]) == (False, [])
    assert (voted["voted"], voted["own_votes"], voted["options"][1]) == (True, [1], {"title": "b", "votes_count": 1})
    assert [option["votes_count"] for option in hidden["poll"]["options"]] == [None, None]


async def test_people_and_how_one_stands_to_them(town: Town, home: RunningNode) -> None:
    """Client API 3: whoever is shown, with a picture where there is none; no domain in an own name, one in a remote one; midnight of the first day."""
    people = await asked(town.alice, "GET", "/api/v1/accounts/search?q=b&limit=10")
    people += [status["account"] for status in town.statuses.values()]
    [relation] = await asked(town.alice, "GET", f"/api/v1/accounts/relationships?id[]={town.carol.id}")

    for account in people:
        assert missing("Account", account) == []
        assert account["created_at"].endswith("T00:00:00.000Z")
        assert all(account[name].startswith("http") for name in ("avatar", "avatar_static", "header", "header_static"))
        assert [pair for pair in values("", account) if not is_sound(*pair)] == []
    assert {account["acct"] for account in people} == {"alice", "carol", "bob@beta.localhost:8002"}
    assert missing("Relationship", relation) == []


async def test_the_own_account_has_what_only_its_owner_sees(town: Town) -> None:
    """Client API 3: Elk reads `source.language`, `source.privacy` and the quote policy without looking; `role` is whole."""
    me = await asked(town.alice, "GET", "/api/v1/accounts/verify_credentials")
    preferences = await asked(town.alice, "GET", "/api/v1/preferences")

    assert missing("Account", me) == []
    assert set(me["role"]) >= {"id", "name", "color", "permissions", "highlighted"}
    assert isinstance(me["role"]["permissions"], str)
    required = "privacy sensitive note fields follow_requests_count quote_policy hide_collections discoverable indexable attribution_domains"
    assert all(me["source"][name] is not None for name in required.split())
    assert "language" in me["source"]
    for name in (
        "posting:default:visibility",
        "posting:default:sensitive",
        "reading:expand:media",
        "reading:expand:spoilers",
    ):
        assert preferences[name] is not None


async def test_notifications_conversations_and_threads(town: Town) -> None:
    """Client API 3: each kind that speaks of a status has it; a conversation has its last one; a thread and a search have lists, never null."""
    told = await asked(town.alice, "GET", "/api/v1/notifications")
    conversations = await asked(town.alice, "GET", "/api/v1/conversations")
    context = await asked(town.alice, "GET", f"/api/v1/statuses/{town.statuses['plain']['id']}/context")
    found = await asked(town.alice, "GET", "/api/v2/search?q=paint")
    nothing = await asked(town.alice, "GET", "/api/v2/search?q=elephants")

    assert {one["type"] for one in told} >= {"mention", "reblog", "favourite", "follow", "quote"}
    for one in told:
        assert missing("Notification", one) == []
        assert one["type"] == "follow" or missing("Status", one["status"]) == []
    assert [missing("Conversation", one) for one in conversations] == [[]]
    assert (context["ancestors"], [status["id"] for status in context["descendants"]]) == (
        [],
        [town.statuses["answer"]["id"]],
    )
    assert (set(found), nothing) == (
        {"accounts", "statuses", "hashtags"},
        {"accounts": [], "statuses": [], "hashtags": []},
    )
    [tag] = found["hashtags"]
    assert missing("Tag", tag) == []
    assert len(tag["history"]) == 7
    assert all(isinstance(value, str) for day in tag["history"] for value in (day["day"], day["uses"], day["accounts"]))


async def test_what_a_person_keeps(town: Town, home: RunningNode) -> None:
    """Client API 3: lists, filters and what they say of a status, markers, posts for later, sources and the history, the original first."""
    alice, plain = town.alice, town.statuses["plain"]
    made = await asked(alice, "POST", "/api/v1/lists", json={"title": "One"})
    kept = await asked(
        alice,
        "POST",
        "/api/v2/filters",
        json={"title": "One", "context": ["public"], "keywords_attributes": [{"keyword": "answer"}]},
    )
    marker = (await asked(alice, "POST", "/api/v1/markers", json={"home": {"last_read_id": plain["id"]}}))["home"]
    at = (home.node.clock.now() + timedelta(days=30)).strftime("%Y-%m-%dT09:00:00.000Z")
    later = await asked(alice, "POST", "/api/v1/statuses", json={"status": "Later", "scheduled_at": at})
    source = await asked(alice, "GET", f"/api/v1/statuses/{plain['id']}/source")
    history = await asked(alice, "GET", f"/api/v1/statuses/{plain['id']}/history")
    marked = next(
        status
        for status in await asked(alice, "GET", "/api/v1/timelines/public")
        if status["id"] == town.statuses["answer"]["id"]
    )

    assert (
        missing("List", made)
        == missing("Filter", kept)
        == missing("Marker", marker)
        == missing("StatusSource", source)
        == []
    )
    assert (type(marker["last_read_id"]), type(marker["version"])) == (str, int)
    assert missing("ScheduledStatus", later) == []
    assert (later["scheduled_at"], later["params"]["text"]) == (at, "Later")
    assert [missing("StatusEdit", state) for state in history] == [[], []]
    assert "#paint" in re.sub(r"<[^>]+>", "", history[0]["content"])
    assert missing("Filter", marked["filtered"][0]["filter"]) == []
    assert (marked["filtered"][0]["keyword_matches"], marked["filtered"][0]["status_matches"]) in (
        (["answer"], None),
        (["answer"], []),
    )


async def test_a_quote_has_a_state_and_what_it_quotes(town: Town) -> None:
    """Client API 3: a null state made Android lose the home feed; the whole status one deep, an id below; null where nothing is quoted."""
    outer = await posted(town.alice, "A quote of a quote", quoted_status_id=town.statuses["quote"]["id"])

    quote = outer["quote"]
    assert (quote["state"], missing("Status", quote["quoted_status"])) == ("accepted", [])
    assert quote["quoted_status"]["quote"] == {"state": "accepted", "quoted_status_id": town.statuses["plain"]["id"]}
    assert town.statuses["plain"]["quote"] is None


async def test_emojis_stay_texts_beside_their_pictures(town: Town) -> None:
    """Client API 3: `:smile:` in the content, the picture in `emojis`; mentions and tags have the classes that keep Phanpy from looking them up."""
    plain = town.statuses["plain"]
    [emoji] = plain["emojis"]
    [known] = await asked(town.alice, "GET", "/api/v1/custom_emojis")

    assert missing("CustomEmoji", emoji) == missing("CustomEmoji", known) == []
    assert (emoji["shortcode"], known["category"]) == ("smile", "faces")
    assert ":smile:" in plain["content"]
    assert '<span class="h-card"' in plain["content"]
    assert re.search(r'<a class="u-url mention" href="[^"]+">@<span>carol</span></a></span>', plain["content"])
    assert re.search(r'<a href="[^"]+" class="mention hashtag" rel="tag">#<span>paint</span></a>', plain["content"])
    assert (await posted(town.alice, "Hello"))["content"] == "<p>Hello</p>"


async def test_a_status_names_the_application_that_wrote_it(town: Town, home: RunningNode) -> None:
    """Client API 3: with a name; a token that is no application's says null."""
    client = await registered(home.node)
    code = await client.code(home.node, town.alice.id, "read write")
    token = await asked(
        town.alice,
        "POST",
        "/oauth/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "client_id": client.client_id,
            "client_secret": client.secret,
            "redirect_uri": client.redirect_uri,
        },
    )

    status = await asked(
        town.alice,
        "POST",
        "/api/v1/statuses",
        json={"status": "By Elk"},
        headers={"Authorization": f"Bearer {token['access_token']}"},
    )

    assert status["application"] == {"name": "Elk", "website": None}
    assert town.statuses["plain"]["application"] is None
    assert (type(token["created_at"]), token["token_type"]) == (int, "Bearer")


async def test_a_refusal_says_why_for_each_field(alice: Person) -> None:
    """Client API 3: `error` is a text; a 422 has `details` with a code and a sentence for each field."""
    refused = await asked(alice, "POST", "/api/v1/statuses", 422, json={"status": "x", "visibility": "everybody"})

    assert isinstance(refused["error"], str)
    assert refused["details"] == {
        "visibility": [{"error": "ERR_INCLUSION", "description": "is not included in the list"}]
    }
