"""Registering client applications."""

import pytest

from fediverse.actions.access import register_app
from fediverse.actions.apps import MAX_NAME_CHARACTERS, authenticate_app
from fediverse.errors import Invalid, NotSignedIn
from fediverse.node import Node
from tests.support.clients import REDIRECT_URI
from tests.support.nodes import RunningNode


@pytest.fixture
def node(home: RunningNode) -> Node:
    return home.node


async def test_application_keeps_its_addresses_to_the_byte(node: Node) -> None:
    """Several of them, in their order, each once; without scopes it may read."""
    addresses = [REDIRECT_URI, "com.tapbots.Ivory.10217:/request_token", REDIRECT_URI]

    app, secret = await register_app(node, " Elk ", addresses, [], "https://elk.zone")

    assert app.redirect_uris == (REDIRECT_URI, "com.tapbots.Ivory.10217:/request_token")
    assert (app.name, app.website, app.scopes) == ("Elk", "https://elk.zone", ("read",))
    assert (await authenticate_app(node, app.client_id, secret)).id == app.id


UNUSABLE: list[tuple[str, list[str], list[str], str]] = [
    ("", [REDIRECT_URI], ["read"], ""),
    ("  ", [REDIRECT_URI], ["read"], ""),
    ("two\nlines", [REDIRECT_URI], ["read"], ""),
    ("x" * (MAX_NAME_CHARACTERS + 1), [REDIRECT_URI], ["read"], ""),
    ("Elk", [], ["read"], ""),
    ("Elk", ["javascript:alert(1)"], ["read"], ""),
    ("Elk", [REDIRECT_URI, "data:text/html,x"], ["read"], ""),
    ("Elk", [REDIRECT_URI], ["read", "everything"], ""),
    ("Elk", [REDIRECT_URI], ["read"], "javascript:alert(1)"),
    ("Elk", [REDIRECT_URI], ["read"], "not a website"),
]


async def test_unusable_application_is_refused(node: Node) -> None:
    """What a person would see on the consent page, or be led to, must be presentable; and nothing of it is kept."""
    for name, addresses, scopes, website in UNUSABLE:
        with pytest.raises(Invalid):
            await register_app(node, name, addresses, scopes, website)

    assert await node.database.value("SELECT count(*) FROM oauth_app") == 0


async def test_application_with_given_credentials_is_the_same_when_seeded_again(node: Node) -> None:
    """Test rigs of clients bring their id and secret; the second time changes the rest."""
    first, _secret = await register_app(node, "Rig", [REDIRECT_URI], ["read"], client_id="rig", secret="a fixed secret")
    second, secret = await register_app(
        node, "Rig 2", [REDIRECT_URI], ["read", "write"], client_id="rig", secret="a fixed secret"
    )

    assert (second.id, second.name, second.scopes, secret) == (first.id, "Rig 2", ("read", "write"), "a fixed secret")
    assert (await authenticate_app(node, "rig", "a fixed secret")).id == first.id


async def test_wrong_secret_and_unknown_application_are_told_the_same(node: Node) -> None:
    """Nobody finds out which applications there are."""
    app, secret = await register_app(node, "Elk", [REDIRECT_URI], ["read"])

    with pytest.raises(NotSignedIn) as wrong:
        await authenticate_app(node, app.client_id, secret + "x")
    with pytest.raises(NotSignedIn) as unknown:
        await authenticate_app(node, "unknown", secret)

    assert (wrong.value.safe, wrong.value.code) == (unknown.value.safe, unknown.value.code)
