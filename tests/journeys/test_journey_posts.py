"""A post and what becomes of it, seen at another company's node: everything on it arrives, edits replace, answers find their place, deletions stay."""

from fediverse.actions.media import add_emoji
from tests.support.journeys import (
    asked,
    at_work,
    copy_of,
    everything_in,
    follows,
    home_of,
    last_sent,
    notifications_of,
    picture,
    plain,
    posted,
    seen,
    sent_by_hand,
    texts_of,
    uploaded,
)
from tests.support.nodes import Person, RunningNode, settle_all


async def test_everything_on_a_post_arrives(home: RunningNode, away: RunningNode, alice: Person, bob: Person) -> None:
    """A mention, a hashtag, an emoji, a picture with its description and a content warning, each as itself."""
    await follows(bob, alice, home, away)
    async with at_work(home):
        await add_emoji(home.node, "party", picture(), "fun")
    media = await uploaded(alice, "A red rectangle")

    await posted(
        alice,
        f"@{bob.handle} look at this :party: #Launch",
        spoiler_text="New product",
        media_ids=[media],
        language="fr",
    )
    await settle_all(home, away)

    [status] = await home_of(bob)
    assert "look at this :party:" in status["content"]
    assert [mention["acct"] for mention in status["mentions"]] == ["bob"]
    assert [tag["name"] for tag in status["tags"]] == ["launch"]
    assert [emoji["shortcode"] for emoji in status["emojis"]] == ["party"]
    assert (status["spoiler_text"], status["sensitive"], status["language"]) == ("New product", True, "fr")
    assert [attachment["description"] for attachment in status["media_attachments"]] == ["A red rectangle"]
    assert [told["status"]["id"] for told in await notifications_of(bob, "mention")] == [status["id"]]


async def test_pictures_and_emoji_are_fetched_from_their_node_when_somebody_looks(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Bob's client loads them from his own node, which shows its signature to alice's."""
    await follows(bob, alice, home, away)
    async with at_work(home):
        await add_emoji(home.node, "party", picture((0, 0, 200)))
    media = await uploaded(alice, "A red rectangle")
    await posted(alice, "With a picture :party:", media_ids=[media])
    await settle_all(home, away)
    [status] = await home_of(bob)

    shown = await away.client.get(status["media_attachments"][0]["url"])
    emoji = await away.client.get(status["emojis"][0]["url"])

    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    assert (emoji.status_code, emoji.headers["content-type"]) == (200, "image/webp")


async def test_a_picture_is_not_given_to_a_node_that_may_not_have_its_post(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """T-213, the twin: the same picture on a company-only post. Knowing its address is not enough."""
    media = await uploaded(alice, "Secret")
    status = await posted(alice, "For us alone", media_ids=[media], local_only=True)
    address = f"http://{home.host}/media/{media}/original"

    bare = await home.client.get(address)
    own = await home.client.get(status["media_attachments"][0]["url"])

    assert (bare.status_code, own.status_code) == (404, 200)


async def test_an_edit_replaces_the_words_and_keeps_the_old_ones(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Bob reads the new text, and finds the old one in its history."""
    await follows(bob, alice, home, away)
    status = await posted(alice, "Meting at ten")
    await settle_all(home, away)

    await asked(
        alice, "PUT", f"/api/v1/statuses/{status['id']}", json={"status": "Meeting at ten", "spoiler_text": "Today"}
    )
    await settle_all(home, away)

    copy = await copy_of(bob, status)
    assert (plain(copy["content"]), copy["spoiler_text"]) == ("Meeting at ten", "Today")
    assert copy["edited_at"] is not None
    history = await asked(bob, "GET", f"/api/v1/statuses/{copy['id']}/history")
    assert [plain(edit["content"]) for edit in history] == ["Meting at ten", "Meeting at ten"]


async def test_nobody_edits_what_somebody_else_wrote(
    home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person
) -> None:
    """The twin: a colleague and a reader elsewhere are told that there is nothing of theirs, and the post stays as it was."""
    await follows(bob, alice, home, away)
    status = await posted(alice, "Meeting at ten")
    await settle_all(home, away)
    copy = await copy_of(bob, status)

    await asked(carol, "PUT", f"/api/v1/statuses/{status['id']}", 404, json={"status": "Cancelled"})
    await asked(bob, "PUT", f"/api/v1/statuses/{copy['id']}", 404, json={"status": "Cancelled"})
    await asked(bob, "DELETE", f"/api/v1/statuses/{copy['id']}", 404)
    await settle_all(home, away)

    assert await texts_of(bob) == ["Meeting at ten"]
    assert await seen(carol, status) is not None


async def test_a_deletion_arrives(home: RunningNode, away: RunningNode, alice: Person, bob: Person) -> None:
    """It is gone from bob's home, from its address, and its words from his node's tables of posts."""
    await follows(bob, alice, home, away)
    status = await posted(alice, "Regrettable words")
    await settle_all(home, away)
    copy = await copy_of(bob, status)

    await asked(alice, "DELETE", f"/api/v1/statuses/{status['id']}")
    await settle_all(home, away)

    assert await texts_of(bob) == []
    await asked(bob, "GET", f"/api/v1/statuses/{copy['id']}", 404)
    found = await asked(bob, "GET", "/api/v2/search", params={"q": "Regrettable", "type": "statuses"})
    assert found["statuses"] == []


async def test_a_create_that_comes_after_its_delete_stays_gone(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """T-103, T-109: the network may turn the order round; what was deleted does not come back."""
    await follows(bob, alice, home, away)
    await away.remove(home.host)
    status = await posted(alice, "Only for a moment")
    await home.settle()
    await away.allow(home.host)
    created = await last_sent(home, "Create")
    await asked(alice, "DELETE", f"/api/v1/statuses/{status['id']}")
    await settle_all(home, away)

    late = await sent_by_hand(alice, home, away, created)
    await away.settle()

    assert late.status_code == 202
    assert b"Only for a moment" in created
    assert await texts_of(bob) == []
    assert await seen(bob, status) is None


async def test_the_same_create_arrives_when_nothing_was_deleted(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """The twin: late, by the same way, without the Delete."""
    await follows(bob, alice, home, away)
    await away.remove(home.host)
    await posted(alice, "Only for a moment")
    await home.settle()
    await away.allow(home.host)

    await sent_by_hand(alice, home, away, await last_sent(home, "Create"))
    await away.settle()

    assert await texts_of(bob) == ["Only for a moment"]


async def test_answers_are_threaded_at_both_nodes(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Alice asks, bob answers, alice thanks: both read the same conversation in the same order."""
    await follows(bob, alice, home, away)
    await follows(alice, bob, home, away)
    question = await posted(alice, "Who has the keys?")
    await settle_all(home, away)

    answer = await posted(bob, "I have", in_reply_to_id=(await copy_of(bob, question))["id"])
    await settle_all(home, away)
    thanks = await posted(alice, "Thanks", in_reply_to_id=(await copy_of(alice, answer))["id"])
    await settle_all(home, away)

    here = await asked(alice, "GET", f"/api/v1/statuses/{question['id']}/context")
    there = await asked(bob, "GET", f"/api/v1/statuses/{(await copy_of(bob, thanks))['id']}/context")
    assert [plain(status["content"]) for status in here["descendants"]] == ["I have", "Thanks"]
    assert [plain(status["content"]) for status in there["ancestors"]] == ["Who has the keys?", "I have"]
    assert (await copy_of(bob, question))["replies_count"] == 1


async def test_an_answer_to_what_one_cannot_see_is_refused(
    home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person
) -> None:
    """The twin: a private post of alice's is, for carol, as unknown as one that never was."""
    await follows(bob, alice, home, away)
    private = await posted(alice, "For my followers", "private")

    hidden = await carol.client.post("/api/v1/statuses", json={"status": "I saw", "in_reply_to_id": private["id"]})
    unknown = await carol.client.post("/api/v1/statuses", json={"status": "I saw", "in_reply_to_id": "12345"})

    assert hidden.status_code == unknown.status_code == 404
    assert hidden.json() == unknown.json()


async def test_an_answer_is_never_wider_than_what_it_answers(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """T-106, T-165: bob answers alice's direct post "publicly": it goes to whom hers went, and gus, of his own node, hears nothing."""
    gus = await away.person("gus")
    await follows(bob, alice, home, away)
    private = await posted(alice, f"@{bob.handle} between us", "direct")
    await settle_all(home, away)

    answer = await posted(bob, "Of course", "public", in_reply_to_id=(await copy_of(bob, private))["id"])
    await settle_all(home, away)

    assert answer["visibility"] == "direct"
    assert await seen(gus, answer) is None
    assert "Of course" not in str(await asked(gus, "GET", "/api/v1/timelines/public"))


async def test_an_edit_never_widens_an_audience(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """T-106: asking for another visibility in an edit changes the words alone, at both nodes."""
    gus = await away.person("gus")
    await follows(bob, alice, home, away)
    private = await posted(alice, "First words", "private")
    await settle_all(home, away)

    edited = await asked(
        alice, "PUT", f"/api/v1/statuses/{private['id']}", json={"status": "Second words", "visibility": "public"}
    )
    await settle_all(home, away)

    assert edited["visibility"] == "private"
    assert plain((await copy_of(bob, private))["content"]) == "Second words"
    assert (await copy_of(bob, private))["visibility"] == "private"
    assert await seen(gus, private) is None


async def test_a_post_of_an_outsider_never_arrives(
    home: RunningNode, away: RunningNode, outsider: RunningNode, alice: Person, bob: Person, mallory: Person
) -> None:
    """Mallory's node sends with a good signature, to somebody whom it knows by name; nothing is kept, everything is counted."""
    async with at_work(outsider):
        alice_there = await outsider.node.database.value("SELECT count(*) FROM account WHERE uri = ?", alice.uri)

    await posted(mallory, f"@{alice.handle} buy this canary")
    await settle_all(outsider, home, away)

    assert alice_there == 0
    assert "buy this canary" not in await everything_in(home)
    assert await texts_of(alice) == []
