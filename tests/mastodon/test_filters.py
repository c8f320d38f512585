"""Filters over HTTP: version 2 with keywords and statuses (reference: client API, sections 2.4, 6 and 9)."""

from datetime import timedelta
from typing import Any

import pytest

from fediverse.clock import Clock
from tests.support.clocks import StoppedClock
from tests.support.journeys import asked, posted
from tests.support.nodes import MakeNode, Person

EVERYWHERE = ["home", "notifications", "public", "thread", "account"]
JSON = dict[str, Any]


async def made(person: Person, *keywords: str, **more: object) -> JSON:
    """A filter of the person's for whole words."""
    wish = {"title": "Quiet", "context": EVERYWHERE, "keywords_attributes": [{"keyword": word} for word in keywords]}
    answer: JSON = await asked(person, "POST", "/api/v2/filters", json=wish | more)
    return answer


async def met(person: Person, path: str) -> list[list[str]]:
    """The titles of the filters that each status of a list meets."""
    return [[one["filter"]["title"] for one in status["filtered"]] for status in await asked(person, "GET", path)]


async def test_a_filter_is_made_read_changed_and_deleted(alice: Person) -> None:
    """Everything is answered back as it was sent; warn, no expiry and whole words where nothing is said."""
    first = await made(alice, "paint")
    path = f"/api/v2/filters/{first['id']}"
    changed = await asked(
        alice, "PUT", path, json={"title": "Louder", "context": ["home"], "filter_action": "blur", "expires_in": 3600}
    )
    listed = await asked(alice, "GET", "/api/v2/filters")
    gone = await asked(alice, "DELETE", path)

    assert (first["filter_action"], first["expires_at"], first["statuses"]) == ("warn", None, [])
    assert [(one["keyword"], one["whole_word"]) for one in first["keywords"]] == [("paint", True)]
    assert (changed["title"], changed["context"], changed["filter_action"]) == ("Louder", ["home"], "blur")
    assert changed["expires_at"] is not None
    assert listed == [changed]
    assert gone == {}
    await asked(alice, "GET", path, 404)


@pytest.mark.parametrize(
    "keywords",
    [
        [{"keyword": "paint", "whole_word": False}, {"keyword": "primer"}],
        {"0": {"keyword": "paint", "whole_word": "false"}, "1": {"keyword": "primer"}},
    ],
)
async def test_keywords_come_as_a_list_or_by_index(alice: Person, keywords: object) -> None:
    """Section 6: both shapes; those with an id are changed, those to `_destroy` go, the others are new."""
    wish = {"title": "Quiet", "context": ["home"], "keywords_attributes": keywords}
    first = await asked(alice, "POST", "/api/v2/filters", json=wish)
    paint, primer = first["keywords"]
    changes = [{"id": paint["id"], "keyword": "varnish"}, {"id": primer["id"], "_destroy": True}, {"keyword": "brush"}]

    changed = await asked(alice, "PUT", f"/api/v2/filters/{first['id']}", json={"keywords_attributes": changes})

    assert [(one["keyword"], one["whole_word"]) for one in first["keywords"]] == [("paint", False), ("primer", True)]
    assert [(one["keyword"], one["whole_word"]) for one in changed["keywords"]] == [("varnish", False), ("brush", True)]
    assert (changed["title"], changed["context"]) == ("Quiet", ["home"])


async def test_a_form_makes_a_filter_too(alice: Person) -> None:
    """Mastodon.py sends `keywords_attributes[0][keyword]`."""
    form = {"title": "Quiet", "context[]": "home", "keywords_attributes[0][keyword]": "paint", "expires_in": "60"}

    answer = await asked(alice, "POST", "/api/v2/filters", data=form)

    assert answer["context"] == ["home"]
    assert [one["keyword"] for one in answer["keywords"]] == ["paint"]
    assert answer["expires_at"] is not None


@pytest.mark.parametrize(
    "wish",
    [
        {"title": " "},
        {"title": None},
        {"title": "x" * 257},
        {"context": []},
        {"context": ["home", "moon"]},
        {"filter_action": "explode"},
        {"expires_in": "soon"},
        {"keywords_attributes": [{"keyword": " "}]},
        {"keywords_attributes": [{"keyword": "x" * 513}]},
        {"keywords_attributes": [{"keyword": f"word{number}"} for number in range(501)]},
    ],
)
async def test_what_cannot_be_a_filter_is_refused_whole(alice: Person, wish: JSON) -> None:
    """422, and nothing of it is there afterwards; its twin without the fault is made."""
    right: JSON = {"title": "Quiet", "context": ["home"], "keywords_attributes": [{"keyword": "paint"}]}

    await asked(alice, "POST", "/api/v2/filters", 422, json=right | wish)
    nothing = await asked(alice, "GET", "/api/v2/filters")
    await asked(alice, "POST", "/api/v2/filters", json=right)

    assert nothing == []


async def test_a_change_that_cannot_be_changes_nothing(alice: Person) -> None:
    """A keyword that is not the filter's, or one that is blank, undoes the rest of the change."""
    first, other = await made(alice, "paint"), await made(alice, "primer")
    path = f"/api/v2/filters/{first['id']}"

    foreign = {"title": "Changed", "keywords_attributes": [{"id": other["keywords"][0]["id"], "keyword": "mine"}]}
    await asked(alice, "PUT", path, 404, json=foreign)
    await asked(alice, "PUT", path, 422, json={"title": "Changed", "keywords_attributes": [{"keyword": ""}]})

    assert await asked(alice, "GET", path) == first


async def test_keywords_have_addresses_of_their_own(alice: Person) -> None:
    """Added, read, changed and removed one by one."""
    path = f"/api/v2/filters/{(await made(alice))['id']}/keywords"
    added = await asked(alice, "POST", path, json={"keyword": "paint", "whole_word": False})
    own = f"/api/v2/filters/keywords/{added['id']}"

    shown, listed = await asked(alice, "GET", own), await asked(alice, "GET", path)
    changed = await asked(alice, "PUT", own, json={"keyword": "primer"})
    await asked(alice, "PUT", own, 422, json={"keyword": ""})
    await asked(alice, "DELETE", own)

    assert shown == added == listed[0]
    assert changed == {"id": added["id"], "keyword": "primer", "whole_word": False}
    assert await asked(alice, "GET", path) == []


async def test_statuses_are_filtered_one_by_one(alice: Person, carol: Person) -> None:
    """A status that is named is marked by its id; naming it again is the same; without the name it is as before."""
    status = await posted(carol, "Harmless")
    path = f"/api/v2/filters/{(await made(alice))['id']}/statuses"
    added = await asked(alice, "POST", path, json={"status_id": status["id"]})
    again = await asked(alice, "POST", path, json={"status_id": status["id"]})

    marked = await asked(alice, "GET", f"/api/v1/statuses/{status['id']}")
    removed = await asked(alice, "DELETE", f"/api/v2/filters/statuses/{added['id']}")

    assert added == again == removed
    assert added["status_id"] == status["id"]
    assert marked["filtered"][0]["status_matches"] == [status["id"]]
    assert marked["filtered"][0]["keyword_matches"] == []
    assert (await asked(alice, "GET", f"/api/v1/statuses/{status['id']}"))["filtered"] == []


async def test_a_status_that_is_hidden_cannot_be_filtered(alice: Person, carol: Person, dave: Person) -> None:
    """404, as for one that does not exist: a filter must not tell that it does."""
    secret = await posted(carol, "For @dave", "direct")
    path = f"/api/v2/filters/{(await made(alice))['id']}/statuses"

    await asked(alice, "POST", path, 404, json={"status_id": secret["id"]})
    await asked(alice, "POST", path, 404, json={})
    own = f"/api/v2/filters/{(await made(dave))['id']}/statuses"
    await asked(dave, "POST", own, json={"status_id": secret["id"]})

    assert await asked(alice, "GET", path) == []


async def test_filters_are_their_owners_alone(alice: Person, carol: Person) -> None:
    """Nobody else finds, changes or deletes one, nor what stands in it."""
    first = await made(alice, "paint")
    status = await posted(carol, "Hello")
    named = await asked(alice, "POST", f"/api/v2/filters/{first['id']}/statuses", json={"status_id": status["id"]})
    own = [
        f"/api/v2/filters/{first['id']}",
        f"/api/v2/filters/keywords/{first['keywords'][0]['id']}",
        f"/api/v2/filters/statuses/{named['id']}",
        f"/api/v1/filters/{first['keywords'][0]['id']}",
    ]

    for path in own:
        await asked(carol, "GET", path, 404)
        await asked(carol, "DELETE", path, 404)
    for path in own[:2]:
        await asked(carol, "PUT", path, 404, json={"title": "Mine", "keyword": "mine"})
    await asked(carol, "POST", f"{own[0]}/keywords", 404, json={"keyword": "mine"})
    await asked(carol, "POST", f"{own[0]}/statuses", 404, json={"status_id": status["id"]})

    assert await asked(carol, "GET", "/api/v2/filters") == []
    assert (await asked(alice, "GET", own[0]))["keywords"] == first["keywords"]
    for path in own:
        await asked(alice, "GET", path)


async def test_statuses_that_meet_a_filter_say_so_where_they_are_shown(alice: Person, carol: Person) -> None:
    """Home, public, account, thread and notifications; each says by which keyword. Whoever does not filter is told nothing."""
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow")
    start = await posted(alice, "A start")
    await made(alice, "paint", "brush")
    status = await posted(carol, "@alice Wet Paint", in_reply_to_id=start["id"])

    thread = await asked(alice, "GET", f"/api/v1/statuses/{start['id']}/context")
    told = await asked(alice, "GET", "/api/v1/notifications?types[]=mention")
    single = await asked(alice, "GET", f"/api/v1/statuses/{status['id']}")

    [match] = single["filtered"]
    assert (match["keyword_matches"], match["status_matches"]) == (["paint"], [])
    assert set(match["filter"]) == {"id", "title", "context", "expires_at", "filter_action"}
    for path in ("/api/v1/timelines/home", "/api/v1/timelines/public", f"/api/v1/accounts/{carol.id}/statuses"):
        assert (await met(alice, path))[0] == ["Quiet"], path
    assert thread["descendants"][0]["filtered"] == single["filtered"]
    assert told[0]["status"]["filtered"] == single["filtered"]
    assert await met(carol, "/api/v1/timelines/public") == [[], []]


@pytest.mark.parametrize(
    ("context", "path"),
    [("home", "/api/v1/timelines/home"), ("public", "/api/v1/timelines/public"), ("public", "/api/v1/timelines/tag/x")],
)
async def test_a_filter_counts_in_its_contexts_only(alice: Person, carol: Person, context: str, path: str) -> None:
    """The same filter for that context marks the status, and for all the others does not."""
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow")
    await posted(carol, "Wet paint #x")
    first = await made(alice, "paint", context=[name for name in EVERYWHERE if name != context])

    without = await met(alice, path)
    await asked(alice, "PUT", f"/api/v2/filters/{first['id']}", json={"context": [context]})

    assert (without, await met(alice, path)) == ([[]], [["Quiet"]])


@pytest.mark.parametrize(
    "more",
    [
        {"status": "x", "spoiler_text": "Wet paint"},
        {"status": "x", "poll": {"options": ["Paint", "Not"], "expires_in": 300}},
    ],
)
async def test_warnings_and_polls_are_read_too(alice: Person, carol: Person, more: JSON) -> None:
    """What a person would read of a post, not its text alone; the twin without the word meets nothing."""
    await made(alice, "paint")
    await asked(carol, "POST", "/api/v1/statuses", json=more)
    await posted(carol, "Dry")

    assert await met(alice, "/api/v1/timelines/public") == [[], ["Quiet"]]


async def test_a_boost_meets_the_filters_of_what_it_boosts(alice: Person, carol: Person, dave: Person) -> None:
    """On the boost and on the status in it."""
    await asked(alice, "POST", f"/api/v1/accounts/{dave.id}/follow")
    status = await posted(carol, "Wet paint")
    await asked(dave, "POST", f"/api/v1/statuses/{status['id']}/reblog")
    await made(alice, "paint")

    [boost] = await asked(alice, "GET", "/api/v1/timelines/home")

    assert boost["filtered"][0]["keyword_matches"] == ["paint"]
    assert boost["reblog"]["filtered"] == boost["filtered"]


async def test_a_quoted_post_meets_filters_of_its_own(alice: Person, carol: Person, dave: Person) -> None:
    """The post around it does not; and one's own, quoted, meets none."""
    status, own = await posted(carol, "Wet paint"), await posted(alice, "More paint")
    quotes = [await posted(dave, "Look", quoted_status_id=one["id"]) for one in (status, own)]
    await made(alice, "paint")

    seen = [await asked(alice, "GET", f"/api/v1/statuses/{one['id']}") for one in quotes]

    assert [one["filtered"] for one in seen] == [[], []]
    inner = [one["quote"]["quoted_status"]["filtered"] for one in seen]
    assert [[match["keyword_matches"] for match in matches] for matches in inner] == [[["paint"]], []]


async def test_own_posts_are_never_filtered(alice: Person, carol: Person) -> None:
    """Nor when somebody else boosts them; a colleague's post with the same words is."""
    await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/follow")
    own = await posted(alice, "Wet paint")
    await posted(carol, "Wet paint")
    await asked(carol, "POST", f"/api/v1/statuses/{own['id']}/reblog")
    await made(alice, "paint")

    assert await met(alice, "/api/v1/timelines/home") == [[], ["Quiet"], []]


@pytest.fixture
def clock() -> Clock:
    return StoppedClock()


async def test_an_expired_filter_counts_no_longer(nodes: MakeNode, clock: StoppedClock) -> None:
    """Until then it does; it is still listed, and null takes its expiry away."""
    acme = await nodes("acme", clock=clock)
    alice, carol = await acme.person("alice"), await acme.person("carol")
    first = await made(alice, "paint", expires_in=60)
    await posted(carol, "Wet paint")

    before = await met(alice, "/api/v1/timelines/public")
    clock.advance(timedelta(seconds=61))
    after = await met(alice, "/api/v1/timelines/public")
    listed = await asked(alice, "GET", "/api/v2/filters")
    for_ever = await asked(alice, "PUT", f"/api/v2/filters/{first['id']}", json={"expires_in": None})

    assert (before, after) == ([["Quiet"]], [[]])
    assert [one["id"] for one in listed] == [first["id"]]
    assert for_ever["expires_at"] is None
    assert await met(alice, "/api/v1/timelines/public") == [["Quiet"]]
