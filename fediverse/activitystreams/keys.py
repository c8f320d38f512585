"""The keys that an actor lists: `publicKey` (Mastodon's RSA keys, one or several) and `assertionMethod` (Multikey, FEP-521a).

Called by `actors` and by whoever resolves a key id. A claim holds only both ways: a key counts when it stands in the actor's own document,
names that actor as its owner, and lives where the actor lives. The material is not decoded here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from fediverse.activitystreams.shapes import shape_of
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import id_of, objects_of, only_id_of, origin_of, string_of

MAX_KEYS = 10
MAX_KEY_CHARS = 10_000


@dataclass(frozen=True, slots=True)
class RemoteKey:
    """One key: *pem* for kind "pem", *multibase* for kind "multikey"; the other is None. The algorithm is told by the material alone."""

    id: str
    kind: Literal["pem", "multikey"]
    pem: str | None = None
    multibase: str | None = None


def keys_of(actor: JSON, actor_uri: str) -> tuple[RemoteKey, ...]:
    """The first ten usable keys in *actor*'s document. A key of another owner, another origin or without material is left out (T-032, T-033)."""
    listed = [*objects_of(actor.get("publicKey")), *objects_of(actor.get("assertionMethod"))]
    return tuple(key for key in _usable(listed, actor_uri))[:MAX_KEYS]


def key_owner(document: JSON, key_id: str) -> str | None:
    """Whom *document*, found under *key_id*, names as the actor to ask. It proves nothing: only that actor's document can (T-032).

    It may be the actor itself, a stub of the actor (GoToSocial), or the bare key.
    """
    if shape_of(document) == "key":
        return only_id_of(document.get("owner") or document.get("controller"))
    listed = [*objects_of(document.get("publicKey")), *objects_of(document.get("assertionMethod"))]
    return id_of(document) if any(id_of(key) == key_id for key in listed) else None


def _usable(listed: list[JSON], actor_uri: str) -> Iterator[RemoteKey]:
    seen: set[str] = set()
    for key in listed:
        uri = id_of(key)
        owner = only_id_of(key.get("owner") or key.get("controller"))
        if uri is None or uri in seen or owner != actor_uri or origin_of(uri) != origin_of(actor_uri):
            continue
        pem, multibase = _material(key, "publicKeyPem"), _material(key, "publicKeyMultibase")
        seen.add(uri)
        if pem is not None:
            yield RemoteKey(uri, "pem", pem=pem)
        elif multibase is not None:
            yield RemoteKey(uri, "multikey", multibase=multibase)


def _material(key: JSON, name: str) -> str | None:
    material = string_of(key.get(name))
    return material if material is not None and len(material) <= MAX_KEY_CHARS else None
