"""Object integrity proofs (FEP-8b32): `eddsa-jcs-2022`, Ed25519 over the SHA-256 of canonical JSON (RFC 8785). No JSON-LD processing at all.

`federation/send.py` adds them, `federation/receive.py` believes an embedded activity by them. Linked Data Signatures are never made and never
looked at: a `signature` member is removed before hashing, as the FEP says, and proves nothing. Whether the key's owner is the document's actor
is the caller's question. Three choices that could surprise:

- A proof that is there and does not hold is refused for good (ProofInvalid). Only a missing or unsupported one (ProofUnsupported) may lead the
  caller to fetch the document from its origin: else whoever alters a document would choose how it is judged.
- The suite lets a document carry contexts beyond those of its proof, and hashes it without them. Such a document is refused here: what we hash
  and what we then read would not be the same text, and a context can change the meaning of every word.
- Of several proofs in the suite, each must hold and all must name one key. Proofs of other suites beside them count neither way.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from fediverse.crypto import multibase
from fediverse.crypto.canonical_json import canonical
from fediverse.crypto.keypairs import KeyKind, PrivateKey, PublicKey
from fediverse.errors import Malformed, SignatureRefused

_TYPE = "DataIntegrityProof"
_CRYPTOSUITE = "eddsa-jcs-2022"
_PURPOSE = "assertionMethod"
_SIGNATURE_BYTES = 64
_MAX_PROOFS = 4
_SKEW = timedelta(hours=1)
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)


class ProofInvalid(SignatureRefused):
    """The document carries a proof that does not hold. It is refused, not read as unsigned."""

    code = "proof_invalid"


class ProofUnsupported(SignatureRefused):
    """The document carries only proofs of suites that we do not speak. The caller may judge it as if it had none."""

    code = "proof_unsupported"


@dataclass(frozen=True)
class Proof:
    """One proof: what was hashed of it (*options*, all but its value) and its value."""

    options: dict[str, Any]
    signature: bytes = field(repr=False)
    created_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True)
class ProofClaim:
    """Who a document claims to be signed by: the key to get before `verify_proof`. Made by `read_proof` only."""

    key_id: str
    proofs: tuple[Proof, ...]


def add_proof(document: Mapping[str, Any], key: PrivateKey, now: datetime) -> dict[str, Any]:
    """A copy of *document* with a proof by *key* (Ed25519). Its `@context` goes into the proof, so that the embedded copy can still be
    checked after somebody wrapped it; Mastodon wants that context to be a list. Raises ValueError for an RSA key, a document that already
    has a proof, or values that canonical JSON cannot hold (integers beyond 2^53).
    """
    if key.kind is not KeyKind.ED25519 or "proof" in document:
        raise ValueError("A proof needs an Ed25519 key and a document without one")
    context = {"@context": document["@context"]} if "@context" in document else {}
    options = context | {
        "type": _TYPE,
        "cryptosuite": _CRYPTOSUITE,
        "created": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": key.id,
        "proofPurpose": _PURPOSE,
    }
    value = multibase.encode(key.sign(_hashes(options, _unsecured(document))))
    return {**document, "proof": {**options, "proofValue": value}}


def read_proof(document: Mapping[str, Any]) -> ProofClaim | None:
    """The proofs of *document*, or None when it has no `proof` member at all. Embedded objects are not looked into.

    Raises ProofUnsupported when it has proofs, but none in our suite; ProofInvalid when one cannot be read, or is made for another purpose.
    """
    if "proof" not in document:
        return None
    member = document["proof"]
    entries = member if isinstance(member, list) else [member]
    if not 1 <= len(entries) <= _MAX_PROOFS or not all(_is_proof(entry) for entry in entries):
        raise ProofInvalid("The proof is not an object with a type, or there are too many")
    supported = [entry for entry in entries if entry["type"] == _TYPE and entry.get("cryptosuite") == _CRYPTOSUITE]
    if not supported:
        raise ProofUnsupported(f"The only proofs understood are {_TYPE} with {_CRYPTOSUITE}")
    key_ids = {_key_id(entry) for entry in supported}
    if len(key_ids) != 1:
        raise ProofInvalid("The proofs name different keys")
    return ProofClaim(key_ids.pop(), tuple(_read_one(entry) for entry in supported))


def verify_proof(document: Mapping[str, Any], claim: ProofClaim, key: PublicKey, now: datetime) -> None:
    """Raises ProofInvalid unless every proof of *claim* was made over *document* with *key* and none has expired."""
    if read_proof(document) != claim:
        raise ProofInvalid("The claim was read from another document")
    if claim.key_id != key.id or key.kind is not KeyKind.ED25519:
        raise ProofInvalid("The key is not the one that the proof names")
    unsecured = _unsecured(document)
    for proof in claim.proofs:
        _check_times(proof, now)
        _check_context(document, proof.options)
        try:
            hashed = _hashes(proof.options, unsecured)
        except (ValueError, RecursionError) as problem:
            raise ProofInvalid("The document has no canonical form") from problem
        if not key.verifies(proof.signature, hashed):
            raise ProofInvalid("The proof does not fit the document")


def _unsecured(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in {"proof", "signature"}}


def _hashes(options: dict[str, Any], unsecured: dict[str, Any]) -> bytes:
    """What is signed: the hash of the proof's options, then that of the document (vc-di-eddsa §3.3.4)."""
    return hashlib.sha256(canonical(options)).digest() + hashlib.sha256(canonical(unsecured)).digest()


def _is_proof(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("type"), str)


def _key_id(entry: Mapping[str, Any]) -> str:
    method = entry.get("verificationMethod")
    if not isinstance(method, str) or not method:
        raise ProofInvalid("The proof names no key")
    return method


def _read_one(entry: Mapping[str, Any]) -> Proof:
    if entry.get("proofPurpose") != _PURPOSE:
        raise ProofInvalid(f"The proof's purpose is not {_PURPOSE}")
    value = entry.get("proofValue")
    try:
        signature = multibase.decode(value) if isinstance(value, str) else b""
    except Malformed as problem:
        raise ProofInvalid("The proof's value is not base58btc") from problem
    if len(signature) != _SIGNATURE_BYTES:
        raise ProofInvalid("The proof's value is not an Ed25519 signature")
    options = {name: value for name, value in entry.items() if name != "proofValue"}
    return Proof(options, signature, _moment(entry, "created"), _moment(entry, "expires"))


def _moment(entry: Mapping[str, Any], name: str) -> datetime | None:
    if name not in entry:
        return None
    text = entry[name]
    if not isinstance(text, str) or _DATE_TIME.fullmatch(text) is None:
        raise ProofInvalid(f"The proof's {name} is not a date and time with a zone")
    try:
        return datetime.fromisoformat(text)
    except ValueError as problem:
        raise ProofInvalid(f"The proof's {name} is not a date and time with a zone") from problem


def _check_times(proof: Proof, now: datetime) -> None:
    if proof.expires_at is not None and now >= proof.expires_at:
        raise ProofInvalid("The proof has expired")
    if proof.created_at is not None and proof.created_at > now + _SKEW:
        raise ProofInvalid("The proof was made in the future")


def _check_context(document: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    if "@context" in options and document.get("@context") != options["@context"]:
        raise ProofInvalid("The document's contexts are not those of its proof")
