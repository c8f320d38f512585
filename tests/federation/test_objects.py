"""What other servers may read: the same address asked by whom we allow, by whom we do not, unsigned, and with a signature that does not hold."""

from collections.abc import Callable

import pytest

from fediverse.actions import domains
from fediverse.actions import relations as ties
from fediverse.actions.resolve import account_by_uri
from fediverse.activitystreams.actors import parse_actor
from fediverse.activitystreams.objects import parse_post
from fediverse.crypto.keypairs import PrivateKey
from fediverse.crypto.proofs import read_proof, verify_proof
from fediverse.crypto.signatures import Dialect
from fediverse.policy.domains import Direction, Effect, Reach
from fediverse.queries.keys import public_keys
from tests.federation.scripted import JSON, PUBLIC, Actor, ScriptedServer, deliver, get
from tests.support.clocks import NOON
from tests.support.nodes import Person, RunningNode


async def published(person: Person, text: str = "Ours", visibility: str = "public", **more: object) -> str:
    """The path of a new post of *person*."""
    answer = await person.client.post("/api/v1/statuses", json={"status": text, "visibility": visibility, **more})
    assert answer.status_code == 200, answer.text
    uri: str = answer.json()["uri"]
    return uri.removeprefix(f"http://{person.host}")


async def followed_by(node: RunningNode, person: Person, follower: Actor) -> None:
    with node.node.database.active():
        await ties.follow(
            node.node, await account_by_uri(node.node, follower.uri), person.id, uri=f"{follower.uri}#follow"
        )


PATHS: list[Callable[[str], str]] = [
    lambda _post: "/users/dana",
    lambda post: post,
    lambda post: f"{post}/activity",
    lambda post: f"{post}/replies",
    lambda post: f"{post}/likes",
    lambda post: f"{post}/shares",
    lambda _post: "/users/dana/outbox",
    lambda _post: "/users/dana/followers",
    lambda _post: "/users/dana/following",
    lambda _post: "/users/dana/collections/featured",
    lambda _post: "/users/dana/collections/tags",
    lambda _post: "/actor/outbox",
]


@pytest.mark.parametrize("path", PATHS)
async def test_an_allowed_server_reads_what_others_may_not(
    acme: RunningNode, dana: Person, erin: Actor, mallet: Actor, stranger: ScriptedServer, path: Callable[[str], str]
) -> None:
    """T-211: 200 for whom we allow, 403 for whom we do not and without a request there, 401 unsigned; never for a shared cache (T-040)."""
    address = path(await published(dana))

    allowed = await get(acme, address, erin)
    refused = await get(acme, address, mallet)
    unsigned = await get(acme, address)

    assert (allowed.status_code, refused.status_code, unsigned.status_code) == (200, 403, 401)
    assert stranger.asked == []
    for answer in (allowed, refused, unsigned):
        assert "private" in answer.headers["cache-control"]
        assert {"accept", "signature"} <= {name.strip().lower() for name in answer.headers["vary"].split(",")}


@pytest.mark.parametrize("dialect", list(Dialect))
async def test_a_bad_signature_is_not_read_as_none(
    acme: RunningNode, dana: Person, erin: Actor, frank: Actor, dialect: Dialect
) -> None:
    """T-042: it is 401, also for what somebody anonymous could not have."""
    forged = Actor(erin.uri, PrivateKey(erin.rsa.id, erin.uri, frank.rsa.kind, frank.rsa.key), erin.ed25519)

    assert (await get(acme, "/users/dana", forged, dialect=dialect)).status_code == 401
    assert (await get(acme, "/users/dana", erin, dialect=dialect)).status_code == 200


async def test_the_nodes_own_actor_is_open_and_says_little(
    acme: RunningNode, mallet: Actor, stranger: ScriptedServer
) -> None:
    """T-041: readable unsigned, else two closed nodes could not begin; nobody's key is looked at for it."""
    unsigned = await acme.client.get("/actor", headers={"accept": "application/activity+json"})
    signed = await get(acme, "/actor", mallet)

    assert unsigned.json() == signed.json()
    actor = parse_actor(unsigned.json())
    assert (actor.kind, actor.username, actor.uri) == ("Application", "acme.localhost", f"http://{acme.host}/actor")
    assert len(actor.keys) == 2
    assert not {"followers", "following", "featured", "published"} & set(unsigned.json())
    assert stranger.asked == []


async def test_a_server_that_may_only_post_may_not_read(
    acme: RunningNode, dana: Person, erin: Actor, friendly: ScriptedServer
) -> None:
    """Directions are separate: delivering is no leave to look around."""
    await acme.remove(friendly.host)
    await acme.allow(friendly.host, directions=(Direction.IN_POST, Direction.OUT_FETCH, Direction.OUT_DELIVER))

    assert (await deliver(acme, erin.creates(erin.note()), erin)).status_code == 202
    assert (await get(acme, "/users/dana", erin)).status_code == 403


async def test_who_may_not_read_makes_us_fetch_nothing(
    acme: RunningNode, dana: Person, mallet: Actor, stranger: ScriptedServer
) -> None:
    """Though we may fetch there: its key is not looked up for a request that is refused whatever it says; it is once the host may read."""
    await acme.allow(stranger.host, directions=(Direction.OUT_FETCH,))

    assert (await get(acme, "/users/dana", mallet)).status_code == 403
    assert stranger.asked == []

    await acme.remove(stranger.host)
    await acme.allow(stranger.host)
    assert (await get(acme, "/users/dana", mallet)).status_code == 200
    assert stranger.asked != []


async def test_an_actor_is_shown_with_its_keys(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """RSA as publicKey, Ed25519 as assertionMethod; every collection on its own host (T-202)."""
    answer = await get(acme, "/users/dana", erin)

    actor = parse_actor(answer.json())
    assert answer.headers["content-type"] == "application/activity+json"
    assert (actor.uri, actor.username, actor.webfinger) == (dana.uri, "dana", "dana@acme.localhost:8001")
    assert {key.id for key in actor.keys} == {f"{dana.uri}#main-key", f"{dana.uri}#ed25519-key"}
    assert actor.shared_inbox == f"http://{acme.host}/inbox"
    assert all(
        uri is not None and uri.startswith(dana.uri)
        for uri in (actor.inbox, actor.outbox, actor.followers, actor.following, actor.featured)
    )


VISIBLE: list[tuple[JSON, bool, bool]] = [
    # what the post is, whether its reader follows its author, whether the reader's node may have it
    ({"visibility": "public"}, False, True),
    ({"visibility": "unlisted"}, False, True),
    ({"visibility": "private"}, False, False),
    ({"visibility": "private"}, True, True),
    ({"visibility": "direct"}, True, False),
    ({"visibility": "public", "local_only": True}, True, False),
    ({"visibility": "unlisted", "local_only": True}, True, False),
]


@pytest.mark.parametrize(("more", "following", "visible"), VISIBLE)
async def test_a_hidden_post_is_answered_like_an_unknown_one(
    acme: RunningNode,
    dana: Person,
    erin: Actor,
    more: JSON,
    following: bool,  # noqa: FBT001
    visible: bool,  # noqa: FBT001
) -> None:
    """T-043, T-357: the same 404 with the same body, at every address of the post."""
    if following:
        await followed_by(acme, dana, erin)
    path = await published(dana, **more)

    for part in ("", "/activity", "/replies", "/likes", "/shares"):
        answer = await get(acme, f"{path}{part}", erin)
        unknown = await get(acme, f"/users/dana/posts/1234567890123456{part}", erin)
        if visible:
            assert answer.status_code == 200
        else:
            assert (answer.status_code, answer.content, dict(answer.headers)) == (
                404,
                unknown.content,
                dict(unknown.headers),
            )


async def test_a_direct_post_is_for_the_node_of_whom_it_names(
    acme: RunningNode, dana: Person, erin: Actor, friendly: ScriptedServer
) -> None:
    """Somebody there is named, so that node may have it."""
    with acme.node.database.active():
        await account_by_uri(acme.node, erin.uri)
    path = await published(dana, "@erin@friendly.localhost:9001 psst", "direct")

    answer = await get(acme, path, erin)

    post = parse_post(answer.json())
    assert (post.to, post.cc) == ((erin.uri,), ())
    assert post.mentions == ((erin.uri, "@erin@friendly.localhost:9001"),)


async def test_a_node_that_only_gets_what_is_addressed_gets_no_more(
    acme: RunningNode, dana: Person, erin: Actor, friendly: ScriptedServer
) -> None:
    """`--reach addressed`: public posts are 404, in the outbox as well."""
    path = await published(dana)
    await acme.remove(friendly.host)
    await acme.allow(friendly.host, reach=Reach.ADDRESSED)

    assert (await get(acme, path, erin)).status_code == 404
    assert (await get(acme, "/users/dana/outbox?page=true", erin)).json()["orderedItems"] == []


async def test_a_post_under_anothers_name_is_not_found(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """An id names one address."""
    await acme.person("carol")
    path = await published(dana)

    assert (await get(acme, path.replace("dana", "carol"), erin)).status_code == 404
    assert (await get(acme, path.replace("dana", "carol") + "/activity", erin)).status_code == 404
    assert (await get(acme, "/users/dana/posts/x", erin)).status_code == 404


async def test_the_create_of_a_post_carries_its_authors_proof(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """Whoever hands it on can be believed without asking us again."""
    path = await published(dana, "Words")

    document = (await get(acme, f"{path}/activity", erin)).json()

    claim = read_proof(document)
    assert claim is not None
    with acme.node.database.active():
        key = next(one for one in await public_keys(acme.node, dana.id) if one.id == claim.key_id)
    verify_proof(document, claim, key, NOON)
    assert (document["type"], document["actor"], document["object"]["content"]) == ("Create", dana.uri, "<p>Words</p>")


async def test_a_deleted_public_post_is_gone_and_a_deleted_private_one_was_never_there(
    acme: RunningNode, dana: Person, erin: Actor
) -> None:
    """FEP-4f05 for what everybody here could see; nothing is told of the rest."""
    public, private, company = (
        await published(dana),
        await published(dana, visibility="private"),
        await published(dana, local_only=True),
    )
    for path in (public, private, company):
        await dana.client.delete(f"/api/v1/statuses/{path.rpartition('/')[2]}")

    gone = await get(acme, public, erin)

    assert (gone.status_code, gone.json()["type"], gone.json()["id"]) == (
        410,
        "Tombstone",
        f"http://{acme.host}{public}",
    )
    assert {(await get(acme, path, erin)).status_code for path in (private, company)} == {404}


async def test_an_outbox_is_read_page_by_page(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """Public and unlisted only, twenty at a time, newest first, each once."""
    paths = [await published(dana, f"Number {number}", "public" if number % 2 else "unlisted") for number in range(25)]
    await published(dana, "Private", "private")
    await published(dana, "Company", local_only=True)

    collection = (await get(acme, "/users/dana/outbox", erin)).json()
    seen: list[str] = []
    address: str | None = collection["first"]
    pages = 0
    while address is not None:
        page = (await get(acme, address.removeprefix(f"http://{acme.host}"), erin)).json()
        seen += [item["object"]["id"] for item in page["orderedItems"]]
        address = page.get("next")
        pages += 1

    assert seen == [f"http://{acme.host}{path}" for path in reversed(paths)]
    assert pages == 2


async def test_collections_of_people_show_their_size_alone(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """Who follows whom is the company's own business; nor the size, when the person hides it."""
    await followed_by(acme, dana, erin)

    shown = (await get(acme, "/users/dana/followers", erin)).json()
    await dana.client.patch("/api/v1/accounts/update_credentials", json={"hide_collections": True})
    hidden = (await get(acme, "/users/dana/followers", erin)).json()

    assert shown["totalItems"] == 1
    assert not {"items", "orderedItems", "first"} & set(shown)
    assert "totalItems" in shown
    assert not {"items", "orderedItems", "first"} & set(hidden)


async def test_likes_and_follows_cannot_be_looked_up(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """They are for whom they were sent to."""
    assert (await get(acme, "/activities/1", erin)).status_code == 404
    assert (await get(acme, "/activities/1")).status_code == 401


async def test_files_on_the_wire_carry_no_permission_of_a_person(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """Links that work without a signature are for our people's clients, never for documents."""
    path = await published(dana)

    for address in ("/users/dana", path, f"{path}/activity", "/users/dana/outbox?page=true"):
        assert "&t=" not in (await get(acme, address, erin)).text


async def test_a_hold_closes_reading_as_well(
    acme: RunningNode, dana: Person, erin: Actor, friendly: ScriptedServer
) -> None:
    """Held is not allowed."""
    assert (await get(acme, "/users/dana", erin)).status_code == 200
    with acme.node.database.active():
        await domains.add_rule(acme.node, domains.NewRule(friendly.host, Effect.HOLD), by="tests")

    assert (await get(acme, "/users/dana", erin)).status_code == 403


async def test_public_is_spelled_in_full(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """T-050: and a public post is addressed to the author's followers too."""
    document = (await get(acme, await published(dana), erin)).json()

    assert (document["to"], document["cc"]) == ([PUBLIC], [f"{dana.uri}/followers"])
