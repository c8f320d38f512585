"""RFC 9421 signatures: one signature in a request, read strictly, covering enough."""

import contextlib
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import http_sf
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fediverse.crypto import rfc9421
from fediverse.crypto.digests import content_digest_header, digest_header
from fediverse.crypto.keypairs import PrivateKey
from fediverse.crypto.messages import Target, http_date
from fediverse.crypto.signatures import SignatureClaim, SignedMessage, read_claim, verify
from fediverse.errors import Malformed, SignatureRefused

BODY = b'{"type":"Like"}'
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
UNIX = int(NOW.timestamp())
URI = "https://away.example/inbox?shared=1"
FIELDS: Mapping[str, str] = {
    "host": "away.example",
    "date": http_date(NOW),
    "content-digest": content_digest_header(BODY),
    "content-type": "application/activity+json",
}
ALL = ("@method", "@target-uri", "content-digest")


def request(
    key: PrivateKey,
    covered: tuple[str, ...] = ALL,
    *,
    method: str = "POST",
    uri: str = URI,
    signed_uri: str | None = None,
    fields: Mapping[str, str] = FIELDS,
    sent: Mapping[str, str] | None = None,
    **parameters: Any,
) -> SignedMessage:
    """A request signed the way a foreign server might. A parameter that is None is left out."""
    given: dict[str, Any] = {"created": UNIX, "keyid": key.id} | parameters
    written = {name: value for name, value in given.items() if value is not None}
    target = Target.parse(signed_uri or uri)
    signature = key.sign(rfc9421.signature_base(covered, written, method=method, target=target, fields=fields))
    components: list[http_sf.ItemType] = [(name, {}) for name in covered]
    headers = {
        **(sent or fields),
        "signature-input": http_sf.ser({"sig1": (components, written)}),
        "signature": http_sf.ser({"sig1": signature}),
    }
    return SignedMessage(method, uri, tuple(headers.items()), BODY if method == "POST" else b"")


def replaced(message: SignedMessage, **headers: str) -> SignedMessage:
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    return SignedMessage(
        message.method, message.target_uri, tuple({**dict(message.headers), **changed}.items()), message.body
    )


def accepted(message: SignedMessage, key: PrivateKey, now: datetime = NOW) -> SignatureClaim:
    claim = read_claim(message, now)
    verify(claim, message, key.public)
    return claim


def test_what_mastodon_sends_is_accepted(rsa_key: PrivateKey) -> None:
    """The least that counts: method, target, digest; created and keyid, no alg."""
    claim = accepted(request(rsa_key), rsa_key)

    assert (claim.key_id, claim.algorithm, claim.created_at) == (rsa_key.id, None, NOW)


def test_what_fedify_sends_is_accepted(key: PrivateKey) -> None:
    """Authority, host and date covered too, and the algorithm declared."""
    algorithm = {"rsa": "rsa-v1_5-sha256", "ed25519": "ed25519"}[key.kind]

    claim = accepted(
        request(key, ("@method", "@target-uri", "@authority", "host", "date", "content-digest"), alg=algorithm), key
    )

    assert claim.algorithm == algorithm


def test_every_derived_component_of_a_request_is_understood(ed25519_key: PrivateKey) -> None:
    """All of RFC 9421 §2.2 but `@query-param`, with and without a query."""
    covered = (*ALL, "@authority", "@scheme", "@request-target", "@path", "@query")

    accepted(request(ed25519_key, covered), ed25519_key)
    accepted(request(ed25519_key, covered, uri="https://away.example"), ed25519_key)


@pytest.mark.parametrize("component", ["@query-param", "@status", "@signature-params", "@unknown"])
def test_component_that_we_cannot_compute_is_refused(component: str, rsa_key: PrivateKey) -> None:
    """Never skipped: what the signer meant to bind must be bound."""
    covered = " ".join(f'"{name}"' for name in (*ALL, component))
    message = replaced(request(rsa_key), signature_input=f'sig1=({covered});created={UNIX};keyid="k"')

    with pytest.raises(SignatureRefused, match="not supported"):
        read_claim(message, NOW)


@pytest.mark.parametrize("parameter", [";sf", ';key="sha-256"', ";bs", ";req", ";tr"])
def test_components_with_parameters_are_refused(parameter: str, rsa_key: PrivateKey) -> None:
    """`"content-digest";key=…` covers a part of the field, `;req` another request: neither is what we ask for."""
    message = replaced(
        request(rsa_key),
        signature_input=f'sig1=("@method" "@target-uri" "content-digest"{parameter});created={UNIX};keyid="k"',
    )

    with pytest.raises(SignatureRefused, match="parameters"):
        read_claim(message, NOW)


@pytest.mark.parametrize("missing", ["@method", "@target-uri", "content-digest"])
def test_post_that_leaves_out_a_required_component_is_refused(missing: str, rsa_key: PrivateKey) -> None:
    """T-023: method, target and digest; each one missing in turn, the signature itself right."""
    with pytest.raises(SignatureRefused) as refusal:
        read_claim(request(rsa_key, tuple(name for name in ALL if name != missing)), NOW)

    assert refusal.value.code == "not_covered"
    assert missing in refusal.value.safe


def test_digest_of_the_other_dialect_does_not_replace_content_digest(rsa_key: PrivateKey) -> None:
    """T-021, T-023: `digest` covered and right, `content-digest` there and not covered."""
    fields = {**FIELDS, "digest": digest_header(BODY)}

    with pytest.raises(SignatureRefused) as refusal:
        read_claim(request(rsa_key, ("@method", "@target-uri", "digest"), fields=fields), NOW)

    assert refusal.value.code == "not_covered"


def test_get_needs_no_digest(rsa_key: PrivateKey) -> None:
    """Without a body there is nothing to bind; with one there is."""
    message = request(rsa_key, ("@method", "@target-uri"), method="GET")

    accepted(message, rsa_key)
    with pytest.raises(SignatureRefused) as refusal:
        read_claim(SignedMessage("GET", message.target_uri, message.headers, BODY), NOW)
    assert refusal.value.code == "not_covered"


@pytest.mark.parametrize(
    "parameters",
    [
        {"created": None},
        {"keyid": None},
        {"keyid": ""},
        {"created": "1"},
        {"created": True},
        {"keyid": 1},
        {"expires": "1"},
        {"expires": True},
        {"created": -1},
        {"created": 10**15 - 1},
        {"expires": 10**15 - 1},
    ],
)
def test_missing_or_mistyped_parameters_are_malformed(parameters: dict[str, Any], rsa_key: PrivateKey) -> None:
    """T-002: created and keyid are required, and each is of its type and within time."""
    with pytest.raises(Malformed):
        read_claim(request(rsa_key, **parameters), NOW)


@pytest.mark.parametrize("algorithm", ["rsa-pss-sha512", "hmac-sha256", "hs2019", "", 1])
def test_other_algorithms_are_refused(algorithm: object, rsa_key: PrivateKey) -> None:
    """T-004: the list is closed."""
    with pytest.raises(SignatureRefused, match="alg"):
        read_claim(request(rsa_key, alg=algorithm), NOW)


def test_declared_algorithm_must_fit_the_key(key: PrivateKey) -> None:
    """The algorithm is the key's; a header that says otherwise is refused although the signature would hold."""
    message = request(key, alg={"rsa": "ed25519", "ed25519": "rsa-v1_5-sha256"}[key.kind])
    claim = read_claim(message, NOW)

    with pytest.raises(SignatureRefused, match="algorithm"):
        verify(claim, message, key.public)


def test_two_signatures_are_refused(rsa_key: PrivateKey) -> None:
    """T-024: verifying one and believing the key id of the other is the fault that this prevents; so both are refused, good as they are."""
    good = request(rsa_key)
    headers = dict(good.headers)
    twice = {
        name: f"{headers[name]}, {headers[name].replace('sig1', 'sig2', 1)}"
        for name in ("signature-input", "signature")
    }
    as_lines = (*good.headers, *((name, headers[name].replace("sig1", "sig2", 1)) for name in twice))

    accepted(good, rsa_key)
    for message in (
        replaced(good, signature_input=twice["signature-input"], signature=twice["signature"]),
        SignedMessage(good.method, good.target_uri, as_lines, BODY),
        replaced(good, signature_input=twice["signature-input"]),
        replaced(good, signature=twice["signature"]),
        replaced(good, signature=headers["signature"].replace("sig1", "sig2", 1)),
        replaced(good, signature=f"{headers['signature']}, {headers['signature']}"),
        replaced(good, signature_input=f"{headers['signature-input']}, {headers['signature-input']}"),
    ):
        with pytest.raises(Malformed):
            read_claim(message, NOW)


@pytest.mark.parametrize("name", ["created", "keyid", "alg", "expires"])
def test_doubled_parameter_is_malformed(name: str, rsa_key: PrivateKey) -> None:
    """T-002: structured fields let the last one win; here there is only one."""
    good = request(rsa_key, alg="rsa-v1_5-sha256", expires=UNIX + 60)
    accepted(good, rsa_key)

    with pytest.raises(Malformed, match="twice"):
        read_claim(replaced(good, signature_input=dict(good.headers)["signature-input"] + f";{name}=1"), NOW)


@pytest.mark.parametrize(
    ("signature_input", "signature"),
    [
        ("", "sig1=:AAAA:"),
        ("sig1", "sig1=:AAAA:"),
        ('sig1="@method"', "sig1=:AAAA:"),
        ('sig1=("@method");created=1;keyid="k"', ""),
        ('sig1=("@method");created=1;keyid="k"', "sig1=AAAA"),
        ('sig1=("@method");created=1;keyid="k"', 'sig1="AAAA"'),
        ('sig1=("@method");created=1;keyid="k"', "sig1=()"),
        ('sig1=("@method" "@method");created=1;keyid="k"', "sig1=:AAAA:"),
        ('sig1=("@METHOD");created=1;keyid="k"', "sig1=:AAAA:"),
        ('sig1=("Date");created=1;keyid="k"', "sig1=:AAAA:"),
        ('sig1=(method);created=1;keyid="k"', "sig1=:AAAA:"),
        ("sig1=(1 2);created=1", "sig1=:AAAA:"),
        ('sig1=("@method" "not-there");created=1;keyid="k"', "sig1=:AAAA:"),
        ('sig1=("@method");created=1;keyid="é"', "sig1=:AAAA:"),
        ('sig1=("@method");created=1;keyid="k"', "sig1=:" + "A" * 9000 + ":"),
        ("sig1=(" + " ".join(f'"x{n}"' for n in range(65)) + ');created=1;keyid="k"', "sig1=:AAAA:"),
    ],
)
def test_headers_that_cannot_be_read_are_malformed(signature_input: str, signature: str, rsa_key: PrivateKey) -> None:
    """T-002, T-006b: 400, never a guess; a covered header that is missing among them."""
    with pytest.raises(Malformed):
        read_claim(replaced(request(rsa_key), signature_input=signature_input, signature=signature), NOW)


def test_signature_input_without_signature_is_malformed(rsa_key: PrivateKey) -> None:
    """Half a signature is not the same as none."""
    message = request(rsa_key)
    headers = tuple((name, value) for name, value in message.headers if name != "signature")

    with pytest.raises(Malformed):
        read_claim(SignedMessage("POST", URI, headers, BODY), NOW)


def test_spaces_between_parts_do_not_matter(rsa_key: PrivateKey) -> None:
    """What is signed is the parsed list written anew (RFC 9421 §2.5), not the header's own spelling."""
    message = request(rsa_key)
    spelled = dict(message.headers)["signature-input"].replace('" "', '"   "').replace(";", "; ")

    accepted(replaced(message, signature_input=spelled), rsa_key)


def test_request_made_for_another_node_does_not_verify(key: PrivateKey) -> None:
    """T-020: `@target-uri` is computed from our own origin, so a replay fails without any comparison."""
    accepted(request(key), key)

    for other in (
        "https://third.example/inbox?shared=1",
        "https://away.example:8443/inbox?shared=1",
        "http://away.example/inbox?shared=1",
    ):
        with pytest.raises(SignatureRefused, match="verify"):
            accepted(request(key, signed_uri=other), key)


def test_host_that_is_covered_must_be_ours(rsa_key: PrivateKey) -> None:
    """T-020: Fedify signs `host` as well; what is signed is held to be true."""
    with pytest.raises(SignatureRefused) as refusal:
        read_claim(request(rsa_key, (*ALL, "host"), fields={**FIELDS, "host": "third.example"}), NOW)

    assert refusal.value.code == "wrong_host"


def test_query_is_part_of_the_target(rsa_key: PrivateKey) -> None:
    """T-011: in this dialect there is no compatibility with targets without their query."""
    with pytest.raises(SignatureRefused, match="verify"):
        accepted(request(rsa_key, signed_uri="https://away.example/inbox"), rsa_key)


def test_authority_is_compared_without_case_and_default_port(rsa_key: PrivateKey) -> None:
    """RFC 9421 §2.2.3, and the same for the target."""
    accepted(request(rsa_key, (*ALL, "@authority"), signed_uri="https://AWAY.example:443/inbox?shared=1"), rsa_key)


def test_wrong_content_digest_is_refused_and_a_broken_one_malformed(rsa_key: PrivateKey) -> None:
    """T-009 in this dialect: 401 for the wrong body, 400 for what cannot be read."""
    wrong = {**FIELDS, "content-digest": content_digest_header(b"another")}
    broken = {**FIELDS, "content-digest": "sha-256=nonsense"}

    with pytest.raises(SignatureRefused) as refusal:
        read_claim(request(rsa_key, fields=wrong), NOW)
    with pytest.raises(Malformed):
        read_claim(request(rsa_key, fields=broken), NOW)
    assert refusal.value.code == "digest_mismatch"


def test_expires_is_honoured_and_capped(rsa_key: PrivateKey) -> None:
    """T-012: a signed day counts twelve hours, and a signed minute counts one minute."""
    long, short = request(rsa_key, expires=UNIX + 86_400), request(rsa_key, expires=UNIX + 60)

    accepted(long, rsa_key, NOW + timedelta(hours=12, minutes=59))
    accepted(short, rsa_key, NOW + timedelta(minutes=60))
    for message, late in ((long, timedelta(hours=13, seconds=1)), (short, timedelta(minutes=61, seconds=1))):
        with pytest.raises(SignatureRefused) as refusal:
            read_claim(message, NOW + late)
        assert refusal.value.code == "outside_window"


def test_signed_field_outside_ascii_is_malformed(rsa_key: PrivateKey) -> None:
    """The signature base is ASCII (RFC 9421 §2.5)."""
    message = request(rsa_key, (*ALL, "content-type"))

    with pytest.raises(Malformed, match="ASCII"):
        read_claim(replaced(message, content_type="text/é"), NOW)


_PIECES = st.sampled_from(
    [
        "sig1",
        "=",
        "(",
        ")",
        '"@method"',
        '"@target-uri"',
        '"content-digest"',
        " ",
        ";",
        ",",
        'keyid="k"',
        "created=1795435200",
        "alg",
        ":AAAA:",
        "?1",
        "@1",
        '%"x"',
        "1.5",
        "é",
        "\t",
        "\x00",
    ]
)


@given(st.text() | st.lists(_PIECES).map("".join), st.text() | st.lists(_PIECES).map("".join))
@example('sig1=("@method" "@target-uri" "content-digest");created=1795435200;keyid="k"', "sig1=:AAAA:")
@example(
    'sig1=("@method" "@target-uri" "content-digest");created=1795435200;keyid="k";x=@999999999999999', "sig1=:AAAA:"
)
@example(
    'sig1=("@method" "@target-uri" "content-digest");created=1795435200;keyid="k";x=1.50;y=%"a";z=t*', "sig1=:AAAA:"
)
@example('sig1=("@method" "signature");created=1795435200;keyid="k"', "sig1=:AAAA:")
def test_no_headers_whatever_make_reading_fail_in_another_way(signature_input: str, signature: str) -> None:
    """Malformed or refused: a stranger cannot cause a 500."""
    headers = (*FIELDS.items(), ("signature-input", signature_input), ("signature", signature))

    with contextlib.suppress(Malformed, SignatureRefused):
        assert read_claim(SignedMessage("POST", URI, headers, BODY), NOW).key_id


@pytest.mark.parametrize(
    "text",
    ["sig1=(" * 1300, "sig1=(" + " " * 8000, 'sig1=("' + "a" * 8000, "a;" * 4000, "sig1=" + "1" * 8000, "a," * 4000],
)
def test_long_hostile_headers_are_read_fast(text: str) -> None:
    """Eight thousand characters of near misses cost about as much as any others."""
    message = SignedMessage(
        "POST", URI, (*FIELDS.items(), ("signature-input", text), ("signature", "sig1=:AAAA:")), BODY
    )
    started = time.perf_counter()

    with pytest.raises(Malformed):
        read_claim(message, NOW)

    assert time.perf_counter() - started < 0.5
