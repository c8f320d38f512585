"""`fediverse group`: groups as the operator makes and watches them."""

import json
from typing import Any

import pytest

from tests.support.command_line import CommandLine


def listed(fediverse: CommandLine) -> dict[str, dict[str, Any]]:
    """All groups by their names."""
    return {row["name"]: row for row in json.loads(fediverse.done("group", "list", "--json"))}


@pytest.fixture
def partners(fediverse: CommandLine) -> CommandLine:
    """The node allows two others."""
    for host in ("beta.localhost:8002", "gamma.localhost:8003"):
        fediverse.done("domain", "allow", host)
    return fediverse


def test_a_group_is_made_and_listed(partners: CommandLine, alice: str) -> None:
    """With its owner, its domains and its words; closed unless the operator says otherwise."""
    assert "fediverse group create" in partners.done("group", "list")

    said = partners.done(
        "group", "create", "projet-x", "--access", "secret", "--domains", "beta.localhost:8002, gamma.localhost:8003",
        "--owner", alice, "--title", "Projet X", "--posting", "moderators",
    )  # fmt: skip
    partners.done("group", "create", "lunch")

    groups = listed(partners)
    assert "projet-x@acme.localhost:8001" in said
    assert groups["projet-x"] | {"since": ""} == {
        "name": "projet-x", "title": "Projet X", "access": "secret", "posting": "moderators",
        "domains": ["beta.localhost:8002", "gamma.localhost:8003"], "members": 1, "paused": "", "since": "",
    }  # fmt: skip
    assert (groups["lunch"]["access"], groups["lunch"]["domains"], groups["lunch"]["members"]) == ("closed", [], 0)
    assert "projet-x" in partners.done("group", "list")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["alice"], "alice"),
        (["two words"], ""),
        (["painters", "--owner", "nobody"], "nobody"),
        (["painters", "--domains", "not a domain!"], ""),
    ],
)
def test_a_group_that_cannot_be_is_refused(words: list[str], reason: str, fediverse: CommandLine, alice: str) -> None:
    """A name that is taken or none, an owner who is not here, a domain that is none: one line, and no group."""
    assert reason in fediverse.refused("group", "create", *words)

    assert listed(fediverse) == {}


@pytest.mark.parametrize(
    "words",
    [
        ["create", "painters", "--access", "public"],
        ["create", "painters", "--posting", "nobody"],
        ["policy", "painters", "--posting", "nobody"],
        ["create"],
        ["close", "painters"],
    ],
)
def test_wrong_usage_ends_with_2(words: list[str], fediverse: CommandLine) -> None:
    """And makes nothing."""
    assert fediverse("group", *words).status == 2

    assert listed(fediverse) == {}


def test_a_policy_is_shown_and_set(partners: CommandLine, alice: str) -> None:
    """What is not said stays; an empty list is this node alone."""
    partners.done("group", "create", "painters", "--domains", "beta.localhost:8002", "--owner", alice)

    shown = partners.done("group", "policy", "painters")
    wider = partners.done(
        "group", "policy", "painters", "--domains", "beta.localhost:8002 gamma.localhost:8003", "--json"
    )
    quieter = json.loads(partners.done("group", "policy", "@painters", "--posting", "moderators", "--json"))
    alone = json.loads(partners.done("group", "policy", "painters", "--domains", "", "--json"))

    assert "beta.localhost:8002" in shown
    assert json.loads(wider)["domains"] == ["beta.localhost:8002", "gamma.localhost:8003"]
    assert (quieter["posting"], len(quieter["domains"])) == ("moderators", 2)
    assert (alone["posting"], alone["domains"]) == ("moderators", [])


def test_members_are_shown_with_their_roles(fediverse: CommandLine, alice: str) -> None:
    """Nobody in a group without an owner."""
    fediverse.done("group", "create", "painters", "--owner", alice)
    fediverse.done("group", "create", "empty")

    [owner] = json.loads(fediverse.done("group", "members", "painters", "--json"))

    assert (owner["account"], owner["role"]) == ("alice", "owner")
    assert json.loads(fediverse.done("group", "members", "empty", "--json")) == []
    assert "Nobody is in empty" in fediverse.done("group", "members", "empty")


def test_a_group_is_reconciled(fediverse: CommandLine, alice: str) -> None:
    """One that is in order stays as it is."""
    fediverse.done("group", "create", "painters", "--owner", alice)

    fediverse.done("group", "reconcile", "painters")

    assert listed(fediverse)["painters"]["paused"] == ""


@pytest.mark.parametrize("words", [["policy"], ["policy", "--domains", "*"], ["members"], ["reconcile"]])
def test_a_group_that_does_not_exist_is_said_so(words: list[str], fediverse: CommandLine, alice: str) -> None:
    """A person's name is no group's either."""
    command, *more = words

    assert "fediverse group list" in fediverse.refused("group", command, "painters", *more)
    assert "fediverse group list" in fediverse.refused("group", command, alice, *more)
