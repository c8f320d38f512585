"""The OAuth endpoints that applications call themselves: token, revocation, user info, and the document that describes them all.

Errors of the first two are those of RFC 6749 §5.2, since clients act on the words: Elk registers anew on 401 `invalid_client`, and only then. The page on
which a person consents is a page and lives in `web`.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import access
from fediverse.actions.limits import limiter_of
from fediverse.errors import FediverseError, Invalid, Malformed, NotSignedIn, RateLimited
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import caller
from fediverse.mastodon.parameters import Parameters
from fediverse.mastodon.request_body import parameters
from fediverse.node import node_of
from fediverse.policy import scopes
from fediverse.policy.limits import GRANTS, address_group
from fediverse.queries import accounts

_WORDS: Final = frozenset({
    "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
})  # fmt: skip
_NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@dataclass(frozen=True, slots=True)
class _Client:
    """What a request says about the application behind it: nothing is proved yet. *secret* is None when it sent none."""

    id: str
    secret: str | None


async def token(request: Request) -> Response:
    """An access token for a code, or for the application itself."""
    await _count_guess(request)
    try:
        issued = await _issue(request, await parameters(request))
    except FediverseError as problem:
        return _refusal(request, problem)
    await _forgive(request)
    return answer(
        {
            "access_token": issued.token,
            "token_type": "Bearer",
            "scope": " ".join(issued.scopes),
            "created_at": int(issued.created_at.timestamp()),
        },
        headers=_NO_STORE,
    )


async def revoke(request: Request) -> Response:
    """`{}`, also for a token that was revoked before or never was."""
    await _count_guess(request)
    try:
        sent = await parameters(request)
        client = _client(request, sent)
        await access.revoke_token(node_of(request), client.id, client.secret or "", sent.word("token"))
    except FediverseError as problem:
        return _refusal(request, problem)
    await _forgive(request)
    return answer({})


async def user_info(request: Request) -> Response:
    """Who the person is, in OpenID Connect's words (Core §5.1), for the scope `profile`."""
    person = await caller(request, "profile")
    account = await accounts.account(person.node, person.id, person.id)
    return answer(
        {
            "iss": person.node.settings.origin,
            "sub": account.uri,
            "name": account.name,
            "preferred_username": account.username,
            "profile": account.url,
            "picture": account.avatar_url,
        }
    )


async def metadata(request: Request) -> Response:
    """RFC 8414. Phanpy proves itself by PKCE only where S256 is listed; Mastodon.py checks its scopes against the list."""
    node = node_of(request)
    return answer(
        {
            "issuer": node.settings.origin,
            "authorization_endpoint": node.uri("/oauth/authorize"),
            "token_endpoint": node.uri("/oauth/token"),
            "revocation_endpoint": node.uri("/oauth/revoke"),
            "userinfo_endpoint": node.uri("/oauth/userinfo"),
            "app_registration_endpoint": node.uri("/api/v1/apps"),
            "scopes_supported": list(scopes.KNOWN),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "code_challenge_methods_supported": ["S256"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        },
        headers={"Cache-Control": "public, max-age=3600"},
    )


async def _issue(request: Request, sent: Parameters) -> access.IssuedToken:
    client = _client(request, sent)
    match sent.word("grant_type"):
        case "authorization_code":
            return await access.exchange_code(
                node_of(request),
                client.id,
                client.secret,
                code=sent.word("code"),
                redirect_uri=sent.text("redirect_uri") or "",
                code_verifier=sent.word("code_verifier") or None,
            )
        case "client_credentials":
            return await access.client_token(node_of(request), client.id, client.secret or "", _scopes(sent))
        case "":
            raise Malformed("The request is missing a required parameter: grant_type", code="invalid_request")
        case _:
            raise Malformed(
                "The authorization grant type is not supported by the authorization server.",
                code="unsupported_grant_type",
            )


async def _count_guess(request: Request) -> None:
    """A try counts before it is made, or many at once would slip through; one that turns out well is given back. Raises RateLimited."""
    node = node_of(request)
    counted = await limiter_of(request).hit(node, GRANTS, _address(request))
    if not counted.allowed:
        raise RateLimited("Too many requests", retry_after_s=counted.retry_after_s(node.clock.now()))


async def _forgive(request: Request) -> None:
    await limiter_of(request).give_back(node_of(request), GRANTS, _address(request))


def _address(request: Request) -> str:
    return "address " + address_group(request.client.host if request.client else "")


def _scopes(sent: Parameters) -> tuple[str, ...]:
    try:
        return scopes.parse(sent.word("scope"))
    except Invalid as problem:
        raise Malformed("The requested scope is invalid, unknown, or malformed.", code="invalid_scope") from problem


def _client(request: Request, sent: Parameters) -> _Client:
    """From HTTP Basic when it is there (RFC 6749 §2.3.1: both halves form-encoded), else from the body. Raises NotSignedIn `invalid_client`."""
    encoded = _basic(request)
    if encoded is None:
        return _Client(sent.word("client_id"), sent.text("client_secret") or None)
    try:
        name, colon, secret = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError) as problem:
        raise NotSignedIn("The credentials cannot be read", code="invalid_client") from problem
    if not colon:
        raise NotSignedIn("The credentials cannot be read", code="invalid_client")
    return _Client(unquote_plus(name), unquote_plus(secret))


def _basic(request: Request) -> str | None:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    return encoded.strip() if scheme.lower() == "basic" else None


def _refusal(request: Request, problem: FediverseError) -> Response:
    word = problem.code if problem.code in _WORDS else "invalid_request"
    headers = dict(_NO_STORE)
    if word == "invalid_client" and _basic(request) is not None:
        headers["WWW-Authenticate"] = 'Basic realm="applications"'
    return answer({"error": word, "error_description": problem.safe}, problem.status, headers)
