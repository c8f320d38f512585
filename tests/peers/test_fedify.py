"""A server made with Fedify and a node of ours: what people of the two companies do to each other."""

import pytest

from tests.peers.fedify_server import FedifyServer, fedify_server
from tests.peers.meeting import (
    arrived,
    asked_by,
    follow,
    found,
    notification,
    publish,
    relationship,
    shown,
)
from tests.support.processes import ServedNode, ServedPerson, until

# ── following ─────────────────────────────────────────────────────────────────────────────────────


def test_alice_follows_fran_whose_server_accepts(alice: ServedPerson, fran: FedifyServer) -> None:
    """T-041: two servers that answer signed requests only get to know each other, and the Accept comes back."""
    account_id = follow(alice, fran)

    assert relationship(alice, account_id)["requested"] is False
    assert alice.uri in fran.world["followers"]


def test_fran_is_found_by_her_handle(alice: ServedPerson, fran: FedifyServer) -> None:
    """T-062: WebFinger of another implementation leads to the actor."""
    account = found(alice, f"@{fran.handle}")

    assert account is not None
    assert account["acct"] == fran.handle
    assert account["url"] == fran.uri


def test_fran_follows_alice_and_is_accepted(alice: ServedPerson, fran: FedifyServer) -> None:
    """The Accept reaches fran's server, she is listed as a follower, and alice is told."""
    fran.do("follow", uri=alice.uri)

    until(lambda: fran.world["following"][alice.uri] == "accepted")
    followers = alice.client.get(f"/api/v1/accounts/{alice.id}/followers").json()
    assert [account["acct"] for account in followers] == [fran.handle]
    assert notification(alice, "follow")["account"]["acct"] == fran.handle


def test_fran_waits_until_alice_lets_her_in(acme: ServedNode, fran: FedifyServer) -> None:
    """Whoever approves followers is asked first; no Accept leaves before that."""
    alice = acme.newcomer("alice", locked=True)
    fran.do("follow", uri=alice.uri)
    asking = until(lambda: alice.client.get("/api/v1/follow_requests").json())

    before = fran.world["following"][alice.uri]
    alice.client.post(f"/api/v1/follow_requests/{asking[0]['id']}/authorize")

    assert before == "requested"
    until(lambda: fran.world["following"][alice.uri] == "accepted")


def test_fran_is_told_that_alice_does_not_want_her(acme: ServedNode, fran: FedifyServer) -> None:
    """The twin: a Reject leaves, and fran is no follower."""
    alice = acme.newcomer("alice", locked=True)
    fran.do("follow", uri=alice.uri)
    asking = until(lambda: alice.client.get("/api/v1/follow_requests").json())

    alice.client.post(f"/api/v1/follow_requests/{asking[0]['id']}/reject")

    until(lambda: fran.world["following"][alice.uri] == "rejected")
    assert alice.client.get(f"/api/v1/accounts/{alice.id}/followers").json() == []


def test_either_can_stop_following(friends: tuple[ServedPerson, FedifyServer]) -> None:
    """Undo of a Follow is understood in both directions."""
    alice, fran = friends
    account = found(alice, fran.uri)
    assert account is not None
    request = fran.do("follow", uri=alice.uri)

    alice.client.post(f"/api/v1/accounts/{account['id']}/unfollow")
    fran.do("unfollow", uri=alice.uri, id=request["id"])

    until(lambda: alice.uri not in fran.world["followers"])
    until(lambda: alice.client.get(f"/api/v1/accounts/{alice.id}/followers").json() == [])


# ── posts ─────────────────────────────────────────────────────────────────────────────────────────


def test_post_of_alice_reaches_fran_signed_and_proved(friends: tuple[ServedPerson, FedifyServer]) -> None:
    """Fedify checks the signature of the delivery before it keeps it, and here the integrity proof of the activity too (FEP-8b32)."""
    alice, fran = friends

    status = publish(alice, "Good morning from acme")

    post = shown(fran, status["uri"])
    create = fran.received("Create", status["uri"])
    assert "Good morning from acme" in post["content"]
    assert create is not None
    assert create["actor"] == alice.uri
    assert fran.do("proved", id=create["id"]) is True


def test_post_of_fran_is_in_alices_home_timeline(friends: tuple[ServedPerson, FedifyServer]) -> None:
    """Fedify's Create is verified, sanitised and shown with its author's handle."""
    alice, fran = friends

    post = fran.do("post", content="<p>Good morning from <strong>Fedify</strong></p>")

    status = arrived(alice, post["uri"])
    assert status["content"] == "<p>Good morning from <strong>Fedify</strong></p>"
    assert status["visibility"] == "public"
    assert status["account"]["acct"] == fran.handle


def test_followers_only_post_of_fran_is_private_at_acme(
    friends: tuple[ServedPerson, FedifyServer], acme: ServedNode
) -> None:
    """Alice, who follows, reads it; her colleague, who does not, is told that it does not exist."""
    alice, fran = friends
    colleague = acme.newcomer("carol")

    post = fran.do("post", content="<p>Only for those who follow me</p>", visibility="private")

    status = arrived(alice, post["uri"])
    assert status["visibility"] == "private"
    assert colleague.client.get(f"/api/v1/statuses/{status['id']}").status_code == 404


def test_answers_stand_below_what_they_answer(friends: tuple[ServedPerson, FedifyServer]) -> None:
    """Replies and mentions find their thread and their person in both directions."""
    alice, fran = friends
    status = publish(alice, "Who comes to lunch?")
    shown(fran, status["uri"])

    answer = fran.do("post", content="<p>I do!</p>", replyTo=status["uri"], mention=alice.uri)
    mention = notification(alice, "mention")
    thread = alice.client.get(f"/api/v1/statuses/{status['id']}/context").json()["descendants"]
    reply = publish(alice, f"@{fran.handle} At noon then", in_reply_to_id=mention["status"]["id"])

    assert mention["status"]["uri"] == answer["uri"]
    assert [one["uri"] for one in thread] == [answer["uri"]]
    assert shown(fran, reply["uri"])["inReplyTo"] == answer["uri"]


def test_answer_that_another_server_passed_on_is_believed_by_its_proof(
    acme: ServedNode, alice: ServedPerson, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Lena passes answers on to her followers (ActivityPub §7.1.2). Mona's is shown on the word of its proof (FEP-8b32), and nobody asked her server for it.
    Nils's, passed on in the same way, is refused: nobody allowed him.
    """
    logs = tmp_path_factory.mktemp("passed_on")
    with (
        fedify_server("lena", logs / "lena") as lena,
        fedify_server("mona", logs / "mona") as mona,
        fedify_server("nils", logs / "nils") as nils,
    ):
        acme.allow(lena.host)
        acme.allow(mona.host)
        follow(alice, lena)
        question = arrived(alice, lena.do("post", content="<p>Who comes to lunch?</p>")["uri"])

        refused = nils.do("post", content="<p>Buy lunch!</p>", replyTo=question["uri"], mention=lena.uri)
        until(lambda: [one for one in lena.world["failures"] if one["status"] == 403])
        answer = mona.do("post", content="<p>I do!</p>", replyTo=question["uri"], mention=lena.uri)
        thread = until(lambda: alice.client.get(f"/api/v1/statuses/{question['id']}/context").json()["descendants"])

        assert {refused["uri"], answer["uri"]} <= set(lena.world["timeline"])
        assert [one["uri"] for one in thread] == [answer["uri"]]
        assert {one["path"] for one in asked_by(acme, mona)} == {"/users/mona"}
        assert asked_by(acme, nils) == []


# ── likes and boosts ──────────────────────────────────────────────────────────────────────────────


def test_likes_travel_both_ways_and_can_be_taken_back(friends: tuple[ServedPerson, FedifyServer]) -> None:
    """Like and its Undo, counted at the author's server."""
    alice, fran = friends
    mine = publish(alice, "Please like this")
    theirs = arrived(alice, fran.do("post", content="<p>And this</p>")["uri"])
    shown(fran, mine["uri"])

    def likes() -> int:
        return int(alice.client.get(f"/api/v1/statuses/{mine['id']}").json()["favourites_count"])

    like = fran.do("like", uri=mine["uri"], author=alice.uri)
    alice.client.post(f"/api/v1/statuses/{theirs['id']}/favourite")

    until(lambda: likes() == 1)
    assert notification(alice, "favourite")["account"]["acct"] == fran.handle
    received = until(lambda: fran.received("Like", theirs["uri"]))
    assert received is not None
    assert received["actor"] == alice.uri

    fran.do("unlike", uri=mine["uri"], author=alice.uri, id=like["id"])
    alice.client.post(f"/api/v1/statuses/{theirs['id']}/unfavourite")

    until(lambda: likes() == 0)
    until(lambda: fran.received("Undo", received["id"]))


def test_boosts_travel_both_ways(friends: tuple[ServedPerson, FedifyServer]) -> None:
    """Announce in both directions: counted, told to the author, and shown to followers."""
    alice, fran = friends
    mine = publish(alice, "Please pass this on")
    theirs = arrived(alice, fran.do("post", content="<p>And this as well</p>")["uri"])
    shown(fran, mine["uri"])

    boost = fran.do("boost", uri=mine["uri"], author=alice.uri)
    alice.client.post(f"/api/v1/statuses/{theirs['id']}/reblog")

    until(lambda: alice.client.get(f"/api/v1/statuses/{mine['id']}").json()["reblogs_count"] == 1)
    assert notification(alice, "reblog")["account"]["acct"] == fran.handle
    assert arrived(alice, boost["id"])["reblog"]["uri"] == mine["uri"]
    assert until(lambda: fran.received("Announce", theirs["uri"])) is not None


def test_what_is_sent_twice_is_counted_once_and_never_refused(friends: tuple[ServedPerson, FedifyServer]) -> None:
    """Fedify signs one activity anew for each inbox that it sends it to: other proofs around the same words are no other activity."""
    alice, fran = friends
    mine = publish(alice, "Pass this on once")
    shown(fran, mine["uri"])
    before = fran.world["failures"]

    boost = fran.do("boost", uri=mine["uri"], author=alice.uri)
    arrived(alice, boost["id"])
    fran.do("post", content="<p>After it</p>", mention=alice.uri)
    notification(alice, "mention")

    assert alice.client.get(f"/api/v1/statuses/{mine['id']}").json()["reblogs_count"] == 1
    assert fran.world["failures"] == before


# ── edits and deletions ───────────────────────────────────────────────────────────────────────────


def test_edits_travel_both_ways_and_both_keep_what_was_said_before(friends: tuple[ServedPerson, FedifyServer]) -> None:
    """Update in both directions; the history at acme holds both versions, oldest first."""
    alice, fran = friends
    mine = publish(alice, "The meeting is on Monday")
    post = fran.do("post", content="<p>The party is on Friday</p>")
    theirs = arrived(alice, post["uri"])
    shown(fran, mine["uri"])

    alice.client.put(f"/api/v1/statuses/{mine['id']}", json={"status": "The meeting is on Tuesday"})
    fran.do("edit", number=post["number"], content="<p>The party is on Saturday</p>")

    edited = shown(fran, mine["uri"], lambda post: post["versions"] == 2)
    assert "Tuesday" in edited["content"]
    assert "updated" in edited
    until(lambda: "Saturday" in arrived(alice, post["uri"])["content"])
    history = alice.client.get(f"/api/v1/statuses/{theirs['id']}/history").json()
    assert [entry["content"] for entry in history] == [
        "<p>The party is on Friday</p>",
        "<p>The party is on Saturday</p>",
    ]


def test_deletions_travel_both_ways(friends: tuple[ServedPerson, FedifyServer]) -> None:
    """Delete of a Tombstone in both directions takes the post away for readers."""
    alice, fran = friends
    mine = publish(alice, "A mistake")
    post = fran.do("post", content="<p>Another mistake</p>")
    theirs = arrived(alice, post["uri"])
    shown(fran, mine["uri"])

    alice.client.delete(f"/api/v1/statuses/{mine['id']}")
    fran.do("delete", number=post["number"])

    shown(fran, mine["uri"], lambda post: post["deleted"])
    until(lambda: alice.client.get(f"/api/v1/statuses/{theirs['id']}").status_code == 404)
