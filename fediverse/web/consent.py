"""A person decides about an application: `/oauth/authorize` (RFC 6749 §4.1), for every client that signs people in.

The request stays in the address from the first visit through the sign-in page to the click on "Allow", and is read anew each time; the form adds the decision
and the token of the session, nothing else. Until the application and its redirect URI are known to be right, an error is a page of ours: sending it on would
make this node a way to anywhere. From then on errors go back to the application.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, unquote_plus, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fediverse.actions.access import authorize, is_challenge
from fediverse.errors import Invalid, Malformed, NotFound
from fediverse.node import Node, node_of
from fediverse.policy.redirects import OUT_OF_BAND, with_answer
from fediverse.policy.scopes import covers_all, parse
from fediverse.queries.access import SignedIn, app_by_client_id
from fediverse.queries.views import AppView
from fediverse.web import sessions
from fediverse.web.pages import render
from fediverse.web.sign_in import HEADERS
from fediverse.web.translations import LOCALES, Translator, locale_of, sentence, translator

_MAX_FIELDS: Final = 10
_TRUE: Final = frozenset({"true", "1", "t", "on", "yes"})

PERMISSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "profile": sentence("Know who you are: your name, address and picture"),
        "read": sentence("Read everything that you can read here: posts, notifications, your lists and settings"),
        "write": sentence("Act for you: post, reply, upload files, change your profile and your lists"),
        "follow": sentence("Follow, mute and block people for you"),
        "push": sentence("Send you notifications"),
        "admin:read": sentence("Read what administrators of this node can read"),
        "admin:write": sentence("Do what administrators of this node can do"),
    }
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What an application asks for. Its redirect URI is one that it registered; the rest is as it was sent."""

    app: AppView
    redirect_uri: str
    response_type: str
    scope: str
    state: str | None
    code_challenge: str
    code_challenge_method: str

    @property
    def out_of_band(self) -> bool:
        return self.redirect_uri == OUT_OF_BAND


async def consent_page(request: Request) -> Response:
    """Asks the person; leads to the sign-in page first when nobody is there, or when the application wants somebody else."""
    wish = await _wish(request)
    error = _error_in(wish)
    if error:
        return _answer(wish, {"error": error})
    person = await sessions.current_user(request)
    if person is None or request.query_params.get("force_login", "").lower() in _TRUE:
        return _to_sign_in(request)
    return render(
        request,
        "access/consent.html",
        200,
        HEADERS,
        plain=True,
        **_language(request, person),
        csrf_token=person.csrf_token,
        action=_address(request, ""),
        another_account=_sign_in_address(request),
        username=person.username,
        app=wish.app,
        permissions=_permissions(parse(wish.scope)),
        destination=_destination(wish.redirect_uri),
    )


async def consent(request: Request) -> Response:
    """What the person decided: a code for the application, or word that there is none."""
    wish = await _wish(request)
    error = _error_in(wish)
    if error:
        return _answer(wish, {"error": error})
    person = await sessions.current_user(request)
    if person is None or person.account_id is None:
        return _to_sign_in(request)
    async with request.form(max_fields=_MAX_FIELDS, max_files=0) as form:
        sessions.check_csrf(request, form)
        decision = form.get("decision")
    if decision == "deny":
        return _answer(wish, {"error": "access_denied"})
    if decision != "allow":
        raise Malformed(sentence("The decision is missing."))
    code = await authorize(
        node_of(request),
        person.account_id,
        wish.app.id,
        redirect_uri=wish.redirect_uri,
        scopes=parse(wish.scope),
        code_challenge=wish.code_challenge,
    )
    if wish.out_of_band:
        return render(
            request, "access/code.html", 200, HEADERS, plain=True, **_language(request, person), app=wish.app, code=code
        )
    return _answer(wish, {"code": code})


async def _wish(request: Request) -> Wish:
    """Raises Malformed for an application that is not registered, a redirect URI that is not its own, or a parameter that comes twice."""
    app = await _app(node_of(request), (_single(request, "client_id") or "").replace("\0", ""))
    return Wish(
        app=app,
        redirect_uri=_registered(app, _single(request, "redirect_uri") or ""),
        response_type=_single(request, "response_type") or "",
        scope=_single(request, "scope") or "",
        state=_single(request, "state"),
        code_challenge=_single(request, "code_challenge") or "",
        code_challenge_method=_single(request, "code_challenge_method") or "",
    )


async def _app(node: Node, client_id: str) -> AppView:
    try:
        return await app_by_client_id(node, client_id)
    except NotFound as problem:
        raise Malformed(
            sentence("This node does not know the application. Remove the account in the application and add it again.")
        ) from problem


def _registered(app: AppView, redirect_uri: str) -> str:
    if redirect_uri not in app.redirect_uris:
        raise Malformed(sentence("The application wants to lead you to an address that it did not register."))
    return redirect_uri


def _single(request: Request, name: str) -> str | None:
    """RFC 6749 §3.1: parameters must not come more than once. Two readers could take different ones."""
    values = request.query_params.getlist(name)
    if len(values) > 1:
        raise Malformed(sentence("The application's request cannot be read."))
    return values[0] if values else None


def _error_in(wish: Wish) -> str:
    """The error of RFC 6749 §4.1.2.1 or RFC 7636 §4.4.1 that *wish* gets; empty when there is none."""
    if wish.response_type != "code":
        return "unsupported_response_type" if wish.response_type else "invalid_request"
    wants_pkce = bool(wish.code_challenge or wish.code_challenge_method)
    if wants_pkce and not (wish.code_challenge_method == "S256" and is_challenge(wish.code_challenge)):
        return "invalid_request"
    return "" if _are_registered(wish) else "invalid_scope"


def _are_registered(wish: Wish) -> bool:
    try:
        return covers_all(wish.app.scopes, parse(wish.scope))
    except Invalid:
        return False


def _answer(wish: Wish, answer: dict[str, str]) -> Response:
    """Back to the application. The address is put together by hand: a library would mend percent signs that have to stay."""
    if wish.out_of_band:
        raise Malformed(sentence("You did not let the application in, or it asked for something that it may not have."))
    if wish.state is not None:
        answer = {**answer, "state": wish.state}
    location = with_answer(wish.redirect_uri, answer)
    return Response(
        status_code=303, headers={"Location": location, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    )


def _to_sign_in(request: Request) -> Response:
    return RedirectResponse(_sign_in_address(request), 303, headers={"Cache-Control": "no-store"})


def _sign_in_address(request: Request) -> str:
    """The sign-in page, which leads back here with everything that the application sent but `force_login`: it is done by then."""
    asked = request.query_params.get("lang", "")
    language = f"&lang={quote(asked, safe='')}" if asked in LOCALES else ""
    return f"/auth/sign_in?next={quote(_address(request, 'force_login'), safe='')}{language}"


def _address(request: Request, without: str) -> str:
    """This page with its query as it was written, less the parameter *without*."""
    kept = [part for part in request.url.query.split("&") if part and unquote_plus(part.partition("=")[0]) != without]
    return f"/oauth/authorize?{'&'.join(kept)}"


def _language(request: Request, person: SignedIn) -> dict[str, str | Translator]:
    """The language that the application asks for with `lang=`, else the person's own."""
    asked = request.query_params.get("lang", "")
    locale = asked if asked in LOCALES else locale_of(request, person.locale, node_of(request).settings.locale)
    return {"t": translator(locale), "locale": locale}


def _permissions(scopes: tuple[str, ...]) -> list[tuple[str, list[str]]]:
    """For each family of scopes its sentence, and the names of the parts when only parts of it are asked for."""
    found: dict[str, list[str]] = {}
    for scope in scopes:
        family = next(
            name for name in sorted(PERMISSIONS, key=len, reverse=True) if scope == name or scope.startswith(f"{name}:")
        )
        found.setdefault(family, []).append(scope)
    return [(PERMISSIONS[family], [] if family in parts else parts) for family, parts in found.items()]


def _destination(redirect_uri: str) -> str:
    """Where the browser goes next, as a person can check it: a host, or the scheme of an app on this device; empty when it stays."""
    if redirect_uri == OUT_OF_BAND:
        return ""
    parts = urlsplit(redirect_uri)
    return parts.netloc if parts.scheme in {"http", "https"} else f"{parts.scheme}:"
