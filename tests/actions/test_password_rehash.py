"""Passwords are hashed anew while they are at hand, when the parameters of the hash are not today's."""

import pytest
from argon2 import PasswordHasher

from fediverse.actions import accounts
from fediverse.actions.access import sign_in
from fediverse.crypto.passwords import needs_new_hash
from fediverse.errors import NotSignedIn
from fediverse.node import Node
from tests.support.nodes import PASSWORD, RunningNode

_WEAKER = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)


@pytest.fixture
def node(home: RunningNode) -> Node:
    return home.node


async def stored(node: Node) -> str:
    return str(await node.database.value("SELECT password_hash FROM local_user WHERE email = 'alice@acme.example'"))


async def test_an_old_hash_is_replaced_when_its_owner_signs_in(node: Node) -> None:
    """The password stays the same, and so do sessions; a wrong password changes nothing."""
    alice = await accounts.register(node, username="alice", email="alice@acme.example", password=PASSWORD)
    session = await sign_in(node, "alice", PASSWORD)
    await node.database.execute("UPDATE local_user SET password_hash = ?", _WEAKER.hash(PASSWORD))

    with pytest.raises(NotSignedIn):
        await accounts.check_password(node, "alice", "wrong password")
    kept = await stored(node)
    await accounts.check_password(node, "alice", PASSWORD)

    assert (needs_new_hash(kept), needs_new_hash(await stored(node))) == (True, False)
    assert await accounts.check_password(node, "alice", PASSWORD) == alice
    assert await node.database.value("SELECT count(*) FROM web_session") == 1
    assert session.cookie


async def test_a_hash_of_today_is_left_alone(node: Node) -> None:
    """Signing in writes nothing."""
    await accounts.register(node, username="alice", email="alice@acme.example", password=PASSWORD)
    before = await stored(node)

    await accounts.check_password(node, "alice", PASSWORD)

    assert await stored(node) == before
