"""`fediverse backup` and `fediverse restore`: the node comes back as it was, or nothing is touched."""

import io
import json
import stat
import tarfile
from pathlib import Path

import pytest

from tests.cli.conftest import command_line_of
from tests.support.command_line import CommandLine


@pytest.fixture
def elsewhere(tmp_path: Path, empty_database_url: str) -> CommandLine:
    """Another machine for the same node: nothing is there yet."""
    return command_line_of("acme.localhost:8001", tmp_path / "elsewhere", empty_database_url)


@pytest.fixture
def archive(fediverse: CommandLine, alice: str) -> Path:
    """A backup of a node with one person, one rule and one file."""
    fediverse.done("domain", "allow", "beta.example", "--reason", "before the backup")
    picture = fediverse.folder / "data" / "files" / "media" / "1" / "original.webp"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"picture")
    fediverse.done("backup", "night.tar.gz")
    return fediverse.folder / "night.tar.gz"


def test_restored_node_has_the_same_people_rules_keys_and_files(
    fediverse: CommandLine, archive: Path, elsewhere: CommandLine
) -> None:
    """Also its keys open its database again: a person's token can be made, and doctor finds nothing wrong."""
    elsewhere.done("restore", archive)

    for listing in (("account", "list", "--json"), ("domain", "list", "--json")):
        assert elsewhere.done(*listing) == fediverse.done(*listing)
    for name in ("keys/secret.key", "keys/instance/rsa-1.pem", "data/files/media/1/original.webp"):
        assert (elsewhere.folder / name).read_bytes() == (fediverse.folder / name).read_bytes()
    elsewhere.done("account", "token", "alice")
    assert "opens the keys" in elsewhere.done("doctor")


def test_backup_and_restored_keys_are_readable_by_their_owner_alone(archive: Path, elsewhere: CommandLine) -> None:
    """They hold what signs for everybody here."""
    elsewhere.done("restore", archive)

    for path in (archive, elsewhere.folder / "keys" / "secret.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_backup_does_not_replace_a_file_unasked(fediverse: CommandLine, archive: Path) -> None:
    """With --force it does."""
    before = archive.read_bytes()

    assert "--force" in fediverse.refused("backup", archive)

    assert archive.read_bytes() == before
    fediverse.done("backup", archive, "--force")


def test_backup_of_no_node_is_refused(new_node: CommandLine) -> None:
    """An empty archive would be found out on the worst day."""
    assert "no node here" in new_node.refused("backup", "night.tar")
    assert not (new_node.folder / "night.tar").exists()


def test_restore_does_not_replace_a_node_unasked(fediverse: CommandLine, archive: Path) -> None:
    """What came after the backup stays; with --force the node is as it was in the night."""
    fediverse.done("account", "create", "bob", "--email", "bob@acme.example")

    assert "--force" in fediverse.refused("restore", archive)

    assert len(json.loads(fediverse.done("account", "list", "--json"))) == 2
    fediverse.done("restore", archive, "--force")
    assert [person["name"] for person in json.loads(fediverse.done("account", "list", "--json"))] == ["alice"]


def test_backup_of_another_domain_is_refused(archive: Path, elsewhere: CommandLine) -> None:
    """Its addresses begin with a name that this node does not have; --force changes nothing about it."""
    elsewhere.environment |= {
        "FEDIVERSE_DOMAIN": "beta.localhost:8002",
        "FEDIVERSE_BASE_URL": "http://beta.localhost:8002",
    }

    assert "acme.localhost:8001" in elsewhere.refused("restore", archive, "--force")

    assert not (elsewhere.folder / "keys").exists()


def test_backup_of_the_other_engine_is_refused(archive: Path, elsewhere: CommandLine) -> None:
    """A copy of one engine is nothing that the other can read."""
    other = "postgres://nobody@127.0.0.1:1/nothing"
    if elsewhere.environment["FEDIVERSE_DATABASE_URL"].startswith("postgres"):
        other = f"sqlite://{elsewhere.folder}/other.sqlite3"

    assert "FEDIVERSE_DATABASE_URL" in elsewhere.refused("restore", archive, FEDIVERSE_DATABASE_URL=other)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x1f\x8b\x08\x00nonsense"])
def test_what_is_no_archive_is_refused(elsewhere: CommandLine, content: bytes) -> None:
    """Before anything is touched."""
    (elsewhere.folder / "broken.tar.gz").write_bytes(content)

    assert "broken.tar.gz" in elsewhere.refused("restore", "broken.tar.gz")
    assert not (elsewhere.folder / "keys").exists()


def test_archive_that_leads_out_of_its_folder_is_refused(archive: Path, elsewhere: CommandLine) -> None:
    """A name with `..` in it writes nowhere."""
    evil = elsewhere.folder / "evil.tar"
    with tarfile.open(archive) as good, tarfile.open(evil, "w") as bad:
        for member in good.getmembers():
            bad.addfile(member, good.extractfile(member))
        intruder = tarfile.TarInfo("keys/../../escaped")
        intruder.size = 4
        bad.addfile(intruder, io.BytesIO(b"evil"))

    assert "leads out" in elsewhere.refused("restore", evil)

    assert not list(elsewhere.folder.parent.rglob("escaped"))
    assert not (elsewhere.folder / "keys" / "secret.key").exists()


@pytest.mark.parametrize("missing", ["database", "keys/secret.key"])
def test_archive_without_one_of_its_parts_is_refused(archive: Path, elsewhere: CommandLine, missing: str) -> None:
    """Keys alone are no node, and a database without them is one that nobody knows again."""
    partial = elsewhere.folder / "partial.tar"
    with tarfile.open(archive) as good, tarfile.open(partial, "w") as bad:
        for member in good.getmembers():
            if member.name != missing:
                bad.addfile(member, good.extractfile(member))

    assert missing.partition("/")[0] in elsewhere.refused("restore", partial)

    assert not (elsewhere.folder / "keys" / "secret.key").exists()
    assert json.loads(elsewhere.done("account", "list", "--json")) == []
