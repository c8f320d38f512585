"""The node's own secrets: made once, kept private, never mistaken for another node's."""

from pathlib import Path

import pytest

from fediverse.crypto import webpush
from fediverse.errors import NotConfigured
from fediverse.storage.keyring import Keyring

ORIGIN = "https://acme.example"


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    """A restart finds the same keys; no other user of the machine may look."""
    first = Keyring(tmp_path / "keys", ORIGIN)

    second = Keyring(tmp_path / "keys", ORIGIN)

    assert [key.to_pem() for key in second.instance_keys] == [key.to_pem() for key in first.instance_keys]
    files = [path for path in (tmp_path / "keys").rglob("*") if path.is_file()]
    assert webpush.public_point(second.push_key) == webpush.public_point(first.push_key)
    assert len(files) == 4
    assert {path.stat().st_mode & 0o077 for path in files} == {0}


def test_what_one_node_sealed_another_cannot_open(tmp_path: Path) -> None:
    """A wrong key file is named, and nothing is guessed."""
    mine, other = Keyring(tmp_path / "a", ORIGIN), Keyring(tmp_path / "b", ORIGIN)

    sealed = mine.seal(b"private")

    assert mine.unseal(sealed) == b"private"
    with pytest.raises(NotConfigured, match=r"secret\.key"):
        other.unseal(sealed)


def test_rotated_instance_keys_are_seen_by_a_node_that_runs(tmp_path: Path) -> None:
    """T-030: the new pair comes first, the one before stays published, an older one does not."""
    running, command = Keyring(tmp_path / "keys", ORIGIN), Keyring(tmp_path / "keys", ORIGIN)
    before = [key.id for key in running.instance_keys]

    command.rotate_instance_keys()
    once = [key.id for key in running.instance_keys]
    command.rotate_instance_keys()
    twice = [key.id for key in running.instance_keys]

    assert set(before) < set(once)
    assert once[0] == f"{ORIGIN}/actor#main-key-2"
    assert not set(before) & set(twice)


def test_nothing_of_a_secret_shows(tmp_path: Path) -> None:
    """In a log or a traceback."""
    keyring = Keyring(tmp_path / "keys", ORIGIN)

    shown = repr(keyring) + repr(keyring.instance_keys)

    assert "PRIVATE" not in shown
    assert "key=" not in shown.replace("_key=", "")
