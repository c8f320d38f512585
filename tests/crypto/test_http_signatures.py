"""The face of the room, in both dialects: what we sign the other side accepts, and nothing that was touched on the way."""

import contextlib
import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fediverse.crypto.digests import content_digest_header, digest_header
from fediverse.crypto.keypairs import PrivateKey, generate_ed25519
from fediverse.crypto.signatures import (
    OWN_NODES_SKEW_S,
    Dialect,
    SignatureClaim,
    SignedMessage,
    check_window,
    read_claim,
    sign,
    verify,
)
from fediverse.errors import Malformed, SignatureRefused

Signed = Callable[..., SignedMessage]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TARGET = "https://away.example/inbox?shared=1"
BODY = b'{"type":"Like"}'
PATHS = st.from_regex(r"\A(/[A-Za-z0-9._~%!$&'()*+,;=:@-]{0,8}){0,4}\Z")
QUERIES = st.from_regex(r"\A(\?[A-Za-z0-9._~%!$&'()*+,;=:@/?-]{0,20})?\Z")
HOSTS = st.sampled_from(
    ["away.example", "AWAY.Example", "away.example:8443", "away.example:443", "[2001:db8::1]", "[::1]:8001"]
)


def accepted(message: SignedMessage, key: PrivateKey, now: datetime = NOW) -> SignatureClaim:
    claim = read_claim(message, now)
    verify(claim, message, key.public)
    return claim


def with_header(message: SignedMessage, name: str, value: str | None) -> SignedMessage:
    """*message* with one header replaced, or left out."""
    others = tuple(item for item in message.headers if item[0] != name)
    return dataclasses.replace(message, headers=others if value is None else (*others, (name, value)))


def digest_of(body: bytes, dialect: Dialect) -> tuple[str, str]:
    if dialect is Dialect.CAVAGE:
        return "digest", digest_header(body)
    return "content-digest", content_digest_header(body)


def test_what_we_sign_is_accepted_in_both_dialects(signed: Signed, key: PrivateKey, dialect: Dialect) -> None:
    """T-001: which headers are there decides which dialect is read."""
    claim = accepted(signed(key, dialect), key)

    assert (claim.dialect, claim.key_id, claim.created_at) == (dialect, key.id, NOW)
    assert claim.expires_at == NOW + timedelta(minutes=5)


@settings(max_examples=60)
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "PUT", "DELETE"]),
    scheme=st.sampled_from(["http", "https"]),
    host=HOSTS,
    path=PATHS,
    query=QUERIES,
    body=st.binary(max_size=200),
)
def test_whatever_we_sign_we_accept(
    key: PrivateKey, dialect: Dialect, method: str, scheme: str, host: str, path: str, query: str, body: bytes
) -> None:
    """Any method, target and body: signed, sent, read and verified; and never with another body."""
    uri = f"{scheme}://{host}{path}{query}"
    sent = sign(method, uri, {"Content-Type": "application/activity+json"}, body, key, dialect, NOW)
    message = SignedMessage(method, uri, tuple(sent.items()), body)

    assert accepted(message, key).key_id == key.id
    with pytest.raises(SignatureRefused):
        accepted(dataclasses.replace(message, body=body + b" "), key)


@pytest.mark.parametrize(
    "uri",
    [
        "https://away.example/inbox?shared=2",
        "https://away.example/inbox?shared=1&x=1",
        "https://away.example/inbox/?shared=1",
        "https://away.example/INBOX?shared=1",
        "https://third.example/inbox?shared=1",
        "https://away.example:8443/inbox?shared=1",
    ],
)
def test_request_that_arrives_at_another_target_is_refused(
    uri: str, signed: Signed, key: PrivateKey, dialect: Dialect
) -> None:
    """T-011, T-020: path, query, host and port are bound."""
    message = dataclasses.replace(signed(key, dialect), target_uri=uri)

    with pytest.raises(SignatureRefused):
        accepted(message, key)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "GET"])
def test_request_that_arrives_with_another_method_is_refused(
    method: str, signed: Signed, key: PrivateKey, dialect: Dialect
) -> None:
    """The method is bound."""
    message = dataclasses.replace(signed(key, dialect), method=method)

    with pytest.raises(SignatureRefused, match="verify"):
        accepted(message, key)


def test_body_that_was_changed_is_refused_with_and_without_its_digest(
    signed: Signed, key: PrivateKey, dialect: Dialect
) -> None:
    """T-009: a changed body does not fit the digest, and a changed digest does not fit the signature."""
    message = dataclasses.replace(signed(key, dialect), body=b'{"type":"Flag"}')

    with pytest.raises(SignatureRefused) as refusal:
        accepted(message, key)
    with pytest.raises(SignatureRefused, match="verify"):
        accepted(with_header(message, *digest_of(message.body, dialect)), key)
    assert refusal.value.code == "digest_mismatch"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("date", "Mon, 23 Nov 2026 12:00:01 GMT"),
        ("content-type", "text/html"),
        ("content-type", "application/activity+json, text/html"),
    ],
)
def test_covered_header_that_was_changed_is_refused(
    name: str, value: str, signed: Signed, key: PrivateKey, dialect: Dialect
) -> None:
    """Each further header that we sign is bound as well."""
    with pytest.raises(SignatureRefused, match="verify"):
        accepted(with_header(signed(key, dialect), name, value), key)


@pytest.mark.parametrize("name", ["date", "content-type"])
def test_covered_header_that_was_removed_is_malformed(
    name: str, signed: Signed, key: PrivateKey, dialect: Dialect
) -> None:
    """T-006b: missing is not the same as empty."""
    with pytest.raises(Malformed):
        accepted(with_header(signed(key, dialect), name, None), key)


def test_covered_header_that_was_doubled_is_refused(signed: Signed, key: PrivateKey, dialect: Dialect) -> None:
    """All occurrences count: a second one that a later reader might prefer is seen."""
    message = signed(key, dialect)
    doubled = dataclasses.replace(message, headers=(*message.headers, ("content-type", "text/html")))

    with pytest.raises(SignatureRefused, match="verify"):
        accepted(doubled, key)


@pytest.mark.parametrize(
    "change",
    [("created=", "created=1"), ("expires=179", "expires=180"), ("users/alice", "users/mallet"), ('"date"', '"host"')],
)
def test_signature_parameters_are_bound_by_rfc_9421(change: tuple[str, str], signed: Signed, key: PrivateKey) -> None:
    """Times, key id and the list itself are part of what is signed."""
    message = signed(key, Dialect.RFC9421)
    before = dict(message.headers)["signature-input"]
    after = before.replace(*change)

    assert after != before
    with pytest.raises((SignatureRefused, Malformed)):
        accepted(with_header(message, "signature-input", after), key)


def test_request_without_a_signature_is_refused_as_unsigned() -> None:
    """The caller must choose to serve the unsigned; nothing here returns a value for it."""
    message = SignedMessage("GET", TARGET, (("host", "away.example"),), b"")

    with pytest.raises(SignatureRefused) as refusal:
        read_claim(message, NOW)

    assert (refusal.value.code, refusal.value.status) == ("unsigned", 401)


def test_signature_input_beside_a_cavage_header_is_not_fallen_back_from(signed: Signed, rsa_key: PrivateKey) -> None:
    """T-025: Signature-Input decides; the cavage signature is good and counts for nothing."""
    good = signed(rsa_key, Dialect.CAVAGE)
    other = dict(signed(rsa_key, Dialect.RFC9421).headers)["signature-input"]

    accepted(good, rsa_key)
    for value in (other, "", "sig1"):
        with pytest.raises(Malformed):
            read_claim(with_header(good, "signature-input", value), NOW)


def test_key_under_another_id_does_not_verify(signed: Signed, key: PrivateKey, dialect: Dialect) -> None:
    """The very same key, known under the id of somebody else: the claim names the first."""
    message = signed(key, dialect)
    claim = read_claim(message, NOW)
    renamed = dataclasses.replace(key.public, id="https://home.example/users/mallet#main-key")

    with pytest.raises(SignatureRefused, match="names"):
        verify(claim, message, renamed)


def test_another_key_under_the_same_id_does_not_verify(
    signed: Signed, ed25519_key: PrivateKey, dialect: Dialect
) -> None:
    """T-016 begins here: after a rotation the old key fails, and the caller asks for the new one once."""
    message = signed(ed25519_key, dialect)
    claim = read_claim(message, NOW)
    rotated = generate_ed25519(ed25519_key.id, ed25519_key.owner)

    with pytest.raises(SignatureRefused, match="verify"):
        verify(claim, message, rotated.public)


def test_claim_of_one_request_does_not_verify_another(signed: Signed, key: PrivateKey, dialect: Dialect) -> None:
    """What is verified is what is used: a claim is bound to its own request, body included."""
    message = signed(key, dialect)
    claim = read_claim(message, NOW)

    with pytest.raises(SignatureRefused, match="another request"):
        verify(claim, dataclasses.replace(message, body=b"{}"), key.public)


@pytest.mark.parametrize("late_s", [0, 3899, -3599])
def test_clocks_may_differ_by_an_hour(late_s: int, signed: Signed, rsa_key: PrivateKey, dialect: Dialect) -> None:
    """T-012: five minutes of life and an hour for clocks, on both sides."""
    accepted(signed(rsa_key, dialect), rsa_key, NOW + timedelta(seconds=late_s))


@pytest.mark.parametrize(
    "late",
    [
        timedelta(seconds=3901),
        timedelta(seconds=-3601),
        timedelta(days=1),
        timedelta(days=7, seconds=10),
        timedelta(days=-7),
        timedelta(days=365),
    ],
)
def test_times_outside_the_window_are_refused(
    late: timedelta, signed: Signed, rsa_key: PrivateKey, dialect: Dialect
) -> None:
    """T-012, T-012b: whole days count, also when only some seconds are left over."""
    with pytest.raises(SignatureRefused) as refusal:
        read_claim(signed(rsa_key, dialect), NOW + late)

    assert refusal.value.code == "outside_window"


def test_own_nodes_are_held_to_five_minutes(signed: Signed, ed25519_key: PrivateKey) -> None:
    """T-012: the narrower window, at once or after the host is known."""
    message = signed(ed25519_key, Dialect.RFC9421)
    claim = read_claim(message, NOW + timedelta(minutes=11))

    check_window(claim, NOW + timedelta(minutes=9), OWN_NODES_SKEW_S)
    with pytest.raises(SignatureRefused):
        check_window(claim, NOW + timedelta(minutes=11), OWN_NODES_SKEW_S)
    with pytest.raises(SignatureRefused):
        read_claim(message, NOW + timedelta(minutes=11), skew_s=OWN_NODES_SKEW_S)


def test_signing_writes_its_own_date_host_and_digest(rsa_key: PrivateKey, dialect: Dialect) -> None:
    """T-026, T-009b: a second attempt is signed anew, whatever headers the first one left behind."""
    first = sign("POST", TARGET, {"Accept": "x/y"}, BODY, rsa_key, Dialect.CAVAGE, NOW)
    later = NOW + timedelta(minutes=1)

    second = sign("POST", TARGET, first | {"Host": "third.example"}, b"{}", rsa_key, dialect, later)

    assert second["date"] == "Mon, 23 Nov 2026 12:01:00 GMT"
    assert second["host"] == "away.example"
    assert second["accept"] == "x/y"
    assert ("digest" in second) is (dialect is Dialect.CAVAGE)
    assert accepted(SignedMessage("POST", TARGET, tuple(second.items()), b"{}"), rsa_key, later).created_at == later


def test_headers_are_signed_in_the_order_that_peers_expect(rsa_key: PrivateKey) -> None:
    """The lists that the reference fixes, for a delivery and for a fetch."""
    headers = {"Content-Type": "application/activity+json"}
    post = {dialect: sign("POST", TARGET, headers, BODY, rsa_key, dialect, NOW) for dialect in Dialect}
    get = {
        dialect: sign("get", TARGET, {"Accept": "application/activity+json"}, b"", rsa_key, dialect, NOW)
        for dialect in Dialect
    }

    assert 'headers="(request-target) host date digest content-type"' in post[Dialect.CAVAGE]["signature"]
    assert 'algorithm="rsa-sha256"' in post[Dialect.CAVAGE]["signature"]
    assert 'headers="(request-target) host date"' in get[Dialect.CAVAGE]["signature"]
    assert post[Dialect.RFC9421]["signature-input"] == (
        'sig1=("@method" "@target-uri" "@authority" "content-digest" "content-type" "date");created=1795435200'
        f';keyid="{rsa_key.id}";expires=1795435500;alg="rsa-v1_5-sha256"'
    )
    assert get[Dialect.RFC9421]["signature-input"].startswith('sig1=("@method" "@target-uri" "@authority" "date");')
    assert not {"digest", "content-digest"} & (get[Dialect.CAVAGE].keys() | get[Dialect.RFC9421].keys())


def test_ed25519_is_declared_as_each_dialect_names_it(ed25519_key: PrivateKey) -> None:
    """Cavage has no name for it but hs2019."""
    cavage = sign("POST", TARGET, {}, BODY, ed25519_key, Dialect.CAVAGE, NOW)
    rfc9421 = sign("POST", TARGET, {}, BODY, ed25519_key, Dialect.RFC9421, NOW)

    assert 'algorithm="hs2019"' in cavage["signature"]
    assert rfc9421["signature-input"].endswith(';alg="ed25519"')


def test_moment_in_another_zone_is_written_in_gmt(rsa_key: PrivateKey) -> None:
    """T-012: a Date is GMT by definition."""
    paris = NOW.astimezone(timezone(timedelta(hours=1)))

    assert sign("GET", TARGET, {}, b"", rsa_key, Dialect.CAVAGE, paris)["date"] == "Mon, 23 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/inbox",
        "ftp://away.example/",
        "https:///inbox",
        "https://user@away.example/",
        "https://away.example\\@evil.example/",
        "https://away.example/a b",
        "https://away.example/\r\nx: y",
        "https://away.example/é",
        "https://away.example/#fragment",
        "https://bücher.example/",
        "HTTPS://away.example/ ",
    ],
)
def test_target_that_two_readers_take_apart_differently_is_malformed(
    uri: str, signed: Signed, rsa_key: PrivateKey, dialect: Dialect
) -> None:
    """T-011: for sending and for receiving alike."""
    with pytest.raises(Malformed):
        sign("GET", uri, {}, b"", rsa_key, dialect, NOW)
    with pytest.raises(Malformed):
        read_claim(dataclasses.replace(signed(rsa_key, dialect), target_uri=uri), NOW)


def test_line_break_in_a_signed_header_is_malformed(signed: Signed, rsa_key: PrivateKey, dialect: Dialect) -> None:
    """One header must not be able to write the line of another into what is signed."""
    with pytest.raises(Malformed):
        sign("POST", TARGET, {"content-type": "x\nhost: third.example"}, BODY, rsa_key, dialect, NOW)
    with pytest.raises(Malformed):
        read_claim(with_header(signed(rsa_key, dialect), "content-type", "x\r\ny"), NOW)


@given(
    method=st.sampled_from(["GET", "POST", "", "é"]),
    uri=st.text() | st.just(TARGET),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["signature", "signature-input", "date", "host", "digest", "content-digest", "Signature"])
            | st.text(),
            st.text() | st.just('keyId="k",signature="AAAA",headers="(request-target) host date digest"'),
        )
    ),
    body=st.binary(max_size=20),
)
def test_no_request_whatever_makes_reading_fail_in_another_way(
    method: str, uri: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    """Only Malformed and SignatureRefused, so that a stranger never causes a 500."""
    with contextlib.suppress(Malformed, SignatureRefused):
        assert read_claim(SignedMessage(method, uri, tuple(headers), body), NOW).key_id


def test_refusals_say_what_is_wrong_without_quoting_the_request(signed: Signed, rsa_key: PrivateKey) -> None:
    """The texts go back to a stranger: they help an honest operator and echo nothing."""
    message = with_header(signed(rsa_key, Dialect.CAVAGE), "host", "third.example<script>")

    with pytest.raises(SignatureRefused) as refusal:
        read_claim(message, NOW)

    assert refusal.value.safe == "The request was signed for another host"
