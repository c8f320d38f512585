"""The way in, step by step: every acceptance has a twin with the same set-up that is refused."""

import ast
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

import fediverse
from fediverse.actions import domains
from fediverse.activitystreams.activities import parse_activity
from fediverse.crypto.keypairs import PrivateKey
from fediverse.crypto.signatures import Dialect, sign
from fediverse.federation.admitted import SEAL, AdmittedActivity
from fediverse.federation.receive import readmit
from fediverse.policy.domains import Direction, Effect
from tests.federation.scripted import ACTIVITY_JSON, AS2, Actor, Apps, Keys, ScriptedServer, count, deliver, kept
from tests.support.clocks import NOON, StoppedClock
from tests.support.nodes import Person, RunningNode


@pytest.mark.parametrize("dialect", list(Dialect))
async def test_a_signed_activity_of_an_allowed_server_is_kept_before_it_is_answered(
    acme: RunningNode, erin: Actor, dialect: Dialect
) -> None:
    """T-019: in both dialects, what is answered 202 is in the queue, with what proved it."""
    answer = await deliver(acme, erin.creates(erin.note()), erin, dialect=dialect)

    assert answer.status_code == 202
    assert [(row["activity_id"], row["proved_by"], row["state"]) for row in await kept(acme)] == [
        (f"{erin.uri}/activities/1", "signature", "waiting")
    ]


async def test_an_ed25519_key_counts_as_well(acme: RunningNode, erin: Actor) -> None:
    """The second key of an actor signs requests too, in RFC 9421."""
    answer = await deliver(acme, erin.creates(erin.note()), erin, key=erin.ed25519, dialect=Dialect.RFC9421)

    assert answer.status_code == 202
    assert len(await kept(acme)) == 1


async def test_an_unsigned_activity_is_answered_401(acme: RunningNode, erin: Actor) -> None:
    """T-019: nothing means "unsigned, carry on"."""
    answer = await deliver(acme, erin.creates(erin.note()), None)

    assert (answer.status_code, answer.json()["code"]) == (401, "unsigned")
    assert await kept(acme) == []


async def test_a_server_that_nobody_allowed_is_refused_before_any_network(
    acme: RunningNode, mallet: Actor, stranger: ScriptedServer, erin: Actor
) -> None:
    """T-014, T-333: 403 that names the rule, the contact counted, and not one request to the stranger."""
    answer = await deliver(acme, mallet.creates(mallet.note()), mallet)

    assert answer.status_code == 403
    assert answer.json() == {
        "error": "acme.localhost:8001 refuses in-post from stranger.localhost:9002: no rule allows it",
        "code": "domain_refused",
    }
    assert stranger.asked == []
    assert await kept(acme) == []
    assert await count(acme, "refused_contact", "host = ? AND direction = 'in-post'", "stranger.localhost:9002") == 1


async def test_a_rule_that_only_opens_the_way_out_does_not_open_the_inbox(
    acme: RunningNode, apps: Apps, keys: Keys
) -> None:
    """The direction counts: fetching from a host is no leave for it to post."""
    await acme.allow("oneway.localhost:9003", directions=(Direction.OUT_FETCH, Direction.OUT_DELIVER))
    server = ScriptedServer("oneway.localhost:9003", keys)
    apps[server.host] = server
    person = server.actor("olga")

    answer = await deliver(acme, person.creates(person.note()), person)

    assert answer.status_code == 403
    assert server.asked == []


async def test_an_empty_allowlist_allows_nobody(acme: RunningNode, mallet: Actor) -> None:
    """T-220: a new node hears nobody."""
    answer = await deliver(acme, mallet.says("Follow", f"{acme.node.settings.origin}/users/dana"), mallet)

    assert answer.status_code == 403


async def test_an_allowed_key_does_not_carry_a_refused_actor(acme: RunningNode, erin: Actor, mallet: Actor) -> None:
    """T-204: the key's host is allowed and the actor's is not."""
    answer = await deliver(acme, mallet.proves(mallet.creates(mallet.note())), erin)

    assert (answer.status_code, answer.json()["code"]) == (403, "domain_refused")
    assert await kept(acme) == []


async def test_a_refused_key_does_not_carry_an_allowed_actor(
    acme: RunningNode, erin: Actor, mallet: Actor, stranger: ScriptedServer
) -> None:
    """T-204: the actor's host is allowed and the key's is not, even with the actor's own valid proof inside."""
    answer = await deliver(acme, erin.proves(erin.creates(erin.note())), mallet)

    assert (answer.status_code, answer.json()["code"]) == (403, "domain_refused")
    assert stranger.asked == []


@pytest.mark.parametrize(
    "spelling",
    ["https:///x", "mailto:erin@friendly.localhost", "erin", "http://127.0.0.1:9001/k", "http://2130706433/k"],
)
async def test_a_key_whose_host_cannot_be_is_refused(
    acme: RunningNode, erin: Actor, friendly: ScriptedServer, spelling: str
) -> None:
    """T-201, T-207: a blank, numeric or unreadable host is never an allowed one."""
    key = PrivateKey(spelling, erin.uri, erin.rsa.kind, erin.rsa.key)

    answer = await deliver(acme, erin.creates(erin.note()), erin, key=key)

    assert answer.status_code in {400, 401, 403}
    assert await kept(acme) == []
    assert friendly.asked == []


async def test_a_key_of_our_own_signs_nothing_from_outside(acme: RunningNode, dana: Person, erin: Actor) -> None:
    """T-014: naming one of our keys neither convinces nor makes us ask ourselves."""
    key = PrivateKey(f"{dana.uri}#main-key", dana.uri, erin.rsa.kind, erin.rsa.key)

    answer = await deliver(acme, {**erin.creates(erin.note()), "actor": dana.uri}, erin, key=key)

    assert answer.status_code == 403
    assert await kept(acme) == []


async def test_a_body_that_was_changed_after_signing_is_refused(acme: RunningNode, erin: Actor) -> None:
    """T-009: the digest is of the bytes that came."""
    body = orjson.dumps(erin.creates(erin.note(text="Hello")))
    signed = await deliver(acme, body, erin)
    assert signed.status_code == 202

    headers = sign(
        "POST", f"http://{acme.host}/inbox", {"content-type": ACTIVITY_JSON}, body, erin.rsa, Dialect.CAVAGE, NOON
    )
    answer = await acme.client.post("/inbox", content=body.replace(b"Hello", b"Howdy"), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (401, "digest_mismatch")
    assert len(await kept(acme)) == 1


async def test_a_request_signed_for_another_node_cannot_be_replayed_here(acme: RunningNode, erin: Actor) -> None:
    """T-020: the signed host is ours, port included, whatever `Host` says now."""
    answer = await deliver(acme, erin.creates(erin.note()), erin, signed_url="http://acme.localhost:8009/inbox")

    assert answer.status_code == 401
    assert await kept(acme) == []


async def test_a_request_signed_for_another_path_cannot_be_replayed_here(
    acme: RunningNode, dana: Person, erin: Actor
) -> None:
    """T-011: what was meant for one inbox does not open another."""
    answer = await deliver(
        acme, erin.creates(erin.note()), erin, path="/inbox", signed_url=f"http://{acme.host}/users/dana/inbox"
    )

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("late", "status"), [(timedelta(minutes=50), 202), (timedelta(minutes=70), 401), (timedelta(days=3), 401)]
)
async def test_an_old_request_is_refused(
    acme: RunningNode, erin: Actor, clock: StoppedClock, late: timedelta, status: int
) -> None:
    """T-012, T-012b: an hour of skew is forgiven, days are not."""
    body = orjson.dumps(erin.creates(erin.note()))
    headers = sign(
        "POST",
        f"http://{acme.host}/inbox",
        {"content-type": ACTIVITY_JSON},
        body,
        erin.rsa,
        Dialect.CAVAGE,
        clock.now(),
    )
    clock.advance(late)

    answer = await acme.client.post("/inbox", content=body, headers=headers)

    assert answer.status_code == status


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "text/html",
        "application/ld+json",
        'text/html; profile="https://www.w3.org/ns/activitystreams"',
    ],
)
async def test_another_media_type_is_answered_415(acme: RunningNode, erin: Actor, content_type: str) -> None:
    """T-044, T-045: ActivityStreams by its own name, or nothing."""
    answer = await deliver(acme, erin.creates(erin.note()), erin, content_type=content_type)

    assert answer.status_code == 415


async def test_the_profile_of_json_ld_is_as_good(acme: RunningNode, erin: Actor) -> None:
    """T-044: ActivityPub's own media type, with a parameter beside the profile."""
    answer = await deliver(
        acme, erin.creates(erin.note()), erin, content_type=f'application/ld+json; charset=utf-8; profile="{AS2}"'
    )

    assert answer.status_code == 202


async def test_an_encoded_body_is_answered_415(acme: RunningNode, erin: Actor) -> None:
    """T-047: nothing is unpacked for a stranger."""
    answer = await deliver(acme, erin.creates(erin.note()), erin, headers={"content-encoding": "gzip"})

    assert answer.status_code == 415


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'{"id": "a", "id": "b"}',
        b'{"a": NaN}',
        b"[" * 100_000,
        b'{"a": ' * 40 + b"1" + b"}" * 40,
        b'{"type": "Create"}',
        b'{"type": "Create", "actor": 1}',
    ],
)
async def test_a_body_that_can_be_read_in_two_ways_is_answered_400(
    acme: RunningNode, erin: Actor, friendly: ScriptedServer, body: bytes
) -> None:
    """T-346, T-314: strict JSON and one usable actor, before anybody is asked for a key."""
    answer = await deliver(acme, body, erin)

    assert answer.status_code == 400
    assert friendly.asked == []


async def test_a_context_that_gives_words_a_second_meaning_is_refused(
    acme: RunningNode, erin: Actor, frank: Actor
) -> None:
    """T-371: a second actor that only JSON-LD would see."""
    activity = {
        **erin.says("Delete", erin.uri),
        "@context": [AS2, {"fakeActor": {"@id": "as:actor", "@type": "@id"}}],
        "fakeActor": frank.uri,
    }

    answer = await deliver(acme, activity, erin)

    assert answer.status_code == 400
    assert await kept(acme) == []


async def test_a_body_beyond_the_limit_is_answered_413(acme: RunningNode, erin: Actor) -> None:
    """T-047: by its declared length, and while it is read."""
    body = b'{"a": "' + b"x" * acme.node.settings.max_body_bytes + b'"}'

    async def in_parts() -> AsyncIterator[bytes]:
        yield body

    declared = await deliver(acme, body, erin)
    undeclared = await acme.client.post("/inbox", content=in_parts(), headers={"content-type": ACTIVITY_JSON})

    assert (declared.status_code, undeclared.status_code) == (413, 413)


async def test_an_unsigned_copy_does_not_suppress_the_real_one(acme: RunningNode, erin: Actor, mallet: Actor) -> None:
    """T-081: whether an id was seen is asked after the signature."""
    activity = erin.creates(erin.note())
    await deliver(acme, activity, None)
    await deliver(acme, activity, mallet)

    answer = await deliver(acme, activity, erin)

    assert answer.status_code == 202
    assert len(await kept(acme)) == 1


async def test_the_same_activity_twice_is_kept_once_and_answered_alike(acme: RunningNode, erin: Actor) -> None:
    """A duplicate gets the same answer and has no effect."""
    first = await deliver(acme, erin.creates(erin.note()), erin)
    second = await deliver(acme, erin.creates(erin.note()), erin, dialect=Dialect.RFC9421)

    assert (first.status_code, second.status_code) == (202, 202)
    assert len(await kept(acme)) == 1


async def test_the_same_id_with_another_body_is_refused(acme: RunningNode, erin: Actor) -> None:
    """T-410: an id names one thing for ever."""
    await deliver(acme, erin.creates(erin.note(text="Hello")), erin)

    answer = await deliver(acme, erin.creates(erin.note(text="Howdy")), erin)

    assert (answer.status_code, answer.json()["code"]) == (409, "id_reused")
    assert len(await kept(acme)) == 1


async def test_two_servers_may_use_ids_that_look_alike(
    acme: RunningNode, erin: Actor, apps: Apps, other_keys: Keys
) -> None:
    """T-311: the replay key holds the origin; what one server used up another still has."""
    await acme.allow("second.localhost:9004")
    second = ScriptedServer("second.localhost:9004", other_keys)
    apps[second.host] = second
    other = second.actor("erin")

    await deliver(acme, erin.says("Like", "http://acme.localhost:8001/x", number=7), erin)
    await deliver(acme, other.says("Like", "http://acme.localhost:8001/x", number=7), other)

    assert len(await kept(acme)) == 2


async def test_an_id_of_another_origin_is_refused(acme: RunningNode, erin: Actor) -> None:
    """T-310: nobody uses up the ids of another server, not even with a good signature."""
    activity = {**erin.creates(erin.note()), "id": "http://second.localhost:9004/activities/1"}

    answer = await deliver(acme, activity, erin)

    assert (answer.status_code, answer.json()["code"]) == (403, "id_of_another_origin")
    assert await kept(acme) == []


async def test_an_activity_without_an_id_is_answered_400(acme: RunningNode, erin: Actor) -> None:
    """What has no id could be sent again and again."""
    activity = erin.creates(erin.note())
    del activity["id"]

    answer = await deliver(acme, activity, erin)

    assert answer.status_code == 400


async def test_an_unknown_type_is_answered_202_and_not_kept(acme: RunningNode, erin: Actor) -> None:
    """T-133, T-134: View, Read and whatever comes next."""
    answer = await deliver(acme, erin.says("View", "http://acme.localhost:8001/x"), erin)

    assert answer.status_code == 202
    assert await kept(acme) == []


async def test_an_unknown_type_of_a_stranger_is_refused_like_any_other(acme: RunningNode, mallet: Actor) -> None:
    """T-134's twin: 202 is for whom we hear at all."""
    answer = await deliver(acme, mallet.says("View", "http://acme.localhost:8001/x"), mallet)

    assert answer.status_code == 403


async def test_the_inbox_of_nobody_is_not_found_once_the_sender_is_known(
    acme: RunningNode, dana: Person, erin: Actor
) -> None:
    """Who may speak with us hears 404; who may not hears the same 401 for every name."""
    wrong = await deliver(acme, erin.creates(erin.note()), erin, path="/users/nobody/inbox")
    right = await deliver(acme, erin.creates(erin.note()), erin, path="/users/dana/inbox")
    unsigned = await deliver(acme, erin.creates(erin.note()), None, path="/users/nobody/inbox")

    assert (wrong.status_code, right.status_code, unsigned.status_code) == (404, 202, 401)


async def test_an_announce_of_a_refused_hosts_post_is_refused_at_the_door(
    acme: RunningNode, erin: Actor, mallet: Actor, stranger: ScriptedServer
) -> None:
    """T-217: the author's host must be allowed too; nothing is asked of it."""
    answer = await deliver(acme, erin.says("Announce", f"{mallet.uri}/notes/1", to=erin.followers), erin)

    assert (answer.status_code, answer.json()["code"]) == (403, "domain_refused")
    assert stranger.asked == []


async def test_a_delete_of_an_unknown_actor_costs_no_fetch(
    acme: RunningNode, erin: Actor, friendly: ScriptedServer
) -> None:
    """T-110: servers tell everybody that somebody is gone."""
    answer = await deliver(acme, erin.says("Delete", erin.uri), erin)

    assert answer.status_code == 202
    assert friendly.asked == []
    assert await kept(acme) == []


async def test_a_delete_of_an_unknown_actor_is_refused_for_a_stranger(acme: RunningNode, mallet: Actor) -> None:
    """T-110's twin."""
    answer = await deliver(acme, mallet.says("Delete", mallet.uri), mallet)

    assert answer.status_code == 403


async def test_deletions_still_arrive_from_a_domain_that_was_just_removed(
    acme: RunningNode, erin: Actor, clock: StoppedClock
) -> None:
    """T-135: for some days, with a key that we have, Deletes alone; then nothing."""
    await deliver(acme, erin.creates(erin.note()), erin)
    await acme.settle()
    await acme.remove("friendly.localhost:9001")

    deleted = await deliver(acme, erin.says("Delete", f"{erin.uri}/notes/1", 2), erin)
    created = await deliver(acme, erin.creates(erin.note(2), 3), erin)
    await acme.settle()
    clock.advance(timedelta(days=8))
    late = await deliver(acme, erin.says("Delete", f"{erin.uri}/notes/2", 4), erin)

    assert (deleted.status_code, created.status_code, late.status_code) == (202, 403, 403)
    assert await count(acme, "post", "deleted_at IS NULL") == 0


async def test_a_domain_that_a_rule_denies_does_not_even_delete(
    acme: RunningNode, erin: Actor, friendly: ScriptedServer
) -> None:
    """T-135's twin: removed and then denied is denied."""
    await deliver(acme, erin.creates(erin.note()), erin)
    await acme.remove(friendly.host)
    with acme.node.database.active():
        await domains.add_rule(acme.node, domains.NewRule(friendly.host, Effect.DENY), by="tests")

    answer = await deliver(acme, erin.says("Delete", f"{erin.uri}/notes/1", 2), erin)

    assert answer.status_code == 403


async def test_what_was_admitted_comes_out_of_the_queue_as_it_went_in(acme: RunningNode, erin: Actor) -> None:
    """T-309: what is acted on is the very document that was proved."""
    activity = erin.creates(erin.note())
    await deliver(acme, activity, erin)

    [row] = await kept(acme)
    with acme.node.database.active():
        admitted = await readmit(acme.node, row)

    assert admitted.activity == parse_activity(activity)
    assert (admitted.id, admitted.actor_uri, admitted.origin, admitted.proved_by) == (
        activity["id"],
        erin.uri,
        "http://friendly.localhost:9001",
        "signature",
    )
    assert orjson.loads(admitted.body) == activity


def test_nobody_else_can_make_an_admitted_activity() -> None:
    """Trust is a type: without the seal there is none."""
    activity = parse_activity(
        {"type": "Like", "id": "https://a.example/1", "actor": "https://a.example/a", "object": "https://b.example/p"}
    )

    with pytest.raises(TypeError):
        AdmittedActivity(
            id="https://a.example/1",
            type="Like",
            actor_uri="https://a.example/a",
            actor_id=None,
            origin="https://a.example",
            proved_by="signature",
            activity=activity,
            body=b"",
            received_at=NOON,
            seal=object(),
        )

    assert SEAL is not None


def test_only_two_modules_hold_the_seal() -> None:
    """The seal is imported, and AdmittedActivity called, where a request was proved and where a group passed on what its actor proved; nowhere else."""
    users: set[str] = set()
    for path in Path(fediverse.__file__).parent.rglob("*.py"):
        for part in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            imported = isinstance(part, ast.ImportFrom) and any(alias.name in {"SEAL", "_Seal"} for alias in part.names)
            called = (
                isinstance(part, ast.Call)
                and getattr(part.func, "id", getattr(part.func, "attr", "")) == "AdmittedActivity"
            )
            reached = isinstance(part, ast.Attribute) and part.attr in {"SEAL", "_Seal"}
            if imported or called or reached:
                users.add(path.name)

    assert users == {"receive.py", "relayed.py"}
