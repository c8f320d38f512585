"""`fediverse domain`: the allowlist from the command line."""

import json
from pathlib import Path

import pytest

from tests.support.command_line import CommandLine


def decisions(fediverse: CommandLine, domain: str) -> dict[str, str]:
    rows = json.loads(fediverse("domain", "check", domain, "--json").out)
    return {row["direction"]: row["decision"] for row in rows}


def test_new_node_allows_nobody(fediverse: CommandLine) -> None:
    """An empty list is no open door: every direction is denied, and the command says so by its status."""
    assert json.loads(fediverse.done("domain", "list", "--json")) == []

    assert "not allowed" in fediverse.refused("domain", "check", "beta.example")
    assert set(decisions(fediverse, "beta.example").values()) == {"deny"}


def test_allowed_domain_is_allowed_until_it_is_removed(fediverse: CommandLine) -> None:
    """In every direction, by the rule that check names; its subdomains and everybody else are not."""
    said = fediverse.done("domain", "allow", "Beta.Example", "--reason", "our subsidiary")

    [rule] = json.loads(fediverse.done("domain", "list", "--json"))
    assert said == f"rule {rule['id']}: allow beta.example\n"
    assert (rule["pattern"], rule["effect"], rule["reason"]) == ("beta.example", "allow", "our subsidiary")
    assert rule["author"].endswith("command line") or rule["author"].endswith("(command line)")
    assert rule["id"] in fediverse.done("domain", "check", "beta.example")
    fediverse.refused("domain", "check", "chat.beta.example")
    fediverse.refused("domain", "check", "gamma.example")
    fediverse.done("domain", "remove", "beta.example")
    fediverse.refused("domain", "check", "beta.example")


def test_subdomains_are_allowed_only_when_asked_for(fediverse: CommandLine) -> None:
    """Then they, and the domain itself."""
    fediverse.done("domain", "allow", "beta.example", "--subdomains")

    fediverse.done("domain", "check", "beta.example")
    fediverse.done("domain", "check", "chat.beta.example")
    fediverse.refused("domain", "check", "beta.example.org")


@pytest.mark.parametrize("verb", ["deny", "hold"])
def test_denied_or_held_domain_beats_a_wider_allow(fediverse: CommandLine, verb: str) -> None:
    """Its neighbours stay allowed."""
    fediverse.done("domain", "allow", "*.example")
    fediverse.done("domain", verb, "beta.example", "--reason", "incident")

    assert set(decisions(fediverse, "beta.example").values()) == {verb}
    fediverse.done("domain", "check", "delta.example")


def test_rule_for_one_direction_opens_that_one_only(fediverse: CommandLine) -> None:
    """What is allowed to come in does not go out."""
    fediverse.done("domain", "allow", "beta.example", "--direction", "in-post", "--direction", "in-get")

    found = decisions(fediverse, "beta.example")
    assert {direction for direction, decision in found.items() if decision == "allow"} == {"in-post", "in-get"}


def test_rule_ends_at_its_time(fediverse: CommandLine) -> None:
    """A rule that is over allows nothing, one that is not over yet does."""
    fediverse.done("domain", "allow", "old.example", "--until", "2020-01-31")
    fediverse.done("domain", "allow", "new.example", "--until", "2999-01-31T12:00+01:00")
    fediverse.done("domain", "allow", "later.example", "--from", "2999-01-31")

    fediverse.refused("domain", "check", "old.example")
    fediverse.done("domain", "check", "new.example")
    fediverse.refused("domain", "check", "later.example")


def test_every_option_of_a_rule_is_kept(fediverse: CommandLine) -> None:
    """Networks, ports, reach, certificates and times are shown as they were given."""
    authority = fediverse.folder / "ca.pem"
    authority.write_text("-----BEGIN CERTIFICATE-----\n")

    answer = fediverse(
        "domain", "allow", "beta.example", "--addresses", "10.1.0.0/16", "--addresses", "fd00::/8", "--ports", "8443",
        "--port", "443", "--ca", authority, "--reach", "addressed", "--until", "2999-01-31",
    )  # fmt: skip

    if answer.status == 0:
        [rule] = json.loads(fediverse.done("domain", "list", "--json"))
        assert rule["addresses"] == ["10.1.0.0/16", "fd00::/8"]
        assert rule["ports"] == [443, 8443]
        assert (rule["reach"], rule["valid_to"]) == ("addressed", "2999-01-31T00:00:00+00:00")
        assert rule["ca_pem"].startswith("-----BEGIN")
    else:
        assert "certificate" in answer.err.lower()


@pytest.mark.parametrize(
    "words",
    [
        ["acme.localhost:8001"],
        ["not a host"],
        ["beta.example", "--addresses", "nonsense"],
        ["beta.example", "--ca", "nowhere.pem"],
    ],
)
def test_rule_that_makes_no_sense_is_refused(fediverse: CommandLine, words: list[str]) -> None:
    """In one line; no rule is added."""
    fediverse.refused("domain", "allow", *words)

    assert json.loads(fediverse.done("domain", "list", "--json")) == []


def test_time_that_is_none_is_wrong_usage(fediverse: CommandLine) -> None:
    """It says how a time is written."""
    answer = fediverse("domain", "allow", "beta.example", "--until", "soon")

    assert answer.status == 2
    assert "2027-01-31" in answer.err


def test_draft_has_no_effect_until_it_is_published(fediverse: CommandLine) -> None:
    """One by one, or all at once; a discarded one never has any."""
    for domain in ("beta.example", "gamma.example", "delta.example"):
        fediverse.done("domain", "allow", domain, "--draft")
    drafts = {draft["pattern"]: draft["id"] for draft in json.loads(fediverse.done("domain", "drafts", "--json"))}
    fediverse.refused("domain", "check", "beta.example")

    fediverse.done("domain", "publish", drafts["beta.example"])
    fediverse.done("domain", "discard", drafts["gamma.example"])
    fediverse.done("domain", "publish", "--all")

    fediverse.done("domain", "check", "beta.example")
    fediverse.refused("domain", "check", "gamma.example")
    fediverse.done("domain", "check", "delta.example")
    assert json.loads(fediverse.done("domain", "drafts", "--json")) == []
    assert "in force" in fediverse.refused("domain", "publish", drafts["beta.example"])


def test_exported_rules_can_be_imported_elsewhere(fediverse: CommandLine, new_node: CommandLine) -> None:
    """They come as drafts, with every option; published they decide as they did."""
    fediverse.done("domain", "allow", "beta.example", "--reach", "addressed", "--ports", "8443")
    fediverse.done("domain", "deny", "*.evil.example", "--reason", "spam")
    file = new_node.folder / "rules.json"
    file.write_text(fediverse.done("domain", "export"))

    assert "2 drafts" in new_node.done("domain", "import", file)

    new_node.refused("domain", "check", "beta.example:8443")
    new_node.done("domain", "publish", "--all")
    new_node.done("domain", "check", "beta.example:8443")
    assert new_node.done("domain", "export") == file.read_text()


def test_mastodons_lists_are_read_and_written(fediverse: CommandLine) -> None:
    """One column `#domain`; what stands already is not added twice."""
    file = fediverse.folder / "allows.csv"
    file.write_text("#domain\nbeta.example\nGamma.example\n")

    fediverse.done("domain", "import", file)
    again = fediverse.done("domain", "import", file)
    fediverse.done("domain", "publish", "--all")

    assert again.startswith("0 drafts")
    assert fediverse.done("domain", "export", "--format", "csv") == "#domain\nbeta.example\ngamma.example\n"


@pytest.mark.parametrize(
    "content", ["", "#domain\n", "nonsense", '{"rules": []}', '{"rules": [{"pattern": "b.example"}]}']
)
def test_list_without_a_rule_changes_nothing(fediverse: CommandLine, content: str) -> None:
    """T-220: an empty or broken file is refused; what was allowed stays so, and nobody else is."""
    fediverse.done("domain", "allow", "beta.example")
    for name in ("rules.csv", "rules.json"):
        (fediverse.folder / name).write_text(content)
        fediverse.refused("domain", "import", name)

    assert [rule["pattern"] for rule in json.loads(fediverse.done("domain", "list", "--json"))] == ["beta.example"]
    assert json.loads(fediverse.done("domain", "drafts", "--json")) == []


def test_effect_tells_what_a_removal_would_cut(fediverse: CommandLine) -> None:
    """And changes nothing."""
    fediverse.done("domain", "allow", "beta.example")

    effect = json.loads(fediverse.done("domain", "effect", "beta.example", "--json"))

    assert effect == {"people": 0, "follows": 0, "followers": 0, "waiting_deliveries": 0}
    assert "0 known people" in fediverse.done("domain", "effect", "beta.example")
    fediverse.done("domain", "check", "beta.example")


def test_removing_what_is_not_there_is_refused(fediverse: CommandLine) -> None:
    """With the command that shows the rules."""
    assert "fediverse domain list" in fediverse.refused("domain", "remove", "beta.example")


def test_purge_wants_to_be_said_twice(fediverse: CommandLine) -> None:
    """And only for a domain that is not allowed any more."""
    fediverse.done("domain", "allow", "beta.example")
    assert "--yes" in fediverse.refused("domain", "purge", "beta.example")
    assert "still allowed" in fediverse.refused("domain", "purge", "beta.example", "--yes")

    fediverse.done("domain", "remove", "beta.example")

    assert fediverse.done("domain", "purge", "beta.example", "--yes").startswith("0 accounts and 0 posts")


def test_refused_contacts_are_listed(fediverse: CommandLine) -> None:
    """Nobody knocked yet."""
    assert json.loads(fediverse.done("domain", "refused", "--json")) == []
    assert "Nobody was refused" in fediverse.done("domain", "refused")


def test_output_into_a_pipe_is_one_line_a_rule(fediverse: CommandLine, tmp_path: Path) -> None:
    """However long the reason is."""
    fediverse.done("domain", "allow", "beta.example", "--reason", "because " * 60)

    lines = [line for line in fediverse.done("domain", "list").splitlines() if "beta.example" in line]

    assert len(lines) == 1
    assert "because because" in lines[0]
