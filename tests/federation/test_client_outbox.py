"""Client to server: a person's own client says things to the outbox and reads the inbox, with a token and within its scopes."""

import orjson
import pytest

from fediverse.actions.access import issue_token
from fediverse.queries import posts
from tests.federation.scripted import ACTIVITY_JSON, AS2, JSON, PUBLIC, Actor, ScriptedServer, count, deliver
from tests.support.nodes import Person, RunningNode

HEADERS = {"content-type": 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'}


async def say(person: Person, document: object, **headers: str) -> tuple[int, str]:
    """Status and location of the answer."""
    answer = await person.client.post(
        f"/users/{person.username}/outbox", content=orjson.dumps(document), headers={**HEADERS, **headers}
    )
    return answer.status_code, answer.headers.get("location", answer.text)


async def test_a_bare_note_becomes_a_post(acme: RunningNode, dana: Person) -> None:
    """ActivityPub §6.2.1: wrapped in a Create, with an id of ours whatever the client says."""
    note = {
        "@context": AS2,
        "type": "Note",
        "id": "https://elsewhere.example/1",
        "content": "<p>Hello <b>you</b></p>",
        "to": [PUBLIC],
    }

    status, location = await say(dana, note)

    assert status == 201
    assert location.startswith(f"{dana.uri}/posts/")
    with acme.node.database.active():
        post = await posts.by_uri(acme.node, dana.id, location.removesuffix("/activity"))
    assert post is not None
    assert (post.content, post.visibility) == ("<p>Hello you</p>", "public")


@pytest.mark.parametrize(
    ("to", "cc", "visibility"),
    [
        ([PUBLIC], [], "public"),
        (["{followers}"], [PUBLIC], "unlisted"),
        (["{followers}"], [], "private"),
        ([], [], "direct"),
    ],
)
async def test_whom_a_create_is_addressed_to_decides_who_sees_it(
    acme: RunningNode, dana: Person, to: list[str], cc: list[str], visibility: str
) -> None:
    """The narrowest reading where nothing is said."""
    followers = f"{dana.uri}/followers"
    note = {"type": "Note", "source": {"content": "*Hello*", "mediaType": "text/markdown"}, "content": "ignored"}
    addressed = {"to": [uri.format(followers=followers) for uri in to], "cc": cc}

    status, location = await say(dana, {"type": "Create", "actor": dana.uri, "object": note, **addressed})

    assert status == 201
    with acme.node.database.active():
        post = await posts.by_uri(acme.node, dana.id, location.removesuffix("/activity"))
    assert post is not None
    assert (post.visibility, post.content) == (visibility, "<p><em>Hello</em></p>")


async def test_who_is_addressed_is_named(
    acme: RunningNode, dana: Person, friendly: ScriptedServer, erin: Actor
) -> None:
    """Nobody is addressed unseen: the handle is put before the text."""
    status, location = await say(dana, {"type": "Note", "content": "psst", "to": [erin.uri]})

    assert status == 201
    with acme.node.database.active():
        post = await posts.by_uri(acme.node, dana.id, location.removesuffix("/activity"))
    assert post is not None
    assert [mention.uri for mention in post.mentions] == [erin.uri]
    assert post.source == "@erin@friendly.localhost:9001 psst"


async def test_everything_else_that_can_be_said(
    acme: RunningNode, dana: Person, friendly: ScriptedServer, erin: Actor
) -> None:
    """ActivityPub §6: each ends in the verb that any client's wish ends in, and is undone by its address."""
    friendly.shows({**erin.note(), "@context": AS2})
    theirs = f"{erin.uri}/notes/1"
    _, own = await say(dana, {"type": "Note", "content": "Own", "to": [PUBLIC]})
    own = own.removesuffix("/activity")

    follow = await say(dana, {"type": "Follow", "object": erin.uri})
    like = await say(dana, {"type": "Like", "object": theirs})
    boost = await say(dana, {"type": "Announce", "object": theirs, "to": [PUBLIC]})
    pin = await say(dana, {"type": "Add", "object": own, "target": f"{dana.uri}/collections/featured"})
    edit = await say(dana, {"type": "Update", "object": {"id": own, "type": "Note", "content": "Edited"}})
    name = await say(dana, {"type": "Update", "object": {"id": dana.uri, "type": "Person", "name": "Dana D."}})
    assert {answer[0] for answer in (follow, like, boost, pin, edit, name)} == {201}
    assert [await count(acme, table) for table in ("follow", "reaction", "pin", "post_edit")] == [1, 1, 1, 1]

    undone = [await say(dana, {"type": "Undo", "object": answer[1]}) for answer in (follow, like, boost)]
    unpin = await say(dana, {"type": "Remove", "object": own, "target": f"{dana.uri}/collections/featured"})
    block = await say(dana, {"type": "Block", "object": erin.uri})
    unblock = await say(
        dana, {"type": "Undo", "object": {"id": block[1], "type": "Block", "actor": dana.uri, "object": erin.uri}}
    )
    delete = await say(dana, {"type": "Delete", "object": own})
    assert {answer[0] for answer in (*undone, unpin, block, unblock, delete)} == {201}
    assert [await count(acme, table) for table in ("follow", "reaction", "pin", "block")] == [0, 0, 0, 0]
    assert await count(acme, "post", "author_id = ? AND deleted_at IS NULL", dana.id) == 0


@pytest.mark.parametrize(
    ("document", "status"),
    [
        (
            {
                "type": "Create",
                "actor": "http://acme.localhost:8001/users/other",
                "object": {"type": "Note", "content": "x"},
            },
            403,
        ),
        (
            {
                "type": "Move",
                "actor": "http://acme.localhost:8001/users/dana",
                "object": "http://acme.localhost:8001/users/dana",
            },
            400,
        ),
        ({"type": "Like"}, 400),
        ({"type": "Delete", "object": "http://acme.localhost:8001/users/dana/posts/1"}, 404),
        ({"type": "Undo", "object": "http://acme.localhost:8001/activities/1"}, 404),
        ({"type": "Add", "object": "http://acme.localhost:8001/x", "target": "http://acme.localhost:8001/y"}, 403),
        ({"type": "Note", "content": "x", "attachment": [{"type": "Image", "url": "https://x.example/y"}]}, 422),
        ([], 400),
    ],
)
async def test_what_cannot_be_said_is_refused(acme: RunningNode, dana: Person, document: object, status: int) -> None:
    """Another's name, unknown kinds, what is not there."""
    assert (await say(dana, document))[0] == status
    assert await count(acme, "post") == 0


async def test_another_persons_post_is_not_touched(acme: RunningNode, dana: Person) -> None:
    """A token speaks for its owner, in its owner's outbox."""
    other = await acme.person("other")
    _, location = await say(other, {"type": "Note", "content": "Mine", "to": [PUBLIC]})
    theirs = location.removesuffix("/activity")

    in_own_outbox = await say(dana, {"type": "Delete", "object": theirs})
    answer = await dana.client.post(
        "/users/other/outbox", content=orjson.dumps({"type": "Delete", "object": theirs}), headers=HEADERS
    )

    assert (in_own_outbox[0], answer.status_code) == (404, 404)
    assert await count(acme, "post", "deleted_at IS NULL") == 1


async def test_a_token_does_what_its_scopes_say(acme: RunningNode, dana: Person) -> None:
    """Reading is no leave to write, nor writing posts to follow."""
    with acme.node.database.active():
        read = await issue_token(acme.node, dana.id, ["read"])
        write = await issue_token(acme.node, dana.id, ["write:statuses"])
    note: JSON = {"type": "Note", "content": "x", "to": [PUBLIC]}

    assert (await say(dana, note, authorization=f"Bearer {read}"))[0] == 403
    assert (await say(dana, note, authorization=f"Bearer {write}"))[0] == 201
    assert (await say(dana, {"type": "Follow", "object": dana.uri}, authorization=f"Bearer {write}"))[0] == 403
    assert (await say(dana, note, authorization="Bearer wrong"))[0] == 401
    assert (
        await acme.client.post("/users/dana/outbox", content=orjson.dumps(note), headers=HEADERS)
    ).status_code == 401


async def test_json_that_does_not_say_what_it_is_is_refused(acme: RunningNode, dana: Person) -> None:
    """The same media types as between servers."""
    assert (await say(dana, {"type": "Note"}, **{"content-type": "application/json"}))[0] == 415


async def test_a_person_reads_the_own_inbox_and_nobody_elses(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """What the home timeline shows, as activities; closed to other servers."""
    await say(dana, {"type": "Note", "content": "Own", "to": [PUBLIC]})
    other = await acme.person("other")

    collection = (await dana.client.get("/users/dana/inbox")).json()
    page = (await dana.client.get(collection["first"])).json()

    assert [item["object"]["content"] for item in page["orderedItems"]] == ["<p>Own</p>"]
    assert (await other.client.get("/users/dana/inbox")).status_code == 404
    assert (await acme.client.get("/users/dana/inbox")).status_code == 401
    assert (
        await deliver(acme, erin.creates(erin.note()), None, path="/users/dana/inbox", content_type=ACTIVITY_JSON)
    ).status_code == 401
