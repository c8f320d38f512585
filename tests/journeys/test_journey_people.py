"""People change: profiles, pictures, keys, the node where they live; and some do not want to hear of some others."""

from datetime import timedelta

from fediverse.actions.accounts import rotate_keys
from fediverse.actions.relations import move
from fediverse.crypto.keypairs import KeyKind
from fediverse.queries.keys import signing_key
from tests.support.clocks import StoppedClock
from tests.support.journeys import (
    account_of,
    asked,
    at_work,
    follow,
    follows,
    home_of,
    last_sent,
    looked_up,
    notifications_of,
    picture,
    posted,
    relationship,
    seen,
    sent_by_hand,
    texts_of,
)
from tests.support.nodes import MakeNode, Person, RunningNode, settle_all

# ── profiles ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_changed_profile_arrives(home: RunningNode, away: RunningNode, alice: Person, bob: Person) -> None:
    """Name, note and picture; the picture is fetched from her node when bob's client looks at it."""
    await follows(bob, alice, home, away)

    await asked(
        alice,
        "PATCH",
        "/api/v1/accounts/update_credentials",
        data={"display_name": "Alice of Acme", "note": "Paint and varnish"},
        files={"avatar": ("a.png", picture((0, 120, 0)), "image/png")},
    )
    await settle_all(home, away)

    known = await asked(bob, "GET", f"/api/v1/accounts/{await account_of(bob, alice)}")
    avatar = await away.client.get(known["avatar"])
    assert (known["display_name"], known["note"]) == ("Alice of Acme", "<p>Paint and varnish</p>")
    assert (avatar.status_code, avatar.headers["content-type"]) == (200, "image/webp")


async def test_a_changed_profile_does_not_reach_a_node_without_followers(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """The twin: nobody there follows her, so nobody there is told."""
    await account_of(bob, alice)

    await asked(alice, "PATCH", "/api/v1/accounts/update_credentials", data={"display_name": "Alice of Acme"})
    await settle_all(home, away)

    known = await asked(bob, "GET", f"/api/v1/accounts/{await account_of(bob, alice)}")
    assert known["display_name"] != "Alice of Acme"


# ── keys and clocks ───────────────────────────────────────────────────────────────────────────────


async def test_new_keys_are_believed_and_the_old_ones_for_a_while(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """T-030: what was signed just before the change and arrives after it is still hers."""
    await follows(bob, alice, home, away)
    async with at_work(home):
        old = await signing_key(home.node, alice.id, KeyKind.RSA)
        await rotate_keys(home.node, alice.id)
    await settle_all(home, away)
    await away.remove(home.host)
    await posted(alice, "Signed before")
    await home.settle()
    await away.allow(home.host)

    late = await sent_by_hand(alice, home, away, await last_sent(home, "Create"), old)
    await posted(alice, "Signed after")
    await settle_all(home, away)

    async with at_work(home):
        assert (await signing_key(home.node, alice.id, KeyKind.RSA)).id != old.id
    assert late.status_code == 202
    assert set(await texts_of(bob)) == {"Signed before", "Signed after"}


async def test_old_keys_are_not_believed_for_ever(nodes: MakeNode) -> None:
    """T-030, the twin: a fortnight later the old key signs nothing any more."""
    clock = StoppedClock()
    home, away = await nodes("acme", clock=clock), await nodes("beta", clock=clock)
    await home.allow(away.host)
    await away.allow(home.host)
    alice, bob = await home.person("alice"), await away.person("bob")
    await follows(bob, alice, home, away)
    async with at_work(home):
        old = await signing_key(home.node, alice.id, KeyKind.RSA)
        await rotate_keys(home.node, alice.id)
    await settle_all(home, away)

    clock.advance(timedelta(days=14))
    await asked(alice, "PATCH", "/api/v1/accounts/update_credentials", data={"display_name": "Alice"})
    await settle_all(home, away)
    late = await sent_by_hand(alice, home, away, await last_sent(home, "Update"), old)

    assert late.status_code == 401


async def test_a_key_that_was_changed_while_the_other_node_was_down_is_fetched_anew(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Annex D: bob's node never got the Update with the new keys; the first signature that does not fit makes it look."""
    await follows(bob, alice, home, away)
    await away.remove(home.host)
    async with at_work(home):
        await rotate_keys(home.node, alice.id)
    await home.settle()
    await away.allow(home.host)

    await posted(alice, "With my new key")
    await settle_all(home, away)

    assert await texts_of(bob) == ["With my new key"]


async def test_a_node_with_new_keys_of_its_own_still_reads_and_is_read(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """T-030 for the node itself: its next signed request is believed."""
    await follows(bob, alice, home, away)
    home.node.keyring.rotate_instance_keys()

    eve = await away.person("eve")

    assert await looked_up(alice, eve.handle) is not None


async def test_clocks_within_the_hour_do_no_harm(nodes: MakeNode) -> None:
    """T-012b: beta runs 50 minutes late; follows and posts travel both ways."""
    home, away = await nodes("acme", clock=StoppedClock()), await nodes("beta", clock=_late(minutes=50))
    await home.allow(away.host)
    await away.allow(home.host)
    alice, bob = await home.person("alice"), await away.person("bob")

    await follows(bob, alice, home, away)
    await follows(alice, bob, home, away)
    await posted(alice, "From acme")
    await posted(bob, "From beta")
    await settle_all(home, away)

    assert "From acme" in await texts_of(bob)
    assert "From beta" in await texts_of(alice)


async def test_a_clock_that_is_hours_off_holds_posts_until_it_is_right(nodes: MakeNode) -> None:
    """T-012, the twin: nothing is believed, nothing is lost, and the lane says why; once the clock is right, everything arrives in order."""
    ours, theirs = StoppedClock(), StoppedClock()
    home, away = await nodes("acme", clock=ours), await nodes("beta", clock=theirs)
    await home.allow(away.host)
    await away.allow(home.host)
    alice, bob = await home.person("alice"), await away.person("bob")
    await follows(bob, alice, home, away)
    theirs.advance(timedelta(hours=3))

    await posted(alice, "One")
    await posted(alice, "Two")
    await settle_all(home, away)
    while_off = await texts_of(bob)
    async with at_work(home):
        problem = await home.node.database.value("SELECT problem FROM lane WHERE host = ?", away.host)
    ours.advance(timedelta(hours=3))
    await settle_all(home, away)

    assert while_off == []
    assert problem == f"{away.host} answered 401"
    assert await texts_of(bob) == ["Two", "One"]


def _late(minutes: int) -> StoppedClock:
    clock = StoppedClock()
    clock.advance(-timedelta(minutes=minutes))
    return clock


# ── moving ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_move_takes_the_followers_along(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Alice goes to beta. bob, who followed her at acme, follows her new account, which names the old one."""
    there = await away.person("alice2")
    await follows(bob, alice, home, away)
    await _names_as_former(away, there, alice)
    await account_of(alice, there)

    async with at_work(home):
        await move(home.node, alice.id, await _id_at(home, there))
    await settle_all(home, away)

    assert (await relationship(bob, there))["following"]
    assert not (await relationship(bob, alice))["following"]
    known = await asked(bob, "GET", f"/api/v1/accounts/{await account_of(bob, alice)}")
    assert known["moved"]["acct"] == "alice2"


async def test_a_move_to_an_account_that_does_not_name_the_old_one_is_refused(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """T-125, the twin: bob's node asks the new account, which knows of nothing, and nobody's follow changes."""
    there = await away.person("alice2")
    await follows(bob, alice, home, away)
    await account_of(alice, there)
    async with at_work(home):
        await home.node.database.execute(
            "UPDATE account SET also_known_as = ? WHERE uri = ?", f'["{alice.uri}"]', there.uri
        )

    async with at_work(home):
        await move(home.node, alice.id, await _id_at(home, there))
    await settle_all(home, away)

    assert not (await relationship(bob, there))["following"]
    assert (await relationship(bob, alice))["following"]


async def _names_as_former(node: RunningNode, person: Person, former: Person) -> None:
    """No page or client offers this yet, so it is written where a verb would write it, and asked for anew."""
    async with at_work(node):
        await node.node.database.execute(
            "UPDATE account SET also_known_as = ? WHERE id = ?", f'["{former.uri}"]', person.id
        )


async def _id_at(node: RunningNode, person: Person) -> int:
    found: int = await node.node.database.value("SELECT id FROM account WHERE uri = ?", person.uri)
    return found


# ── blocking and muting ───────────────────────────────────────────────────────────────────────────


async def test_a_block_ends_both_follows_and_hides_what_was_written(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Alice blocks bob: neither follows, his request is refused, and what she writes for followers does not reach him."""
    await follows(bob, alice, home, away)
    await follows(alice, bob, home, away)

    await asked(alice, "POST", f"/api/v1/accounts/{await account_of(alice, bob)}/block")
    await settle_all(home, away)
    await follow(bob, alice)
    await settle_all(home, away)
    status = await posted(alice, "Without bob", "private")
    await posted(bob, f"@{alice.handle} hello?")
    await settle_all(home, away)

    standing = await relationship(alice, bob)
    assert (standing["blocking"], standing["following"], standing["followed_by"]) == (True, False, False)
    assert not (await relationship(bob, alice))["following"]
    assert await seen(bob, status) is None
    assert await notifications_of(alice, "mention") == []


async def test_an_unblocked_person_may_follow_again(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """The twin: the same, after the block was lifted."""
    number = await account_of(alice, bob)
    await asked(alice, "POST", f"/api/v1/accounts/{number}/block")
    await asked(alice, "POST", f"/api/v1/accounts/{number}/unblock")

    await follows(bob, alice, home, away)
    await posted(alice, "With bob again", "private")
    await settle_all(home, away)

    assert await texts_of(bob) == ["With bob again"]


async def test_a_mute_hides_and_tells_nobody(home: RunningNode, away: RunningNode, alice: Person, bob: Person) -> None:
    """Bob still follows alice and does not read her; she cannot tell, and after the end of it he reads her again."""
    await follows(bob, alice, home, away)
    number = await account_of(bob, alice)

    await asked(bob, "POST", f"/api/v1/accounts/{number}/mute")
    await posted(alice, f"@{bob.handle} listen!")
    await settle_all(home, away)
    while_muted = await home_of(bob), await notifications_of(bob, "mention")
    told_to_alice = await notifications_of(alice, "follow")
    await asked(bob, "POST", f"/api/v1/accounts/{number}/unmute")

    assert while_muted == ([], [])
    assert len(told_to_alice) == 1
    assert (await relationship(alice, bob))["followed_by"]
    assert len(await home_of(bob)) == 1
