"""Groups between a server made with Fedify and a node of ours (FEP-1b12): our people in a group of theirs, theirs in groups of ours."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.peers.fedify_server import FedifyServer, fedify_server
from tests.peers.meeting import arrived, asked_by, found, home, publish, relationship, shown
from tests.support.processes import ServedNode, ServedPerson, until

Json = dict[str, Any]


def wall(person: ServedPerson, group_id: str) -> list[Json]:
    statuses: list[Json] = person.client.get(f"/api/v1/accounts/{group_id}/statuses").json()
    return statuses


def on_wall(person: ServedPerson, group_id: str, uri: str) -> Json:
    """The post *uri*, once it stands in the group."""
    return until(lambda: next((status for status in wall(person, group_id) if status["uri"] == uri), None))


def contents(person: ServedPerson, group_id: str) -> list[str]:
    return [status["content"] for status in wall(person, group_id)]


def join(person: ServedPerson, server: FedifyServer) -> str:
    """The id of the server's group, when it has let the person in."""
    group = found(person, server.group_uri)
    assert group is not None
    answer = person.client.post(f"/api/v1/accounts/{group['id']}/follow")
    assert answer.status_code == 200, answer.text
    until(lambda: relationship(person, group["id"])["following"])
    return str(group["id"])


def passed_on(server: FedifyServer, group_uri: str, uri: str) -> list[Json]:
    """What the group announced to the server about the post *uri*, with the member's activity around it or without."""
    return [
        one
        for one in server.world["received"]
        if one["type"] == "Announce"
        and one["actor"] == group_uri
        and uri in {_id(one["object"]), _id(one["object"].get("object"))}
    ]


def _id(named: Json | str | None) -> str | None:
    return named.get("id") if isinstance(named, dict) else named


MakeGroup = Callable[..., tuple[str, str]]


@pytest.fixture
def make_group(acme: ServedNode, alice: ServedPerson, fran: FedifyServer) -> MakeGroup:
    """`make_group(access)` makes a group of alice's, for people of fran's company too: its id and its URI."""

    def make(access: str) -> tuple[str, str]:
        name = f"{access}-{alice.username}".replace("-", "_")
        answer = alice.client.post("/api/v1/groups", json={"name": name, "access": access, "domains": [fran.host]})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"]), f"{acme.origin}/users/{name}"

    return make


@pytest.fixture
def forum(make_group: MakeGroup, fran: FedifyServer) -> tuple[str, str]:
    """An open group of alice's that fran has joined."""
    group_id, uri = make_group("open")
    fran.do("follow", uri=uri)
    until(lambda: fran.world["following"][uri] == "accepted")
    return group_id, uri


# ── a group of theirs ─────────────────────────────────────────────────────────────────────────────


def test_alice_joins_the_lounge_and_leaves_it(alice: ServedPerson, fran: FedifyServer) -> None:
    """A group of software that we did not write is found, is an open group here, and a follow of it is membership there."""
    group_id = join(alice, fran)
    members = fran.world["members"]
    group = alice.client.get(f"/api/v1/groups/{group_id}").json()

    alice.client.post(f"/api/v1/accounts/{group_id}/unfollow")

    assert alice.uri in members
    assert group["locked"] is False
    until(lambda: alice.uri not in fran.world["members"])


def test_post_of_alice_in_the_lounge_reaches_it_and_comes_back_once(alice: ServedPerson, fran: FedifyServer) -> None:
    """Naming the group posts in it. What the group announces of it, twice, changes nothing where it was written."""
    group_id = join(alice, fran)

    status = publish(alice, f"Good morning, @lounge@{fran.host}")

    post = shown(fran, status["uri"])
    assert post["audience"] == fran.group_uri
    marker = fran.do("post", content="<p>Good morning, alice</p>", group=fran.group_uri)
    on_wall(alice, group_id, marker["uri"])
    assert [one["uri"] for one in wall(alice, group_id)] == [marker["uri"], status["uri"]]


@pytest.mark.parametrize(
    ("kind", "announced"), [("Note", ["activity", "post"]), ("Page", ["activity"]), ("Article", ["post"])]
)
def test_post_of_fran_in_the_lounge_stands_there_once_and_as_no_boost(
    alice: ServedPerson, fran: FedifyServer, kind: str, announced: list[str]
) -> None:
    """The group announces the activity, the post, or both: alice reads it once, in the group and at home, by its author."""
    group_id = join(alice, fran)
    fran.do("announcing", what=announced)

    post = fran.do("post", content="<p>What do you think?</p>", group=fran.group_uri, kind=kind)

    status = on_wall(alice, group_id, post["uri"])
    last = fran.do("post", content="<p>The last one</p>", group=fran.group_uri)
    on_wall(alice, group_id, last["uri"])
    arrived(alice, last["uri"])
    fran.do("announcing", what=["activity", "post"])
    assert status["account"]["acct"] == fran.handle
    assert [one["uri"] for one in wall(alice, group_id)][:2] == [last["uri"], post["uri"]]
    assert [one["uri"] for one in home(alice)][:2] == [last["uri"], post["uri"]]
    assert [one["uri"] for one in home(alice)].count(post["uri"]) == 1
    assert [one["reblog"] for one in [*wall(alice, group_id), *home(alice)] if one["reblog"]] == []


def test_lounge_cannot_speak_for_alice_or_for_a_third_company(
    alice: ServedPerson, acme: ServedNode, fran: FedifyServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Announced without anybody's proof: a post of alice's, and one of mona's that her server does not know, are nowhere. One that it shows is."""
    group_id = join(alice, fran)
    with fedify_server("mona", tmp_path_factory.mktemp("mona") / "log") as mona:
        acme.allow(mona.host)
        said = mona.do("post", content="<p>I said so</p>", group=fran.group_uri, quiet=True)

        fran.do("forge", uri=f"{alice.uri}/posts/1", author=alice.uri, content="<p>Alice never said so</p>")
        fran.do("forge", uri=f"{mona.uri}/posts/77", author=mona.uri, content="<p>Mona never said so</p>")
        fran.do("forge", uri=said["uri"], author=mona.uri, content="<p>Other words than hers</p>")
        status = on_wall(alice, group_id, said["uri"])
        until(lambda: [one for one in asked_by(acme, mona) if one["path"] == "/users/mona/posts/77"])
        last = fran.do("post", content="<p>The last one</p>", group=fran.group_uri)
        on_wall(alice, group_id, last["uri"])

        everything = [*wall(alice, group_id), *home(alice)]
        assert status["content"] == "<p>I said so</p>"
        assert [one["uri"] for one in everything if "never said" in one["content"]] == []
        assert found(alice, f"{alice.uri}/posts/1", "statuses") is None
        assert found(alice, f"{mona.uri}/posts/77", "statuses") is None


def test_post_of_a_third_company_in_the_lounge_is_read_by_alice(
    alice: ServedPerson, acme: ServedNode, fran: FedifyServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Mona, a member from elsewhere, writes in the group; Nils does the same and is of no company that acme allows."""
    group_id = join(alice, fran)
    logs = tmp_path_factory.mktemp("members")
    with fedify_server("mona", logs / "mona") as mona, fedify_server("nils", logs / "nils") as nils:
        acme.allow(mona.host)
        for member in (mona, nils):
            member.do("follow", uri=fran.group_uri)
            until(lambda member=member: member.world["following"][fran.group_uri] == "accepted")  # type: ignore[misc]

        refused = nils.do("post", content="<p>Buy lunch!</p>", group=fran.group_uri)
        shown(fran, refused["uri"])
        post = mona.do("post", content="<p>I bring cake</p>", group=fran.group_uri)
        status = on_wall(alice, group_id, post["uri"])
        last = fran.do("post", content="<p>The last one</p>", group=fran.group_uri)
        on_wall(alice, group_id, last["uri"])

        assert status["account"]["acct"] == mona.handle
        assert status["reblog"] is None
        assert refused["uri"] not in {one["uri"] for one in [*wall(alice, group_id), *home(alice)]}
        assert [one["uri"] for one in wall(alice, group_id)].count(post["uri"]) == 1


# ── groups of ours ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["Note", "Page", "Article"])
def test_post_of_fran_in_the_forum_is_read_by_its_members_and_passed_on(
    alice: ServedPerson, fran: FedifyServer, forum: tuple[str, str], kind: str
) -> None:
    """Addressed to the group, and of whatever kind it is: our group shows it to our people, and gives it to all members' servers with its author's words."""
    group_id, uri = forum

    post = fran.do("post", content="<p>Hello from Fedify</p>", group=uri, kind=kind)

    status = on_wall(alice, group_id, post["uri"])
    assert "Hello from Fedify" in status["content"]
    assert status["account"]["acct"] == fran.handle
    assert arrived(alice, post["uri"])["reblog"] is None
    until(lambda: len(passed_on(fran, uri, post["uri"])) == 2)


def test_post_of_alice_in_the_forum_reaches_fran_who_may_read_it(
    acme: ServedNode, alice: ServedPerson, fran: FedifyServer, forum: tuple[str, str]
) -> None:
    """As the activity and as the post, both announced by the group; the post is fetched from its address."""
    _, uri = forum

    status = publish(alice, f"Welcome, all of @{uri.rpartition('/')[2]}")

    until(lambda: len(passed_on(fran, uri, status["uri"])) == 2)
    post = fran.do("look", uri=status["uri"])
    assert "Welcome, all of" in post["content"]
    assert post["audience"] == uri
    assert acme.host in post["id"]


def test_nothing_of_the_forum_comes_any_more_once_fran_has_left(
    alice: ServedPerson, fran: FedifyServer, make_group: MakeGroup
) -> None:
    """After her Undo the group sends nothing there, nor takes her posts. What alice writes for her own followers shows that deliveries go on."""
    group_id, uri = make_group("open")
    request = fran.do("follow", uri=uri)
    until(lambda: fran.world["following"][uri] == "accepted")
    fran.do("follow", uri=alice.uri)
    until(lambda: fran.world["following"][alice.uri] == "accepted")
    handle = f"@{uri.rpartition('/')[2]}"
    before = publish(alice, f"While you are here, {handle}")
    until(lambda: passed_on(fran, uri, before["uri"]))

    fran.do("unfollow", uri=uri, id=request["id"])
    until(lambda: alice.client.get(f"/api/v1/groups/{group_id}").json()["members_count"] == 1)
    after = publish(alice, f"Now that you are gone, {handle}")
    refused = fran.do("post", content="<p>I am back</p>", group=uri)
    marker = publish(alice, "For my followers")
    shown(fran, marker["uri"])
    answer = fran.do("post", content="<p>I am here</p>", mention=alice.uri)
    until(lambda: [one for one in alice.client.get("/api/v1/notifications").json() if one["type"] == "mention"])

    assert passed_on(fran, uri, after["uri"]) == []
    assert after["uri"] not in fran.world["timeline"]
    assert {refused["uri"], answer["uri"]}.isdisjoint({one["uri"] for one in wall(alice, group_id)})


def test_fran_waits_at_a_closed_group_until_her_domain_is_named(
    alice: ServedPerson, fran: FedifyServer, make_group: MakeGroup
) -> None:
    """The first of a company is let in by naming the company; until then nothing goes there, and nothing of hers is taken."""
    group_id, uri = make_group("closed")
    requests = f"/api/v1/groups/{group_id}/membership_requests"
    fran.do("follow", uri=uri)
    asking = until(lambda: alice.client.get(requests).json())
    handle = f"@{uri.rpartition('/')[2]}"
    early = publish(alice, f"Among us, {handle}")

    unnamed = alice.client.post(f"{requests}/{asking[0]['id']}/authorize")
    still = fran.world["following"][uri]
    named = alice.client.post(f"{requests}/{asking[0]['id']}/authorize", json={"admit_domain": fran.host})

    assert unnamed.status_code == 403
    assert fran.host in unnamed.json()["error"]
    assert still == "requested"
    assert named.status_code == 200
    until(lambda: fran.world["following"][uri] == "accepted")
    late = publish(alice, f"Among all of us, {handle}")
    until(lambda: passed_on(fran, uri, late["uri"]))
    assert "Among all of us" in fran.do("look", uri=late["uri"])["content"]
    assert passed_on(fran, uri, early["uri"]) == []
