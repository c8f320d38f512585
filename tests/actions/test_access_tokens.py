"""Access tokens: issued, revoked by those whose they are, and worth nothing once the account is barred."""

import pytest

from fediverse.actions import accounts
from fediverse.actions.access import (
    client_token,
    exchange_code,
    issue_token,
    note_seen,
    revoke_grant,
    revoke_token,
)
from fediverse.clock import to_ms
from fediverse.errors import Conflict, Invalid, Malformed, NotFound, NotSignedIn, Refused
from fediverse.node import Node
from fediverse.queries import accounts as account_questions
from fediverse.queries.access import granted_apps, signed_in_by_token
from tests.support.clients import REDIRECT_URI, registered
from tests.support.nodes import RunningNode

FIXED = "__MASTODON_PY_TEST_ACCESS_TOKEN"


@pytest.fixture
def node(home: RunningNode) -> Node:
    return home.node


@pytest.fixture
async def alice(node: Node) -> int:
    return await accounts.register(node, username="alice", email="alice@acme.example")


@pytest.fixture
async def bob(node: Node) -> int:
    return await accounts.register(node, username="bob", email="bob@acme.example")


async def test_operator_gives_a_token_of_a_given_value_again_and_again(node: Node, alice: int) -> None:
    """Test rigs of clients have fixed tokens; seeding twice is seeding once, and brings a revoked one back."""
    await issue_token(node, alice, ["read"], token=FIXED)
    await revoke_token(node, "", "", FIXED)

    assert await issue_token(node, alice, ["read", "write"], token=FIXED) == FIXED

    signed_in = await signed_in_by_token(node, FIXED)
    assert signed_in.account_id == alice
    assert signed_in.scopes == {"read", "write"}


async def test_token_of_a_given_value_never_changes_hands(node: Node, alice: int, bob: int) -> None:
    """The same value for somebody else is refused, and stays with its first owner."""
    await issue_token(node, alice, ["read"], token=FIXED)

    with pytest.raises(Conflict):
        await issue_token(node, bob, ["read"], token=FIXED)

    assert (await signed_in_by_token(node, FIXED)).account_id == alice


@pytest.mark.parametrize(("scopes", "token"), [(["read"], ""), (["read"], "short"), (["everything"], None)])
async def test_token_that_can_be_guessed_or_does_not_exist_is_refused(
    node: Node, alice: int, scopes: list[str], token: str | None
) -> None:
    """An empty token would let everybody in who sends none."""
    with pytest.raises(Invalid):
        await issue_token(node, alice, scopes, token=token)


@pytest.mark.parametrize("token", ["", "unknown", "\ud800", "x" * 10_000])
async def test_unknown_token_is_nobody(node: Node, alice: int, token: str) -> None:
    """Whatever it looks like; a known one beside it works."""
    known = await issue_token(node, alice, ["read"])

    with pytest.raises(NotSignedIn):
        await signed_in_by_token(node, token)
    assert (await signed_in_by_token(node, known)).account_id == alice


async def test_token_of_a_disabled_account_stops_at_once_and_works_again_when_enabled(node: Node, alice: int) -> None:
    """Nothing is remembered between two requests."""
    token = await issue_token(node, alice, ["read"])
    await accounts.disable(node, alice, by="admin")

    with pytest.raises(NotSignedIn):
        await signed_in_by_token(node, token)
    with pytest.raises(Refused):
        await issue_token(node, alice, ["read"])

    await accounts.enable(node, alice, by="admin")
    assert (await signed_in_by_token(node, token)).account_id == alice


@pytest.mark.parametrize("column", ["suspended_at", "deleted_at"])
async def test_token_of_a_suspended_or_deleted_account_stops_at_once(node: Node, alice: int, column: str) -> None:
    """An account that is barred in another way than by being disabled."""
    token = await issue_token(node, alice, ["read"])
    await node.database.execute(f"UPDATE account SET {column} = ? WHERE id = ?", to_ms(node.clock.now()), alice)

    with pytest.raises(NotSignedIn):
        await signed_in_by_token(node, token)


async def test_only_administrators_have_the_administrators_scopes(node: Node, alice: int) -> None:
    """The same token, before and after the person's role changed: `admin:` is worth what the role is."""
    admin = await accounts.register(node, username="ada", email="ada@acme.example", role="admin")
    of_alice = await issue_token(node, alice, ["read", "admin:read"])
    of_admin = await issue_token(node, admin, ["read", "admin:read"])

    assert not (await signed_in_by_token(node, of_alice)).may("admin:read:accounts")
    assert (await signed_in_by_token(node, of_admin)).may("admin:read:accounts")

    await node.database.execute("UPDATE local_user SET role = 'user' WHERE account_id = ?", admin)
    assert not (await signed_in_by_token(node, of_admin)).may("admin:read:accounts")


async def test_application_speaks_for_itself_within_what_it_registered(node: Node) -> None:
    """Client credentials: no person behind the token, and no scope beyond the registered ones."""
    app = await registered(node, scopes="read")

    issued = await client_token(node, app.client_id, app.secret, ["read"])

    signed_in = await signed_in_by_token(node, issued.token)
    assert (signed_in.account_id, signed_in.app_id, signed_in.username) == (None, app.app_id, "")
    with pytest.raises(Malformed) as beyond:
        await client_token(node, app.client_id, app.secret, ["read", "write"])
    assert beyond.value.code == "invalid_scope"
    with pytest.raises(NotSignedIn) as unproved:
        await client_token(node, app.client_id, "", ["read"])
    assert unproved.value.code == "invalid_client"


async def test_application_revokes_its_own_token_and_nobody_elses(node: Node, alice: int) -> None:
    """RFC 7009: another application, or one that does not prove itself, is refused and changes nothing; again is as good as once."""
    app, other = await registered(node), await registered(node, name="Other")
    token = await issue_token(node, alice, ["read"], app_id=app.app_id)

    for client_id, secret in ((other.client_id, other.secret), (app.client_id, "wrong"), ("", "")):
        with pytest.raises(Refused) as refusal:
            await revoke_token(node, client_id, secret, token)
        assert refusal.value.code == "unauthorized_client"
    assert (await signed_in_by_token(node, token)).account_id == alice

    await revoke_token(node, app.client_id, app.secret, token)
    await revoke_token(node, app.client_id, app.secret, token)
    await revoke_token(node, app.client_id, app.secret, "never existed")
    with pytest.raises(NotSignedIn):
        await signed_in_by_token(node, token)


async def test_person_sees_and_shuts_out_the_applications_that_were_let_in(node: Node, alice: int, bob: int) -> None:
    """The list of one's own; somebody else's is not there to be revoked."""
    app = await registered(node)
    code = await app.code(node, alice, "read push")
    issued = await exchange_code(node, app.client_id, app.secret, code=code, redirect_uri=REDIRECT_URI)
    [granted] = await granted_apps(node, alice)

    assert (granted.app.name, granted.scopes) == ("Elk", ("read", "push"))
    assert await granted_apps(node, bob) == []
    with pytest.raises(NotFound):
        await revoke_grant(node, bob, granted.token_id)
    assert (await signed_in_by_token(node, issued.token)).account_id == alice

    await revoke_grant(node, alice, granted.token_id)
    assert await granted_apps(node, alice) == []
    with pytest.raises(NotSignedIn):
        await signed_in_by_token(node, issued.token)


async def test_who_was_here_is_remembered_to_the_hour(node: Node, alice: int) -> None:
    """The first request is noted, for the counts of active people; the next one writes nothing."""
    token = await issue_token(node, alice, ["read"])

    await note_seen(node, await signed_in_by_token(node, token))
    first = (await signed_in_by_token(node, token)).last_seen_at
    await note_seen(node, await signed_in_by_token(node, token))

    assert first is not None
    assert (await signed_in_by_token(node, token)).last_seen_at == first
    assert (await account_questions.node_counts(node)).active_month == 1
