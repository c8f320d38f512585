"""Codes of the authorization code flow: given, exchanged once and in time, and worth nothing to anybody else."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from fediverse.actions import accounts
from fediverse.actions.access import exchange_code
from fediverse.errors import FediverseError, Malformed, NotSignedIn, Refused
from fediverse.node import Node
from fediverse.queries.access import signed_in_by_token
from tests.support.clients import CHALLENGE, REDIRECT_URI, VERIFIER, registered
from tests.support.clocks import StoppedClock
from tests.support.nodes import RunningNode


@pytest.fixture
def node(home: RunningNode) -> Node:
    return home.node


@pytest.fixture
async def alice(node: Node) -> int:
    return await accounts.register(node, username="alice", email="alice@acme.example", password="correct horse")


async def test_code_becomes_a_token_of_the_person_who_gave_it(node: Node, alice: int) -> None:
    """The token speaks for the person, through the application, as far as was granted."""
    app = await registered(node)
    code = await app.code(node, alice, "read push")

    issued = await exchange_code(node, app.client_id, app.secret, code=code, redirect_uri=REDIRECT_URI)

    signed_in = await signed_in_by_token(node, issued.token)
    assert (signed_in.account_id, signed_in.username, signed_in.app_id) == (alice, "alice", app.app_id)
    assert issued.scopes == ("read", "push")
    assert signed_in.may("read:statuses")
    assert not signed_in.may("write:statuses")


async def test_code_that_comes_again_is_refused_and_costs_its_token(node: Node, alice: int) -> None:
    """RFC 6749 §4.1.2: one of the two who used the code is a thief, so neither keeps a token."""
    app = await registered(node)
    code = await app.code(node, alice)
    issued = await exchange_code(node, app.client_id, app.secret, code=code, redirect_uri=REDIRECT_URI)

    with pytest.raises(Malformed) as refusal:
        await exchange_code(node, app.client_id, app.secret, code=code, redirect_uri=REDIRECT_URI)

    assert refusal.value.code == "invalid_grant"
    with pytest.raises(NotSignedIn):
        await signed_in_by_token(node, issued.token)


async def test_code_used_twice_at_once_leaves_no_token(node: Node, alice: int) -> None:
    """Two at the same moment: one of them comes second, and then neither has a token that works."""
    app = await registered(node)
    code = await app.code(node, alice)

    both = await asyncio.gather(
        *(exchange_code(node, app.client_id, app.secret, code=code, redirect_uri=REDIRECT_URI) for _use in range(2)),
        return_exceptions=True,
    )

    issued = [answer for answer in both if not isinstance(answer, BaseException)]
    assert len(issued) == 1
    with pytest.raises(NotSignedIn):
        await signed_in_by_token(node, issued[0].token)


async def test_stranger_cannot_spoil_a_token_by_guessing_at_its_code(node: Node, alice: int) -> None:
    """A second use by another application is refused, and costs the first one nothing."""
    app, other = await registered(node), await registered(node, name="Other")
    code = await app.code(node, alice)
    issued = await exchange_code(node, app.client_id, app.secret, code=code, redirect_uri=REDIRECT_URI)

    with pytest.raises(Malformed):
        await exchange_code(node, other.client_id, other.secret, code=code, redirect_uri=REDIRECT_URI)

    assert (await signed_in_by_token(node, issued.token)).account_id == alice


@pytest.mark.parametrize(("waited_s", "works"), [(59, True), (60, False)])
async def test_code_is_good_for_a_minute(node: Node, alice: int, *, waited_s: int, works: bool) -> None:
    """A code that was left lying, in a log or a history, opens nothing."""
    clock = StoppedClock()
    node = replace(node, clock=clock)
    app = await registered(node)
    code = await app.code(node, alice)
    clock.advance(timedelta(seconds=waited_s))

    if works:
        assert (await exchange_code(node, app.client_id, app.secret, code=code, redirect_uri=REDIRECT_URI)).token
    else:
        with pytest.raises(Malformed):
            await exchange_code(node, app.client_id, app.secret, code=code, redirect_uri=REDIRECT_URI)


async def test_code_is_exchanged_only_by_its_application_with_its_secret_and_address(node: Node, alice: int) -> None:
    """Each of the three is wrong once, with everything else right; then all are right, and it works."""
    app, other = await registered(node), await registered(node, name="Other")
    code = await app.code(node, alice)

    await _refused(node, "invalid_client", app.client_id, app.secret + "x", code, REDIRECT_URI)
    await _refused(node, "invalid_client", app.client_id, "", code, REDIRECT_URI)
    await _refused(node, "invalid_client", "nobody", app.secret, code, REDIRECT_URI)
    await _refused(node, "invalid_client", app.client_id, None, code, REDIRECT_URI)
    await _refused(node, "invalid_grant", other.client_id, other.secret, code, REDIRECT_URI)
    await _refused(node, "invalid_grant", app.client_id, app.secret, code, REDIRECT_URI.replace("%3A", ":"))
    await _refused(node, "invalid_grant", app.client_id, app.secret, code, "")
    await _refused(node, "invalid_grant", app.client_id, app.secret, code + "x", REDIRECT_URI)

    assert (await exchange_code(node, app.client_id, app.secret, code=code, redirect_uri=REDIRECT_URI)).token


async def test_code_with_a_challenge_needs_its_verifier(node: Node, alice: int) -> None:
    """RFC 7636: whoever caught the code on its way does not have the verifier, secret or not."""
    app = await registered(node)
    code = await app.code(node, alice, challenge=CHALLENGE)

    for wrong in (None, VERIFIER[:-1] + "8", CHALLENGE, "short", "ü" * 50):
        await _refused(node, "invalid_grant", app.client_id, app.secret, code, REDIRECT_URI, wrong)
        await _refused(node, "invalid_grant", app.client_id, None, code, REDIRECT_URI, wrong)

    issued = await exchange_code(
        node, app.client_id, app.secret, code=code, redirect_uri=REDIRECT_URI, code_verifier=VERIFIER
    )
    assert issued.token


async def test_application_without_a_secret_is_served_by_its_verifier(node: Node, alice: int) -> None:
    """A public client proves by PKCE that it is the one that asked."""
    app = await registered(node)
    code = await app.code(node, alice, challenge=CHALLENGE)

    issued = await exchange_code(
        node, app.client_id, None, code=code, redirect_uri=REDIRECT_URI, code_verifier=VERIFIER
    )

    assert (await signed_in_by_token(node, issued.token)).account_id == alice


async def test_verifier_without_a_challenge_is_refused(node: Node, alice: int) -> None:
    """RFC 9700 §2.1.1: an attacker who took the challenge out of the request must not get a code that works."""
    app = await registered(node)
    code = await app.code(node, alice)

    await _refused(node, "invalid_grant", app.client_id, app.secret, code, REDIRECT_URI, VERIFIER)

    assert (await exchange_code(node, app.client_id, app.secret, code=code, redirect_uri=REDIRECT_URI)).token


NOT_REGISTERED = [
    (REDIRECT_URI + "/", "read", ""),
    (REDIRECT_URI.lower(), "read", ""),
    (REDIRECT_URI, "read write", ""),
    (REDIRECT_URI, "", ""),
    (REDIRECT_URI, "read", VERIFIER + "=="),
]


async def test_code_is_given_only_for_what_was_registered(node: Node, alice: int) -> None:
    """The verb does not rely on the page that calls it. The same application gets one for what it registered."""
    app = await registered(node, scopes="read")

    for redirect_uri, scopes, challenge in NOT_REGISTERED:
        with pytest.raises((Refused, Malformed)):
            await replace(app, redirect_uri=redirect_uri).code(node, alice, scopes, challenge)

    assert await app.code(node, alice, "read", CHALLENGE)


async def test_disabled_account_gives_no_code_and_its_codes_no_token(node: Node, alice: int) -> None:
    """Disabled between the click and the exchange; enabled again, a new code works."""
    app = await registered(node)
    code = await app.code(node, alice)
    await accounts.disable(node, alice, by="admin")

    with pytest.raises(Refused):
        await app.code(node, alice)
    await _refused(node, "invalid_grant", app.client_id, app.secret, code, REDIRECT_URI)

    await accounts.enable(node, alice, by="admin")
    assert await app.code(node, alice)


async def test_nothing_that_opens_a_door_is_stored(node: Node, alice: int) -> None:
    """Who reads the database, or a backup of it, gets in nowhere: codes, tokens and secrets stand there as SHA-256."""
    app = await registered(node)
    code = await app.code(node, alice)
    issued = await exchange_code(node, app.client_id, app.secret, code=code, redirect_uri=REDIRECT_URI)

    stored = ""
    for table in ("oauth_app", "oauth_grant", "oauth_token"):
        stored += str(await node.database.rows(f"SELECT * FROM {table}"))

    assert not any(secret in stored for secret in (app.secret, code, issued.token))
    assert issued.token not in repr(issued)


async def _refused(
    node: Node, word: str, client_id: str, secret: str | None, code: str, redirect_uri: str, verifier: str | None = None
) -> None:
    with pytest.raises(FediverseError) as refusal:
        await exchange_code(node, client_id, secret, code=code, redirect_uri=redirect_uri, code_verifier=verifier)
    assert refusal.value.code == word
    assert refusal.value.status == (401 if word == "invalid_client" else 400)
