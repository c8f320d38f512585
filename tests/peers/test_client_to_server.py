"""ActivityPub's own client protocol (§6) over HTTP: a client that knows nothing of Mastodon's API posts to the outbox and reads the inbox.

What it did is then looked at through the other API, and at a Fedify server that it reaches.
"""

from typing import Any

import httpx2
import pytest

from tests.peers.fedify_server import fedify_server
from tests.support.processes import ServedNode, ServedPerson, until

AS2 = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"

Json = dict[str, Any]


@pytest.fixture
def carol(acme: ServedNode) -> ServedPerson:
    """Alice's colleague."""
    return acme.newcomer("carol")


def say(
    person: ServedPerson, document: Json, outbox_of: ServedPerson | None = None, media_type: str = AS2
) -> httpx2.Response:
    """What the outbox answers to *document*."""
    body = {"@context": "https://www.w3.org/ns/activitystreams", **document}
    path = f"/users/{(outbox_of or person).username}/outbox"
    return person.client.post(path, json=body, headers={"Content-Type": media_type})


def said(person: ServedPerson, document: Json) -> str:
    """The address of the activity that the outbox made of *document*."""
    answer = say(person, document)
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


def note(text: str, **values: object) -> Json:
    return {"type": "Note", "content": f"<p>{text}</p>", "to": [PUBLIC], **values}


def posted(person: ServedPerson, text: str, **values: object) -> str:
    """The URI of a new post."""
    return said(person, note(text, **values)).removesuffix("/activity")


def status(reader: ServedPerson, uri: str) -> Json:
    """The post *uri* as the other API shows it to *reader*."""
    found = reader.client.get("/api/v2/search", params={"q": uri, "resolve": "true", "type": "statuses"}).json()
    assert found["statuses"], f"{reader.username} cannot see {uri}"
    shown: Json = found["statuses"][0]
    return shown


def follows(follower: ServedPerson, target: ServedPerson) -> bool:
    relationships = follower.client.get("/api/v1/accounts/relationships", params={"id[]": str(target.id)}).json()
    return bool(relationships[0]["following"])


# ── writing ───────────────────────────────────────────────────────────────────────────────────────


def test_bare_note_is_wrapped_in_a_create(alice: ServedPerson, carol: ServedPerson) -> None:
    """ActivityPub §6.2.1; the id that the client chose is not used."""
    location = said(alice, note("Hello from another client", id="https://elsewhere.example/1"))

    shown = status(carol, location.removesuffix("/activity"))
    assert location.startswith(f"{alice.uri}/posts/")
    assert shown["content"] == "<p>Hello from another client</p>"
    assert (shown["visibility"], shown["account"]["username"]) == ("public", alice.username)


def test_create_is_taken_as_it_is(alice: ServedPerson, carol: ServedPerson) -> None:
    """A client that wraps its Note itself gets the same post, with the content warning that it gave."""
    document = {
        "type": "Create",
        "actor": alice.uri,
        "to": [PUBLIC],
        "object": note("Wrapped already", summary="Careful"),
    }

    location = said(alice, document)

    shown = status(carol, location.removesuffix("/activity"))
    assert shown["content"] == "<p>Wrapped already</p>"
    assert shown["spoiler_text"] == "Careful"


def test_note_for_followers_is_for_followers(alice: ServedPerson, carol: ServedPerson, acme: ServedNode) -> None:
    """Who follows sees it; a colleague who does not is told that there is none."""
    stranger = acme.newcomer("dora")
    said(carol, {"type": "Follow", "object": alice.uri})

    uri = posted(alice, "For my followers", to=[f"{alice.uri}/followers"])

    shown = status(carol, uri)
    assert shown["visibility"] == "private"
    assert stranger.client.get(f"/api/v1/statuses/{shown['id']}").status_code == 404


def test_answer_stands_below_what_it_answers(alice: ServedPerson, carol: ServedPerson) -> None:
    """`inReplyTo` names the post by its URI, and the other API shows the thread."""
    question = posted(alice, "Who is there?")

    answer = posted(carol, "I am", inReplyTo=question)

    assert status(alice, answer)["in_reply_to_id"] == status(alice, question)["id"]


def test_update_and_delete_change_what_was_posted(alice: ServedPerson, carol: ServedPerson) -> None:
    """ActivityPub §6.3, §6.4: new words are shown as an edit, and what is deleted is gone for readers."""
    uri = posted(alice, "The first words")
    shown = status(carol, uri)

    said(alice, {"type": "Update", "object": {"id": uri, "type": "Note", "content": "<p>The second words</p>"}})
    edited = carol.client.get(f"/api/v1/statuses/{shown['id']}").json()
    said(alice, {"type": "Delete", "object": uri})

    assert (edited["content"], edited["edited_at"] is None) == ("<p>The second words</p>", False)
    assert carol.client.get(f"/api/v1/statuses/{shown['id']}").status_code == 404


def test_nobody_changes_or_deletes_what_is_not_theirs(alice: ServedPerson, carol: ServedPerson) -> None:
    """The twin: a colleague's outbox cannot touch the post, and learns no more than that it is not there."""
    uri = posted(alice, "Mine")

    update = say(carol, {"type": "Update", "object": {"id": uri, "type": "Note", "content": "<p>Yours</p>"}})
    delete = say(carol, {"type": "Delete", "object": uri})

    assert {update.status_code, delete.status_code} <= {403, 404}
    assert status(carol, uri)["content"] == "<p>Mine</p>"


# ── likes, boosts, follows, and back ──────────────────────────────────────────────────────────────


def test_like_and_undo(alice: ServedPerson, carol: ServedPerson) -> None:
    """§6.8: the Like counts once, and the address in `Location` is what is undone."""
    uri = posted(alice, "Like me")

    like = said(carol, {"type": "Like", "object": uri})
    liked = status(carol, uri)
    said(carol, {"type": "Undo", "object": like})
    after = status(carol, uri)

    assert (liked["favourited"], liked["favourites_count"]) == (True, 1)
    assert (after["favourited"], after["favourites_count"]) == (False, 0)


def test_announce_and_undo(alice: ServedPerson, carol: ServedPerson) -> None:
    """A boost is counted, and taken back by its own address."""
    uri = posted(alice, "Boost me")

    boost = said(carol, {"type": "Announce", "object": uri, "to": [PUBLIC]})
    boosted = status(carol, uri)
    said(carol, {"type": "Undo", "object": boost})
    after = status(carol, uri)

    assert (boosted["reblogged"], boosted["reblogs_count"]) == (True, 1)
    assert (after["reblogged"], after["reblogs_count"]) == (False, 0)


def test_follow_and_undo(alice: ServedPerson, carol: ServedPerson) -> None:
    """§6.5: following begins at once within the company, and ends with the Undo."""
    follow = said(carol, {"type": "Follow", "object": alice.uri})
    before = follows(carol, alice)
    said(carol, {"type": "Undo", "object": follow})

    assert before is True
    assert follows(carol, alice) is False


def test_nobody_undoes_what_another_did(alice: ServedPerson, carol: ServedPerson, acme: ServedNode) -> None:
    """Knowing the address of somebody's Like is no right to take it back."""
    dora = acme.newcomer("dora")
    uri = posted(alice, "Like me")
    like = said(carol, {"type": "Like", "object": uri})

    answer = say(dora, {"type": "Undo", "object": like})

    assert answer.status_code == 404
    assert status(carol, uri)["favourites_count"] == 1


# ── reading ───────────────────────────────────────────────────────────────────────────────────────


def test_inbox_holds_what_followed_people_post_and_boost(alice: ServedPerson, carol: ServedPerson) -> None:
    """§5.2: a collection with pages of activities, newest first, for the owner's own client."""
    said(carol, {"type": "Follow", "object": alice.uri})
    uri = posted(alice, "For your inbox")
    said(alice, {"type": "Announce", "object": posted(alice, "Once more"), "to": [PUBLIC]})

    inbox = carol.client.get(f"/users/{carol.username}/inbox", headers={"Accept": AS2})
    page = carol.client.get(_path(inbox.json()["first"]), headers={"Accept": AS2}).json()

    assert inbox.status_code == 200
    assert inbox.headers["content-type"].startswith("application/activity+json")
    assert inbox.json()["type"] == "OrderedCollection"
    assert [item["type"] for item in page["orderedItems"]] == ["Announce", "Create", "Create"]
    assert page["orderedItems"][-1]["object"]["id"] == uri


def test_inbox_is_paged_to_its_end(alice: ServedPerson) -> None:
    """`next` leads through everything once and then stops."""
    posts = [posted(alice, f"Number {number}") for number in range(23)]
    path: str | None = f"/users/{alice.username}/inbox?page=true"
    seen: list[str] = []

    while path is not None and len(seen) <= len(posts):
        page = alice.client.get(path, headers={"Accept": AS2}).json()
        seen += [item["object"]["id"] for item in page["orderedItems"]]
        path = _path(page["next"]) if "next" in page else None

    assert seen == list(reversed(posts))


def _path(url: str) -> str:
    parts = httpx2.URL(url)
    return parts.raw_path.decode()


# ── who may not ───────────────────────────────────────────────────────────────────────────────────


def test_outbox_and_inbox_are_their_owners_alone(acme: ServedNode, alice: ServedPerson, carol: ServedPerson) -> None:
    """The same document: with the owner's token, a colleague's, a wrong one and none."""
    stranger = acme.client()
    wrong = acme.client("not a token")
    body = note("Whose is this?")
    path = f"/users/{alice.username}"

    answers = {
        "hers": say(alice, body).status_code,
        "another": say(carol, body, outbox_of=alice).status_code,
        "wrong": wrong.post(f"{path}/outbox", json=body, headers={"Content-Type": AS2}).status_code,
        "none": stranger.post(f"{path}/outbox", json=body, headers={"Content-Type": AS2}).status_code,
    }
    reading = [
        client.get(f"{path}/inbox", headers={"Accept": AS2}).status_code for client in (carol.client, wrong, stranger)
    ]

    assert answers == {"hers": 201, "another": 404, "wrong": 401, "none": 401}
    assert reading == [404, 401, 401]


def test_outbox_refuses_what_it_cannot_do(alice: ServedPerson, carol: ServedPerson) -> None:
    """Another's name, an unknown type, a wrong media type and broken JSON each get the status that says so."""
    in_anothers_name = say(alice, {"type": "Like", "actor": carol.uri, "object": alice.uri})
    unknown = say(alice, {"type": "Arrive", "actor": alice.uri, "object": alice.uri})
    plain_json = say(alice, note("Wrong type"), media_type="application/json")
    nonsense = alice.client.post(f"/users/{alice.username}/outbox", content=b"{", headers={"Content-Type": AS2})

    assert [answer.status_code for answer in (in_anothers_name, unknown, plain_json, nonsense)] == [403, 400, 415, 400]


# ── other servers ─────────────────────────────────────────────────────────────────────────────────


def test_what_is_said_here_reaches_another_server(
    acme: ServedNode, alice: ServedPerson, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Follow and Note from the outbox arrive at a Fedify server, and its person's post arrives in the inbox."""
    with fedify_server("kim", tmp_path_factory.mktemp("kim") / "log") as kim:
        acme.allow(kim.host)
        said(alice, {"type": "Follow", "object": kim.uri})
        kim.do("follow", uri=alice.uri)
        until(lambda: kim.world["following"][alice.uri] == "accepted")

        uri = posted(alice, "From my own client")

        until(lambda: uri in kim.world["timeline"])
        until(lambda: alice.uri in kim.world["followers"])
        post = kim.do("post", content="<p>Welcome</p>")
        inbox = f"/users/{alice.username}/inbox?page=true"
        until(lambda: post["uri"] in alice.client.get(inbox, headers={"Accept": AS2}).text)
