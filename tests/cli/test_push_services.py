"""`fediverse push`: the push services from the command line."""

import json

from tests.support.command_line import CommandLine


def services(fediverse: CommandLine) -> list[str]:
    return [service["host"] for service in json.loads(fediverse.done("push", "list", "--json"))]


def test_a_new_node_pushes_nothing(fediverse: CommandLine) -> None:
    """The listing says so, and how to change it."""
    assert services(fediverse) == []
    assert "fediverse push add" in fediverse.done("push", "list")


def test_a_service_is_added_by_name_and_taken_away(fediverse: CommandLine) -> None:
    """In one spelling, once; what is not there cannot be removed."""
    said = fediverse.done("push", "add", "Push.Example")
    again = fediverse.refused("push", "add", "push.example")
    listed = services(fediverse)
    fediverse.done("push", "remove", "push.example")

    assert said == "push.example is a push service now\n"
    assert "already" in again
    assert listed == ["push.example"]
    assert services(fediverse) == []
    assert "no push service" in fediverse.refused("push", "remove", "push.example")


def test_a_service_is_no_node_and_a_node_no_service(fediverse: CommandLine) -> None:
    """Whichever came first keeps the host; nor can the node itself be one, nor what is no host."""
    fediverse.done("push", "add", "push.example")
    fediverse.done("domain", "allow", "beta.example")

    assert "push service" in fediverse.refused("domain", "allow", "push.example")
    assert "allowed as a node" in fediverse.refused("push", "add", "beta.example")
    assert "this node itself" in fediverse.refused("push", "add", "acme.localhost:8001")
    fediverse.refused("push", "add", "no host at all")
    fediverse.refused("domain", "allow", "gamma.example", "--direction", "push")


def test_an_allowed_node_is_still_allowed_in_every_direction(fediverse: CommandLine) -> None:
    """`domain check` speaks of nodes: pushing is none of its directions."""
    fediverse.done("push", "add", "push.example")
    fediverse.done("domain", "allow", "beta.example")

    decisions = json.loads(fediverse("domain", "check", "beta.example", "--json").out)

    assert {row["decision"] for row in decisions} == {"allow"}
    assert "push" not in {row["direction"] for row in decisions}
    assert "not allowed" in fediverse.refused("domain", "check", "push.example")
