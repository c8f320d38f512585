"""`fediverse migrate`, `doctor` and `key`."""

import json

from tests.support.command_line import CommandLine


def findings(command_line: CommandLine) -> dict[str, str]:
    return {finding["what"]: finding["mark"] for finding in json.loads(command_line("doctor", "--json").out)}


def test_migrate_brings_a_new_database_to_this_version(new_node: CommandLine) -> None:
    """Check says what is missing and changes nothing; migrate applies it; then nothing is left."""
    missing = new_node.refused("migrate", "--check")
    still_missing = new_node.refused("migrate", "--check")

    assert "0001_initial" in missing
    assert still_missing == missing
    assert "applied 0001_initial" in new_node.done("migrate")
    assert "at this program's version" in new_node.done("migrate")
    assert "at this program's version" in new_node.done("migrate", "--check")


def test_first_command_of_a_new_node_makes_its_tables(new_node: CommandLine) -> None:
    """Nobody has to know that there are migrations before the first update."""
    new_node.done("account", "create", "alice", "--email", "alice@acme.example")

    new_node.done("migrate", "--check")


def test_doctor_finds_nothing_wrong_with_a_node_in_order(fediverse: CommandLine, alice: str) -> None:
    """And says what it looked at."""
    fediverse.done("domain", "allow", "beta.example")

    said = fediverse.done("doctor")

    assert "wrong" not in findings(fediverse).values()
    assert all(what in said for what in ("data folder", "keys", "name", "database", "secret", "allowlist", "queues"))


def test_doctor_names_missing_migrations(new_node: CommandLine) -> None:
    """With the command that applies them, and without applying them."""
    answer = new_node("doctor")

    assert answer.status == 1
    assert "run: fediverse migrate" in answer.out
    assert findings(new_node)["database"] == "wrong"


def test_doctor_names_keys_that_others_can_read(fediverse: CommandLine, alice: str) -> None:
    """With the command that mends it, which does."""
    secret = fediverse.folder / "keys" / "secret.key"
    secret.chmod(0o644)

    answer = fediverse("doctor")
    secret.chmod(0o600)

    assert answer.status == 1
    assert "chmod" in answer.out
    assert findings(fediverse)["keys"] == "good"


def test_doctor_names_a_secret_that_does_not_fit_the_database(fediverse: CommandLine, alice: str) -> None:
    """As when a backup's database came back without its keys."""
    (fediverse.folder / "keys" / "secret.key").write_bytes(bytes(32))

    assert findings(fediverse)["secret"] == "wrong"
    assert "secret" in fediverse("doctor").err


def test_doctor_names_a_database_that_is_not_there(fediverse: CommandLine) -> None:
    """It still tells about everything else."""
    fediverse.environment["FEDIVERSE_DATABASE_URL"] = "postgres://nobody@127.0.0.1:1/nothing"

    found = findings(fediverse)

    assert found["database"] == "wrong"
    assert found["data folder"] == "good"


def test_doctor_finds_that_nobody_is_allowed(fediverse: CommandLine) -> None:
    """Which is no fault, so that the status is 0."""
    assert "fediverse domain allow" in fediverse.done("doctor")
    assert findings(fediverse)["allowlist"] == "note"


def test_rotated_keys_are_new(fediverse: CommandLine, alice: str) -> None:
    """Of the node, of one person, of everybody; who does not exist gets none."""
    instance = fediverse.folder / "keys" / "instance"
    before = set(instance.iterdir())

    assert fediverse.done("key", "rotate").startswith("1 new key pair")
    assert len(set(instance.iterdir()) - before) == 2
    assert fediverse.done("key", "rotate", "--account", alice).startswith("1 new key pair")
    assert fediverse.done("key", "rotate", "--everybody").startswith("2 new key pairs")
    assert "fediverse account list" in fediverse.refused("key", "rotate", "--account", "nobody")
    assert fediverse("key", "rotate", "--account", alice, "--everybody").status == 2
    assert "wrong" not in findings(fediverse).values()
