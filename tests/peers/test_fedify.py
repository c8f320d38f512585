"""A server made with Fedify and a node of ours: what people of the two companies do to each other, and what a company that nobody allowed gets."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from tests.peers.fedify_server import FedifyServer, fedify_server
from tests.support.processes import ServedNode, ServedPerson, until

Json = dict[str, Any]

_numbers = count(1)


@pytest.fixture(scope="module")
def fran(acme: ServedNode, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FedifyServer]:
    """A person of a company that acme allows."""
    with fedify_server("fran", tmp_path_factory.mktemp("fran") / "log") as server:
        acme.allow(server.host)
        yield server


@pytest.fixture(scope="module")
def frank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FedifyServer]:
    """A person of a company that acme does not allow; nothing else differs from fran's."""
    with fedify_server("frank", tmp_path_factory.mktemp("frank") / "log") as server:
        yield server


@pytest.fixture
def alice(acme: ServedNode) -> ServedPerson:
    """Somebody at acme, new for each test."""
    return acme.person(f"alice{next(_numbers)}")


@pytest.fixture
def friends(alice: ServedPerson, fran: FedifyServer) -> tuple[ServedPerson, FedifyServer]:
    """Alice and fran, who follow each other."""
    follow(alice, fran)
    fran.do("follow", uri=alice.uri)
    until(lambda: fran.world["following"][alice.uri] == "accepted")
    return alice, fran


# ── what people do ────────────────────────────────────────────────────────────────────────────────


def found(person: ServedPerson, query: str, kind: str = "accounts") -> Json | None:
    """What the person's search for an address or handle brings, which may be fetched for it."""
    answer = person.client.get("/api/v2/search", params={"q": query, "resolve": "true", "type": kind})
    assert answer.status_code == 200, answer.text
    results: list[Json] = answer.json()[kind]
    return results[0] if results else None


def relationship(person: ServedPerson, account_id: str) -> Json:
    answer: list[Json] = person.client.get("/api/v1/accounts/relationships", params={"id[]": account_id}).json()
    return answer[0]


def follow(person: ServedPerson, server: FedifyServer) -> str:
    """The id of the followed account, when it has accepted."""
    account = found(person, server.uri)
    assert account is not None
    answer = person.client.post(f"/api/v1/accounts/{account['id']}/follow")
    assert answer.status_code == 200, answer.text
    until(lambda: relationship(person, account["id"])["following"])
    return str(account["id"])


def publish(person: ServedPerson, text: str, **values: object) -> Json:
    answer = person.client.post("/api/v1/statuses", json={"status": text, **values})
    assert answer.status_code == 200, answer.text
    status: Json = answer.json()
    return status


def home(person: ServedPerson) -> list[Json]:
    statuses: list[Json] = person.client.get("/api/v1/timelines/home", params={"limit": 40}).json()
    return statuses


def arrived(person: ServedPerson, uri: str) -> Json:
    """The post *uri*, once it is in the person's home timeline."""
    return until(lambda: next((status for status in home(person) if status["uri"] == uri), None))


def shown(server: FedifyServer, uri: str, holds: Callable[[Json], object] = bool) -> Json:
    """What the server's people see of the post *uri*, once *holds* is true of it."""

    def look() -> Json | None:
        post: Json | None = server.world["timeline"].get(uri)
        return post if post and holds(post) else None

    return until(look)


def notification(person: ServedPerson, kind: str) -> Json:
    """The first notification of that kind, once there is one."""
    notes: list[Json] = until(lambda: person.client.get("/api/v1/notifications", params={"types[]": kind}).json())
    return notes[0]


def asked_by(node: ServedNode, server: FedifyServer) -> list[Json]:
    """The requests of *node* that reached the server; each names the node it comes from."""
    return [one for one in server.world["requests"] if node.origin in (one["agent"] or "")]


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
    fran.do("follow", uri=alice.uri)

    until(lambda: fran.world["following"][alice.uri] == "accepted")
    followers = alice.client.get(f"/api/v1/accounts/{alice.id}/followers").json()
    assert [account["acct"] for account in followers] == [fran.handle]
    assert notification(alice, "follow")["account"]["acct"] == fran.handle


def test_fran_waits_until_alice_lets_her_in(acme: ServedNode, fran: FedifyServer) -> None:
    alice = acme.person(f"alice{next(_numbers)}", locked=True)
    fran.do("follow", uri=alice.uri)
    asking = until(lambda: alice.client.get("/api/v1/follow_requests").json())

    before = fran.world["following"][alice.uri]
    alice.client.post(f"/api/v1/follow_requests/{asking[0]['id']}/authorize")

    assert before == "requested"
    until(lambda: fran.world["following"][alice.uri] == "accepted")


def test_fran_is_told_that_alice_does_not_want_her(acme: ServedNode, fran: FedifyServer) -> None:
    alice = acme.person(f"alice{next(_numbers)}", locked=True)
    fran.do("follow", uri=alice.uri)
    asking = until(lambda: alice.client.get("/api/v1/follow_requests").json())

    alice.client.post(f"/api/v1/follow_requests/{asking[0]['id']}/reject")

    until(lambda: fran.world["following"][alice.uri] == "rejected")
    assert alice.client.get(f"/api/v1/accounts/{alice.id}/followers").json() == []


def test_either_can_stop_following(friends: tuple[ServedPerson, FedifyServer]) -> None:
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
    colleague = acme.person(f"carol{next(_numbers)}")

    post = fran.do("post", content="<p>Only for those who follow me</p>", visibility="private")

    status = arrived(alice, post["uri"])
    assert status["visibility"] == "private"
    assert colleague.client.get(f"/api/v1/statuses/{status['id']}").status_code == 404


def test_answers_stand_below_what_they_answer(friends: tuple[ServedPerson, FedifyServer]) -> None:
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
    alice, fran = friends
    mine = publish(alice, "A mistake")
    post = fran.do("post", content="<p>Another mistake</p>")
    theirs = arrived(alice, post["uri"])
    shown(fran, mine["uri"])

    alice.client.delete(f"/api/v1/statuses/{mine['id']}")
    fran.do("delete", number=post["number"])

    shown(fran, mine["uri"], lambda post: post["deleted"])
    until(lambda: alice.client.get(f"/api/v1/statuses/{theirs['id']}").status_code == 404)


# ── who may fetch what ────────────────────────────────────────────────────────────────────────────


def test_fran_fetches_what_is_for_followers_and_a_server_without_followers_does_not(
    friends: tuple[ServedPerson, FedifyServer], acme: ServedNode, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """T-043: the same address, asked for by a follower's server, by another allowed server, and without a signature."""
    alice, fran = friends
    status = publish(alice, "Only for my followers", visibility="private")
    shown(fran, status["uri"])

    with fedify_server("greta", tmp_path_factory.mktemp("greta") / "log") as greta:
        acme.allow(greta.host)
        as_follower = fran.do("look", uri=status["uri"])
        as_other = greta.do("look", uri=status["uri"])
        public_to_other = greta.do("look", uri=publish(alice, "For the network")["uri"])
    as_stranger = fran.do("look", uri=status["uri"], signed=False)

    assert "Only for my followers" in as_follower["content"]
    assert as_follower["to"] == [f"{alice.uri}/followers"]
    assert not as_follower.get("cc")
    assert as_other is None
    assert "For the network" in public_to_other["content"]
    assert as_stranger is None


def test_company_only_post_is_nowhere_for_fran(friends: tuple[ServedPerson, FedifyServer]) -> None:
    """The post after it shows that what was sent has arrived."""
    alice, fran = friends

    secret = publish(alice, "The figures, for us", local_only=True)
    marker = publish(alice, "The date, for all")

    shown(fran, marker["uri"])
    assert secret["uri"] not in fran.world["timeline"]
    assert fran.do("look", uri=secret["uri"]) is None


def test_alice_fetches_a_post_of_fran_by_its_address(alice: ServedPerson, fran: FedifyServer) -> None:
    """Fran's server answers signed requests only; nobody at acme needs to follow her for that."""
    post = fran.do("post", content="<p>Read me by my address</p>", quiet=True)

    status = found(alice, post["uri"], "statuses")

    assert status is not None
    assert status["content"] == "<p>Read me by my address</p>"
    asked = [one for one in fran.world["requests"] if one["path"] == f"/users/fran/posts/{post['number']}"]
    assert asked
    assert all(one["dialect"] != "unsigned" for one in asked)


# ── signature dialects ────────────────────────────────────────────────────────────────────────────


def test_first_knock_is_cavage_and_changes_once_the_other_has_shown_more(
    acme: ServedNode, alice: ServedPerson, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """T-027: what the other server signed to us with is what we sign to it with from then on, without a knock in vain."""
    with fedify_server("hana", tmp_path_factory.mktemp("hana") / "log") as hana:
        acme.allow(hana.host)
        found(alice, hana.uri)
        first = {one["dialect"] for one in hana.world["requests"] if one["path"] == "/users/hana"}
        hana.do("follow", uri=alice.uri)
        until(lambda: hana.world["following"][alice.uri] == "accepted")
        known = len(hana.world["requests"])
        status = publish(alice, "In your own words now")
        shown(hana, status["uri"])
        later = [one for one in hana.world["requests"][known:] if one["method"] == "POST"]

    assert first == {"cavage"}
    assert [(one["dialect"], one["status"]) for one in later] == [("rfc9421", 202)]


def test_server_that_speaks_cavage_only_is_understood_and_answered_in_cavage(
    acme: ServedNode, alice: ServedPerson, tmp_path_factory: pytest.TempPathFactory
) -> None:
    log = tmp_path_factory.mktemp("ines") / "log"
    with fedify_server("ines", log, first_knock="draft-cavage-http-signatures-12") as ines:
        acme.allow(ines.host)
        ines.do("follow", uri=alice.uri)
        until(lambda: ines.world["following"][alice.uri] == "accepted")
        status = publish(alice, "In your own words")
        shown(ines, status["uri"])
        posts = [one for one in ines.world["requests"] if one["method"] == "POST"]
        failures = ines.world["failures"]

    assert {(one["dialect"], one["status"]) for one in posts} == {("cavage", 202)}
    assert failures == []


# ── whom nobody allowed ───────────────────────────────────────────────────────────────────────────


def test_nothing_passes_between_acme_and_a_server_that_is_not_allowed(alice: ServedPerson, frank: FedifyServer) -> None:
    """What fran does in the tests above, done by frank: each step is refused, and no request of ours ever reaches his server."""
    account = found(alice, frank.uri)
    by_handle = found(alice, f"@{frank.handle}")
    frank.do("follow", uri=alice.uri, inbox=f"{alice.uri}/inbox")
    post = frank.do("post", content="<p>Buy!</p>", mention=alice.uri, inbox=f"{alice.uri}/inbox")
    status = publish(alice, f"Are you there, @{frank.handle}?")
    refusals = until(lambda: [one for one in frank.world["failures"] if one["status"] == 403])

    assert account is None
    assert by_handle is None
    assert refusals
    assert frank.do("look", uri=alice.uri) is None
    assert frank.do("look", uri=status["uri"]) is None
    assert found(alice, post["uri"], "statuses") is None
    assert alice.client.get("/api/v1/notifications").json() == []
    assert [one["uri"] for one in home(alice)] == [status["uri"]]
    assert frank.world["following"][alice.uri] == "requested"
    assert frank.world["received"] == []
    assert frank.world["requests"] == []


def test_nothing_passes_any_more_once_a_server_is_removed(
    acme: ServedNode, alice: ServedPerson, fran: FedifyServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Its followers get nothing, its people's posts are refused; fran, who is still allowed, shows that the node works on."""
    with fedify_server("jana", tmp_path_factory.mktemp("jana") / "log") as jana:
        acme.allow(jana.host)
        follow(alice, jana)
        for server in (jana, fran):
            server.do("follow", uri=alice.uri)
            until(lambda server=server: server.world["following"][alice.uri] == "accepted")  # type: ignore[misc]
        before = len(jana.world["requests"])

        acme.remove(jana.host)
        status = publish(alice, "Whom does this reach?")
        post = jana.do("post", content="<p>And this?</p>")
        until(lambda: [one for one in jana.world["failures"] if one["status"] == 403])
        shown(fran, status["uri"])

        assert len(jana.world["requests"]) == before
        assert jana.world["timeline"] == {}
        assert post["uri"] not in {one["uri"] for one in home(alice)}
