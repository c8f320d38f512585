"""Signing keys of our people, and public keys of everybody, both kept in memory a while: they are asked for with every request on the wire."""

from datetime import timedelta

from fediverse.clock import to_ms
from fediverse.crypto.keypairs import KeyKind, PrivateKey, PublicKey
from fediverse.database.database import Row
from fediverse.errors import NotFound
from fediverse.node import Node

PUBLISHED_AFTER_ROTATION = timedelta(days=7)


async def signing_key(node: Node, account_id: int, kind: KeyKind) -> PrivateKey:
    """The private key that the account signs with now. Raises NotFound for an account that is not ours."""
    kept = node.caches.signing_keys.get((account_id, kind))
    if kept is not None:
        return kept
    row = await node.database.row(
        "SELECT k.uri, k.sealed, a.uri AS owner FROM account_key k JOIN account a ON a.id = k.account_id"
        " WHERE k.account_id = ? AND k.kind = ? AND k.retired_at IS NULL AND k.sealed IS NOT NULL ORDER BY k.id DESC LIMIT 1",
        account_id, kind.value,
    )  # fmt: skip
    if row is None:
        key = _instance_key(node, kind) if await _is_instance(node, account_id) else None
        if key is None:
            raise NotFound
    else:
        key = PrivateKey.from_pem(row["uri"], row["owner"], node.keyring.unseal(bytes(row["sealed"])))
    node.caches.signing_keys.put((account_id, kind), key)
    return key


def instance_key(node: Node, kind: KeyKind) -> PrivateKey:
    """The instance actor's key in use: the newest of its kind."""
    key = _instance_key(node, kind)
    if key is None:
        raise NotFound
    return key


async def public_keys(node: Node, account_id: int) -> list[PublicKey]:
    """Keys that the account's document lists: those in use, and those retired so lately that what they signed may still be under way."""
    if await _is_instance(node, account_id):
        return [key.public for key in node.keyring.instance_keys]
    still_shown = to_ms(node.clock.now() - PUBLISHED_AFTER_ROTATION)
    rows = await node.database.rows(
        "SELECT k.uri, k.kind, k.public, a.uri AS owner FROM account_key k JOIN account a ON a.id = k.account_id"
        " WHERE k.account_id = ? AND (k.retired_at IS NULL OR k.retired_at > ?) ORDER BY k.kind DESC, k.id DESC",
        account_id, still_shown,
    )  # fmt: skip
    return [public_key_of(row) for row in rows]


async def known_key(node: Node, key_id: str) -> tuple[PublicKey, int] | None:
    """A stored key by its id, with the account that owns it. The row was only ever written after actor and key had named each other."""
    kept = node.caches.public_keys.get(key_id)
    if kept is not None:
        return kept
    row = await node.database.row(
        "SELECT k.uri, k.kind, k.public, k.account_id, a.uri AS owner FROM account_key k JOIN account a ON a.id = k.account_id"
        " WHERE k.uri = ? AND k.retired_at IS NULL AND a.deleted_at IS NULL",
        key_id,
    )
    if row is None:
        return None
    found = (public_key_of(row), int(row["account_id"]))
    node.caches.public_keys.put(key_id, found)
    return found


def public_key_of(row: Row) -> PublicKey:
    """A key from its row with the columns uri, kind, public and owner."""
    if row["kind"] == KeyKind.ED25519:
        return PublicKey.from_multibase(row["uri"], row["owner"], row["public"])
    return PublicKey.from_pem(row["uri"], row["owner"], row["public"])


def _instance_key(node: Node, kind: KeyKind) -> PrivateKey | None:
    return next((key for key in node.keyring.instance_keys if key.kind is kind), None)


async def _is_instance(node: Node, account_id: int) -> bool:
    return (
        await node.database.value("SELECT 1 FROM account WHERE id = ? AND uri = ?", account_id, node.uri("/actor"))
        is not None
    )
