"""`fediverse announcement` and `fediverse house-rule`."""

import json

from tests.support.command_line import CommandLine


def test_an_announcement_is_made_listed_and_taken_back(fediverse: CommandLine) -> None:
    """By its id; and only one that exists."""
    said = fediverse.done("announcement", "add", "We move on Monday", "--ends", "2999-01-31")
    [listed] = json.loads(fediverse.done("announcement", "list", "--json"))

    assert listed["id"] in said
    assert (listed["text"], listed["ends"]) == ("We move on Monday", "2999-01-31T00:00:00+00:00")
    assert listed["id"] in fediverse.done("announcement", "remove", listed["id"])
    assert "fediverse announcement list" in fediverse.refused("announcement", "remove", listed["id"])
    assert "fediverse announcement add" in fediverse.done("announcement", "list")


def test_an_announcement_that_cannot_be_is_refused(fediverse: CommandLine) -> None:
    """Without a word, over already, or with a time that is none."""
    assert "blank" in fediverse.refused("announcement", "add", " ")
    assert "end" in fediverse.refused("announcement", "add", "Yesterday", "--ends", "2001-01-31")
    assert fediverse("announcement", "add", "Soon", "--starts", "soon").status == 2
    assert json.loads(fediverse.done("announcement", "list", "--json")) == []


def test_a_house_rule_is_written_listed_and_struck(fediverse: CommandLine) -> None:
    """In their order."""
    for text in ("Be kind", "No shouting"):
        fediverse.done("house-rule", "add", text, "--hint", "Always")
    first, second = json.loads(fediverse.done("house-rule", "list", "--json"))

    fediverse.done("house-rule", "remove", first["id"])

    assert (first["text"], first["hint"], second["text"]) == ("Be kind", "Always", "No shouting")
    assert "No shouting" in fediverse.done("house-rule", "list")
    assert "fediverse house-rule list" in fediverse.refused("house-rule", "remove", first["id"])
    assert "blank" in fediverse.refused("house-rule", "add", " ")
