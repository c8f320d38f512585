"""draft-cavage signatures: the header is read in one way or not at all, and what is read must cover enough."""

import base64
import contextlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fediverse.crypto import cavage
from fediverse.crypto.digests import digest_header
from fediverse.crypto.keypairs import PrivateKey
from fediverse.crypto.messages import Target, http_date, parse_http_date
from fediverse.crypto.signatures import SignatureClaim, SignedMessage, read_claim, verify
from fediverse.errors import Malformed, SignatureRefused

BODY = b'{"type":"Like"}'
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
UNIX = int(NOW.timestamp())
FIELDS: Mapping[str, str] = {
    "host": "away.example",
    "date": http_date(NOW),
    "digest": digest_header(BODY),
    "content-type": "application/activity+json",
}
ALL = "(request-target) host date digest content-type"
NAMES = st.from_regex(r"\A[A-Za-z]{1,12}\Z")
VALUES = st.from_regex(r"\A[ !#-\[\]-~]{0,40}\Z")


def request(
    key: PrivateKey,
    *,
    headers: str | None = ALL,
    algorithm: str | None = "rsa-sha256",
    method: str = "POST",
    target: str = "/inbox",
    signed_target: str | None = None,
    fields: Mapping[str, str] = FIELDS,
    sent: Mapping[str, str] | None = None,
    prefix: str = "",
    **parameters: Any,
) -> SignedMessage:
    """A request signed the way a foreign server might. *signed_target* and *sent* make it lie about what it signed."""
    given = {"keyId": key.id, "algorithm": algorithm, "headers": headers, **parameters}
    written = {name: str(value) for name, value in given.items() if value is not None}
    default = "date" if algorithm == "rsa-sha256" else "(created)"
    signed = cavage.signing_string(
        tuple(written.get("headers", default).lower().split()),
        method=method,
        request_target=signed_target or target,
        parameters={name.lower(): value for name, value in written.items()},
        fields=fields,
    )
    written["signature"] = base64.b64encode(key.sign(signed)).decode()
    header = prefix + ",".join(f'{name}="{value}"' for name, value in written.items())
    body = BODY if method == "POST" else b""
    return SignedMessage(
        method, f"https://away.example{target}", (*(sent or fields).items(), ("signature", header)), body
    )


def accepted(message: SignedMessage, key: PrivateKey, now: datetime = NOW) -> SignatureClaim:
    claim = read_claim(message, now)
    verify(claim, message, key.public)
    return claim


def test_what_mastodon_sends_is_accepted(rsa_key: PrivateKey) -> None:
    """T-004: algorithm rsa-sha256, target, host, date, digest, content type."""
    claim = accepted(request(rsa_key), rsa_key)

    assert claim.key_id == rsa_key.id
    assert claim.created_at == NOW


def test_what_gotosocial_sends_is_accepted(rsa_key: PrivateKey) -> None:
    """T-004, T-022: hs2019 computed as RSA with SHA-256, and a key id that is a path."""
    key = PrivateKey("https://home.example/users/alice/main-key", rsa_key.owner, rsa_key.kind, rsa_key.key)

    claim = accepted(request(key, algorithm="hs2019", headers="(request-target) host date digest"), key)

    assert claim.key_id == "https://home.example/users/alice/main-key"


def test_missing_algorithm_means_whatever_the_key_is(key: PrivateKey) -> None:
    """T-004: absent counts as hs2019, for RSA and for Ed25519."""
    assert accepted(request(key, algorithm=None), key).algorithm == "hs2019"


@pytest.mark.parametrize("algorithm", ["rsa-sha1", "hmac-sha256", "rsa-sha512", "ed25519", ""])
def test_other_algorithms_are_refused(algorithm: str, rsa_key: PrivateKey) -> None:
    """T-004: the list is closed."""
    with pytest.raises(SignatureRefused, match="algorithm"):
        read_claim(request(rsa_key, algorithm=algorithm), NOW)


def test_declared_rsa_does_not_fit_an_ed25519_key(ed25519_key: PrivateKey) -> None:
    """The algorithm is the key's; a header that says otherwise is refused although the signature would hold."""
    message = request(ed25519_key, algorithm="rsa-sha256")
    claim = read_claim(message, NOW)

    with pytest.raises(SignatureRefused, match="algorithm"):
        verify(claim, message, ed25519_key.public)


@pytest.mark.parametrize("prefix", ["Signature ", "signature\t", " Signature  "])
def test_value_in_the_style_of_an_authorization_header_is_tolerated(prefix: str, rsa_key: PrivateKey) -> None:
    """T-003."""
    accepted(request(rsa_key, prefix=prefix), rsa_key)


@pytest.mark.parametrize(
    "header",
    [
        'keyId="https://home.example/k",headers="date"',
        'signature="AAAA",headers="date"',
        'keyId="",signature="AAAA"',
        'keyId="https://home.example/k",signature=""',
        'keyId="https://home.example/k",signature="A*A="',
        'keyId="https://home.example/k",signature="AAAA",',
        ',keyId="https://home.example/k",signature="AAAA"',
        'keyId="https://home.example/k" signature="AAAA"',
        'keyId="https://home.example/k\\"x",signature="AAAA"',
        'keyId="https://home.example/é",signature="AAAA"',
        "keyId='https://home.example/k',signature=AAAA",
        'keyId="https://home.example/k",signature="AAAA',
        "",
        "Signature",
        'keyId="https://home.example/k",signature="AAAA",x="' + "x" * 9000 + '"',
    ],
)
def test_header_that_cannot_be_read_is_malformed(header: str) -> None:
    """T-002: 400, never a guess."""
    message = SignedMessage("POST", "https://away.example/inbox", (*FIELDS.items(), ("signature", header)), BODY)

    with pytest.raises(Malformed):
        read_claim(message, NOW)


@pytest.mark.parametrize("second", ["keyId", "keyid", "KEYID", "signature", "headers", "algorithm", "Created"])
def test_doubled_parameter_is_malformed(second: str, rsa_key: PrivateKey) -> None:
    """T-002: two readers could pick different ones, also when the names differ in case only."""
    good = request(rsa_key, created=UNIX)
    accepted(good, rsa_key)
    *others, (_, header) = good.headers

    with pytest.raises(Malformed, match="twice"):
        read_claim(
            SignedMessage(good.method, good.target_uri, (*others, ("signature", f'{header},{second}="x"')), BODY), NOW
        )


def test_header_without_end_is_malformed(rsa_key: PrivateKey) -> None:
    """Four thousand characters that we do not need are passed over; nine thousand are not read."""
    accepted(request(rsa_key, padding="x" * 4000), rsa_key)

    with pytest.raises(Malformed, match="too long"):
        read_claim(request(rsa_key, padding="x" * 9000), NOW)


def test_two_signature_headers_are_malformed(rsa_key: PrivateKey) -> None:
    """T-002, T-024: also when both are good."""
    good = request(rsa_key)

    with pytest.raises(Malformed, match="exactly one"):
        read_claim(SignedMessage(good.method, good.target_uri, (*good.headers, good.headers[-1]), BODY), NOW)


@pytest.mark.parametrize(("algorithm", "created"), [("rsa-sha256", None), ("hs2019", UNIX)])
def test_absent_list_of_headers_covers_too_little(algorithm: str, created: int | None, rsa_key: PrivateKey) -> None:
    """T-005: it means `date` for rsa-sha256 and `(created)` for hs2019, and neither binds anything else."""
    with pytest.raises(SignatureRefused) as refusal:
        read_claim(request(rsa_key, headers=None, algorithm=algorithm, created=created), NOW)

    assert refusal.value.code == "not_covered"


@pytest.mark.parametrize(
    "headers",
    [
        "(request-target) host digest",
        "host date digest",
        "(request-target) date digest",
        "(request-target) host date",
        "(request-target) host date content-type",
        "date",
    ],
)
def test_post_that_leaves_out_a_required_header_is_refused(headers: str, rsa_key: PrivateKey) -> None:
    """T-006, T-008: target, host, a time and the digest; each one missing in turn, the signature itself right."""
    with pytest.raises(SignatureRefused) as refusal:
        read_claim(request(rsa_key, headers=headers), NOW)

    assert refusal.value.code == "not_covered"


def test_get_must_cover_the_host(rsa_key: PrivateKey) -> None:
    """T-007: with host it is accepted, without it is not."""
    accepted(request(rsa_key, method="GET", headers="(request-target) host date"), rsa_key)

    with pytest.raises(SignatureRefused) as refusal:
        read_claim(request(rsa_key, method="GET", headers="(request-target) date"), NOW)
    assert refusal.value.code == "not_covered"


def test_get_that_brings_a_body_must_cover_its_digest(rsa_key: PrivateKey) -> None:
    """T-008: what matters is that there are bytes, not the name of the method."""
    message = request(rsa_key, method="GET", headers="(request-target) host date")
    with_body = SignedMessage("GET", message.target_uri, message.headers, BODY)

    with pytest.raises(SignatureRefused) as refusal:
        read_claim(with_body, NOW)

    assert refusal.value.code == "not_covered"


@pytest.mark.parametrize("missing", ["date", "host", "digest", "content-type"])
def test_signed_header_that_is_missing_is_malformed(missing: str, rsa_key: PrivateKey) -> None:
    """T-006b: it is never taken as an empty one, which the signer could have meant."""
    sent = {name: value for name, value in FIELDS.items() if name != missing}

    with pytest.raises(Malformed):
        read_claim(request(rsa_key, fields={**FIELDS, missing: ""}, sent=sent), NOW)


def test_digest_of_another_body_is_refused(rsa_key: PrivateKey) -> None:
    """T-009: covered, well formed, and wrong."""
    message = request(rsa_key, fields={**FIELDS, "digest": digest_header(b"another")})

    with pytest.raises(SignatureRefused) as refusal:
        read_claim(message, NOW)

    assert refusal.value.code == "digest_mismatch"


def test_only_the_signed_one_of_two_digests_counts(rsa_key: PrivateKey) -> None:
    """T-021: an unsigned `Content-Digest` neither saves a wrong `Digest` nor spoils a right one."""
    right = request(rsa_key, sent={**FIELDS, "content-digest": "sha-256=:AAAA:"})
    wrong = request(
        rsa_key,
        fields={**FIELDS, "digest": digest_header(b"another")},
        sent={**FIELDS, "digest": digest_header(b"another"), "content-digest": "sha-256=:AAAA:"},
    )

    accepted(right, rsa_key)
    with pytest.raises(SignatureRefused) as refusal:
        read_claim(wrong, NOW)
    assert refusal.value.code == "digest_mismatch"


@pytest.mark.parametrize("extra", ["(created)", "(expires)"])
def test_pseudo_headers_are_illegal_with_rsa_sha256(extra: str, rsa_key: PrivateKey) -> None:
    """T-010: they belong to hs2019, with which the same request is accepted."""
    times: dict[str, Any] = {"created": UNIX, "expires": UNIX + 60}
    accepted(request(rsa_key, headers=f"{ALL} {extra}", algorithm="hs2019", **times), rsa_key)

    with pytest.raises(Malformed):
        read_claim(request(rsa_key, headers=f"{ALL} {extra}", algorithm="rsa-sha256", **times), NOW)


@pytest.mark.parametrize("created", [None, "", "soon", "1.5", "-1", "9" * 13, "999999999999"])
def test_signed_time_that_is_not_in_whole_seconds_is_malformed(created: object, rsa_key: PrivateKey) -> None:
    """T-010, T-013: `(created)` needs its parameter."""
    with pytest.raises(Malformed):
        read_claim(request(rsa_key, headers=f"{ALL} (created)", algorithm="hs2019", created=created), NOW)


@pytest.mark.parametrize(
    "headers",
    [
        "",
        "date date",
        "(request-target) host date digest (unknown)",
        "x " * 3000,
        ALL + " ".join(f" x{n}" for n in range(64)),
    ],
)
def test_list_of_headers_that_makes_no_sense_is_malformed(headers: str, rsa_key: PrivateKey) -> None:
    """Empty, doubled, unknown, endless."""
    fields = {**FIELDS, "(unknown)": "", "x": "", **{f"x{n}": "" for n in range(64)}}

    with pytest.raises(Malformed):
        read_claim(request(rsa_key, headers=headers, fields=fields, sent=FIELDS), NOW)


def test_target_is_signed_with_its_query(rsa_key: PrivateKey) -> None:
    """T-011: with the query; without it, as older versions of Mastodon did; but not with another one."""
    target = "/users/bob/outbox?page=true&min_id=1"

    accepted(request(rsa_key, method="GET", headers="(request-target) host date", target=target), rsa_key)
    accepted(
        request(
            rsa_key,
            method="GET",
            headers="(request-target) host date",
            target=target,
            signed_target="/users/bob/outbox",
        ),
        rsa_key,
    )
    lie = request(
        rsa_key,
        method="GET",
        headers="(request-target) host date",
        target=target,
        signed_target="/users/bob/outbox?page=false",
    )
    with pytest.raises(SignatureRefused, match="verify"):
        accepted(lie, rsa_key)


def test_escapes_in_the_target_are_signed_as_they_were_sent(rsa_key: PrivateKey) -> None:
    """T-011: the raw path; `%7E` and `~` are two targets."""
    accepted(request(rsa_key, target="/%7Ebob/%2Finbox"), rsa_key)

    with pytest.raises(SignatureRefused, match="verify"):
        accepted(request(rsa_key, target="/%7Ebob/%2Finbox", signed_target="/~bob/%2Finbox"), rsa_key)


@pytest.mark.parametrize(
    ("host", "good"),
    [("away.example:8443", True), ("AWAY.example:8443", True), ("away.example", False), ("away.example:443", False)],
)
def test_host_is_signed_with_its_port(host: str, good: bool, rsa_key: PrivateKey) -> None:  # noqa: FBT001 - a table
    """T-011b: a port that is not the scheme's own is part of who we are."""
    message = request(rsa_key, fields={**FIELDS, "host": host})
    at_port = SignedMessage("POST", "https://away.example:8443/inbox", message.headers, BODY)

    if good:
        accepted(at_port, rsa_key)
    else:
        with pytest.raises(SignatureRefused) as refusal:
            read_claim(at_port, NOW)
        assert refusal.value.code == "wrong_host"


@pytest.mark.parametrize(
    "host", ["third.example", "away.example.", "away.example.third.example", "away.example, third.example", ""]
)
def test_request_signed_for_another_host_is_refused(host: str, rsa_key: PrivateKey) -> None:
    """T-020: a delivery to one node cannot be replayed at the next. The port that the scheme implies changes nothing."""
    accepted(request(rsa_key, fields={**FIELDS, "host": "away.example:443"}), rsa_key)

    with pytest.raises(SignatureRefused) as refusal:
        read_claim(request(rsa_key, fields={**FIELDS, "host": host}), NOW)

    assert refusal.value.code == "wrong_host"


def test_unsigned_created_parameter_does_not_renew_an_old_date(rsa_key: PrivateKey) -> None:
    """T-012: only times that are signed count, so that nobody can refresh a captured request."""
    old = {**FIELDS, "date": http_date(NOW - timedelta(days=3))}

    with pytest.raises(SignatureRefused) as refusal:
        read_claim(request(rsa_key, algorithm="hs2019", fields=old, created=UNIX, expires=UNIX + 3600), NOW)

    assert refusal.value.code == "outside_window"


def test_expires_is_honoured_when_it_is_signed(rsa_key: PrivateKey) -> None:
    """T-012: three hours after making it is within a signed six hours, and outside the five minutes that count otherwise."""
    times: dict[str, Any] = {"created": UNIX, "expires": UNIX + 6 * 3600}
    signed = request(rsa_key, headers="(request-target) host digest (created) (expires)", algorithm="hs2019", **times)
    unsigned = request(rsa_key, headers="(request-target) host digest (created)", algorithm="hs2019", **times)

    accepted(signed, rsa_key, NOW + timedelta(hours=3))
    with pytest.raises(SignatureRefused) as refusal:
        read_claim(unsigned, NOW + timedelta(hours=3))
    assert refusal.value.code == "outside_window"


@pytest.mark.parametrize(
    "date",
    [
        "yesterday",
        "",
        "Mon, 23 Nov 2026 12:00:00 +0000",
        "Mon, 23 Nov 2026 12:00:00 UTC",
        "2026-11-23T12:00:00Z",
        "Mon, 31 Feb 2026 12:00:00 GMT",
        "Mon, 23 Nov 2026 25:00:00 GMT",
        "Mon, 23 Nov 2026 12:00:61 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 01 Jan 0000 00:00:00 GMT",
        "Monday, 23-Nov-26 12:00:00 GMT",
        "Mon, 23 Nov 2026 12:00:00 GMT, Mon, 23 Nov 2026 12:00:00 GMT",
        "Mon, ٢٣ Nov 2026 12:00:00 GMT",
    ],
)
def test_date_that_cannot_be_read_is_malformed(date: str, rsa_key: PrivateKey) -> None:
    """T-013: 400, and only the one form that everybody sends."""
    message = request(rsa_key)
    headers = tuple((name, date if name == "date" else value) for name, value in message.headers)

    with pytest.raises(Malformed):
        read_claim(SignedMessage("POST", message.target_uri, headers, BODY), NOW)


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants naive bounds
def test_every_date_that_we_write_we_read(moment: datetime) -> None:
    """To the second, which is all that the form holds."""
    assert parse_http_date(http_date(moment)) == moment.replace(microsecond=0)


@given(st.dictionaries(NAMES.map(str.lower), VALUES, min_size=1, max_size=8), st.data())
def test_parameters_are_read_as_they_were_written_and_doubled_ones_refused(
    parameters: dict[str, str], data: st.DataObject
) -> None:
    """T-002: any names and values, commas and equal signs inside quotes included; a second occurrence in any case is malformed."""
    header = ",".join(f'{name}="{value}"' for name, value in parameters.items())
    doubled = data.draw(st.sampled_from(sorted(parameters)))
    as_written = "".join(data.draw(st.sampled_from([char.lower(), char.upper()])) for char in doubled)

    assert cavage.parse(header) == parameters
    with pytest.raises(Malformed):
        cavage.parse(f'{header} , {as_written}="x"')


@given(st.text() | st.from_regex(r'(Signature )?([A-Za-z]+="[^"]*",?|created=[0-9]+,?|[a-z]*=,?)*'))
@example('keyId="a",signature="AAAA",algorithm="hs2019",headers="(created)",created=99999999999999999999')
@example('keyId="a",signature="AAAA",algorithm="rsa-sha256",headers="date"')
@example('keyId="a",signature="AAAA",headers="(request-target) host date digest signature"')
def test_no_header_whatever_makes_reading_fail_in_another_way(header: str) -> None:
    """Malformed or refused: a stranger cannot cause a 500, and cannot be accepted by chance."""
    message = SignedMessage("POST", "https://away.example/inbox", (*FIELDS.items(), ("signature", header)), BODY)

    with contextlib.suppress(Malformed, SignatureRefused):
        assert read_claim(message, NOW).covered


@pytest.mark.parametrize("header", ['a="' + " " * 8000, "a" * 8000, " " * 8000 + "=", "a \t" * 2600, 'a="" ' * 1600])
def test_long_hostile_header_is_read_fast(header: str) -> None:
    """No backtracking: eight thousand characters of near misses cost about as much as any others."""
    started = time.perf_counter()

    with pytest.raises(Malformed):
        cavage.parse(header)

    assert time.perf_counter() - started < 0.5


def test_key_id_that_would_break_out_of_its_quotes_cannot_sign(rsa_key: PrivateKey) -> None:
    """Our own key ids never hold one; if they did, we would write a header that says something else."""
    key = PrivateKey('https://home.example/",headers="date', rsa_key.owner, rsa_key.kind, rsa_key.key)

    with pytest.raises(ValueError, match="quote"):
        cavage.sign("GET", Target.parse("https://away.example/"), FIELDS, key)
