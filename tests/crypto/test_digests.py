"""Digests of bodies, both headers: written, read, and refused for the right reason."""

import base64
import contextlib
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fediverse.crypto.digests import check_content_digest, check_digest, content_digest_header, digest_header
from fediverse.errors import Malformed, SignatureRefused

BODY = b'{"hello": "world"}'
SHA_256 = "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="
SHA_512 = "WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew=="
WRONG = base64.b64encode(hashlib.sha256(b"another body").digest()).decode()


def test_published_digests_are_written() -> None:
    """The body that draft-cavage and RFC 9421 both use as their example."""
    assert digest_header(BODY) == f"SHA-256={SHA_256}"
    assert content_digest_header(BODY) == f"sha-256=:{SHA_256}:"


@pytest.mark.parametrize(
    "value",
    [
        f"SHA-256={SHA_256}",
        f"sha-256={SHA_256}",
        f"MD5=xyz, Sha-256={SHA_256}",
        f"sha-512={SHA_512} , SHA-256 = {SHA_256}",
    ],
)
def test_digest_that_holds_the_right_sha_256_is_accepted(value: str) -> None:
    """T-009: a comma list, the algorithm's name in any case."""
    check_digest(value, BODY)


@pytest.mark.parametrize("value", [f"SHA-256={WRONG}", f"sha-512={SHA_512}", "", "MD5=xyz", "SHA-256", "SHA-256=AAAA"])
def test_digest_that_is_wrong_or_lacks_sha_256_is_refused(value: str) -> None:
    """T-009: without SHA-256 there is nothing that binds the body."""
    with pytest.raises(SignatureRefused) as refusal:
        check_digest(value, BODY)

    assert refusal.value.code == "digest_mismatch"


@pytest.mark.parametrize(
    "value",
    [f"SHA-256={SHA_256},SHA-256={WRONG}", f"sha-256={SHA_256}, SHA-256={SHA_256}", "SHA-256=***", "SHA-256=é"],
)
def test_digest_that_can_be_read_in_two_ways_is_malformed(value: str) -> None:
    """T-009: two values for one algorithm, and what is not base64."""
    with pytest.raises(Malformed):
        check_digest(value, BODY)


@pytest.mark.parametrize(
    "value",
    [
        f"sha-256=:{SHA_256}:",
        f"sha-512=:{SHA_512}:",
        f"sha-512=:{SHA_512}:, sha-256=:{SHA_256}:",
        f"unixsum=:AAAA:, sha-256=:{SHA_256}:",
    ],
)
def test_content_digest_that_holds_a_right_digest_is_accepted(value: str) -> None:
    """RFC 9530: sha-256 and sha-512 are read, other algorithms passed over."""
    check_content_digest(value, BODY)


@pytest.mark.parametrize(
    "value",
    [
        f"sha-256=:{WRONG}:",
        f"sha-512=:{SHA_512}:, sha-256=:{WRONG}:",
        f"sha-512=:{WRONG}:, sha-256=:{SHA_256}:",
        "unixsum=:AAAA:",
        "",
        "sha-256=::",
    ],
)
def test_content_digest_of_which_any_known_part_is_wrong_is_refused(value: str) -> None:
    """Of two digests both must be right: nobody chooses the one that we look at."""
    with pytest.raises(SignatureRefused) as refusal:
        check_content_digest(value, BODY)

    assert refusal.value.code == "digest_mismatch"


@pytest.mark.parametrize(
    "value",
    [
        f"SHA-256={SHA_256}",
        f"sha-256={SHA_256}",
        'sha-256="text"',
        f"sha-256=:{SHA_256}:, sha-256=:{WRONG}:",
        "sha-256=:é:",
        "sha-256",
        "sha-256=()",
    ],
)
def test_content_digest_that_is_not_a_dictionary_of_bytes_is_malformed(value: str) -> None:
    """400, as Mastodon answers; a doubled key among them."""
    with pytest.raises(Malformed):
        check_content_digest(value, BODY)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_digest_fits_its_own_body_and_no_other(body: bytes, other: bytes) -> None:
    """What we write we accept, and only over the very same bytes."""
    check_digest(digest_header(body), body)
    check_content_digest(content_digest_header(body), body)

    if other != body:
        with pytest.raises(SignatureRefused):
            check_digest(digest_header(body), other)
        with pytest.raises(SignatureRefused):
            check_content_digest(content_digest_header(body), other)


@given(st.text() | st.from_regex(r"(sha-256|SHA-512)=[:\"(]?[A-Za-z0-9+/=]*[:\")]?(,.*)?"))
def test_reading_digests_never_fails_in_another_way(value: str) -> None:
    """Whatever a stranger sends ends in one of our two errors, or by chance in acceptance."""
    with contextlib.suppress(Malformed, SignatureRefused):
        check_digest(value, BODY)
    with contextlib.suppress(Malformed, SignatureRefused):
        check_content_digest(value, BODY)
