"""Signed receipts: given for what was proved and kept, and believed only from the own actor of the server that was sent to, for the very bytes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from fediverse.actions import relations as ties
from fediverse.actions.resolve import account_by_uri
from fediverse.activitystreams.receipts import Receipt, receipt_document
from fediverse.crypto.digests import content_digest_header
from fediverse.crypto.keypairs import PrivateKey
from fediverse.crypto.proofs import add_proof, read_proof, verify_proof
from fediverse.federation import receipts
from fediverse.queries.egress import EgressView, of_post
from tests.federation.scripted import JSON, Actor, Apps, Keys, ScriptedServer, count, deliver, join
from tests.support.clocks import NOON, StoppedClock
from tests.support.journeys import posted
from tests.support.nodes import Person, RunningNode, settle_all

ASKING = {"accept": "application/activity+json"}
Answers = Callable[[JSON, bytes], JSON | None]


class Receiver(ScriptedServer):
    """Answers each delivery with what *receipt* makes of activity and body: a document, or nothing."""

    def __init__(self, host: str, keys: Keys) -> None:
        super().__init__(host, keys)
        self.own = self.at("/actor", "Application")
        self.receipt: Answers = lambda activity, body: self.signed(activity["id"], body)

    def at(self, path: str, type_: str) -> Actor:
        """An actor of this server that lives at *path*."""
        uri = f"{self.origin}{path}"
        found = Actor(
            uri,
            PrivateKey(f"{uri}#main-key", uri, self.keys.rsa.kind, self.keys.rsa.key),
            PrivateKey(f"{uri}#ed25519-key", uri, self.keys.ed25519.kind, self.keys.ed25519.key),
        )
        self.shows({**found.document(), "type": type_})
        return found

    def signed(self, activity: str, body: bytes, **changes: object) -> JSON:
        receipt = Receipt(self.own.uri, activity, content_digest_header(body), NOON)
        return add_proof({**receipt_document(receipt), **changes}, self.own.ed25519, NOON)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.method != "POST":
            await super().__call__(scope, receive, send)
            return
        body = await request.body()
        document = self.receipt(await request.json(), body)
        answer = Response(status_code=202)
        if document is not None:
            self.shown["/receipt"] = document
            answer = self._answer("/receipt")
        await answer(scope, receive, send)


@pytest.fixture
async def receiver(acme: RunningNode, apps: Apps, keys: Keys, dana: Person) -> Receiver:
    """An allowed server, somebody of which follows dana."""
    server = Receiver("receiver.localhost:9001", keys)
    join(apps, server)
    await acme.allow(server.host)
    reader = server.actor("reader")
    with acme.node.database.active():
        reader_id = await account_by_uri(acme.node, reader.uri)
        await ties.follow(acme.node, reader_id, dana.id, uri=f"{reader.uri}#follow")
    await acme.settle()
    return server


async def told_of_a_post(node: RunningNode, person: Person) -> EgressView:
    """What is on record about the one delivery of a new post."""
    status = await posted(person, "Paint is dry")
    await node.settle()
    with node.node.database.active():
        [row] = await of_post(node.node, person.id, int(status["id"]))
    return row


# ── giving ────────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_accepted_is_answered_with_a_receipt(acme: RunningNode, erin: Actor) -> None:
    """Of the bytes as they came, by the node's own actor; and again when the sender missed the answer."""
    activity = erin.creates(erin.note())

    first, again = [await deliver(acme, activity, erin, headers=ASKING) for _ in range(2)]
    unasked = [await deliver(acme, activity, erin, headers=other) for other in ({}, {"accept": "*/*"})]

    for answer in (first, again):
        document = answer.json()
        claim = read_proof(document)
        assert (answer.status_code, answer.headers["content-type"]) == (202, "application/activity+json")
        assert claim is not None
        [key] = [one.public for one in acme.node.keyring.instance_keys if one.id == claim.key_id]
        verify_proof(document, claim, key, NOON)
        assert (document["type"], document["actor"]) == ("DeliveryReceipt", f"http://{acme.host}/actor")
        assert document["activity"] == activity["id"]
        assert document["digest"] == content_digest_header(answer.request.content)
    assert [(answer.status_code, answer.content) for answer in unasked] == [(202, b"")] * 2


async def test_what_was_not_proved_gets_no_receipt(
    acme: RunningNode, erin: Actor, mallet: Actor, stranger: ScriptedServer
) -> None:
    """Nobody makes this node sign: unsigned, of a host that is not allowed, of no known type, of an actor that nobody knows about itself."""
    gone = {**mallet.says("Delete", erin.uri + "x"), "actor": f"{erin.uri}x", "id": f"{erin.uri}x#delete"}

    unsigned = await deliver(acme, erin.creates(erin.note()), None, headers=ASKING)
    refused = await deliver(acme, mallet.creates(mallet.note()), mallet, headers=ASKING)
    unknown = await deliver(acme, erin.says("Dance", erin.uri), erin, headers=ASKING)
    nobody = await deliver(acme, gone, None, key=replace(erin.rsa, id=f"{erin.uri}x#main-key"), headers=ASKING)

    assert (unsigned.status_code, refused.status_code) == (401, 403)
    assert [(answer.status_code, answer.content) for answer in (unknown, nobody)] == [(202, b"")] * 2
    assert "proof" not in unsigned.text + refused.text


# ── believing ─────────────────────────────────────────────────────────────────────────────────────


async def test_a_good_receipt_is_kept_whole(acme: RunningNode, dana: Person, receiver: Receiver) -> None:
    """Also by a key that nobody had heard of: it is fetched once, and the second receipt costs no request."""
    row = await told_of_a_post(acme, dana)
    asked = list(receiver.asked)
    second = await told_of_a_post(acme, dana)

    assert (row.outcome, row.status, row.receipt_state, row.receipt_problem) == ("sent", 200, "valid", "")
    assert row.receipt is not None
    assert (row.receipt["activity"], row.receipt["digest"]) == (row.subject_uri, row.digest)
    assert "GET /actor" in asked
    assert (second.receipt_state, receiver.asked) == ("valid", asked)


async def test_two_nodes_of_ours_give_and_take_receipts(
    home: RunningNode, away: RunningNode, alice: Person, bob: Person
) -> None:
    """Nothing to set up."""
    with away.node.database.active():
        await ties.follow(away.node, bob.id, await account_by_uri(away.node, alice.uri))
    await settle_all(home, away)

    row = await told_of_a_post(home, alice)

    assert (row.host, row.status, row.receipt_state) == (away.host, 202, "valid")
    assert row.receipt is not None
    assert row.receipt["actor"] == f"http://{away.host}/actor"


WRONG: dict[str, Callable[[Receiver, JSON, bytes], JSON]] = {
    "another activity": lambda server, activity, body: server.signed(f"{activity['id']}2", body),
    "other bytes": lambda server, activity, body: server.signed(activity["id"], body + b" "),
    "long ago": lambda server, activity, body: server.signed(
        activity["id"], body, received=(NOON - timedelta(hours=2)).isoformat()
    ),
    "tomorrow": lambda server, activity, body: server.signed(
        activity["id"], body, received=(NOON + timedelta(days=1)).isoformat()
    ),
    "no time": lambda server, activity, body: server.signed(activity["id"], body, received="once"),
    "other words": lambda server, activity, body: server.signed(
        activity["id"], body, **{"@context": "https://www.w3.org/ns/activitystreams"}
    ),
    "changed later": lambda server, activity, body: {**server.signed(activity["id"], body), "note": "!"},
    "no proof": lambda server, activity, body: {
        name: value for name, value in server.signed(activity["id"], body).items() if name != "proof"
    },
    "somebody's of that server": lambda server, activity, body: add_proof(
        {
            name: value
            for name, value in server.signed(activity["id"], body, actor=f"{server.origin}/users/reader").items()
            if name != "proof"
        },
        server.actor("reader").ed25519,
        NOON,
    ),
    "in its name, by somebody's key": lambda server, activity, body: add_proof(
        {name: value for name, value in server.signed(activity["id"], body).items() if name != "proof"},
        server.actor("reader").ed25519,
        NOON,
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_wrong_receipt_is_recorded_as_invalid(
    acme: RunningNode, dana: Person, receiver: Receiver, wrong: str
) -> None:
    """And the delivery counts as done all the same: a receipt is never required."""
    receiver.receipt = lambda activity, body: WRONG[wrong](receiver, activity, body)

    row = await told_of_a_post(acme, dana)

    assert (row.outcome, row.receipt_state) == ("sent", "invalid")
    assert row.receipt_problem
    assert await count(acme, "delivery") == 0


async def test_a_strangers_receipt_is_invalid_and_leads_nowhere(
    acme: RunningNode, dana: Person, receiver: Receiver, stranger: ScriptedServer, apps: Apps, other_keys: Keys
) -> None:
    """Signed well, by the own actor of another server: that server is not even asked."""
    other = Receiver("other.localhost:9003", other_keys)
    join(apps, other)
    await acme.allow(other.host)
    receiver.receipt = lambda activity, body: other.signed(activity["id"], body)

    row = await told_of_a_post(acme, dana)

    assert (row.outcome, row.receipt_state) == ("sent", "invalid")
    assert other.asked == []


@pytest.mark.parametrize(
    "answer", [None, {"type": "Note", "id": "http://receiver.localhost:9001/notes/1"}, {"status": "ok"}]
)
async def test_a_server_that_gives_none_is_recorded_as_missing(
    acme: RunningNode, dana: Person, receiver: Receiver, answer: JSON | None
) -> None:
    """Other software answers nothing, or something else."""
    receiver.receipt = lambda _activity, _body: answer

    row = await told_of_a_post(acme, dana)

    assert (row.outcome, row.receipt_state, row.receipt) == ("sent", "missing", None)
    assert await count(acme, "delivery") == 0


async def test_a_receipt_whose_key_cannot_be_had_waits(
    acme: RunningNode, dana: Person, receiver: Receiver, clock: StoppedClock
) -> None:
    """It is neither good nor wrong; once the server shows its key, it is judged."""
    document, receiver.shown["/actor"] = receiver.shown["/actor"], (500, "text/plain", b"later")
    with acme.node.database.active():
        await acme.node.database.execute("DELETE FROM account_key WHERE uri = ?", receiver.own.ed25519.id)
    acme.node.caches.public_keys.clear()

    status = await posted(dana, "Paint is dry")
    await acme.settle()
    with acme.node.database.active():
        [before] = await of_post(acme.node, dana.id, int(status["id"]))
    receiver.shown["/actor"] = document
    acme.node.caches.failed_sources.clear()
    clock.advance(timedelta(minutes=11))
    await acme.settle()

    with acme.node.database.active():
        [after] = await of_post(acme.node, dana.id, int(status["id"]))
    assert (before.outcome, before.receipt_state) == ("sent", "unchecked")
    assert after.receipt_state == "valid"


def test_only_what_may_be_a_receipt_is_kept_until_it_is_judged() -> None:
    """An answer of another type, a long one, and one that is no text are dropped at once."""
    said = {"content-type": "application/activity+json"}

    assert receipts.claimed_in(said, b"{}") == "{}"
    assert receipts.claimed_in({"content-type": "text/html"}, b"{}") == ""
    assert receipts.claimed_in(said, b" " * (receipts.MAX_BYTES + 1)) == ""
    assert receipts.claimed_in(said, b"\xff") == ""
    assert receipts.claimed_in({}, b"{}") == ""
