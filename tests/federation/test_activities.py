"""What each kind of activity may do, from an allowed server whose signature holds. Driven through the inbox; seen in what people here would see."""

import pytest

from fediverse.actions import relations as ties
from fediverse.actions.resolve import account_by_uri
from fediverse.federation.activities import HEARD, registry
from fediverse.queries import accounts, posts, relations, timelines
from fediverse.queries.views import AccountView, Page, PostView
from tests.federation.scripted import JSON, PUBLIC, Actor, ScriptedServer, count, deliver, kept
from tests.support.nodes import Person, RunningNode


async def heard(node: RunningNode, activity: JSON, signed_by: Actor) -> str:
    """Deliver *activity* and apply it; why it was dropped, or "" when it was applied."""
    answer = await deliver(node, activity, signed_by)
    assert answer.status_code == 202, answer.text
    await node.settle()
    return str((await kept(node))[-1]["problem"])


async def posts_seen(node: RunningNode, person: Person) -> list[PostView]:
    with node.node.database.active():
        return await timelines.public(node.node, person.id, Page(), remote=True)


async def account_of(node: RunningNode, uri: str) -> AccountView:
    with node.node.database.active():
        found = await accounts.by_uri(node.node, uri)
    assert found is not None
    return found


async def published(person: Person, text: str = "Ours", visibility: str = "public", **more: object) -> JSON:
    answer = await person.client.post("/api/v1/statuses", json={"status": text, "visibility": visibility, **more})
    assert answer.status_code == 200, answer.text
    found: JSON = answer.json()
    return found


def without_context(activity: JSON) -> JSON:
    return {name: value for name, value in activity.items() if name != "@context"}


async def follows(node: RunningNode, follower: Actor, followed: Person, number: int = 900) -> None:
    assert await heard(node, follower.says("Follow", followed.uri, number), follower) == ""


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


async def test_a_follow_is_accepted_and_a_repeated_one_again(
    acme: RunningNode, dana: Person, erin: Actor, friendly: ScriptedServer
) -> None:
    """T-111: the answer to the first may have been lost."""
    friendly.shown["/users/erin/inbox"] = (202, "text/plain", b"")

    await follows(acme, erin, dana, 1)
    await follows(acme, erin, dana, 2)

    assert friendly.asked.count("POST /users/erin/inbox") == 2
    assert await count(acme, "follow", "state = 'accepted'") == 1


async def test_a_follow_of_nobody_or_of_the_node_itself_has_no_effect(
    acme: RunningNode, dana: Person, erin: Actor
) -> None:
    """T-112: and the reason is the same, so that nothing is learned."""
    reasons = {
        await heard(acme, erin.says("Follow", f"{acme.node.settings.origin}/{path}", number), erin)
        for number, path in enumerate(("users/nobody", "actor", "users/dana/posts/1"), start=1)
    }

    assert reasons == {"Record not found"}
    assert await count(acme, "follow") == 0


async def test_a_locked_person_is_asked_first(acme: RunningNode, erin: Actor) -> None:
    """T-317: pending is not accepted."""
    locked = await acme.person("locked", locked=True)

    await follows(acme, erin, locked)

    assert await count(acme, "follow", "state = 'pending'") == 1


async def our_request(acme: RunningNode, dana: Person, target: Actor) -> str:
    """Dana asks to follow *target*; the id of the Follow."""
    with acme.node.database.active():
        target_id = await account_by_uri(acme.node, target.uri)
        await ties.follow(acme.node, dana.id, target_id)
        uri = await relations.follow_uri(acme.node, dana.id, target_id)
    assert uri is not None
    return uri


@pytest.mark.parametrize("by_id", [True, False])
async def test_an_accept_of_our_request_counts(acme: RunningNode, dana: Person, erin: Actor, by_id: bool) -> None:  # noqa: FBT001
    """By the id that we gave it, and by a copy with an id that the other server made up."""
    uri = await our_request(acme, dana, erin)
    follow = uri if by_id else {"id": f"{erin.uri}#follows/1", "type": "Follow", "actor": dana.uri, "object": erin.uri}

    assert await heard(acme, erin.says("Accept", follow), erin) == ""

    assert await count(acme, "follow", "state = 'accepted'") == 1


@pytest.mark.parametrize("type_", ["Accept", "Reject"])
async def test_a_third_party_does_not_answer_our_request(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor, type_: str
) -> None:
    """T-114: neither by its id nor by a copy."""
    uri = await our_request(acme, dana, erin)
    copy = {"id": uri, "type": "Follow", "actor": dana.uri, "object": erin.uri}

    assert await heard(acme, frank.says(type_, uri, 1), frank) != ""
    assert await heard(acme, frank.says(type_, copy, 2), frank) != ""
    assert await heard(acme, frank.says(type_, {**copy, "object": frank.uri}, 3), frank) != ""

    assert await count(acme, "follow", "state = 'pending'") == 1


async def test_an_accept_of_what_nobody_asked_adds_nobody(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """T-115: ActivityPub §7.6."""
    copy = {"id": f"{dana.uri}#f", "type": "Follow", "actor": dana.uri, "object": erin.uri}

    assert await heard(acme, erin.says("Accept", copy), erin) != ""

    assert await count(acme, "follow") == 0


async def test_a_reject_ends_an_accepted_follow(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """Being removed as a follower is a Reject as well."""
    uri = await our_request(acme, dana, erin)
    await heard(acme, erin.says("Accept", uri, 1), erin)

    assert await heard(acme, erin.says("Reject", uri, 2), erin) == ""

    assert await count(acme, "follow") == 0


# ── Like, Announce, Undo ──────────────────────────────────────────────────────────────────────────


async def test_a_like_counts_for_a_post_that_the_sender_may_see(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """Public: anybody allowed."""
    ours = await published(dana)

    assert await heard(acme, erin.says("Like", ours["uri"]), erin) == ""

    assert await count(acme, "reaction") == 1


@pytest.mark.parametrize(
    "more", [{"visibility": "private"}, {"visibility": "direct"}, {"visibility": "public", "local_only": True}]
)
async def test_a_like_of_what_the_sender_may_not_see_is_as_of_nothing(
    acme: RunningNode, dana: Person, erin: Actor, more: JSON
) -> None:
    """T-119, T-043: the reason is that of an unknown post."""
    ours = await published(dana, **more)

    hidden = await heard(acme, erin.says("Like", ours["uri"], 1), erin)
    unknown = await heard(acme, erin.says("Like", f"{dana.uri}/posts/1", 2), erin)

    assert hidden == unknown == "Record not found"
    assert await count(acme, "reaction") == 0


async def test_a_boost_takes_the_post_from_its_author_and_never_the_copy(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor, friendly: ScriptedServer
) -> None:
    """T-121: what frank embeds is not looked at."""
    friendly.shows({**erin.note(text="What erin wrote"), "@context": "https://www.w3.org/ns/activitystreams"})
    forged = erin.note(text="What frank would like her to have written")

    assert await heard(acme, frank.says("Announce", forged, to=PUBLIC), frank) == ""

    assert [post.content for post in await posts_seen(acme, dana)] == ["<p>What erin wrote</p>"]
    assert await count(acme, "post", "boost_of_id IS NOT NULL") == 1


async def test_a_boost_of_what_its_author_denies_has_no_effect(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor
) -> None:
    """T-121's twin: erin's server does not know the post that frank embeds."""
    assert await heard(acme, frank.says("Announce", erin.note(), to=PUBLIC), frank) != ""

    assert await posts_seen(acme, dana) == []


@pytest.mark.parametrize(
    "more", [{"visibility": "private"}, {"visibility": "direct"}, {"visibility": "public", "local_only": True}]
)
async def test_a_boost_of_a_smaller_circles_post_is_dropped(
    acme: RunningNode, dana: Person, erin: Actor, more: JSON
) -> None:
    """T-122: even by a follower who sees it."""
    await follows(acme, erin, dana)
    ours = await published(dana, **more)

    assert await heard(acme, erin.says("Announce", ours["uri"], to=PUBLIC), erin) != ""

    assert await count(acme, "post", "boost_of_id IS NOT NULL") == 0


async def test_a_boost_and_a_like_are_undone_by_whoever_did_them(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor
) -> None:
    """T-117: by id and by copy; not by frank."""
    ours = await published(dana)
    like, boost = erin.says("Like", ours["uri"], 1), erin.says("Announce", ours["uri"], 2, to=PUBLIC)
    await heard(acme, like, erin)
    await heard(acme, boost, erin)

    for number, undone in enumerate((like["id"], like, boost["id"], boost), start=10):
        assert await heard(acme, frank.says("Undo", undone, number), frank) != ""
    assert await count(acme, "reaction") == 1
    assert await count(acme, "post", "boost_of_id IS NOT NULL AND deleted_at IS NULL") == 1
    assert await heard(acme, erin.says("Undo", like["id"], 20), erin) == ""
    assert await heard(acme, erin.says("Undo", without_context(boost), 21), erin) == ""

    assert await count(acme, "reaction") == 0
    assert await count(acme, "post", "boost_of_id IS NOT NULL AND deleted_at IS NULL") == 0


async def test_an_announce_that_comes_after_its_undo_has_no_effect(
    acme: RunningNode, dana: Person, erin: Actor
) -> None:
    """T-118: servers that do not keep the order."""
    ours = await published(dana)
    boost = erin.says("Announce", ours["uri"], 1, to=PUBLIC)

    await heard(acme, erin.says("Undo", boost, 2), erin)
    await heard(acme, boost, erin)

    assert await count(acme, "post", "boost_of_id IS NOT NULL AND deleted_at IS NULL") == 0


@pytest.mark.parametrize("by_id", [True, False])
async def test_a_follow_is_undone_by_its_follower_alone(
    acme: RunningNode,
    dana: Person,
    erin: Actor,
    frank: Actor,
    by_id: bool,  # noqa: FBT001
) -> None:
    """T-117: in both spellings."""
    await follows(acme, erin, dana, 1)
    follow = erin.says("Follow", dana.uri, 1)
    undone = follow["id"] if by_id else follow

    assert await heard(acme, frank.says("Undo", undone, 2), frank) != ""
    assert await count(acme, "follow") == 1
    assert await heard(acme, erin.says("Undo", undone, 3), erin) == ""

    assert await count(acme, "follow") == 0


# ── Block, Move, Add, Remove, Flag ────────────────────────────────────────────────────────────────


async def test_who_is_blocked_from_elsewhere_loses_the_follow_both_ways(
    acme: RunningNode, dana: Person, erin: Actor
) -> None:
    """T-128: heard, and undone by an Undo."""
    await follows(acme, erin, dana)
    block = erin.says("Block", dana.uri, 2)

    assert await heard(acme, block, erin) == ""

    assert await count(acme, "follow") == 0
    assert await count(acme, "block") == 1
    assert await heard(acme, erin.says("Undo", block, 3), erin) == ""
    assert await count(acme, "block") == 0


async def test_what_our_people_block_is_never_sent(
    acme: RunningNode, dana: Person, erin: Actor, friendly: ScriptedServer
) -> None:
    """T-128: that the follow ended is."""
    await follows(acme, erin, dana)
    sent_before = friendly.asked.count("POST /users/erin/inbox")
    with acme.node.database.active():
        await ties.block(acme.node, dana.id, (await account_of(acme, erin.uri)).id)
    await acme.settle()

    types = await sent_types(acme)

    assert "Block" not in types
    assert types.count("Reject") == 1
    assert friendly.asked.count("POST /users/erin/inbox") > sent_before


async def sent_types(node: RunningNode) -> list[str]:
    with node.node.database.active():
        rows = await node.node.database.rows("SELECT type FROM outbound_activity ORDER BY id")
    return [row["type"] for row in rows]


async def test_a_move_counts_when_both_ends_name_each_other(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor, friendly: ScriptedServer
) -> None:
    """T-125: both ends are asked anew; without the way back nothing moves."""
    await our_request(acme, dana, erin)
    moved, back = {**erin.document(), "movedTo": frank.uri}, {**frank.document(), "alsoKnownAs": [erin.uri]}

    assert await heard(acme, erin.says("Move", erin.uri, 1, target=frank.uri), erin) != ""
    friendly.shows(back)
    assert await heard(acme, erin.says("Move", erin.uri, 2, target=frank.uri), erin) != ""
    friendly.shows(moved)
    friendly.shows(frank.document())
    assert await heard(acme, erin.says("Move", erin.uri, 3, target=frank.uri), erin) != ""
    friendly.shows(back)
    assert await heard(acme, erin.says("Move", erin.uri, 4, target=frank.uri), erin) == ""

    assert (await account_of(acme, erin.uri)).moved_to_uri == frank.uri


async def test_a_move_to_a_domain_that_is_not_allowed_is_refused(
    acme: RunningNode, erin: Actor, mallet: Actor, stranger: ScriptedServer
) -> None:
    """T-126: at the door, without asking there."""
    answer = await deliver(acme, erin.says("Move", erin.uri, 1, target=mallet.uri), erin)

    assert answer.status_code == 403
    assert stranger.asked == []


async def test_nobody_moves_another(acme: RunningNode, erin: Actor, frank: Actor, friendly: ScriptedServer) -> None:
    """T-125: although both ends name each other."""
    friendly.shows({**erin.document(), "movedTo": frank.uri})
    friendly.shows({**frank.document(), "alsoKnownAs": [erin.uri]})

    assert await heard(acme, frank.says("Move", erin.uri, 1, target=frank.uri), frank) != ""


async def test_an_own_post_is_pinned_in_the_own_collection_alone(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor
) -> None:
    """T-123, T-124: not in another's collection, and not another's post."""
    await heard(acme, erin.creates(erin.note(), 1), erin)
    await heard(acme, frank.creates(frank.note(), 1), frank)
    own, theirs = f"{erin.uri}/notes/1", f"{frank.uri}/notes/1"

    assert await heard(acme, erin.says("Add", own, 2, target=f"{frank.uri}/featured"), erin) != ""
    assert await heard(acme, erin.says("Add", theirs, 3, target=f"{erin.uri}/featured"), erin) != ""
    assert await count(acme, "pin") == 0
    assert await heard(acme, erin.says("Add", own, 4, target=f"{erin.uri}/featured"), erin) == ""
    assert await count(acme, "pin") == 1
    assert await heard(acme, erin.says("Remove", own, 5, target=f"{erin.uri}/featured"), erin) == ""
    assert await count(acme, "pin") == 0


async def test_a_report_about_our_people_reaches_our_administrators(
    acme: RunningNode, dana: Person, erin: Actor
) -> None:
    """T-129: everything that is reported must be ours."""
    await acme.person("boss", role="admin")
    ours = await published(dana)

    assert await heard(acme, erin.says("Flag", [dana.uri, ours["uri"]], 1, content="Look"), erin) == ""
    assert await heard(acme, erin.says("Flag", [dana.uri, f"{erin.uri}/notes/1"], 2), erin) != ""

    assert await count(acme, "notification", "kind = 'admin.report'") == 1


async def test_who_is_suspended_here_may_only_take_things_back(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """Delete and Undo still arrive."""
    await heard(acme, erin.creates(erin.note()), erin)
    with acme.node.database.active():
        await acme.node.database.execute("UPDATE account SET suspended_at = 1 WHERE uri = ?", erin.uri)

    assert await heard(acme, erin.creates(erin.note(2), 2), erin) != ""
    assert await heard(acme, erin.says("Delete", f"{erin.uri}/notes/1", 3), erin) == ""

    assert await count(acme, "post", "deleted_at IS NULL") == 0


async def test_what_waits_in_the_queue_is_judged_by_the_rules_of_the_moment(
    acme: RunningNode, dana: Person, erin: Actor
) -> None:
    """T-216: admitted, then the domain was removed, then it was looked at."""
    await deliver(acme, erin.creates(erin.note()), erin)
    await acme.remove("friendly.localhost:9001")

    await acme.settle()

    assert await posts_seen(acme, dana) == []
    assert (await kept(acme))[-1]["state"] == "dropped"
