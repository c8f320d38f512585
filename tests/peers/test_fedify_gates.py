"""Who gets what: authorised fetch and signature dialects between a Fedify server and a node of ours, and what passes with a server that nobody allowed."""

import pytest

from tests.peers.fedify_server import FedifyServer, fedify_server
from tests.peers.meeting import (
    follow,
    found,
    home,
    publish,
    shown,
)
from tests.support.processes import ServedNode, ServedPerson, until

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
    """T-027: the twin of the above; whoever never showed RFC 9421 is not spoken to in it, and nothing was refused on the way."""
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
