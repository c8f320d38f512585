"""Integrity proofs (FEP-8b32): what was signed is what is read, and a bad proof is worse than none."""

import copy
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fediverse.crypto import multibase
from fediverse.crypto.keypairs import PrivateKey, PublicKey, generate_ed25519
from fediverse.crypto.proofs import ProofClaim, ProofInvalid, ProofUnsupported, add_proof, read_proof, verify_proof
from fediverse.errors import SignatureRefused

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2"]
DOCUMENT: dict[str, Any] = {
    "@context": CONTEXT,
    "id": "https://home.example/likes/1",
    "type": "Like",
    "actor": "https://home.example/users/alice",
    "object": {"id": "https://away.example/posts/1", "type": "Note", "content": "Bonjour à tous"},
}
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=8)
)
JSON_VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def check(document: dict[str, Any], key: PublicKey, now: datetime = NOW) -> ProofClaim:
    claim = read_proof(document)
    assert claim is not None
    verify_proof(document, claim, key, now)
    return claim


def proof_over(canonical: bytes, options: dict[str, str], canonical_options: bytes, key: PrivateKey) -> dict[str, str]:
    """A proof made without our own canonicalisation, from bytes written by hand."""
    signed = hashlib.sha256(canonical_options).digest() + hashlib.sha256(canonical).digest()
    return {**options, "proofValue": multibase.encode(key.sign(signed))}


@pytest.fixture
def signed(ed25519_key: PrivateKey) -> dict[str, Any]:
    return add_proof(copy.deepcopy(DOCUMENT), ed25519_key, NOW)


def test_signed_document_is_believed(signed: dict[str, Any], ed25519_key: PrivateKey) -> None:
    """The claim names the key before anything costs work."""
    claim = check(signed, ed25519_key.public)

    assert claim.key_id == ed25519_key.id
    assert {name: value for name, value in signed.items() if name != "proof"} == DOCUMENT


def test_document_without_a_proof_has_no_claim() -> None:
    """Only then the caller may go on as if unsigned."""
    assert read_proof(DOCUMENT) is None


def test_proof_of_an_embedded_object_is_not_that_of_its_wrapper(signed: dict[str, Any]) -> None:
    """An Announce of a signed activity is itself unsigned."""
    assert read_proof({"type": "Announce", "actor": "https://group.example/", "object": signed}) is None


ALTERATIONS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "text": lambda document: document["object"].update(content="Bonjour à toutes"),
    "actor": lambda document: document.update(actor="https://home.example/users/mallet"),
    "addition": lambda document: document.update(to=["https://www.w3.org/ns/activitystreams#Public"]),
    "removal": lambda document: document.pop("object"),
    "created": lambda document: document["proof"].update(created="2026-11-23T12:00:01Z"),
    "key": lambda document: document["proof"].update(verificationMethod="https://home.example/users/mallet#key"),
    "domain": lambda document: document["proof"].update(domain="away.example"),
    "expires": lambda document: document["proof"].update(expires="2030-01-01T00:00:00Z"),
    "proof context removed": lambda document: document["proof"].pop("@context"),
    "context added": lambda document: document["@context"].append({"content": "https://evil.example/"}),
    "context removed": lambda document: document.pop("@context"),
    "both contexts": lambda document: (
        document.update({"@context": CONTEXT[:1]}),
        document["proof"].update({"@context": CONTEXT[:1]}),
    ),
}


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_document_that_was_altered_is_refused(alteration: str, signed: dict[str, Any], ed25519_key: PrivateKey) -> None:
    """T-035: in its text, its proof or its contexts."""
    altered = copy.deepcopy(signed)
    check(altered, ed25519_key.public)
    ALTERATIONS[alteration](altered)

    with pytest.raises(ProofInvalid) as refusal:
        check(altered, ed25519_key.public)

    assert (refusal.value.code, refusal.value.status) == ("proof_invalid", 401)


def test_contexts_beyond_those_of_the_proof_are_refused(signed: dict[str, Any], ed25519_key: PrivateKey) -> None:
    """T-035: the suite would hash the document without them, while a reader would read it with them."""
    extended = {**signed, "@context": [*CONTEXT, "https://w3id.org/security/v1"]}

    with pytest.raises(ProofInvalid, match="contexts"):
        check(extended, ed25519_key.public)


def test_proof_without_a_context_covers_that_of_the_document(ed25519_key: PrivateKey) -> None:
    """Some sign that way; the document's own context is then hashed like every other member."""
    canonical = b'{"@context":"https://www.w3.org/ns/activitystreams","type":"Like"}'
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "verificationMethod": ed25519_key.id,
        "proofPurpose": "assertionMethod",
    }
    canonical_options = f'{{"cryptosuite":"eddsa-jcs-2022","proofPurpose":"assertionMethod","type":"DataIntegrityProof","verificationMethod":"{ed25519_key.id}"}}'.encode()
    proof = proof_over(canonical, options, canonical_options, ed25519_key)
    document = {"@context": "https://www.w3.org/ns/activitystreams", "type": "Like", "proof": proof}

    check(document, ed25519_key.public)
    with pytest.raises(ProofInvalid):
        check({**document, "@context": "https://evil.example/"}, ed25519_key.public)


def test_canonical_form_is_that_of_rfc_8785(ed25519_key: PrivateKey) -> None:
    """T-028: numbers as ECMAScript writes them, keys ordered by UTF-16 unit: where Python's own sorted JSON differs."""
    document: dict[str, Any] = {
        "\ufb33": 1,
        "\U0001f600": 1.0,
        "small": 1e-07,
        "large": 1e21,
        "whole": 1e20,
        "text": "é\u2028\x07\n/",
        "true": True,
        "zero": -0.0,
    }
    canonical = '{"large":1e+21,"small":1e-7,"text":"é\u2028\\u0007\\n/","true":true,"whole":100000000000000000000,"zero":0,"\U0001f600":1,"\ufb33":1}'.encode()
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "verificationMethod": ed25519_key.id,
        "proofPurpose": "assertionMethod",
    }
    canonical_options = f'{{"cryptosuite":"eddsa-jcs-2022","proofPurpose":"assertionMethod","type":"DataIntegrityProof","verificationMethod":"{ed25519_key.id}"}}'.encode()

    document["proof"] = proof_over(canonical, options, canonical_options, ed25519_key)

    check(document, ed25519_key.public)
    document["zero"] = 0.5
    with pytest.raises(ProofInvalid):
        check(document, ed25519_key.public)


@settings(max_examples=60)
@given(
    document=st.dictionaries(
        st.sampled_from(["name", "content", "to", "tag", "é", "@context", "signature"]), JSON_VALUES
    ),
    other=JSON_VALUES,
)
def test_any_document_is_believed_as_signed_and_not_with_another_value(
    document: dict[str, Any], other: Any, ed25519_key: PrivateKey
) -> None:
    """Round trip over arbitrary JSON; and one more member, whatever it holds, breaks it."""
    made = add_proof(document, ed25519_key, NOW)

    check(made, ed25519_key.public)
    with pytest.raises(ProofInvalid):
        check({**made, "added": other}, ed25519_key.public)


def test_linked_data_signature_neither_helps_nor_harms(signed: dict[str, Any], ed25519_key: PrivateKey) -> None:
    """T-318: a `signature` member is taken out before hashing, and a document that has nothing else is unsigned."""
    legacy = {"type": "RsaSignature2017", "signatureValue": "AAAA", "creator": "https://evil.example/"}

    check({**signed, "signature": legacy}, ed25519_key.public)
    assert read_proof({**DOCUMENT, "signature": legacy}) is None


def test_expired_proof_is_refused(ed25519_key: PrivateKey) -> None:
    """T-036: good until the moment, refused from it on; the date is signed like the rest."""
    canonical = b'{"type":"Like"}'
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "verificationMethod": ed25519_key.id,
        "proofPurpose": "assertionMethod",
        "expires": "2026-11-23T13:00:00+01:00",
    }
    canonical_options = (
        '{"cryptosuite":"eddsa-jcs-2022","expires":"2026-11-23T13:00:00+01:00","proofPurpose":"assertionMethod",'
        f'"type":"DataIntegrityProof","verificationMethod":"{ed25519_key.id}"}}'
    ).encode()
    document = {"type": "Like", "proof": proof_over(canonical, options, canonical_options, ed25519_key)}

    check(document, ed25519_key.public, NOW - timedelta(seconds=1))
    with pytest.raises(ProofInvalid, match="expired"):
        check(document, ed25519_key.public, NOW)


def test_proof_from_the_future_is_refused(signed: dict[str, Any], ed25519_key: PrivateKey) -> None:
    """An hour for clocks, as with requests."""
    check(signed, ed25519_key.public, NOW - timedelta(minutes=59))

    with pytest.raises(ProofInvalid, match="future"):
        check(signed, ed25519_key.public, NOW - timedelta(minutes=61))


def test_key_of_another_actor_is_refused(signed: dict[str, Any], ed25519_key: PrivateKey) -> None:
    """T-037: another id for the same key, another key under the same id, and a key of another kind."""
    same_key = PublicKey(
        "https://home.example/users/mallet#key",
        "https://home.example/users/mallet",
        ed25519_key.kind,
        ed25519_key.public.key,
    )
    same_id = generate_ed25519(ed25519_key.id, ed25519_key.owner).public

    check(signed, ed25519_key.public)
    for key in (same_key, same_id):
        with pytest.raises(ProofInvalid):
            check(signed, key)


def test_rsa_key_neither_makes_nor_verifies_a_proof(signed: dict[str, Any], rsa_key: PrivateKey) -> None:
    """The suite is Ed25519, whatever the key's id says."""
    posing = PublicKey(signed["proof"]["verificationMethod"], rsa_key.owner, rsa_key.kind, rsa_key.public.key)

    with pytest.raises(ProofInvalid, match="key is not the one"):
        check(signed, posing)
    with pytest.raises(ValueError, match="Ed25519"):
        add_proof(DOCUMENT, rsa_key, NOW)


def test_two_good_proofs_are_believed_and_one_bad_one_spoils_both(
    signed: dict[str, Any], ed25519_key: PrivateKey
) -> None:
    """T-038: whichever place the bad one has."""
    good = signed["proof"]
    later = add_proof(DOCUMENT, ed25519_key, NOW + timedelta(seconds=1))["proof"]
    bad = {**later, "proofValue": good["proofValue"]}

    check({**DOCUMENT, "proof": [good]}, ed25519_key.public)
    check({**DOCUMENT, "proof": [good, later]}, ed25519_key.public)
    for proofs in ([good, bad], [bad, good]):
        with pytest.raises(ProofInvalid):
            check({**DOCUMENT, "proof": proofs}, ed25519_key.public)


def test_proofs_that_name_different_keys_are_refused(signed: dict[str, Any]) -> None:
    """T-038: one key is asked for, so nothing could be said of the other proof."""
    stranger = generate_ed25519("https://evil.example/key", "https://evil.example/")
    other = add_proof(DOCUMENT, stranger, NOW)["proof"]

    with pytest.raises(ProofInvalid, match="different keys"):
        read_proof({**DOCUMENT, "proof": [signed["proof"], other]})


@pytest.mark.parametrize(
    "change",
    [{"cryptosuite": "mldsa44-jcs-2024"}, {"cryptosuite": "eddsa-rdfc-2022"}, {"type": "Ed25519Signature2020"}],
)
def test_other_suites_are_unsupported_not_invalid(
    change: dict[str, str], signed: dict[str, Any], ed25519_key: PrivateKey
) -> None:
    """T-039: only this may fall back to a fetch; beside a proof in our suite it counts neither way."""
    other = {**signed["proof"], **change}

    check({**DOCUMENT, "proof": [other, signed["proof"]]}, ed25519_key.public)
    with pytest.raises(ProofUnsupported) as refusal:
        read_proof({**DOCUMENT, "proof": other})
    assert refusal.value.code == "proof_unsupported"
    assert not isinstance(refusal.value, ProofInvalid)
    assert isinstance(refusal.value, SignatureRefused)


@pytest.mark.parametrize(
    "proof",
    [
        None,
        "",
        "https://home.example/proof",
        1,
        True,
        [],
        {},
        [None],
        {"type": ["DataIntegrityProof"]},
        [{"type": "x"}] * 5,
        [[{"type": "x"}]],
    ],
)
def test_proof_member_that_is_no_proof_is_invalid(proof: object) -> None:
    """T-039: present and unreadable is not the same as absent."""
    with pytest.raises(ProofInvalid):
        read_proof({**DOCUMENT, "proof": proof})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("verificationMethod", None),
        ("verificationMethod", ""),
        ("verificationMethod", {"id": "https://home.example/key"}),
        ("verificationMethod", ["https://home.example/key"]),
        ("proofPurpose", None),
        ("proofPurpose", "authentication"),
        ("proofPurpose", ["assertionMethod"]),
        ("proofValue", None),
        ("proofValue", 1),
        ("proofValue", ""),
        ("proofValue", "z"),
        ("proofValue", "z0"),
        ("proofValue", multibase.encode(bytes(63))),
        ("proofValue", multibase.encode(bytes(65))),
        ("proofValue", "u" + "A" * 86),
        ("created", None),
        ("created", 1),
        ("created", "2026-11-23"),
        ("created", "2026-11-23T12:00:00"),
        ("created", "2026-13-23T12:00:00Z"),
        ("expires", None),
        ("expires", "never"),
        ("expires", "2026-11-23T12:00:00+25:00"),
    ],
)
def test_proof_with_an_unreadable_member_is_invalid(name: str, value: object, signed: dict[str, Any]) -> None:
    """T-039: each member wrong in turn, in an otherwise good proof."""
    with pytest.raises(ProofInvalid):
        read_proof({**signed, "proof": {**signed["proof"], name: value}})


@pytest.mark.parametrize("value", [2**53, float("nan"), float("inf"), "\ud800", {1: "x"}, b"bytes"])
def test_document_without_a_canonical_form_is_refused(
    value: object, signed: dict[str, Any], ed25519_key: PrivateKey
) -> None:
    """Numbers and text that JSON readers do not agree on cannot be signed, and do not cause a 500."""
    with pytest.raises(ProofInvalid, match="canonical"):
        check({**signed, "value": value}, ed25519_key.public)


def test_document_nested_without_end_is_refused(signed: dict[str, Any], ed25519_key: PrivateKey) -> None:
    """The door limits the depth; should it ever not, this is a refusal and no crash."""
    nested: dict[str, Any] = {}
    for _ in range(5000):
        nested = {"object": nested}

    with pytest.raises(ProofInvalid, match="canonical"):
        check({**signed, "object": nested}, ed25519_key.public)


def test_claim_of_one_document_does_not_verify_another(signed: dict[str, Any], ed25519_key: PrivateKey) -> None:
    """What is verified is what is used."""
    other = add_proof({**DOCUMENT, "id": "https://home.example/likes/2"}, ed25519_key, NOW)
    claim = read_proof(signed)

    assert claim is not None
    with pytest.raises(ProofInvalid, match="another document"):
        verify_proof(other, claim, ed25519_key.public, NOW)


def test_adding_a_proof_leaves_the_document_alone(ed25519_key: PrivateKey) -> None:
    """A new mapping comes back, and a document is signed once."""
    before = copy.deepcopy(DOCUMENT)

    made = add_proof(DOCUMENT, ed25519_key, NOW)

    assert before == DOCUMENT
    with pytest.raises(ValueError, match="without one"):
        add_proof(made, ed25519_key, NOW)
