"""What a post that comes from elsewhere does here, and what it may not do: Create, Update, Delete (T-100 to T-110)."""

import pytest

from fediverse.actions import relations as ties
from fediverse.actions.resolve import account_by_uri
from fediverse.federation.activities import HEARD, registry
from fediverse.queries import posts, timelines
from fediverse.queries.views import Page
from tests.federation.deliveries import account_of, heard, posts_seen, published
from tests.federation.scripted import PUBLIC, Actor, ScriptedServer, count, deliver
from tests.support.nodes import Person, RunningNode


async def test_every_kind_has_the_same_functions() -> None:
    """A module that lacks one would fail only when the first activity of its kind came."""
    for kind in HEARD.values():
        assert all(callable(getattr(kind, name)) for name in ("wants", "verify", "apply"))


def test_a_kind_cannot_be_registered_twice() -> None:
    """One of the two would silently not count."""
    with pytest.raises(ValueError, match="twice"):
        registry([("Like", 1), ("Like", 2)])


# ── Create ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_public_post_of_an_allowed_node_is_in_the_network_timeline(
    acme: RunningNode, dana: Person, erin: Actor
) -> None:
    """Nobody here follows erin, and the network timeline wants it all the same."""
    assert await heard(acme, erin.creates(erin.note(text="Good morning")), erin) == ""

    assert [post.content for post in await posts_seen(acme, dana)] == ["<p>Good morning</p>"]


async def test_a_post_in_somebody_elses_name_is_dropped(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor
) -> None:
    """T-100: attributedTo must be who sends it."""
    assert await heard(acme, erin.creates({**erin.note(), "attributedTo": frank.uri}), erin) != ""

    assert await posts_seen(acme, dana) == []


async def test_a_post_with_an_id_of_another_origin_is_dropped(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """T-101, T-203: the post's id lives where its author lives."""
    assert await heard(acme, erin.creates({**erin.note(), "id": "http://second.localhost:9004/notes/1"}), erin) != ""

    assert await posts_seen(acme, dana) == []


async def test_a_known_post_never_changes_its_author_or_audience(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor
) -> None:
    """T-102, T-302: frank's Create with the id of erin's private post neither takes it over nor makes it public."""
    note = erin.note(to=[dana.uri])
    assert await heard(acme, erin.creates(note), erin) == ""
    taken = {**frank.note(), "id": note["id"]}

    assert await heard(acme, frank.creates(taken), frank) != ""

    assert await posts_seen(acme, dana) == []
    assert await count(acme, "post", "visibility = 'direct'") == 1


async def test_a_create_after_its_delete_finds_the_place_taken(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """T-103, T-109: deleted stays deleted, whichever came first."""
    await heard(acme, erin.says("Delete", f"{erin.uri}/notes/1", 2), erin)

    await heard(acme, erin.creates(erin.note()), erin)

    assert await posts_seen(acme, dana) == []


@pytest.mark.parametrize(
    "document", [{"type": "Note"}, {"type": "Note", "id": 1}, {"type": "Tombstone", "id": "x"}, [1, 2], "", None]
)
async def test_a_create_of_nothing_readable_has_no_effect(
    acme: RunningNode, dana: Person, erin: Actor, document: object
) -> None:
    """T-314: numbers, lists and nothing where a post belongs."""
    answer = await deliver(acme, erin.says("Create", document, to=PUBLIC), erin)
    await acme.settle()

    assert answer.status_code in {202, 400, 403}
    assert await posts_seen(acme, dana) == []


async def test_a_private_post_that_is_for_nobody_here_is_dropped(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """A sender's mistake never widens an audience: nobody here follows erin or is addressed."""
    assert await heard(acme, erin.creates(erin.note(to=[erin.followers])), erin) == "Nobody here is addressed"
    assert (
        await heard(acme, erin.creates(erin.note(2, to=[f"{acme.node.settings.origin}/users/nobody"]), 2), erin)
        == "Nobody here is addressed"
    )

    assert await count(acme, "post") == 0


async def test_a_private_post_reaches_a_follower_and_nobody_else(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """The same post as before, with a follower here; a colleague does not see it."""
    carol = await acme.person("carol")
    with acme.node.database.active():
        erin_id = await account_by_uri(acme.node, erin.uri)
        await ties.follow(acme.node, dana.id, erin_id)
        await ties.accept(acme.node, erin_id, dana.id)

    assert await heard(acme, erin.creates(erin.note(to=[erin.followers])), erin) == ""

    with acme.node.database.active():
        [seen] = await timelines.home(acme.node, dana.id, Page())
        assert seen.visibility == "private"
        assert await posts.by_uri(acme.node, carol.id, f"{erin.uri}/notes/1") is None


async def test_a_direct_post_reaches_whom_it_is_addressed_to(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """Addressed and named: dana is told."""
    note = erin.note(to=[dana.uri], tag=[{"type": "Mention", "href": dana.uri, "name": "@dana@acme.localhost:8001"}])

    assert await heard(acme, erin.creates(note), erin) == ""

    assert await count(acme, "notification", "account_id = ? AND kind = 'mention'", dana.id) == 1


async def test_a_mention_tag_alone_gives_nobody_access(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """A name in the tags is no address: the post is for nobody here."""
    note = erin.note(to=[f"{erin.uri}/friends"], tag=[{"type": "Mention", "href": dana.uri, "name": "@dana"}])

    assert await heard(acme, erin.creates(note), erin) != ""

    assert await count(acme, "post") == 0


async def test_an_outsider_among_the_addressed_kills_nothing(
    acme: RunningNode, dana: Person, erin: Actor, stranger: ScriptedServer, mallet: Actor
) -> None:
    """T-208, T-209: the post is kept, and nothing is asked of the outsider."""
    tags = [{"type": "Mention", "href": mallet.uri, "name": "@mallet"}]
    note = erin.note(
        to=PUBLIC,
        cc=[erin.followers, mallet.uri],
        tag=tags,
        inReplyTo=f"{mallet.uri}/notes/9",
        attachment=[{"type": "Image", "url": f"{mallet.uri}/cat.png", "mediaType": "image/png"}],
    )

    assert await heard(acme, erin.creates(note), erin) == ""

    assert len(await posts_seen(acme, dana)) == 1
    assert stranger.asked == []


async def test_a_thousand_mentions_cause_ten_fetches(
    acme: RunningNode, dana: Person, erin: Actor, friendly: ScriptedServer
) -> None:
    """T-347: naming people costs a sender nothing, so it must cost us little."""
    names = [f"{friendly.origin}/users/person{number}" for number in range(1000)]
    note = erin.note(to=[PUBLIC, *names], tag=[{"type": "Mention", "href": name, "name": "@x"} for name in names])
    await deliver(acme, erin.creates(note), erin)
    friendly.asked.clear()

    await acme.settle()

    assert len(await posts_seen(acme, dana)) == 1
    assert len(friendly.asked) <= 10


async def test_a_vote_does_not_become_a_reply(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """A Note with a name and no words answers a poll that we do not have."""
    ours = await published(dana)
    vote = {**erin.note(to=[dana.uri]), "content": "", "name": "Yes", "inReplyTo": ours["uri"]}

    assert await heard(acme, erin.creates(vote), erin) != ""


async def test_a_create_that_only_names_its_post_is_fetched_from_its_author(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor, friendly: ScriptedServer
) -> None:
    """The post comes from its own address; one of somebody else's is refused."""
    friendly.shows({**erin.note(), "@context": "https://www.w3.org/ns/activitystreams"})

    assert await heard(acme, erin.says("Create", f"{erin.uri}/notes/1"), erin) == ""
    assert await heard(acme, frank.says("Create", f"{erin.uri}/notes/1"), frank) != ""

    assert len(await posts_seen(acme, dana)) == 1


async def test_an_answer_to_a_post_that_its_author_cannot_see_is_refused(
    acme: RunningNode, dana: Person, erin: Actor
) -> None:
    """A reply is no way to find out what exists: company posts and private ones alike."""
    company = await published(dana, "For us", local_only=True)
    private = await published(dana, "For followers", visibility="private")

    for number, ours in enumerate((company, private), start=1):
        note = erin.note(number, to=[dana.uri], inReplyTo=ours["uri"])
        assert await heard(acme, erin.creates(note, number), erin) != ""

    assert await count(acme, "post", "reply_to_id IS NOT NULL") == 0


# ── Update ────────────────────────────────────────────────────────────────────────────────────────


async def test_an_edit_replaces_the_words_and_never_the_audience(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """T-106: a direct post that says it is public now stays direct."""
    await heard(acme, erin.creates(erin.note(to=[dana.uri])), erin)
    edited = erin.note(text="Edited", to=PUBLIC, updated="2026-11-23T11:59:30Z")

    assert await heard(acme, erin.says("Update", edited, 2, to=PUBLIC), erin) == ""

    with acme.node.database.active():
        post = await posts.by_uri(acme.node, dana.id, f"{erin.uri}/notes/1")
    assert post is not None
    assert (post.content, post.visibility) == ("<p>Edited</p>", "direct")
    assert await posts_seen(acme, dana) == []


async def test_an_older_edit_is_ignored(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """T-105: edits may arrive in any order."""
    await heard(acme, erin.creates(erin.note()), erin)
    await heard(acme, erin.says("Update", erin.note(text="Second", updated="2026-11-23T11:59:40Z"), 2), erin)
    await heard(acme, erin.says("Update", erin.note(text="First", updated="2026-11-23T11:59:20Z"), 3), erin)

    assert [post.content for post in await posts_seen(acme, dana)] == ["<p>Second</p>"]


async def test_an_edit_of_anothers_post_is_dropped(acme: RunningNode, dana: Person, erin: Actor, frank: Actor) -> None:
    """T-104: in frank's name, in erin's name with frank's key, and across origins."""
    await heard(acme, erin.creates(erin.note()), erin)
    takeover = {**erin.note(text="Mine", updated="2026-11-23T11:59:40Z"), "attributedTo": frank.uri}

    assert await heard(acme, frank.says("Update", takeover), frank) != ""
    assert await heard(acme, frank.says("Update", {**takeover, "attributedTo": erin.uri}, 2), frank) != ""

    assert [post.content for post in await posts_seen(acme, dana)] == ["<p>Hello</p>"]


async def test_an_actor_changes_what_is_said_of_itself_alone(acme: RunningNode, erin: Actor, frank: Actor) -> None:
    """T-107: the same server does not make it the same actor."""
    await heard(acme, erin.creates(erin.note()), erin)

    assert await heard(acme, erin.says("Update", {**erin.document(), "name": "Erin E."}, 2), erin) == ""
    assert await heard(acme, frank.says("Update", {**erin.document(), "name": "Frank was here"}), frank) != ""

    assert (await account_of(acme, erin.uri)).display_name == "Erin E."


# ── Delete ────────────────────────────────────────────────────────────────────────────────────────


async def test_an_author_deletes_an_own_post_and_nobody_elses(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor
) -> None:
    """T-108: by the exact id, by the owner."""
    await heard(acme, erin.creates(erin.note()), erin)

    assert await heard(acme, frank.says("Delete", f"{erin.uri}/notes/1"), frank) != ""
    assert len(await posts_seen(acme, dana)) == 1
    assert await heard(acme, erin.says("Delete", {"id": f"{erin.uri}/notes/1", "type": "Tombstone"}, 2), erin) == ""
    assert await posts_seen(acme, dana) == []


async def test_our_posts_are_not_deleted_from_elsewhere(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """T-108: of another origin than its sender."""
    ours = await published(dana)

    assert await heard(acme, erin.says("Delete", ours["uri"]), erin) != ""

    assert await count(acme, "post", "deleted_at IS NULL") == 1


async def test_nobody_uses_up_the_ids_of_another_server(acme: RunningNode, erin: Actor) -> None:
    """T-108, T-311: a Delete of what is not known yet is remembered for the sender's own origin alone."""
    assert await heard(acme, erin.says("Delete", "http://second.localhost:9004/notes/1", 1), erin) != ""
    assert await heard(acme, erin.says("Delete", f"{erin.uri}/notes/1", 2), erin) == ""

    assert await count(acme, "tombstone") == 1


async def test_an_actor_that_deletes_itself_takes_its_posts_along(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor
) -> None:
    """And nobody deletes another."""
    await heard(acme, erin.creates(erin.note()), erin)
    await heard(acme, frank.says("Delete", erin.uri), frank)
    assert len(await posts_seen(acme, dana)) == 1

    assert await heard(acme, erin.says("Delete", erin.uri, 2), erin) == ""

    assert await posts_seen(acme, dana) == []
    assert (await account_of(acme, erin.uri)).deleted


# ── Follow, Accept, Reject ────────────────────────────────────────────────────────────────────────
