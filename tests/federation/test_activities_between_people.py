"""What people elsewhere do to ours: follow, accept, like, boost, undo, block, move, report, and who may (T-111 to T-135)."""

import pytest

from fediverse.actions import relations as ties
from fediverse.actions.resolve import account_by_uri
from fediverse.queries import relations
from tests.federation.deliveries import account_of, follows, heard, posts_seen, published, without_context
from tests.federation.scripted import JSON, PUBLIC, Actor, ScriptedServer, count, deliver, kept
from tests.support.nodes import Person, RunningNode


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
