"""The node's own secrets, in `keys/`: the instance actor's signing keys, the key that push services know the node by, and the key under which
account keys lie sealed in the database.

Made at first start, mode 0600, kept for ever: peers remember the public halves. Nothing here is printed, logged or queued.
"""

import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fediverse.crypto import webpush
from fediverse.crypto.keypairs import KeyKind, PrivateKey, generate_ed25519, generate_rsa
from fediverse.errors import NotConfigured

_SECRET_BYTES = 32
_NONCE_BYTES = 12
_FRAGMENTS = {KeyKind.RSA: "main-key", KeyKind.ED25519: "ed25519-key"}
KEPT_PUBLISHED = 2  # the newest, and the one before it, so that what was signed just before a rotation still verifies


class Keyring:
    def __init__(self, folder: Path, origin: str) -> None:
        self._folder = folder
        self._owner = f"{origin}/actor"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._secret = self._load_secret()
        self._instance = self._load_instance_keys()
        self._read_at_ns = self._changed_at_ns()
        self._push = self._load_push_key()

    def __repr__(self) -> str:
        return f"Keyring({self._folder})"

    def seal(self, plain: bytes) -> bytes:
        """*plain* encrypted and authenticated under secret.key."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + AESGCM(self._secret).encrypt(nonce, plain, None)

    def unseal(self, sealed: bytes) -> bytes:
        """Raises NotConfigured when keys/secret.key is not the one that sealed."""
        try:
            return AESGCM(self._secret).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
        except InvalidTag:
            raise NotConfigured(
                f"{self._folder}/secret.key does not open this database's keys; restore the key file that belongs to it"
            ) from None

    def hmac(self, purpose: str, data: bytes) -> bytes:
        """A MAC under a key that serves *purpose* alone."""
        key = hmac.digest(self._secret, purpose.encode(), sha256)
        return hmac.digest(key, data, sha256)

    @property
    def push_key(self) -> ec.EllipticCurvePrivateKey:
        """What signs for push services. Never changes: devices subscribed to its public half."""
        return self._push

    @property
    def instance_keys(self) -> tuple[PrivateKey, ...]:
        """The instance actor's keys that are published, newest first; also those that another process made meanwhile."""
        if self._changed_at_ns() != self._read_at_ns:
            self._read_at_ns = self._changed_at_ns()
            self._instance = self._load_instance_keys()
        return self._instance

    def rotate_instance_keys(self) -> None:
        """Add a new pair; the one before stays published, older ones stay in the folder only."""
        for kind in KeyKind:
            self._make(kind, self._numbers(kind)[0] + 1)

    def _changed_at_ns(self) -> int:
        return (self._folder / "instance").stat().st_mtime_ns

    def _load_secret(self) -> bytes:
        path = self._folder / "secret.key"
        if not path.exists():
            _write_private(path, secrets.token_bytes(_SECRET_BYTES))
        value = path.read_bytes()
        if len(value) != _SECRET_BYTES:
            raise NotConfigured(f"{path}: is not a key of {_SECRET_BYTES} bytes; restore it from a backup")
        return value

    def _load_push_key(self) -> ec.EllipticCurvePrivateKey:
        path = self._folder / "push.pem"
        if not path.exists():
            _write_private(path, webpush.generate_key())
        try:
            return webpush.load_key(path.read_bytes())
        except ValueError as unreadable:
            raise NotConfigured(f"{path}: is not a key of P-256; restore it from a backup") from unreadable

    def _load_instance_keys(self) -> tuple[PrivateKey, ...]:
        keys: list[PrivateKey] = []
        for kind in KeyKind:
            if not self._numbers(kind):
                self._make(kind, 1)
            keys += [self._read(kind, number) for number in self._numbers(kind)[:KEPT_PUBLISHED]]
        return tuple(keys)

    def _numbers(self, kind: KeyKind) -> list[int]:
        found = (self._folder / "instance").glob(f"{kind.value}-*.pem")
        return sorted((int(path.stem.rpartition("-")[2]) for path in found), reverse=True)

    def _path(self, kind: KeyKind, number: int) -> Path:
        return self._folder / "instance" / f"{kind.value}-{number}.pem"

    def _make(self, kind: KeyKind, number: int) -> None:
        key_id = key_uri(self._owner, kind, number)
        key = generate_rsa(key_id, self._owner) if kind is KeyKind.RSA else generate_ed25519(key_id, self._owner)
        _write_private(self._path(kind, number), key.to_pem())

    def _read(self, kind: KeyKind, number: int) -> PrivateKey:
        return PrivateKey.from_pem(
            key_uri(self._owner, kind, number), self._owner, self._path(kind, number).read_bytes()
        )


def key_uri(owner: str, kind: KeyKind, number: int) -> str:
    """The id of an actor's *number*-th key: `…#main-key`, later `…#main-key-2`."""
    return f"{owner}#{_FRAGMENTS[kind]}" + ("" if number == 1 else f"-{number}")


def _write_private(path: Path, content: bytes) -> None:
    """Write so that no other user can read it at any moment, and no half-written key is left behind."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)  # fails when another process was first: its key counts
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
