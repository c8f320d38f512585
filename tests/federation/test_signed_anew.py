"""One activity that is signed again for each inbox, as Fedify does, and what we learn from how somebody signs. Each acceptance has its refused twin."""

from datetime import timedelta
from typing import Literal

import pytest

from fediverse.actions.peers import Knock, knocks
from fediverse.crypto.proofs import add_proof
from fediverse.crypto.signatures import Dialect
from tests.federation.scripted import Actor, deliver, kept
from tests.support.clocks import NOON
from tests.support.nodes import RunningNode

LATER = NOON + timedelta(seconds=2)


async def test_an_activity_with_a_newer_proof_is_the_same_one(acme: RunningNode, erin: Actor) -> None:
    """T-410: a proof says who speaks, not what; the copy for the second inbox has no effect and is answered like the first."""
    activity = erin.creates(erin.note())
    first = await deliver(acme, add_proof(activity, erin.ed25519, NOON), erin)

    second = await deliver(acme, add_proof(activity, erin.ed25519, LATER), erin)
    bare = await deliver(acme, {**activity, "signature": {"type": "RsaSignature2017"}}, erin)

    assert (first.status_code, second.status_code, bare.status_code) == (202, 202, 202)
    assert len(await kept(acme)) == 1


async def test_other_words_with_a_newer_proof_are_refused(acme: RunningNode, erin: Actor) -> None:
    """T-410: the same, but with something else to say."""
    await deliver(acme, add_proof(erin.creates(erin.note(text="Hello")), erin.ed25519, NOON), erin)

    answer = await deliver(acme, add_proof(erin.creates(erin.note(text="Howdy")), erin.ed25519, LATER), erin)

    assert (answer.status_code, answer.json()["code"]) == (409, "id_reused")
    assert len(await kept(acme)) == 1


@pytest.mark.parametrize(
    ("key", "dialect", "first"),
    [
        ("rsa", Dialect.CAVAGE, Knock.CAVAGE),
        ("rsa", Dialect.RFC9421, Knock.RFC9421),
        ("ed25519", Dialect.RFC9421, Knock.RFC9421_ED25519),
    ],
)
async def test_whoever_signs_to_us_is_answered_in_kind(
    acme: RunningNode, erin: Actor, key: Literal["rsa", "ed25519"], dialect: Dialect, first: Knock
) -> None:
    """T-027: the first knock at a host is in the dialect that it showed; Ed25519 only if it showed that, not because it publishes such a key."""
    await deliver(acme, erin.creates(erin.note()), erin, dialect=dialect, key=getattr(erin, key))

    with acme.node.database.active():
        assert (await knocks(acme.node, "friendly.localhost:9001"))[0] is first


async def test_a_signature_that_does_not_hold_teaches_nothing(acme: RunningNode, erin: Actor) -> None:
    """The same delivery, signed for another address."""
    elsewhere = f"http://{acme.host}/users/dana/inbox"
    answer = await deliver(acme, erin.creates(erin.note()), erin, dialect=Dialect.RFC9421, signed_url=elsewhere)

    with acme.node.database.active():
        assert (await knocks(acme.node, "friendly.localhost:9001"))[0] is Knock.CAVAGE
    assert answer.status_code == 401
