"""From a template and plain values to an answer: language, security headers, and what every page shows around its own content.

`render` is the one way to a page, for these rooms and for the sign-in pages. Templates are escaped whatever their name; a value that is missing is an
error and never an empty space. The Content-Security-Policy lets a page load its own files and nothing else: there is no inline script or style, so it
needs no nonce.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from fediverse.node import node_of
from fediverse.queries import audience_words
from fediverse.web import audience, content, dates, notices
from fediverse.web.static import static_path
from fediverse.web.translations import (
    COOKIE,
    LOCALES,
    NAMES,
    Translator,
    locale_of,
    number,
    templates_folder,
    translator,
)
from fediverse.web.visits import Visit, visit_of

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SECURITY_HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }
)
_YEAR_S: Final = 365 * 24 * 3600


def render(
    request: Request, name: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> Response:
    """The page of template *name*. *headers* replace ours of the same name, *values* those that every page gets (see `_common`)."""
    visit = visit_of(request)
    t = translator_of(request)
    html = environment().get_template(name).render({**_common(request, visit, t), **values})
    page_headers = {
        **SECURITY_HEADERS,
        "Cache-Control": "private, no-store",
        "Vary": "Cookie, Accept-Language",
        **(headers or {}),
    }
    response = HTMLResponse(html, status_code=status, headers=page_headers)
    _settle_cookies(request, response)
    return response


def translator_of(request: Request) -> Translator:
    visit = visit_of(request)
    chosen = visit.viewer.locale if visit else ""
    return translator(locale_of(request, chosen, node_of(request).settings.locale))


@cache
def environment() -> Environment:
    """The templates, with what they call. Read once; templates do not change while a node runs."""
    jinja = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.globals.update(
        static_path=static_path,
        profile_path=content.profile_path,
        post_path=content.post_path,
        tag_path=content.tag_path,
        group_path=content.group_path,
        audience_of=audience.audience_of,
        initials=content.initials,
        tint=content.tint,
        audience_told=audience_words.audience_told,
        narrowed_told=audience_words.narrowed_told,
        why_told=audience_words.why_told,
    )
    jinja.filters.update(
        post_html=content.post_html,
        edit_html=content.edit_html,
        note_html=content.note_html,
        field_html=content.field_html,
        name_html=content.name_html,
        announcement_html=content.announcement_html,
        node_label=audience.node_label,
        company_label=audience.company_label,
    )
    return jinja


def _common(request: Request, visit: Visit | None, t: Translator) -> dict[str, Any]:
    """What every template may use."""
    node = node_of(request)
    now = node.clock.now()
    notice = notices.notice_of(request)
    return {
        "t": t,
        "locale": t.locale,
        "languages": NAMES,
        "language_links": {code: f"?{request.url.include_query_params(lang=code).query}" for code in NAMES},
        "number": lambda value: number(value, t.locale),
        "ago": lambda moment: dates.ago(moment, now, t),
        "file_size": lambda size_bytes: content.file_size(size_bytes, t, t.locale),
        "full_date": lambda moment: dates.full(moment, t),
        "day": lambda moment: dates.day(moment, t.locale),
        "visit": visit,
        "viewer": visit.viewer if visit else None,
        "account": visit.account if visit else None,
        "csrf_token": visit.viewer.csrf_token if visit else "",
        "node_name": node.settings.name,
        "node_domain": node.settings.domain,
        "path": request.url.path,
        "here": _here(request),
        "notice": t(notice) if notice else "",
        "max_characters": node.settings.max_post_characters,
    }


def _here(request: Request) -> str:
    """The page that a form should lead back to."""
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def _settle_cookies(request: Request, response: Response) -> None:
    """A notice is shown once; a language chosen by link stays chosen."""
    if notices.COOKIE in request.cookies:
        response.delete_cookie(notices.COOKIE, httponly=True, samesite="lax")
    asked = request.query_params.get("lang", "")
    if asked in LOCALES and request.cookies.get(COOKIE) != asked:
        response.set_cookie(COOKIE, asked, max_age=_YEAR_S, httponly=True, samesite="lax")
