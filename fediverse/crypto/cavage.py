"""HTTP signatures of draft-cavage-http-signatures-12, the dialect that most of the fediverse speaks: the `Signature` header.

`signatures` calls it and adds what both dialects share: required coverage, clock, host, digest. Own code, because the published packages accept
a POST of which only the date is signed, and refuse what real servers send. Where the draft and Mastodon differ (hs2019 computed as RSA PKCS#1
v1.5 with SHA-256), Mastodon is followed, since everybody else does. Never reads the `Authorization` header.
"""

import base64
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from fediverse.crypto.keypairs import KeyKind, PrivateKey
from fediverse.crypto.messages import (
    MAX_COVERED,
    MAX_SIGNATURE_CHARS,
    Dialect,
    SignatureClaim,
    SignedMessage,
    Target,
    field_value,
    from_unix,
    parse_http_date,
)
from fediverse.errors import Malformed, SignatureRefused

REQUIRED = ("(request-target)", "host")
REQUIRED_FOR_CONTENT = "digest"
# What a declared algorithm may stand for. `hs2019` means "whatever the key is".
ALGORITHMS = {
    "rsa-sha256": frozenset({KeyKind.RSA}),
    "hs2019": frozenset({KeyKind.RSA, KeyKind.ED25519}),
}

_DEFAULT_LIFETIME = timedelta(minutes=5)
# Quoted strings of printable ASCII without escapes: no peer needs one, and two readers that treat them differently see two key ids.
_PARAMETER = re.compile(
    r'[ \t]*(?P<name>[A-Za-z]+)[ \t]*=[ \t]*(?:"(?P<quoted>[ !#-\[\]-~]*)"|(?P<bare>[A-Za-z0-9+/._-]+))[ \t]*(?P<end>,|\Z)'
)
_SCHEME = re.compile(r"[ \t]*Signature[ \t]+", re.IGNORECASE)
_SECONDS = re.compile(r"[0-9]{1,12}")


def read(message: SignedMessage, fields: Mapping[str, str]) -> SignatureClaim:
    """What the `Signature` header claims. Raises Malformed when it cannot be read in exactly one way or names a header that is not there,
    SignatureRefused when it can be read but neither `date` nor `(created)` is covered, or the algorithm is unknown.
    """
    parameters = parse(fields["signature"])
    key_id, signature = parameters.get("keyid"), parameters.get("signature")
    if not key_id or not signature:
        raise Malformed("The signature lacks keyId or signature")
    algorithm = parameters.get("algorithm", "hs2019").lower()
    if algorithm not in ALGORITHMS:
        raise SignatureRefused("The algorithm must be rsa-sha256 or hs2019")
    covered = _covered(parameters, algorithm)
    created_at = _created_at(covered, parameters, fields)
    return SignatureClaim(
        dialect=Dialect.CAVAGE,
        key_id=key_id,
        algorithm=algorithm,
        covered=covered,
        created_at=created_at,
        expires_at=_seconds(parameters, "expires") if "(expires)" in covered else created_at + _DEFAULT_LIFETIME,
        signature=_decoded(signature),
        bases=_bases(message, covered, parameters, fields),
        message=message,
    )


def parse(value: str) -> dict[str, str]:
    """The parameters of a `Signature` header, names in lower case. Raises Malformed for a name that appears twice in whatever case, and
    for anything that is not a list of `name="value"` or `name=value`.
    """
    if len(value) > MAX_SIGNATURE_CHARS:
        raise Malformed("The signature header is too long")
    scheme = _SCHEME.match(value)
    position = scheme.end() if scheme else 0
    parameters: dict[str, str] = {}
    more = True
    while more:
        match = _PARAMETER.match(value, position)
        if match is None:
            raise Malformed("The signature header cannot be read")
        name = match["name"].lower()
        if name in parameters:
            raise Malformed("The signature header names a parameter twice")
        parameters[name] = match["quoted"] if match["bare"] is None else match["bare"]
        position, more = match.end(), match["end"] == ","
    return parameters


def signing_string(
    covered: tuple[str, ...],
    *,
    method: str,
    request_target: str,
    parameters: Mapping[str, str],
    fields: Mapping[str, str],
) -> bytes:
    """The bytes that are signed (draft-cavage-12 §2.3)."""
    lines = []
    for name in covered:
        match name:
            case "(request-target)":
                value = f"{method.lower()} {request_target}"
            case "(created)" | "(expires)":
                value = parameters.get(name.strip("()"), "")
            case _:
                value = field_value(fields, name)
        lines.append(f"{name}: {value}")
    return "\n".join(lines).encode("latin-1")


def sign(method: str, target: Target, fields: Mapping[str, str], key: PrivateKey) -> dict[str, str]:
    """The `signature` header for a request that will be sent with *fields*."""
    if '"' in key.id or "\\" in key.id:
        raise ValueError("A key id cannot hold a quote or a backslash")
    names = ("(request-target)", "host", "date", "digest", "content-type")
    covered = tuple(name for name in names if name in fields or name == "(request-target)")
    signed = signing_string(
        covered, method=method, request_target=target.path + target.query, parameters={}, fields=fields
    )
    algorithm = "rsa-sha256" if key.kind is KeyKind.RSA else "hs2019"
    signature = base64.b64encode(key.sign(signed)).decode("ascii")
    return {
        "signature": f'keyId="{key.id}",algorithm="{algorithm}",headers="{" ".join(covered)}",signature="{signature}"'
    }


def _covered(parameters: Mapping[str, str], algorithm: str) -> tuple[str, ...]:
    default = "date" if algorithm == "rsa-sha256" else "(created)"
    covered = tuple(parameters.get("headers", default).lower().split())
    if not covered or len(covered) > MAX_COVERED or len(set(covered)) != len(covered):
        raise Malformed("The list of signed headers is empty, too long or holds a name twice")
    if algorithm == "rsa-sha256" and not {"(created)", "(expires)"}.isdisjoint(covered):
        raise Malformed("(created) and (expires) cannot be signed with rsa-sha256")
    return covered


def _created_at(covered: tuple[str, ...], parameters: Mapping[str, str], fields: Mapping[str, str]) -> datetime:
    # Only what is signed counts. Mastodon takes an unsigned `created` parameter in place of a signed Date, which lets anybody renew a request.
    if "(created)" in covered:
        return _seconds(parameters, "created")
    if "date" in covered:
        return parse_http_date(field_value(fields, "date"))
    raise SignatureRefused("The signature must cover date or (created)", code="not_covered")


def _seconds(parameters: Mapping[str, str], name: str) -> datetime:
    text = parameters.get(name, "")
    if _SECONDS.fullmatch(text) is None:
        raise Malformed(f"({name}) is signed, but is not given in whole seconds")
    return from_unix(int(text))


def _decoded(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except ValueError as problem:
        raise Malformed("The signature is not base64") from problem


def _bases(
    message: SignedMessage, covered: tuple[str, ...], parameters: Mapping[str, str], fields: Mapping[str, str]
) -> tuple[bytes, ...]:
    """With the query first; then without it, as older versions of Mastodon signed. The order is only a matter of time."""
    target = Target.parse(message.target_uri)
    request_targets = [target.path + target.query, target.path] if target.query else [target.path]
    return tuple(
        signing_string(
            covered,
            method=message.method,
            request_target=request_target,
            parameters=parameters,
            fields=fields,
        )
        for request_target in request_targets
    )
