"""`fediverse seed`: people, tokens and applications from a file, for development."""

import asyncio
import json
from pathlib import Path

import pytest
from PIL import Image

from fediverse.actions import accounts
from fediverse.actions.apps import authenticate_app
from fediverse.queries import accounts as questions
from fediverse.queries import media, relations
from fediverse.queries.access import signed_in_by_token
from tests.cli.conftest import node_of
from tests.support.command_line import CommandLine

SEED = """
[[accounts]]
username = "alice"
email = "alice@acme.example"
password = "correct horse battery"
display_name = "Alice"
role = "admin"
locale = "fr"
token = "0123456789abcdef-alice"
app = "client-1"

[[accounts]]
username = "bob"
email = "bob@acme.example"
locked = true
token = "0123456789abcdef-bob"
scopes = ["read"]

[[apps]]
name = "Elk"
client_id = "client-1"
client_secret = "secret-1"

[[emoji]]
shortcode = "blobcat"
file = "blobcat.png"

[[follows]]
follower = "alice"
target = "bob"
"""


@pytest.fixture
def seed(fediverse: CommandLine) -> Path:
    Image.new("RGB", (16, 16), "red").save(fediverse.folder / "blobcat.png")
    file = fediverse.folder / "seed.toml"
    file.write_text(SEED)
    return file


def test_seed_plants_what_the_file_says(fediverse: CommandLine, seed: Path) -> None:
    """The given password, tokens and secret work; a follow of a locked account is accepted; the emoji is there."""
    fediverse.done("seed", seed)

    async def look() -> None:
        async with node_of(fediverse) as node:
            alice = await questions.user_by_username(node, "alice")
            bob = await questions.user_by_username(node, "bob")
            assert (alice.role, alice.locale) == ("admin", "fr")
            assert await accounts.check_password(node, "alice", "correct horse battery") == alice.account_id
            by_token = await signed_in_by_token(node, "0123456789abcdef-alice")
            assert (by_token.account_id, by_token.may("write")) == (alice.account_id, True)
            assert not (await signed_in_by_token(node, "0123456789abcdef-bob")).may("write")
            assert (await authenticate_app(node, "client-1", "secret-1")).name == "Elk"
            assert (await questions.account(node, None, bob.account_id)).locked
            assert await relations.follow_state(node, alice.account_id, bob.account_id) == "accepted"
            assert [emoji.shortcode for emoji in await media.custom_emojis(node)] == ["blobcat"]

    asyncio.run(look())


def test_seed_can_be_planted_again(fediverse: CommandLine, seed: Path) -> None:
    """Nothing is there twice, and what the file says anew counts."""
    fediverse.done("seed", seed)
    fediverse.done("seed", seed)
    seed.write_text(
        SEED.replace("correct horse battery", "another good password")
        .replace('locale = "fr"', 'locale = "en"')
        .replace("secret-1", "secret-2")
    )

    fediverse.done("seed", seed)

    async def look() -> None:
        async with node_of(fediverse) as node:
            await accounts.check_password(node, "alice", "another good password")
            await signed_in_by_token(node, "0123456789abcdef-alice")
            await authenticate_app(node, "client-1", "secret-2")
            assert (await questions.user_by_username(node, "alice")).locale == "en"
            for table, rows in (("oauth_app", 1), ("oauth_token", 2), ("emoji", 1), ("follow", 1)):
                assert await node.database.value(f"SELECT count(*) FROM {table}") == rows, table

    asyncio.run(look())
    assert len(json.loads(fediverse.done("account", "list", "--json"))) == 2


def test_seed_gives_nobody_another_role(fediverse: CommandLine, seed: Path) -> None:
    """Who is a plain user stays one; the file that says so again is planted."""
    fediverse.done("seed", seed)
    seed.write_text(SEED.replace('role = "admin"', 'role = "moderator"'))

    assert "another role" in fediverse.refused("seed", seed)


def test_seed_is_refused_outside_development(fediverse: CommandLine, seed: Path) -> None:
    """Tokens from a file are for machines that nobody relies on."""
    said = fediverse.refused(
        "seed",
        seed,
        FEDIVERSE_DEVELOPMENT="false",
        FEDIVERSE_DOMAIN="acme.example",
        FEDIVERSE_BASE_URL="https://acme.example",
    )

    assert "FEDIVERSE_DEVELOPMENT" in said
    assert json.loads(fediverse.done("account", "list", "--json")) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("accounts = 1", "accounts"),
        ('[[accounts]]\nusername = "alice"', "email"),
        ('[[accounts]]\nusername = "alice"\nemail = "a@acme.example"\nrole = "king"', "role"),
        ('[[accounts]]\nusername = "alice"\nemail = "a@acme.example"\npasword = "x"', "pasword"),
        ("nonsense", "cannot be read"),
        ('[[emoji]]\nshortcode = "blobcat"\nfile = "nowhere.png"', "nowhere.png"),
        ('[[follows]]\nfollower = "nobody"\ntarget = "alice"', "nobody"),
    ],
)
def test_file_that_makes_no_sense_is_refused(fediverse: CommandLine, content: str, reason: str) -> None:
    """In one line that names the place."""
    (fediverse.folder / "seed.toml").write_text(content)

    assert reason in fediverse.refused("seed", "seed.toml")


def test_token_of_another_account_is_not_taken_over(fediverse: CommandLine, seed: Path) -> None:
    """A slip in the file shows at once."""
    seed.write_text(SEED.replace("0123456789abcdef-bob", "0123456789abcdef-alice"))

    assert "another account" in fediverse.refused("seed", seed)
