"""The tags of a profile between servers: named in the actor's document, listed at an address of their own for whom we allow, refused to everybody else."""

from fediverse.actions import moderation
from fediverse.activitystreams.actors import parse_actor
from tests.federation.scripted import Actor, get
from tests.support.nodes import Person, RunningNode

TAGS = "/users/dana/collections/tags"


async def featured(person: Person, name: str) -> None:
    answer = await person.client.post("/api/v1/featured_tags", json={"name": name})
    assert answer.status_code == 200, answer.text


async def test_an_allowed_server_reads_the_featured_tags(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """The actor names the collection; it holds each tag as a Hashtag with its page, as Mastodon's does."""
    await featured(dana, "Paint")
    await featured(dana, "varnish")

    document = (await get(acme, "/users/dana", erin)).json()
    shown = await get(acme, document["featuredTags"].removeprefix(f"http://{acme.host}"), erin)

    assert document["featuredTags"] == f"{dana.uri}/collections/tags"
    assert parse_actor(document).uri == dana.uri
    listed = shown.json()
    assert (listed["id"], listed["type"], listed["totalItems"]) == (document["featuredTags"], "Collection", 2)
    assert listed["items"] == [
        {"type": "Hashtag", "href": f"http://{acme.host}/tags/{name}", "name": f"#{name}"}
        for name in ("paint", "varnish")
    ]


async def test_no_other_server_reads_them(acme: RunningNode, dana: Person, erin: Actor, mallet: Actor) -> None:
    """The twin: a server that nobody allowed, and nobody at all, learn nothing of them."""
    await featured(dana, "paint")

    allowed, stranger, unsigned = [await get(acme, TAGS, who) for who in (erin, mallet, None)]

    assert (allowed.status_code, stranger.status_code, unsigned.status_code) == (200, 403, 401)
    assert "paint" in allowed.text
    assert "paint" not in stranger.text + unsigned.text


async def test_a_person_without_featured_tags_shows_an_empty_collection(
    acme: RunningNode, dana: Person, erin: Actor
) -> None:
    """Nothing featured is an answer; a name that nobody has is none."""
    assert (await get(acme, TAGS, erin)).json()["items"] == []
    assert (await get(acme, "/users/nobody/collections/tags", erin)).status_code == 404


async def test_a_suspended_person_shows_no_tags(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """Neither the address in the document, nor anything at the address."""
    moderator = await acme.person("mo", "moderator")
    await featured(dana, "paint")

    with acme.node.database.active():
        await moderation.moderate(acme.node, moderator.id, dana.id, moderation.Measure("suspend"))

    assert (await get(acme, TAGS, erin)).status_code == 404
    assert "featuredTags" not in (await get(acme, "/users/dana", erin)).json()
