"""An activity that somebody else brings: the actor's proof, else the actor's own server, else nothing."""

import orjson

from fediverse.crypto.keypairs import PrivateKey
from tests.federation.scripted import (
    ACTIVITY_JSON,
    JSON,
    Actor,
    Apps,
    Keys,
    ScriptedServer,
    count,
    deliver,
    join,
    kept,
)
from tests.support.nodes import RunningNode


async def test_a_forwarded_activity_with_its_actors_proof_is_believed(
    acme: RunningNode, erin: Actor, frank: Actor
) -> None:
    """T-095: frank's server forwards what erin said, and erin's proof is inside."""
    answer = await deliver(acme, erin.proves(erin.creates(erin.note())), frank)

    assert answer.status_code == 202
    assert [row["proved_by"] for row in await kept(acme)] == ["proof"]


async def test_another_actors_name_without_a_proof_is_refused(acme: RunningNode, erin: Actor, frank: Actor) -> None:
    """T-306, T-307: a good signature of somebody else proves nothing, not even on the same server."""
    answer = await deliver(acme, erin.creates(erin.note()), frank)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_the_actor")
    assert await kept(acme) == []


async def test_a_proof_over_an_altered_document_is_refused_although_its_origin_would_confirm_it(
    acme: RunningNode, erin: Actor, frank: Actor, friendly: ScriptedServer
) -> None:
    """T-035, T-039: an invalid proof ends it; whoever alters a document does not choose how it is judged."""
    proved = erin.proves(erin.creates(erin.note()))
    altered = {**proved, "object": erin.note(text="Altered")}
    friendly.shows({name: value for name, value in altered.items() if name != "proof"})

    answer = await deliver(acme, altered, frank)

    assert (answer.status_code, answer.json()["code"]) == (401, "proof_invalid")
    assert "GET /users/erin/activities/1" not in friendly.asked
    assert await kept(acme) == []


async def test_a_proof_by_another_actors_key_is_refused(acme: RunningNode, erin: Actor, frank: Actor) -> None:
    """T-037: frank vouches for erin's words, validly, and they stay frank's word."""
    answer = await deliver(acme, frank.proves(erin.creates(erin.note())), frank)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_the_actor")
    assert await kept(acme) == []


async def test_of_two_proofs_both_must_hold(acme: RunningNode, erin: Actor, frank: Actor) -> None:
    """T-038: one good proof does not cover for a bad one."""
    good = erin.proves(erin.creates(erin.note()))
    bad = erin.proves(erin.creates(erin.note(text="Something else")))["proof"]

    answer = await deliver(acme, {**good, "proof": [good["proof"], bad]}, frank)

    assert answer.status_code == 401


async def test_what_the_actors_own_server_confirms_is_believed_and_its_copy_is_kept(
    acme: RunningNode, erin: Actor, frank: Actor, friendly: ScriptedServer
) -> None:
    """T-095, T-309: without a proof the origin is asked, and what it says is what is kept."""
    friendly.shows(erin.creates(erin.note(text="What erin said")))

    answer = await deliver(acme, erin.creates(erin.note(text="What frank says that erin said")), frank)

    assert answer.status_code == 202
    [row] = await kept(acme)
    assert row["proved_by"] == "origin"
    assert orjson.loads(row["body"])["object"]["content"] == "<p>What erin said</p>"


async def test_what_the_actors_own_server_tells_differently_is_refused(
    acme: RunningNode, erin: Actor, frank: Actor, friendly: ScriptedServer
) -> None:
    """T-300: another type, another actor or another id at that address confirms nothing."""
    for told in (
        {**erin.creates(erin.note()), "type": "Update"},
        {**erin.creates(erin.note()), "actor": frank.uri},
    ):
        friendly.shows(told)

        answer = await deliver(acme, erin.creates(erin.note()), frank)

        assert (answer.status_code, answer.json()["code"]) == (401, "not_the_actor")
    assert await kept(acme) == []


async def test_an_upload_on_the_actors_server_confirms_nothing(
    acme: RunningNode, erin: Actor, frank: Actor, friendly: ScriptedServer
) -> None:
    """T-045: a file that somebody put there is no activity, whatever is in it."""
    activity = erin.creates(erin.note())
    friendly.shown["/users/erin/activities/1"] = (200, "text/html", orjson.dumps(activity))

    answer = await deliver(acme, activity, frank)

    assert answer.status_code == 401


async def test_a_key_that_its_owner_does_not_list_is_refused(
    acme: RunningNode, erin: Actor, frank: Actor, friendly: ScriptedServer
) -> None:
    """T-032: a key document's own word about its owner proves nothing."""
    forged = PrivateKey(f"{friendly.origin}/uploads/key", erin.uri, frank.rsa.kind, frank.rsa.key)
    friendly.shows({"id": forged.id, "type": "Key", "owner": erin.uri, "publicKeyPem": forged.public.pem})

    answer = await deliver(acme, erin.creates(erin.note()), erin, key=forged)

    assert (answer.status_code, answer.json()["code"]) == (401, "key_not_found")
    assert await kept(acme) == []


async def test_a_key_at_an_address_of_its_own_is_found(
    acme: RunningNode, erin: Actor, friendly: ScriptedServer
) -> None:
    """T-022: GoToSocial's key ids are paths; the actor lists them all the same."""
    key = PrivateKey(f"{erin.uri}/main-key", erin.uri, erin.rsa.kind, erin.rsa.key)
    listed = {"id": key.id, "owner": erin.uri, "publicKeyPem": key.public.pem}
    friendly.shows({**erin.document(), "publicKey": listed})
    friendly.shows({**listed, "type": "Key"})

    answer = await deliver(acme, erin.creates(erin.note()), erin, key=key)

    assert answer.status_code == 202


def stub(actor: Actor, key: PrivateKey) -> JSON:
    """GoToSocial's answer at a key's address: a piece of the actor, under the actor's id, without an inbox."""
    return {
        "@context": ["https://w3id.org/security/v1", "https://www.w3.org/ns/activitystreams"],
        "id": actor.uri,
        "type": "Person",
        "preferredUsername": actor.uri.rpartition("/")[2],
        "publicKey": {"id": key.id, "owner": actor.uri, "publicKeyPem": key.public.pem},
    }


async def test_a_key_in_a_stub_of_its_actor_is_found(acme: RunningNode, erin: Actor, friendly: ScriptedServer) -> None:
    """T-022: GoToSocial shows a stub of the actor at the key's address; the whole actor names the same key."""
    key = PrivateKey(f"{erin.uri}/main-key", erin.uri, erin.rsa.kind, erin.rsa.key)
    friendly.shows({**erin.document(), "publicKey": stub(erin, key)["publicKey"]})
    friendly.shown["/users/erin/main-key"] = stub(erin, key)

    answer = await deliver(acme, erin.creates(erin.note()), erin, key=key)

    assert answer.status_code == 202


async def test_a_stub_of_an_actor_that_does_not_name_the_key_is_refused(
    acme: RunningNode, erin: Actor, frank: Actor, friendly: ScriptedServer
) -> None:
    """The twin: whoever can put a file on erin's server does not become erin."""
    key = PrivateKey(f"{erin.uri}/main-key", erin.uri, frank.rsa.kind, frank.rsa.key)
    friendly.shown["/users/erin/main-key"] = stub(erin, key)

    answer = await deliver(acme, erin.creates(erin.note()), erin, key=key)

    assert answer.status_code == 401
    assert await kept(acme) == []


async def test_a_stub_of_an_actor_elsewhere_is_refused(
    acme: RunningNode, erin: Actor, friendly: ScriptedServer, apps: Apps, other_keys: Keys
) -> None:
    """The twin: an allowed server's key for an actor of another one, who is not even asked, though that actor names the key."""
    await acme.allow("other.localhost:9003")
    other = join(apps, ScriptedServer("other.localhost:9003", other_keys))
    heidi = other.actor("heidi")
    key = PrivateKey(f"{friendly.origin}/keys/heidi", heidi.uri, erin.rsa.kind, erin.rsa.key)
    other.shows({**heidi.document(), "publicKey": stub(heidi, key)["publicKey"]})
    friendly.shown["/keys/heidi"] = stub(heidi, key)

    answer = await deliver(acme, heidi.creates(heidi.note()), heidi, key=key)

    assert answer.status_code == 401
    assert other.asked == []
    assert await kept(acme) == []


async def test_a_rotated_key_is_fetched_once_and_believed(
    acme: RunningNode, erin: Actor, frank: Actor, friendly: ScriptedServer
) -> None:
    """T-016: a stored key that does not fit is asked for again, once."""
    await deliver(acme, erin.creates(erin.note()), erin)
    renewed = PrivateKey(erin.rsa.id, erin.uri, frank.rsa.kind, frank.rsa.key)
    friendly.shows(
        {**erin.document(), "publicKey": {"id": renewed.id, "owner": erin.uri, "publicKeyPem": renewed.public.pem}}
    )

    by_new_key = await deliver(acme, erin.creates(erin.note(2), 2), erin, key=renewed)
    by_old_key = await deliver(acme, erin.creates(erin.note(3), 3), erin)

    assert (by_new_key.status_code, by_old_key.status_code) == (202, 401)
    assert friendly.asked.count("GET /users/erin") == 2


async def test_bad_signatures_do_not_make_us_fetch_again_and_again(
    acme: RunningNode, erin: Actor, frank: Actor, friendly: ScriptedServer
) -> None:
    """T-333: a key id is public; naming it must not turn us into a machine that asks its host."""
    await deliver(acme, erin.creates(erin.note()), erin)
    forged = PrivateKey(erin.rsa.id, erin.uri, frank.rsa.kind, frank.rsa.key)
    before = len(friendly.asked)

    answers = [await deliver(acme, erin.creates(erin.note(number), number), erin, key=forged) for number in range(2, 7)]

    assert {answer.status_code for answer in answers} == {401}
    assert len(friendly.asked) - before == 1


async def test_made_up_key_ids_are_asked_for_once(acme: RunningNode, erin: Actor, friendly: ScriptedServer) -> None:
    """T-018: what could not be had is left alone for a while."""
    nobody = friendly.actor("nobody", shown=False)

    answers = [await deliver(acme, nobody.creates(nobody.note(number), number), nobody) for number in range(1, 5)]

    assert {answer.status_code for answer in answers} == {401}
    assert friendly.asked == ["GET /users/nobody"]


async def test_a_host_that_fails_is_not_asked_for_keys_for_a_while(
    acme: RunningNode, erin: Actor, friendly: ScriptedServer
) -> None:
    """T-018: 503 with Retry-After, and no second try for any key of that host; a key that we have still counts."""
    await deliver(acme, erin.creates(erin.note()), erin)
    ill = friendly.actor("ill")
    friendly.shown["/users/ill"] = (500, ACTIVITY_JSON, b"{}")
    other = friendly.actor("other")

    first = await deliver(acme, ill.creates(ill.note()), ill)
    second = await deliver(acme, other.creates(other.note()), other)
    known = await deliver(acme, erin.creates(erin.note(2), 2), erin)

    assert (first.status_code, second.status_code, known.status_code) == (503, 503, 202)
    assert "retry-after" in second.headers
    assert "GET /users/other" not in friendly.asked


async def test_an_actor_whose_inbox_is_elsewhere_is_not_taken_in(
    acme: RunningNode, erin: Actor, friendly: ScriptedServer
) -> None:
    """T-202: an allowed actor must not make us post to a stranger."""
    friendly.shows({**erin.document(), "inbox": "http://stranger.localhost:9002/inbox"})

    answer = await deliver(acme, erin.creates(erin.note()), erin)

    assert answer.status_code in {401, 403}
    assert await count(acme, "account", "host <> ''") == 0
