"""Vectors from the documents themselves: draft-cavage-12 appendix C, RFC 9421 appendix B, FEP-8b32.

C.3 is left out on purpose: its printed header list and its signature do not belong together in draft 12.
"""

import base64
import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from fediverse.crypto import cavage, multibase, rfc9421
from fediverse.crypto.keypairs import KeyKind, PrivateKey, PublicKey
from fediverse.crypto.proofs import ProofInvalid, add_proof, read_proof, verify_proof
from fediverse.crypto.signatures import SignedMessage, read_claim
from fediverse.errors import SignatureRefused

CAVAGE_PEM = b"""-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----
"""
CAVAGE_MOMENT = datetime(2014, 1, 5, 21, 31, 40, tzinfo=UTC)
C_1 = (
    'keyId="Test",algorithm="rsa-sha256",signature="SjWJWbWN7i0wzBvtPl8rbASWz5xQW6mcJmn+ibttBqtifLN7Sazz'
    '6m79cNfwwb8DMJ5cou1s7uEGKKCs+FLEEaDV5lp7q25WqS+lavg7T8hc0GppauB6hbgEKTwblDHYGEtbGmtdHgVCk9SuS13F0hZ8FD0k/5OxEPXe5WozsbM="'
)
C_2 = (
    'keyId="Test",algorithm="rsa-sha256",headers="(request-target) host date", signature="qdx+H7PHHDZgy4y/Ahn9Tny9V3GP6YgBPyUXMmoxWtLbHpUnXS'
    '2mg2+SbrQDMCJypxBLSPQR2aAjn7ndmw2iicw3HMbe8VfEdKFYRqzic+efkb3nndiv/x1xSHDJWeSWkx3ButlYSuBskLu6kd9Fswtemr3lgdDEmn04swr2Os0="'
)
B_2_6_INPUT = 'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"'
B_2_6_SIGNATURE = "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"

FEP_ACTOR = "https://server.example/users/alice"
FEP_KEY_ID = f"{FEP_ACTOR}#ed25519-key"
FEP_MOMENT = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
FEP_CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2"]
FEP_DOCUMENT = {
    "@context": FEP_CONTEXT,
    "id": "https://server.example/activities/1",
    "type": "Create",
    "actor": FEP_ACTOR,
    "object": {
        "id": "https://server.example/objects/1",
        "type": "Note",
        "attributedTo": FEP_ACTOR,
        "content": "Hello world",
        "location": {"type": "Place", "longitude": -71.184902, "latitude": 25.273962},
    },
}
FEP_PROOF = {
    "@context": FEP_CONTEXT,
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "verificationMethod": FEP_KEY_ID,
    "proofPurpose": "assertionMethod",
    "proofValue": "z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL",
    "created": "2023-02-24T23:36:38Z",
}


def cavage_request(signature: str) -> SignedMessage:
    headers = (
        ("host", "example.com"),
        ("date", "Sun, 05 Jan 2014 21:31:40 GMT"),
        ("content-type", "application/json"),
        ("digest", "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="),
        ("content-length", "18"),
        ("signature", signature),
    )
    return SignedMessage("POST", "https://example.com/foo?param=value&pet=dog", headers, b'{"hello": "world"}')


@pytest.fixture(scope="module")
def cavage_key() -> PublicKey:
    """1024 bits, so that `from_pem` would refuse it."""
    key = load_pem_public_key(CAVAGE_PEM)
    assert isinstance(key, RSAPublicKey)
    return PublicKey("Test", "https://example.com/", KeyKind.RSA, key)


@pytest.fixture(scope="module")
def b_2_6_request() -> SignedMessage:
    headers = (
        ("host", "example.com"),
        ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("content-type", "application/json"),
        ("content-length", "18"),
        ("signature-input", B_2_6_INPUT),
        ("signature", B_2_6_SIGNATURE),
    )
    return SignedMessage("POST", "https://example.com/foo?param=Value&Pet=dog", headers, b'{"hello": "world"}')


@pytest.fixture(scope="module")
def b_2_6_key() -> PublicKey:
    raw = Ed25519PublicKey.from_public_bytes(base64.b64decode("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs="))
    return PublicKey("test-key-ed25519", "https://example.com/", KeyKind.ED25519, raw)


@pytest.fixture(scope="module")
def fep_key() -> PrivateKey:
    secret = multibase.decode("z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")
    assert secret[:2] == b"\x80\x26"  # multicodec ed25519-priv
    return PrivateKey(FEP_KEY_ID, FEP_ACTOR, KeyKind.ED25519, Ed25519PrivateKey.from_private_bytes(secret[2:]))


@pytest.mark.parametrize(("signature", "covered"), [(C_1, ("date",)), (C_2, ("(request-target)", "host", "date"))])
def test_cavage_vectors_verify(signature: str, covered: tuple[str, ...], cavage_key: PublicKey) -> None:
    """T-005, appendix C.1 (nothing but the date, by default) and C.2."""
    request = cavage_request(signature)

    claim = cavage.read(request, request.fields())

    assert (claim.key_id, claim.covered, claim.created_at) == ("Test", covered, CAVAGE_MOMENT)
    assert cavage_key.verifies(claim.signature, claim.bases[0])


@pytest.mark.parametrize("signature", [C_1, C_2])
def test_cavage_vectors_are_too_weak_for_us(signature: str) -> None:
    """T-005, T-006, T-008: they verify, and still bind neither body nor, in C.1, target."""
    request = cavage_request(signature)

    with pytest.raises(SignatureRefused) as refusal:
        read_claim(request, CAVAGE_MOMENT)

    assert refusal.value.code == "not_covered"


def test_rfc_9421_ed25519_vector_verifies(b_2_6_request: SignedMessage, b_2_6_key: PublicKey) -> None:
    """RFC 9421, B.2.6."""
    claim = rfc9421.read(b_2_6_request, b_2_6_request.fields())

    assert claim.key_id == b_2_6_key.id
    assert b_2_6_key.verifies(claim.signature, claim.bases[0])


def test_rfc_9421_vector_is_too_weak_for_us(b_2_6_request: SignedMessage) -> None:
    """T-023: it verifies, and covers neither query nor body."""
    with pytest.raises(SignatureRefused) as refusal:
        read_claim(b_2_6_request, datetime(2021, 4, 20, 2, 7, 55, tzinfo=UTC))

    assert refusal.value.code == "not_covered"


def test_fep_8b32_proof_is_reproduced_byte_for_byte(fep_key: PrivateKey) -> None:
    """Signing the feature file's document with its secret at its time gives its proof."""
    signed = add_proof(FEP_DOCUMENT, fep_key, FEP_MOMENT)

    assert signed == {**FEP_DOCUMENT, "proof": FEP_PROOF}
    assert fep_key.public.multibase == "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"


def test_fep_8b32_proof_verifies_years_later(fep_key: PrivateKey, now: datetime) -> None:
    """A proof without `expires` has no age."""
    document: dict[str, Any] = {**FEP_DOCUMENT, "proof": FEP_PROOF}
    claim = read_proof(document)

    assert claim is not None
    assert claim.key_id == FEP_KEY_ID
    verify_proof(document, claim, fep_key.public, now)


def test_fep_8b32_proof_over_another_text_is_refused(fep_key: PrivateKey, now: datetime) -> None:
    """T-035: the same set-up, one letter changed."""
    document: dict[str, Any] = copy.deepcopy({**FEP_DOCUMENT, "proof": FEP_PROOF})
    document["object"]["content"] = "Hello World"
    claim = read_proof(document)

    assert claim is not None
    with pytest.raises(ProofInvalid):
        verify_proof(document, claim, fep_key.public, now)
