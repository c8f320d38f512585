"""Browser sessions."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fediverse.actions import accounts
from fediverse.actions.access import sign_in, sign_out, sign_out_everywhere
from fediverse.actions.sessions import SESSION_LIFETIME
from fediverse.errors import NotSignedIn
from fediverse.node import Node
from fediverse.queries.access import signed_in_by_session
from tests.support.clocks import StoppedClock
from tests.support.nodes import RunningNode

PASSWORD = "correct horse battery"


@pytest.fixture
def node(home: RunningNode) -> Node:
    return home.node


@pytest.fixture
async def alice(node: Node) -> int:
    return await accounts.register(node, username="alice", email="alice@acme.example", password=PASSWORD, locale="fr")


@pytest.mark.parametrize("name", ["alice", "Alice", "alice@acme.example", " ALICE@acme.example "])
async def test_person_signs_in_by_name_or_address(node: Node, alice: int, name: str) -> None:
    """In whatever case; the session is the person with all that the person may do."""
    session = await sign_in(node, name, PASSWORD)

    person = await signed_in_by_session(node, session.cookie)
    assert (person.account_id, person.username, person.locale, person.role) == (alice, "alice", "fr", "user")
    assert person.csrf_token == session.csrf_token
    assert person.may("write:statuses")
    assert not person.may("admin:read")


async def test_wrong_password_makes_no_session(node: Node, alice: int) -> None:
    """Nor does an unknown name, or no password; the words are the same."""
    answers = set()
    for name, password in (("alice", "wrong horse battery"), ("alice", ""), ("nobody", PASSWORD), ("", "")):
        with pytest.raises(NotSignedIn) as refusal:
            await sign_in(node, name, password)
        answers.add(refusal.value.safe)

    assert len(answers) == 1
    assert await node.database.value("SELECT count(*) FROM web_session") == 0


async def test_person_without_a_password_cannot_sign_in_by_one(node: Node) -> None:
    """Somebody who comes by single sign-on, or was only just made."""
    await accounts.register(node, username="bob", email="bob@acme.example")

    with pytest.raises(NotSignedIn):
        await sign_in(node, "bob", "")


async def test_session_ends_when_its_time_is_over(node: Node, alice: int) -> None:
    """To the second, whatever the browser does with its cookie."""
    clock = StoppedClock()
    node = replace(node, clock=clock)
    session = await sign_in(node, "alice", PASSWORD)

    clock.advance(SESSION_LIFETIME - timedelta(seconds=1))
    assert (await signed_in_by_session(node, session.cookie)).account_id == alice

    clock.advance(timedelta(seconds=1))
    with pytest.raises(NotSignedIn):
        await signed_in_by_session(node, session.cookie)


async def test_signing_out_ends_this_session_and_no_other(node: Node, alice: int) -> None:
    """Two browsers; then all but the one at hand."""
    here, there = await sign_in(node, "alice", PASSWORD), await sign_in(node, "alice", PASSWORD)
    person = await signed_in_by_session(node, here.cookie)
    assert person.session_id is not None

    await sign_out_everywhere(node, alice, except_session_id=person.session_id)
    with pytest.raises(NotSignedIn):
        await signed_in_by_session(node, there.cookie)
    assert (await signed_in_by_session(node, here.cookie)).account_id == alice

    await sign_out(node, person.session_id)
    with pytest.raises(NotSignedIn):
        await signed_in_by_session(node, here.cookie)


async def test_session_of_a_disabled_account_stops_at_once(node: Node, alice: int) -> None:
    """The browser that is open, and the password that is right."""
    session = await sign_in(node, "alice", PASSWORD)
    await accounts.disable(node, alice, by="admin")

    with pytest.raises(NotSignedIn):
        await signed_in_by_session(node, session.cookie)
    with pytest.raises(NotSignedIn):
        await sign_in(node, "alice", PASSWORD)


async def test_cookie_is_stored_as_a_hash_only(node: Node, alice: int) -> None:
    """Who reads the database signs in nowhere."""
    session = await sign_in(node, "alice", PASSWORD)

    stored = str(await node.database.rows("SELECT * FROM web_session"))

    assert session.cookie not in stored
    assert session.cookie not in repr(session)
