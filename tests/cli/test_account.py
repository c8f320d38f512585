"""`fediverse account`."""

import json

import pytest

from tests.cli.conftest import PASSWORD
from tests.support.command_line import CommandLine


def test_created_account_is_listed(fediverse: CommandLine) -> None:
    """With the role that was given; for people as a table, for programs as JSON."""
    said = fediverse.done(
        "account", "create", "alice", "--email", "Alice@acme.example", "--role", "admin", "--locale", "fr",
        "--display-name", "Alice Martin", "--confirmed", "--password-stdin", stdin=PASSWORD + "\n",
    )  # fmt: skip

    assert said == "alice@acme.localhost:8001 can sign in at http://acme.localhost:8001\n"
    [alice] = json.loads(fediverse.done("account", "list", "--json"))
    assert (alice["name"], alice["email"], alice["role"], alice["locale"], alice["disabled"]) == (
        "alice", "alice@acme.example", "admin", "fr", False,
    )  # fmt: skip
    assert "alice@acme.example" in fediverse.done("account", "list")


def test_empty_list_says_what_to_do(fediverse: CommandLine) -> None:
    """A program gets an empty list all the same."""
    assert "fediverse account create" in fediverse.done("account", "list")
    assert json.loads(fediverse.done("account", "list", "--json")) == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["alice", "--email", "other@acme.example"], "taken"),
        (["other", "--email", "alice@acme.example"], "taken"),
        (["no spaces", "--email", "other@acme.example"], "a name has"),
        (["other", "--email", "nonsense"], "e-mail"),
    ],
)
def test_account_that_cannot_be_made_is_refused(
    fediverse: CommandLine, alice: str, words: list[str], reason: str
) -> None:
    """In one line that says why; nothing is added."""
    assert reason in fediverse.refused("account", "create", *words)

    assert len(json.loads(fediverse.done("account", "list", "--json"))) == 1


def test_unknown_role_is_wrong_usage(fediverse: CommandLine) -> None:
    """Nobody becomes something that does not exist."""
    assert fediverse("account", "create", "alice", "--email", "a@acme.example", "--role", "king").status == 2


def test_password_must_come_on_standard_input(fediverse: CommandLine) -> None:
    """An empty line is no password."""
    for given in ("", "\n"):
        assert "standard input" in fediverse.refused(
            "account", "create", "alice", "--email", "a@acme.example", "--password-stdin", stdin=given
        )


def test_token_prints_one_token_and_nothing_else(fediverse: CommandLine, alice: str) -> None:
    """Programs take it as it stands."""
    lines = fediverse.done("account", "token", alice, "--scopes", "read write").splitlines()

    assert len(lines) == 1
    assert len(lines[0]) >= 40
    assert " " not in lines[0]


def test_token_with_an_unknown_scope_is_refused(fediverse: CommandLine, alice: str) -> None:
    """The same person gets one for a known scope."""
    assert "Scopes" in fediverse.refused("account", "token", alice, "--scopes", "everything")
    fediverse.done("account", "token", alice, "--scopes", "read")


def test_disabled_person_gets_no_token_until_enabled(fediverse: CommandLine, alice: str) -> None:
    """Disabled and enabled by name; the list says so."""
    fediverse.done("account", "disable", alice)

    assert "disabled" in fediverse.refused("account", "token", alice)
    assert json.loads(fediverse.done("account", "list", "--json"))[0]["disabled"] is True
    fediverse.done("account", "enable", alice)
    fediverse.done("account", "token", alice)


@pytest.mark.parametrize("verb", ["disable", "enable", "token"])
def test_unknown_person_is_refused(fediverse: CommandLine, verb: str) -> None:
    """With the command that shows who is here."""
    assert "fediverse account list" in fediverse.refused("account", verb, "nobody")


def test_new_password_replaces_the_old_one(fediverse: CommandLine, alice: str) -> None:
    """It is read from standard input, and refused when it is too short to be one."""
    assert fediverse("account", "password", alice, stdin="another good password\n").status == 0
    assert fediverse("account", "password", "nobody", stdin="another good password\n").status == 1
