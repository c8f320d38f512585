"""Whose signature a request carries: the key behind a claim, found and tried.

Shared by `receive.admit()` (POST) and `authentication.authenticated_server()` (GET), so that both believe by the same steps. Called after the domain
policy has spoken for the key's host, never before. A key that this node knows costs no network. For others the host is asked once, signed by the
instance actor, and what failed is left alone for a while: key ids are made up by strangers, and must not turn us into a machine that fetches.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fediverse import log
from fediverse.actions import resolve
from fediverse.crypto.keypairs import PublicKey
from fediverse.errors import Malformed, NotFound, SignatureRefused, Unreachable
from fediverse.federation.gate import host_named, is_ours
from fediverse.node import Node
from fediverse.policy.hosts import same_origin
from fediverse.queries.keys import known_key

Check = Callable[[PublicKey], None]
"""Raises SignatureRefused unless the key made the signature or proof in question."""

SOURCE_REST_S = 300  # how long `node.caches.failed_sources` keeps a host; said to whoever must wait

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A public key whose owner names it back, and the owner's account, when there is one."""

    key: PublicKey
    account_id: int | None


async def stored(node: Node, key_id: str) -> KnownKey | None:
    """The key called *key_id* as far as this node knows it, without any network."""
    found = await known_key(node, key_id)
    return None if found is None else _reciprocal(node, KnownKey(*found))


async def find(node: Node, key_id: str) -> KnownKey:
    """The key called *key_id*: as stored, else fetched. Raises SignatureRefused when none can be believed, Unreachable when its host fails."""
    if is_ours(node, key_id):
        raise SignatureRefused("A key of this node signs nothing that comes from outside", code="own_key")
    return await stored(node, key_id) or await _fetch(node, key_id)


async def prove(node: Node, key_id: str, check: Check) -> KnownKey:
    """The key called *key_id*, once *check* found it to be the one. Raises what *check* raises, and as `find` does.

    When a stored key does not fit, its owner may have changed it: it is fetched anew, once, and not again for a while.
    """
    known = None if is_ours(node, key_id) else await stored(node, key_id)
    if known is None:
        known = await find(node, key_id)
        check(known.key)
        return known
    try:
        check(known.key)
    except SignatureRefused:
        refreshed = f"refresh {key_id}"
        if node.caches.failed_keys.get(refreshed) is not None:
            raise
        node.caches.failed_keys.put(refreshed, "tried")
        known = await _fetch(node, key_id)
        check(known.key)
    return known


async def _fetch(node: Node, key_id: str) -> KnownKey:
    """Ask the key's host, unless it or the key failed a moment ago."""
    host = host_named(node, key_id)
    if node.caches.failed_sources.get(host) is not None:
        raise Unreachable(f"{host} did not answer a moment ago", retry_after_s=SOURCE_REST_S)
    if node.caches.failed_keys.get(key_id) is not None:
        raise SignatureRefused("The key could not be had a moment ago", code="key_not_found")
    try:
        key = await resolve.key(node, key_id)
    except Unreachable as problem:
        node.caches.failed_sources.put(host, problem.safe)
        _log.info("key.unreachable", host=host, answer=problem.answer)
        raise
    except (Malformed, NotFound, SignatureRefused) as problem:
        node.caches.failed_keys.put(key_id, problem.safe)
        _log.info("key.not_believed", host=host, problem=problem.safe)
        raise SignatureRefused(
            "There is no such key, or its owner does not name it back", code="key_not_found"
        ) from problem
    if key.id != key_id:
        raise SignatureRefused("The key that was fetched is another one", code="key_not_found")
    owner = await known_key(node, key_id)
    return _reciprocal(node, KnownKey(key, None if owner is None else owner[1]))


def _reciprocal(node: Node, known: KnownKey) -> KnownKey:
    """Key and owner live at one origin (FEP-fe34); that the owner lists the key was seen before it was stored."""
    if not same_origin(known.key.id, known.key.owner, allow_http=node.settings.development):
        raise SignatureRefused("The key and its owner live in different places", code="key_of_another_origin")
    return known
